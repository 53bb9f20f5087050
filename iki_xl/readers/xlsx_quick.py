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

from iki_xl.readers.book import Isi
from iki_xl.readers.in_cell import as_seen
from iki_xl.readers.shifted import nomor_kolom
from iki_xl.readers.xml_pass import diingat, tanpa_lolos

# Larger parts stream through the parser: in pieces they would fill the memory.
_TERBESAR = 1024 * 1024
_BARIS_TERBANYAK = 1_048_576
# How many cells and texts, and rows, are remembered, and how long they may be.
_DIINGAT, _BARIS_DIINGAT = 16_384, 4_096
_PANJANG_DIINGAT = 4_096
# What the parser would change or refuse: control characters, ends of lines, two code points that are none.
_KENDALI = bytes(set(range(32)) - set(b"\t\n"))
_BUKAN_HURUF = re.compile(rb"\xef\xbf[\xbe\xbf]")
_UTF8 = re.compile(
    rb"<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?:UTF|utf)-8[\"'])?"
    rb"(?: standalone=[\"'](?:yes|no)[\"'])?\s*\?>|<[^?]"
)
_ENTITAS_LAIN = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)")

_ATRIBUT = r'(?: (?!r=)[a-zA-Z][a-zA-Z0-9:]*="[^"<&\s]*")*'
_BARIS = rf'<row r="[1-9][0-9]{{0,6}}"{_ATRIBUT} ?'
_AWAL_BARIS = re.compile(rf"(?:{_BARIS}/>)*{_BARIS}>")
_BARIS_KOSONG = re.compile(rf"(?:{_BARIS}/>)*")
_SEL = re.compile(
    r"([A-Z]{1,3})([1-9][0-9]{0,6})"
    r'"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?'
    r"(?: ?/>|>"
    r'(?:<f((?: [a-zA-Z][a-zA-Z0-9:]*="[^"<&\s]*")*)(?: ?/>|>([^<]*)</f>))?'
    r"(?:<v( ?/)>|<v>([^<]*)</v>)?"
    r'(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?'
    r"</c>)"
)
_BILANGAN = re.compile(r"-?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?")
_NOMOR_BARIS = re.compile(r'<row r="([0-9]+)"')
_SATU_ATRIBUT = re.compile(r' ([a-zA-Z0-9:]+)="([^"]*)"')
_TEKS = re.compile(r'<t(?: xml:space="preserve")?>([^<]*)</t></si>')


class BukanPolosError(Exception):
    """A shared text of another shape: the parser reads them all."""


class SelTertulis(NamedTuple):
    """One cell as it is written: (row, column) from 0, kind, style, value, formula and its attributes.

    `isi` is its content where that depends on nothing else in the workbook but the style; `bersama` the index
    of the shared text that is all it shows. `hampa`: nothing stands in it.
    """

    tempat: tuple[int, int]
    jenis: str
    gaya: str
    nilai: str | None
    rumus: str | None
    atribut: dict[str, str]
    sebaris: str | None
    isi: Isi | None
    bersama: str
    hampa: bool


class BarisTertulis(NamedTuple):
    """A row: its number, that of the first blank row before it, how many cells, those that hold anything."""

    awal: int
    nomor: int
    jumlah: int
    sel: tuple[SelTertulis, ...]


class Belahan(NamedTuple):
    """A part without what was cut out of it, and that in pieces."""

    luar: bytes
    potongan: list[str]


def belah_lembar(content: bytes) -> Belahan | None:
    """Cut a sheet's cells at the end of each row; None for one that does not have the plain shape."""
    begin = content.find(b"<sheetData>")
    end = content.find(b"</sheetData>")
    if begin < 0 or end < begin or content.count(b"sheetData") != 2:  # noqa: PLR2004 - its two tags
        return None
    begin += len(b"<sheetData>")
    return _belah(content, begin, end, "</row>")


def belah_teks(content: bytes) -> Belahan | None:
    """Cut the shared texts at each text; None where they do not have the plain shape."""
    begin, end = content.find(b"<si>"), content.rfind(b"</si>") + len(b"</si>")
    if begin < 0:
        return None
    return _belah(content, begin, end, "<si>")


