{#
    What a unit of a currency is worth in the reporting currency. Salesforce states it the other way round, units of the
    currency per unit of the corporate currency, so the rate is inverted once, here. Dated rates count; the static rate
    stands in before the first dated one, or always where there is none.
#}
with dated as (
    select
        currency_code,
        start_date as valid_from,
        case when next_start_date < {{ far_future() }} then next_start_date end as valid_to,
        conversion_rate,
        known_at
    from {{ ref('stg_salesforce__dated_conversion_rates') }}
    where conversion_rate > 0
),

first_dated as (
    select
        currency_code,
        min(valid_from) as first_date
    from dated
    group by currency_code
),

static as (
    select
        currencies.currency_code,
        {{ far_past() }} as valid_from,
        first_dated.first_date as valid_to,
        currencies.conversion_rate,
        currencies.known_at
    from {{ ref('stg_salesforce__currencies') }} as currencies
    left join first_dated on currencies.currency_code = first_dated.currency_code
    where
        currencies.conversion_rate > 0
        and coalesce(first_dated.first_date, {{ far_future() }}) > {{ far_past() }}
),

salesforce as (
    select * from dated
    union all
    select * from static
),

combined as (
    select
        currency_code,
        valid_from,
        valid_to,
        {{ divide(1, 'conversion_rate', scale=9, digits=6) }} as rate_to_reporting,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from salesforce
    union all
    select
        currency_code,
        valid_from,
        valid_to,
        rate_to_reporting,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__exchange_rates') }}
)

select
    currency_code,
    valid_from,
    valid_to,
    rate_to_reporting,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'company_id, currency_code, valid_from', first='declared') }} as resolved
