"""The one way to the terminal: no name of a file or a sheet reaches it as a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable


def make_printable(text: str) -> str:
    """Return one line without what would steer the terminal: control characters, marks of direction."""
    return text if text.isprintable() else "".join(x if x.isprintable() else " " for x in text)


def as_text(lines: Iterable[str]) -> str:
    """Return lines as one text in which each is one line, whatever it quotes."""
    return "\n".join(map(make_printable, lines))


def escaped_json(text: str) -> str:
    """Return JSON with the same meaning in which everything that is not printed stands as an escape."""
    return re.sub(r"[^\n -~]", _escape, text)


def _escape(found: re.Match[str]) -> str:
    letter = found[0]
    if letter.isprintable():
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def say(text: str, *, error: bool = False) -> None:
    """Print a text of one or more lines, to standard error where asked."""
    click.echo(as_text(text.split("\n")), err=error)
