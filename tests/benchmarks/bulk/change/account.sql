select
    * exclude (_dlt_load_id) replace (
        round(AnnualRevenue * 1.1, -3) as AnnualRevenue, moment_at(changed_pos(Id)) as LastModifiedDate,
        moment_at(changed_pos(Id)) as SystemModstamp
    )
from landed_account
where chance(Id, 'wanted') < 0.5 * change_share() and not IsDeleted
qualify row_number() over (partition by Id order by _dlt_load_id::double desc, SystemModstamp desc) = 1
