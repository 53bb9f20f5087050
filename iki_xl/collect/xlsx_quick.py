"""The plain shape in which programs write sheets and shared texts, read without an XML parser.

A sheet's cells are cut apart at `<c r="`. Returned workbooks come from a few templates, so nearly every piece
was met before, and a dictionary knows what it means; a new piece must match one pattern from end to end. Any
other shape (prefixes, comments, rich texts, cells out of order) is None here and goes through the parser,
which alone refuses; so does all of the part that stands around the cells or texts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from iki_xl.collect.shifted import nomor_kolom
from iki_xl.collect.xml_pass import tanpa_lolos
from iki_xl.form.reading import Isi

if TYPE_CHECKING:
    from collections.abc import Sequence

# Larger parts stream through the parser: in pieces they would fill the memory.
_TERBESAR = 1024 * 1024
_DIINGAT = 16_384
# What follows the last row.
AKHIR = -1
_PANJANG_DIINGAT = 1_024
# What the parser would change or refuse: control characters, ends of lines, two code points that are none.
_KENDALI = bytes(set(range(32)) - set(b"\t\n"))
_BUKAN_HURUF = re.compile(rb"\xef\xbf[\xbe\xbf]")
_UTF8 = re.compile(
    rb"<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?:UTF|utf)-8[\"'])?"
    rb"(?: standalone=[\"'](?:yes|no)[\"'])?\s*\?>|<[^?]"
)
_ENTITAS_LAIN = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)")

_ATRIBUT = r'(?: (?!r=)[a-zA-Z0-9:]+="[^"<&\s]*")*'
_BUKA_BARIS = rf'<row r="([1-9][0-9]{{0,6}})"{_ATRIBUT} ?'
_BARIS_KOSONG = rf'<row r="[1-9][0-9]{{0,6}}"{_ATRIBUT} ?(?:/>|></row>)'
_POTONGAN = re.compile(
    r"([A-Z]{1,3})([1-9][0-9]{0,6})"
    r'"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?'
    r"(?: ?/>|>"
    r'(?:<f((?: [a-zA-Z0-9:]+="[^"<&\s]*")*)(?: ?/>|>([^<]*)</f>))?'
    r"(?:<v ?/>|<v>([^<]*)</v>)?"
    r'(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?'
    rf"</c>)(?:</row>((?:{_BARIS_KOSONG})*)(?:{_BUKA_BARIS}>)?)?"
)
_AWAL = re.compile(rf"(?:{_BARIS_KOSONG})*{_BUKA_BARIS}>")
_BILANGAN = re.compile(r"-?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?")
_NOMOR_BARIS = re.compile(r'<row r="([0-9]+)"')
_SATU_ATRIBUT = re.compile(r' ([a-zA-Z0-9:]+)="([^"]*)"')
_TEKS = re.compile(r'<t(?: xml:space="preserve")?>([^<]*)</t></si>')


class BukanPolosError(Exception):
    """A shared text of another shape: the parser reads them all."""


class Potongan(NamedTuple):
    """One cell as it is written: (row, column) from 0, kind, style, value, formula and its attributes.

    `hampa`: nothing stands in it. `isi` is its content where that depends on nothing else in the workbook but
    the style. `lanjut` is 0
    inside a row; after the last cell of one it is the number of the row that follows, AKHIR at the end;
    `kosong` are the numbers of blank rows between.
    """

    tempat: tuple[int, int]
    jenis: str
    gaya: str
    nilai: str | None
    rumus: str | None
    atribut: dict[str, str]
    sebaris: str | None
    hampa: bool
    isi: Isi | None
    lanjut: int
    kosong: tuple[int, ...]


class Belahan(NamedTuple):
    """A part in three: what stands before, the pieces, what stands after."""

    luar: bytes
    potongan: list[str]


diingat: dict[str, Potongan] = {}


def belah_lembar(content: bytes) -> Belahan | None:
    """Cut a sheet at its cells; None for one that does not have the plain shape.

    `luar` is the sheet without its cells.
    """
    begin = content.find(b"<sheetData>")
    end = content.find(b"</sheetData>")
    if begin < 0 or end < begin or content.count(b"sheetData") != 2:  # noqa: PLR2004 - its two tags
        return None
    begin += len(b"<sheetData>")
    return _belah(content, begin, end, '<c r="')


def belah_teks(content: bytes) -> Belahan | None:
    """Cut the shared texts at each text; None where they do not have the plain shape."""
    begin, end = content.find(b"<si>"), content.rfind(b"</si>") + len(b"</si>")
    if begin < 0:
        return None
    return _belah(content, begin, end, "<si>")


def _belah(content: bytes, begin: int, end: int, mark: str) -> Belahan | None:
    plain = (
        len(content) <= _TERBESAR
        and len(content.translate(None, _KENDALI)) == len(content)
        and not (b"]]>" in content or b"<!" in content or _BUKAN_HURUF.search(content))
        and _UTF8.match(content)
    )
    if not plain:
        return None
    try:
        text = content[begin:end].decode()
    except UnicodeDecodeError:
        return None
    if _ENTITAS_LAIN.search(text):
        return None
    return Belahan(content[:begin] + content[end:], text.split(mark))


def baris_pertama(text: str) -> int | None:
    """Return the number of the row in which the first cell stands; None unless blank rows alone precede."""
    found = _AWAL.fullmatch(text)
    if found is None:
        return None
    numbers = [int(n) for n in _NOMOR_BARIS.findall(text)]
    return numbers[-1] if menaik(numbers) else None


def menaik(numbers: Sequence[int]) -> bool:
    """Return whether each row number is larger than the one before; AKHIR may follow any."""
    return all(a < b or b == AKHIR for a, b in pairwise(numbers))


def potongan(text: str) -> Potongan | None:
    """Return what a piece means; None where it does not have the plain shape.

    Pieces that were met before are in `diingat`.
    """
    found = _POTONGAN.fullmatch(text)
    if found is None:
        return None
    letters, row, style, kind, attributes, formula, value, inline, blanks, following = found.groups()
    column = nomor_kolom(letters)
    if not column:
        return None
    if attributes is not None and formula is None:
        formula = ""
    value, formula, inline = (None if part is None else _polos(part) for part in (value, formula, inline))
    made = Potongan(
        (int(row) - 1, column - 1),
        kind or "",
        style or "",
        value,
        formula,
        dict(_SATU_ATRIBUT.findall(attributes or "")),
        inline,
        value is None and formula is None and inline is None,
        None if attributes else _isi(kind or "n", inline if value is None else value, formula),
        0 if blanks is None else int(following or AKHIR),
        tuple(int(n) for n in _NOMOR_BARIS.findall(blanks or "")),
    )
    if len(text) <= _PANJANG_DIINGAT:
        if len(diingat) >= _DIINGAT:
            diingat.clear()
        diingat[text] = made
    return made


def _isi(kind: str, value: str | None, formula: str | None) -> Isi | None:
    """Return the content of a plain number or text, typed or a formula's result; None for any other cell."""
    rumus = "" if formula is None else f"={formula}"
    if value is None:
        return Isi(None, False, rumus) if rumus else None
    if kind == "n":
        return Isi(float(value), False, rumus) if _BILANGAN.fullmatch(value) else None
    plain = kind in {"str", "inlineStr"} and (value or rumus) and "_x" not in value
    return Isi(value, False, rumus) if plain else None


@lru_cache(_DIINGAT)
def teks_bersama(piece: str) -> Isi | None:
    """Return a shared text as a cell's content, None for one of no letters.

    Raises:
        BukanPolosError: the text does not have the plain shape.
    """
    found = _TEKS.fullmatch(piece)
    if found is None:
        raise BukanPolosError
    text = _polos(found[1])
    return Isi(tanpa_lolos(text) if "_x" in text else text) if text else None


def _polos(text: str) -> str:
    if "&" not in text:
        return text
    for written, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(written, letter)
    return text
