with salesforce as (
    select
        {{ conformed_id('salesforce', 'entries.product_id') }} as product_id,
        books.price_book_name as price_list_name,
        coalesce(entries.currency_code, corporate.currency_code) as currency_code,
        cast(entries.unit_price as decimal(18, 2)) as list_price,
        entries.is_active and books.is_active as is_active,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        entries.known_at,
        false as is_declared
    from {{ ref('stg_salesforce__price_book_entries') }} as entries
    inner join {{ ref('stg_salesforce__price_books') }} as books on entries.price_book_id = books.price_book_id
    cross join {{ ref('int_corporate_currency') }} as corporate
),

files as (
    select
        {{ file_id('product_id') }} as product_id,
        price_list_name,
        currency_code,
        list_price,
        is_active,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__product_prices') }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    product_id,
    price_list_name,
    currency_code,
    list_price,
    is_active,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'product_id, price_list_name, currency_code', first='declared') }} as resolved
