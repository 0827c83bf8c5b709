{#
    A history row never changes, and it lives and dies with its opportunity: its own deletion mark is not read, so that
    history comes back when the opportunity is restored, and stays when Salesforce purges it with age.
#}
{{ config(meta={'key': 'opportunity_field_history_id', 'inputs': {'salesforce.opportunity_field_history': 'Id'}}) }}
{%- set raw_rows = raw_table('salesforce', 'opportunity_field_history') -%}
with versions as (
    select *
    from {{ first_per_key(
        '(select * from ' ~ raw_rows ~ ' where OpportunityId is not null)',
        alias='history',
        key='Id',
        order=oldest_first('history', raw_columns('salesforce', 'opportunity_field_history')),
    ) }}
),

renamed as (
    select
        Id as opportunity_field_history_id,
        OpportunityId as opportunity_id,
        Field as field_name,
        DataType as data_type,
        OldValue as old_value,
        NewValue as new_value,
        CreatedById as created_by_user_id,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ known_at() }} as known_at
    from versions
)

select *
from renamed
