with latest as (
    select *
    from {{ latest_rows('salesforce', 'user', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as user_id,
        Name as user_name,
        Email as email,
        Title as title,
        Department as department,
        Division as division,
        EmployeeNumber as employee_number,
        UserRoleId as role_id,
        ManagerId as manager_user_id,
        UserType as user_type,
        IsActive as is_active,
        ForecastEnabled as forecast_enabled,
        DefaultCurrencyIsoCode as default_currency_iso_code,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('LastModifiedDate') }} as modified_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
)

select *
from renamed
