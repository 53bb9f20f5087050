"""Characters that nobody sees never decide: returns and catalogues read the same with and without them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import biff
import libreoffice
import openpyxl
import pytest
from filled import (
    NIP_HEAD,
    enter_person,
    list_codes,
    list_figures,
    receive_returns,
    save_workbook,
    write_return,
)
from filled import make_katalog as office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages import make_cell_sheet, make_ods_parts, make_xlsx, zip_parts
from strategies import katalogs
from unseen import TAGS, strew_workbook, strewn

from iki_xl.catalog import katalog_xlsx, read_katalog
from iki_xl.comparable import bare
from iki_xl.errors import CatalogError
from iki_xl.importer.forms.forms import read_iki_forms
from iki_xl.importer.guess.katalog import build_katalog
from iki_xl.importer.load import read_document
from iki_xl.importer.read.text import read_text
from iki_xl.readers.book import Cell, Limits
from iki_xl.readers.workbook import read_workbook

CASES = Path(__file__).parent / "cases" / "laporan"
DOCUMENTS = Path(__file__).parent / "documents"
JAN, FEB, MAR, APR = (f"realisasi_{month:02d}" for month in range(1, 5))
SLOW = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
SEEDS = st.integers(0, 2**32)
# Everything that is known by its text: who, lists, numbers of every kind, words for zero and for nothing.
ENTRIES = {
    "J01": {
        **enter_person("Kartini", "19680101 199003 1 001"),
        ("J01-01", "satuan"): "sub  kegiatan",
        ("J01-01", "tipe_perhitungan"): "NON kumulatif",
        ("J01-01", "target"): "1.250,5",
        ("J01-01", JAN): "12",
        ("J01-01", FEB): "12 sub kegiatan",
        ("J01-01", MAR): "nihil",
        ("J01-01", APR): "1.250",
        ("J01-01", "kendala"): "Rapat “akhir” 👩🏽‍💻 mundur",
        ("J01-01", "bukti_dukung"): "Notula",
        ("J01-02", JAN): "85%",
        ("J01-02", FEB): "tidak tahu",
        ("J01-02", MAR): "-",
        ("J01-02", APR): "Rp 12",
    },
    "J03": {**enter_person("Ani", "198502022010012002"), ("J03-02", JAN): "7 desa", ("J03-02", FEB): 8},
}


def told(found):
    """Everything that is said, but for the file's name."""
    return [(t.code, t.level, t.sheet, t.cell, t.id_indikator, t.value, t.message, t.remedy) for t in found]


def result(katalog, path):
    """Return all that collecting one workbook gives, but for the file's name."""
    merged, found = receive_returns(katalog, path)
    tables = (merged.rows, merged.returns, merged.realisasi)
    return [t.drop(columns="berkas").fillna("").to_dict("records") for t in tables], told(found)


# Returned workbooks -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A filled return without anything unseen, and what it gives."""
    path = write_return(tmp_path_factory.mktemp("polos") / "a.xlsx", office(), ENTRIES)
    return path.read_bytes(), result(office(), path)


@settings(max_examples=25, **SLOW)
@given(seed=SEEDS, inline=st.booleans())
def test_a_return_reads_the_same_with_unseen_characters_in_all_its_texts(plain, seed, inline):
    """Entries, NIP, lists, hidden ids and keys, the marker, titles; shared or in cells; not a word more."""
    content, expected = plain
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(strew_workbook(content, Random(seed), inline=inline))
        assert result(office(), path) == expected


def test_the_plain_return_speaks_of_what_was_typed_alone(plain):
    """What the property compares with is there: numbers as texts, lists, zero, blanks, a galat."""
    _, (tables, said) = plain
    assert len(tables[2]) == 8
    codes = sorted(each[0] for each in said if each[0][0] in "NL")
    doubted = ["N01", "N02", "N03", "N04", "N05", "N05", "N06", "N07", "N08", "N15"]
    assert [code for code in codes if code != "N19"] == doubted


