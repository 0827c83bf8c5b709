"""The gate works in the processes that Dagster's code server starts, PySpark installed or not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from salesops_pipeline.settings import PROJECT_DIR

pytestmark = pytest.mark.spark

_WITHOUT_A_FILE = """
from salesops_pipeline.quality.audit import check_suites
from salesops_pipeline.quality.gate import candidate_suites
from salesops_pipeline.settings import load_settings
check_suites(candidate_suites(load_settings().expectations_dir))
print("checked")
"""


def test_expectations_load_where_the_main_module_has_no_file() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_A_FILE], cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )
    assert done.stdout == "checked\n", done.stderr[-2000:]
