"""Pictures, links, notes, boxes and what lies beside the sheets: said, kept or quoted, and never an entry."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import biff
import openpyxl
import pytest
from filled import (
    NIP_OTHER,
    TypedFormula,
    enter_person,
    list_figures,
    make_katalog,
    receive_returns,
    write_return,
)
from openpyxl.comments import Comment
from overlays import PICTURE, add_to_sheet, anchor, box, comments, drawing, threads
from packages import make_ods_parts, read_content, zip_parts

from iki_xl.catalog.reader import read_katalog
from iki_xl.corrections.marked import make_perbaikan_copies
from iki_xl.findings import Level
from iki_xl.form.notes import own_note
from iki_xl.readers.book import Extra, Limits
from iki_xl.readers.xls import read_xls

CASES = Path(__file__).parent / "cases" / "laporan"
JAN = "realisasi_01"
ADDRESS = "https://contoh.go.id/bukti?a=1&b=2"
RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"


def returned(tmp_path, **entries):
    """Return a workbook with a figure in L8 and a text in AF8."""
    given = {**enter_person("Ani", NIP_OTHER), ("J02-01", JAN): 5, ("J02-01", "bukti_dukung"): "Foto"}
    extra = {("J02-01", key): value for key, value in entries.items()}
    return write_return(tmp_path / "a.xlsx", make_katalog(), {"J02": {**given, **extra}})


def said(found, *codes):
    return [(t.code, t.cell, t.value) for t in found if t.code in codes]


def proof(result):
    return result.rows["bukti_dukung"].iloc[0]


def test_the_file_with_pictures_in_cells():
    """A placed picture and WPS's formula: two peringatan, both cells blank, no error, no formula's text."""
    office = read_katalog(CASES / "00-katalog-benar.xlsx")
    result, found = receive_returns(office, CASES / "10-gambar-di-sel.xlsx")
    assert [(t.code, t.cell, t.level) for t in found] == [
        ("N28", "AF8", "peringatan"),
        ("N28", "AF9", "peringatan"),
    ]
    assert set(result.rows["bukti_dukung"]) == {""}


def test_the_file_with_a_link_and_a_note():
    """The address stands behind the text, the note is quoted, and no figure changes."""
    office = read_katalog(CASES / "00-katalog-benar.xlsx")
    result, found = receive_returns(office, CASES / "17-tautan-dan-komentar.xlsx")
    assert "Foto kegiatan (https://drive.example.org/file/contoh-bukti)" in set(result.rows["bukti_dukung"])
    assert sorted(said(found, "B31", "B32")) == [
        ("B31", "AF8", "Foto kegiatan"),
        ("B32", "N8", "seharusnya 75, data susulan"),
    ]


def test_the_file_with_a_text_box():
    """Box and note are quoted with their cells."""
    office = read_katalog(CASES / "00-katalog-benar.xlsx")
    _, found = receive_returns(office, CASES / "17b-kotak-teks.xlsx")
    assert sorted(said(found, "B32", "B33")) == [
        ("B32", "N8", "seharusnya 75"),
        ("B33", "O8", "April 90, Mei 95 (data susulan)"),
    ]


def rich(kind):
    """Return the parts that say what the workbook's only rich value is."""
    metadata = (
        f'<metadata xmlns:x="{RICH}"><metadataTypes><metadataType name="XLRICHVALUE"/></metadataTypes>'
        '<futureMetadata name="XLRICHVALUE"><bk><x:rvb i="0"/></bk></futureMetadata>'
        '<valueMetadata><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>'
    )
    return {
        "metadata.xml": ("sheetMetadata", metadata),
        "rd.xml": ("rdRichValue", f'<rvData xmlns="{RICH}"><rv s="0"/></rvData>'),
        "rs.xml": ("rdRichValueStructure", f'<rvStructures xmlns="{RICH}"><s t="{kind}"/></rvStructures>'),
    }


