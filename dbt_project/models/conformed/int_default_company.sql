{#
    The company that rows of a system without companies of its own belong to: the first entry of the policy, as for
    exports. Always one row, so that data without a policy still has somewhere to belong.
#}
with ranked as (
    select
        company_id,
        reporting_currency_code,
        time_zone,
        row_number() over (order by position_in_policy nulls last, effective_from, company_id) as company_rank
    from {{ ref('stg_policy__companies') }}
),

one_row as (
    select 1 as company_rank
)

select
    coalesce(ranked.company_id, 'default') as company_id,
    coalesce(ranked.reporting_currency_code, 'USD') as reporting_currency_code,
    coalesce(ranked.time_zone, 'UTC') as time_zone
from one_row
left join ranked on one_row.company_rank = ranked.company_rank
