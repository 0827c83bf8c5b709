{#
    Each change begins with the value at which the one before ended, and the last ends at today's value. Fails with the
    links that do not fit.
#}
with links as (
    select
        opportunity_id,
        field_name,
        changed_at,
        old_value,
        new_value,
        lag(new_value) over (partition by opportunity_id, field_name order by changed_at) as value_before,
        row_number() over (partition by opportunity_id, field_name order by changed_at desc) as position_from_end
    from {{ checked(ref('int_opportunity_change'), also=[ref('int_opportunity_value')]) }}
)

select
    links.opportunity_id,
    links.field_name,
    links.changed_at
from links
inner join {{ ref('int_opportunity_value') }} as fields
    on links.opportunity_id = fields.opportunity_id and links.field_name = fields.field_name
where
    links.old_value is distinct from links.value_before
    or (links.position_from_end = 1 and links.new_value is distinct from fields.current_value)
