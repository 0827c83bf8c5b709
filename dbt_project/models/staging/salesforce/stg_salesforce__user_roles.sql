with latest as (
    select *
    from {{ latest_rows('salesforce', 'user_role', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as role_id,
        Name as role_name,
        ParentRoleId as parent_role_id,
        {{ to_utc('LastModifiedDate') }} as modified_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
