{#
    The last creation, win, loss or reopening of an opportunity says what it is as of the as-of day. Fails with those whose
    status says otherwise.
#}
with movements as (
    select
        opportunity_id,
        case event_type when 'created' then 'open' when 'reopened' then 'open' else event_type end as status_after,
        row_number() over (
            partition by opportunity_id
            order by event_at desc, case event_type when 'created' then 1 else 0 end
        ) as recency
    from {{ ref('fct_opportunity_event') }}
    where event_type in ('created', 'won', 'lost', 'reopened')
)

select
    opportunities.opportunity_id,
    opportunities.status,
    movements.status_after
from {{ ref('fct_opportunity') }} as opportunities
inner join movements on opportunities.opportunity_id = movements.opportunity_id and movements.recency = 1
where opportunities.status <> movements.status_after
