"""IKI documents of an office as its staff write them: the sample catalogues in Word, in two layouts.

Layout A: "JABATAN : ...", TUGAS, FUNGSI with letters, a table of seven columns where satuan and tipe are set
and of four where not. Layout B: "1. Jabatan : ...", tugas with bullets, longer titles over four columns.
Letters, numbers and bullets are Word's own numbering, not typed.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from docx.document import Document
    from docx.table import Table

    from iki_xl.catalog import Indikator, Jabatan, Katalog

F4, A4 = (215, 330), (210, 297)
_KOLOM_4 = ("sasaran", "indikator", "formulasi", "sumber_data")
_KOLOM_7 = ("nomor", "sasaran", "indikator", "satuan", "tipe_perhitungan", "formulasi", "sumber_data")
_BERGABUNG = {"nomor", "sasaran", "sumber_data"}
_JUDUL_A = {
    "nomor": "NO",
    "sasaran": "SASARAN",
    "indikator": "INDIKATOR KINERJA INDIVIDU",
    "satuan": "SATUAN",
    "tipe_perhitungan": "TIPE PERHITUNGAN",
    "formulasi": "FORMULASI PERHITUNGAN",
    "sumber_data": "SUMBER DATA",
}
_JUDUL_B = {
    "sasaran": "SASARAN/ KINERJA UTAMA",
    "indikator": "INDIKATOR KINERJA INDIVIDU",
    "formulasi": "PENJELASAN/FORMULASI PENGHITUNGAN",
    "sumber_data": "SUMBER DATA",
}
_HURUF, _ANGKA, _BULATAN = ("lowerLetter", "%1."), ("decimal", "%1."), ("bullet", "\uf0b7")


class TataLetak(StrEnum):
    """The two layouts."""

    A = "a"
    B = "b"


@dataclass(frozen=True)
class Cara:
    """How a document is set out; `gabung`: sasaran and sumber data of several rows in one merged cell."""

    tata_letak: TataLetak = TataLetak.A
    kertas: tuple[int, int] = F4
    mendatar: bool = True
    gabung: bool = True
    kepala_berulang: bool = True
    halaman_baru: bool = True
    huruf: int = 10


def tulis_docx(katalog: Katalog, path: Path, cara: Cara | None = None) -> Path:
    """Write the forms of a whole office as one .docx."""
    document = dokumen(katalog, cara or Cara())
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))
    return path


def dokumen(katalog: Katalog, cara: Cara) -> Document:
    """Return the document, for tests that go on writing in it."""
    document = docx.Document()
    _kertas(document, cara)
    document.styles["Normal"].font.size = Pt(cara.huruf)
    for at, jabatan in enumerate(katalog.jabatan):
        if at and cara.halaman_baru:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        document.add_paragraph("INDIKATOR KINERJA INDIVIDU").alignment = 1
        kepala = _kepala_a if cara.tata_letak is TataLetak.A else _kepala_b
        kepala(document, jabatan)
        indikator = [item for item in katalog.indikator if item.id_jabatan == jabatan.id]
        if indikator or jabatan.sasaran_tanpa_indikator:
            _tabel(document, indikator, jabatan.sasaran_tanpa_indikator, cara)
    return document


def kolom_tertulis(indikator: Sequence[Indikator], tata_letak: TataLetak) -> tuple[str, ...]:
    """Return which fields of the catalogue a jabatan's table shows."""
    seven = tata_letak is TataLetak.A and any(i.satuan or i.tipe_perhitungan for i in indikator)
    return _KOLOM_7 if seven else _KOLOM_4


def daftar(document: Document, shape: tuple[str, str]) -> str:
    """Add a list of its own to the numbering of a document; returns its id."""
    numbering = document.part.numbering_part.element
    known = numbering.findall(qn("w:abstractNum"))
    key = str(1 + max(int(item.get(qn("w:abstractNumId"))) for item in known))
    fmt, text = shape
    definition = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{key}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{fmt}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl></w:abstractNum>'
    )
    known[-1].addnext(definition)
    return str(numbering.add_num(int(key)).numId)


def butir(document: Document, text: str, number: str) -> None:
    """Add a paragraph with Word's own number, letter or bullet."""
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')
    )


def _kertas(document: Document, cara: Cara) -> None:
    section = document.sections[0]
    width, height = (Mm(side) for side in cara.kertas)
    if cara.mendatar:
        section.orientation = WD_ORIENT.LANDSCAPE
        width, height = height, width
    section.page_width, section.page_height = width, height
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(20))


