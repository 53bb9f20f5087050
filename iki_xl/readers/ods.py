"""An .ods package as a `BukuSel`: one streaming pass over content.xml, no library, nothing executed."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from iki_xl.readers.book import BukuSel, Extra, Isi, LembarSel, RefusalKind, TidakTerbacaError
from iki_xl.readers.in_cell import as_seen, with_links
from iki_xl.readers.merges import MergeList
from iki_xl.readers.ods_beside import OdsBeside
from iki_xl.readers.ods_cell import Look, cell_content, folded
from iki_xl.readers.ods_styles import StyleSheet, named_styles
from iki_xl.readers.runs import INHERITED, Face, Run
from iki_xl.readers.shifted import Larik, sebarkan
from iki_xl.readers.xml_pass import (
    TIDAK_WAJAR,
    MalformedError,
    angka_utuh,
    jalankan,
    nama_xml,
    pengurai,
    saat_utc,
    teks_unsur,
    terlalu_dalam,
)

if TYPE_CHECKING:
    from datetime import datetime

    from iki_xl.readers.book import Batas
    from iki_xl.readers.package import Paket

_RUANG = "urn:oasis:names:tc:opendocument:xmlns:"
_TABEL, _KANTOR, _TEKS = (f"{_RUANG}{name}:1.0" for name in ("table", "office", "text"))
_DC = "http://purl.org/dc/elements/1.1/"
_WADAH = ("table-row-group", "table-rows", "table-header-rows")
_WADAH_KOLOM = ("table-column-group", "table-columns", "table-header-columns")
_NAMA = {
    **nama_xml((_TABEL,), ("table", "table-row", "table-cell", "covered-table-cell", *_WADAH)),
    **nama_xml((_TABEL,), ("table-source", "dde-links", "table-column", *_WADAH_KOLOM)),
    **nama_xml((_TEKS,), ("p", "s", "tab", "line-break", "ruby-text", "note", "a")),
    **nama_xml((_KANTOR,), ("spreadsheet", "annotation", "body", "document-content", "automatic-styles")),
    **nama_xml((_KANTOR,), ("dde-source",)),
}
_SEL = ("table-cell", "covered-table-cell")
# Where a tag may stand for it to count: a drawing's texts and tables are not the sheet's.
_INDUK = {
    "body": ("document-content",),
    "spreadsheet": ("body",),
    "table": ("spreadsheet",),
    "automatic-styles": ("document-content",),
    **dict.fromkeys((*_WADAH, "table-row"), ("table", *_WADAH)),
    **dict.fromkeys((*_WADAH_KOLOM, "table-column"), ("table", *_WADAH_KOLOM)),
    **dict.fromkeys(_SEL, ("table-row",)),
    "p": _SEL,
}
_BARIS, _KOLOM = 1_048_576, 16_384
_REPEATED_MERGES = 1_000
_MERGED = f"{_TABEL} number-columns-spanned", f"{_TABEL} number-rows-spanned"
_GAYA_TEKS = f"{_TEKS} style-name"
_GAYA_SEL = f"{_TABEL} style-name"
# LibreOffice's style of cells that name none.
_GAYA_BAWAAN = "Default"
_SPASI_TERPANJANG = 32_767
# A cell that says no more than this, and has no text, holds nothing.
_TANPA_ISI = {
    f"{_TABEL} {name}" for name in ("style-name", "number-columns-repeated", "content-validation-name")
}
_LEMBAR_LUAR = "'file:"
_HREF = "http://www.w3.org/1999/xlink href"
_EXTRAS = {
    "table-source": Extra.EXTERNAL_LINKS,
    "dde-source": Extra.DDE,
    "dde-links": Extra.DDE,
}
# In a formula: a sheet of another file, and what another program is asked for.
_OTHER_FILE, _OTHER_PROGRAM = "'#", re.compile(r"\bDDE\(")
# LibreOffice keeps these lists even where there are no modules.
_MACRO_LISTS = ("script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml")


def baca_ods(paket: Paket, batas: Batas) -> BukuSel:
    """Read every filled cell of every sheet, and what the workbook says of itself.

    Returns: sheets in the order of their tabs (copies of other files' sheets left out), `disimpan` from
        dc:date (which LibreOffice writes without a zone).

    Raises:
        TidakTerbacaError: encrypted, a part is missing, damaged, hostile or over a limit.

    Source: ODF 1.3 part 3, 9.1 (tables), 19.385 (values), 6.1 (white space); part 2 for the package.
    """
    if paket.ada("META-INF/manifest.xml") and b"encryption-data" in paket.baca("META-INF/manifest.xml"):
        raise TidakTerbacaError("berkasnya memakai kata sandi", RefusalKind.ENCRYPTED)
    named = None
    if paket.ada("styles.xml"):
        named = named_styles(paket.baca("styles.xml"), batas.kedalaman)
    walk = _Isi(batas, StyleSheet(named))
    walk.telusuri(paket.baca("content.xml"))
    if not walk.lembar:
        raise TidakTerbacaError("di dalamnya tidak ada lembar kerja")
    extras = walk.extras | ({Extra.MACROS} if _has_macros(paket) else set())
    return BukuSel(tuple(walk.lembar), _disimpan(paket, batas), frozenset(extras))


def _has_macros(paket: Paket) -> bool:
    modules = (name for name in paket.nama if name.startswith(("Basic/", "Scripts/")))
    return any(not name.endswith(("/", *_MACRO_LISTS)) for name in modules)


def _disimpan(paket: Paket, batas: Batas) -> datetime | None:
    if not paket.ada("meta.xml"):
        return None

    def key(element: str, _: dict[str, str]) -> str | None:
        return "" if element == f"{_DC} date" else None

    with contextlib.suppress(MalformedError):  # what a workbook says of itself is no reason to refuse it
        found = teks_unsur(paket.baca("meta.xml"), batas.kedalaman, key)
        return saat_utc(found[""]) if found else None
    return None


class _Isi:
    """The state of the pass: the open elements that count, the cell being read, and what was found."""

    def __init__(self, batas: Batas, styles: StyleSheet) -> None:
        self._batas = batas
        self._styles = styles
        self._style_elements = styles.handlers()
        self._rupa: dict[str, Look] = {}
        self._ujung_kolom: list[int] = []
        self._gaya_kolom: list[str] = []
        self._gaya_baris = ""
        self._faces: list[Face] = [INHERITED]
        self.lembar: list[LembarSel] = []
        self._buka: list[str] = []
        self._dalam = 0
        self._jumlah = 0
        self._huruf = 0
        self._nama, self._dilindungi, self._luar = "", False, False
        self._sel: dict[tuple[int, int], Isi] = {}
        self._larik: list[Larik] = []
        self._merges = MergeList()
        self._baris, self._kolom, self._ulang_baris = 0, 0, 1
        self._sebaris: list[tuple[int, int, Isi]] = []
        self._atribut: dict[str, str] = {}
        self._paragraf: list[list[Run]] = []
        self._teks: list[Run] = []
        self._lewat = 0
        self._links: list[str] = []
        self._beside = OdsBeside()
        self.extras: set[Extra] = set()

    def telusuri(self, content: bytes) -> None:
        """Run the pass over the bytes of content.xml."""
        parser = pengurai(self._tambah)
        parser.StartElementHandler = self._mulai
        parser.EndElementHandler = self._selesai
        jalankan(parser, content)

    def _tambah(self, text: str) -> None:
        # outside a paragraph of a cell there is only layout
        if self._lewat:
            if self._beside.open:
                self._beside.text(text)
        elif self._buka and self._buka[-1] == "p":
            self._teks.append(Run(text, self._faces[-1]))

    def _mulai(self, name: str, attributes: dict[str, str]) -> None:
        self._dalam += 1
        if self._dalam > self._batas.kedalaman:
            raise terlalu_dalam()
        tag = _NAMA.get(name, "")
        parent = self._buka[-1] if self._buka else ""
        if self._lewat:
            self._lewat += 1
            if self._beside.open:
                self._beside.start(name, attributes)
        elif parent == "automatic-styles":
            self._mulai_gaya(name, attributes)
        elif parent == "p":
            self._mulai_teks(tag, name, attributes)
        elif tag == "document-content" or parent in _INDUK.get(tag, ()):
            self._buka.append(tag)
            self._mulai_tabel(tag, attributes)
        else:
            if tag in _EXTRAS:
                self.extras.add(_EXTRAS[tag])
                self._luar = self._luar or (tag == "table-source" and self._nama.startswith(_LEMBAR_LUAR))
            self._skip(name, attributes, in_cell=parent in _SEL)

    def _skip(self, name: str, attributes: dict[str, str], *, in_cell: bool) -> None:
        """Pass over an element that is no part of the cells; what lies over them is gathered elsewhere."""
        self._lewat = 1
        self._beside.enter(name, attributes, (self._baris, self._kolom) if in_cell else None)

    def _mulai_tabel(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _SEL:
            self._atribut = attributes
            self._paragraf = []
            self._links = []
        elif tag == "p":
            self._teks = []
            self._faces.append(self._face("paragraph", attributes))
        elif tag == "table-row":
            self._gaya_baris = attributes.get(f"{_TABEL} default-cell-style-name", "")
            self._ulang_baris = _ulang(attributes.get(f"{_TABEL} number-rows-repeated"))
            self._kolom = 0
            self._sebaris = []
        elif tag == "table":
            if len(self.lembar) >= self._batas.lembar:
                raise TidakTerbacaError(f"lembarnya lebih dari {self._batas.lembar}", limit="lembar")
            self._nama = attributes.get(f"{_TABEL} name", "")
            self._dilindungi = attributes.get(f"{_TABEL} protected") == "true"
            self._luar, self._sel, self._larik, self._baris = False, {}, [], 0
            self._merges = MergeList()
            self._beside.next_sheet()
            self._ujung_kolom, self._gaya_kolom = [], []
        elif tag == "table-column":
            begin = self._ujung_kolom[-1] if self._ujung_kolom else 0
            repeat = _ulang(attributes.get(f"{_TABEL} number-columns-repeated"))
            self._ujung_kolom.append(begin + repeat)
            self._gaya_kolom.append(attributes.get(f"{_TABEL} default-cell-style-name", ""))

    def _mulai_gaya(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element of a style, however deep."""
        self._buka.append("automatic-styles")
        found = self._style_elements.get(name)
        if found is not None:
            found(attributes)

    def _face(self, family: str, attributes: dict[str, str]) -> Face:
        """Return how letters look in a paragraph or a span of text."""
        style = attributes.get(_GAYA_TEKS) if attributes else None
        outer = self._faces[-1]
        return outer if style is None else self._styles.face(family, style).within(outer)

    def _mulai_teks(self, tag: str, name: str, attributes: dict[str, str]) -> None:
        """Enter an element inside a paragraph: white space, what is left out, or a span of text."""
        if tag == "s":
            count = attributes.get(f"{_TEKS} c")
            spaces = 1 if count is None else angka_utuh(count, _SPASI_TERPANJANG)
            self._pakai_huruf(spaces)
            self._tambah("\x00" * spaces)
        elif tag == "tab":
            self._tambah("\x01")
        elif tag == "line-break":
            self._tambah("\x02")
        elif tag in ("annotation", "ruby-text", "note") or ":drawing:" in name:
            self._skip(name, attributes, in_cell=True)
            return
        elif tag == "a":
            self._links.append(attributes.get(_HREF, ""))
        self._buka.append("p")
        self._faces.append(self._face("text", attributes))

    def _selesai(self, name: str) -> None:
        self._dalam -= 1
        if self._lewat:
            self._lewat -= 1
            if self._beside.open:
                self._beside.end(name)
            return
        tag = self._buka.pop()
        if tag == "p":
            self._faces.pop()
            if self._buka[-1] != "p":
                self._paragraf.append(folded(self._teks))
        elif tag in _SEL:
            self._selesai_sel()
        elif tag == "table-row":
            self._selesai_baris()
        elif tag == "table" and not self._luar:
            self._selesai_tabel()

    def _selesai_tabel(self) -> None:
        sebarkan(self._sel, self._larik, self._batas.sel)
        beside = self._beside
        over = beside.notes, tuple(beside.boxes), tuple(beside.pictures)
        self.lembar.append(LembarSel(self._nama, self._sel, self._dilindungi, self._merges.areas(), *over))

    def _selesai_sel(self) -> None:
        first = self._kolom
        repeat = _ulang(self._atribut.get(f"{_TABEL} number-columns-repeated"))
        self._kolom += repeat
        if not self._paragraf and self._atribut.keys() <= _TANPA_ISI:
            return
        if _MERGED[0] in self._atribut or _MERGED[1] in self._atribut:
            self._add_merge(first)
        content = cell_content(self._atribut, self._paragraf, self._rupa_sel(first))
        if content is None:
            return
        if content.rumus:
            self._see_formula(self._atribut.get(f"{_TABEL} formula", ""))
            content = as_seen(content)
        if self._links:
            content = with_links(content, self._links)
        if self._kolom > _KOLOM:
            raise TidakTerbacaError(TIDAK_WAJAR)
        self._sebaris.append((first, self._kolom, content))
        if content.rumus and f"{_TABEL} number-matrix-rows-spanned" in self._atribut:
            rows = angka_utuh(self._atribut[f"{_TABEL} number-matrix-rows-spanned"], _BARIS)
            columns = angka_utuh(self._atribut.get(f"{_TABEL} number-matrix-columns-spanned", "1"), _KOLOM)
            last = self._baris + rows - 1, first + columns - 1
            self._larik.append(Larik(content.rumus, self._baris, first, *last))

    def _see_formula(self, formula: str) -> None:
        if _OTHER_FILE in formula:
            self.extras.add(Extra.EXTERNAL_LINKS)
        if _OTHER_PROGRAM.search(formula):
            self.extras.add(Extra.DDE)

    def _add_merge(self, column: int) -> None:
        """Take in a cell that spans others; rows that repeat by the thousand stand below the filled ones."""
        width, height = (_ulang(self._atribut.get(name)) for name in _MERGED)
        rows = self._ulang_baris if self._ulang_baris <= _REPEATED_MERGES else 1
        for row in range(self._baris, self._baris + rows):
            last = min(row + height, _BARIS) - 1, min(column + width, _KOLOM) - 1
            if row <= last[0] and column <= last[1]:
                self._merges.add((row, column, *last))

    def _rupa_sel(self, column: int) -> Look:
        """Return how the open cell looks: by its own style, its row's default, its column's, the sheet's."""
        name = self._atribut.get(_GAYA_SEL) or self._gaya_baris
        if not name:
            at = bisect_right(self._ujung_kolom, column)
            name = (self._gaya_kolom[at] if at < len(self._gaya_kolom) else "") or _GAYA_BAWAAN
        found = self._rupa.get(name)
        if found is None:
            found = self._rupa[name] = Look(self._styles.cell(name), self._styles.number_format(name))
        return found

    def _selesai_baris(self) -> None:
        first = self._baris
        self._baris += self._ulang_baris
        if not self._sebaris:
            return
        if self._baris > _BARIS:
            raise TidakTerbacaError(TIDAK_WAJAR)
        self._jumlah += self._ulang_baris * sum(end - start for start, end, _ in self._sebaris)
        if self._jumlah > self._batas.sel:
            raise TidakTerbacaError("selnya terlalu banyak", limit="sel")
        for row in range(first, self._baris):
            for start, end, content in self._sebaris:
                for column in range(start, end):
                    self._sel[row, column] = content

    def _pakai_huruf(self, count: int) -> None:
        self._huruf += count
        if self._huruf > self._batas.bagian:
            raise TidakTerbacaError("isinya terlalu panjang", limit="bagian_mb")


def _ulang(text: str | None) -> int:
    return 1 if text is None else max(1, angka_utuh(text, 2**31))
