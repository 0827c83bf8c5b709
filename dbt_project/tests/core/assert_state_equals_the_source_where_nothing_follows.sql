{#
    The rebuilt state must be the source's own where no change lies after the as-of day: with the latest as-of day that is
    every opportunity. Fails with those that differ in stage, status, amount, close date, owner, account, chance or forecast
    category, or are missing.
#}
with last_changes as (
    select
        opportunity_id,
        max(changed_at) as changed_at
    from {{ ref('int_opportunity_change') }}
    group by opportunity_id
)

select
    source.opportunity_id,
    rebuilt.stage_name,
    source.stage_name as source_stage_name
from {{ ref('conformed_opportunity') }} as source
inner join {{ ref('int_company_clock') }} as clock on source.company_id = clock.company_id
inner join last_changes on source.opportunity_id = last_changes.opportunity_id
left join {{ ref('fct_opportunity') }} as rebuilt on source.opportunity_id = rebuilt.opportunity_id
where
    last_changes.changed_at < clock.as_of_end_at
    and (
        rebuilt.opportunity_id is null
        or rebuilt.stage_name is distinct from source.stage_name
        or rebuilt.status is distinct from source.status
        or rebuilt.amount is distinct from source.amount
        or rebuilt.close_date is distinct from source.close_date
        or rebuilt.current_owner_person_id is distinct from source.owner_person_id
        or rebuilt.account_id is distinct from source.account_id
        or rebuilt.probability is distinct from source.probability
        or rebuilt.forecast_category is distinct from source.forecast_category
    )
