{# The pipeline of the company is every open opportunity, once. Fails with the companies where it is not. #}
with pipeline as (
    select
        company_id,
        sum(open_count) as open_count,
        sum(open_amount) as open_amount
    from {{ ref('mart_pipeline_stage') }}
    where node_type = 'company'
    group by company_id
),

opportunities as (
    select
        company_id,
        count(*) as open_count,
        coalesce(sum(reporting_amount), 0) as open_amount
    from {{ ref('mart_opportunity') }}
    where is_open
    group by company_id
)

select
    opportunities.company_id,
    opportunities.open_amount,
    pipeline.open_amount as open_amount_of_pipeline
from opportunities
full outer join pipeline on opportunities.company_id = pipeline.company_id
where
    opportunities.open_count is distinct from pipeline.open_count
    or opportunities.open_amount is distinct from pipeline.open_amount
