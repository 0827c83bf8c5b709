select
    role_id(n) as Id, name as Name, replace(name, ' ', '_') as DeveloperName,
    case when parent is not null then role_id(parent) end as ParentRoleId, moment_at(-1040) as LastModifiedDate,
    user_id(1) as LastModifiedById, moment_at(-1040) as SystemModstamp
from role
