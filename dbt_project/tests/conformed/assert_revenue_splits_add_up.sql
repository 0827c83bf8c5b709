{# Revenue splits share the whole amount. Fails with opportunities whose shares do not add up to one; credits then go by
   the shares relative to their sum. Half a ten-thousandth is rounding: percentages have two decimals. #}
{{ config(severity='warn') }}

select
    opportunity_id,
    sum(split_share) as share_sum
from {{ ref('conformed_opportunity_split') }}
where split_type = 'revenue'
group by opportunity_id
having abs(sum(split_share) - 1) > 0.0005
