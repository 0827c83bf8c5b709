{# A lead may be owned by a queue: then nobody owns it yet. #}
{{ config(meta={
    'key': 'lead_id',
    'inputs': {
        'stg_salesforce__leads': {
            'column': 'lead_id',
            'prefix': 'salesforce:',
        },
        'stg_files__leads': "_key_source || ':' || lead_id",
        'int_account_survivor': {
            'via': 'this',
            'column': 'converted_account_id',
            'matches': ['account_id', 'surviving_account_id'],
        },
    },
}) }}
with salesforce as (
    select
        {{ conformed_id('salesforce', 'lead_id') }} as lead_id,
        lead_name as name,
        company_name,
        email,
        case
            when owner_user_id like '005%' then {{ conformed_id('salesforce', 'owner_user_id') }}
        end as owner_person_id,
        lead_status as status,
        lead_source,
        created_at,
        case when is_converted then {{ start_of_day('converted_date', 'company.time_zone') }} end as converted_at,
        {{ conformed_id('salesforce', 'converted_account_id') }} as converted_account_id,
        {{ conformed_id('salesforce', 'converted_contact_id') }} as converted_contact_id,
        {{ conformed_id('salesforce', 'converted_opportunity_id') }} as converted_opportunity_id,
        company.company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ part(ref('stg_salesforce__leads')) }}
    cross join {{ ref('int_default_company') }} as company
),

files as (
    select
        {{ file_id('lead_id') }} as lead_id,
        name,
        company_name,
        email,
        {{ file_id('owner_person_id') }} as owner_person_id,
        status,
        lead_source,
        created_at,
        converted_at,
        {{ file_id('converted_account_id') }} as converted_account_id,
        {{ file_id('converted_contact_id') }} as converted_contact_id,
        {{ file_id('converted_opportunity_id') }} as converted_opportunity_id,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ part(ref('stg_files__leads')) }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    resolved.lead_id,
    resolved.name,
    resolved.company_name,
    resolved.email,
    resolved.owner_person_id,
    resolved.status,
    resolved.lead_source,
    resolved.created_at,
    resolved.converted_at,
    coalesce(survivors.surviving_account_id, resolved.converted_account_id) as converted_account_id,
    resolved.converted_contact_id,
    resolved.converted_opportunity_id,
    resolved.company_id,
    resolved.source_system,
    resolved.known_at
from {{ resolve_overlap('combined', 'lead_id', first='system') }} as resolved
left join {{ ref('int_account_survivor') }} as survivors on resolved.converted_account_id = survivors.account_id
