{# The company's attainment is the sum of its people's quotas and of the credit for what was won. #}
with attainment as (
    select
        company_id,
        sum(quota_amount) as quota_amount,
        sum(credited_amount) as credited_amount
    from {{ ref('mart_quota_attainment') }}
    where node_type = 'company'
    group by company_id
),

facts as (
    select
        company_id,
        sum(quota_amount) as quota_amount,
        sum(credited_amount) as credited_amount
    from (
        select
            company_id,
            reporting_amount as quota_amount,
            0 as credited_amount
        from {{ ref('int_quota_quarter') }}
        where quota_type = 'bookings'
        union all
        select
            company_id,
            0 as quota_amount,
            reporting_amount as credited_amount
        from {{ ref('fct_opportunity_credit') }}
        where status = 'won'
    ) as amounts
    group by company_id
)

select
    facts.company_id,
    facts.quota_amount,
    attainment.quota_amount as quota_amount_of_attainment,
    facts.credited_amount,
    attainment.credited_amount as credited_amount_of_attainment
from facts
full outer join attainment on facts.company_id = attainment.company_id
where
    coalesce(facts.quota_amount, 0) is distinct from attainment.quota_amount
    or coalesce(facts.credited_amount, 0) is distinct from attainment.credited_amount
