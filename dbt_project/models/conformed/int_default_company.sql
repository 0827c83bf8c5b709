{#
    The company that rows of a system without companies of its own belong to: the policy's earliest entry. Always one
    row, so that data without a policy still has somewhere to belong.
#}
with ranked as (
    select
        company_id,
        reporting_currency_code,
        time_zone,
        row_number() over (order by effective_from, company_id) as position_in_policy
    from {{ ref('stg_policy__companies') }}
),

one_row as (
    select 1 as position_in_policy
)

select
    coalesce(ranked.company_id, 'default') as company_id,
    coalesce(ranked.reporting_currency_code, 'USD') as reporting_currency_code,
    coalesce(ranked.time_zone, 'UTC') as time_zone
from one_row
left join ranked on one_row.position_in_policy = ranked.position_in_policy