@pytest.mark.parametrize(
    ("kind", "code"), [("_localImage", "N28"), ("_webimage", "N28"), ("_error", "N16"), ("_entity", "N16")]
)
def test_a_rich_value_is_what_the_workbook_says(tmp_path, kind, code):
    """A picture in a number cell leaves it blank; an error that Excel stores the same way stays one."""
    cell = {"L8": '<c r="L8" t="e" vm="1"><v>#VALUE!</v></c>'}
    result, found = receive_returns(
        make_katalog(), add_to_sheet(returned(tmp_path), cells=cell, book=rich(kind))
    )
    assert [c for c, *_ in said(found, "N16", "N28")] == [code]
    assert list_figures(result) == []


def test_a_plain_error_stays_one(tmp_path):
    """#VALUE! without a rich value is an Excel error."""
    cell = {"L8": '<c r="L8" t="e"><v>#VALUE!</v></c>'}
    _, found = receive_returns(make_katalog(), add_to_sheet(returned(tmp_path), cells=cell))
    assert [c for c, *_ in said(found, "N16", "N28")] == ["N16"]


@pytest.mark.parametrize(
    "shown",
    [
        TypedFormula('=_xlfn.DISPIMG("ID_0A",1)', '=DISPIMG("ID_0A",1)'),
        TypedFormula('=_xlfn.IMAGE("https://contoh.go.id/a.png")', "#VALUE!"),
    ],
)
def test_formulas_that_show_a_picture(tmp_path, shown):
    """WPS's and Microsoft 365's functions: blank, and said."""
    result, found = receive_returns(make_katalog(), returned(tmp_path, bukti_dukung=shown))
    assert [c for c, *_ in said(found, "N16", "N17", "N28")] == ["N28"]
    assert proof(result) == ""


def test_links_of_texts_and_numbers(tmp_path):
    """A text keeps the address, a number counts; an address that the text shows is not written twice."""
    result, found = receive_returns(
        make_katalog(), add_to_sheet(returned(tmp_path), links={"AF8": ADDRESS, "L8": ADDRESS})
    )
    assert proof(result) == f"Foto ({ADDRESS})"
    assert list_figures(result) == [("J02-01", 1, 5.0)]
    assert [address for _, address, _ in said(found, "B31")] == ["L8", "AF8"]
    same = add_to_sheet(
        returned(tmp_path, bukti_dukung="contoh.go.id/x/"), links={"AF8": "https://contoh.go.id/x"}
    )
    result, found = receive_returns(make_katalog(), same)
    assert proof(result) == "contoh.go.id/x/"
    assert said(found, "B31") == []


@pytest.mark.parametrize(
    ("formula", "kept"),
    [
        (f'=HYPERLINK("{ADDRESS}","Klik")', f"Klik ({ADDRESS})"),
        ('=HYPERLINK("https://contoh.go.id/"&A1,"Klik")', "Klik"),
        ('=HYPERLINK("#\'02 Sekretaris\'!A1","Klik")', "Klik"),
    ],
)
def test_hyperlink_formulas(tmp_path, formula, kept):
    """The address is kept where the formula names it, not where it is worked out or leads inside."""
    path = returned(tmp_path, bukti_dukung=TypedFormula(formula, "Klik"))
    result, _ = receive_returns(make_katalog(), path)
    assert proof(result) == kept


def test_comments_that_people_answer(tmp_path):
    """Of a comment with a reply both are quoted, not the note that stands for it in older programs."""
    parts = {
        "comments1.xml": ("comments", comments({"L8": "[Threaded comment] ..."})),
        "t1.xml": ("threadedComment", threads([("L8", "benar?"), ("L8", "ya")])),
    }
    _, found = receive_returns(make_katalog(), add_to_sheet(returned(tmp_path), parts=parts))
    assert said(found, "B32") == [("B32", "L8", "benar? ya")]


