select
    record_id('0MI', n) as Id, name as Name, regexp_replace(name, '\W+', '_', 'g') as DeveloperName,
    parent as ParentTerritory2Id, 'Edit' as AccountAccessLevel, 'Edit' as OpportunityAccessLevel,
    moment_at(-1040) as LastModifiedDate, user_id(1) as LastModifiedById, moment_at(-1040) as SystemModstamp
from (
    select 1 + r as n, region_names()[r + 1] as name, null as parent from range(3) as t(r)
    union all
    select 3 + n, name, record_id('0MI', 1 + region) from territory
)
