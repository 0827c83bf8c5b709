"""What a step's exception becomes."""

from __future__ import annotations

import dagster as dg
import pytest

from salesops_pipeline.errors import ConfigurationError, SourceError
from salesops_pipeline.orchestration.failures import one_line_failures


def test_an_error_of_the_user_is_one_line() -> None:
    with pytest.raises(dg.Failure) as caught, one_line_failures():
        raise ConfigurationError("no such day", where="--day", fix="Write YYYY-MM-DD.")
    assert caught.value.description == ConfigurationError("no such day", where="--day", fix="Write YYYY-MM-DD.").line()
    assert not caught.value.allow_retries


class RefusedError(SourceError):
    """Credentials that are wrong stay wrong."""

    may_pass = False


@pytest.mark.parametrize(("error", "is_retried"), [(SourceError, True), (RefusedError, False)])
def test_only_what_may_pass_is_tried_again(error: type[SourceError], *, is_retried: bool) -> None:
    with pytest.raises(dg.Failure) as caught, one_line_failures():
        raise error("the server says no", where="salesforce")
    assert caught.value.allow_retries is is_retried


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, dg.DagsterExecutionInterruptedError])
def test_an_interruption_stays_one_whatever_a_library_makes_of_it(interruption: type[BaseException]) -> None:
    def load_a_library() -> None:
        try:
            raise interruption
        except BaseException as error:
            raise ImportError("failed to import") from error

    with pytest.raises(interruption), one_line_failures():
        load_a_library()


def test_any_other_exception_passes_through() -> None:
    with pytest.raises(ZeroDivisionError), one_line_failures():
        _ = 1 / 0