@pytest.mark.parametrize("added", ["", "\n\nsudah ditanyakan"])
def test_the_notes_of_a_copy_to_mend_are_not_quoted_back(tmp_path, added):
    """Copies of an earlier version carry comments: our own are not quoted, what somebody adds to one is."""
    result, found = receive_returns(
        make_katalog(), returned(tmp_path, realisasi_02="belum tahu", realisasi_03="1.250")
    )
    ((_, copy),) = make_perbaikan_copies(make_katalog(), result, found)
    book = openpyxl.load_workbook(io.BytesIO(copy))
    for t in found:
        if t.cell and t.level is not Level.INFO:
            text = own_note([(t.message, t.remedy)]) + added
            book[t.sheet][t.cell].comment = Comment(text, "IKI")
    path = tmp_path / "salinan.xlsx"
    book.save(path)
    assert any(sheet.notes for sheet in read_content(path.read_bytes()).sheets)
    _, found = receive_returns(make_katalog(), path)
    assert {text for _, _, text in said(found, "B32")} == ({added.strip()} if added else set())
    assert said(found, "B16", "B25") == []


def test_many_notes_are_a_few_findings(tmp_path):
    """The first are quoted, the others counted; each text is cut, and without control characters."""
    notes = {f"AF{n}": "_x001B_[31m" + "x" * 2_000 for n in range(100, 400)}
    parts = {"comments1.xml": ("comments", comments(notes))}
    _, found = receive_returns(make_katalog(), add_to_sheet(returned(tmp_path), parts=parts))
    notes_said = said(found, "B32")
    assert len(notes_said) == 6
    assert all(len(text) <= 2_000 and "\x1b" not in text for *_, text in notes_said)


def test_boxes_and_pictures_over_entries(tmp_path):
    """A box is quoted even where its text begins like a formula; a picture only where it covers an entry."""
    over = drawing(
        anchor(7, 11, 8, 12, box("=1+1", "kedua")),
        anchor(7, 31, 8, 31, PICTURE),
        anchor(0, 40, 2, 42, PICTURE),
    )
    result, found = receive_returns(
        make_katalog(), add_to_sheet(returned(tmp_path), parts={"d1.xml": ("drawing", over)})
    )
    assert said(found, "B33") == [("B33", "L8", "=1+1 kedua"), ("B33", "AF8", "")]
    assert list_figures(result) == [("J02-01", 1, 5.0)]


@pytest.mark.parametrize(
    "part", ["<comments><a>", "", '<!DOCTYPE x [<!ENTITY a "b">]>' + comments({"L8": "x"}), b"\xff\xfe\x00"]
)
def test_a_broken_part_never_costs_the_return(tmp_path, part):
    """Figures count as before, and it is said that something could not be read."""
    path = add_to_sheet(returned(tmp_path), parts={"comments1.xml": ("comments", part)})
    result, found = receive_returns(make_katalog(), path)
    assert list_figures(result) == [("J02-01", 1, 5.0)]
    assert [t.level for t in found if t.code == "B34"] == ["info"]


def test_what_a_workbook_holds_beside_its_sheets(tmp_path):
    """Macros, other files and other programs are named, each once."""
    beside = {
        "vbaProject.bin": ("vbaProject", b"x"),
        "e1.xml": ("externalLink", "<externalLink><externalBook/></externalLink>"),
        "e2.xml": ("externalLink", "<externalLink><ddeLink/></externalLink>"),
    }
    _, found = receive_returns(make_katalog(), add_to_sheet(returned(tmp_path), book=beside))
    assert len(said(found, "B34")) == 3


# .ods


