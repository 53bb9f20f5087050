"""What the cell formats of an .xlsx do to what a person sees: number formats, struck out and raised fonts."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from iki_xl.readers.formats import PLAIN_FORMAT, NumberFormat, number_format
from iki_xl.readers.runs import BASELINE, INHERITED, PLAIN, SUBSCRIPT, SUPERSCRIPT, Face, Run
from iki_xl.readers.xml_pass import undo_escapes, walk_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from iki_xl.readers.book import Limits

T = TypeVar("T")

_DIGIT_FORMAT = 9
_REMEMBERED_SIZE = 256 * 1024
_FALSE = {"0", "false", "off"}
_LEVELS = {"superscript": SUPERSCRIPT, "subscript": SUBSCRIPT}
_SECTIONS = ("numFmts", "fonts", "fills", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "extLst")


class Styles(NamedTuple):
    """Number formats and faces by the cell format's index as cells write it; plain ones are left out.

    A cell that names none has the first one: it stands under "" as well.
    """

    formats: Mapping[str, NumberFormat]
    faces: Mapping[str, Face]


# The elements of a text with letters of several kinds that say how its letters look.
RUN_TAGS = ("r", "rPr", "strike", "vertAlign")


def run_face(face: Face, tag: str, attributes: Mapping[str, str]) -> Face:
    """Return the face of a text's letters after one of `RUN_TAGS` has begun.

    A run that says anything of its letters says all of it; one that does not looks as the cell does.

    Source: ECMA-376 part 1, 18.4.7.
    """
    if tag == "r":
        return INHERITED
    return PLAIN if tag == "rPr" else _face_with(face, tag, attributes)


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Put neighbours that look alike together, and undo the escapes in their texts.

    Source: ECMA-376 part 1, 22.9.2.19.
    """
    alike = groupby(runs, lambda run: run.face)
    return tuple(Run(undo_escapes("".join(run.text for run in group)), face) for face, group in alike)


def _face_with(face: Face, tag: str, attributes: Mapping[str, str]) -> Face:
    """Return a font's face after one of its elements, `strike` or `vertAlign`.

    Source: ECMA-376 part 1, 18.4.10 and 18.4.14.
    """
    value = attributes.get("val")
    if tag == "strike":
        return face._replace(struck=value is None or value.strip().lower() not in _FALSE)
    return face._replace(level=_LEVELS.get(value or "", BASELINE))


def read_styles(content: bytes, limits: Limits, spaces: Iterable[str]) -> Styles:
    """Read the styles part, whose elements are in any of some namespaces.

    Raises:
        UnreadableError: it is not well-formed, or too deep.

    Source: ECMA-376 part 1, 18.8.
    """
    small = len(content) <= _REMEMBERED_SIZE
    return (_styles if small else _styles.__wrapped__)(content, limits.depth, tuple(spaces))


# Whoever fills in one template and saves it with one program leaves the same styles behind.
@lru_cache(maxsize=64)
def _styles(content: bytes, depth: int, spaces: tuple[str, ...]) -> Styles:
    walk = _Walk()
    handlers = {f"{space} {name}": done for space in spaces for name, done in walk.handlers().items()}
    walk_part(content, depth, handlers)
    return walk.styles()


class _Walk:
    """The pass over the styles part: in which section it is, and what it met there."""

    def __init__(self) -> None:
        self._section = ""
        self._codes: dict[str, str] = {}
        self._fonts: list[Face] = []
        self._xfs: dict[str, list[Mapping[str, str]]] = {"cellStyleXfs": [], "cellXfs": []}

    def handlers(self) -> dict[str, Callable[[dict[str, str]], None]]:
        """Return what is done where an element begins, by its local name."""
        marks = {name: self._begin(name) for name in _SECTIONS}
        faces = {name: self._face(name) for name in ("strike", "vertAlign")}
        return {"numFmt": self._code, "font": self._font, "xf": self._xf, **marks, **faces}

    def _begin(self, section: str) -> Callable[[dict[str, str]], None]:
        def mark(_: dict[str, str]) -> None:
            self._section = section

        return mark

    def _code(self, attributes: dict[str, str]) -> None:
        if self._section == "numFmts":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def _font(self, _: dict[str, str]) -> None:
        if self._section == "fonts":
            self._fonts.append(PLAIN)

    def _face(self, tag: str) -> Callable[[dict[str, str]], None]:
        def take(attributes: dict[str, str]) -> None:
            if self._section == "fonts" and self._fonts:
                self._fonts[-1] = _face_with(self._fonts[-1], tag, attributes)

        return take

    def _xf(self, attributes: dict[str, str]) -> None:
        if self._section in self._xfs:
            self._xfs[self._section].append(attributes)

    def styles(self) -> Styles:
        """Return what the cell formats come to."""
        xfs = self._xfs["cellXfs"]
        shown = {number: self._format(number) for number in {xf.get("numFmtId", "0") for xf in xfs}}
        formats = {str(n): shown[xf.get("numFmtId", "0")] for n, xf in enumerate(xfs)}
        faces = {str(n): self._face_of(xf) for n, xf in enumerate(xfs)}
        return Styles(_notable(formats, PLAIN_FORMAT), _notable(faces, PLAIN))

    def _format(self, number: str) -> NumberFormat:
        known = number.isascii() and number.isdigit() and len(number) <= _DIGIT_FORMAT
        return number_format(int(number) if known else 0, self._codes.get(number))

    def _face_of(self, xf: Mapping[str, str]) -> Face:
        """Return the face of a cell format: of the font it names itself, else of its named style's."""
        font = xf.get("fontId")
        if font is None:
            named = _at(self._xfs["cellStyleXfs"], xf.get("xfId", "0"))
            font = named.get("fontId", "0") if named else "0"
        return _at(self._fonts, font) or PLAIN


def _notable(found: Mapping[str, T], plain: T) -> Mapping[str, T]:
    first = {"": found["0"]} if "0" in found else {}
    return MappingProxyType({key: value for key, value in {**found, **first}.items() if value != plain})


def _at(items: list[T], index: str) -> T | None:
    known = index.isascii() and index.isdigit() and len(index) <= _DIGIT_FORMAT
    return items[int(index)] if known and int(index) < len(items) else None
