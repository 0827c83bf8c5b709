"""(c) How the time of a full run grows with the data, and how much memory it takes at most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tests.benchmarks.measure import Measured
from tests.benchmarks.pipeline import FirstRuns
from tests.benchmarks.results import Figure, Result

TARGET_EXPONENT = 1.05
TARGET_PEAK_BYTES = 12 * 2**30


def fitted_exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The exponent k of seconds = c * size^k, by least squares over the logarithms.

    Args:
        sizes: At least two different ones.
        seconds: What each took.
    """
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    covariance = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return covariance / sum((a - mean_x) ** 2 for a in x)


def measure(runs: FirstRuns, scales: Sequence[int], *, keep: Sequence[int] = ()) -> Result:
    """A first run at each scale; data folders are removed unless they are to be kept."""
    measured: dict[int, Measured] = {}
    for opportunities in scales:
        measured[opportunities] = runs.of(opportunities)[1].measured
        if opportunities not in keep:
            runs.remove(opportunities)
    return result(measured)


def result(measured: Mapping[int, Measured]) -> Result:
    """What the runs say about growth."""
    scales = sorted(measured)
    seconds = [measured[scale].seconds for scale in scales]
    exponent = fitted_exponent(scales, seconds)
    last = fitted_exponent(scales[-2:], seconds[-2:])
    peak = max(m.peak_bytes for m in measured.values())
    rows = [
        (
            f"{scale * 10:,}",
            f"{scale:,}",
            f"{measured[scale].seconds:.0f}",
            f"{measured[scale].cpu_seconds:.0f}",
            f"{measured[scale].peak_bytes / 2**30:.1f}",
        )
        for scale in scales
    ]
    return Result(
        "c",
        "Growth and memory",
        f"{scales[0] * 10:,} to {scales[-1] * 10:,} activities",
        "A first `salesops run` on a fresh data folder per scale; the exponent is the slope of a line through the "
        "logarithms of activities and seconds.",
        (
            Figure("exponent over all scales", f"{exponent:.2f}", f"<= {TARGET_EXPONENT}", exponent <= TARGET_EXPONENT),
            Figure(
                "exponent between the two largest",
                f"{last:.2f}",
                f"<= {TARGET_EXPONENT}",
                last <= TARGET_EXPONENT,
                "Start-up, which does not grow, flatters the line over all scales; here it hardly counts.",
            ),
            Figure(
                "peak memory",
                f"{peak / 2**30:.1f} GB",
                f"<= {TARGET_PEAK_BYTES // 2**30} GB",
                peak <= TARGET_PEAK_BYTES,
                "Resident memory of all processes together, sampled five times a second.",
            ),
        ),
        (("activities", "opportunities", "s", "processor s", "peak GB"), *rows),
    )
