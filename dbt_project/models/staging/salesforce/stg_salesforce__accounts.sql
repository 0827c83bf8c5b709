{{ config(meta={'key': 'account_id', 'inputs': {'salesforce.account': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'account', key='Id', stamp='SystemModstamp', with_custom_fields=true) }}
),

renamed as (
    select
        Id as account_id,
        Name as account_name,
        ParentId as parent_account_id,
        OwnerId as owner_user_id,
        Type as account_type,
        Industry as industry,
        AccountSource as account_source,
        NumberOfEmployees as employee_count,
        AnnualRevenue as annual_revenue,
        Website as website,
        BillingCountry as billing_country,
        BillingState as billing_state,
        CurrencyIsoCode as currency_code,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('LastModifiedDate') }} as modified_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ custom_fields('salesforce', 'account') }} as custom_fields,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
