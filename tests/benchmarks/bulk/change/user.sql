-- People who move to another team, one in a hundred of those who could by the share that changes, and at least one.
select
    * exclude (_dlt_load_id, team) replace (
        role_id(5 + areas() + team) as UserRoleId, user_id(7 + areas() + team) as ManagerId,
        moment_at(last_horizon() + 0.01) as LastModifiedDate, user_id(2) as LastModifiedById,
        moment_at(last_horizon() + 0.01) as SystemModstamp
    )
from (
    select *, floor(chance(Id, 'team') * teams())::bigint as team
    from landed_user
    where Title = 'Account Executive' and IsActive
    qualify row_number() over (partition by Id order by _dlt_load_id::double desc, SystemModstamp desc) = 1
) as users
order by chance(Id, 'moves')
limit greatest(1, (select round(change_share() * 0.2 * sellers())))::bigint
