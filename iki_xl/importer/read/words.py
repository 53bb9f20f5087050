"""The words of a table that came out of its ruling as plain lines, and what the copy left between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from iki_xl.comparable import comparable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORD = re.compile(r"\S+")


class Gap(Enum):
    """What stands before a word. A cell's wrapped lines end in one blank, its last line in two or more."""

    SPACE = auto()
    WIDE = auto()
    WRAPPED = auto()
    NEW_LINE = auto()
    CLOSED = auto()
    BLANK_WRAPPED = auto()
    BLANK = auto()
    BLANK_WITH_SPACES = auto()


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the text as it stands, and its page from 1."""

    text: str
    page: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its place (line, first and last column) and the gap before it."""

    text: str
    gap: Gap
    line: int
    start: int
    end: int
    page: int


def list_words(lines: Sequence[TextLine]) -> list[Word]:
    """Return the words of these lines in reading order."""
    result: list[Word] = []
    blanks: list[str] = []
    for at, g in enumerate(lines):
        if not g.text.strip():
            blanks.append(g.text)
            continue
        for m in _WORD.finditer(g.text):
            before = result[-1] if result else None
            if before is not None and before.line == at:
                gap = Gap.SPACE if m.start() - before.end == 1 else Gap.WIDE
            else:
                gap = _find_line_gap(lines[before.line].text if before else "  ", blanks)
                blanks = []
            result.append(Word(m.group(), gap, at, m.start(), m.end(), g.page))
    return result


def _find_line_gap(above: str, blanks: Sequence[str]) -> Gap:
    tail = len(above) - len(above.rstrip())
    if any(blanks):
        return Gap.BLANK_WITH_SPACES
    if blanks:
        return Gap.BLANK_WRAPPED if tail == 1 else Gap.BLANK
    return (Gap.NEW_LINE, Gap.WRAPPED)[tail] if tail < 2 else Gap.CLOSED  # noqa: PLR2004 - two blanks close


def join_cell_text(words: Sequence[Word], lines: Sequence[TextLine]) -> str:
    """Return these words as a cell's text: their lines, with the blanks inside them as they stand."""
    spans: dict[int, tuple[int, int]] = {}
    for k in words:
        start, _ = spans.get(k.line, (k.start, 0))
        spans[k.line] = start, k.end
    return "\n".join(lines[n].text[start:end] for n, (start, end) in spans.items())


def keep_letters_and_digits(words: Iterable[str]) -> str:
    """Letters and digits alone, without case: wording compared without blanks and marks."""
    return "".join(c for k in words for c in comparable(k) if c.isalnum())
