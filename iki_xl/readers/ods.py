"""An .ods package as a `BukuSel`: one streaming pass over content.xml, no library, nothing executed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from iki_xl.readers.book import BukuSel, Isi, LembarSel, RefusalKind, TidakTerbacaError
from iki_xl.readers.formats import EPOK_1900
from iki_xl.readers.shifted import Larik, sebarkan
from iki_xl.readers.xml_pass import (
    TIDAK_WAJAR,
    angka_utuh,
    bilangan,
    jalankan,
    nama_xml,
    pengurai,
    saat_utc,
    teks_unsur,
    terlalu_dalam,
)

if TYPE_CHECKING:
    from datetime import datetime

    from iki_xl.readers.book import Batas, Mentah
    from iki_xl.readers.package import Paket

_RUANG = "urn:oasis:names:tc:opendocument:xmlns:"
_TABEL, _KANTOR, _TEKS = (f"{_RUANG}{name}:1.0" for name in ("table", "office", "text"))
_DC = "http://purl.org/dc/elements/1.1/"
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_WADAH = ("table-row-group", "table-rows", "table-header-rows")
_NAMA = {
    **nama_xml(
        (_TABEL,), ("table", "table-row", "table-cell", "covered-table-cell", "table-source", *_WADAH)
    ),
    **nama_xml((_TEKS,), ("p", "s", "tab", "line-break", "ruby-text", "note")),
    **nama_xml((_KANTOR,), ("spreadsheet", "annotation", "body", "document-content")),
}
_SEL = ("table-cell", "covered-table-cell")
# Where a tag may stand for it to count: a drawing's texts and tables are not the sheet's.
_INDUK = {
    "body": ("document-content",),
    "spreadsheet": ("body",),
    "table": ("spreadsheet",),
    **dict.fromkeys((*_WADAH, "table-row"), ("table", *_WADAH)),
    **dict.fromkeys(_SEL, ("table-row",)),
    "p": _SEL,
}
_BARIS, _KOLOM = 1_048_576, 16_384
# Spaces, tabs and line breaks that are meant; as characters that XML cannot hold, they survive the folding.
_KHUSUS = str.maketrans("\x00\x01\x02", " \t\n")
_SPASI = re.compile(r"[ \t\r\n]+")
_SPASI_TERPANJANG = 32_767
_GALAT = re.compile(r"Err:\d{3}|#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)")
_LAMA = re.compile(r"(-?)P(?:(\d{1,7})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d{1,9}))?S)?")
# In a formula: texts and quoted names stand as they are; references stand in brackets.
_POTONGAN = re.compile(r"""("(?:[^"]|"")*")|\[((?:'(?:[^']|'')*'|[^\]'])*)\]|(;)""")
_UJUNG = re.compile(r"(?:\$?('(?:[^']|'')*'|[^.:'$]*))?\.([^:.]+)")
_LEMBAR_LUAR = "'file:"


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
    walk = _Isi(batas)
    walk.telusuri(paket.baca("content.xml"))
    if not walk.lembar:
        raise TidakTerbacaError("di dalamnya tidak ada lembar kerja")
    return BukuSel(tuple(walk.lembar), _disimpan(paket, batas))


def _disimpan(paket: Paket, batas: Batas) -> datetime | None:
    if not paket.ada("meta.xml"):
        return None

    def key(element: str, _: dict[str, str]) -> str | None:
        return "" if element == f"{_DC} date" else None

    found = teks_unsur(paket.baca("meta.xml"), batas.kedalaman, key)
    return saat_utc(found[""]) if found else None


