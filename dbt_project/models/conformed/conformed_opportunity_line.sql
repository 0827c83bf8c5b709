{{ config(meta={
    'key': 'opportunity_line_id',
    'inputs': {
        'stg_salesforce__opportunity_line_items': {
            'column': 'opportunity_line_item_id',
            'prefix': 'salesforce:',
        },
        'stg_files__opportunity_lines': "_key_source || ':' || opportunity_line_id",
    },
}) }}
with salesforce as (
    select
        {{ conformed_id('salesforce', 'opportunity_line_item_id') }} as opportunity_line_id,
        {{ conformed_id('salesforce', 'opportunity_id') }} as opportunity_id,
        {{ conformed_id('salesforce', 'product_id') }} as product_id,
        quantity,
        cast(unit_price as decimal(18, 2)) as unit_price,
        cast(list_price as decimal(18, 2)) as list_price,
        total_price as total_amount,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ part(ref('stg_salesforce__opportunity_line_items')) }}
),

files as (
    select
        {{ file_id('opportunity_line_id') }} as opportunity_line_id,
        {{ file_id('opportunity_id') }} as opportunity_id,
        {{ file_id('product_id') }} as product_id,
        quantity,
        unit_price,
        list_price,
        total_amount,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ part(ref('stg_files__opportunity_lines')) }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    opportunity_line_id,
    opportunity_id,
    product_id,
    quantity,
    unit_price,
    list_price,
    total_amount,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'opportunity_line_id', first='system') }} as resolved
