"""What each metric of a report means, in words, with the query that gives the same figure."""

from __future__ import annotations

from dataclasses import dataclass

from salesops_pipeline.reporting import recipes
from salesops_pipeline.reporting.model import Definition
from salesops_pipeline.reporting.recipes import Recipe, Scope

_AS_WAS = "Attributed as it was: to the owner, and the owner's team, at the close."
_NOW = "Attributed to the owner on the day and the team they are in then."
_THEN = "Attributed to the owner, and the owner's team, at the event."
_CREDIT = "Attributed by credit: revenue splits where there are any, otherwise all of it to the owner."

_DEALS = ("core.fct_opportunity",)
_EVENTS = ("core.fct_opportunity_event", "marts.mart_daily_movement")
_RATES = ("core.fct_opportunity", "marts.mart_win_rate")
_QUOTAS = ("core.fct_opportunity_credit", "core.fct_quota", "marts.mart_quota_attainment")
_PIPELINE = ("core.fct_opportunity", "marts.mart_pipeline_stage")


@dataclass(frozen=True)
class _Metric:
    label: str
    text: str
    attribution: str
    tables: tuple[str, ...]
    recipe: Recipe


_METRICS: dict[str, _Metric] = {
    "bookings": _Metric(
        "Bookings",
        "Amount of the opportunities won whose close date lies in the quarter, in the reporting currency at the rate "
        "of the close date.",
        _AS_WAS,
        _DEALS,
        recipes.closed("coalesce(sum(reporting_amount), 0) as bookings, count(*) as won_deals", "is_won"),
    ),
    "lost": _Metric(
        "Lost",
        "Opportunities closed without a win whose close date lies in the quarter.",
        _AS_WAS,
        _DEALS,
        recipes.closed("count(*) as lost_deals, coalesce(sum(reporting_amount), 0) as amount", "status = 'lost'"),
    ),
    "win_rate_count": _Metric(
        "Win rate, by count",
        "Opportunities won over opportunities won or lost, of those whose close date lies in the quarter. Open ones do "
        "not count; without a closed one there is no rate.",
        _AS_WAS,
        _RATES,
        recipes.closed(
            "count(*) filter (where is_won) / nullif(count(*), 0) as win_rate,\n"
            "    count(*) filter (where is_won) as won, count(*) as closed"
        ),
    ),
    "win_rate_value": _Metric(
        "Win rate, by value",
        "Amount won over amount won or lost, of the opportunities whose close date lies in the quarter. One large deal "
        "can dominate it. Where no lost deal has an amount there is no rate, because it would always be 100%.",
        _AS_WAS,
        _RATES,
        recipes.closed(
            "case when bool_and(is_won) or sum(reporting_amount) filter (where not is_won) <> 0 then\n"
            "        coalesce(sum(reporting_amount) filter (where is_won), 0) / nullif(sum(reporting_amount), 0)\n"
            "    end as win_rate,\n"
            "    sum(reporting_amount) filter (where is_won) as won, sum(reporting_amount) as closed"
        ),
    ),
    "deal_size": _Metric(
        "Average won deal",
        "Mean and median amount of the opportunities won in the quarter; those without an amount are left out.",
        _AS_WAS,
        _DEALS,
        recipes.closed(
            "avg(reporting_amount) as mean, median(reporting_amount) as median, count(*) as deals",
            "is_won and reporting_amount <> 0",
        ),
    ),
    "sales_cycle": _Metric(
        "Sales cycle",
        "Median days from creation to close of the opportunities won in the quarter; those of unknown or negative "
        "(back-dated) duration are left out.",
        _AS_WAS,
        _DEALS,
        recipes.closed(
            "median(days_to_close) as median, avg(days_to_close) as mean, count(*) as deals",
            "is_won and days_to_close >= 0",
        ),
    ),
    "attainment": _Metric(
        "Quota attainment",
        "Credits for the opportunities won in the quarter over the quota of the whole quarter; without a quota there "
        "is no rate.",
        _CREDIT,
        _QUOTAS,
        recipes.attainment,
    ),
    "at_quota": _Metric(
        "Persons at quota",
        "Persons whose credits reach their quota, over persons with a quota. Not given for fewer than five persons.",
        _CREDIT,
        _QUOTAS,
        recipes.at_quota,
    ),
    "percentile": _Metric(
        "Place among peers",
        "Share of the other persons of the company with a quota whose attainment is lower; ties count half. Not given "
        "for fewer than five persons.",
        _CREDIT,
        ("marts.mart_quota_attainment",),
        recipes.percentile,
    ),
    "pipeline": _Metric(
        "Open pipeline",
        "Amount of the opportunities open at the end of the day, whatever their close date, at the rates of the as-of "
        "date.",
        _NOW,
        _PIPELINE,
        recipes.open_deals(
            "case when count(*) = 0 then 0 else nullif(sum(amount), 0) end as amount, count(*) as open_deals"
        ),
    ),
    "closing": _Metric(
        "Closing this quarter",
        "Amount of the open opportunities whose expected close date lies in the quarter.",
        _NOW,
        _PIPELINE,
        recipes.closing,
    ),
    "coverage": _Metric(
        "Pipeline coverage",
        "Open pipeline that is expected to close in the quarter, over what is left of the quota: quota less credits. "
        "Once the quota is reached there is nothing to cover.",
        _NOW,
        (*_PIPELINE, *_QUOTAS[:1], *_QUOTAS[2:]),
        recipes.coverage,
    ),
    "past_due": _Metric(
        "Past due", "Open opportunities whose close date has gone by.", _NOW, _PIPELINE, recipes.past_due
    ),
}

_MOVES = (
    ("created", "Created", "Opportunities created on the day, with the amount they had then."),
    ("won", "Won", "Opportunities entered as won on the day, whatever their close date."),
    ("lost", "Lost", "Opportunities entered as lost on the day, whatever their close date."),
    ("stage_advanced", "Advanced", "Opportunities that moved to a later stage of the sales process on the day."),
    ("close_date_pushed", "Pushed", "Open opportunities whose expected close date was moved to a later day."),
    ("close_date_pulled_in", "Pulled in", "Open opportunities whose expected close date was moved to an earlier day."),
    ("amount_increased", "Amount raised", "Opportunities whose amount was raised on the day, and by how much in all."),
    (
        "amount_decreased",
        "Amount lowered",
        "Opportunities whose amount was lowered on the day, and by how much in all.",
    ),
)
_METRICS |= {
    f"day_{event_type}": _Metric(label, text, _THEN, _EVENTS, recipes.moved(event_type))
    for event_type, label, text in _MOVES
}


def definition(metric: str, scope: Scope) -> Definition:
    """The definition of a metric with its query for one report.

    Args:
        metric: A key that tiles use.
        scope: What the report is about.
    """
    entry = _METRICS[metric]
    return Definition(
        metric=metric,
        label=entry.label,
        text=entry.text,
        attribution=entry.attribution,
        tables=entry.tables,
        sql=entry.recipe(scope),
    )
