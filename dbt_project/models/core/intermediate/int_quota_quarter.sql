{#
    Quotas by fiscal quarter. A monthly quota counts in its quarter; a yearly one is shared over the four quarters in equal
    parts, the cents left over to the earlier ones. Where a person has quotas of several lengths for the same quarter, only
    the quarterly ones count, else the monthly, else the yearly: they state the same thing twice.
#}
with quarters as (
    select 0 as quarter_index
    union all
    select 1 as quarter_index
    union all
    select 2 as quarter_index
    union all
    select 3 as quarter_index
),

yearly as (
    select
        quotas.*,
        floor(quotas.reporting_amount * 100 * 0.25) as whole_cents,
        quotas.reporting_amount * 100 - 4 * floor(quotas.reporting_amount * 100 * 0.25) as cents_left
    from {{ ref('fct_quota') }} as quotas
    where quotas.period_type = 'year'
),

spread as (
    select
        quotas.quota_id,
        quotas.company_id,
        quotas.person_id,
        quotas.team_id,
        quotas.quota_type,
        quotas.period_type,
        quotas.fiscal_quarter_start_date,
        quotas.reporting_amount
    from {{ ref('fct_quota') }} as quotas
    where quotas.period_type <> 'year'
    union all
    select
        quotas.quota_id,
        quotas.company_id,
        quotas.person_id,
        quotas.team_id,
        quotas.quota_type,
        quotas.period_type,
        {{ add_months('quotas.period_start_date', '3 * quarters.quarter_index') }} as fiscal_quarter_start_date,
        cast(
            (
                quotas.whole_cents + case when quarters.quarter_index < quotas.cents_left then 1 else 0 end
            ) * 0.01
            as decimal(18, 2)
        ) as reporting_amount
    from yearly as quotas
    cross join quarters
),

ranked as (
    select
        spread.*,
        rank() over (
            partition by person_id, quota_type, fiscal_quarter_start_date
            order by case period_type when 'quarter' then 1 when 'month' then 2 else 3 end
        ) as length_rank
    from spread
)

select
    quota_id,
    company_id,
    person_id,
    team_id,
    quota_type,
    fiscal_quarter_start_date,
    reporting_amount
from ranked
where length_rank = 1
