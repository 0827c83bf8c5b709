"""Importing Great Expectations, which takes seconds: only when something is audited, and without Spark."""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType


@cache
def load() -> ModuleType:
    """The package, imported as if PySpark were not installed.

    Audits run in DuckDB, whichever engine built the tables. With PySpark installed Great Expectations would import all
    of it, and PySpark ends a process that has no main module, such as a worker of Dagster's code server, because it
    takes it for a doctest.
    """
    held = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "pyspark"}
    for name in held:
        del sys.modules[name]
    sys.modules["pyspark"] = None  # pyright: ignore[reportArgumentType]  # makes the import fail, as documented
    try:
        import great_expectations
    finally:
        del sys.modules["pyspark"]
        sys.modules.update(held)
    return great_expectations
