"""The ``salesops`` command. Each subcommand is a few lines that call a room; nothing is decided here."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Column, Table

from salesops_pipeline.errors import UserError
from salesops_pipeline.settings import PROJECT_DIR, Settings, load_settings
from salesops_pipeline.terminal import (
    MARKS,
    console,
    errors,
    loads_table,
    merges_table,
    only_our_words,
    print_published,
    simulation_progress,
)

app = typer.Typer(help="Sales operations as a data product.", no_args_is_help=True, pretty_exceptions_enable=False)
sandbox_app = typer.Typer(help="A simulated company, served as the systems a real one has.", no_args_is_help=True)
files_app = typer.Typer(help="Exports and spreadsheets as a source.", no_args_is_help=True)
publish_app = typer.Typer()
report_app = typer.Typer(help="Reports of the published version.", no_args_is_help=True)
lake_app = typer.Typer(help="The raw data that everything is built from.", no_args_is_help=True)
cluster_app = typer.Typer(help="A Spark cluster on this machine, for trying the Spark target.", no_args_is_help=True)
app.add_typer(cluster_app, name="cluster")
app.add_typer(sandbox_app, name="sandbox")
app.add_typer(files_app, name="files")
app.add_typer(publish_app, name="publish")
app.add_typer(report_app, name="report")
app.add_typer(lake_app, name="lake")

DEFAULT_SEED, DEFAULT_PEOPLE, DEFAULT_YEARS, DEFAULT_PORT = 7, 60, 3, 8700
_MOVEMENTS = ("new", "changed", "late-edited", "deleted", "undeleted", "merged")

AsOf = Annotated[str | None, typer.Option(help="The day to look at, YYYY-MM-DD; today if left out.")]


def main() -> None:
    """Run the command; an error of the user is one line and exit code 1, without a traceback."""
    try:
        app()
    except UserError as error:
        errors.print(f"[red]error:[/red] {escape(error.line())}", soft_wrap=True)
        sys.exit(1)
    except OSError as error:
        line = (
            f"{error.strerror or error} ({error.filename or 'no file named'}). Check SALESOPS_DATA_DIR and its rights."
        )
        errors.print(f"[red]error:[/red] {escape(line)}", soft_wrap=True)
        sys.exit(1)


@app.command()
def demo(
    seed: int = DEFAULT_SEED,
    people: int = DEFAULT_PEOPLE,
    years: Annotated[float, typer.Option(help="Length of the company's history.")] = DEFAULT_YEARS,
) -> None:
    """Create the sandbox company if there is none, run the whole pipeline on it, and say where the reports are."""
    settings = load_settings()
    if not (settings.sandbox_dir / "company.sqlite").exists():
        _create_sandbox(settings, seed, people, years)
    _run(settings)
    console.print(f"Look inside with [bold]{sys.argv[0]} ui[/bold] (Dagster) or [bold]{sys.argv[0]} status[/bold].")


@app.command()
def run(
    as_of: AsOf = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Pull only this system (repeatable); the rest stays as it was.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything again, not only what changed.")] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build every table from nothing, also if nothing changed.")
    ] = False,
    engine: Annotated[
        Literal["duckdb", "spark"] | None, typer.Option(help="What builds; SALESOPS_ENGINE if left out.")
    ] = None,
) -> None:
    """Pull every source, build, audit, publish and report; what would only come out the same again is left alone."""
    settings = load_settings(**({"engine": engine} if engine else {}))
    _run(settings, as_of=as_of, sources=source or [], full=full, rebuild=rebuild)


def _run(
    settings: Settings,
    *,
    as_of: str | None = None,
    sources: Sequence[str] = (),
    full: bool = False,
    rebuild: bool = False,
) -> None:
    from salesops_pipeline.orchestration.context import resolve_as_of

    resolve_as_of(as_of, settings)  # a mistyped date should not cost the start of a run
    with only_our_words() as terminal, terminal.status("starting") as status:

        def listener(kind: str, text: str) -> None:
            text = escape(text)
            if kind in {"step", "log"}:
                status.update(f"running {text}" if kind == "step" else text[: max(terminal.width - 4, 20)])
            else:
                terminal.print(f"{MARKS[kind]} {text}", soft_wrap=True)

        from salesops_pipeline.orchestration.runner import run_daily

        outcome = run_daily(settings, as_of=as_of, sources=sources, full=full, rebuild=rebuild, listener=listener)
    if outcome.loads:
        console.print(loads_table(outcome.loads))
    if not outcome.success:
        raise UserError(
            f"the run did not finish: {'; '.join(outcome.failures) or 'see the run in the UI'}",
            where=f"run {outcome.run_id[:8]}",
            fix="Readers keep the last version that passed. `salesops ui` shows the run.",
        )
    print_published(settings)


@app.command()
def ui(port: Annotated[int, typer.Option(min=1, max=65535)] = 3000) -> None:
    """Open the Dagster UI on the loopback address, with the daemon that runs schedules."""
    from salesops_pipeline.orchestration.instance import prepare_dagster_home

    prepare_dagster_home(load_settings())
    console.print(f"Dagster on http://127.0.0.1:{port} (Ctrl-C ends it)")
    dagster = str(Path(sys.executable).parent / "dagster")
    arguments = ["dev", "-w", str(PROJECT_DIR / "workspace.yaml"), "-h", "127.0.0.1", "-p", str(port)]
    os.chdir(PROJECT_DIR)
    os.execv(dagster, [dagster, *arguments])  # noqa: S606  the UI replaces this process, so Ctrl-C reaches it


@app.command()
def status() -> None:
    """Say what is published, how fresh each source is, and how the last build went."""
    from salesops_pipeline.publishing import build_record
    from salesops_pipeline.publishing.versions import current_version, open_verified

    settings = load_settings()
    build = build_record.read_build(settings)
    console.print(f"Last build: {f'{build.status}, as of {build.as_of_date}' if build else 'none yet'}")
    if current_version(settings) is None:
        console.print("Published: nothing yet. Run [bold]salesops run[/bold] or [bold]salesops demo[/bold].")
        return
    version = open_verified(settings)
    certificate = version.certificate
    console.print(
        f"Published: [bold]{version.version}[/bold], as of {certificate.as_of_date}, "
        f"{certificate.count('passed') + certificate.dbt.passed} checks passed"
    )
    table = Table("source", Column("table", overflow="fold"), "rows", "last checked", "last change", "latest record")
    for source in certificate.sources:
        if not source.last_checked_at:
            continue  # not connected
        table.add_row(
            source.source_system,
            source.table_name,
            f"{source.row_count:,}",
            f"{source.last_checked_at:%Y-%m-%d %H:%M}" if source.last_checked_at else "never",
            f"{source.last_loaded_at:%Y-%m-%d %H:%M}" if source.last_loaded_at else "never",
            f"{source.latest_record_at:%Y-%m-%d %H:%M}" if source.latest_record_at else "-",
        )
    console.print(table)


@app.command()
def retention(
    days: Annotated[
        int | None, typer.Option(min=1, help="Keep runs of so many days; SALESOPS_KEEP_RUN_DAYS if left out.")
    ] = None,
) -> None:
    """Delete Dagster's records of old runs; the last one that made each asset stays."""
    import dagster as dg

    from salesops_pipeline.orchestration.instance import prepare_dagster_home
    from salesops_pipeline.orchestration.retention import delete_old_runs

    settings = load_settings()
    kept = dt.timedelta(days=days or settings.keep_run_days)
    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        deleted = delete_old_runs(instance, before=dt.datetime.now(dt.UTC) - kept)
    console.print(f"Deleted {len(deleted):,} runs that were older than {kept.days} days.")


