{#
    What sellers did up to the as-of day: calls, e-mails, meetings and tasks, without their text. The team is the owner's
    on that day. A reference to something that no longer exists (a deleted opportunity) is left empty; the activity stays.
#}
{{ config(meta={
    'key': 'activity_id',
    'inputs': {
        'conformed_activity': 'activity_id',
        'int_company_clock': [
            {
                'via': 'conformed_activity',
                'column': 'company_id',
                'matches': 'company_id',
                'columns': ['company_id', 'time_zone'],
            },
            {'via': 'conformed_activity', 'moment': 'occurred_at', 'limit': 'as_of_end_at'},
        ],
        'dim_person': {
            'via': 'conformed_activity',
            'column': 'owner_person_id',
            'matches': 'person_id',
            'columns': ['person_id', 'valid_from', 'valid_to', 'team_id'],
        },
        'conformed_opportunity': {
            'via': 'conformed_activity',
            'column': 'opportunity_id',
            'matches': 'opportunity_id',
            'columns': ['opportunity_id'],
        },
        'dim_account': {
            'via': 'conformed_activity',
            'column': 'account_id',
            'matches': 'account_id',
            'columns': ['account_id'],
        },
    },
}) }}
with activities as (
    select
        activities.*,
        {{ local_date('activities.occurred_at', 'clock.time_zone') }} as activity_date
    from {{ part(ref('conformed_activity')) }} as activities
    inner join {{ ref('int_company_clock') }} as clock on activities.company_id = clock.company_id
    where activities.occurred_at < clock.as_of_end_at
)

select
    activities.activity_id,
    activities.company_id,
    activities.source_system,
    activities.activity_type,
    activities.owner_person_id,
    owners.team_id as owner_team_id,
    accounts.account_id,
    opportunities.opportunity_id,
    activities.contact_id,
    activities.lead_id,
    activities.occurred_at,
    activities.activity_date,
    cast(activities.duration_minutes as integer) as duration_minutes,
    activities.is_completed,
    activities.known_at
from activities
left join {{ ref('dim_person') }} as owners
    on activities.owner_person_id = owners.person_id and {{ valid_on('owners', 'activities.activity_date') }}
left join {{ ref('conformed_opportunity') }} as opportunities
    on activities.opportunity_id = opportunities.opportunity_id
left join {{ ref('dim_account') }} as accounts
    on activities.account_id = accounts.account_id
