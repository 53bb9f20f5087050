"""Texts in several kinds of letters: what is struck out is no part of them, what is raised is said."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from iki_xl.readers.book import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SUPERSCRIPT, BASELINE, SUBSCRIPT = 1, 0, -1
# Between parts of a text that are struck out in several places.
_GAP = " … "
_SMALL_LETTERS = {
    SUPERSCRIPT: dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True)),
    SUBSCRIPT: dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)),
}
_LEVEL_MARKS = {SUPERSCRIPT: "^", SUBSCRIPT: "_"}


class Face(NamedTuple):
    """How letters look, as far as it matters; None: as whatever they stand in says.

    `level` is `SUPERSCRIPT`, `BASELINE` or `SUBSCRIPT`.
    """

    struck: bool | None = None
    level: int | None = None

    def within(self, outer: Face) -> Face:
        """Return this face with what it leaves open taken from the one around it."""
        return Face(
            outer.struck if self.struck is None else self.struck,
            outer.level if self.level is None else self.level,
        )


PLAIN = Face(struck=False, level=BASELINE)
INHERITED = Face()


class Run(NamedTuple):
    """Some letters of a text that look alike."""

    text: str
    face: Face = INHERITED


def text_as_seen(runs: Iterable[Run], cell: Face = PLAIN) -> Cell | None:
    """Return a text as a person sees it in a cell whose own font is `cell`; None for one of no letters.

    A text that is raised as a whole is small, but no part of it stands out: it reads as it is.
    """
    parts = [(text, cell if face is INHERITED else face.within(cell)) for text, face in runs if text]
    if len(parts) == 1 and parts[0][1] == PLAIN:
        return Cell(parts[0][0])
    kept: list[tuple[str, int]] = []
    struck: list[str] = []
    for is_struck, group in groupby(parts, lambda part: bool(part[1].struck)):
        same = [(text, face.level or BASELINE) for text, face in group]
        words = "".join(text for text, _ in same).strip()
        if is_struck and words:
            struck.append(words)
        else:
            # a line through white space strikes nothing out
            kept += same
    text = "".join(part for part, _ in kept)
    if struck and not text.strip():
        return Cell(None, struck=_GAP.join(struck))
    if not text:
        return None
    return Cell(text, struck=_GAP.join(struck), raised=_raised(kept))


def _raised(parts: Sequence[tuple[str, int]]) -> str:
    """Return a text with its small letters marked; "" where all of it stands on one level."""
    if len({level for text, level in parts if text.strip()}) <= 1:
        return ""
    alike = groupby(parts, lambda part: part[1])
    return "".join(_shrink_letters("".join(text for text, _ in group), level) for level, group in alike)


def _shrink_letters(text: str, level: int) -> str:
    if level == BASELINE or not text.strip():
        return text
    letters = _SMALL_LETTERS[level]
    if all(letter in letters for letter in text):
        return "".join(letters[letter] for letter in text)
    return f"{_LEVEL_MARKS[level]}({text})"