@app.command()
def doctor() -> None:
    """Check settings, credentials, reachability, disk and versions, and say what to fix."""
    from salesops_pipeline.doctor import examine

    problems = 0
    for finding in examine(load_settings()):
        problems += finding.status == "problem"
        console.print(f"{MARKS[finding.status]} {escape(finding.subject)}: {escape(finding.detail)}", soft_wrap=True)
    raise typer.Exit(1 if problems else 0)


@lake_app.command("compact")
def lake_compact(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be merged.")] = False,
) -> None:
    """Merge small raw files into large ones; no result changes, old versions included."""
    from salesops_pipeline.lake.maintenance import compact_lake, preview_compaction

    settings = load_settings()
    if dry_run:
        console.print(merges_table(preview_compaction(settings)))
        return
    with console.status("looking through the lake") as status:
        done = compact_lake(settings, on_progress=lambda text: status.update(f"merging {escape(text)}"))
    console.print(merges_table(done.merges))
    console.print(f"{done.removed_files:,} files that were replaced earlier are removed.")


@sandbox_app.command("create")
def sandbox_create(
    seed: int = DEFAULT_SEED,
    people: int = DEFAULT_PEOPLE,
    years: float = DEFAULT_YEARS,
    until: Annotated[str | None, typer.Option(help="Last simulated day, YYYY-MM-DD; yesterday if left out.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a company that is there already.")] = False,
) -> None:
    """Simulate a company from a seed: the same arguments give the same company."""
    _create_sandbox(load_settings(), seed, people, years, _date(until, "--until"), overwrite=overwrite)


