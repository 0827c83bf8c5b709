{#
    Won and closed, by count and by value, of what closed in a fiscal quarter. A rate is won divided by closed, by whoever
    reads; where a rate would have nothing to divide by, or would say nothing, the reason is stated.

    Some sources empty the amount of a deal that is lost. Every rate by value would then read 100 %, so there is none as
    soon as deals were lost and none of them has an amount.
#}
with closed as (
    select
        company_id,
        owner_person_id,
        owner_team_id,
        close_fiscal_quarter_start_date as fiscal_quarter_start_date,
        is_won,
        reporting_amount
    from {{ ref('fct_opportunity') }}
    where is_closed
),

by_node as (
    select
        company_id,
        node_type,
        node_id,
        fiscal_quarter_start_date,
        sum(case when is_won then 1 else 0 end) as won_count,
        count(*) as closed_count,
        coalesce(sum(case when is_won then reporting_amount end), 0) as won_amount,
        coalesce(sum(reporting_amount), 0) as closed_amount,
        sum(case when not is_won and reporting_amount <> 0 then 1 else 0 end) as lost_with_amount_count
    from {{ rows_by_node('closed', 'owner_person_id', 'owner_team_id') }} as rows_of_nodes
    group by
        company_id,
        node_type,
        node_id,
        fiscal_quarter_start_date
)

select
    by_node.company_id,
    by_node.node_type,
    by_node.node_id,
    nodes.node_name,
    by_node.fiscal_quarter_start_date,
    {{ fiscal_quarter_label('by_node.fiscal_quarter_start_date', 'companies.fiscal_year_start_month') }}
        as fiscal_quarter_label,
    cast(by_node.won_count as bigint) as won_count,
    by_node.closed_count,
    cast(by_node.won_amount as decimal(18, 2)) as won_amount,
    cast(by_node.closed_amount as decimal(18, 2)) as closed_amount,
    case
        when by_node.closed_count = 0 then 'no closed opportunities'
    end as no_rate_reason,
    case
        when by_node.closed_count = 0 then 'no closed opportunities'
        when by_node.closed_amount = 0 then 'closed amount is zero'
        when by_node.closed_count > by_node.won_count and by_node.lost_with_amount_count = 0
            then 'lost deals have no amount'
    end as no_value_rate_reason
from by_node
inner join {{ ref('dim_company') }} as companies on by_node.company_id = companies.company_id
left join {{ ref('dim_node') }} as nodes on by_node.node_type = nodes.node_type and by_node.node_id = nodes.node_id
