"""One connection to PostgreSQL through ADBC, which moves Arrow batches in COPY's binary format.

Whatever goes wrong becomes an error of one line (`one_line`) that names server and database, never the password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from pydantic import SecretStr

from salesops_pipeline.errors import GateError, UserError

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection, Cursor

CONNECT_SECONDS = 10
LOCK_SECONDS = 30
"""Only a change of columns needs a lock that conflicts with readers; waiting longer for it is an error."""

_HELP = {
    "42501": "Give the user of SALESOPS_PUBLISH_POSTGRES_URL the right, then run again.",
    "42704": "Create the role or correct SALESOPS_PUBLISH_POSTGRES_READER, then run again.",
    "42P07": "Something else lives there; publish into a database of its own.",
    "53": "Make room on the server (disk, memory, connections), then run again.",
    "55P03": "Another session sits in an open transaction on it; end that, then run again.",
    "2BP01": "Somebody's view uses a column or table that goes; change or drop the view, then run again.",
}
"""What to do, by the beginning of the SQLSTATE."""

_OTHERWISE = "Mend it, then run again."
_NO_CONNECTION = "Check SALESOPS_PUBLISH_POSTGRES_URL and the server, then run again."


def place(url: SecretStr) -> str:
    """Server and database of a URL, for people: ``host:5432/database``."""
    parts = urlsplit(url.get_secret_value())
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"


@contextmanager
def connect(url: SecretStr) -> Iterator[Connection]:
    """A connection whose first transaction is open. Leaving the context undoes what was not committed."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(_with_defaults(url), autocommit=False) as connection:
        yield connection


@contextmanager
def one_line(
    url: SecretStr, consequence: str = "", *, fix: str = "", kind: type[UserError] = GateError
) -> Iterator[None]:
    """Turn an error of the driver or the server into an error of one line.

    Args:
        url: Server and database concerned.
        consequence: What the error means for readers, put behind what the server says.
        fix: What to do; by default what fits the kind of the error.
        kind: The error to raise.
    """
    from adbc_driver_manager import Error

    try:
        yield
    except Error as error:
        what = f"PostgreSQL: {redacted(_message(error), url)}{consequence and f'; {consequence}'}"
        raise kind(what, where=place(url), fix=fix or _help(error)) from None


def _with_defaults(url: SecretStr) -> str:
    parts = urlsplit(url.get_secret_value())
    options = {"connect_timeout": str(CONNECT_SECONDS), "application_name": "salesops", **dict(parse_qsl(parts.query))}
    return urlunsplit(parts._replace(query=urlencode(options)))


def _message(error: Exception) -> str:
    """The server's own first line where there is one, with the place in the data; libpq's text otherwise."""
    details = dict(getattr(error, "details", None) or [])  # names and values are bytes
    if primary := details.get(b"PG_DIAG_MESSAGE_PRIMARY", b"").decode("utf-8", "replace"):
        context = details.get(b"PG_DIAG_CONTEXT", b"").decode("utf-8", "replace").splitlines()
        return f"{primary} ({context[0]})" if context else primary
    text = str(error)
    found = re.search(r"(?:ERROR|FATAL|PANIC):\s*(.+)", text)
    return " ".join((found[1] if found else text).split())


def redacted(text: str, url: SecretStr) -> str:
    """A message without the password, in case libpq repeats a URL that it could not read."""
    password = urlsplit(url.get_secret_value()).password
    for secret in {password, unquote(password)} if password else ():
        text = text.replace(secret, "***")
    return text


def _help(error: Exception) -> str:
    code = getattr(error, "sqlstate", None)
    if not code:
        return _NO_CONNECTION
    return next((text for start, text in _HELP.items() if code.startswith(start)), _OTHERWISE)


def execute(cursor: Cursor, *statements: str) -> None:
    """Run statements one after the other."""
    for statement in statements:
        cursor.execute(statement)


def literal(value: object) -> str:
    """A SQL literal of a text, a number or nothing."""
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def name(*parts: str) -> str:
    """A quoted, possibly qualified name."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)