def _create_sandbox(
    settings: Settings, seed: int, people: int, years: float, until: dt.date | None = None, *, overwrite: bool = False
) -> None:
    from salesops_pipeline.sandbox.simulation import create

    with simulation_progress() as on_progress:
        summary = create(
            settings.sandbox_dir,
            seed=seed,
            people=people,
            years=years,
            until=until or dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1),
            overwrite=overwrite,
            on_progress=on_progress,
        )
    rows = summary.rows
    console.print(
        f"[green]✓[/green] a company from {summary.start} to {summary.today}, seed {summary.seed}: "
        f"{rows['User']} people, {rows['Account']:,} accounts, {rows['Opportunity']:,} opportunities, "
        f"{rows['Task'] + rows['Event']:,} activities"
    )


@sandbox_app.command("advance")
def sandbox_advance(days: Annotated[int, typer.Option(min=1, help="How many days to move on.")]) -> None:
    """Move the company on: new, changed, late-edited, deleted and merged records."""
    from salesops_pipeline.sandbox.simulation import advance

    with simulation_progress() as on_progress:
        summary = advance(load_settings().sandbox_dir, days=days, on_progress=on_progress)
    table = Table("object", *_MOVEMENTS, title=f"From {summary.before} to {summary.today}", title_justify="left")
    movements = {name: getattr(summary, name.replace("-", "_")) for name in _MOVEMENTS}
    for name in sorted({name for counts in movements.values() for name in counts}):
        table.add_row(name, *(f"{counts[name]:,}" if name in counts else "" for counts in movements.values()))
    console.print(table)


@sandbox_app.command("serve")
def sandbox_serve(
    port: Annotated[int, typer.Option(min=0, max=65535)] = DEFAULT_PORT,
    faults: Annotated[str, typer.Option(help="Faults to inject, for example '503:every=20,retry_after=1'.")] = "",
) -> None:
    """Serve the company as a Salesforce org on a loopback port."""
    from salesops_pipeline.sandbox.salesforce.faults import parse_faults
    from salesops_pipeline.sandbox.salesforce.server import Server, run_forever

    def say(server: Server) -> None:
        console.print("A Salesforce org with made-up data (Ctrl-C ends it). To connect, set:")
        console.print(f"  SALESOPS_SALESFORCE_INSTANCE_URL={server.url}", soft_wrap=True)
        console.print(f"  SALESOPS_SALESFORCE_CLIENT_ID={server.client_id}", soft_wrap=True)
        console.print(f"  SALESOPS_SALESFORCE_CLIENT_SECRET={server.client_secret}", soft_wrap=True)

    run_forever(load_settings().sandbox_dir, port, parse_faults(faults) if faults else None, on_ready=say)


