{#
    The companies of this deployment: those of the policy, by the entry in force on the as-of day, and those that only
    occur in data, with neutral settings until the policy names them.
#}
with policy as (
    select
        company_id,
        company_name,
        reporting_currency_code,
        time_zone,
        fiscal_year_start_month,
        row_number() over (
            partition by company_id
            order by
                case when effective_from <= {{ as_of_date() }} then effective_from else {{ far_past() }} end desc,
                effective_from
        ) as entry_rank
    from {{ ref('conformed_company') }}
),

observed as (
    select company_id from {{ ref('conformed_account') }}
    union
    select company_id from {{ ref('conformed_opportunity') }}
    union
    select company_id from {{ ref('conformed_person') }}
    union
    select company_id from {{ ref('conformed_team') }}
    union
    select company_id from {{ ref('conformed_product') }}
    union
    select company_id from {{ ref('conformed_quota') }}
    union
    select company_id from {{ ref('conformed_activity') }}
    union
    select company_id from {{ ref('conformed_territory_assignment') }}
    union
    select company_id from {{ ref('conformed_lead') }}
    union
    select company_id from {{ ref('conformed_invoice') }}
    union
    select company_id from policy
)

select
    observed.company_id,
    coalesce(policy.company_name, observed.company_id) as company_name,
    coalesce(policy.reporting_currency_code, 'USD') as reporting_currency_code,
    coalesce(policy.time_zone, 'UTC') as time_zone,
    coalesce(policy.fiscal_year_start_month, 1) as fiscal_year_start_month,
    policy.company_id is not null as is_in_policy
from observed
left join policy on observed.company_id = policy.company_id and policy.entry_rank = 1
