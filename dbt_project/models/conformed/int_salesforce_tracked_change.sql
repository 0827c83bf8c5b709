{#
    Changes of owner and account from OpportunityFieldHistory: the snapshots lack them. Salesforce writes such a change
    twice, with names and with ids; the ids count. Several in one second are one: the last by id.
#}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'stg_salesforce__opportunity_field_histories': 'opportunity_id',
    },
}) }}
with changes as (
    select
        opportunity_id,
        created_at as changed_at,
        case field_name
            when 'Owner' then 'owner_person_id'
            when 'OwnerId' then 'owner_person_id'
            when 'Account' then 'account_id'
            when 'AccountId' then 'account_id'
        end as field_name,
        {{ conformed_id('salesforce', 'old_value') }} as old_value,
        {{ conformed_id('salesforce', 'new_value') }} as new_value,
        created_by_user_id,
        known_at,
        row_number() over (
            partition by opportunity_id, created_at, replace(field_name, 'Id', '')
            order by opportunity_field_history_id desc
        ) as rank_in_second
    from {{ part(ref('stg_salesforce__opportunity_field_histories')) }}
    where
        field_name in ('Owner', 'OwnerId', 'Account', 'AccountId')
        and data_type = 'EntityId'
)

select
    opportunity_id,
    changed_at,
    field_name,
    old_value,
    new_value,
    created_by_user_id,
    known_at
from changes
where rank_in_second = 1
