select
    record_id('0MK', a + 1) as Id, account_id(a) as ObjectId, record_id('0MI', 3 + territory.n) as Territory2Id,
    'Account' as SobjectType, 'Territory2AssignmentRule' as AssociationCause, moment_at(account_pos(a)) as LastModifiedDate,
    user_id(1) as LastModifiedById, moment_at(account_pos(a)) as SystemModstamp, is_merged(a) as IsDeleted
from (select unnest(range(account_from(), account_to())) as a) as numbers
inner join closer on account_closer(a) = closer.c
inner join territory on closer.region = territory.region and account_place(a, territory.places) = territory.place