@settings(max_examples=10, **SLOW)
@given(seed=SEEDS)
def test_a_sheet_without_its_hidden_ids_is_known_all_the_same(tmp_path_factory, seed):
    """By titles, the office's name, the jabatan and the indikator, whatever came along with them."""
    path = tmp_path_factory.mktemp("tanpa") / "a.xlsx"

    def bared(book):
        for sheet in book:
            if sheet.title[:2].isdigit():
                sheet.delete_rows(1)
                sheet.delete_cols(1)

    write_return(path, office(), {"J01": ENTRIES["J01"]}, change=bared)
    before = result(office(), path)
    assert "B20" in [each[0] for each in before[1]]
    path.write_bytes(strew_workbook(path.read_bytes(), Random(seed)))
    assert result(office(), path) == before


def test_the_form_of_an_office_whose_ids_held_unseen_characters_is_known(tmp_path):
    """Its catalogue and the forms that went out hold them in the ids: both lose them on reading."""
    path = write_return(tmp_path / "a.xlsx", office(), {"J02": {("J02-01", JAN): 3}})
    book = openpyxl.load_workbook(path)
    for row in book[book.sheetnames[1]].iter_rows(max_col=1):
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = cell.value.replace("J02", "J\u200b02\u202c")
    save_workbook(path, book)
    merged, found = receive_returns(office(), path)
    assert list_figures(merged) == [("J02-01", 1, 3.0)]
    assert [code for code, _ in list_codes(found)] == ["L06", "L06"]


def test_a_cell_of_unseen_characters_alone_is_blank(tmp_path):
    """It is no entry, no finding, and does not make a sheet a return."""
    nothing = {("J02-01", JAN): "\u200b", ("J02-01", "kendala"): "\u202a\u202c", ("J02-02", FEB): "\ufeff"}
    merged, found = receive_returns(office(), write_return(tmp_path / "a.xlsx", office(), {"J02": nothing}))
    assert (len(merged.returns), list_codes(found)) == (0, [("B14", "")])


def test_no_mark_of_direction_reaches_an_output(tmp_path):
    """Names and texts are kept without them: they turn around what stands beside them."""
    entries = {
        **enter_person("Kar\u202etini\u202c", NIP_HEAD),
        ("J01-02", JAN): 80,
        ("J01-02", "kendala"): "\u202eterlambat\u202c \u200fsekali",
        ("J01-02", FEB): "\u202etidak tahu",
    }
    merged, found = receive_returns(office(), write_return(tmp_path / "a.xlsx", office(), {"J01": entries}))
    row = merged.rows[merged.rows["id_indikator"] == "J01-02"].iloc[0]
    assert (row["nama"], row["kendala"]) == ("Kartini", "terlambat sekali")
    assert "“tidak tahu” bukan angka." in [t.message for t in found]
    assert "B24" not in [t.code for t in found]


def test_two_returns_that_look_the_same_are_the_same(tmp_path):
    """One counts, the other is an info: no change is reported that nobody can see."""
    entries = {
        **enter_person("Sari", "197704042005011004"),
        ("J02-01", JAN): 3,
        ("J02-01", "kendala"): "Hujan deras",
    }
    one = write_return(tmp_path / "a.xlsx", office(), {"J02": entries})
    other = write_return(
        tmp_path / "b.xlsx", office(), {"J02": entries | {("J02-01", "kendala"): "Hujan\u00a0de\u00adras"}}
    )
    merged, found = receive_returns(office(), one, other)
    assert len(merged.realisasi) == 1
    assert [code for code, _ in list_codes(found) if code.startswith("G")] == ["G01"]


