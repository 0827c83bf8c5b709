{#
    Salesforce keeps quotas per forecast type and period. The forecast type with most quotas is the bookings quota; others
    keep their type's id in the name, so that two types never add up by accident. Territory quotas have no owner and are
    not a person's. A quota that a file declares for the same person and period replaces Salesforce's.
#}
with forecast_types as (
    select
        coalesce(forecasting_type_id, '') as forecasting_type_id,
        row_number() over (order by count(*) desc, coalesce(forecasting_type_id, '')) as type_rank
    from {{ ref('stg_salesforce__forecasting_quotas') }}
    where not coalesce(is_quantity, false)
    group by coalesce(forecasting_type_id, '')
),

salesforce as (
    select
        {{ conformed_id('salesforce', 'quotas.quota_owner_user_id') }} as person_id,
        case
            when quotas.is_quantity then 'units'
            when types.type_rank = 1 then 'bookings'
            else 'bookings of ' || quotas.forecasting_type_id
        end || coalesce(' in ' || quotas.product_family, '') as quota_type,
        case periods.period_type when 'Month' then 'month' when 'Year' then 'year' else 'quarter' end as period_type,
        coalesce(quotas.start_date, periods.start_date) as period_start_date,
        case
            when quotas.is_quantity then cast(quotas.quota_quantity as decimal(18, 2))
            else quotas.quota_amount
        end as amount,
        quotas.currency_code,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        quotas.known_at,
        false as is_declared
    from {{ ref('stg_salesforce__forecasting_quotas') }} as quotas
    left join {{ ref('stg_salesforce__periods') }} as periods on quotas.period_id = periods.period_id
    left join forecast_types as types on coalesce(quotas.forecasting_type_id, '') = types.forecasting_type_id
    where quotas.quota_owner_user_id is not null
),

files as (
    select
        {{ file_id('person_id') }} as person_id,
        coalesce(quota_type, 'bookings') as quota_type,
        period_type,
        period_start_date,
        amount,
        currency_code,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__quotas') }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    person_id,
    quota_type,
    period_type,
    period_start_date,
    amount,
    currency_code,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'person_id, quota_type, period_type, period_start_date', first='declared') }}
    as resolved
where amount is not null
