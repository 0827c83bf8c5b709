select
    record_id('01J', s + 1) as Id, stage_name(s) as MasterLabel, stage_name(s) as ApiName, true as IsActive,
    s + 1 as SortOrder, s >= 5 as IsClosed, s = 5 as IsWon, stage_category(s) as ForecastCategory,
    category_name(s) as ForecastCategoryName, stage_probability(s) as DefaultProbability,
    moment_at(-1040) as CreatedDate, user_id(1) as CreatedById, moment_at(-1040) as LastModifiedDate,
    user_id(1) as LastModifiedById, moment_at(-1040) as SystemModstamp
from range(7) as t(s)
