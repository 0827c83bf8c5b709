{# Opportunities that the source has deleted. They are in no other table, so this is where they can still be seen. #}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'stg_salesforce__opportunity_deletions': {
            'column': 'opportunity_id',
            'prefix': 'salesforce:',
        },
    },
}) }}
select
    {{ conformed_id('salesforce', 'opportunity_id') }} as opportunity_id,
    opportunity_name as name,
    {{ conformed_id('salesforce', 'owner_user_id') }} as owner_person_id,
    stage_name,
    amount,
    deleted_at,
    {{ default_company_id() }} as company_id,
    'salesforce' as source_system,
    known_at
from {{ part(ref('stg_salesforce__opportunity_deletions')) }}
