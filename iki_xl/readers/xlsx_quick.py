"""The plain shape in which programs write sheets and shared texts, read without an XML parser.

A sheet's rows and cells are cut apart at their tags. Returned workbooks come from a few templates, so most
rows and nearly all cells were met before, and what they mean is remembered; a new cell must match one pattern
from end to end. Any other shape (prefixes, comments, rich texts, cells out of order) is None here and goes
through the parser, which alone refuses; so does all of the part that stands around the cells or texts.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from iki_xl.readers.book import Cell
from iki_xl.readers.in_cell import resolve_display
from iki_xl.readers.shifted import parse_column
from iki_xl.readers.xml_pass import memoize, undo_escapes

# Larger parts stream through the parser: in pieces they would fill the memory.
_LARGEST = 1024 * 1024
_MOST_ROWS = 1_048_576
# How many cells and texts, and rows, are remembered, and how long they may be.
_REMEMBERED, _REMEMBERED_ROWS = 16_384, 4_096
_LONGEST_REMEMBERED = 4_096
# What the parser would change or refuse: control characters, ends of lines, two code points that are none.
_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n"))
_NON_CHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
_UTF8 = re.compile(
    rb"<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?:UTF|utf)-8[\"'])?"
    rb"(?: standalone=[\"'](?:yes|no)[\"'])?\s*\?>|<[^?]"
)
_OTHER_ENTITIES = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)")

_ATTRIBUTES = r'(?: (?!r=)[a-zA-Z][a-zA-Z0-9:]*="[^"<&\s]*")*'
_ROW_TAG = rf'<row r="[1-9][0-9]{{0,6}}"{_ATTRIBUTES} ?'
_ROW_START = re.compile(rf"(?:{_ROW_TAG}/>)*{_ROW_TAG}>")
_BLANK_ROWS = re.compile(rf"(?:{_ROW_TAG}/>)*")
_CELL = re.compile(
    r"([A-Z]{1,3})([1-9][0-9]{0,6})"
    r'"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?'
    r"(?: ?/>|>"
    r'(?:<f((?: [a-zA-Z][a-zA-Z0-9:]*="[^"<&\s]*")*)(?: ?/>|>([^<]*)</f>))?'
    r"(?:<v( ?/)>|<v>([^<]*)</v>)?"
    r'(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?'
    r"</c>)"
)
_NUMBER = re.compile(r"-?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?")
_ROW_NUMBER = re.compile(r'<row r="([0-9]+)"')
_ONE_ATTRIBUTE = re.compile(r' ([a-zA-Z0-9:]+)="([^"]*)"')
_SHARED_TEXT = re.compile(r'<t(?: xml:space="preserve")?>([^<]*)</t></si>')


class NotPlainError(Exception):
    """A shared text of another shape: the parser reads them all."""


class WrittenCell(NamedTuple):
    """One cell as it is written: (row, column) from 0, kind, style, value, formula and its attributes.

    `content` is its content where that depends on nothing else in the workbook but the style; `shared` the
    index of the shared text that is all it shows. `is_empty`: nothing stands in it.
    """

    place: tuple[int, int]
    kind: str
    style: str
    value: str | None
    formula: str | None
    attributes: dict[str, str]
    inline: str | None
    content: Cell | None
    shared: str
    is_empty: bool


class WrittenRow(NamedTuple):
    """A row: its number, that of the first blank row before it, how many cells, those that hold anything."""

    first: int
    number: int
    cell_count: int
    cell: tuple[WrittenCell, ...]


class CutSheet(NamedTuple):
    """A part without what was cut out of it, and that in pieces."""

    outside: bytes
    pieces: list[str]


def cut_sheet(content: bytes) -> CutSheet | None:
    """Cut a sheet's cells at the end of each row; None for one that does not have the plain shape."""
    begin = content.find(b"<sheetData>")
    end = content.find(b"</sheetData>")
    if begin < 0 or end < begin or content.count(b"sheetData") != 2:  # noqa: PLR2004 - its two tags
        return None
    begin += len(b"<sheetData>")
    return _cut_part(content, begin, end, "</row>")


def cut_texts(content: bytes) -> CutSheet | None:
    """Cut the shared texts at each text; None where they do not have the plain shape."""
    begin, end = content.find(b"<si>"), content.rfind(b"</si>") + len(b"</si>")
    if begin < 0:
        return None
    return _cut_part(content, begin, end, "<si>")


