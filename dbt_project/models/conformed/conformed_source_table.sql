{# Every raw table of every source: what the lake holds of it and how many rows of it count today. #}
{% set tables = [
    ('salesforce', 'user', ref('stg_salesforce__users')),
    ('salesforce', 'user_role', ref('stg_salesforce__user_roles')),
    ('salesforce', 'account', ref('stg_salesforce__accounts')),
    ('salesforce', 'contact', ref('stg_salesforce__contacts')),
    ('salesforce', 'lead', ref('stg_salesforce__leads')),
    ('salesforce', 'opportunity', ref('stg_salesforce__opportunities')),
    ('salesforce', 'opportunity_history', ref('stg_salesforce__opportunity_histories')),
    ('salesforce', 'opportunity_field_history', ref('stg_salesforce__opportunity_field_histories')),
    ('salesforce', 'opportunity_line_item', ref('stg_salesforce__opportunity_line_items')),
    ('salesforce', 'opportunity_stage', ref('stg_salesforce__opportunity_stages')),
    ('salesforce', 'opportunity_split', ref('stg_salesforce__opportunity_splits')),
    ('salesforce', 'opportunity_split_type', ref('stg_salesforce__opportunity_split_types')),
    ('salesforce', 'product2', ref('stg_salesforce__products')),
    ('salesforce', 'pricebook2', ref('stg_salesforce__price_books')),
    ('salesforce', 'pricebook_entry', ref('stg_salesforce__price_book_entries')),
    ('salesforce', 'task', ref('stg_salesforce__tasks')),
    ('salesforce', 'event', ref('stg_salesforce__events')),
    ('salesforce', 'campaign', ref('stg_salesforce__campaigns')),
    ('salesforce', 'campaign_member', ref('stg_salesforce__campaign_members')),
    ('salesforce', 'territory2', ref('stg_salesforce__territories')),
    ('salesforce', 'user_territory2_association', ref('stg_salesforce__user_territories')),
    ('salesforce', 'object_territory2_association', ref('stg_salesforce__account_territories')),
    ('salesforce', 'forecasting_quota', ref('stg_salesforce__forecasting_quotas')),
    ('salesforce', 'currency_type', ref('stg_salesforce__currencies')),
    ('salesforce', 'dated_conversion_rate', ref('stg_salesforce__dated_conversion_rates')),
    ('salesforce', 'period', ref('stg_salesforce__periods')),
    ('files', 'account', ref('stg_files__accounts')),
    ('files', 'contact', ref('stg_files__contacts')),
    ('files', 'person', ref('stg_files__persons')),
    ('files', 'person_assignment', ref('stg_files__person_assignments')),
    ('files', 'team', ref('stg_files__teams')),
    ('files', 'product', ref('stg_files__products')),
    ('files', 'product_price', ref('stg_files__product_prices')),
    ('files', 'sales_stage', ref('stg_files__sales_stages')),
    ('files', 'opportunity', ref('stg_files__opportunities')),
    ('files', 'opportunity_history', ref('stg_files__opportunity_histories')),
    ('files', 'opportunity_line', ref('stg_files__opportunity_lines')),
    ('files', 'opportunity_split', ref('stg_files__opportunity_splits')),
    ('files', 'lead', ref('stg_files__leads')),
    ('files', 'activity', ref('stg_files__activities')),
    ('files', 'campaign', ref('stg_files__campaigns')),
    ('files', 'campaign_member', ref('stg_files__campaign_members')),
    ('files', 'quota', ref('stg_files__quotas')),
    ('files', 'territory', ref('stg_files__territories')),
    ('files', 'territory_assignment', ref('stg_files__territory_assignments')),
    ('files', 'account_territory', ref('stg_files__account_territories')),
    ('files', 'exchange_rate', ref('stg_files__exchange_rates')),
    ('files', 'invoice', ref('stg_files__invoices')),
    ('files', 'quarantine', ref('stg_files__quarantined_values')),
    ('files', 'feed_load', ref('stg_files__feed_loads')),
    ('policy', 'company', ref('stg_policy__companies')),
] %}
with raw_tables as (
    select * from {{ ref('stg_salesforce__raw_tables') }}
    union all
    select * from {{ ref('stg_files__raw_tables') }}
    union all
    select * from {{ ref('stg_policy__raw_tables') }}
),

staged as (
    {% for system, table, staging in tables -%}
        select
            '{{ system }}' as source_system,
            '{{ table }}' as table_name,
            count(*) as row_count
        from {{ staging }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}
)

select
    raw_tables.source_system,
    raw_tables.table_name,
    staged.row_count,
    raw_tables.raw_row_count,
    raw_tables.load_count,
    raw_tables.last_loaded_at,
    raw_tables.latest_record_at
from raw_tables
inner join staged
    on raw_tables.source_system = staged.source_system and raw_tables.table_name = staged.table_name
