{#
    Closed business by fiscal quarter of the close date, and by who owned it when it closed, in the team of that day. The
    sum over persons is the company.
#}
with closed as (
    select
        company_id,
        close_fiscal_quarter_start_date as fiscal_quarter_start_date,
        owner_team_id,
        owner_person_id,
        sum(case when is_won then 1 else 0 end) as won_count,
        sum(case when is_won then reporting_amount else 0 end) as won_amount,
        sum(case when is_won then 0 else 1 end) as lost_count,
        sum(case when is_won then 0 else reporting_amount end) as lost_amount
    from {{ ref('fct_opportunity') }}
    where is_closed
    group by
        company_id,
        close_fiscal_quarter_start_date,
        owner_team_id,
        owner_person_id
)

select
    {{ generate_key([
        'closed.company_id', 'closed.fiscal_quarter_start_date', 'closed.owner_team_id', 'closed.owner_person_id'
    ]) }} as bookings_id,
    closed.company_id,
    closed.fiscal_quarter_start_date,
    {{ fiscal_quarter_label('closed.fiscal_quarter_start_date', 'companies.fiscal_year_start_month') }}
        as fiscal_quarter_label,
    closed.owner_team_id,
    teams.team_name,
    closed.owner_person_id,
    owners.name as owner_name,
    cast(closed.won_count as bigint) as won_count,
    cast(coalesce(closed.won_amount, 0) as decimal(18, 2)) as won_amount,
    cast(closed.lost_count as bigint) as lost_count,
    cast(coalesce(closed.lost_amount, 0) as decimal(18, 2)) as lost_amount
from closed
inner join {{ ref('dim_company') }} as companies on closed.company_id = companies.company_id
left join {{ ref('dim_team') }} as teams on closed.owner_team_id = teams.team_id
left join {{ ref('dim_person') }} as owners on closed.owner_person_id = owners.person_id and owners.is_current
