"""Word and PDF documents are read as they look; what cannot be read says why in one sentence."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zipfile
from collections import Counter

import biff
import docx
import libreoffice
import pytest
from document_maker import (
    A4,
    F4,
    DocumentStyle,
    PageLayout,
    add_list,
    add_list_item,
    draw_grid,
    draw_text,
    list_written_columns,
    pdf,
    write_docx,
)
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from iki_xl.catalog import OFFICES, read_office
from iki_xl.errors import DocumentError
from iki_xl.importer.forms.forms import read_iki_forms
from iki_xl.importer.read.document import DocumentTable, Paragraph
from iki_xl.importer.read.docx import read_docx
from iki_xl.importer.read.pdf import read_pdf

W = nsdecls("w")
DOCUMENT_STYLES = {
    "A F4 mendatar": DocumentStyle(PageLayout.A),
    "B F4 mendatar": DocumentStyle(PageLayout.B),
    "A A4 tegak": DocumentStyle(PageLayout.A, A4, landscape=False, new_page=False),
    "B F4 tegak": DocumentStyle(PageLayout.B, F4, landscape=False, new_page=False, font_size=11),
    "A A4 tanpa gabungan": DocumentStyle(
        PageLayout.A, A4, merged=False, repeated_head=False, new_page=False, font_size=12
    ),
}


def keep_letters(text):
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def compare_impor(document, katalog, page_layout):
    """Return (found, expected) of each field; rows of a jabatan are compared in their order."""
    forms, _ = read_iki_forms(document)
    found, expected = Counter(), Counter()
    assert len(forms) == len(katalog.jabatan)
    for jabatan, form in zip(katalog.jabatan, forms, strict=True):
        indikator = [item for item in katalog.indikator if item.id_jabatan == jabatan.id]
        pairs = [("jabatan", jabatan.nama, form.jabatan), ("tugas", jabatan.tugas, form.tugas)]
        pairs.append(("fungsi", "".join(jabatan.fungsi), "".join(form.fungsi)))
        fields = [name for name in list_written_columns(indikator, page_layout) if name != "nomor"]
        rows = [*form.rows, *[None] * len(indikator)]
        for item, row in zip(indikator, rows, strict=False):
            pairs += [(name, getattr(item, name), getattr(row, name, "?")) for name in fields]
        expected.update(name for name, _, _ in pairs)
        found.update(name for name, wanted, read in pairs if keep_letters(wanted) == keep_letters(read))
    return found, expected


@pytest.mark.parametrize("document_style", DOCUMENT_STYLES.values(), ids=DOCUMENT_STYLES)
@pytest.mark.parametrize("kantor", OFFICES)
def test_word_gives_every_field_back(kantor, document_style, tmp_path):
    """All fields of both offices come back from a .docx, whole, in both layouts and their variations."""
    katalog = read_office(kantor)
    path = write_docx(katalog, tmp_path / "iki.docx", document_style)
    found, expected = compare_impor(read_docx(path), katalog, document_style.page_layout)
    assert found == expected


@pytest.mark.lambat
@pytest.mark.parametrize("document_style", DOCUMENT_STYLES.values(), ids=DOCUMENT_STYLES)
@pytest.mark.parametrize("kantor", OFFICES)
def test_pdf_gives_the_fields_back(kantor, document_style, tmp_path):
    """At least 98 % of every field come back from a PDF, tables over several pages included; jabatan all."""
    libreoffice.require()
    katalog = read_office(kantor)
    path = libreoffice.convert(
        write_docx(katalog, tmp_path / "iki.docx", document_style), "pdf", tmp_path / "pdf"
    )
    found, expected = compare_impor(read_pdf(path), katalog, document_style.page_layout)
    assert found["jabatan"] == expected["jabatan"]
    assert {name: count for name, count in found.items() if count < 0.98 * expected[name]} == {}


def save_and_read(document, tmp_path):
    document.save(str(tmp_path / "x.docx"))
    return read_docx(tmp_path / "x.docx").parts


def list_texts(parts):
    return [part.text if isinstance(part, Paragraph) else part.rows for part in parts]


def test_numbers_are_shown_as_word_shows_them(tmp_path):
    """Letters, roman numbers and bullets are counted for each list, and a second list begins anew."""
    document = docx.Document()
    for shape, items in {
        ("lowerLetter", "%1."): 28,
        ("upperRoman", "%1)"): 4,
        ("bullet", "\uf0b7"): 1,
        ("bullet", "-"): 1,
        ("decimal", "(%1)"): 2,
    }.items():
        number = add_list(document, shape)
        for _ in range(items):
            add_list_item(document, "isi", number)
    lines = list_texts(save_and_read(document, tmp_path))
    assert lines[:2] == ["a. isi", "b. isi"]
    assert lines[25:28] == ["z. isi", "aa. isi", "bb. isi"]
    assert lines[28:] == ["I) isi", "II) isi", "III) isi", "IV) isi", "• isi", "- isi", "(1) isi", "(2) isi"]


def test_numbers_of_styles_are_shown(tmp_path):
    """A style's numbering counts like a paragraph's own, and a paragraph can switch it off."""
    document = docx.Document()
    for text in ("satu", "dua"):
        document.add_paragraph(text, style="List Number")
    plain = document.add_paragraph("tanpa", style="List Number")
    plain._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="0"/></w:numPr>'))
    document.add_paragraph("titik", style="List Bullet")
    assert list_texts(save_and_read(document, tmp_path)) == ["1. satu", "2. dua", "tanpa", "• titik"]


def test_tracked_changes_are_read_as_accepted(tmp_path):
    """What was deleted is left out, what was inserted stays; a deleted paragraph end joins two lines."""
    document = docx.Document()
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:p {W}><w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr>'
            '<w:r><w:t xml:space="preserve">Jumlah </w:t></w:r>'
            '<w:del w:id="2" w:author="a"><w:r><w:delText>dokumen</w:delText></w:r></w:del>'
            '<w:ins w:id="3" w:author="a"><w:r><w:t xml:space="preserve">laporan </w:t></w:r></w:ins></w:p>'
        ),
    )
    document.element.body.insert(1, parse_xml(f"<w:p {W}><w:r><w:t>bulanan</w:t></w:r></w:p>"))
    assert list_texts(save_and_read(document, tmp_path)) == ["Jumlah laporan bulanan"]


def test_text_in_boxes_controls_and_equations_is_read(tmp_path):
    """Text boxes once (not their old-style copy), content controls, fractions, tabs and line breaks."""
    document = docx.Document()
    box = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="wps"><w:drawing><w:txbxContent><w:p><w:r><w:t>kotak</w:t></w:r></w:p>'
        "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>kotak</w:t>"
        "</w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    head = "<w:r><w:t>JABATAN</w:t><w:tab/><w:t>: Camat</w:t><w:br/><w:t>lanjut</w:t>"
    fraction = (
        "<m:oMath><m:f><m:num><m:r><m:t>hadir</m:t></m:r></m:num><m:den><m:r><m:t>diundang</m:t></m:r></m:den>"
        "</m:f><m:r><m:t> x 100%</m:t></m:r></m:oMath>"
    )
    paragraphs = (
        f"<w:p {W}>{head}{box}</w:r></w:p>",
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>kendali</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        f"<w:p {W} {math}>{fraction}</w:p>",
        f"<w:p {W}><w:r><w:rPr><w:vanish/></w:rPr><w:t>tersembunyi</w:t></w:r></w:p>",
    )
    for at, paragraph in enumerate(paragraphs):
        document.element.body.insert(at, parse_xml(paragraph))
    document.sections[0].header.paragraphs[0].text = "kop surat"
    assert list_texts(save_and_read(document, tmp_path)) == [
        "JABATAN\t: Camat",
        "lanjut",
        "kotak",
        "kendali",
        "hadir / diundang x 100%",
    ]


def test_merged_cells_give_their_text_once(tmp_path):
    """Cells merged to the right, downwards and both ways leave "" in the others; a table inside is kept."""
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for row, texts in zip(table.rows, ("abc", "def", "ghi"), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 0).merge(table.cell(0, 1)).text = "lebar"
    table.cell(1, 0).merge(table.cell(2, 1)).text = "petak"
    inner = table.cell(1, 2).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "pembilang", "penyebut"
    (found,) = list_texts(save_and_read(document, tmp_path))
    assert found == (("lebar", "", "c"), ("petak", "", "f\npembilang\tpenyebut"), ("", "", "i"))


def test_a_table_that_only_frames_is_opened(tmp_path):
    """A form laid out inside a one-cell table is read as if the frame were not there."""
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.paragraphs[0].text = "JABATAN : Camat"
    inner = cell.add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "SASARAN", "INDIKATOR"
    assert list_texts(save_and_read(document, tmp_path)) == ["JABATAN : Camat", (("SASARAN", "INDIKATOR"),)]


def test_macros_templates_and_broken_links_do_not_matter(tmp_path):
    """A .docm is read like a .docx, and so is a document whose picture is missing."""
    document = docx.Document()
    document.add_paragraph("isi")
    document.part.relate_to("NULL", RELATIONSHIP_TYPE.IMAGE, is_external=True)
    document.save(str(tmp_path / "x.docx"))
    usual = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    macro = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    with zipfile.ZipFile(tmp_path / "x.docx") as old, zipfile.ZipFile(tmp_path / "x.pdf", "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(usual, macro).replace(b'TargetMode="External"', b"")
            new.writestr(name, content)
    assert list_texts(read_docx(tmp_path / "x.pdf").parts) == ["isi"]


def write_file(tmp_path, content, name="x.bin"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def make_ruled_page(rows, number):
    """Return a page: a line, a ruled table of two columns, a line, and the page's number."""
    tops = [100 + 20 * at for at in range(len(rows) + 1)]
    drawing = draw_text(60, 50, "JABATAN : Camat") + draw_grid(tops, [60, 260, 500])
    for top, (left, right) in zip(tops, rows, strict=False):
        drawing += draw_text(65, top + 4, left) + draw_text(265, top + 4, right)
    return drawing + draw_text(60, tops[-1] + 30, "Penutup") + draw_text(290, 810, f"- {number} -")


