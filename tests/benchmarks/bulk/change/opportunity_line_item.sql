select
    line.* exclude (_dlt_load_id) replace (
        touched.line_quantity as Quantity, touched.line_price as TotalPrice, changed_at as LastModifiedDate,
        new_owner as LastModifiedById, changed_at as SystemModstamp
    )
from landed_opportunity_line_item as line
inner join touched on line.Id = touched.line_id
qualify row_number() over (partition by line.Id order by line._dlt_load_id::double desc, line.SystemModstamp desc) = 1
