"""A parsed query as one parameterised SQLite statement over the store's tables.

Names come from the org's schema, never from the query's text; values are always parameters. Parents are left joins, one
level deep, so that a missing parent gives nulls and keeps the row.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from salesops_pipeline.sandbox.salesforce.errors import ApiError
from salesops_pipeline.sandbox.salesforce.predicates import (
    NUMBER_TYPES,
    TEXT_TYPES,
    UNFILTERABLE_TYPES,
    Sql,
    comparison_sql,
    membership_sql,
)
from salesops_pipeline.sandbox.salesforce.relationships import find_parent, find_sobject, relationship_name
from salesops_pipeline.sandbox.salesforce.soql_ast import (
    Aggregate,
    Comparison,
    Condition,
    FieldPath,
    FieldsGroup,
    Membership,
    Not,
    Query,
)
from salesops_pipeline.sandbox.salesforce.soql_tokens import at_place
from salesops_pipeline.sandbox.schema import Field, SObject


@dataclass(frozen=True)
class Column:
    """One column of the answer.

    Args:
        name: Field name, or the key of an aggregate.
        type: Salesforce field type.
        relationship: Name of the parent it belongs to; empty for the object itself.
    """

    name: str
    type: str
    relationship: str = ""

    @property
    def header(self) -> str:
        """How CSV names it: ``Owner.Name``."""
        return f"{self.relationship}.{self.name}" if self.relationship else self.name


@dataclass(frozen=True)
class Parent:
    """One parent that the query reads: relationship name, object, and where its id is among the row's values."""

    relationship: str
    sobject: str
    id_index: int


@dataclass(frozen=True)
class Statement:
    """The SQL of one query. Its rows hold a value per column; those of records then their id and one id per parent."""

    query: Query
    sobject: SObject
    sql: str
    parameters: list[object]
    columns: tuple[Column, ...]
    parents: tuple[Parent, ...] = ()


@dataclass(frozen=True)
class Hidden:
    """Rows that exist but are not visible yet: those whose ``field`` lies strictly between two moments."""

    field: str
    after: str
    before: str


def target(query: Query) -> SObject:
    """The object a query reads.

    Raises:
        ApiError: INVALID_TYPE when the org has no such object.
    """
    sobject = find_sobject(query.object)
    if sobject is None:
        raise at_place(
            query.text,
            query.object_at,
            "INVALID_TYPE",
            f"sObject type '{query.object}' is not supported. If you are attempting to use a custom object, be sure to "
            "append the '__c' after the entity name. Please reference your WSDL or the describe call for the "
            "appropriate names.",
        )
    return sobject


def translate(
    query: Query, *, today: dt.date, include_deleted: bool = False, hidden: Hidden | None = None
) -> Statement:
    """Resolve a query against the schema and write its SQL.

    Args:
        query: The parsed query.
        today: What date literals are relative to.
        include_deleted: Whether rows in the recycle bin belong to the answer (queryAll).
        hidden: Rows to leave out because they are not visible yet.

    Raises:
        ApiError: INVALID_TYPE, INVALID_FIELD or another refusal, as the org words it.
    """
    return _Translation(query, target(query), today).statement(include_deleted, hidden)


