"""What of the published version and its reports is as it would be made now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesops_pipeline.publishing.standing import standing_version
from salesops_pipeline.publishing.versions import PublishedVersion
from salesops_pipeline.quality.judgement import judge_of_candidate
from salesops_pipeline.settings import Settings

REPORTS = {"daily": "reports__daily_flash", "quarterly": "reports__quarterly"}
"""Kinds of reports and the steps that write them."""


def published_version(settings: Settings) -> PublishedVersion | None:
    """The version that readers see, if it follows from the warehouse and the suites as they are; None otherwise."""
    return standing_version(settings, judged_by=judge_of_candidate(settings))


def version_with_reports(settings: Settings) -> PublishedVersion | None:
    """The same, if its reports are written too."""
    from salesops_pipeline.reporting.written import is_written

    version = published_version(settings)
    if version is None or not all(is_written(settings, kind, version) for kind in REPORTS):
        return None
    return version


def asks_for_reports(run_config: Mapping[str, Any]) -> bool:
    """Whether the configuration of a run names a day or a quarter to report on."""
    ops = run_config.get("ops") or {}
    return any((ops.get(step) or {}).get("config") for step in REPORTS.values())