@pytest.mark.lambat
@pytest.mark.parametrize("fmt", ["ods", "xls", "xlsx"])
def test_a_return_saved_by_libreoffice_reads_the_same(plain, tmp_path, fmt):
    """As .ods, .xls and .xlsx, with unseen characters in all texts and without."""
    libreoffice.require()
    content, _ = plain
    results = []
    # xlrd counts letters beyond U+FFFF once where .xls counts them twice: no formula's result may hold one
    without = TAGS if fmt == "xls" else ""
    for name, data in (("polos", content), ("tabur", strew_workbook(content, Random(11), without=without))):
        source = tmp_path / name / "a.xlsx"
        source.parent.mkdir()
        source.write_bytes(data)
        results.append(result(office(), libreoffice.convert(source, fmt, tmp_path / name / "hasil")))
    (tables, said), (_, expected) = results[0], plain[1]
    assert results[1] == results[0]
    assert len(tables[2]) == 8
    assert {each[0] for each in said} >= {each[0] for each in expected}


# Readers ----------------------------------------------------------------------------------------


def xlsx(*texts):
    """An .xlsx with these texts below each other in its first column."""
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c></row>'
        for n, text in enumerate(texts, 1)
    )
    return make_xlsx(make_cell_sheet("").replace('<row r="1"></row>', cells))


def odf(*texts):
    """The same as .ods."""
    rows = "".join(
        '<table:table-row><table:table-cell office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell></table:table-row>"
        for text in texts
    )
    return zip_parts(make_ods_parts(f'<table:table table:name="L1">{rows}</table:table>'))


def old(*texts):
    """The same as .xls."""
    return biff.xls({"L1": b"".join(biff.text(row, 0, text) for row, text in enumerate(texts))})


@pytest.mark.parametrize("made", [xlsx, odf, old])
def test_every_format_gives_cells_as_they_are_seen(made):
    """What is not seen is gone, a cell of nothing else is blank, and emoji are whole."""
    content = made("1\u200b2", "\u202aDo\u00adkumen\u202c", "\u200b\ufeff", "❤\ufe0f baik")
    (sheet,) = read_workbook(content, ".xlsx", Limits()).sheets
    assert dict(sheet.cells) == {(0, 0): Cell("12"), (1, 0): Cell("Dokumen"), (3, 0): Cell("❤️ baik")}


def test_a_formula_that_shows_nothing_was_calculated_all_the_same():
    """Its result is an empty text, not a result that the file lacks."""
    (sheet,) = read_workbook(
        make_xlsx(make_cell_sheet('<c r="A1" t="str"><f>UNICHAR(8203)</f><v>\u200b</v></c>')),
        ".xlsx",
        Limits(),
    ).sheets
    assert sheet.cells[0, 0] == Cell("", formula="=UNICHAR(8203)")


# The catalogue ----------------------------------------------------------------------------------


@settings(max_examples=25, **SLOW)
@given(katalogs(), SEEDS, st.booleans())
def test_any_catalogue_reads_the_same_with_unseen_characters_in_all_its_texts(katalog, seed, inline):
    """Ids, references to them, lists, NIP, titles and labels; its fingerprint and forms are the same too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "katalog.xlsx"
        path.write_bytes(strew_workbook(katalog_xlsx(katalog), Random(seed), inline=inline))
        again = read_katalog(path)
    assert again == katalog
    assert again.fingerprint == katalog.fingerprint


@given(SEEDS)
def test_a_fingerprint_does_not_depend_on_what_nobody_sees(seed):
    """Nor does the key of the office, even where a catalogue was not read from a workbook."""
    own = office()
    random = Random(seed)
    other = office(nama=strewn("Dinas Uji", random), pemda=strewn("Kabupaten Uji", random))
    assert (other.kantor_key, other.fingerprint) == (own.kantor_key, own.fingerprint)


@pytest.fixture
def katalog_file(tmp_path):
    """Return a function that writes the office's catalogue after a change by openpyxl."""

    def write(change):
        path = tmp_path / "katalog.xlsx"
        path.write_bytes(katalog_xlsx(office()))
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)
        return path

    return write


