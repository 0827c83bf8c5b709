"""Arrow's compute functions, imported when first used."""

from __future__ import annotations

from typing import Any


def compute() -> Any:
    """The module ``pyarrow.compute``. Its functions are made at import time, out of a type checker's sight."""
    import pyarrow.compute

    return pyarrow.compute