@cluster_app.command("up")
def cluster_up(
    workers: Annotated[int, typer.Option(min=1, help="How many worker processes.")] = 2,
    cores: Annotated[int, typer.Option(min=1, help="Tasks that each worker runs at a time.")] = 1,
    memory: Annotated[str, typer.Option(help="What each worker may give to executors, for example 2g.")] = "1g",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The master's port.")] = 7077,
    ui_port: Annotated[int, typer.Option(min=1, max=65000, help="The port of its page; the workers' follow.")] = 8090,
) -> None:
    """Start a master and workers on the loopback address, and wait until they know each other."""
    from salesops_pipeline.cluster import local

    settings = load_settings()
    plan = local.ClusterPlan(workers=workers, cores=cores, memory=memory, port=port, ui_port=ui_port)
    with console.status("starting"):
        cluster = local.up(settings.spark_dir, plan)
    console.print(f"A cluster of {workers} workers at {cluster.master_url}, its page at {cluster.ui_url}.")
    master = "" if cluster.master_url == settings.spark_master else f"SALESOPS_SPARK_MASTER={cluster.master_url} "
    console.print(f"Build on it with: [bold]{master}salesops run --engine spark[/bold]", soft_wrap=True)


@cluster_app.command("down")
def cluster_down() -> None:
    """End what `cluster up` started; the tables stay."""
    from salesops_pipeline.cluster import local

    stopped = local.down(load_settings().spark_dir)
    console.print(f"Ended {stopped} processes." if stopped else "No cluster was running.")


@cluster_app.command("status")
def cluster_status() -> None:
    """Say whether a cluster that `cluster up` started is there and how many workers it has."""
    from salesops_pipeline.cluster import local

    cluster = local.read(load_settings().spark_dir)
    if cluster is None:
        console.print("No cluster. Start one with [bold]salesops cluster up[/bold].")
        raise typer.Exit(1)
    alive = local.alive_workers(cluster) or 0
    console.print(f"{alive} of {cluster.workers} workers at {cluster.master_url}, page {cluster.ui_url}.")
    raise typer.Exit(0 if alive == cluster.workers else 1)


@files_app.command("contract")
def files_contract(
    entity: Annotated[str | None, typer.Argument(help="An entity; all are listed without one.")] = None,
) -> None:
    """Print the columns that an entity needs and those that are optional."""
    from salesops_pipeline.sources.files.describe import describe_entities, describe_entity

    if entity is None:
        table = Table("entity", "description")
        for description in describe_entities():
            table.add_row(description.name, description.description)
    else:
        description = describe_entity(entity)
        table = Table(
            Column("column", overflow="fold"),
            "type",
            "required",
            "allowed values",
            "description",
            title=description.description,
        )
        for column in description.columns:
            table.add_row(
                column.name,
                column.type,
                "yes" if column.required else "",
                ", ".join(column.values),
                column.description,
            )
    console.print(table)


@files_app.command("check")
def files_check(
    directory: Path,
    everything: Annotated[
        bool, typer.Option("--all", help="List every refused row instead of one line a kind.")
    ] = False,
) -> None:
    """Report every problem of an export folder with file, row and column; nothing is loaded."""
    from salesops_pipeline.sources.files.check import check

    report = check(directory)
    in_mapping = [problem for problem in report.problems if problem.row is None or not report.can_load]
    listed = report.problems if everything else (*in_mapping, *report.groups)
    for finding in (*listed, *report.warnings):
        errors.print(escape(finding.line()), soft_wrap=True)
    for feed in report.feeds:
        console.print(f"{escape(feed.name)}: {feed.good:,} rows fit, {feed.refused:,} would be refused")
    raise typer.Exit(1 if report.problems else 0)


@publish_app.callback(invoke_without_command=True)
def publish(
    context: typer.Context,
    rollback: Annotated[bool, typer.Option("--rollback", help="Let readers see an earlier version again.")] = False,
    to: Annotated[
        str | None, typer.Option(help="The version to go back to; the one before the current if left out.")
    ] = None,
) -> None:
    """Published versions: list, compare, roll back."""
    from salesops_pipeline.publishing import versions

    if to is not None and not rollback:
        raise UserError("--to goes with --rollback", where="salesops publish", fix="Add --rollback.")
    if rollback:
        version = versions.rollback(load_settings(), to=to)
        console.print(f"Readers now see [bold]{version.version}[/bold], as of {version.certificate.as_of_date}.")
    elif context.invoked_subcommand is None:
        publish_list()


