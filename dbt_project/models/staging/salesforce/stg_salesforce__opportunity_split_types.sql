with latest as (
    select *
    from {{ latest_rows('salesforce', 'opportunity_split_type', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as opportunity_split_type_id,
        DeveloperName as split_type_name,
        IsActive as is_active,
        IsTotalValidated as is_total_validated,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
