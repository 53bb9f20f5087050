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
_COLUMNS_4 = ("sasaran", "indikator", "formulasi", "sumber_data")
_COLUMNS_7 = ("nomor", "sasaran", "indikator", "satuan", "tipe_perhitungan", "formulasi", "sumber_data")
_MERGING = {"nomor", "sasaran", "sumber_data"}
_TITLES_A = {
    "nomor": "NO",
    "sasaran": "SASARAN",
    "indikator": "INDIKATOR KINERJA INDIVIDU",
    "satuan": "SATUAN",
    "tipe_perhitungan": "TIPE PERHITUNGAN",
    "formulasi": "FORMULASI PERHITUNGAN",
    "sumber_data": "SUMBER DATA",
}
_TITLES_B = {
    "sasaran": "SASARAN/ KINERJA UTAMA",
    "indikator": "INDIKATOR KINERJA INDIVIDU",
    "formulasi": "PENJELASAN/FORMULASI PENGHITUNGAN",
    "sumber_data": "SUMBER DATA",
}
_LETTER_LIST, _NUMBER_LIST, _BULLET_LIST = ("lowerLetter", "%1."), ("decimal", "%1."), ("bullet", "\uf0b7")


class PageLayout(StrEnum):
    """The two layouts."""

    A = "a"
    B = "b"


@dataclass(frozen=True)
class DocumentStyle:
    """How a document is set out; `merged`: sasaran and sumber data of several rows in one merged cell."""

    page_layout: PageLayout = PageLayout.A
    paper: tuple[int, int] = F4
    landscape: bool = True
    merged: bool = True
    repeated_head: bool = True
    new_page: bool = True
    font_size: int = 10


def write_docx(katalog: Katalog, path: Path, document_style: DocumentStyle | None = None) -> Path:
    """Write the forms of a whole office as one .docx."""
    document = build_document(katalog, document_style or DocumentStyle())
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))
    return path


def build_document(katalog: Katalog, document_style: DocumentStyle) -> Document:
    """Return the document, for tests that go on writing in it."""
    document = docx.Document()
    _set_paper(document, document_style)
    document.styles["Normal"].font.size = Pt(document_style.font_size)
    for at, jabatan in enumerate(katalog.jabatan):
        if at and document_style.new_page:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        document.add_paragraph("INDIKATOR KINERJA INDIVIDU").alignment = 1
        write_head = _write_head_a if document_style.page_layout is PageLayout.A else _write_head_b
        write_head(document, jabatan)
        indikator = [item for item in katalog.indikator if item.id_jabatan == jabatan.id]
        if indikator or jabatan.sasaran_without_indikator:
            _write_table(document, indikator, jabatan.sasaran_without_indikator, document_style)
    return document


def list_written_columns(indikator: Sequence[Indikator], page_layout: PageLayout) -> tuple[str, ...]:
    """Return which fields of the catalogue a jabatan's table shows."""
    seven = page_layout is PageLayout.A and any(i.satuan or i.tipe_perhitungan for i in indikator)
    return _COLUMNS_7 if seven else _COLUMNS_4


def add_list(document: Document, shape: tuple[str, str]) -> str:
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


def add_list_item(document: Document, text: str, number: str) -> None:
    """Add a paragraph with Word's own number, letter or bullet."""
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')
    )


def _set_paper(document: Document, document_style: DocumentStyle) -> None:
    section = document.sections[0]
    width, height = (Mm(side) for side in document_style.paper)
    if document_style.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        width, height = height, width
    section.page_width, section.page_height = width, height
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(20))


def _write_head_a(document: Document, jabatan: Jabatan) -> None:
    document.add_paragraph(f"JABATAN\t: {jabatan.nama}")
    first, *others = jabatan.tugas.split("\n")
    if others:
        document.add_paragraph("TUGAS\t:")
        number = add_list(document, _BULLET_LIST)
        for item in (first, *others):
            add_list_item(document, item, number)
    else:
        document.add_paragraph(f"TUGAS\t: {first}")
    if jabatan.fungsi:
        document.add_paragraph("FUNGSI\t:")
        number = add_list(document, _LETTER_LIST)
        for item in jabatan.fungsi:
            add_list_item(document, item, number)


