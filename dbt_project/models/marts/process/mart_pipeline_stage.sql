{#
    Open opportunities by stage as of the as-of day. The weighted amount takes each opportunity at its own chance; one
    without a chance counts nothing there.
#}
with open_opportunities as (
    select
        opportunities.company_id,
        opportunities.owner_person_id,
        opportunities.owner_team_id,
        opportunities.stage_name,
        opportunities.stage_order,
        opportunities.reporting_amount,
        cast(opportunities.reporting_amount * opportunities.probability as decimal(18, 2)) as weighted_amount,
        case when opportunities.close_date < clock.as_of_date then 1 else 0 end as past_due_count,
        case
            when
                opportunities.close_fiscal_quarter_start_date
                = {{ fiscal_quarter_start('clock.as_of_date', 'clock.fiscal_year_start_month') }}
                then opportunities.reporting_amount
        end as closing_this_quarter_amount
    from {{ ref('fct_opportunity') }} as opportunities
    inner join {{ ref('int_company_clock') }} as clock on opportunities.company_id = clock.company_id
    where opportunities.is_open
),

by_stage as (
    select
        company_id,
        node_type,
        node_id,
        stage_name,
        min(stage_order) as stage_order,
        count(*) as open_count,
        sum(reporting_amount) as open_amount,
        sum(weighted_amount) as weighted_amount,
        sum(past_due_count) as past_due_count,
        sum(closing_this_quarter_amount) as closing_this_quarter_amount
    from {{ rows_by_node('open_opportunities', 'owner_person_id', 'owner_team_id') }} as rows_of_nodes
    group by
        company_id,
        node_type,
        node_id,
        stage_name
)

select
    by_stage.company_id,
    by_stage.node_type,
    by_stage.node_id,
    nodes.node_name,
    by_stage.stage_name,
    by_stage.stage_order,
    by_stage.open_count,
    cast(coalesce(by_stage.open_amount, 0) as decimal(18, 2)) as open_amount,
    cast(coalesce(by_stage.weighted_amount, 0) as decimal(18, 2)) as weighted_amount,
    cast(by_stage.past_due_count as bigint) as past_due_count,
    cast(coalesce(by_stage.closing_this_quarter_amount, 0) as decimal(18, 2)) as closing_this_quarter_amount
from by_stage
left join {{ ref('dim_node') }} as nodes on by_stage.node_type = nodes.node_type and by_stage.node_id = nodes.node_id
