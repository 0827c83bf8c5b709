select
    record_id('017', change_number(changed_at, n, position)) as Id, opportunity_id as OpportunityId, field as Field,
    data_type as DataType, old_value as OldValue, new_value as NewValue, changed_at as CreatedDate, new_owner as CreatedById,
    false as IsDeleted
from (
    select
        touched.Id as opportunity_id, n, changed_at, new_owner,
        unnest([0, 1, 2, 3, 4]) as position,
        unnest(['StageName', 'Amount', 'CloseDate', 'Owner', 'Owner']) as field,
        unnest(['DynamicEnum', 'Currency', 'DateOnly', 'EntityId', 'Text']) as data_type,
        unnest([StageName, Amount::varchar, CloseDate::varchar, OwnerId, right(OwnerId, 6)]) as old_value,
        unnest([stage_name(new_stage), new_amount::varchar, new_close_date::varchar, new_owner, right(new_owner, 6)]) as new_value
    from touched
    where action <> 'delete'
) as fields
where old_value is distinct from new_value