def _cut_part(content: bytes, begin: int, end: int, mark: str) -> CutSheet | None:
    """Cut what stands from `begin` to `end`; the rest is left to the parser, which sees it in full."""
    head = content[:begin]
    if end - begin > _LARGEST or b"<!" in head or b"<?" in head[1:] or not _UTF8.match(content):
        return None
    inner = content[begin:end]
    if (
        len(inner.translate(None, _CONTROL_BYTES)) < len(inner)
        or b"]]>" in inner
        or _NON_CHARACTERS.search(inner)
    ):
        return None
    try:
        text = inner.decode()
    except UnicodeDecodeError:
        return None
    if "&" in text and _OTHER_ENTITIES.search(text):
        return None
    return CutSheet(content[:begin] + content[end:], text.split(mark))


@memoize(_REMEMBERED_ROWS, _LONGEST_REMEMBERED)
def parse_row(text: str) -> WrittenRow | None:
    """Return what a row holds, from the end of the one before up to its own; None for another shape."""
    head, *pieces = text.split('<c r="')
    if _ROW_START.fullmatch(head) is None or any(map(_has_repeated_attribute, head.split("<row")[1:])):
        return None
    numbers = _parse_row_numbers(head)
    if numbers is None:
        return None
    cells, last = [], (numbers[-1], -1)
    for piece in pieces:
        cell = _parse_cell(piece)
        if cell is None or cell.place <= last:
            return None
        last = cell.place
        if not cell.is_empty:
            cells.append(cell)
    if last[0] != numbers[-1]:
        return None
    return WrittenRow(numbers[0], numbers[-1], len(pieces), tuple(cells))


def has_only_blank_rows(text: str, last: int) -> bool:
    """Return whether nothing but blank rows stands behind the row `last`."""
    if _BLANK_ROWS.fullmatch(text) is None or any(map(_has_repeated_attribute, text.split("<row")[1:])):
        return False
    numbers = _parse_row_numbers(text)
    return numbers is not None and (not numbers or numbers[0] > last)


def _parse_row_numbers(text: str) -> list[int] | None:
    """Return the numbers of rows, from 0, that begin in a text; None where they fall or are too large."""
    numbers = [int(n) - 1 for n in _ROW_NUMBER.findall(text)]
    rising = all(a < b for a, b in pairwise(numbers))
    return numbers if rising and (not numbers or numbers[-1] < _MOST_ROWS) else None


@memoize(_REMEMBERED, _LONGEST_REMEMBERED)
def _parse_cell(text: str) -> WrittenCell | None:
    found = _CELL.fullmatch(text)
    column = parse_column(found[1]) if found else 0
    if found is None or not column:
        return None
    _, row, style, kind, attributes, written_formula, empty, value, inline = found.groups()
    if attributes is not None and written_formula is None:
        written_formula = ""
    if empty:
        value = ""
    if _has_repeated_attribute(attributes or ""):
        return None
    value, written_formula, inline = (
        None if part is None else _unescape(part) for part in (value, written_formula, inline)
    )
    return WrittenCell(
        (int(row) - 1, column - 1),
        kind or "",
        style or "",
        value,
        written_formula,
        dict(_ONE_ATTRIBUTE.findall(attributes or "")),
        inline,
        None if attributes else _build_plain_content(kind or "n", value, written_formula, inline),
        value if kind == "s" and value and written_formula is None and inline is None else "",
        value is None and written_formula is None and inline is None,
    )


def _build_plain_content(
    kind: str, value: str | None, written_formula: str | None, inline: str | None
) -> Cell | None:
    """Return the content of a plain number or text, typed or a formula's result; None for any other cell."""
    formula = "" if written_formula is None else f"={written_formula}"
    if inline is not None:
        typed = kind == "inlineStr" and inline and value is None and not formula and "_x" not in inline
        return resolve_display(Cell(inline)) if typed else None
    if kind == "n" and value is None:
        return resolve_display(Cell(None, False, formula)) if formula else None
    if kind == "n" and value is not None and _NUMBER.fullmatch(value):
        return resolve_display(Cell(float(value), False, formula))
    if kind == "str" and value is not None and (value or formula) and "_x" not in value:
        return resolve_display(Cell(value, False, formula))
    return None


def _has_repeated_attribute(attributes: str) -> bool:
    """True where an attribute stands twice: the parser refuses that."""
    names = [name for name, _ in _ONE_ATTRIBUTE.findall(attributes)]
    return len(set(names)) < len(names)


@memoize(_REMEMBERED, _LONGEST_REMEMBERED)
def parse_shared_text(piece: str) -> Cell | None:
    """Return a shared text as a cell's content, None for one of no letters.

    Raises:
        NotPlainError: the text does not have the plain shape.
    """
    found = _SHARED_TEXT.fullmatch(piece)
    if found is None:
        raise NotPlainError
    text = _unescape(found[1])
    return resolve_display(Cell(undo_escapes(text))) if text else None


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    for written, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(written, letter)
    return text
