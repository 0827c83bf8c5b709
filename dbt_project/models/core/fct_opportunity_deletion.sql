{# Opportunities that the source has deleted, by the as-of day. They count nowhere; here one sees that they existed. #}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'conformed_opportunity_deletion': 'opportunity_id',
        'int_company_clock': [
            {
                'via': 'conformed_opportunity_deletion',
                'column': 'company_id',
                'matches': 'company_id',
                'columns': ['company_id'],
            },
            {'via': 'conformed_opportunity_deletion', 'moment': 'deleted_at', 'limit': 'as_of_end_at'},
        ],
    },
}) }}
select
    deletions.opportunity_id,
    deletions.company_id,
    deletions.name as opportunity_name,
    deletions.owner_person_id,
    deletions.stage_name,
    deletions.amount,
    deletions.deleted_at,
    deletions.known_at
from {{ part(ref('conformed_opportunity_deletion')) }} as deletions
inner join {{ ref('int_company_clock') }} as clock on deletions.company_id = clock.company_id
where deletions.deleted_at < clock.as_of_end_at
