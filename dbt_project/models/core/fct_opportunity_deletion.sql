{# Opportunities that the source has deleted, by the as-of day. They count nowhere; here one sees that they existed. #}
select
    deletions.opportunity_id,
    deletions.company_id,
    deletions.name as opportunity_name,
    deletions.owner_person_id,
    deletions.stage_name,
    deletions.amount,
    deletions.deleted_at,
    deletions.known_at
from {{ ref('conformed_opportunity_deletion') }} as deletions
inner join {{ ref('int_company_clock') }} as clock on deletions.company_id = clock.company_id
where deletions.deleted_at < clock.as_of_end_at
