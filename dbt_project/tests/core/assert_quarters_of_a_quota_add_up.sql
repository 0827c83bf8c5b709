{# A quota that counts in all its quarters counts with its whole amount. Fails with those that do not. #}
with quarters as (
    select
        quota_id,
        count(*) as quarter_count,
        sum(reporting_amount) as reporting_amount
    from {{ ref('int_quota_quarter') }}
    group by quota_id
)

select
    quotas.quota_id,
    quotas.reporting_amount,
    quarters.reporting_amount as amount_of_quarters
from {{ ref('fct_quota') }} as quotas
inner join quarters on quotas.quota_id = quarters.quota_id
where
    quarters.quarter_count = case quotas.period_type when 'year' then 4 else 1 end
    and quotas.reporting_amount is distinct from quarters.reporting_amount
