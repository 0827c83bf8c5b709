{# Salesforce's list price is the entry in the standard price book, in the corporate currency where there is one. #}
with standard_prices as (
    select
        entries.product_id,
        entries.unit_price,
        coalesce(entries.currency_code, corporate.currency_code) as currency_code,
        row_number() over (
            partition by entries.product_id
            order by
                case
                    when coalesce(entries.currency_code, corporate.currency_code) = corporate.currency_code then 0
                    else 1
                end,
                entries.currency_code nulls last,
                entries.price_book_entry_id
        ) as preference
    from {{ ref('stg_salesforce__price_book_entries') }} as entries
    inner join {{ ref('stg_salesforce__price_books') }} as books on entries.price_book_id = books.price_book_id
    cross join {{ ref('int_corporate_currency') }} as corporate
    where books.is_standard
),

salesforce as (
    select
        {{ conformed_id('salesforce', 'products.product_id') }} as product_id,
        coalesce(products.product_name, products.product_id) as name,
        products.product_code as code,
        products.family,
        cast(prices.unit_price as decimal(18, 2)) as list_price,
        prices.currency_code,
        products.is_active,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        products.known_at,
        false as is_declared
    from {{ ref('stg_salesforce__products') }} as products
    left join standard_prices as prices on products.product_id = prices.product_id and prices.preference = 1
),

files as (
    select
        {{ file_id('product_id') }} as product_id,
        name,
        code,
        family,
        list_price,
        currency_code,
        is_active,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__products') }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    product_id,
    name,
    code,
    family,
    list_price,
    currency_code,
    coalesce(is_active, true) as is_active,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'product_id', first='system') }} as resolved
