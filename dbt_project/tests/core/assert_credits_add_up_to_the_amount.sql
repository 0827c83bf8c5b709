{# The credits of an opportunity are its amount, to the cent. Fails with those that are not. #}
with credits as (
    select
        opportunity_id,
        sum(reporting_amount) as credited_amount
    from {{ ref('fct_opportunity_credit') }}
    group by opportunity_id
)

select
    opportunities.opportunity_id,
    opportunities.reporting_amount,
    credits.credited_amount
from {{ ref('fct_opportunity') }} as opportunities
inner join credits on opportunities.opportunity_id = credits.opportunity_id
where opportunities.reporting_amount is distinct from credits.credited_amount
