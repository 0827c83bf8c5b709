"""One condition on one field, as SQL with parameters: how SOQL compares, by field type.

* Text compares without case; ids with case, on 18 characters (15 are completed).
* ``=`` and ``!=`` treat null as a value: ``Industry != 'Energy'`` also finds rows without an industry. An empty string
  is null, and an empty boolean is false.
* Date literals are intervals: ``= TODAY`` is inside, ``> TODAY`` after the end, ``< TODAY`` before the start. Days are
  UTC.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from salesops_pipeline.sandbox.ids import checksum, is_valid
from salesops_pipeline.sandbox.salesforce.clock import api_datetime, day_start
from salesops_pipeline.sandbox.salesforce.date_literals import RelativeDate
from salesops_pipeline.sandbox.salesforce.errors import ApiError
from salesops_pipeline.sandbox.salesforce.soql_ast import Comparison, FieldPath, Membership, Value
from salesops_pipeline.sandbox.salesforce.soql_tokens import at_place
from salesops_pipeline.sandbox.schema import Field

Sql = tuple[str, list[object]]
TEXT_TYPES = frozenset({"string", "textarea", "email", "phone", "url", "picklist", "combobox"})
ID_TYPES = frozenset({"id", "reference"})
NUMBER_TYPES = frozenset({"int", "double", "percent", "currency"})
UNFILTERABLE_TYPES = frozenset({"textarea"})


def comparison_sql(comparison: Comparison, field: Field, column: str, today: dt.date, text: str) -> Sql:
    """The SQL of ``field operator value``.

    Args:
        comparison: The condition.
        field: The field it is about.
        column: Its SQL expression.
        today: What date literals are relative to.
        text: The whole query, for error messages.

    Raises:
        ApiError: The value or the operator does not fit the field's type.
    """
    operator, value = comparison.operator, comparison.value
    if operator == "LIKE":
        if field.type not in TEXT_TYPES:
            raise at_place(
                text, comparison.path.at, "INVALID_QUERY_FILTER_OPERATOR", f"Invalid operator on {field.type} field"
            )
        return f"{column} LIKE ? ESCAPE '\\'", [value]
    if isinstance(value, RelativeDate):
        return _interval_sql(operator, value, field, column, today, _mismatch(comparison.path, field, text))
    parameter = _parameter(value, field, comparison.path, text)
    if parameter is None:
        if operator not in ("=", "!="):
            raise at_place(
                text, comparison.path.at, "INVALID_QUERY_FILTER_OPERATOR", f"Invalid operator on {field.type} field"
            )
        return f"{column} IS {'NOT ' if operator == '!=' else ''}NULL", []
    collation = " COLLATE NOCASE" if field.type in TEXT_TYPES else ""
    if operator == "!=":
        return f"({column} <> ?{collation} OR {column} IS NULL)", [parameter]
    return f"{column} {operator} ?{collation}", [parameter]


def membership_sql(membership: Membership, field: Field, column: str, today: dt.date, text: str) -> Sql:
    """The SQL of ``field [NOT] IN (values)``: equal to one of them, or different from all of them.

    Raises:
        ApiError: A value does not fit the field's type.
    """
    simple = [value for value in membership.values if not isinstance(value, RelativeDate)]
    parameters = [_parameter(value, field, membership.path, text) for value in simple]
    present = [parameter for parameter in parameters if parameter is not None]
    collation = " COLLATE NOCASE" if field.type in TEXT_TYPES else ""
    clauses = [f"{column}{collation} IN ({', '.join('?' * len(present))})"] if present else []
    if len(present) < len(simple):
        clauses.append(f"{column} IS NULL")
    for value in membership.values:
        if isinstance(value, RelativeDate):
            clause, bounds = _interval_sql("=", value, field, column, today, _mismatch(membership.path, field, text))
            clauses.append(clause)
            present.extend(bounds)
    either = f"({' OR '.join(clauses)})"
    return (f"({either}) IS NOT 1" if membership.negated else either), present


def _parameter(value: Value, field: Field, path: FieldPath, text: str) -> object:
    """The value as the store keeps it; None for null.

    Raises:
        ApiError: The value is of another type than the field.
    """
    if field.type == "boolean" and (value is None or isinstance(value, bool)):
        return int(value or False)
    if value is None:
        return None
    if field.type in TEXT_TYPES and isinstance(value, str):
        return value or None
    if field.type in ID_TYPES and isinstance(value, str):
        return full_id(value) if value else None
    if field.type in NUMBER_TYPES and isinstance(value, Decimal):
        return float(value)
    if field.type == "datetime" and isinstance(value, dt.datetime):
        return api_datetime(value)
    if field.type == "date" and isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    raise _mismatch(path, field, text)


def full_id(value: str) -> str:
    """An id with its 18 characters.

    Raises:
        ApiError: This cannot be an id.
    """
    candidate = value + checksum(value) if len(value) == 15 else value
    if not is_valid(candidate):
        raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
    return candidate


def _interval_sql(
    operator: str, value: RelativeDate, field: Field, column: str, today: dt.date, mismatch: ApiError
) -> Sql:
    if field.type not in ("date", "datetime"):
        raise mismatch
    days = value.interval(today)
    start, end = (day_start(day) if field.type == "datetime" else day.isoformat() for day in days)
    clauses: dict[str, Sql] = {
        "=": (f"({column} >= ? AND {column} < ?)", [start, end]),
        "!=": (f"({column} < ? OR {column} >= ? OR {column} IS NULL)", [start, end]),
        "<": (f"{column} < ?", [start]),
        "<=": (f"{column} < ?", [end]),
        ">": (f"{column} >= ?", [end]),
        ">=": (f"{column} >= ?", [start]),
    }
    return clauses[operator]


def _mismatch(path: FieldPath, field: Field, text: str) -> ApiError:
    quotes = "should" if field.type in TEXT_TYPES or field.type in ID_TYPES else "should not"
    wanted = {"datetime": "dateTime", "currency": "double", "percent": "double"}.get(field.type, field.type)
    wanted = "string" if field.type in TEXT_TYPES else wanted
    return at_place(
        text,
        path.at,
        "INVALID_FIELD",
        f"value of filter criterion for field '{path.name}' must be of type {wanted} and {quotes} be enclosed in "
        "quotes",
    )
