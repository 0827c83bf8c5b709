"""Reading ``mapping.yml``: text → checked `Mapping`, or every mistake in it with its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel, ValidationError

from salesops_pipeline.contracts import Column, systems
from salesops_pipeline.sources.files.entities import entity_names, entity_table, target_columns
from salesops_pipeline.sources.files.mapping import (
    MAPPING_FILE,
    ColumnMapping,
    Feed,
    FileFormats,
    Lookup,
    Mapping,
    NamedFile,
)
from salesops_pipeline.sources.files.problems import MappingError, Problem, did_you_mean, one_of
from salesops_pipeline.sources.files.yaml_text import KeyPath, YamlText, YamlTextError, read_yaml

_PLAIN_MESSAGES = {
    "missing": "is missing",
    "string_too_short": "is empty",
    "too_short": "is empty",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a mapping of keys to values",
    "tuple_type": "must be a list",
    "string_type": "must be a single text",
    "string_pattern_mismatch": "must be lower-case letters, digits and _, beginning with a letter",
    "int_parsing": "must be a whole number",
    "greater_than_equal": "must not be negative",
    "decimal_parsing": "must be a number with a decimal point",
    "bool_parsing": "must be true or false",
}


def read_mapping(directory: Path) -> Mapping:
    """Read and check the mapping of a folder.

    Raises:
        MappingError: There is no mapping, or it has mistakes; all of them are in its ``problems``.
    """
    path = directory / MAPPING_FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MappingError([Problem(_no_mapping(directory))], directory=str(directory)) from None
    except NotADirectoryError:
        problem = Problem(f"{directory} is a file; name the folder that holds it and its {MAPPING_FILE}")
        raise MappingError([problem], directory=str(directory)) from None
    except UnicodeDecodeError:
        raise MappingError([Problem("is not UTF-8 text", file=MAPPING_FILE)], directory=str(directory)) from None
    mapping, problems = parse_mapping(text)
    if mapping is None:
        raise MappingError(problems, directory=str(directory))
    return mapping


def _no_mapping(directory: Path) -> str:
    if not directory.is_dir():
        return "there is no such folder"
    similar = did_you_mean(MAPPING_FILE, (path.name for path in directory.glob("*.y*ml")))
    return f"the folder has no {MAPPING_FILE}{similar}; docs/files.md shows how to write one"


def parse_mapping(text: str) -> tuple[Mapping | None, list[Problem]]:
    """The mapping that ``text`` writes and no problems, or None and everything that is wrong with it."""
    try:
        source = read_yaml(text)
    except YamlTextError as error:
        return None, [Problem(error.reason, file=MAPPING_FILE, row=error.line)]
    if not isinstance(source.data, dict):
        return None, [Problem("must be a mapping of keys to values", file=MAPPING_FILE, row=1)]
    try:
        mapping = Mapping.model_validate(source.data)
    except ValidationError as error:
        return None, [_translate(detail, source) for detail in error.errors()]
    problems = [
        Problem(reason, file=MAPPING_FILE, row=source.line(path), column=_dotted(path))
        for path, reason in _against_contract(mapping)
    ]
    return (None if problems else mapping), problems


def _translate(detail: Any, source: YamlText) -> Problem:
    path: KeyPath = tuple(part for part in detail["loc"] if part != "[key]")
    kind = str(detail["type"])
    if kind == "extra_forbidden":
        allowed = _allowed_keys(path[:-1])
        reason = f"unknown key {path[-1]!r}{did_you_mean(str(path[-1]), allowed)}; allowed are {', '.join(allowed)}"
    elif kind == "value_error":
        reason = str(detail["ctx"]["error"]).replace("\n", "; ")
    elif kind == "literal_error":
        reason = f"{detail['input']!r} is not allowed; use {detail['ctx']['expected']}"
    else:
        reason = _PLAIN_MESSAGES.get(kind, str(detail["msg"]))
    return Problem(reason, file=MAPPING_FILE, row=source.line(path), column=_dotted(path))


def _allowed_keys(path: KeyPath) -> list[str]:
    """The keys that may stand at ``path`` of a mapping."""
    match path:
        case (*_, "lookup"):
            model: type[BaseModel] = Lookup
        case ("feeds", _, "columns", _):
            model = ColumnMapping
        case ("feeds", _):
            model = Feed
        case ("files", _):
            model = NamedFile
        case ("defaults",):
            model = FileFormats
        case _:
            model = Mapping
    return [field.alias or name for name, field in model.model_fields.items()]


def _dotted(path: KeyPath) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def _against_contract(mapping: Mapping) -> Iterator[tuple[KeyPath, str]]:
    if mapping.source in systems():
        yield (
            ("source",),
            f"{mapping.source!r} is the name of a system; choose another one, and say `keys_of: {mapping.source}`",
        )
    for name, named in mapping.files.items():
        if not _is_inside(named.file):
            yield ("files", name, "file"), "must be a path inside the mapping's folder"
    seen: set[str] = set()
    for index, feed in enumerate(mapping.feeds):
        path = ("feeds", index)
        if feed.name and feed.name in seen:
            yield path, f"another feed is called {feed.name!r} too; give this one a `name`"
        seen.add(feed.name)
        if feed.file not in mapping.files and not _is_inside(feed.file):
            yield (*path, "file"), "must be a path inside the mapping's folder"
        if feed.entity not in (names := entity_names()):
            yield (*path, "entity"), f"no entity {feed.entity!r}{did_you_mean(feed.entity, names)}; use {one_of(names)}"
        else:
            yield from _feed_against_contract(mapping, feed, path)


def _is_inside(file: str) -> bool:
    path = PurePosixPath(file)
    return not path.is_absolute() and ".." not in path.parts


def _feed_against_contract(mapping: Mapping, feed: Feed, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    columns = {column.name: column for column in target_columns(entity_table(feed.entity))}
    for name, spec in feed.columns.items():
        place = (*path, "columns", name)
        if name not in columns:
            yield (
                place,
                f"{feed.entity} has no column {name!r}{did_you_mean(name, columns)}; it has {', '.join(columns)}",
            )
            continue
        yield from ((place, reason) for reason in _column_against_contract(mapping, spec, columns[name]))
    for column in columns.values():
        if column.required and column.name not in feed.columns:
            yield (*path, "columns"), f"{feed.entity} needs {column.name} ({column.description.rstrip('.')})"


def _column_against_contract(mapping: Mapping, spec: ColumnMapping, column: Column) -> Iterator[str]:
    is_number = column.type.startswith(("decimal", "integer", "double"))
    if not is_number and (spec.multiply is not None or spec.round):
        yield f"multiply and round are for numbers; {column.name} is a {column.type}"
    if spec.lookup and spec.lookup.in_ not in mapping.files:
        yield f"no file is named {spec.lookup.in_!r} in `files`{did_you_mean(spec.lookup.in_, mapping.files)}"
    if column.values:
        for value in [
            *(spec.values or {}).values(),
            *([spec.constant] if spec.constant else []),
            *([spec.default] if spec.default else []),
        ]:
            if value and value not in column.values:
                yield f"{value!r} is not allowed{did_you_mean(value, column.values)}; use {one_of(column.values)}"
