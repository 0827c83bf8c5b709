-- Old tasks that somebody edits, and a few that are deleted.
select
    * exclude (_dlt_load_id) replace (
        case when chance(Id, 'edit') < 0.9 then Subject || ' (edited)' else Subject end as Subject,
        moment_at(changed_pos(Id)) as LastModifiedDate, moment_at(changed_pos(Id)) as SystemModstamp,
        chance(Id, 'edit') >= 0.9 as IsDeleted
    )
from landed_task
where chance(Id, 'wanted') < 0.1 * change_share()
qualify row_number() over (partition by Id order by _dlt_load_id::double desc, SystemModstamp desc) = 1
