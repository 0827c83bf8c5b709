{# Deleted opportunities that have not been restored, with what was last known of them: a purge leaves only the id. #}
{{ config(meta={'key': 'opportunity_id', 'inputs': {'salesforce.opportunity': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'opportunity', key='Id', stamp='SystemModstamp') }}
    where IsDeleted
),

described as (
    select
        opportunity.*,
        row_number() over (
            partition by Id
            order by {{ newest_first('opportunity', 'SystemModstamp', raw_columns('salesforce', 'opportunity')) }}
        ) as version_rank
    from {{ raw_table('salesforce', 'opportunity') }} as opportunity
    where Name is not null and Id in (select latest.Id from latest)
),

deleted as (
    select
        latest.Id as opportunity_id,
        described.Name as opportunity_name,
        described.OwnerId as owner_user_id,
        described.StageName as stage_name,
        described.Amount as amount,
        {{ to_utc('latest.SystemModstamp') }} as deleted_at,
        {{ epoch_to_timestamp('latest._dlt_load_id') }} as known_at
    from latest
    left join described on latest.Id = described.Id and described.version_rank = 1
)

select *
from deleted
