select
    record_id('1OS', i * 4 + position) as Id, id as OpportunityId, split_owner as SplitOwnerId, percentage as SplitPercentage,
    round(coalesce(amount, 0) * percentage / 100, decimals) as SplitAmount, record_id('1ST', split_type) as SplitTypeId,
    currency as CurrencyIsoCode, moment_at(pos) as CreatedDate, first_owner as CreatedById, moment_at(stamp) as LastModifiedDate,
    owner_id as LastModifiedById, moment_at(stamp) as SystemModstamp, is_deleted as IsDeleted
from (
    select
        i, id, currency, decimals, pos, amount, first_owner, owner_id, stamp, is_deleted,
        unnest([1, 2, 3]) as position, unnest([1, 1, 2]) as split_type,
        unnest([owner_id, case when owner_id = helper then first_owner else helper end, helper]) as split_owner,
        unnest([kept, 100 - kept, 20]) as percentage,
        unnest([u(i, 'shared') < 0.14, u(i, 'shared') < 0.14, u(i, 'overlay') < 0.04]) as is_there
    from (select *, pick([50, 60, 70, 75, 80], u(i, 'kept')) as kept from state)
) as splits
where is_there
order by i, position