def test_pdf_lines_and_tables_stand_in_reading_order(tmp_path):
    """Lines before, tables, lines after; page numbers at the edge are left out where they count on."""
    pages = [make_ruled_page([("SASARAN", "INDIKATOR"), (f"s{n}", f"i {n}")], n) for n in (7, 8)]
    told = []
    found = read_pdf(write_file(tmp_path, pdf(pages)), lambda *done: told.append(done)).parts
    assert found == tuple(
        part
        for page, n in ((1, 7), (2, 8))
        for part in (
            Paragraph("JABATAN : Camat", page),
            DocumentTable((("SASARAN", "INDIKATOR"), (f"s{n}", f"i {n}")), page),
            Paragraph("Penutup", page),
        )
    )
    assert told == [(1, 2), (2, 2)]


def test_a_page_frame_and_white_areas_are_no_tables(tmp_path):
    """A border around the page and white areas behind text leave lines to be lines."""
    drawing = (
        draw_grid([20, 820], [20, 575])
        + "1 g 40 700 300 60 re f 0 g\n"
        + draw_text(60, 100, "Tugas : menulis")
    )
    found = read_pdf(write_file(tmp_path, pdf([drawing]))).parts
    assert found == (Paragraph("Tugas : menulis", 1),)


def test_a_row_cut_by_the_page_break_is_whole_again(tmp_path):
    """The rest of a row moves back where the line above had no room for it, and a new row stays a new row."""

    def page(*lines):
        bottom = 60 + 20 * len(lines)
        return draw_grid([60, bottom], [60, 160, 260]) + "".join(
            draw_text(x, 64 + 20 * at, text)
            for at, line in enumerate(lines)
            for x, text in zip((65, 165), line, strict=True)
        )

    full = "entri data pasar desa"
    cut = read_pdf(write_file(tmp_path, pdf([page((full, full)), page(("Sukamaju", "Sukamaju"))]))).parts
    new = read_pdf(write_file(tmp_path, pdf([page((full, "data")), page(("Sukamaju", "Sukamaju"))]))).parts
    assert cut[0].rows == ((f"{full}\nSukamaju", f"{full}\nSukamaju"),)
    assert [part.rows for part in new] == [((full, "data"),), (("Sukamaju", "Sukamaju"),)]


