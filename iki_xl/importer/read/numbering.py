"""The numbers, letters and bullets that Word puts before a paragraph, counted as Word counts them.

Source: ECMA-376-1, 17.9. A paragraph names a list (num) and a level; the list leads to its definition
(abstractNum), and all lists of one definition count on together unless one of them says where to start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.comparable import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.oxml.xmlchemy import BaseOxmlElement

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BULLET = "•"
_DASHES = tuple("-‐‑–—−")
_LEVELS = 9
_LAST_LETTERED = 780  # Word's own limit
_DEEPEST_STYLE = 20
_ROMAN_LETTERS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_PRIVATE_USE = re.compile(r"[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class _ListLevel:
    start: int
    format: str
    text: str


def read_val(element: BaseOxmlElement | None, *path: str) -> str | None:
    """Return the w:val of an element's descendant by child names, None where there is none."""
    for name in path:
        element = None if element is None else element.find(W + name)
    return None if element is None else element.get(W + "val")


def replace_symbols(text: str) -> str:
    """Return a text as it is seen, characters of symbol fonts, which mean nothing elsewhere, as bullets."""
    return _PRIVATE_USE.sub(BULLET, visible(text))


class Numbering:
    """Counts the lists of one document; paragraphs must come in document order."""

    def __init__(self, styles: BaseOxmlElement | None, numbering: BaseOxmlElement | None) -> None:
        self._styles = {s.get(W + "styleId"): s for s in _iterate_children(styles, "style")}
        self._default_style = next(
            (key for key, s in self._styles.items() if _is_default_style(s)),
            None,
        )
        self._lists = {n.get(W + "numId"): n for n in _iterate_children(numbering, "num")}
        self._definitions = {
            a.get(W + "abstractNumId"): a for a in _iterate_children(numbering, "abstractNum")
        }
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[str] = set()
        self._levels: dict[tuple[str, int], _ListLevel | None] = {}

    def number_paragraph(self, paragraph: BaseOxmlElement) -> str:
        """Count this paragraph and return what Word shows before it, "" where it shows nothing."""
        number, level = self._find_list_and_level(paragraph)
        step = self._get_level(number, level)
        if step is None:
            return ""
        counts = self._advance_counts(number, level)
        if step.format == "bullet":
            return "-" if step.text in _DASHES else BULLET if step.text.strip() else ""
        shown = step.text
        for at in range(_LEVELS):
            if f"%{at + 1}" in shown:
                other = self._get_level(number, at)
                shape = other.format if other else "decimal"
                shown = shown.replace(
                    f"%{at + 1}", _format_count(counts.get(at, other.start if other else 1), shape)
                )
        return shown.strip()

    def _find_list_and_level(self, paragraph: BaseOxmlElement) -> tuple[str, int]:
        """The list and level of a paragraph: its own, or else its style's."""
        properties = paragraph.find(W + "pPr")
        number, level = read_val(properties, "numPr", "numId"), read_val(properties, "numPr", "ilvl")
        style = read_val(properties, "pStyle") or self._default_style
        for _ in range(_DEEPEST_STYLE):
            if number is not None or style not in self._styles:
                break
            element = self._styles[style]
            number = read_val(element, "pPr", "numPr", "numId")
            level = (
                level or read_val(element, "pPr", "numPr", "ilvl") or self._find_style_level(number, style)
            )
            style = read_val(element, "basedOn")
        return number or "0", _parse_whole(level, 0)

    def _find_style_level(self, number: str | None, style: str | None) -> str | None:
        """The level of a list that is tied to a style."""
        definition = self._find_definition(number or "0")
        tied = (lvl for lvl in _iterate_children(definition, "lvl") if read_val(lvl, "pStyle") == style)
        return next((lvl.get(W + "ilvl") for lvl in tied), None)

    def _find_definition(self, number: str) -> BaseOxmlElement | None:
        definition = self._definitions.get(read_val(self._lists.get(number), "abstractNumId"))
        link = read_val(definition, "numStyleLink")
        if link is not None:
            linked = read_val(self._styles.get(link), "pPr", "numPr", "numId")
            definition = self._definitions.get(read_val(self._lists.get(linked), "abstractNumId"))
        return definition

    def _get_level(self, number: str, level: int) -> _ListLevel | None:
        key = number, level
        if key not in self._levels:
            self._levels[key] = self._build_level(number, level)
        return self._levels[key]

    def _build_level(self, number: str, level: int) -> _ListLevel | None:
        override = self._find_override(number, level)
        own = None if override is None else override.find(W + "lvl")
        definition = self._find_definition(number)
        found = own if own is not None else _find_at_level(definition, "lvl", level)
        if found is None:
            return None
        start = read_val(override, "startOverride") or read_val(found, "start")
        shape = read_val(found, "numFmt") or "decimal"
        return _ListLevel(_parse_whole(start, 1), shape, read_val(found, "lvlText") or "")

    def _find_override(self, number: str, level: int) -> BaseOxmlElement | None:
        return _find_at_level(self._lists.get(number), "lvlOverride", level)

    def _advance_counts(self, number: str, level: int) -> dict[int, int]:
        shared = read_val(self._lists.get(number), "abstractNumId") or number
        counts = self._counts.setdefault(shared, {})
        if number not in self._started:
            self._started.add(number)
            for at in range(_LEVELS):
                if read_val(self._find_override(number, at), "startOverride") is not None:
                    counts.pop(at, None)
        for at in range(level + 1):
            step = self._get_level(number, at)
            start = step.start if step else 1
            if at == level:
                counts[at] = counts[at] + 1 if at in counts else start
            else:
                counts.setdefault(at, start)
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        return counts


def _iterate_children(parent: BaseOxmlElement | None, name: str) -> Iterator[BaseOxmlElement]:
    return iter(()) if parent is None else parent.iterchildren(W + name)


def _find_at_level(parent: BaseOxmlElement | None, name: str, level: int) -> BaseOxmlElement | None:
    return next((e for e in _iterate_children(parent, name) if e.get(W + "ilvl") == str(level)), None)


def _is_default_style(style: BaseOxmlElement) -> bool:
    return style.get(W + "type") == "paragraph" and style.get(W + "default") in {"1", "true", "on"}


def _parse_whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text) else otherwise


def _format_count(count: int, shape: str) -> str:
    if shape in {"lowerLetter", "upperLetter"} and 0 < count <= _LAST_LETTERED:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if shape == "upperLetter" else letter
    if shape in {"lowerRoman", "upperRoman"} and count > 0:
        roman = _spell_roman(count)
        return roman.upper() if shape == "upperRoman" else roman
    if shape == "none":
        return ""
    return f"{count:02d}" if shape == "decimalZero" else str(count)


def _spell_roman(count: int) -> str:
    result = ""
    for value, letters in _ROMAN_LETTERS:
        result += letters * (count // value)
        count %= value
    return result
