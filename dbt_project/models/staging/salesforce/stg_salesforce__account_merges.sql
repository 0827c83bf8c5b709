{#
    A merged account is a deleted row that names its survivor. When Salesforce empties the recycle bin only a tombstone
    without that name arrives, so the survivor is read from the newest version that had it.
#}
{{ config(meta={'key': 'account_id', 'inputs': {'salesforce.account': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'account', key='Id', stamp='SystemModstamp') }}
),

named as (
    select
        account.*,
        row_number() over (
            partition by Id
            order by {{ newest_first('account', 'SystemModstamp', raw_columns('salesforce', 'account')) }}
        ) as version_rank
    from {{ raw_table('salesforce', 'account') }} as account
    where MasterRecordId is not null
),

merged as (
    select
        named.Id as account_id,
        named.MasterRecordId as surviving_account_id,
        named.Name as account_name,
        {{ to_utc('named.SystemModstamp') }} as merged_at,
        {{ epoch_to_timestamp('named._dlt_load_id') }} as known_at
    from named
    inner join latest on named.Id = latest.Id
    where named.version_rank = 1 and latest.IsDeleted
)

select *
from merged