class _Isi:
    """The state of the pass: the open elements that count, the cell being read, and what was found."""

    def __init__(self, batas: Batas) -> None:
        self._batas = batas
        self.lembar: list[LembarSel] = []
        self._buka: list[str] = []
        self._dalam = 0
        self._jumlah = 0
        self._huruf = 0
        self._nama, self._dilindungi, self._luar = "", False, False
        self._sel: dict[tuple[int, int], Isi] = {}
        self._larik: list[Larik] = []
        self._baris, self._kolom, self._ulang_baris = 0, 0, 1
        self._sebaris: list[tuple[int, int, Isi]] = []
        self._atribut: dict[str, str] = {}
        self._paragraf: list[str] = []
        self._teks: list[str] = []
        self._lewat = 0

    def telusuri(self, content: bytes) -> None:
        """Run the pass over the bytes of content.xml."""
        parser = pengurai(self._tambah)
        parser.StartElementHandler = self._mulai
        parser.EndElementHandler = self._selesai
        jalankan(parser, content)

    def _tambah(self, text: str) -> None:
        # outside a paragraph of a cell there is only layout
        if not self._lewat and self._buka and self._buka[-1] == "p":
            self._teks.append(text)

    def _mulai(self, name: str, attributes: dict[str, str]) -> None:
        self._dalam += 1
        if self._dalam > self._batas.kedalaman:
            raise terlalu_dalam()
        tag = _NAMA.get(name, "")
        parent = self._buka[-1] if self._buka else ""
        if self._lewat:
            self._lewat += 1
        elif parent == "p":
            self._mulai_teks(tag, name, attributes)
        elif tag == "document-content" or parent in _INDUK.get(tag, ()):
            self._buka.append(tag)
            self._mulai_tabel(tag, attributes)
        else:
            if tag == "table-source" and self._nama.startswith(_LEMBAR_LUAR):
                self._luar = True
            self._lewat = 1

    def _mulai_tabel(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _SEL:
            self._atribut = attributes
            self._paragraf = []
        elif tag == "p":
            self._teks = []
        elif tag == "table-row":
            self._ulang_baris = _ulang(attributes.get(f"{_TABEL} number-rows-repeated"))
            self._kolom = 0
            self._sebaris = []
        elif tag == "table":
            if len(self.lembar) >= self._batas.lembar:
                raise TidakTerbacaError(f"lembarnya lebih dari {self._batas.lembar}", limit="lembar")
            self._nama = attributes.get(f"{_TABEL} name", "")
            self._dilindungi = attributes.get(f"{_TABEL} protected") == "true"
            self._luar, self._sel, self._larik, self._baris = False, {}, [], 0

    def _mulai_teks(self, tag: str, name: str, attributes: dict[str, str]) -> None:
        """Enter an element inside a paragraph: white space, what is left out, or a span of text."""
        if tag == "s":
            count = attributes.get(f"{_TEKS} c")
            spaces = 1 if count is None else angka_utuh(count, _SPASI_TERPANJANG)
            self._pakai_huruf(spaces)
            self._teks.append("\x00" * spaces)
        elif tag == "tab":
            self._teks.append("\x01")
        elif tag == "line-break":
            self._teks.append("\x02")
        elif tag in ("annotation", "ruby-text", "note") or ":drawing:" in name:
            self._lewat = 1
            return
        self._buka.append("p")

    def _selesai(self, _name: str) -> None:
        self._dalam -= 1
        if self._lewat:
            self._lewat -= 1
            return
        tag = self._buka.pop()
        if tag == "p":
            if self._buka[-1] != "p":
                text = _SPASI.sub(" ", "".join(self._teks)).removeprefix(" ")
                self._paragraf.append(text.translate(_KHUSUS))
        elif tag in _SEL:
            self._selesai_sel()
        elif tag == "table-row":
            self._selesai_baris()
        elif tag == "table" and not self._luar:
            sebarkan(self._sel, self._larik, self._batas.sel)
            self.lembar.append(LembarSel(self._nama, self._sel, self._dilindungi))

    def _selesai_sel(self) -> None:
        first = self._kolom
        repeat = _ulang(self._atribut.get(f"{_TABEL} number-columns-repeated"))
        self._kolom += repeat
        content = _isi(self._atribut, self._paragraf)
        if content is None:
            return
        if self._kolom > _KOLOM:
            raise TidakTerbacaError(TIDAK_WAJAR)
        self._sebaris.append((first, self._kolom, content))
        if content.rumus and f"{_TABEL} number-matrix-rows-spanned" in self._atribut:
            rows = angka_utuh(self._atribut[f"{_TABEL} number-matrix-rows-spanned"], _BARIS)
            columns = angka_utuh(self._atribut.get(f"{_TABEL} number-matrix-columns-spanned", "1"), _KOLOM)
            last = self._baris + rows - 1, first + columns - 1
            self._larik.append(Larik(content.rumus, self._baris, first, *last))

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


def _isi(attributes: dict[str, str], paragraphs: list[str]) -> Isi | None:
    """Return a cell's content, None where nothing was typed."""
    formula = _rumus(attributes.get(f"{_TABEL} formula"))
    kind = attributes.get(f"{_KANTOR} value-type", "")
    text = "\n".join(paragraphs)
    error = attributes.get(f"{_CALC} value-type") == "error" or (formula and _GALAT.fullmatch(text))
    if error:
        return Isi(text or None, True, formula) if text or formula else None
    if kind == "string":
        value: Mentah = attributes.get(f"{_KANTOR} string-value", text)
    elif kind:
        value = _nilai(kind, attributes)
    else:
        # a formula whose result is a text of no letters has a paragraph, but no type
        value = text if paragraphs else None
    if not formula and (value is None or value == ""):
        return None
    return Isi(value, False, formula, kind == "percentage")


def _nilai(kind: str, attributes: dict[str, str]) -> Mentah:
    """Read the value that an attribute holds.

    Raises:
        TidakTerbacaError: it is not of the kind it says.
    """
    if kind in ("float", "percentage", "currency"):
        return bilangan(attributes.get(f"{_KANTOR} value", ""))
    if kind == "boolean":
        return attributes.get(f"{_KANTOR} boolean-value") == "true"
    if kind == "date":
        return _tanggal(attributes.get(f"{_KANTOR} date-value", ""))
    if kind == "time":
        return _waktu(attributes.get(f"{_KANTOR} time-value", ""))
    raise TidakTerbacaError(TIDAK_WAJAR)


def _tanggal(text: str) -> Mentah:
    """Read a moment, on the day that serials count from a time alone; what is none stays the text it is."""
    moment = saat_utc(text)
    if moment is None:
        return text
    return moment.time() if moment.date() == EPOK_1900.date() else moment


def _waktu(text: str) -> Mentah:
    """Read a length of time as a time of day where it is one; what is none stays the text it is."""
    found = _LAMA.fullmatch(text)
    if found is None:
        return text
    sign, days, hours, minutes, seconds, fraction = found.groups()
    length = timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        milliseconds=round(float(f"0.{fraction or 0}") * 1000),
    )
    if sign:
        return -length
    return length if length.days else (EPOK_1900 + length).time()


def _rumus(formula: str | None) -> str:
    """Return a formula as Excel would write it, "" for none: `of:=SUM([.A1:.B1];2)` is `=SUM(A1:B1,2)`.

    Source: ODF 1.3 part 4, 5.8 (references).
    """
    if formula is None:
        return ""
    bare = formula[formula.find("=") :] if "=" in formula else "=" + formula
    return _POTONGAN.sub(_potongan, bare)


def _potongan(found: re.Match[str]) -> str:
    text, reference, _ = found.groups()
    if text is not None:
        return text
    return "," if reference is None else _rujukan(reference)


def _rujukan(reference: str) -> str:
    """Turn `.A1:.B2` into `A1:B2` and `$Lembar.A1` into `Lembar!A1`."""
    return _UJUNG.sub(lambda end: (f"{end[1]}!" if end[1] else "") + end[2], reference)
