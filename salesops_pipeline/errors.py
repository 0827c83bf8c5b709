"""The errors a user can cause or meet: each says what happened, where, and what to do about it."""

from __future__ import annotations


class UserError(Exception):
    """A problem that the person at the keyboard can fix.

    Shown as one line without a traceback; the process exits with a non-zero code.

    Args:
        what: What is wrong, in one clause.
        where: The file, setting, table or address concerned.
        fix: What to do about it.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what = what
        self.where = where
        self.fix = fix
        super().__init__(self.line())

    def line(self) -> str:
        """The whole message on one line: ``what (where): fix``."""
        text = f"{self.what} ({self.where})" if self.where else self.what
        return f"{text}. {self.fix}" if self.fix else text


class ConfigurationError(UserError):
    """A setting, credential or policy file is missing or malformed."""


class SourceError(UserError):
    """A source system cannot be reached, refused us, or answered with something unreadable."""

    may_pass = True
    """Whether trying again later can help; refused credentials stay refused, and asking again may lock the user."""


class GateError(UserError):
    """A version may not be published or read, because it did not pass the gate."""


class ResourceError(UserError):
    """Memory or disk is not enough for what was asked."""