def test_what_lies_over_an_ods():
    """Note, box, picture, link, another file and another program, from the bytes."""
    spaces = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    cells = (
        f'<table:table-cell office:value-type="string"><text:p><text:a {spaces} xlink:href="{ADDRESS}">Foto'
        "</text:a></text:p></table:table-cell>".replace("&", "&amp;")
        + "<table:table-cell><office:annotation><text:p>satu</text:p><text:p>dua</text:p></office:annotation>"
        "</table:table-cell>"
        "<table:table-cell><draw:custom-shape><text:p>=kotak</text:p></draw:custom-shape></table:table-cell>"
        '<table:table-cell><draw:frame table:end-cell-address="L1.F3"><draw:image/></draw:frame>'
        "</table:table-cell>"
        '<table:table-cell table:formula="of:=[\'file:///x.ods\'#$L.A1]" office:value-type="float" '
        'office:value="1"/>'
    )
    table = f'<table:table table:name="L1"><table:table-row>{cells}</table:table-row></table:table>'
    book = read_content(
        zip_parts({**make_ods_parts(table + "<table:dde-links/>"), "Basic/Standard/Modul.xml": b"x"})
    )
    (sheet,) = book.sheets
    assert (sheet.cells[0, 0].value, sheet.cells[0, 0].link) == ("Foto", ADDRESS)
    assert sheet.notes == {(0, 1): "satu\ndua"}
    assert [(b.text, b.at) for b in sheet.boxes] == [("=kotak", (0, 2))]
    assert sheet.pictures == ((0, 3, 2, 5),)
    assert book.extras == {Extra.EXTERNAL_LINKS, Extra.DDE, Extra.MACROS}


# .xls


def note_text(text, cut):
    """Return the records of a note's text in two pieces, the second with letters of two bytes."""
    head = biff.record(0x01B6, struct.pack("<HHIHHHI", 0, 0, 0, 0, len(text), 0, 0))
    return (
        head
        + biff.record(0x003C, b"\x00" + text[:cut].encode("latin-1"))
        + biff.record(0x003C, b"\x01" + text[cut:].encode("utf-16-le"))
    )


def xls_object(kind, number):
    return biff.record(0x005D, struct.pack("<HHHH", 0x15, 0x12, kind, number) + bytes(14))


def xls_link(address):
    moniker = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
    text = (address + "\0").encode("utf-16-le")
    body = struct.pack("<II", 2, 0x03) + moniker + struct.pack("<I", len(text)) + text
    return biff.record(0x01B8, struct.pack("<4H", 0, 0, 0, 0) + bytes(16) + body)


def test_what_lies_over_an_xls():
    """Note, box and link from the records; a record that ends too soon costs itself alone."""
    records = (
        biff.text(0, 0, "Foto")
        + xls_object(0x19, 1)
        + note_text("seharusnya 75", 6)
        + xls_object(0x06, 2)
        + note_text("=kotak", 2)
        + biff.record(0x001C, struct.pack("<4H", 3, 4, 0, 1) + bytes(4))
        + xls_link(ADDRESS)
        + biff.record(0x001C, b"\x01")
        + biff.record(0x01B8, b"\x01\x00")
    )
    book = read_xls(biff.xls({"L1": records}), Limits())
    (sheet,) = book.sheets
    assert sheet.cells[0, 0].link == ADDRESS
    assert sheet.notes == {(3, 4): "seharusnya 75"}
    assert [b.text for b in sheet.boxes] == ["=kotak"]
    assert book.extras == {Extra.UNREAD}


@pytest.mark.parametrize(
    ("path", "extra"),
    [
        (b"\x09\x00\x00\x01lain.xls", {Extra.EXTERNAL_LINKS}),
        (b"\x0a\x00\x00cmd\x03/c calc", {Extra.DDE}),
        (b"\x01\x04", set()),
        (b"\x01\x3a", set()),
    ],
)
def test_what_an_xls_points_to(path, extra):
    """Another file and another program are told apart; the workbook itself and its functions are neither."""
    book = read_xls(biff.xls({"L1": b""}, biff.record(0x01AE, b"\x00\x00" + path)), Limits())
    assert book.extras == extra
