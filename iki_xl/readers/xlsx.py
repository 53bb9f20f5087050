"""An .xlsx or .xlsm package as a `BukuSel`: one streaming pass a part, no library, nothing executed."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from iki_xl.readers.book import BukuSel, Isi, TidakTerbacaError
from iki_xl.readers.formats import EPOK_1900, EPOK_1904, Tampilan, tampilan
from iki_xl.readers.in_cell import as_seen
from iki_xl.readers.relations import EXTRA_KINDS, Relation, read_relations, relations_part, target_of
from iki_xl.readers.xlsx_quick import BukanPolosError, belah_teks, teks_bersama
from iki_xl.readers.xlsx_sheet import UTAMA, Bersama, Jatah, baca_lembar
from iki_xl.readers.xml_pass import (
    jalankan,
    nama_xml,
    pengurai,
    polos,
    saat_utc,
    tanpa_lolos,
    teks_unsur,
    telusuri,
    terlalu_dalam,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from iki_xl.readers.book import Batas
    from iki_xl.readers.package import Paket
    from iki_xl.readers.xlsx_around import SheetPart

_INTI = nama_xml(("http://purl.org/dc/terms/",), ("modified",))
_DIGIT_FORMAT = 9
_GAYA_DIINGAT = 256 * 1024
_BENAR = ("1", "true")
_TANPA_LEMBAR = "di dalamnya tidak ada lembar kerja"


def baca_xlsx(paket: Paket, batas: Batas) -> BukuSel:
    """Read every filled cell of every worksheet, and what the workbook says of itself.

    Returns: sheets in the order of their tabs (chart sheets left out), `disimpan` from the core
        properties.

    Raises:
        TidakTerbacaError: a part is missing, damaged, hostile or over a limit.

    Source: ECMA-376 part 1 (transitional and strict) and part 2.
    """
    root = _relations(paket, "", batas)
    book = target_of(root, "officeDocument", "xl/workbook.xml")
    related = _relations(paket, book, batas)
    names, epok = _buku(paket.baca(book), batas)
    sheets = []
    for name, relation in names:
        target = related.get(relation)
        if target is None or target.external:
            raise TidakTerbacaError(f"lembar “{name[:31]}” tidak ada di dalamnya")
        if target.kind == "worksheet":
            sheets.append((name, target.target))
    if not sheets:
        raise TidakTerbacaError(_TANPA_LEMBAR)
    texts = target_of(related, "sharedStrings")
    styles = target_of(related, "styles")
    shared = Bersama(
        _teks_bersama(paket.baca(texts), batas) if paket.ada(texts) else {},
        _tampilan(paket.baca(styles), batas) if paket.ada(styles) else {},
        epok,
    )
    jatah = Jatah.dari(batas)
    read = [(baca_lembar(name, paket.baca(part), shared, batas, jatah), part) for name, part in sheets]
    saved = _disimpan(paket, target_of(root, "core-properties", "docProps/core.xml"), batas)
    if _alone(paket, related, read):
        return BukuSel(tuple(sheet.sheet for sheet, _ in read), saved)
    from iki_xl.readers.xlsx_beside import complete  # most returned workbooks have nothing beside their cells

    done, extras = complete(paket, related, read, batas)
    return BukuSel(done, saved, extras)


def _alone(paket: Paket, related: Mapping[str, Relation], sheets: Iterable[tuple[SheetPart, str]]) -> bool:
    """Return whether neither the workbook nor a sheet points to a part that says more than the cells do."""
    if any(relation.kind in EXTRA_KINDS for relation in related.values()):
        return False
    return not any(sheet.rich or paket.ada(relations_part(part)) for sheet, part in sheets)


def _relations(paket: Paket, part: str, batas: Batas) -> Mapping[str, Relation]:
    """Return the relationships of a part ("" for the package's own) by their ids."""
    source = relations_part(part)
    return read_relations(paket.baca(source), part, batas.kedalaman) if paket.ada(source) else {}


@lru_cache(maxsize=256)
def _buku(content: bytes, batas: Batas) -> tuple[list[tuple[str, str]], datetime]:
    """Return (name, relationship id) of every sheet in order, and the moment that serials count from."""
    names: list[tuple[str, str]] = []
    epok = EPOK_1900

    def properties(attributes: dict[str, str]) -> None:
        nonlocal epok
        if attributes.get("date1904", "").strip().lower() in _BENAR:
            epok = EPOK_1904

    def sheet(attributes: dict[str, str]) -> None:
        relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
        # Excel leaves the id of a sheet of old macros empty
        if relation:
            names.append((attributes.get("name", ""), relation))
        if len(names) > batas.lembar:
            raise TidakTerbacaError(f"lembarnya lebih dari {batas.lembar}")

    telusuri(content, batas.kedalaman, _per_nama({"workbookPr": properties, "sheet": sheet}))
    return names, epok


def _teks_bersama(content: bytes, batas: Batas) -> Mapping[str, Isi | None]:
    """Return the shared texts by their index as the cells write it; None for a text of no letters."""
    cut = belah_teks(content) if polos(content, UTAMA) else None
    if cut is None:
        return _Teks(content, batas).teks
    try:
        texts = [teks_bersama(piece) for piece in cut.potongan[1:]]
    except BukanPolosError:
        return _Teks(content, batas).teks
    if _banyak_teks(cut.luar, batas):
        # some have another shape and would shift the others
        return _Teks(content, batas).teks
    return dict(zip(map(str, range(len(texts))), texts, strict=True))


@lru_cache(maxsize=256)
def _banyak_teks(around: bytes, batas: Batas) -> int:
    """How many texts stand around those that were cut out; refuses what is wrong there."""
    return len(_Teks(around, batas).teks)


class _Teks:
    """The pass over the shared texts: runs of one text are joined, its reading aid is left out."""

    __slots__ = ("_batas", "_buka", "_fonetik", "_nama", "_semua", "_terakhir", "_utuh", "teks")

    def __init__(self, content: bytes, batas: Batas) -> None:
        self._batas = batas
        self._buka = 0
        self._fonetik = False
        self._terakhir: list[str] = []
        self._utuh: list[str] = []
        self._semua: list[str] = []
        plain = polos(content, UTAMA)
        self._nama = nama_xml(() if plain else UTAMA, ("si", "t", "rPh"))
        parser = pengurai(self._terakhir.append, polos=plain)
        parser.StartElementHandler = self._mulai
        parser.EndElementHandler = self._selesai
        jalankan(parser, content)
        texts = (tanpa_lolos(text) if "_x" in text else text for text in self._semua)
        cells = (as_seen(Isi(text)) if text else None for text in texts)
        self.teks: dict[str, Isi | None] = dict(zip(map(str, range(len(self._semua))), cells, strict=True))

    def _mulai(self, name: str, _: dict[str, str]) -> None:
        self._buka += 1
        if self._buka > self._batas.kedalaman:
            raise terlalu_dalam()
        tag = self._nama.get(name)
        if tag == "t":
            self._terakhir.clear()
        elif tag == "si":
            self._utuh.clear()
        elif tag == "rPh":
            self._fonetik = True

    def _selesai(self, name: str) -> None:
        self._buka -= 1
        tag = self._nama.get(name)
        if tag == "t":
            if not self._fonetik:
                self._utuh += self._terakhir
        elif tag == "si":
            self._semua.append("".join(self._utuh))
            if len(self._semua) > self._batas.sel:
                raise TidakTerbacaError("teksnya terlalu banyak")
        elif tag == "rPh":
            self._fonetik = False


def _tampilan(content: bytes, batas: Batas) -> Mapping[str, Tampilan]:
    """Return how each cell format shows numbers, by its index as the cells write it; plain ones left out."""
    small = len(content) <= _GAYA_DIINGAT
    return (_tampilan_sama if small else _tampilan_sama.__wrapped__)(content, batas.kedalaman)


# Whoever fills in one template and saves it with one program leaves the same styles behind.
@lru_cache(maxsize=64)
def _tampilan_sama(content: bytes, kedalaman: int) -> Mapping[str, Tampilan]:
    codes: dict[str, str] = {}
    numbers: list[str] = []
    section = ""

    def begin(name: str) -> Callable[[dict[str, str]], None]:
        def mark(_: dict[str, str]) -> None:
            nonlocal section
            section = name

        return mark

    def code(attributes: dict[str, str]) -> None:
        if section == "numFmts":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def cell_format(attributes: dict[str, str]) -> None:
        if section == "cellXfs":
            numbers.append(attributes.get("numFmtId", "0"))

    sections = ("numFmts", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "extLst")
    wanted = {"numFmt": code, "xf": cell_format, **{name: begin(name) for name in sections}}
    telusuri(content, kedalaman, _per_nama(wanted))
    shown = {number: _tampilan_nomor(number, codes) for number in set(numbers)}
    every = ((str(index), shown[number]) for index, number in enumerate(numbers))
    return MappingProxyType({index: kind for index, kind in every if kind is not Tampilan.BIASA})


def _per_nama(
    wanted: dict[str, Callable[[dict[str, str]], None]],
) -> dict[str, Callable[[dict[str, str]], None]]:
    return {f"{space} {name}": done for space in UTAMA for name, done in wanted.items()}


def _tampilan_nomor(number: str, codes: dict[str, str]) -> Tampilan:
    known = number.isascii() and number.isdigit() and len(number) <= _DIGIT_FORMAT
    return tampilan(int(number) if known else 0, codes.get(number))


def _disimpan(paket: Paket, part: str, batas: Batas) -> datetime | None:
    """Return the "last modified" moment in UTC, without a zone; None where there is none that can be read."""
    if not paket.ada(part):
        return None

    def key(element: str, _: dict[str, str]) -> str | None:
        return "modified" if element in _INTI else None

    found = teks_unsur(paket.baca(part), batas.kedalaman, key)
    return saat_utc(found["modified"]) if found else None