@dataclass
class _Translation:
    query: Query
    sobject: SObject
    today: dt.date
    joins: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By relationship name: the reference field, and the parent object."""

    def statement(self, include_deleted: bool, hidden: Hidden | None) -> Statement:
        query = self.query
        expressions, columns = self.selection()
        conditions: list[Sql] = []
        if self.sobject.has("IsDeleted") and not include_deleted:
            conditions.append(('t."IsDeleted" = 0', []))
        if hidden:
            conditions.append(
                (f'NOT (t."{hidden.field}" > ? AND t."{hidden.field}" < ?)', [hidden.after, hidden.before])
            )
        if query.where:
            conditions.append(self.condition(query.where))
        ordering = ", ".join(self.ordering())
        grouping = ", ".join(self.resolve(path)[0] for path in query.group_by)
        parents: list[Parent] = []
        if not query.is_aggregate:
            expressions.append('t."Id"')
            for relationship in {column.relationship: None for column in columns if column.relationship}:
                parents.append(Parent(relationship, self.joins[relationship][1], len(expressions)))
                expressions.append(f'"{relationship}"."Id"')
        parts = [f'SELECT {", ".join(expressions)} FROM "{self.sobject.name}" t', *self.join_clauses()]
        if conditions:
            parts.append("WHERE " + " AND ".join(clause for clause, _ in conditions))
        if grouping:
            parts.append(f"GROUP BY {grouping}")
        if ordering:
            parts.append(f"ORDER BY {ordering}")
        if query.limit is not None or query.offset:
            parts.append("LIMIT ? OFFSET ?")
            conditions.append(("", [-1 if query.limit is None else query.limit, query.offset]))
        sql = " ".join(parts)
        if query.is_count:
            sql = f"SELECT COUNT(*) FROM ({sql})"
        parameters = [value for _, values in conditions for value in values]
        return Statement(query, self.sobject, sql, parameters, tuple(columns), tuple(parents))

    def selection(self) -> tuple[list[str], list[Column]]:
        if self.query.is_count:
            return ["1"], []
        expressions: list[str] = []
        columns: list[Column] = []
        unnamed = 0
        for item in self.query.select:
            selected = self.selected(item, unnamed)
            unnamed += isinstance(item, Aggregate) and not item.alias
            for expression, column in selected:
                if column.header in {known.header for known in columns}:
                    raise ApiError(400, "INVALID_FIELD", f"duplicate field selected: {column.header}")
                expressions.append(expression)
                columns.append(column)
        if not columns:
            raise ApiError(400, "MALFORMED_QUERY", "The SOQL FIELDS function selects no field of this object")
        return expressions, columns

    def selected(self, item: FieldPath | Aggregate | FieldsGroup, unnamed: int) -> list[tuple[str, Column]]:
        if isinstance(item, FieldsGroup):
            fields = [f for f in self.sobject.fields if item.group == "ALL" or f.custom == (item.group == "CUSTOM")]
            return [(f't."{f.name}"', Column(f.name, f.type)) for f in fields]
        if isinstance(item, Aggregate):
            return [self.aggregate(item, unnamed)]
        if self.query.is_aggregate and item.name.lower() not in {path.name.lower() for path in self.query.group_by}:
            raise at_place(
                self.query.text, item.at, "MALFORMED_QUERY", f"Field must be grouped or aggregated: {item.name}"
            )
        expression, found, relationship = self.resolve(item)
        return [(expression, Column(found.name, found.type, "" if self.query.is_aggregate else relationship))]

    def aggregate(self, item: Aggregate, unnamed: int) -> tuple[str, Column]:
        name = item.alias or f"expr{unnamed}"
        if item.path is None:
            return "COUNT(*)", Column(name, "int")
        expression, found, _ = self.resolve(item.path)
        if item.function in ("SUM", "AVG") and found.type not in NUMBER_TYPES:
            raise at_place(
                self.query.text,
                item.path.at,
                "MALFORMED_QUERY",
                f"field {found.name} does not support aggregate operator {item.function}",
            )
        if item.function == "COUNT_DISTINCT":
            return f"COUNT(DISTINCT {expression})", Column(name, "int")
        result = {"COUNT": "int", "SUM": "double", "AVG": "double"}.get(item.function, found.type)
        return f"{item.function}({expression})", Column(name, result)

    def resolve(self, path: FieldPath) -> tuple[str, Field, str]:
        """SQL expression, field and relationship name ("" for the object itself) of a path."""
        parts = list(path.parts)
        if len(parts) > 1 and parts[0].lower() in {self.query.alias.lower(), self.sobject.name.lower()} - {""}:
            parts.pop(0)
        if len(parts) == 1:
            found = self.sobject.field(parts[0])
            if found is None:
                raise self.no_such_column(path, parts[0], self.sobject)
            return f't."{found.name}"', found, ""
        parent = find_parent(self.sobject, parts[0]) if len(parts) == 2 else None
        if parent is None:
            raise at_place(
                self.query.text,
                path.at,
                "INVALID_FIELD",
                f"Didn't understand relationship '{parts[0]}' in field path. If you are attempting to use a custom "
                "relationship, be sure to append the '__r' after the custom relationship name. Please reference your "
                "WSDL or the describe call for the appropriate names.",
            )
        reference, parent_object = parent
        found = parent_object.field(parts[1])
        if found is None:
            raise self.no_such_column(path, parts[1], parent_object)
        relationship = relationship_name(reference) or ""
        self.joins[relationship] = (reference.name, parent_object.name)
        return f'"{relationship}"."{found.name}"', found, relationship

    def join_clauses(self) -> list[str]:
        return [
            f'LEFT JOIN "{parent}" "{relationship}" ON "{relationship}"."Id" = t."{reference}"'
            for relationship, (reference, parent) in self.joins.items()
        ]

    def condition(self, condition: Condition) -> Sql:
        if isinstance(condition, Not):
            clause, values = self.condition(condition.condition)
            return f"NOT ({clause})", values
        if isinstance(condition, Comparison | Membership):
            column, found, _ = self.resolve(condition.path)
            if found.type in UNFILTERABLE_TYPES:
                raise at_place(
                    self.query.text,
                    condition.path.at,
                    "INVALID_FIELD",
                    f"field '{found.name}' can not be filtered in a query call",
                )
            if isinstance(condition, Comparison):
                return comparison_sql(condition, found, column, self.today, self.query.text)
            return membership_sql(condition, found, column, self.today, self.query.text)
        clauses = [self.condition(inner) for inner in condition.conditions]
        joined = f" {condition.operator} ".join(clause for clause, _ in clauses)
        return f"({joined})", [value for _, values in clauses for value in values]

    def ordering(self) -> list[str]:
        clauses = []
        for item in self.query.order_by:
            column, found, _ = self.resolve(item.path)
            collation = " COLLATE NOCASE" if found.type in TEXT_TYPES else ""
            direction = "DESC" if item.descending else "ASC"
            clauses.append(f"{column}{collation} {direction} NULLS {'LAST' if item.nulls_last else 'FIRST'}")
        return clauses

    def no_such_column(self, path: FieldPath, name: str, sobject: SObject) -> ApiError:
        return at_place(
            self.query.text,
            path.at,
            "INVALID_FIELD",
            f"No such column '{name}' on entity '{sobject.name}'. If you are attempting to use a custom field, be sure "
            "to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the "
            "appropriate names.",
        )
