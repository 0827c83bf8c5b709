"""SOQL text to a query: a recursive-descent parser.

The grammar is what clients send to the REST and Bulk endpoints: fields, parent paths, ``FIELDS()``, aggregates with
``GROUP BY``, ``WHERE``, ``ORDER BY``, ``LIMIT`` and ``OFFSET``. Semi-joins, child sub-queries, ``TYPEOF``, ``HAVING``
and ``INCLUDES`` are refused as malformed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from salesops_pipeline.sandbox.salesforce.date_literals import RelativeDate
from salesops_pipeline.sandbox.salesforce.errors import ApiError
from salesops_pipeline.sandbox.salesforce.soql_ast import (
    Aggregate,
    Comparison,
    Condition,
    FieldPath,
    FieldsGroup,
    Junction,
    Membership,
    Not,
    Ordering,
    Query,
    SelectItem,
    Value,
)
from salesops_pipeline.sandbox.salesforce.soql_tokens import Token, malformed, tokenise, unquote, unquote_pattern

ItemT = TypeVar("ItemT")
AGGREGATES = ("COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG")
MAX_OFFSET = 2000
MAX_FIELDS_LIMIT = 200
MAX_NUMBER = 2**31 - 1
MAX_LENGTH = 100_000
_COMPARISONS = ("=", "!=", "<>", "<", "<=", ">", ">=")


def parse(query: str) -> Query:
    """Parse a SOQL query.

    Raises:
        ApiError: MALFORMED_QUERY with the place, or NUMBER_OUTSIDE_VALID_RANGE for too large an offset.
    """
    if len(query) > MAX_LENGTH:
        raise ApiError(400, "MALFORMED_QUERY", f"SOQL statements cannot be longer than {MAX_LENGTH} characters.")
    return _Parser(query).query()


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenise(text)
        self.index = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def query(self) -> Query:
        self.expect("SELECT")
        select = self.listed(self.select_item)
        self.expect("FROM")
        object_at = self.token.at
        name = self.name()
        alias = "" if self.at_keyword("WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET") else self.optional_name()
        where = self.condition() if self.accept("WHERE") else None
        group_by = self.listed(self.path) if self.accept("GROUP", "BY") else ()
        order_by = self.listed(self.ordering) if self.accept("ORDER", "BY") else ()
        limit = self.whole_number() if self.accept("LIMIT") else None
        offset = self.whole_number() if self.accept("OFFSET") else 0
        if self.token.kind != "end":
            raise self.unexpected()
        query = Query(select, name, where, group_by, order_by, limit, offset, alias, object_at, self.text)
        _check(query)
        return query

    def select_item(self) -> SelectItem:
        start = self.token
        path = self.path()
        if not self.accept("("):
            return path
        function = path.name.upper()
        if function == "FIELDS":
            group = self.name().upper()
            if group not in ("ALL", "STANDARD", "CUSTOM"):
                raise malformed(self.text, start.at, f"unexpected token: '{group}'")
            self.expect(")")
            return FieldsGroup(group)
        if function not in AGGREGATES:
            raise malformed(self.text, start.at, f"unexpected token: '{path.name}'")
        argument = None if function == "COUNT" and self.token.text == ")" else self.path()
        self.expect(")")
        return Aggregate(function, argument, "" if self.at_keyword("FROM") else self.optional_name())

    def condition(self) -> Condition:
        """Terms joined by AND or by OR; a mixture without parentheses is malformed, as in the org."""
        terms = [self.term()]
        operator = next((word for word in ("AND", "OR") if self.at_keyword(word)), None)
        if operator is None:
            return terms[0]
        while self.accept(operator):
            terms.append(self.term())
        if self.at_keyword("AND", "OR"):
            raise self.unexpected()
        return Junction(operator, tuple(terms))

    def term(self) -> Condition:
        if self.accept("NOT"):
            return Not(self.term())
        if self.accept("("):
            inner = self.condition()
            self.expect(")")
            return inner
        path = self.path()
        if self.accept("NOT", "IN"):
            return Membership(path, self.values(), negated=True)
        if self.accept("IN"):
            return Membership(path, self.values())
        if self.accept("LIKE"):
            token = self.take("string")
            return Comparison(path, "LIKE", unquote_pattern(self.text, token))
        if self.token.text not in _COMPARISONS:
            raise self.unexpected()
        operator = self.advance().text
        return Comparison(path, "!=" if operator == "<>" else operator, self.value())

    def values(self) -> tuple[Value, ...]:
        self.expect("(")
        values = self.listed(self.value)
        self.expect(")")
        return values

    def value(self) -> Value:
        token = self.advance()
        if token.kind == "string":
            return unquote(self.text, token)
        if token.kind == "number":
            return Decimal(token.text)
        if token.kind in ("date", "datetime"):
            return self.calendar_value(token)
        word = token.text.upper()
        if token.kind == "name" and word in ("TRUE", "FALSE", "NULL"):
            return {"TRUE": True, "FALSE": False, "NULL": None}[word]
        if token.kind == "name":
            count = self.whole_number() if self.accept(":") else None
            relative = RelativeDate(word, count)
            if relative.is_known():
                return relative
        raise malformed(self.text, token.at, f"unexpected token: '{token.shown()}'")

    def calendar_value(self, token: Token) -> dt.date:
        try:
            if token.kind == "date":
                return dt.date.fromisoformat(token.text)
            return dt.datetime.fromisoformat(token.text).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            raise malformed(self.text, token.at, f"Invalid date: {token.text}") from None

    def ordering(self) -> Ordering:
        path = self.path()
        descending = self.accept("DESC")
        if not descending:
            self.accept("ASC")
        nulls_last = self.accept("NULLS", "LAST")
        if not nulls_last:
            self.accept("NULLS", "FIRST")
        return Ordering(path, descending, nulls_last)

    def path(self) -> FieldPath:
        token = self.take("name")
        return FieldPath(tuple(token.text.split(".")), token.at)

    def name(self) -> str:
        return self.take("name").text

    def optional_name(self) -> str:
        return self.advance().text if self.token.kind == "name" else ""

    def whole_number(self) -> int:
        token = self.take("number")
        if not token.text.isdigit() or int(token.text) > MAX_NUMBER:
            raise malformed(self.text, token.at, f"unexpected token: '{token.text}'")
        return int(token.text)

    def listed(self, item: Callable[[], ItemT]) -> tuple[ItemT, ...]:
        """One or more items with commas between them."""
        items = [item()]
        while self.accept(","):
            items.append(item())
        return tuple(items)

    def at_keyword(self, *words: str) -> bool:
        return self.token.kind == "name" and self.token.text.upper() in words

    def accept(self, *words: str) -> bool:
        """Step over these keywords or symbols if they come next, all of them in this order."""
        ahead = self.tokens[self.index : self.index + len(words)]
        if [token.text.upper() for token in ahead] != list(words):
            return False
        self.index += len(words)
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.unexpected()

    def take(self, kind: str) -> Token:
        if self.token.kind != kind:
            raise self.unexpected()
        return self.advance()

    def advance(self) -> Token:
        token = self.token
        if token.kind == "end":
            raise self.unexpected()
        self.index += 1
        return token

    def unexpected(self) -> ApiError:
        return malformed(self.text, self.token.at, f"unexpected token: '{self.token.shown()}'")


def _check(query: Query) -> None:
    """Rules that concern the query as a whole."""
    unbounded = any(isinstance(item, FieldsGroup) and item.group != "STANDARD" for item in query.select)
    if unbounded and (query.limit is None or query.limit > MAX_FIELDS_LIMIT):
        raise ApiError(
            400, "MALFORMED_QUERY", f"The SOQL FIELDS function must have a LIMIT of at most {MAX_FIELDS_LIMIT}"
        )
    if not query.is_count and Aggregate("COUNT") in query.select:
        raise malformed(query.text, 0, "unexpected token: 'COUNT()' must be the only item of the SELECT list")
    if query.offset > MAX_OFFSET:
        raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}")
