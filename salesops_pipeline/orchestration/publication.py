"""Write, audit, publish: the candidate version, the checks on the candidate itself, and its promotion.

Where the version that readers see is what would be published now, each step says so and leaves everything as it is.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from salesops_pipeline.orchestration.checks import check_result
from salesops_pipeline.orchestration.exclusive import hold_run_lock
from salesops_pipeline.orchestration.failures import one_line_failures
from salesops_pipeline.orchestration.keys import CANDIDATE, VERSION
from salesops_pipeline.orchestration.notes import note
from salesops_pipeline.orchestration.standing import published_version
from salesops_pipeline.orchestration.warehouse import WAREHOUSE_POOL
from salesops_pipeline.publishing.versions import PublishedVersion
from salesops_pipeline.quality.gate import candidate_suite_names
from salesops_pipeline.quality.results import SuiteResult, problems
from salesops_pipeline.settings import Settings, load_settings

RAW_LANDING = "raw_landing"
_GROUP = "published"
_OWNERS = ["team:data-engineering"]
_PUBLISHED_LAYERS = {"core", "marts"}


def build_publication(
    warehouse: Sequence[dg.AssetsDefinition],
) -> list[dg.AssetsDefinition | dg.AssetChecksDefinition]:
    """The candidate, its gate and the published version."""
    tables = sorted(key for asset in warehouse for key in asset.keys if key.path[0] in _PUBLISHED_LAYERS)

    @dg.asset(
        key=CANDIDATE,
        deps=tables,
        group_name=_GROUP,
        owners=_OWNERS,
        kinds={"duckdb", "parquet"},
        pool=WAREHOUSE_POOL,
        description="Core and marts of the last complete build, written beside the versions that readers see.",
    )
    def candidate(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        from salesops_pipeline.publishing.cut import build_candidate

        with one_line_failures():
            hold_run_lock(settings)
            if standing := published_version(settings):
                note(context.log, f"version {standing.version} was cut from this very build")
                return _unchanged(standing)
            built = build_candidate(settings)
        return dg.MaterializeResult(
            metadata={
                "as of": str(built.manifest.as_of_date),
                "tables": len(built.manifest.tables),
                "dagster/row_count": sum(table.rows for table in built.manifest.tables.values()),
            }
        )

    suites = candidate_suite_names(load_settings().expectations_dir)

    @dg.multi_asset_check(
        name="audit_candidate",
        specs=[
            dg.AssetCheckSpec(
                RAW_LANDING,
                asset=CANDIDATE,
                blocking=True,
                description="Every load that the candidate was built from was audited and passed.",
            ),
            *(
                dg.AssetCheckSpec(
                    table,
                    asset=CANDIDATE,
                    blocking=True,
                    description=f"{schema}.{table} in the candidate follows expectations/{schema}/{table}.yml.",
                )
                for schema, table in suites
            ),
        ],
    )
    def audit(settings: dg.ResourceParam[Settings]) -> Iterator[dg.AssetCheckResult]:
        from salesops_pipeline.publishing.candidate import open_candidate
        from salesops_pipeline.quality.gate import audit_and_certify

        with one_line_failures():
            hold_run_lock(settings)
            if standing := published_version(settings):
                yield from certified_checks(standing)
                return
            answer = audit_and_certify(settings, open_candidate(settings))
        yield landing_summary(answer.landed)
        for result in answer.results:
            yield check_result(result, asset_key=CANDIDATE, check_name=result.table)

    @dg.asset(
        key=VERSION,
        deps=[CANDIDATE],
        group_name=_GROUP,
        owners=_OWNERS,
        kinds={"duckdb", "parquet"},
        description="The version that readers see: a DuckDB file and Parquet, byte for byte what was audited.",
    )
    def version(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        from salesops_pipeline.publishing.candidate import open_candidate
        from salesops_pipeline.publishing.certificate import read_certificate
        from salesops_pipeline.publishing.postgres import recorded
        from salesops_pipeline.publishing.versions import promote

        with one_line_failures():
            hold_run_lock(settings)
            if standing := published_version(settings):
                return _unchanged(standing)
            built = open_candidate(settings)
            published = promote(settings, built, read_certificate(built.path))
            in_postgres = recorded(settings)
        return dg.MaterializeResult(
            metadata={
                "version": published.version,
                "as of": str(published.certificate.as_of_date),
                "expectations met": published.certificate.count("passed"),
                "dbt tests passed": published.certificate.dbt.passed,
                "path": dg.MetadataValue.path(str(published.duckdb_path)),
                **({"postgresql": in_postgres.line()} if in_postgres else {}),
            }
        )

    return [candidate, audit, version]


def _unchanged(version: PublishedVersion) -> dg.MaterializeResult:
    """Nothing was written: the asset is what it was, and what follows from it is not stale."""
    return dg.MaterializeResult(
        metadata={"version": version.version, "unchanged since": str(version.certificate.promoted_at)},
        data_version=dg.DataVersion(version.certificate.build),
    )


def certified_checks(version: PublishedVersion) -> Iterator[dg.AssetCheckResult]:
    """The checks of a version that stands, as its certificate tells them."""
    outcomes: dict[str, list[str]] = {RAW_LANDING: []}
    for check in version.certificate.checks:
        name = RAW_LANDING if check.suite.startswith("raw.") else check.table
        outcomes.setdefault(name, []).append(check.outcome)
    for name, found in outcomes.items():
        yield dg.AssetCheckResult(
            asset_key=CANDIDATE,
            check_name=name,
            passed=all(outcome == "passed" for outcome in found),
            severity=dg.AssetCheckSeverity.WARN,  # what blocks is not certified
            description=f"unchanged: as certified for {version.version}",
        )


def landing_summary(landed: Sequence[SuiteResult]) -> dg.AssetCheckResult:
    """One check for all raw suites: those that did not pass are named."""
    blocking = [result for result in landed if result.is_blocking]
    warned = [result for result in landed if result.outcome == "warned"]
    return dg.AssetCheckResult(
        asset_key=CANDIDATE,
        check_name=RAW_LANDING,
        passed=not blocking and not warned,
        severity=dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{result.suite}: {problems(result)[0]}" for result in (*blocking, *warned)[:3])
        or f"{len(landed)} raw tables passed",
    )