def _kepala_a(document: Document, jabatan: Jabatan) -> None:
    document.add_paragraph(f"JABATAN\t: {jabatan.nama}")
    first, *others = jabatan.tugas.split("\n")
    if others:
        document.add_paragraph("TUGAS\t:")
        number = daftar(document, _BULATAN)
        for item in (first, *others):
            butir(document, item, number)
    else:
        document.add_paragraph(f"TUGAS\t: {first}")
    if jabatan.fungsi:
        document.add_paragraph("FUNGSI\t:")
        number = daftar(document, _HURUF)
        for item in jabatan.fungsi:
            butir(document, item, number)


def _kepala_b(document: Document, jabatan: Jabatan) -> None:
    heads = daftar(document, _ANGKA)
    butir(document, f"Jabatan\t: {jabatan.nama}", heads)
    butir(document, "Tugas\t:", heads)
    number = daftar(document, _BULATAN)
    for item in jabatan.tugas.split("\n"):
        butir(document, item, number)
    butir(document, "Fungsi\t:" + ("" if jabatan.fungsi else " -"), heads)
    number = daftar(document, _BULATAN)
    for item in jabatan.fungsi:
        butir(document, item, number)


def _tabel(
    document: Document, indikator: Sequence[Indikator], tanpa_indikator: Sequence[str], cara: Cara
) -> None:
    columns = kolom_tertulis(indikator, cara.tata_letak)
    titles = _JUDUL_A if cara.tata_letak is TataLetak.A else _JUDUL_B
    goals = list(dict.fromkeys([*(item.sasaran for item in indikator), *tanpa_indikator]))
    rows = [{**_isi(item), "nomor": str(1 + goals.index(item.sasaran))} for item in indikator]
    rows += [{"sasaran": goal, "nomor": str(1 + goals.index(goal))} for goal in tanpa_indikator]
    table = document.add_table(rows=1 + len(rows), cols=len(columns))
    table.style = "Table Grid"
    texts = [titles, *rows]
    cells = [list(row.cells) for row in table.rows]
    for row, record in zip(cells, texts, strict=True):
        for cell, column in zip(row, columns, strict=True):
            cell.text = record.get(column, "")
    if cara.kepala_berulang:
        properties = table.rows[0]._tr.get_or_add_trPr()
        properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    if cara.gabung:
        _gabungkan(table, columns, rows)


def _isi(item: Indikator) -> dict[str, str]:
    return {name: getattr(item, name) for name in _KOLOM_7[1:]}


def _gabungkan(table: Table, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    """Merge cells of the same text downwards, and leave the cells below the first empty, as Word does."""
    for at, column in enumerate(columns):
        if column not in _BERGABUNG:
            continue
        above = None
        for row, record in zip(table.rows[1:], rows, strict=True):
            same = above is not None and record.get(column) and record.get(column) == above
            _tandai_gabung(row._tr.tc_lst[at], "continue" if same else "restart")
            if same:
                row._tr.tc_lst[at].get_or_add_tcPr()
                _kosongkan(row._tr.tc_lst[at])
            above = record.get(column)


def _tandai_gabung(tc, value: str) -> None:
    tc.vMerge = value


def _kosongkan(tc) -> None:
    first = copy.copy(tc.p_lst[0])
    for paragraph in tc.p_lst:
        tc.remove(paragraph)
    for child in list(first):
        first.remove(child)
    tc.append(first)


def pdf(pages: Sequence[str], *, extra: str = "", trailer: str = "") -> bytes:
    """Return a PDF of A4 pages from their drawing commands; `extra` are further objects, from number 4."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{n} 0 R' for n in _nomor_pages(pages))}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        extra or "null",
    ]
    for at, drawing in enumerate(pages):
        resources = "<</Font<</F 3 0 R>>/XObject<</G 4 0 R>>>>" if extra else "<</Font<</F 3 0 R>>>>"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources{resources}"
            f"/Contents {6 + 2 * at} 0 R>>"
        )
        objects.append(f"<</Length {len(drawing)}>>stream\n{drawing}\nendstream")
    made, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(made)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    made += "".join(f"{place:010d} 00000 n \n" for place in places)
    made += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n"
    return made.encode("latin-1")


def tulis(x: float, top: float, text: str, size: int = 10) -> str:
    """Return the commands that write a text, `top` points below the upper edge of the page."""
    safe = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F {size} Tf {x} {842 - top - size} Td ({safe}) Tj ET\n"


def garis(x0: float, top: float, x1: float, bottom: float) -> str:
    """Return the commands that draw a line."""
    return f"{x0} {842 - top} m {x1} {842 - bottom} l S\n"


def kisi(tops: Sequence[float], lefts: Sequence[float]) -> str:
    """Return the commands that rule a grid."""
    rows = "".join(garis(lefts[0], top, lefts[-1], top) for top in tops)
    return rows + "".join(garis(left, tops[0], left, tops[-1]) for left in lefts)


def _nomor_pages(pages: Sequence[str]) -> list[int]:
    return [5 + 2 * at for at in range(len(pages))]
