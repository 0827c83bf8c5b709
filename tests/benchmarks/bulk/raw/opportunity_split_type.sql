select
    record_id('1ST', n) as Id, name as MasterLabel, name as DeveloperName, 'Amount' as SplitField,
    'Opportunity' as SplitEntity, 'Enabled' as SplitDataStatus, true as IsActive, n = 1 as IsTotalValidated,
    moment_at(-1040) as CreatedDate, user_id(1) as CreatedById, moment_at(-1040) as LastModifiedDate,
    user_id(1) as LastModifiedById, moment_at(-1040) as SystemModstamp, false as IsDeleted
from (values (1, 'Revenue'), (2, 'Overlay')) as types(n, name)
