{# Products as they are now. One that opportunities or their lines only mention is one too, named by its key. #}
with described as (
    select
        product_id,
        company_id,
        name as product_name,
        code as product_code,
        family as product_family,
        list_price,
        currency_code,
        is_active,
        false as is_inferred
    from {{ ref('conformed_product') }}
),

mentions as (
    select product_id, company_id from {{ ref('conformed_opportunity') }}
    union
    select product_id, company_id from {{ ref('conformed_opportunity_line') }}
),

inferred as (
    select
        mentions.product_id,
        min(mentions.company_id) as company_id,
        {{ native_id('mentions.product_id') }} as product_name,
        null as product_code,
        null as product_family,
        null as list_price,
        null as currency_code,
        true as is_active,
        true as is_inferred
    from mentions
    left join described on mentions.product_id = described.product_id
    where mentions.product_id is not null and described.product_id is null
    group by mentions.product_id
)

select * from described
union all
select * from inferred