def test_names_of_sheets_are_compared_as_they_are_seen(katalog_file):
    """A sheet that bears its name with something unseen is still that sheet."""

    def rename(book):
        for sheet in book:
            sheet.title = f"\u200b{sheet.title}\u202c"

    assert read_katalog(katalog_file(rename)) == office()


def test_two_sheets_that_look_alike_are_refused(katalog_file):
    """Nobody can say which of them counts, so it is said and nothing is guessed."""
    path = katalog_file(lambda book: book.create_sheet("Indikator\u200b"))
    with pytest.raises(CatalogError, match="dua lembar yang tampak bernama sama, “Indikator”"):
        read_katalog(path)


# Documents --------------------------------------------------------------------------------------


def test_a_text_gives_the_same_forms_with_unseen_characters_all_over_it(tmp_path):
    """Titles, labels, list marks and words are known by what is seen; nothing unseen stays in any field."""
    text = (DOCUMENTS / "iki-kecamatan-poncokusumo-2022.txt").read_text(encoding="utf-8")
    path = tmp_path / "dokumen.txt"
    path.write_text(strewn(text, Random(5), share=0.05), encoding="utf-8")
    plain = DOCUMENTS / "iki-kecamatan-poncokusumo-2022.txt"
    assert read_iki_forms(read_text(path)) == read_iki_forms(read_text(plain))


def test_a_word_document_full_of_soft_hyphens_gives_whole_words():
    """Satuan are found by them, and the catalogue keeps none."""
    document_content = read_document(CASES.parent / "impor" / "33-soft-hyphen.docx", lambda _done, _all: None)
    made = build_katalog([document_content], 2026).katalog
    texts = [text for item in made.indikator for text in (item.sasaran, item.indikator, item.formulasi)]
    assert [item.satuan for item in made.indikator][:2] == ["Berkas", "Persentase"]
    assert "Jumlah arsip yang ditata" in texts
    assert all(bare(text) == text for text in texts)


# Files that failed ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def right_katalog():
    """The catalogue of the small office in which the failures were seen."""
    return read_katalog(CASES / "00-katalog-benar.xlsx")


def test_the_return_with_unseen_characters_is_read(right_katalog):
    """Six figures, a satuan, a tipe and the NIP, with peringatan at most; "1 250" is no number, as before."""
    merged, found = receive_returns(right_katalog, CASES / "04-huruf-tak-tampak.xlsx", bulan=6)
    cells = dict(zip(merged.realisasi["sel"], merged.realisasi["realisasi"], strict=True))
    expected = {"O8": 12, "P8": 15, "Q8": 18, "O9": 7, "O10": 2, "Q10": 3}
    assert {address: cells.get(address) for address in expected} == expected
    rows = merged.rows.set_index("id_indikator")
    assert (rows.loc["J07-03", "satuan"], rows.loc["J07-03", "tipe_perhitungan"]) == ("Dokumen", "Kumulatif")
    assert set(rows["nip"]) == {"196803282001081007"}
    assert list_codes(found) == [
        ("N15", "P10"),
        *(("N01", address) for address in ("O8", "P8", "Q8", "O9", "O10", "Q10")),
    ]
    assert (
        len(cells)
        == len(receive_returns(right_katalog, CASES / "00-dasar-benar.xlsx", bulan=6)[0].realisasi) + 6
    )


@pytest.mark.parametrize("name", ["05-katalog-huruf-tak-tampak", "05b-katalog-satuan-tak-tampak"])
def test_the_catalogues_with_unseen_characters_read_like_the_plain_one(right_katalog, name):
    """Ids, references, NIP, satuan, tipe, arah, the office's name: not one finding, the same fingerprint."""
    again = read_katalog(CASES / f"{name}.xlsx")
    assert again == right_katalog
    assert again.fingerprint == right_katalog.fingerprint
