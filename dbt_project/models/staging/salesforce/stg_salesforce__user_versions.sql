{#
    Every version of a user that a load has seen. Salesforce keeps no history of roles and managers; ours begins with the
    first load. The same version read twice (overlap window) is one row.
#}
with versions as (
    select
        users.*,
        row_number() over (
            partition by Id, SystemModstamp
            order by {{ oldest_first('users', raw_columns('salesforce', 'user')) }}
        ) as read_rank
    from {{ raw_table('salesforce', 'user') }} as users
),

renamed as (
    select
        Id as user_id,
        UserRoleId as role_id,
        ManagerId as manager_user_id,
        Title as title,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from versions
    where read_rank = 1
)

select *
from renamed
