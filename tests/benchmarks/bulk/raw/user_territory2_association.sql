select
    record_id('0MJ', row_number() over (order by seller.n)) as Id, user_id(seller.n) as UserId,
    record_id('0MI', 3 + territory.n) as Territory2Id, coalesce(seller.left_pos >= horizon(), true) as IsActive,
    case seller.job when 'SDR' then 'Specialist' else 'Owner' end as RoleInTerritory2,
    moment_at(coalesce(seller.left_pos, seller.hired)) as LastModifiedDate, user_id(1) as LastModifiedById,
    moment_at(least(coalesce(seller.left_pos, seller.hired), horizon() - 0.01)) as SystemModstamp
from seller
inner join territory
    on
        region_of(seller.team * areas() // teams(), areas()) = territory.region
        and seller.team % territory.places = territory.place
where seller.hired < horizon()
