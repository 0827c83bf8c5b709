"""Loading Great Expectations does not load Spark."""

from __future__ import annotations

import subprocess
import sys

import pytest


def test_loading_it_leaves_spark_alone() -> None:
    pytest.importorskip("pyspark", reason="PySpark is not installed (make spark)")
    # A process without a main module, as Dagster's web server starts its workers: there PySpark would end it.
    code = (
        "import sys; main = sys.modules['__main__']; main.__spec__ = None; vars(main).pop('__file__', None)\n"
        "from salesops_pipeline.quality import gx\n"
        "gx.load()\n"
        "assert not [name for name in sys.modules if name.startswith('pyspark')], 'loaded'\n"
        "import pyspark.sql\n"
        "print('both')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "both"), done.stderr
