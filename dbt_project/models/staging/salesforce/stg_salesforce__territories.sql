with latest as (
    select *
    from {{ latest_rows('salesforce', 'territory2', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as territory_id,
        Name as territory_name,
        ParentTerritory2Id as parent_territory_id,
        Territory2ModelId as territory2_model_id,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
