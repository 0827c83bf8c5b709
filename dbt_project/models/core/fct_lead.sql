{#
    Leads created up to the as-of day, without name and address. A conversion after that day has not happened yet. Status
    and owner have no history: they are today's; the team is the owner's on the day of creation.
#}
{{ config(meta={
    'key': 'lead_id',
    'inputs': {
        'conformed_lead': 'lead_id',
        'int_company_clock': [
            {
                'via': 'conformed_lead',
                'column': 'company_id',
                'matches': 'company_id',
                'columns': ['company_id', 'time_zone'],
            },
            {'via': 'conformed_lead', 'moment': 'created_at', 'limit': 'as_of_end_at'},
            {'via': 'conformed_lead', 'moment': 'converted_at', 'limit': 'as_of_end_at'},
        ],
        'dim_person': {
            'via': 'conformed_lead',
            'column': 'owner_person_id',
            'matches': 'person_id',
            'columns': ['person_id', 'valid_from', 'valid_to', 'team_id'],
        },
    },
}) }}
with leads as (
    select
        leads.*,
        {{ local_date('leads.created_at', 'clock.time_zone') }} as created_date,
        leads.converted_at < clock.as_of_end_at as is_converted,
        clock.time_zone
    from {{ part(ref('conformed_lead')) }} as leads
    inner join {{ ref('int_company_clock') }} as clock on leads.company_id = clock.company_id
    where leads.created_at < clock.as_of_end_at
)

select
    leads.lead_id,
    leads.company_id,
    leads.source_system,
    leads.owner_person_id,
    owners.team_id as owner_team_id,
    leads.status,
    leads.lead_source,
    leads.created_at,
    leads.created_date,
    coalesce(leads.is_converted, false) as is_converted,
    case when leads.is_converted then leads.converted_at end as converted_at,
    case when leads.is_converted then leads.converted_account_id end as converted_account_id,
    case when leads.is_converted then leads.converted_opportunity_id end as converted_opportunity_id,
    case
        when leads.is_converted
            then {{ days_between('leads.created_date', local_date('leads.converted_at', 'leads.time_zone')) }}
    end as days_to_convert,
    leads.known_at
from leads
left join {{ ref('dim_person') }} as owners
    on leads.owner_person_id = owners.person_id and {{ valid_on('owners', 'leads.created_date') }}
