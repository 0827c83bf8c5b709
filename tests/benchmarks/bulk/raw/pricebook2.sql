select
    record_id('01s', n) as Id, name as Name, true as IsActive, n = 1 as IsStandard, moment_at(-1040) as CreatedDate,
    user_id(1) as CreatedById, moment_at(-1040) as LastModifiedDate, user_id(1) as LastModifiedById,
    moment_at(-1040) as SystemModstamp, false as IsDeleted
from (values (1, 'Standard Price Book'), (2, 'Partner Price Book')) as books(n, name)