def _write_head_b(document: Document, jabatan: Jabatan) -> None:
    heads = add_list(document, _NUMBER_LIST)
    add_list_item(document, f"Jabatan\t: {jabatan.nama}", heads)
    add_list_item(document, "Tugas\t:", heads)
    number = add_list(document, _BULLET_LIST)
    for item in jabatan.tugas.split("\n"):
        add_list_item(document, item, number)
    add_list_item(document, "Fungsi\t:" + ("" if jabatan.fungsi else " -"), heads)
    number = add_list(document, _BULLET_LIST)
    for item in jabatan.fungsi:
        add_list_item(document, item, number)


def _write_table(
    document: Document,
    indikator: Sequence[Indikator],
    without_indikator: Sequence[str],
    document_style: DocumentStyle,
) -> None:
    columns = list_written_columns(indikator, document_style.page_layout)
    titles = _TITLES_A if document_style.page_layout is PageLayout.A else _TITLES_B
    goals = list(dict.fromkeys([*(item.sasaran for item in indikator), *without_indikator]))
    rows = [{**_list_fields(item), "nomor": str(1 + goals.index(item.sasaran))} for item in indikator]
    rows += [{"sasaran": goal, "nomor": str(1 + goals.index(goal))} for goal in without_indikator]
    table = document.add_table(rows=1 + len(rows), cols=len(columns))
    table.style = "Table Grid"
    texts = [titles, *rows]
    cells = [list(row.cells) for row in table.rows]
    for row, record in zip(cells, texts, strict=True):
        for cell, column in zip(row, columns, strict=True):
            cell.text = record.get(column, "")
    if document_style.repeated_head:
        properties = table.rows[0]._tr.get_or_add_trPr()
        properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    if document_style.merged:
        _merge_same_cells(table, columns, rows)


def _list_fields(item: Indikator) -> dict[str, str]:
    return {name: getattr(item, name) for name in _COLUMNS_7[1:]}


def _merge_same_cells(table: Table, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    """Merge cells of the same text downwards, and leave the cells below the first empty, as Word does."""
    for at, column in enumerate(columns):
        if column not in _MERGING:
            continue
        above = None
        for row, record in zip(table.rows[1:], rows, strict=True):
            same = above is not None and record.get(column) and record.get(column) == above
            _mark_merge(row._tr.tc_lst[at], "continue" if same else "restart")
            if same:
                row._tr.tc_lst[at].get_or_add_tcPr()
                _empty_cell(row._tr.tc_lst[at])
            above = record.get(column)


def _mark_merge(tc, value: str) -> None:
    tc.vMerge = value


def _empty_cell(tc) -> None:
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
        f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{n} 0 R' for n in _number_pages(pages))}]>>",
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


def draw_text(x: float, top: float, text: str, size: int = 10) -> str:
    """Return the commands that write a text, `top` points below the upper edge of the page."""
    safe = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F {size} Tf {x} {842 - top - size} Td ({safe}) Tj ET\n"


def draw_line(x0: float, top: float, x1: float, bottom: float) -> str:
    """Return the commands that draw a line."""
    return f"{x0} {842 - top} m {x1} {842 - bottom} l S\n"


def draw_grid(tops: Sequence[float], lefts: Sequence[float]) -> str:
    """Return the commands that rule a grid."""
    rows = "".join(draw_line(lefts[0], top, lefts[-1], top) for top in tops)
    return rows + "".join(draw_line(left, tops[0], left, tops[-1]) for left in lefts)


def _number_pages(pages: Sequence[str]) -> list[int]:
    return [5 + 2 * at for at in range(len(pages))]
