select
    * exclude (
        n, stage, x, changed_at, action, line_id, line_quantity, line_price, new_stage, new_amount, new_close_date, new_owner, _dlt_load_id
    ) replace (
        stage_name(new_stage) as StageName, new_amount as Amount, new_close_date as CloseDate, new_owner as OwnerId,
        new_amount * stage_probability(new_stage) / 100 as ExpectedRevenue, stage_probability(new_stage) as Probability,
        new_stage >= 5 as IsClosed, new_stage = 5 as IsWon, stage_category(new_stage) as ForecastCategory,
        category_name(new_stage) as ForecastCategoryName, fiscal_year(new_close_date) as FiscalYear,
        fiscal_quarter(new_close_date) as FiscalQuarter,
        case when action = 'note' then 'Meet the sponsor' else NextStep end as NextStep,
        case when action = 'push' then PushCount + 1 else PushCount end as PushCount,
        case when new_stage <> stage then changed_at else LastStageChangeDate end as LastStageChangeDate,
        changed_at as LastModifiedDate, new_owner as LastModifiedById, changed_at as SystemModstamp,
        action = 'delete' as IsDeleted
    )
from touched
where action <> 'delete' or x * 1000 % 1 < 0.5
