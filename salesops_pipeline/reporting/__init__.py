"""Reports: pages and workbooks made from a published version that passed the gate, and from nothing else.

`figures` reads and calculates, `daily_report` and `quarterly_report` decide what is said, `html` and `workbook` render
the same `model.Report`, `outputs` puts files in their place. Each entry point opens the version itself and refuses one
that did not pass, so a report that is run alone cannot show unverified numbers.
"""

from __future__ import annotations

from salesops_pipeline.reporting.daily import write_daily_flash
from salesops_pipeline.reporting.days import parse_day
from salesops_pipeline.reporting.index import write_index
from salesops_pipeline.reporting.quarterly import write_quarterly

__all__ = ["parse_day", "write_daily_flash", "write_index", "write_quarterly"]
