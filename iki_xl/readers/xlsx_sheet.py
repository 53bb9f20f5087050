"""One sheet of an .xlsx in one expat pass: every address, value, formula, error and percentage.

The handlers run for every cell of every returned workbook, so they are written for speed: attributes are
looked up once, common cells leave early, shared texts are one `Isi` for all cells that show them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time
from functools import lru_cache
from typing import TYPE_CHECKING

from iki_xl.readers.book import Isi, LembarSel, TidakTerbacaError
from iki_xl.readers.formats import EPOK_1900, Tampilan, shown_value
from iki_xl.readers.in_cell import as_seen
from iki_xl.readers.runs import INHERITED, PLAIN, Run, text_as_seen
from iki_xl.readers.shifted import Larik, geser, nomor_kolom, sebarkan
from iki_xl.readers.xlsx_around import TAGS_AROUND, Around, AroundPass, SheetPart
from iki_xl.readers.xlsx_blank import without_blank_rows
from iki_xl.readers.xlsx_quick import baris, belah_lembar, sisa_kosong
from iki_xl.readers.xlsx_shared import Bersama, Jatah
from iki_xl.readers.xlsx_styles import RUN_TAGS, joined, run_face
from iki_xl.readers.xml_pass import (
    TIDAK_WAJAR,
    angka_utuh,
    bilangan,
    jalankan,
    nama_xml,
    pengurai,
    polos,
    saat_utc,
    tanpa_lolos,
    terlalu_dalam,
)

if TYPE_CHECKING:
    from iki_xl.readers.book import Batas, Mentah
    from iki_xl.readers.xlsx_quick import SelTertulis

UTAMA = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_UNSUR = ("sheetData", "row", "c", "v", "f", "t", "rPh", *RUN_TAGS, *TAGS_AROUND)
_NAMA = {True: nama_xml((), _UNSUR), False: nama_xml(UTAMA, _UNSUR)}
_BARIS_TERBANYAK, _KOLOM_TERBANYAK = 1_048_576, 16_384
_RENTANG = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
# What stands around the cells is read once for all sheets that have the same; larger ones each time.
_DIINGAT = 64 * 1024
_BENAR = {"1": True, "0": False, "true": True, "false": False}


class _Kolom(dict[str, int]):
    """{letters: column from 0}, filled as columns are met; there are 16,384 at most."""

    def __missing__(self, letters: str) -> int:
        number = nomor_kolom(letters)
        if not number:
            raise TidakTerbacaError(TIDAK_WAJAR)
        self[letters] = number - 1
        return number - 1


_KOLOM = _Kolom()


def baca_lembar(nama: str, content: bytes, bersama: Bersama, batas: Batas, jatah: Jatah) -> SheetPart:
    """Read one worksheet part.

    Returns: its filled cells by (row, column) from 0, and what stands around them.

    Raises:
        TidakTerbacaError: not well-formed, too deep, too many cells, cells out of order or twice, or a
            value that no spreadsheet program writes.

    Source: ECMA-376 part 1, 18.3.1 (sheets), 22.9.2.19 (escapes in texts).
    """
    content = without_blank_rows(content)
    plain = _lembar_polos(content, bersama, batas, jatah)
    if plain is not None:
        walk, around = plain
    else:
        walk = _Lembar(bersama, batas, jatah)
        walk.telusuri(content)
        around = walk.around.result()
    jatah.pakai_sel(walk.jumlah)
    sebarkan(walk.sel, walk.larik, batas.sel)
    sheet = LembarSel(nama, walk.sel, around.protected, around.merges)
    return SheetPart(sheet, walk.sel, around.links, walk.rich)


def _lembar_polos(
    content: bytes, bersama: Bersama, batas: Batas, jatah: Jatah
) -> tuple[_Lembar, Around] | None:
    """Read a sheet of the plain shape; None for any other."""
    cut = belah_lembar(content) if polos(content, UTAMA) else None
    if cut is None:
        return None
    allowance = jatah.sel, jatah.huruf
    walk = _Lembar(bersama, batas, jatah)
    if not walk.isi_baris(cut.potongan):
        jatah.sel, jatah.huruf = allowance
        return None
    small = len(cut.luar) <= _DIINGAT
    return walk, (_around if small else _around.__wrapped__)(cut.luar, batas)


@lru_cache(maxsize=256)
def _around(content: bytes, batas: Batas) -> Around:
    """Read a sheet without its cells; those of one template have much the same around them."""
    walk = _Lembar(Bersama({}, {}, EPOK_1900), batas, Jatah.dari(batas))
    walk.telusuri(content)
    return walk.around.result()


class _Lembar:
    """The state of the pass: where it stands, the cell it is in, and what was found."""

    __slots__ = (
        "_atribut",
        "_baris",
        "_batas",
        "_bersama",
        "_dalam",
        "_face",
        "_fonetik",
        "_jatah",
        "_kolom",
        "_nama",
        "_nilai",
        "_parser",
        "_rumus",
        "_rumus_bersama",
        "_sebaris",
        "_teks",
        "_teks_baris",
        "around",
        "jumlah",
        "larik",
        "rich",
        "sel",
    )

    def __init__(self, bersama: Bersama, batas: Batas, jatah: Jatah) -> None:
        self._bersama, self._batas, self._jatah = bersama, batas, jatah
        self.sel: dict[tuple[int, int], Isi] = {}
        self.around = AroundPass()
        self.jumlah = 0
        self._baris, self._kolom, self._teks_baris = -1, -1, ""
        self._dalam = 0
        self._teks: list[str] = []
        self._atribut: dict[str, str] | None = None
        self._nilai: str | None = None
        self._sebaris: list[Run] = []
        self._face = INHERITED
        self._fonetik = False
        self._rumus: tuple[str, dict[str, str]] | None = None
        self._rumus_bersama: dict[str, tuple[str, int, int]] = {}
        self.larik: list[Larik] = []
        self.rich: dict[tuple[int, int], str] = {}

    def telusuri(self, content: bytes) -> None:
        """Run the pass over the sheet's bytes."""
        plain = polos(content, UTAMA)
        self._nama = _NAMA[plain]
        self._parser = parser = pengurai(polos=plain)
        parser.StartElementHandler = self._mulai_luar
        parser.EndElementHandler = self._selesai_luar
        jalankan(parser, content)

    def isi_baris(self, rows: list[str]) -> bool:
        """Take over the rows of a sheet that was cut apart; False where one is not plain or out of order."""
        last = -1
        texts, shown, cells = self._bersama.teks, self._bersama.tampilan, self.sel
        faces = self._bersama.faces
        for text in rows[:-1]:
            row = baris(text)
            if row is None or row.awal <= last:
                return False
            last = row.nomor
            self.jumlah += row.jumlah
            if faces:
                for cell in row.sel:
                    self._isi_satu(cell)
                continue
            for cell in row.sel:
                if cell.bersama in texts:
                    shared = texts[cell.bersama]
                    if shared is not None:
                        cells[cell.tempat] = shared
                elif cell.isi is not None and cell.gaya not in shown:
                    cells[cell.tempat] = cell.isi
                else:
                    self._isi_satu(cell)
        return sisa_kosong(rows[-1], last)

    def _isi_satu(self, found: SelTertulis) -> None:
        self._baris, self._kolom = found.tempat
        self._atribut = {"s": found.gaya} if found.gaya else {}
        if found.jenis:
            self._atribut["t"] = found.jenis
        self._nilai = found.nilai
        if found.rumus is not None:
            self._rumus = found.rumus, found.atribut
        if found.sebaris is not None:
            self._sebaris.append(Run(found.sebaris))
        self._selesai_sel()

    def _mulai_luar(self, name: str, attributes: dict[str, str]) -> None:
        self._dalam += 1
        if self._dalam > self._batas.kedalaman:
            raise terlalu_dalam()
        tag = self._nama.get(name)
        if tag == "sheetData":
            self._parser.StartElementHandler = self._mulai
            self._parser.EndElementHandler = self._selesai
            self._parser.CharacterDataHandler = self._teks.append
        elif tag in TAGS_AROUND:
            self.around.element(tag, attributes)

    def _selesai_luar(self, _name: str) -> None:
        self._dalam -= 1

    def _mulai(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._nama.get(name)
        if tag == "c":
            row = self._teks_baris
            address = attributes.get("r")
            if self._atribut is not None or not row:
                raise TidakTerbacaError(TIDAK_WAJAR)
            if address is None:
                column = self._kolom + 1
            elif address.endswith(row):
                column = _KOLOM[address[: -len(row)]]
            else:
                raise TidakTerbacaError(TIDAK_WAJAR)
            if column <= self._kolom or column >= _KOLOM_TERBANYAK:
                raise TidakTerbacaError(TIDAK_WAJAR)
            self._kolom = column
            self._atribut = attributes
            self.jumlah += 1
        elif tag == "v":
            self._dalam += 1
            if self._dalam > self._batas.kedalaman:
                raise terlalu_dalam()
            self._teks.clear()
        elif tag == "row":
            self._mulai_baris(attributes)
        else:
            self._mulai_dalam(tag, attributes)

    def _mulai_dalam(self, tag: str | None, attributes: dict[str, str]) -> None:
        """Enter what may nest; a row and a cell cannot stand inside their like."""
        self._dalam += 1
        if self._dalam > self._batas.kedalaman:
            raise terlalu_dalam()
        self._teks.clear()
        if tag == "f":
            self._rumus = "", attributes
        elif tag == "rPh":
            self._fonetik = True
        elif tag in RUN_TAGS:
            self._face = run_face(self._face, tag, attributes)

    def _mulai_baris(self, attributes: dict[str, str]) -> None:
        stated = attributes.get("r")
        row = self._baris + 1 if stated is None else angka_utuh(stated, _BARIS_TERBANYAK) - 1
        if row <= self._baris or row >= _BARIS_TERBANYAK or self._teks_baris:
            raise TidakTerbacaError(TIDAK_WAJAR)
        self._baris, self._teks_baris, self._kolom = row, str(row + 1), -1
        if self.jumlah > self._jatah.sel:
            self._jatah.pakai_sel(self.jumlah)

    def _selesai(self, name: str) -> None:
        tag = self._nama.get(name)
        if tag == "c":
            if self._nilai is not None or self._rumus is not None or self._sebaris:
                self._selesai_sel()
            self._atribut = None
        elif tag == "v":
            self._dalam -= 1
            texts = self._teks
            self._nilai = texts[0] if len(texts) == 1 else "".join(texts)
        elif tag == "row":
            self._teks_baris = ""
        else:
            self._dalam -= 1
            self._selesai_dalam(tag)

    def _selesai_dalam(self, tag: str | None) -> None:
        if tag == "t":
            if not self._fonetik:
                self._sebaris.append(Run("".join(self._teks), self._face))
        elif tag == "f":
            if self._rumus is not None:
                self._rumus = "".join(self._teks), self._rumus[1]
        elif tag == "rPh":
            self._fonetik = False
        elif tag == "r":
            self._face = INHERITED
        elif tag == "sheetData":
            self._parser.StartElementHandler = self._mulai_luar
            self._parser.EndElementHandler = self._selesai_luar
            self._parser.CharacterDataHandler = None

    def _selesai_sel(self) -> None:
        attributes, text = self._atribut, self._nilai
        assert attributes is not None
        self._nilai = None
        kind, style = attributes.get("t"), attributes.get("s", "")
        if kind == "s" and text is not None and self._rumus is None and not self._sebaris:
            shared = self._bersama.text(text, style)
            if shared is not None:
                self.sel[self._baris, self._kolom] = shared
            return
        formula = "" if self._rumus is None else self._teks_rumus()
        runs, self._sebaris = self._sebaris, []
        if kind is None or kind == "n":
            self._simpan_angka(text, style, formula)
        elif kind == "inlineStr" and runs:
            self._simpan_sebaris(runs, style, formula)
        else:
            value = None if text is None else self._nilai_berjenis(kind, text)
            # a typed text of no letters shows nothing; as a formula's result it is a result
            if formula or (value is not None and value != ""):
                self._simpan(Isi(value, kind == "e", formula), style)
            if kind == "e" and "vm" in attributes:
                self.rich[self._baris, self._kolom] = attributes["vm"]

    def _simpan(self, isi: Isi, style: str) -> None:
        faces = self._bersama.faces
        struck = style in faces and faces[style].struck
        self.sel[self._baris, self._kolom] = isi.struck_out() if struck else as_seen(isi)

    def _simpan_sebaris(self, runs: list[Run], style: str, formula: str) -> None:
        seen = text_as_seen(joined(runs), self._bersama.faces.get(style, PLAIN))
        if formula:
            seen = replace(seen or Isi(""), rumus=formula)
        if seen is not None:
            self.sel[self._baris, self._kolom] = as_seen(seen)

    def _simpan_angka(self, text: str | None, style: str, formula: str) -> None:
        if text is None or not text.strip():
            if formula:
                self.sel[self._baris, self._kolom] = as_seen(Isi(None, False, formula))
            return
        number = bilangan(text)
        found = self._bersama.tampilan.get(style)
        shown = found.shows(number) if found else Tampilan.BIASA
        value = shown_value(number, shown, self._bersama.epok) if found else number
        self._simpan(Isi(value, False, formula, shown is Tampilan.PERSEN), style)

    def _nilai_berjenis(self, kind: str, text: str) -> Mentah:
        if kind in ("str", "inlineStr"):
            return tanpa_lolos(text)
        if kind == "e":
            return text or None
        if kind == "b":
            found = _BENAR.get(text.strip().lower())
            if found is None and text.strip():
                raise TidakTerbacaError(TIDAK_WAJAR)
            return found
        if kind == "s":
            shared = self._bersama.text(text, "")
            return shared.nilai if shared else ""
        if kind == "d":
            return _tanggal(text)
        raise TidakTerbacaError(TIDAK_WAJAR)

    def _teks_rumus(self) -> str:
        assert self._rumus is not None
        text, attributes = self._rumus
        self._rumus = None
        kind = attributes.get("t")
        if kind == "shared":
            index = attributes.get("si", "")
            if text:
                self._rumus_bersama[index] = (text, self._baris, self._kolom)
            elif index in self._rumus_bersama:
                master, row, column = self._rumus_bersama[index]
                self._jatah.pakai_huruf(len(master))
                text = geser(master, self._baris - row, self._kolom - column)
        elif kind in ("array", "dataTable"):
            text = text or ("TABLE()" if kind == "dataTable" else "")
            found = _larik(attributes.get("ref", ""), "=" + text)
            if found is not None:
                self.larik.append(found)
        return "=" + text


def _larik(ref: str, formula: str) -> Larik | None:
    """Return the range of an array formula; None for one cell alone."""
    found = _RENTANG.fullmatch(ref)
    if found is None:
        return None
    return Larik(formula, int(found[2]) - 1, _KOLOM[found[1]], int(found[4]) - 1, _KOLOM[found[3]])


def _tanggal(text: str) -> Mentah:
    """Read an ISO 8601 moment; what is none stays the text it is."""
    moment = saat_utc(text)
    if moment is not None:
        return moment
    plain = text.strip().removeprefix("T")
    try:
        return time.fromisoformat(plain).replace(tzinfo=None)
    except ValueError:
        return text
