"""(g) From a fresh clone to the first report."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from salesops_pipeline.settings import PROJECT_DIR
from tests.benchmarks.measure import BenchmarkError, Measured, run_measured
from tests.benchmarks.results import Figure, Result

TARGET_SECONDS = 180.0


def measure(work: Path) -> Result:
    """Clone, install with packages from the local cache, and run the demo until its reports are there."""
    clone = work / "clone"
    shutil.rmtree(clone, ignore_errors=True)
    python = (
        f"PYTHON={sys.executable}"
        if sys.prefix == sys.base_prefix
        else f"PYTHON={Path(sys.base_prefix) / 'bin' / 'python3'}"
    )
    parts = {
        "git clone": run_measured(["git", "clone", "--quiet", str(PROJECT_DIR), str(clone)]),
        "make install": run_measured(["make", "install", python], cwd=clone, log=work / "install.log"),
        "salesops demo": run_measured(
            [str(clone / ".venv" / "bin" / "salesops"), "demo"],
            cwd=clone,
            env={"SALESOPS_DATA_DIR": str(clone / "data"), "PYTHONPATH": ""},
            log=work / "demo.log",
        ),
    }
    if not (clone / "data" / "reports" / "index.html").exists():
        raise BenchmarkError("the demo wrote no report")
    shutil.rmtree(clone)
    return result(parts)


def result(parts: dict[str, Measured]) -> Result:
    """The sum of the parts."""
    total = sum(part.seconds for part in parts.values())
    return Result(
        "g",
        "From a fresh clone to the first report",
        "the sandbox company: 60 sellers, 3 years",
        "git clone, make install into a new environment with the packages in the local cache, salesops demo: it is "
        "simulated, extracted over HTTP, built, audited, published and reported on.",
        (Figure("clone to report", f"{total:.0f} s", f"<= {TARGET_SECONDS:.0f} s", total <= TARGET_SECONDS),),
        (("part", "s"), *((name, f"{part.seconds:.0f}") for name, part in parts.items())),
    )
