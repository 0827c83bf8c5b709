select
    record_id('017', happening_number(moment, i, slot * 8 + position)) as Id, id as OpportunityId, field as Field,
    data_type as DataType, old_value as OldValue, new_value as NewValue, moment_at(moment) as CreatedDate,
    owner_id as CreatedById, u(i, 'deleted') < 0.002 as IsDeleted
from (
    select
        i, id, slot, moment, owner_id,
        unnest([0, 1, 2, 3, 4]) as position,
        unnest([case when slot = 0 then 'created' else 'StageName' end, 'Amount', 'CloseDate', 'Owner', 'Owner']) as field,
        unnest([case when slot = 0 then 'Text' else 'DynamicEnum' end, 'Currency', 'DateOnly', 'EntityId', 'Text']) as data_type,
        unnest([
            case when slot > 0 then stage_name(old_stage) end, old_amount::varchar, old_close_date::varchar, old_owner_id,
            right(old_owner_id, 6)
        ]) as old_value,
        unnest([
            case when slot > 0 then stage_name(stage) end, amount::varchar, close_date::varchar, owner_id, right(owner_id, 6)
        ]) as new_value
    from happening
) as fields
where (slot = 0 and field = 'created') or (slot > 0 and old_value is distinct from new_value)
order by happening_number(moment, i, slot * 8 + position)
