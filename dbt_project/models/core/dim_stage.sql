{#
    What each stage of each source means: as declared, else as the opportunities in it say (the most frequent status), else
    open. `Unknown` is the stage of a closed opportunity before it closed, where the source keeps no history.
#}
with declared as (
    select
        company_id,
        source_system,
        stage_name,
        status,
        stage_order,
        default_probability,
        forecast_category
    from {{ ref('conformed_sales_stage') }}
),

counted as (
    select
        company_id,
        source_system,
        stage_name,
        status,
        row_number() over (
            partition by company_id, source_system, stage_name
            order by count(*) desc, status
        ) as status_rank
    from {{ ref('conformed_opportunity') }}
    group by
        company_id,
        source_system,
        stage_name,
        status
),

mentioned as (
    select
        company_id,
        source_system,
        stage_name
    from counted
    union
    select
        company_id,
        source_system,
        old_value as stage_name
    from {{ ref('conformed_opportunity_history') }}
    where field_name = 'stage_name' and old_value is not null
    union
    select
        company_id,
        source_system,
        new_value as stage_name
    from {{ ref('conformed_opportunity_history') }}
    where field_name = 'stage_name' and new_value is not null
    union
    select
        company_id,
        source_system,
        'Unknown' as stage_name
    from counted
    union
    select
        company_id,
        source_system,
        stage_name
    from declared
)

select
    {{ generate_key(['mentioned.company_id', 'mentioned.source_system', 'mentioned.stage_name']) }} as stage_id,
    mentioned.company_id,
    mentioned.source_system,
    mentioned.stage_name,
    coalesce(declared.status, counted.status, 'open') as status,
    cast(declared.stage_order as integer) as stage_order,
    declared.default_probability,
    declared.forecast_category
from mentioned
left join declared
    on
        mentioned.company_id = declared.company_id
        and mentioned.source_system = declared.source_system
        and mentioned.stage_name = declared.stage_name
left join counted
    on
        mentioned.company_id = counted.company_id
        and mentioned.source_system = counted.source_system
        and mentioned.stage_name = counted.stage_name
        and counted.status_rank = 1
