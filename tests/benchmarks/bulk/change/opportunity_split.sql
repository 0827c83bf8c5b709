select
    split.* exclude (_dlt_load_id) replace (
        round(new_amount * split.SplitPercentage / 100, 2) as SplitAmount, changed_at as LastModifiedDate,
        new_owner as LastModifiedById, changed_at as SystemModstamp
    )
from landed_opportunity_split as split
inner join touched on split.OpportunityId = touched.Id and touched.new_amount is distinct from touched.Amount
qualify row_number() over (partition by split.Id order by split._dlt_load_id::double desc, split.SystemModstamp desc) = 1
