"""SOQL text to tokens, and the error messages that point into the text.

Literal rules follow the SOQL reference: single-quoted strings with backslash escapes, unquoted dates and date-times,
date-times always with a zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from salesops_pipeline.sandbox.salesforce.errors import ApiError

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<datetime>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:?\d{2}))
    | (?P<date>\d{4}-\d{2}-\d{2}(?![\dT]))
    | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    | (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<symbol><=|>=|!=|<>|[=<>(),:])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True)
class Token:
    """One token: its kind (a group of the pattern above, or ``end``), its text and where it begins."""

    kind: str
    text: str
    at: int

    def shown(self) -> str:
        """The token as error messages show it."""
        return "<EOF>" if self.kind == "end" else self.text


def tokenise(query: str) -> list[Token]:
    """Split a query into tokens, without white space, with a token of kind ``end`` at the end.

    Raises:
        ApiError: MALFORMED_QUERY at the first character that begins no token.
    """
    tokens: list[Token] = []
    at = 0
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            raise malformed(query, at, f"unexpected token: '{query[at : at + 20].split()[0]}'")
        kind = match.lastgroup or ""
        if kind != "space":
            tokens.append(Token(kind, match[0], at))
        at = match.end()
    tokens.append(Token("end", "", len(query)))
    return tokens


def unquote(query: str, token: Token) -> str:
    """The value of a string token.

    Raises:
        ApiError: MALFORMED_QUERY for an escape sequence that SOQL does not have.
    """
    return _ESCAPE.sub(lambda match: _unescape(query, token, match[1]), token.text[1:-1])


def unquote_pattern(query: str, token: Token) -> str:
    r"""The pattern of a string token after LIKE: ``%`` and ``_`` match, ``\%``, ``\_`` and ``\\`` stand for themselves.

    Raises:
        ApiError: MALFORMED_QUERY for an escape sequence that SOQL does not have.
    """

    def replace(match: re.Match[str]) -> str:
        return match[0] if match[1] in ("%", "_", "\\") else _unescape(query, token, match[1])

    return _ESCAPE.sub(replace, token.text[1:-1])


def _unescape(query: str, token: Token, sequence: str) -> str:
    if len(sequence) == 5:
        return chr(int(sequence[1:], 16))
    if sequence.lower() in _ESCAPED:
        return _ESCAPED[sequence.lower()]
    raise malformed(query, token.at, f"Invalid string literal {token.text}. Illegal character sequence '\\{sequence}'")


def malformed(query: str, at: int, message: str) -> ApiError:
    """MALFORMED_QUERY with the place in the query."""
    return at_place(query, at, "MALFORMED_QUERY", message)


def at_place(query: str, at: int, code: str, message: str) -> ApiError:
    """An error that quotes the query around ``at``, with a caret, row and column, as the org does."""
    line_start = query.rfind("\n", 0, at) + 1
    line_end = query.find("\n", at)
    window_start = max(line_start, at - 40)
    window = query[window_start : min(at + 20, line_end if line_end >= 0 else len(query))]
    row, column = query.count("\n", 0, at) + 1, at - line_start + 1
    caret = " " * (at - window_start) + "^"
    return ApiError(400, code, f"\n{window}\n{caret}\nERROR at Row:{row}:Column:{column}\n{message}")