PICTURE = "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
SCAN = "q 595 0 0 842 0 0 cm /G Do Q\n"
ENCRYPTED = f"/Encrypt<</Filter/Standard/V 1/R 2/O<{'41' * 32}>/U<{'42' * 32}>/P -4>>/ID[<4142><4142>]"


def make_zip(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def make_word(content):
    """Return a .docx with another main part."""
    made, other = io.BytesIO(), io.BytesIO()
    docx.Document().save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == "word/document.xml" else old.read(name))
    return other.getvalue()


def make_picture_pdf(drawing):
    return pdf([drawing], extra=f"{PICTURE}stream\n0\nendstream")


UNREADABLE = {
    "pindaian": (
        read_pdf,
        make_picture_pdf(SCAN),
        "tidak ada teks: dokumen hasil pindai; pakai berkas Word-nya",
    ),
    "pindaian bercap": (
        read_pdf,
        make_picture_pdf(SCAN + draw_text(60, 800, "Dipindai dengan CamScanner")),
        "hasil pindai",
    ),
    "foto": (read_pdf, b"\xff\xd8\xff\xe0" + b"\0" * 50, "gambar hasil pindai"),
    "pdf bersandi": (read_pdf, pdf([draw_text(60, 60, "x")], trailer=ENCRYPTED), "memakai kata sandi"),
    "pdf terpotong": (read_pdf, b"%PDF-1.4\n1 0 obj\n<<", "rusak atau terpotong"),
    "pdf kosong": (read_pdf, pdf([]), "rusak atau terpotong"),
    "doc lama": (read_docx, biff.ole(WordDocument=b"x" * 5000), "Word lama (.doc): buka di Word"),
    "doc lama sebagai pdf": (read_pdf, biff.ole(WordDocument=b"x" * 5000), "Simpan Sebagai"),
    "docx bersandi": (read_docx, biff.ole(EncryptedPackage=b"x" * 5000), "memakai kata sandi"),
    "xls": (read_docx, biff.ole(Workbook=b"x" * 5000), "buku kerja Excel"),
    "docx terpotong": (read_docx, make_word(b"<w:document/>")[:9000], "rusak atau terpotong"),
    "docx tanpa isi": (read_docx, make_word(b"<w:document"), "rusak atau terpotong"),
    "odt": (
        read_docx,
        make_zip({"mimetype": "application/vnd.oasis.opendocument.text"}),
        "OpenDocument (misalnya .odt): buka di LibreOffice",
    ),
    "xlsx": (read_docx, make_zip({"[Content_Types].xml": "x", "xl/workbook.xml": "x"}), "buku kerja Excel"),
    "arsip": (read_docx, make_zip({"x.txt": "x"}), "bukan dokumen Word (.docx), PDF atau teks"),
    "rtf": (read_docx, b"{\\rtf1\\ansi x}", "berkas RTF"),
    "laman": (read_docx, b"<!DOCTYPE html><html>", "halaman web"),
    "biner": (read_docx, b"\x7fELF\x00\x01" * 9, "bukan dokumen Word (.docx), PDF atau teks"),
    "kosong": (read_docx, b"", "kosong: minta atau salin ulang"),
    "pdf sebagai docx": (read_docx, pdf([draw_text(60, 60, "x")]), "dokumen PDF, bukan dokumen Word"),
}


