{#
    One row per change of one field. Only opportunities that exist: the history of a deleted one is gone with it and comes
    back with it. Accounts follow merges, so a change from a merged account to its survivor is none.
#}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'int_salesforce_snapshot_change': {
            'column': 'opportunity_id',
            'prefix': 'salesforce:',
        },
        'int_salesforce_tracked_change': {
            'column': 'opportunity_id',
            'prefix': 'salesforce:',
        },
        'stg_files__opportunity_histories': "_key_source || ':' || opportunity_id",
        'conformed_opportunity': {
            'key': 'opportunity_id',
            'columns': ['opportunity_id'],
        },
        'int_account_survivor': [
            {
                'via': 'int_salesforce_tracked_change',
                'column': 'old_value',
                'matches': ['account_id', 'surviving_account_id'],
            },
            {
                'via': 'int_salesforce_tracked_change',
                'column': 'new_value',
                'matches': ['account_id', 'surviving_account_id'],
            },
            {
                'via': 'stg_files__opportunity_histories',
                'column': "_key_source || ':' || old_value",
                'matches': ['account_id', 'surviving_account_id'],
            },
            {
                'via': 'stg_files__opportunity_histories',
                'column': "_key_source || ':' || new_value",
                'matches': ['account_id', 'surviving_account_id'],
            },
        ],
    },
}) }}
with salesforce_changes as (
    select * from {{ part(ref('int_salesforce_snapshot_change')) }}
    union all
    select * from {{ part(ref('int_salesforce_tracked_change')) }}
),

salesforce as (
    select
        {{ conformed_id('salesforce', 'opportunity_id') }} as opportunity_id,
        changed_at,
        field_name,
        old_value,
        new_value,
        {{ conformed_id('salesforce', 'created_by_user_id') }} as changed_by_person_id,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from salesforce_changes
),

files as (
    select
        {{ file_id('opportunity_id') }} as opportunity_id,
        changed_at,
        field_name,
        case
            when field_name in ('owner_person_id', 'account_id') then {{ file_id('old_value') }}
            else old_value
        end as old_value,
        case
            when field_name in ('owner_person_id', 'account_id') then {{ file_id('new_value') }}
            else new_value
        end as new_value,
        {{ file_id('changed_by_person_id') }} as changed_by_person_id,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ part(ref('stg_files__opportunity_histories')) }}
),

combined as (
    select * from salesforce
    union all
    select * from files
),

followed as (
    select
        resolved.opportunity_id,
        resolved.changed_at,
        resolved.field_name,
        coalesce(old_merges.surviving_account_id, resolved.old_value) as old_value,
        coalesce(new_merges.surviving_account_id, resolved.new_value) as new_value,
        resolved.changed_by_person_id,
        resolved.company_id,
        resolved.source_system,
        resolved.known_at
    from {{ resolve_overlap('combined', 'opportunity_id, changed_at, field_name', first='system') }} as resolved
    inner join {{ ref('conformed_opportunity') }} as opportunities
        on resolved.opportunity_id = opportunities.opportunity_id
    -- The condition on the field is inside the key: beside it, DuckDB compares every row with every merge.
    left join {{ ref('int_account_survivor') }} as old_merges
        on case when resolved.field_name = 'account_id' then resolved.old_value end = old_merges.account_id
    left join {{ ref('int_account_survivor') }} as new_merges
        on case when resolved.field_name = 'account_id' then resolved.new_value end = new_merges.account_id
)

select *
from followed
where old_value is distinct from new_value
