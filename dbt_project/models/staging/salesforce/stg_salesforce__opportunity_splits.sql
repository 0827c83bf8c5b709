{{ config(meta={'key': 'opportunity_split_id', 'inputs': {'salesforce.opportunity_split': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'opportunity_split', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as opportunity_split_id,
        OpportunityId as opportunity_id,
        SplitOwnerId as split_owner_user_id,
        SplitTypeId as split_type_id,
        SplitPercentage as split_percentage,
        SplitAmount as split_amount,
        CurrencyIsoCode as currency_code,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('LastModifiedDate') }} as modified_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
