with salesforce as (
    select
        {{ conformed_id('salesforce', 'territory_id') }} as territory_id,
        territory_name as name,
        {{ conformed_id('salesforce', 'parent_territory_id') }} as parent_territory_id,
        null as country,
        null as region_group,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ ref('stg_salesforce__territories') }}
),

files as (
    select
        {{ file_id('territory_id') }} as territory_id,
        name,
        {{ file_id('parent_territory_id') }} as parent_territory_id,
        country,
        region_group,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__territories') }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    territory_id,
    name,
    parent_territory_id,
    country,
    region_group,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'territory_id', first='system') }} as resolved