@publish_app.command("postgres")
def publish_postgres(
    whole: Annotated[bool, typer.Option("--whole", help="Send every row again, whatever PostgreSQL holds.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only compare PostgreSQL with the files, row by row.")] = False,
) -> None:
    """Bring PostgreSQL to the version that readers of the files see."""
    from salesops_pipeline.publishing.postgres import recorded
    from salesops_pipeline.publishing.postgres.compare import differing_tables
    from salesops_pipeline.publishing.versions import mirror_current, open_verified

    settings = load_settings()
    if not settings.publish_postgres_url.get_secret_value():
        raise UserError("PostgreSQL is not configured", where="SALESOPS_PUBLISH_POSTGRES_URL", fix="Set it.")
    if check:
        version = open_verified(settings)
        if differing := differing_tables(settings.publish_postgres_url, version):
            found = ", ".join(f"{table} ({rows:,} rows)" for table, rows in differing.items())
            raise UserError(
                f"PostgreSQL is not {version.version}: {found} differ", fix="Run `salesops publish postgres --whole`."
            )
        console.print(f"PostgreSQL equals {version.version}: {len(version.certificate.tables)} tables, row by row.")
        return
    mirror_current(settings, whole=whole)
    if load := recorded(settings):
        console.print(f"PostgreSQL shows {load.line()}.")


@publish_app.command("list")
def publish_list() -> None:
    """List the published versions, newest first."""
    from salesops_pipeline.publishing.postgres import recorded
    from salesops_pipeline.publishing.versions import current_version, list_versions

    settings = load_settings()
    current = current_version(settings)
    table = Table("version", "as of", "promoted", "checks passed", "")
    for version in list_versions(settings):
        certificate = version.certificate
        table.add_row(
            version.version,
            str(certificate.as_of_date),
            f"{certificate.promoted_at:%Y-%m-%d %H:%M}" if certificate.promoted_at else "",
            str(certificate.count("passed") + certificate.dbt.passed),
            "current" if version.version == current else "",
        )
    console.print(table)
    if load := recorded(settings):
        console.print(f"PostgreSQL shows {load.version} as of {load.as_of_date}.")


@publish_app.command("diff")
def publish_diff(older: str, newer: str) -> None:
    """Show which tables differ between two versions."""
    from salesops_pipeline.publishing.diff import diff_versions
    from salesops_pipeline.publishing.versions import open_verified

    settings = load_settings()
    table = Table("table", "change", f"rows {older}", f"rows {newer}", "totals that differ")
    for change in diff_versions(open_verified(settings, older), open_verified(settings, newer)):
        totals = "; ".join(f"{column}: {before} → {after}" for column, (before, after) in change.totals.items())
        table.add_row(change.table, change.change, _count(change.rows_before), _count(change.rows_after), totals)
    console.print(table)


@report_app.command("daily")
def report_daily(
    day: Annotated[str | None, typer.Option(help="YYYY-MM-DD; the as-of day if left out.")] = None,
) -> None:
    """Write the daily flash of the published version."""
    from salesops_pipeline.reporting import write_daily_flash, write_index

    settings = load_settings()
    paths = write_daily_flash(settings, day=_date(day, "--day"))
    _print_reports(paths, write_index(settings))


@report_app.command("quarterly")
def report_quarterly(
    quarter: Annotated[str | None, typer.Option(help="A label such as FY2027-Q3 or a date in the quarter.")] = None,
) -> None:
    """Write the quarterly reports of the published version for company, teams and persons."""
    from salesops_pipeline.reporting import write_index, write_quarterly

    settings = load_settings()
    with console.status("writing reports") as status:
        paths = write_quarterly(settings, quarter=quarter, on_progress=status.update)
    _print_reports(paths, write_index(settings))


def _print_reports(paths: list[Path], index: Path) -> None:
    console.print(f"{len(paths)} files; start at {index}", soft_wrap=True)


def _date(text: str | None, option: str) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UserError(f"{text!r} is not a date", where=option, fix="Write it as YYYY-MM-DD.") from None


def _count(rows: int | None) -> str:
    return "-" if rows is None else f"{rows:,}"


if __name__ == "__main__":
    main()
