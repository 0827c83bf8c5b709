"""How an error of the user or of a source becomes a Dagster failure: one message, a retry only where it can help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from salesops_pipeline.errors import SourceError, UserError

EXTRACTION_RETRIES = dg.RetryPolicy(
    max_retries=3, delay=15, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
"""A source that is down for a minute should not cost the day's run: 15, 30 and 60 seconds, spread by jitter."""


@contextmanager
def one_line_failures() -> Iterator[None]:
    """Turn a `UserError` into a `dagster.Failure` that carries its message.

    Only a `SourceError` that may pass is retried: a missing setting, a broken file or a refused log-in stays the same.
    An interruption stays one, also where a library made its own exception of it (NumPy does while it is imported):
    otherwise Dagster would go on with the next step.
    """
    try:
        yield
    except UserError as error:
        raise dg.Failure(
            description=error.line(),
            metadata={"where": error.where or "-", "what to do": error.fix or "-"},
            allow_retries=isinstance(error, SourceError) and error.may_pass,
        ) from None
    except Exception as error:
        if interruption := _interruption_behind(error):
            raise interruption from None
        raise


def _interruption_behind(error: BaseException) -> BaseException | None:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, (KeyboardInterrupt, dg.DagsterExecutionInterruptedError)):
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return cause
