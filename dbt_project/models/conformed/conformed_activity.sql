{#
    Calls, e-mails, meetings and tasks. Salesforce: a task is what its subtype says, an event is a meeting. A meeting is one
    row per person who takes part, since each gives time to it. A task happened when it was completed; an open one is due.
#}
{{ config(meta={
    'key': 'activity_id',
    'inputs': {
        'stg_salesforce__tasks': {
            'column': 'task_id',
            'prefix': 'salesforce:',
        },
        'stg_salesforce__events': {
            'column': 'event_id',
            'prefix': 'salesforce:',
        },
        'stg_files__activities': "_key_source || ':' || activity_id",
        'int_account_survivor': {
            'via': 'this',
            'column': 'account_id',
            'matches': ['account_id', 'surviving_account_id'],
        },
    },
}) }}
with tasks as (
    select
        tasks.task_id as activity_id,
        case
            when tasks.task_subtype = 'Call' or tasks.task_type = 'Call' then 'call'
            when tasks.task_subtype in ('Email', 'ListEmail') or tasks.task_type = 'Email' then 'email'
            when tasks.task_type = 'Meeting' then 'meeting'
            else 'task'
        end as activity_type,
        tasks.subject,
        tasks.owner_user_id,
        tasks.account_id,
        tasks.what_id,
        tasks.who_id,
        coalesce(
            tasks.completed_at,
            {{ start_of_day('tasks.activity_date', 'company.time_zone') }},
            tasks.created_at
        ) as occurred_at,
        cast({{ whole_quotient('(tasks.call_duration_seconds + 59)', 60) }} as bigint) as duration_minutes,
        tasks.is_closed as is_completed,
        tasks.known_at
    from {{ part(ref('stg_salesforce__tasks')) }} as tasks
    cross join {{ ref('int_default_company') }} as company
),

events as (
    select
        events.event_id as activity_id,
        'meeting' as activity_type,
        events.subject,
        events.owner_user_id,
        events.account_id,
        events.what_id,
        events.who_id,
        coalesce(
            events.started_at,
            {{ start_of_day('events.activity_date', 'company.time_zone') }},
            events.created_at
        ) as occurred_at,
        events.duration_minutes,
        true as is_completed,
        events.known_at
    from {{ part(ref('stg_salesforce__events')) }} as events
    cross join {{ ref('int_default_company') }} as company
),

salesforce as (
    select * from tasks
    union all
    select * from events
),

combined as (
    select
        {{ conformed_id('salesforce', 'activity_id') }} as activity_id,
        activity_type,
        subject,
        case
            when owner_user_id like '005%' then {{ conformed_id('salesforce', 'owner_user_id') }}
        end as owner_person_id,
        coalesce(
            {{ conformed_id('salesforce', 'account_id') }},
            case when what_id like '001%' then {{ conformed_id('salesforce', 'what_id') }} end
        ) as account_id,
        case when what_id like '006%' then {{ conformed_id('salesforce', 'what_id') }} end as opportunity_id,
        case when who_id like '003%' then {{ conformed_id('salesforce', 'who_id') }} end as contact_id,
        case when who_id like '00Q%' then {{ conformed_id('salesforce', 'who_id') }} end as lead_id,
        occurred_at,
        duration_minutes,
        coalesce(is_completed, true) as is_completed,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at
    from salesforce
    union all
    select
        {{ file_id('activity_id') }} as activity_id,
        activity_type,
        subject,
        {{ file_id('owner_person_id') }} as owner_person_id,
        {{ file_id('account_id') }} as account_id,
        {{ file_id('opportunity_id') }} as opportunity_id,
        {{ file_id('contact_id') }} as contact_id,
        {{ file_id('lead_id') }} as lead_id,
        occurred_at,
        duration_minutes,
        coalesce(is_completed, true) as is_completed,
        _company_id as company_id,
        _source as source_system,
        known_at
    from {{ part(ref('stg_files__activities')) }}
)

select
    combined.activity_id,
    combined.activity_type,
    combined.subject,
    combined.owner_person_id,
    coalesce(survivors.surviving_account_id, combined.account_id) as account_id,
    combined.opportunity_id,
    combined.contact_id,
    combined.lead_id,
    combined.occurred_at,
    combined.duration_minutes,
    combined.is_completed,
    combined.company_id,
    combined.source_system,
    combined.known_at
from combined
left join {{ ref('int_account_survivor') }} as survivors on combined.account_id = survivors.account_id
