{#
    Who gets how much credit for an opportunity: its revenue splits, or all to the owner where there are none. The shares
    of an opportunity are taken relative to their sum, and its amount is shared to the cent: each gets the whole cents of
    the share, and the cents left over go one each to the largest remainders, ties to the smaller key. Overlay splits come
    on top of the amount and are no part of it.
#}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'fct_opportunity': {
            'key': 'opportunity_id',
            'columns': [
                'opportunity_id',
                'company_id',
                'owner_person_id',
                'reporting_rate_date',
                'status',
                'close_fiscal_quarter_start_date',
                'reporting_amount',
            ],
        },
        'conformed_opportunity_split': 'opportunity_id',
        'dim_person': {
            'via': 'this',
            'column': 'person_id',
            'matches': 'person_id',
            'columns': ['person_id', 'valid_from', 'valid_to', 'team_id'],
        },
    },
}) }}
with shares as (
    select
        opportunity_id,
        person_id,
        cast(sum(split_share) * 1000000 as bigint) as share_units
    from {{ part(ref('conformed_opportunity_split')) }}
    where split_type = 'revenue' and split_share > 0
    group by
        opportunity_id,
        person_id
),

credited as (
    select
        opportunities.opportunity_id,
        opportunities.company_id,
        coalesce(shares.person_id, opportunities.owner_person_id) as person_id,
        opportunities.reporting_rate_date as attribution_date,
        opportunities.status,
        opportunities.close_fiscal_quarter_start_date,
        case when opportunities.reporting_amount < 0 then -1 else 1 end as sign_of_amount,
        cast(abs(opportunities.reporting_amount) * 100 as bigint) as cents,
        coalesce(shares.share_units, 1000000) as share_units,
        coalesce(sum(shares.share_units) over (partition by opportunities.opportunity_id), 1000000) as all_units
    from {{ part(ref('fct_opportunity')) }} as opportunities
    left join shares on opportunities.opportunity_id = shares.opportunity_id
),

divided as (
    select
        credited.*,
        {{ whole_quotient(wide_integer('cents') ~ ' * share_units', 'all_units') }} as whole_cents,
        {{ wide_integer('cents') }} * share_units
        - {{ whole_quotient(wide_integer('cents') ~ ' * share_units', 'all_units') }} * all_units as remainder
    from credited
),

ranked as (
    select
        divided.*,
        row_number() over (partition by opportunity_id order by remainder desc, person_id asc) as remainder_rank,
        cents - sum(whole_cents) over (partition by opportunity_id) as cents_left
    from divided
)

select
    ranked.opportunity_id,
    ranked.person_id,
    ranked.company_id,
    persons.team_id,
    cast({{ divide('ranked.share_units', 'ranked.all_units', scale=6) }} as decimal(9, 6)) as credit_share,
    cast(
        (ranked.whole_cents + case when ranked.remainder_rank <= ranked.cents_left then 1 else 0 end)
        * ranked.sign_of_amount * 0.01
        as decimal(18, 2)
    ) as reporting_amount,
    ranked.status,
    ranked.close_fiscal_quarter_start_date
from ranked
left join {{ ref('dim_person') }} as persons
    on ranked.person_id = persons.person_id and {{ valid_on('persons', 'ranked.attribution_date') }}
where ranked.person_id is not null