@pytest.mark.parametrize(("reader", "content", "sentence"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_document_that_cannot_be_read_says_why(reader, content, sentence, tmp_path):
    """Each bad file gives one sentence with its name, what it is and what to do, whatever its name says."""
    for name in ("dokumen.docx", "dokumen.pdf"):
        with pytest.raises(DocumentError) as told:
            reader(write_file(tmp_path, content, name))
        message = str(told.value)
        assert sentence in message
        assert message.startswith(f"Dokumen “{name}” tidak dapat diimpor; ")
        assert message.endswith(".")
        assert "\n" not in message


@pytest.mark.parametrize("reader", [read_docx, read_pdf])
def test_a_missing_file_and_a_folder_say_so(reader, tmp_path):
    """The system's refusal is told in Indonesian."""
    with pytest.raises(DocumentError, match=r"“tak-ada\.docx” tidak dapat dibaca \(tidak ada\)"):
        reader(tmp_path / "tak-ada.docx")
    with pytest.raises(DocumentError, match="berupa folder"):
        reader(tmp_path)


def test_a_zip_bomb_is_refused_small(tmp_path):
    """A part that inflates to 200 MB is refused, also where the directory of the zip claims little."""
    bomb = make_word(b"<" + b" " * (200 << 20))
    lying = bytearray(bomb)
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        place = archive.start_dir
    entry = lying.index(b"word/document.xml", place) - 46
    struct.pack_into("<L", lying, entry + 24, 1000)
    with pytest.raises(DocumentError, match="terlalu besar setelah dibuka"):
        read_docx(write_file(tmp_path, bomb))
    with pytest.raises(DocumentError, match="rusak"):
        read_docx(write_file(tmp_path, bytes(lying)))


@pytest.mark.parametrize("reader", [read_docx, read_pdf])
def test_damage_anywhere_ends_in_a_document_or_a_sentence(reader, tmp_path):
    """Documents with random bytes changed never end in anything but a document or a DocumentError."""
    made = io.BytesIO()
    docx.Document().save(made)
    sound = made.getvalue() if reader is read_docx else pdf([make_ruled_page([("a", "b"), ("c", "d")], 1)])
    dice = random.Random(1)
    ends = Counter()
    for _ in range(60):
        content = bytearray(sound)
        for _ in range(dice.randint(1, 8)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        try:
            reader(write_file(tmp_path, bytes(content)))
            ends["dibaca"] += 1
        except DocumentError:
            ends["ditolak"] += 1
    assert ends.total() == 60


@pytest.mark.lambat
def test_a_pdf_of_500_pages_is_read_page_by_page(tmp_path):
    """Ten times the pages take little more memory, and each page is told."""
    rows = [(f"Sasaran ke-{n} kantor", f"Jumlah laporan ke-{n}") for n in range(30)]
    code = (
        "import resource, sys; from pathlib import Path; from iki_xl.importer.read.pdf import read_pdf\n"
        "told = []; found = read_pdf(Path(sys.argv[1]), lambda *done: told.append(done))\n"
        "print(len(found.parts), told[-1], len(told), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for count in (50, 500):
        path = write_file(tmp_path, pdf([make_ruled_page(rows, n + 1) for n in range(count)]), f"{count}.pdf")
        command = [sys.executable, "-c", code, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        parts, *told, steps, peak = done.stdout.split()
        assert (int(parts), " ".join(told), int(steps)) == (3 * count, f"({count}, {count})", count)
        peaks.append(int(peak))
    assert peaks[1] - peaks[0] < 100 * 1024