def _belah(content: bytes, begin: int, end: int, mark: str) -> Belahan | None:
    """Cut what stands from `begin` to `end`; the rest is left to the parser, which sees it in full."""
    head = content[:begin]
    if end - begin > _TERBESAR or b"<!" in head or b"<?" in head[1:] or not _UTF8.match(content):
        return None
    inner = content[begin:end]
    if len(inner.translate(None, _KENDALI)) < len(inner) or b"]]>" in inner or _BUKAN_HURUF.search(inner):
        return None
    try:
        text = inner.decode()
    except UnicodeDecodeError:
        return None
    if "&" in text and _ENTITAS_LAIN.search(text):
        return None
    return Belahan(content[:begin] + content[end:], text.split(mark))


@diingat(_BARIS_DIINGAT, _PANJANG_DIINGAT)
def baris(text: str) -> BarisTertulis | None:
    """Return what a row holds, from the end of the one before up to its own; None for another shape."""
    head, *pieces = text.split('<c r="')
    if _AWAL_BARIS.fullmatch(head) is None or any(map(_berulang, head.split("<row")[1:])):
        return None
    numbers = _nomor(head)
    if numbers is None:
        return None
    cells, last = [], (numbers[-1], -1)
    for piece in pieces:
        cell = _sel(piece)
        if cell is None or cell.tempat <= last:
            return None
        last = cell.tempat
        if not cell.hampa:
            cells.append(cell)
    if last[0] != numbers[-1]:
        return None
    return BarisTertulis(numbers[0], numbers[-1], len(pieces), tuple(cells))


def sisa_kosong(text: str, last: int) -> bool:
    """Return whether nothing but blank rows stands behind the row `last`."""
    if _BARIS_KOSONG.fullmatch(text) is None or any(map(_berulang, text.split("<row")[1:])):
        return False
    numbers = _nomor(text)
    return numbers is not None and (not numbers or numbers[0] > last)


def _nomor(text: str) -> list[int] | None:
    """Return the numbers of rows, from 0, that begin in a text; None where they fall or are too large."""
    numbers = [int(n) - 1 for n in _NOMOR_BARIS.findall(text)]
    rising = all(a < b for a, b in pairwise(numbers))
    return numbers if rising and (not numbers or numbers[-1] < _BARIS_TERBANYAK) else None


@diingat(_DIINGAT, _PANJANG_DIINGAT)
def _sel(text: str) -> SelTertulis | None:
    found = _SEL.fullmatch(text)
    column = nomor_kolom(found[1]) if found else 0
    if found is None or not column:
        return None
    _, row, style, kind, attributes, formula, empty, value, inline = found.groups()
    if attributes is not None and formula is None:
        formula = ""
    if empty:
        value = ""
    if _berulang(attributes or ""):
        return None
    value, formula, inline = (None if part is None else _polos(part) for part in (value, formula, inline))
    return SelTertulis(
        (int(row) - 1, column - 1),
        kind or "",
        style or "",
        value,
        formula,
        dict(_SATU_ATRIBUT.findall(attributes or "")),
        inline,
        None if attributes else _isi(kind or "n", value, formula, inline),
        value if kind == "s" and value and formula is None and inline is None else "",
        value is None and formula is None and inline is None,
    )


def _isi(kind: str, value: str | None, formula: str | None, inline: str | None) -> Isi | None:
    """Return the content of a plain number or text, typed or a formula's result; None for any other cell."""
    rumus = "" if formula is None else f"={formula}"
    if inline is not None:
        typed = kind == "inlineStr" and inline and value is None and not rumus and "_x" not in inline
        return as_seen(Isi(inline)) if typed else None
    if kind == "n" and value is None:
        return as_seen(Isi(None, False, rumus)) if rumus else None
    if kind == "n" and value is not None and _BILANGAN.fullmatch(value):
        return as_seen(Isi(float(value), False, rumus))
    if kind == "str" and value is not None and (value or rumus) and "_x" not in value:
        return as_seen(Isi(value, False, rumus))
    return None


def _berulang(attributes: str) -> bool:
    """True where an attribute stands twice: the parser refuses that."""
    names = [name for name, _ in _SATU_ATRIBUT.findall(attributes)]
    return len(set(names)) < len(names)


@diingat(_DIINGAT, _PANJANG_DIINGAT)
def teks_bersama(piece: str) -> Isi | None:
    """Return a shared text as a cell's content, None for one of no letters.

    Raises:
        BukanPolosError: the text does not have the plain shape.
    """
    found = _TEKS.fullmatch(piece)
    if found is None:
        raise BukanPolosError
    text = _polos(found[1])
    return as_seen(Isi(tanpa_lolos(text))) if text else None


def _polos(text: str) -> str:
    if "&" not in text:
        return text
    for written, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(written, letter)
    return text
