{# Splits that must add up to 100 % share the amount (revenue); the others come on top (overlay). #}
{{ config(meta={
    'key': 'opportunity_split_id',
    'inputs': {
        'stg_salesforce__opportunity_splits': {
            'column': 'opportunity_split_id',
            'prefix': 'salesforce:',
        },
        'stg_files__opportunity_splits': "_key_source || ':' || opportunity_split_id",
    },
}) }}
with salesforce as (
    select
        {{ conformed_id('salesforce', 'splits.opportunity_split_id') }} as opportunity_split_id,
        {{ conformed_id('salesforce', 'splits.opportunity_id') }} as opportunity_id,
        {{ conformed_id('salesforce', 'splits.split_owner_user_id') }} as person_id,
        case when coalesce(types.is_total_validated, true) then 'revenue' else 'overlay' end as split_type,
        {{ percent_to_share('splits.split_percentage', 9, 6) }} as split_share,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        splits.known_at,
        false as is_declared
    from {{ part(ref('stg_salesforce__opportunity_splits')) }} as splits
    left join {{ ref('stg_salesforce__opportunity_split_types') }} as types
        on splits.split_type_id = types.opportunity_split_type_id
),

files as (
    select
        {{ file_id('opportunity_split_id') }} as opportunity_split_id,
        {{ file_id('opportunity_id') }} as opportunity_id,
        {{ file_id('person_id') }} as person_id,
        split_type,
        split_share,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ part(ref('stg_files__opportunity_splits')) }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    opportunity_split_id,
    opportunity_id,
    person_id,
    split_type,
    split_share,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'opportunity_split_id', first='system') }} as resolved
