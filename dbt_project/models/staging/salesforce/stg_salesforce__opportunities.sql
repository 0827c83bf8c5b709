{{ config(meta={'key': 'opportunity_id', 'inputs': {'salesforce.opportunity': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'opportunity', key='Id', stamp='SystemModstamp', with_custom_fields=true) }}
),

renamed as (
    select
        Id as opportunity_id,
        AccountId as account_id,
        OwnerId as owner_user_id,
        CampaignId as campaign_id,
        Name as opportunity_name,
        StageName as stage_name,
        IsClosed as is_closed,
        IsWon as is_won,
        Amount as amount,
        CurrencyIsoCode as currency_code,
        Probability as probability_percent,
        ForecastCategory as forecast_category,
        Type as opportunity_type,
        LeadSource as lead_source,
        CloseDate as close_date,
        {{ to_utc('LastStageChangeDate') }} as last_stage_change_at,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('LastModifiedDate') }} as modified_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ custom_fields('salesforce', 'opportunity') }} as custom_fields,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
