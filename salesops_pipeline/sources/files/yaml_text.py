"""YAML read as text with line numbers.

Every scalar stays the text that was written: ``NO: Norway``, ``Yes: won`` or ``1.50`` must not turn into a boolean or a
float on the way, as plain YAML would have it. What a text means is decided by the key it stands under.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

KeyPath = tuple[str | int, ...]
_MAX_DEPTH = 20


class YamlTextError(Exception):
    """The text is not YAML that can be used. ``line`` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason)


@dataclass
class YamlText:
    """Plain data (dicts, lists, texts) and the line of every node by its path."""

    data: object = None
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """Line of the node at ``path``, or of the closest one around it that is written in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> YamlText:
    """Read YAML.

    Raises:
        YamlTextError: The text is not YAML, or a key is written twice (YAML would silently keep the last one).
    """
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlTextError(f"not valid YAML: {error.problem or error.context}", mark.line + 1 if mark else 1) from None
    except yaml.YAMLError as error:
        raise YamlTextError(f"not valid YAML: {' '.join(str(error).split())}", 1) from None
    result = YamlText()
    if root is not None:
        result.data = _convert(root, (), result.lines)
    return result


def _convert(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int]) -> object:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if len(path) > _MAX_DEPTH:
        raise YamlTextError("nested too deeply", line)
    if isinstance(node, yaml.SequenceNode):
        return [_convert(item, (*path, index), lines) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise YamlTextError("a key must be a plain text", key_node.start_mark.line + 1)
            key = str(key_node.value)
            if key in result:
                raise YamlTextError(f"key {key!r} is written twice", key_node.start_mark.line + 1)
            lines[(*path, key)] = key_node.start_mark.line + 1
            result[key] = _convert(value_node, (*path, key), lines)
        return result
    return node.value
