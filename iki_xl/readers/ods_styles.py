"""What the styles of an .ods do to what a person sees: number formats, struck out and raised letters.

Styles stand in styles.xml (named ones) and in front of the sheets in content.xml (automatic ones); each may
leave to its parent what it does not say. Source: ODF 1.3 part 3, 16 (styles), 20.365 and 20.384.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from iki_xl.readers.formats import Condition, NumberDisplay, NumberFormat
from iki_xl.readers.runs import BASELINE, INHERITED, PLAIN, SUBSCRIPT, SUPERSCRIPT, Face
from iki_xl.readers.xml_pass import walk_part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_STYLE, _NUMBER, _TEXT = (f"{_ODF}{name}:1.0" for name in ("style", "datastyle", "text"))
_CELL, _DEFAULT = "table-cell", "\0"
_SHOWN = {
    "number-style": NumberDisplay.PLAIN,
    "currency-style": NumberDisplay.PLAIN,
    "boolean-style": NumberDisplay.PLAIN,
    "text-style": NumberDisplay.PLAIN,
    "percentage-style": NumberDisplay.PERCENT,
    "date-style": NumberDisplay.MOMENT,
    "time-style": NumberDisplay.TIME_OF_DAY,
}
# These hold text properties of their own, which are no style's.
_OTHERS = (
    f"{_TEXT} list-level-style-number",
    f"{_TEXT} list-level-style-bullet",
    f"{_TEXT} outline-level-style",
)
# Parts of a number format by which it is not the general one; a plain number says so by its decimals.
_PARTS = ("number", "text", "fraction", "scientific-number")
_DECIMALS = f"{_NUMBER} decimal-places"
_MINIMUM = f"{_NUMBER} min-integer-digits"
_MAP_CONDITION = re.compile(r"\s*value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)\s*")
_POSITION = re.compile(r"\s*(super|sub|-?[0-9]+(?:\.[0-9]+)?%)")
_DEEPEST = 64
_REMEMBERED_SIZE = 256 * 1024


@dataclass(slots=True)
class _Style:
    """A style as it is written: what it says of letters, its parent, its number format's name."""

    parent: str = ""
    data: str = ""
    face: Face = INHERITED


@dataclass(slots=True)
class _DataStyle:
    """A number format as it is written: how it shows numbers, and what takes its place for some.

    `general`: nothing of it says how numbers look, so that the kind of value does.
    """

    shown: NumberDisplay
    maps: list[tuple[Condition, str]]
    general: bool


