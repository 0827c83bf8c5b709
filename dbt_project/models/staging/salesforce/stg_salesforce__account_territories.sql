with latest as (
    select *
    from {{ latest_rows('salesforce', 'object_territory2_association', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as account_territory_id,
        ObjectId as object_id,
        Territory2Id as territory_id,
        SobjectType as object_type,
        {{ to_utc('LastModifiedDate') }} as modified_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
