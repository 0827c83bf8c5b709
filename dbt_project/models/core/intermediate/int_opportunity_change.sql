{#
    The chain of values of every tracked field of every opportunity: one row when it began, one per change, and one more
    where the recorded history does not reach today's value (edited without history), so that a chain always ends there.

    - Changes at or before the beginning are the initial value, and so is the first snapshot of a history that begins a
      little later; else it is the old value of the first change.
    - A field without any history has always had today's value; only the stage of a closed opportunity was unknown until
      the close day, and its chance and forecast category follow the stage (see int_opportunity_state).
    - The closing row of a chain is dated by the source's last edit, or by the close day where a stage is concerned and the
      source does not say. It never precedes the change before it.
#}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'conformed_opportunity_history': 'opportunity_id',
        'int_opportunity_value': 'opportunity_id',
    },
}) }}
with marked as (
    select
        history.opportunity_id,
        history.field_name,
        history.changed_at,
        history.old_value,
        history.new_value,
        history.changed_at <= fields.began_at
        or (history.old_value is null and history.changed_at <= coalesce(fields.first_snapshot_at, fields.began_at))
            as is_beginning
    from {{ part(ref('conformed_opportunity_history')) }} as history
    inner join {{ part(ref('int_opportunity_value')) }} as fields
        on history.opportunity_id = fields.opportunity_id and history.field_name = fields.field_name
),

history as (
    select
        opportunity_id,
        field_name,
        changed_at,
        old_value,
        new_value,
        is_beginning,
        row_number() over (
            partition by opportunity_id, field_name, is_beginning
            order by changed_at
        ) as position_in_chain,
        row_number() over (
            partition by opportunity_id, field_name
            order by changed_at desc
        ) as position_from_end,
        max(case when is_beginning then changed_at end) over (
            partition by opportunity_id, field_name
        ) as beginning_changed_at
    from marked
),

chains as (
    select
        fields.opportunity_id,
        fields.field_name,
        fields.current_value,
        fields.began_at,
        fields.close_day_at,
        fields.source_modified_at,
        fields.status,
        last_changes.opportunity_id is not null as has_history,
        last_changes.changed_at as last_changed_at,
        case
            when beginnings.opportunity_id is not null then beginnings.new_value
            when first_changes.opportunity_id is not null then first_changes.old_value
            when fields.field_name = 'stage_name' and fields.status <> 'open' then 'Unknown'
            else fields.current_value
        end as initial_value,
        last_changes.new_value as last_value
    from {{ part(ref('int_opportunity_value')) }} as fields
    left join history as beginnings
        on
            fields.opportunity_id = beginnings.opportunity_id
            and fields.field_name = beginnings.field_name
            and beginnings.is_beginning
            and beginnings.changed_at = beginnings.beginning_changed_at
    left join history as first_changes
        on
            fields.opportunity_id = first_changes.opportunity_id
            and fields.field_name = first_changes.field_name
            and not first_changes.is_beginning
            and first_changes.position_in_chain = 1
    left join history as last_changes
        on
            fields.opportunity_id = last_changes.opportunity_id
            and fields.field_name = last_changes.field_name
            and last_changes.position_from_end = 1
),

links as (
    select
        opportunity_id,
        field_name,
        began_at as changed_at,
        initial_value as new_value,
        'beginning' as origin,
        1 as origin_rank
    from chains
    where has_history or field_name not in ('probability', 'forecast_category')
    union all
    select
        opportunity_id,
        field_name,
        changed_at,
        new_value,
        'history' as origin,
        2 as origin_rank
    from history
    where not is_beginning
    union all
    select
        opportunity_id,
        field_name,
        case
            when field_name = 'stage_name' and not has_history
                then greatest(began_at, coalesce(close_day_at, began_at))
            else greatest(
                began_at,
                coalesce(last_changed_at, began_at),
                coalesce(
                    source_modified_at,
                    case when field_name = 'stage_name' and status <> 'open' then close_day_at end,
                    began_at
                )
            )
        end as changed_at,
        current_value as new_value,
        'correction' as origin,
        3 as origin_rank
    from chains
    where
        (has_history and last_value is distinct from current_value)
        or (field_name = 'stage_name' and not has_history and initial_value is distinct from current_value)
),

one_per_moment as (
    select
        opportunity_id,
        field_name,
        changed_at,
        new_value,
        origin,
        row_number() over (
            partition by opportunity_id, field_name, changed_at
            order by origin_rank desc
        ) as preference
    from links
),

linked as (
    select
        opportunity_id,
        field_name,
        changed_at,
        lag(new_value) over (partition by opportunity_id, field_name order by changed_at) as old_value,
        new_value,
        origin,
        row_number() over (partition by opportunity_id, field_name order by changed_at) as link_number
    from one_per_moment
    where preference = 1
)

select
    opportunity_id,
    field_name,
    changed_at,
    old_value,
    new_value,
    origin,
    link_number = 1 as is_beginning
from linked
where link_number = 1 or old_value is distinct from new_value
