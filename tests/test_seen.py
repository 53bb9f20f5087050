"""What a person sees in a returned sheet is what counts: whole returns, up to the copies to mend."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import libreoffice
import pytest
from filled import (
    NIP,
    NIP_ANI,
    enter_person,
    find_form,
    list_codes,
    list_figures,
    make_katalog,
    receive_returns,
    write_return,
)
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from iki_xl.corrections.marked import make_perbaikan_copies
from iki_xl.pipeline import load_katalog
from iki_xl.readers.book import Cell, Limits
from iki_xl.readers.workbook import read_workbook
from iki_xl.typed import read_number

CASES = Path(__file__).parent / "cases" / "laporan"
STRUCK, RAISED = InlineFont(strike=True), InlineFont(vertAlign="superscript")
JAN, FEB, MAR = (f"realisasi_0{n}" for n in (1, 2, 3))
PERSON = enter_person("Sari", NIP_ANI)


@pytest.fixture(scope="module")
def office():
    return load_katalog(CASES / "00-katalog-benar.xlsx")


def collected(office, path):
    """Figures by (indikator, month) and findings by cell: [(code, what was found)]."""
    merged, found = receive_returns(office, path)
    figures = {(row[0], row[1]): row[2] for row in list_figures(merged)}
    said = {}
    for t in found:
        said.setdefault(t.cell, []).append((t.code, t.value))
    return figures, said


def saved_as(case, fmt, tmp_path, **how):
    """The case itself, or as LibreOffice saves it."""
    path = CASES / case
    return path if fmt == "asal" else libreoffice.convert(path, fmt, tmp_path, **how)


FORMATS = ["asal", *(pytest.param(fmt, marks=pytest.mark.lambat) for fmt in ("xlsx", "ods", "xls"))]


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("case", ["01-angka-dicoret-dan-pangkat.xlsx", "01b-angka-dicoret-libreoffice.xlsx"])
def test_struck_out_and_raised_figures(office, case, fmt, tmp_path):
    """12 with a note mark is no figure; 55 struck out beside 77 is 77; the struck parts are named."""
    if fmt != "asal":
        libreoffice.require()
    figures, said = collected(office, saved_as(case, fmt, tmp_path))
    assert ("J07-01", 4) not in figures
    assert said["O8"] == [("N25", "12¹")]
    assert figures["J07-01", 5] == 77.0
    assert said["P8"] == [("N01", "77"), ("N24", "55")]
    assert figures["J07-02", 4] == 17.0
    assert said["O9"] == [("N01", "17"), ("N24", "15")]
    assert not {121.0, 5577.0, 1517.0} & set(figures.values())
    assert "E8" not in said  # a word half in bold


def test_a_copy_to_mend_does_not_bring_back_what_was_struck_out(office, tmp_path):
    """The copy of such a return gives the same figures, and its raised number is still none."""
    merged, found = receive_returns(office, CASES / "01-angka-dicoret-dan-pangkat.xlsx")
    ((name, content),) = make_perbaikan_copies(office, merged, found)
    copy = tmp_path / name
    copy.write_bytes(content)
    figures, said = collected(office, copy)
    assert figures == collected(office, CASES / "01-angka-dicoret-dan-pangkat.xlsx")[0]
    assert said["O8"] == [("N15", "12¹")]


@pytest.mark.parametrize("fmt", FORMATS)
def test_lengths_of_time(office, fmt, tmp_path):
    """300:00 in a number cell is a galat that shows it so; in a text cell it is the text."""
    if fmt != "asal":
        libreoffice.require()
    merged, found = receive_returns(office, saved_as("19-durasi.xlsx", fmt, tmp_path))
    (wrong,) = (t for t in found if t.code[0] == "N")
    assert (wrong.code, wrong.cell, wrong.value, wrong.level.value) == ("N13", "O8", "300:00", "galat")
    assert "lama waktu (300:00)" in wrong.message
    assert not any("day" in t.message + t.value for t in found)
    row = next(row for row in merged.rows.to_dict("records") if row["id_indikator"] == "J07-01")
    assert row["bukti_dukung"] == "300:00"


def test_results_of_formulas_in_xlsx(office):
    """The .xlsx original holds its results, texts too: each counts as what it shows."""
    figures, said = collected(office, CASES / "09b-rumus-teks-asal.xlsx")
    assert ("J07-01", 4) not in figures
    assert (figures["J07-01", 5], figures["J07-02", 4], figures["J07-03", 4]) == (0.0, 18.0, 4.0)
    assert [code for code, _ in said["P8"]] == ["N06", "N17"]


@pytest.mark.lambat
def test_results_of_formulas_in_an_xls_of_libreoffice(office, tmp_path):
    """Where LibreOffice stored 0 for a text, there is no figure and a galat; true results count."""
    libreoffice.require()
    path = saved_as("09b-rumus-teks-asal.xlsx", "xls", tmp_path, recalculated=False)
    figures, said = collected(office, path)
    assert not {("J07-01", 4), ("J07-01", 5), ("J07-03", 4)} & figures.keys()
    assert figures["J07-02", 4] == 18.0
    assert [said[at][0][0] for at in ("P8", "O10", "AD8")] == ["N18", "N18", "N18"]
    assert {code for texts in said.values() for code, _ in texts} <= {"N18", "N17", "N07", "B21", "S03"}


@pytest.mark.parametrize("number", [1, 2])
def test_a_literal_percent_sign_in_a_catalogue(number):
    """A target of 85 that shows 85% by its format is the number 85, and no percentage."""
    content = (CASES / f"03-katalog-persen-harfiah-{number}.xlsx").read_bytes()
    book = read_workbook(content, ".xlsx", Limits())
    sheet = next(sheet for sheet in book.sheets if sheet.nama == "Indikator")
    (target,) = (
        cell
        for (row, _), cell in sheet.cells.items()
        if cell.value == 85.0 and sheet.cells[row, 0] == Cell("J01-01")
    )
    assert not target.percent


# Returns of our own


def numbers_and_codes(path):
    merged, found = receive_returns(make_katalog(), path)
    return list_figures(merged), [pair for pair in list_codes(found) if pair[0][0] != "S"]


def test_entries_with_runs(tmp_path):
    """Number, NIP, satuan and text cells: struck parts are left out, a raised part stops a number alone."""
    entries = {
        **enter_person(
            CellRichText(TextBlock(STRUCK, "Sarah "), "Sari"),
            CellRichText(NIP_ANI[:17], TextBlock(RAISED, "2")),
        ),
        ("J03-01", JAN): CellRichText(TextBlock(STRUCK, "5"), "7"),
        ("J03-01", FEB): CellRichText("7", TextBlock(RAISED, "2")),
        ("J03-01", MAR): CellRichText(TextBlock(STRUCK, "9")),
        ("J03-01", "satuan"): CellRichText(TextBlock(STRUCK, "Orang"), "Data"),
        ("J03-01", "tipe_perhitungan"): "Kumulatif",
        ("J03-01", "target"): 20,
        ("J03-01", "kendala"): CellRichText("luas 5 m", TextBlock(RAISED, "2"), TextBlock(STRUCK, " saja")),
    }
    merged, found = receive_returns(
        make_katalog(), write_return(tmp_path / "a.xlsx", make_katalog(), {"J03": entries})
    )
    assert list_figures(merged) == [("J03-01", 1, 7.0)]
    form = find_form(make_katalog(), "J03").layout
    at = {key: form.address("J03-01", key) for key in (JAN, FEB, MAR, "satuan", "kendala")}
    said = {(t.code, t.cell, t.value) for t in found if t.code[0] == "N"}
    assert said == {
        ("N24", form.address("#nama", NIP[1]), "Sarah"),
        ("N25", form.address(*NIP), NIP_ANI[:17] + "²"),
        ("N01", at[JAN], "7"),
        ("N24", at[JAN], "5"),
        ("N25", at[FEB], "7²"),
        ("N24", at[MAR], "9"),
        ("N24", at["satuan"], "Orang"),
        ("N24", at["kendala"], "saja"),
    }
    (sheet,) = merged.sheet
    assert sheet.nama_pegawai == "Sari"
    assert sheet.content["J03-01", MAR] == Cell(struck="9")
    assert sheet.content["J03-01", FEB] == Cell("72", raised="7²")
    row = next(row for row in merged.rows.to_dict("records") if row["id_indikator"] == "J03-01")
    assert (row["satuan"], row["kendala"]) == ("Data", "luas 5 m2")


def test_figures_struck_out_by_their_cells_font(tmp_path):
    """Numbers, a percentage, a formula: shown struck out they are blank, each with its finding."""
    entries = {
        **PERSON,
        ("J02-01", JAN): 5,
        ("J02-01", FEB): 6,
        ("J02-01", MAR): "=1+1",
        ("J02-02", JAN): 0.5,
    }
    layout = find_form(make_katalog(), "J02").layout
    cells = [layout.address(*cell_key) for cell_key in (("J02-01", FEB), ("J02-01", MAR), ("J02-02", JAN))]

    def strike(book):
        for at in cells:
            book[find_form(make_katalog(), "J02").sheet_name][at].font = Font(strike=True)

    path = write_return(
        tmp_path / "a.xlsx",
        make_katalog(),
        {"J02": entries},
        number_format={("J02-02", JAN): "0%"},
        change=strike,
    )
    merged, found = receive_returns(make_katalog(), path)
    assert list_figures(merged) == [("J02-01", 1, 5.0)]
    said = {t.cell: (t.code, t.value) for t in found if t.code[0] == "N"}
    assert said == {cells[0]: ("N24", "6"), cells[1]: ("N18", "=1+1"), cells[2]: ("N24", "50%")}
    assert merged.rows["tidak_sah"].tolist()[1:] == [(), ()]


def strike_row(row_id):
    """Strike out a whole row of the form, with its hidden id."""

    def change(book):
        sheet = book[find_form(make_katalog(), "J02").sheet_name]
        for cell in sheet[find_form(make_katalog(), "J02").layout.row(row_id) + 1]:
            cell.font = Font(strike=True)

    return change


def test_a_row_that_is_struck_out(tmp_path):
    """Its entries are blank, its locked texts are named with what counts; the row is known by its id."""
    entries = {**PERSON, ("J02-01", JAN): 5, ("J02-02", JAN): 6}
    path = write_return(tmp_path / "a.xlsx", make_katalog(), {"J02": entries}, change=strike_row("J02-01"))
    merged, found = receive_returns(make_katalog(), path)
    assert list_figures(merged) == [("J02-02", 1, 6.0)]
    address = find_form(make_katalog(), "J02").layout.address
    said = {(t.code, t.cell, t.value) for t in found if t.id_indikator == "J02-01"}
    assert ("N24", address("J02-01", JAN), "5") in said
    assert ("N26", address("J02-01", "indikator"), "Jumlah laporan") in said
    assert {code for code, _, _ in said} == {"N24", "N26"}
    assert not {"B09", "B10", "B16"} & {t.code for t in found}


def test_a_sheet_with_nothing_but_struck_out_entries_is_blank(tmp_path):
    """It is no return; what was struck out is named."""
    path = write_return(
        tmp_path / "a.xlsx", make_katalog(), {"J02": {("J02-01", JAN): CellRichText(TextBlock(STRUCK, "5"))}}
    )
    merged, found = receive_returns(make_katalog(), path)
    assert list_figures(merged) == []
    assert sorted(t.code for t in found) == ["B14", "N24"]


MOMENTS = (
    (datetime(2026, 7, 1), "01/07/2026", "tanggal"),  # noqa: DTZ001 - as a workbook has it
    (datetime(2026, 7, 1, 14, 30), "01/07/2026 14:30", "tanggal"),  # noqa: DTZ001 - the same
    (time(14, 30), "14:30", "jam"),
    (time(14, 30, 5), "14:30:05", "jam"),
    (timedelta(hours=300), "300:00", "lama waktu"),
    (timedelta(minutes=-90), "-1:30", "lama waktu"),
    (timedelta(hours=1, seconds=7), "1:00:07", "lama waktu"),
)


@pytest.mark.parametrize(("value", "seen", "kind"), MOMENTS)
def test_moments_are_told_as_they_look(value, seen, kind):
    """Days, times of day and lengths of time are none of them numbers, and each is called what it is."""
    cell = Cell(value)
    assert cell.render_text() == seen
    (note,) = read_number(cell, "").notes
    assert (note.code, note.content["jenis"]) == ("N13", kind)


@pytest.mark.parametrize("typed", ["12¹", "12₁", "¹²", "12^1", "1²"])
def test_small_digits_are_no_digits(typed):
    """Digits that are raised as letters of their own never join a number."""
    read = read_number(Cell(typed), "")
    assert (read.value, [note.code for note in read.notes]) == (None, ["N15"])
