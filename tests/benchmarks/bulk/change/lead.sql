select
    * exclude (_dlt_load_id) replace (
        case when IsConverted then Status else 'Nurturing' end as Status, moment_at(changed_pos(Id)) as LastModifiedDate,
        moment_at(changed_pos(Id)) as SystemModstamp
    )
from landed_lead
where chance(Id, 'wanted') < 0.5 * change_share() and not IsDeleted
qualify row_number() over (partition by Id order by _dlt_load_id::double desc, SystemModstamp desc) = 1
