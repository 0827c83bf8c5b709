{#
    Bookings quota and credited bookings by fiscal quarter. Credit counts for who earned it, in the team of the close date;
    a quota for its person, in the team of the quarter's beginning. Attainment is credited divided by quota, by whoever
    reads. Quotas of a team are those of its people added up: a manager's own quota is one more of them, so a quota that
    merely repeats the team's sum must not be loaded as a person's.
#}
with quotas as (
    select
        company_id,
        person_id,
        team_id,
        fiscal_quarter_start_date,
        reporting_amount
    from {{ ref('int_quota_quarter') }}
    where quota_type = 'bookings'
),

credits as (
    select
        company_id,
        person_id,
        team_id,
        close_fiscal_quarter_start_date as fiscal_quarter_start_date,
        reporting_amount
    from {{ ref('fct_opportunity_credit') }}
    where status = 'won'
),

quota_by_node as (
    select
        company_id,
        node_type,
        node_id,
        fiscal_quarter_start_date,
        sum(reporting_amount) as quota_amount,
        count(distinct person_id) as person_with_quota_count
    from {{ rows_by_node('quotas', 'person_id', 'team_id') }} as rows_of_nodes
    group by
        company_id,
        node_type,
        node_id,
        fiscal_quarter_start_date
),

credit_by_node as (
    select
        company_id,
        node_type,
        node_id,
        fiscal_quarter_start_date,
        sum(reporting_amount) as credited_amount
    from {{ rows_by_node('credits', 'person_id', 'team_id') }} as rows_of_nodes
    group by
        company_id,
        node_type,
        node_id,
        fiscal_quarter_start_date
),

combined as (
    select
        coalesce(quota_by_node.company_id, credit_by_node.company_id) as company_id,
        coalesce(quota_by_node.node_type, credit_by_node.node_type) as node_type,
        coalesce(quota_by_node.node_id, credit_by_node.node_id) as node_id,
        coalesce(quota_by_node.fiscal_quarter_start_date, credit_by_node.fiscal_quarter_start_date)
            as fiscal_quarter_start_date,
        coalesce(quota_by_node.quota_amount, 0) as quota_amount,
        coalesce(credit_by_node.credited_amount, 0) as credited_amount,
        coalesce(quota_by_node.person_with_quota_count, 0) as person_with_quota_count
    from quota_by_node
    full outer join credit_by_node
        on
            quota_by_node.company_id = credit_by_node.company_id
            and quota_by_node.node_type = credit_by_node.node_type
            and quota_by_node.node_id = credit_by_node.node_id
            and quota_by_node.fiscal_quarter_start_date = credit_by_node.fiscal_quarter_start_date
)

select
    combined.company_id,
    combined.node_type,
    combined.node_id,
    nodes.node_name,
    combined.fiscal_quarter_start_date,
    {{ fiscal_quarter_label('combined.fiscal_quarter_start_date', 'companies.fiscal_year_start_month') }}
        as fiscal_quarter_label,
    cast(combined.quota_amount as decimal(18, 2)) as quota_amount,
    cast(combined.credited_amount as decimal(18, 2)) as credited_amount,
    combined.person_with_quota_count,
    case
        when combined.person_with_quota_count = 0 then 'no quota'
        when combined.quota_amount = 0 then 'quota is zero'
    end as no_rate_reason
from combined
inner join {{ ref('dim_company') }} as companies on combined.company_id = companies.company_id
left join {{ ref('dim_node') }} as nodes on combined.node_type = nodes.node_type and combined.node_id = nodes.node_id
