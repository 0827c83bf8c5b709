with newest as (
    select *
    from {{ newest_load('policy', 'company') }}
),

renamed as (
    select
        company_id,
        company_name,
        reporting_currency_code,
        time_zone,
        fiscal_year_start_month,
        effective_from,
        position as position_in_policy,
        {{ known_at() }} as known_at
    from newest
)

select *
from renamed
