"""The sections of a quarterly report."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from salesops_pipeline.reporting import deal_tables, formats, pictures, tables
from salesops_pipeline.reporting import quarterly_tiles as tiles
from salesops_pipeline.reporting.figures.performance import bookings_by_month, distribution, members
from salesops_pipeline.reporting.figures.quarter import CompanyQuarter, NodeQuarter
from salesops_pipeline.reporting.figures.rows import NO_QUOTA
from salesops_pipeline.reporting.model import Block, Chart, Column, Note, Row, Section, Series, Table, Value
from salesops_pipeline.reporting.ratios import Missing, Ratio

TOP_DEALS = 15


def overview(whole: CompanyQuarter, part: NodeQuarter) -> tuple[Block, ...]:
    """Headline figures, bookings to date against quota and the quarter before, bookings by month."""
    headline = tiles.headline(whole, part)
    months = tables.months_table(bookings_by_month(part.won, whole.quarter), whole.as_of)
    current, previous = tiles.progress(whole, part)
    row = tiles.attainment_of(whole, part)
    quota = row.quota_amount if row else None
    if not part.won and not quota and not any(previous):
        is_empty = not part.won and not part.lost and not part.credits
        return (*([_nothing(whole)] if is_empty else []), headline, months)
    line = pictures.progress_chart(
        tables.progress_table(whole.quarter, current, previous, quota),
        name=part.name,
        quarter=whole.quarter.label,
        previous=whole.previous.label if whole.previous else None,
        quota=quota,
        until=formats.day(whole.last_day),
        currency=whole.company.currency,
    )
    return (headline, Row((line, months)))


def _nothing(whole: CompanyQuarter) -> Note:
    latest = f" The latest quarter with a closed deal is {whole.latest_closed.label}." if whole.latest_closed else ""
    return Note(f"No data, because nothing was closed and no quota was set in {whole.quarter.label}.{latest}")


def people(whole: CompanyQuarter, part: NodeQuarter) -> list[Section]:
    """Teams below, everybody with a figure, and how attainment spreads; nothing of it for a person."""
    if part.node.node_type == "person":
        return []
    found = []
    teams = _teams_table(whole, part)
    if teams.rows:
        found.append(Section("teams", "Teams", (teams,)))
    everybody = members(part, whole.organisation)
    table = tables.members_table(
        everybody,
        empty=f"nobody had a deal, a credit or a quota in {whole.quarter.label}",
        with_teams=part.node.node_type == "company" or bool(teams.rows),
    )
    rates = [rate.value for member in everybody if isinstance(rate := member.attainment(), Ratio)]
    found.append(Section("people", "People", (table, _spread(rates))))
    return found


def _spread(rates: list[Decimal]) -> Block:
    spread = distribution(rates)
    if isinstance(spread, Missing):
        return Note(f"The spread of attainment is not shown, because there are {spread.reason}.")
    bands, figures = tables.distribution_tables(spread)
    chart = Chart(
        title="Persons by attainment",
        alt="Persons by attainment: " + "; ".join(f"{label}: {count}" for label, count in spread.bands) + ".",
        table=bands,
        kind="column",
        category="band",
        series=(Series("persons", "Persons"),),
    )
    return Row((chart, figures))


def _teams_table(whole: CompanyQuarter, part: NodeQuarter) -> Table:
    """The teams below the node, parents before children."""
    teams = whole.organisation.teams
    below = whole.organisation.subtrees.get(part.node.node_id, frozenset()) - {part.node.node_id}
    wanted = [
        node
        for node in whole.nodes()
        if node.node_type == "team" and (part.node.node_type == "company" or node.node_id in below)
    ]
    depths = [teams[node.node_id].depth if node.node_id in teams else 0 for node in wanted]
    top = min(depths, default=0)
    rows = []
    for node, depth in zip(wanted, depths, strict=True):
        piece = whole.slice(node)
        rows.append((formats.INDENT * (depth - top) + piece.name, *_figures(whole, piece)))
    return Table(
        name="teams",
        title="Each team with everything below it",
        columns=(Column("team", "Team"), *tables.PEOPLE_COLUMNS),
        rows=tuple(rows),
        total=(part.name, *_figures(whole, part)),
        empty="no team has a figure in the quarter",
    )


def _figures(whole: CompanyQuarter, piece: NodeQuarter) -> tuple[Value, ...]:
    rate, row = tiles.win_rate_of(whole, piece), tiles.attainment_of(whole, piece)
    return (
        rate.won_count,
        rate.closed_count,
        rate.by_count(),
        rate.won_amount,
        row.credited_amount if row else Decimal(0),
        row.quota_amount if row else None,
        row.rate() if row else Missing(NO_QUOTA),
    )


def trend(whole: CompanyQuarter, part: NodeQuarter) -> tuple[Block, ...]:
    """Bookings, win rates and attainment over the last quarters."""
    table = tables.history_table(part, whole.calendar)
    if len(table.rows) < 2:
        return (table,)
    has_quota = any(value is not None for value in table.values("quota"))
    bookings = Chart(
        title="Bookings and quota by quarter" if has_quota else "Bookings by quarter",
        alt="Bookings by quarter: "
        + formats.spoken(table.values("quarter"), table.values("won_amount"), whole.company.currency)
        + ".",
        table=table,
        kind="column",
        category="quarter",
        series=(Series("won_amount", "Bookings"), *([Series("quota", "Quota", "compare")] if has_quota else [])),
    )
    # One person closes too few deals in a quarter for a curve of rates to say anything.
    if part.node.node_type == "person" or not any(isinstance(rate, Ratio) for rate in table.values("rate_count")):
        return (Row((replace(bookings, is_wide=True),)), table)
    labels = zip(table.values("quarter"), table.values("rate_count"), strict=True)
    win_rate = Chart(
        title="Win rate by quarter, by count",
        alt="Win rate by quarter: "
        + "; ".join(f"{name} {formats.text(rate, 'percent')}" for name, rate in labels)
        + ".",
        table=table,
        kind="column",
        category="quarter",
        series=(Series("rate_count", "Win rate, by count"),),
    )
    return (Row((bookings, win_rate)), table)


def deals(whole: CompanyQuarter, part: NodeQuarter) -> tuple[Block, ...]:
    """Won and lost deals; for a person also what they are credited with."""
    is_person = part.node.node_type == "person"
    label = whole.quarter.label
    won = deal_tables.deals_table(
        "won-deals",
        "Won deals",
        part.won,
        empty=f"no deal was won in {label}",
        date_label="Closed",
        with_owner=not is_person,
        with_cycle=True,
        shown_rows=None if is_person else TOP_DEALS,
    )
    lost = deal_tables.deals_table(
        "lost-deals",
        "Lost deals",
        part.lost,
        empty=f"no deal was lost in {label}",
        date_label="Closed",
        with_owner=not is_person,
        shown_rows=TOP_DEALS,
    )
    if not is_person:
        return (won, lost)
    return (
        deal_tables.credits_table(part.credits, whole.closed_by_id, f"no deal won in {label} is credited to you"),
        won,
        lost,
    )


def pipeline(whole: CompanyQuarter, part: NodeQuarter) -> tuple[Block, ...]:
    """What is open; only for the running quarter, because open pipeline is a state."""
    if not whole.is_running:
        reason = "has not begun" if whole.as_of < whole.quarter.start else "is over"
        return (
            Note(
                f"No data, because {whole.quarter.label} {reason}: open pipeline is a state at the as-of date, "
                f"{formats.day(whole.as_of)}, and is shown in the report of the running quarter."
            ),
        )
    table = tables.stages_table(part.stages, "no opportunity is open")
    closing = deal_tables.deals_table(
        "closing-deals",
        "Open deals expected to close by the end of the quarter",
        part.open_deals,
        empty="no open deal is expected to close by the end of the quarter",
        date_label="Expected close",
        with_owner=part.node.node_type != "person",
        with_stage=True,
        shown_rows=TOP_DEALS,
        note="Deals past due included.",
    )
    if not part.stages or part.node.node_type == "person":  # a handful of deals is a list, not a picture
        return (tiles.pipeline(whole, part), table, closing)
    chart = pictures.stage_chart(table, whole.company.currency, is_wide=True)
    return (tiles.pipeline(whole, part), Row((chart,)), table, closing)