class StyleSheet:
    """The styles met so far, by (family, name); automatic ones are added to a copy of the named ones."""

    def __init__(self, named: StyleSheet | None = None) -> None:
        self.styles: dict[tuple[str, str], _Style] = dict(named.styles) if named else {}
        self.formats: dict[str, _DataStyle] = dict(named.formats) if named else {}
        self._open: _Style | None = None
        self._open_format: _DataStyle | None = None
        self._seen: dict[tuple[str, str], Face] = {}

    def handlers(self) -> dict[str, Callable[[dict[str, str]], None]]:
        """Return what is done where an element begins, by its name with namespace."""
        return {
            f"{_STYLE} style": self._style,
            f"{_STYLE} default-style": self._style,
            f"{_STYLE} text-properties": self._letters,
            f"{_STYLE} map": self._map,
            **{f"{_NUMBER} {name}": self._format(shown) for name, shown in _SHOWN.items()},
            **dict.fromkeys(_OTHERS, self._other),
            **dict.fromkeys((f"{_NUMBER} {name}" for name in _PARTS), self._part),
        }

    def _style(self, attributes: dict[str, str]) -> None:
        family = attributes.get(f"{_STYLE} family", "")
        name = attributes.get(f"{_STYLE} name", _DEFAULT)
        self._open_format = None
        self._open = self.styles[family, name] = _Style(
            attributes.get(f"{_STYLE} parent-style-name", ""), attributes.get(f"{_STYLE} data-style-name", "")
        )

    def _letters(self, attributes: dict[str, str]) -> None:
        if self._open is not None:
            self._open.face = Face(_struck(attributes), _level(attributes)).within(self._open.face)

    def _map(self, attributes: dict[str, str]) -> None:
        # in a cell's style it is a conditional format
        condition = _MAP_CONDITION.fullmatch(attributes.get(f"{_STYLE} condition", ""))
        if self._open_format is not None and condition is not None:
            operator = "<>" if condition[1] == "!=" else condition[1]
            other = attributes.get(f"{_STYLE} apply-style-name", "")
            self._open_format.maps.append((Condition(operator, float(condition[2])), other))

    def _format(self, shown: NumberDisplay) -> Callable[[dict[str, str]], None]:
        def begin(attributes: dict[str, str]) -> None:
            runs_on = attributes.get(f"{_NUMBER} truncate-on-overflow") == "false"
            kind = NumberDisplay.DURATION if shown is NumberDisplay.TIME_OF_DAY and runs_on else shown
            self._open = None
            self._open_format = self.formats[attributes.get(f"{_STYLE} name", "")] = _DataStyle(
                kind, [], shown is NumberDisplay.PLAIN
            )

        return begin

    def _part(self, attributes: dict[str, str]) -> None:
        if self._open_format is not None and (_DECIMALS in attributes or _MINIMUM not in attributes):
            self._open_format.general = False

    def _other(self, _: dict[str, str]) -> None:
        self._open = None

    def face(self, family: str, name: str) -> Face:
        """Return what a style, its parents and its family's default say of letters."""
        key = family, name
        if key not in self._seen:
            face = INHERITED
            for style in self._line(family, name):
                face = face.within(style.face)
            self._seen[key] = face
        return self._seen[key]

    def cell(self, name: str) -> Face:
        """Return how letters look in a cell of some style, "" for none."""
        return self.face(_CELL, name).within(PLAIN)

    def number_format(self, name: str) -> NumberFormat | None:
        """Return a cell style's number format; None where no style says anything of how numbers look."""
        data = next((style.data for style in self._line(_CELL, name) if style.data), "")
        found = self.formats.get(data)
        if found is None or (found.general and not found.maps):
            return None
        others = ((condition, self.formats.get(other)) for condition, other in found.maps)
        sections = tuple((condition, other.shown) for condition, other in others if other is not None)
        return NumberFormat(sections, found.shown)

    def _line(self, family: str, name: str) -> list[_Style]:
        """Return a style and those that it leaves things to, the nearest first."""
        line: list[_Style] = []
        style = self.styles.get((family, name))
        while style is not None and len(line) < _DEEPEST:
            line.append(style)
            style = self.styles.get((family, style.parent)) if style.parent else None
        default = self.styles.get((family, _DEFAULT))
        return [*line, default] if default is not None else line


def _struck(attributes: Mapping[str, str]) -> bool | None:
    """Return whether text properties strike letters out; None where they do not say."""
    said = [
        attributes[key]
        for key in (f"{_STYLE} text-line-through-type", f"{_STYLE} text-line-through-style")
        if key in attributes
    ]
    return "none" not in said if said else None


def _level(attributes: Mapping[str, str]) -> int | None:
    """Return where text properties put letters: "super 58%", "-33% 58%"; None where they do not say."""
    found = _POSITION.match(attributes.get(f"{_STYLE} text-position", ""))
    if found is None:
        return None
    if found[1] in ("super", "sub"):
        return SUPERSCRIPT if found[1] == "super" else SUBSCRIPT
    height = float(found[1].removesuffix("%"))
    return SUPERSCRIPT if height > 0 else SUBSCRIPT if height < 0 else BASELINE


def named_styles(content: bytes, depth: int) -> StyleSheet:
    """Read the named styles of styles.xml.

    Raises:
        UnreadableError: it is not well-formed, or too deep.
    """
    small = len(content) <= _REMEMBERED_SIZE
    return (_named if small else _named.__wrapped__)(content, depth)


# Whoever fills in one template and saves it with one program leaves the same styles behind.
@lru_cache(maxsize=64)
def _named(content: bytes, depth: int) -> StyleSheet:
    sheet = StyleSheet()
    walk_part(content, depth, sheet.handlers())
    return sheet
