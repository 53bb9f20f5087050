# ruff: noqa: DTZ001 - a cell holds moments without a time zone
"""What is typed into katalog.xlsx is read as in a returned workbook, and nothing in it is guessed."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from catalogs import INDIKATOR, KATALOG, Edit, with_parts
from hypothesis import given, settings
from hypothesis import strategies as st

from iki_xl.catalog import katalog_xlsx, read_katalog
from iki_xl.errors import CatalogMistakesError
from iki_xl.readers.book import Limits
from iki_xl.readers.workbook import read_workbook
from iki_xl.typed import LARGEST_NUMBER, read_number

NBSP = "\u00a0"
PERCENT, PLAIN = 1, 0  # rows of J03-01 (Persentase) and J02-01 (Laporan)


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    return Edit(tmp_path)


def typed(edit: Edit, row: int, value: object, number_format: str = "General") -> None:
    """Type the yearly target of an indikator."""
    cell = edit.workbook["Indikator"].cell(row + 2, 11)
    cell.value, cell.number_format = value, number_format


@pytest.mark.parametrize(
    ("row", "value", "number_format", "target", "codes"),
    [
        (PLAIN, 12, "General", 12, []),
        (PLAIN, 1250.5, "#,##0.00", 1250.5, []),
        (PLAIN, "12", "@", 12, ["N01"]),
        (PLAIN, f"{NBSP}12 ", "@", 12, ["N01"]),
        (PLAIN, None, "General", None, []),
        (PLAIN, "  ", "General", None, []),
        (PERCENT, 0.85, "0%", 85, []),
        (PERCENT, 0.57, "0.00%", 57, []),
        (PERCENT, 85, '0"%"', 85, []),
        (PERCENT, 85, "0\\%", 85, []),
        (PERCENT, 0.85, "General", 0.85, ["N09"]),
        (PERCENT, 1, "General", 1, ["N09"]),
        (PERCENT, 100, "General", 100, []),
    ],
)
def test_clear_targets_are_read_and_what_is_doubtful_in_them_is_said(
    edit: Edit, row, value, number_format, target, codes
):
    """The lines of the table that are a value with a warning at most."""
    typed(edit, row, value, number_format)
    read = edit.read()
    assert read.indikator[row].target == target
    assert [f.code for f in read.remarks] == codes


@pytest.mark.parametrize(
    ("row", "value", "number_format", "code", "words"),
    [
        (PLAIN, "1.250", "@", "K29", "dapat berarti 1250 atau 1,25"),
        (PLAIN, "1,250", "@", "K29", "dapat berarti 1,25 atau 1250"),
        (PLAIN, "1.250,5", "@", "K14", "Ketik ulang sebagai angka: 1250,5."),
        (PLAIN, "1.250.000", "@", "K14", "Ketik ulang sebagai angka: 1250000."),
        (PLAIN, "3.5", "@", "K14", "Ketik ulang sebagai angka: 3,5."),
        (PLAIN, "Rp 1.500.000", "@", "K14", "Ketik ulang sebagai angka: 1500000."),
        (PLAIN, "12 laporan", "@", "K14", "Ketik ulang sebagai angka: 12."),
        (PERCENT, "85%", "@", "K14", "Ketik ulang sebagai angka: 85."),
        (PERCENT, "85 persen", "@", "K14", "Ketik ulang sebagai angka: 85."),
        (PLAIN, "nihil", "@", "K14", "Ketik 0 bila memang nihil"),
        (PLAIN, "belum", "@", "K14", "Kosongkan sel bila belum ada."),
        (PLAIN, "banyak", "@", "K14", "Ketik angkanya saja"),
        (PLAIN, True, "General", "K14", "“TRUE” bukan angka"),
        (PLAIN, date(2026, 2, 1), "dd/mm/yyyy", "K14", "Ubah dahulu format sel menjadi Umum (General)."),
        (PLAIN, "=1+1", "General", "K18", "hasilnya tidak tersimpan"),
        (PLAIN, "#REF!", "General", "K16", "galat Excel #REF!"),
        (PLAIN, -3, "General", "K14", "“-3” bukan angka yang sah"),
        (PLAIN, "-3", "@", "K14", "“-3” bukan angka yang sah"),
        (PLAIN, 2e15, "General", "K14", "bukan angka yang sah"),
        (PLAIN, 0.85, "0%", "K14", "Selnya berformat persen, padahal satuannya Laporan"),
        (PERCENT, 150, "General", "K32", "Target tahunan 150 persen lebih dari 100."),
        (PERCENT, 1.5, "0%", "K32", "Target tahunan 150 persen lebih dari 100."),
    ],
)
def test_what_would_be_a_guess_is_a_mistake_that_says_what_to_type(
    edit: Edit, row, value, number_format, code, words
):
    """One finding at the cell; the reading that a return would get stands in it."""
    typed(edit, row, value, number_format)
    (finding,) = edit.findings()
    assert (finding.code, finding.level, finding.cell) == (code, "galat", f"K{row + 2}")
    assert words in f"{finding.message} {finding.remedy}"


def test_a_percent_format_without_satuan_is_a_mistake(edit: Edit):
    """85% may be 85 or 0.85 until somebody chooses the satuan."""
    edit.put("Indikator", "F2", None)
    typed(edit, PLAIN, 0.85, "0%")
    (finding,) = edit.findings()
    assert "satuannya kosong: pilih satuan Persentase" in finding.remedy


def test_an_office_may_allow_percentages_beyond_100(edit: Edit):
    """Its own setting decides, for sub-periods as well."""
    typed(edit, PERCENT, 150)
    edit.put("Indikator", "L3", 130)
    assert [f.cell for f in edit.findings()] == ["K3", "L3"]
    edit.put("Referensi", "J3", "Ya")
    read = edit.read()
    assert (read.indikator[PERCENT].target, read.indikator[PERCENT].period_targets[0]) == (150, 130)


def test_bounds_in_percent_may_be_formatted_so(edit: Edit):
    """91% as a bound of the skala is 91, and 0.91 is asked about."""
    sheet = edit.workbook["Referensi"]
    sheet["F2"], sheet["J2"] = 0.91, 1.2
    sheet["F2"].number_format = sheet["J2"].number_format = "0%"
    read = edit.read()
    assert (read.referensi.skala[0].threshold, read.referensi.capaian_cap) == (91, 120)
    assert read.remarks == ()


def test_formulas_with_results_are_one_remark_a_column(tmp_path: Path):
    """The office computes its targets: their stored results count, and one line says so."""
    path = tmp_path / "katalog.xlsx"
    content = katalog_xlsx(KATALOG)
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book["Indikator"]
    for row, column in ((2, "K"), (3, "K"), (3, "L")):
        sheet[f"{column}{row}"] = f"=6*{row}"
    book.save(path)
    with pytest.raises(CatalogMistakesError) as caught:
        read_katalog(path)
    assert [(f.code, f.cell) for f in caught.value.findings] == [("K18", "K2"), ("K18", "K3"), ("K18", "L3")]
    path.write_bytes(with_results(path.read_bytes(), {"K2": "12", "K3": "18", "L3": "18"}))
    read = read_katalog(path)
    assert [i.target for i in read.indikator] == [12, 18]
    assert [(f.code, f.cell, f.message) for f in read.remarks] == [
        ("K31", "K2", "Target tahunan berisi rumus di 2 sel (K2 sampai K3); yang dipakai hasilnya."),
        ("K31", "L3", "TW I berisi rumus di 1 sel (L3); yang dipakai hasilnya."),
    ]


def with_results(content: bytes, results: dict[str, str]) -> bytes:
    """Return a workbook whose formulas in Indikator have these results stored."""

    def change(name: str, part: bytes) -> bytes:
        text = part.decode()
        for cell, result in results.items() if name == INDIKATOR else ():
            formula = re.compile(rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v ?(?:/>|></v>)')
            text = formula.sub(rf"\g<1><v>{result}</v>", text)
        return text.encode()

    return with_parts(content, change)


# The same cell in a return ------------------------------------------------------------------------

_TEXTS = st.one_of(
    st.sampled_from(["12", " 7 ", "007", "+5", "-5", "1.250", "1,250", "1.250,5", "3.5", "1.000.000"]),
    st.sampled_from(["Rp 500", "12 desa", "85%", "85 persen", "0,5", "nihil", "-", "n/a", "12.", "1e5"]),
    st.from_regex(r"[0-9]{1,4}([.,][0-9]{1,3}){0,3}", fullmatch=True),
)
_NUMBERS = st.one_of(
    st.integers(-10, 2_000),
    st.floats(0, 1),
    st.floats(-1e16, 1e16, allow_nan=False),
    st.sampled_from([1e15, 0.85]),
)
_OTHERS = st.sampled_from([True, date(2026, 2, 1), datetime(2026, 2, 1, 8), time(8), timedelta(hours=30)])
_FORMATS = st.sampled_from(["General", "0%", "0.0%", '0"%"', "0\\%", "#,##0", "@", "0.00"])
_SATUAN = st.sampled_from(["Persentase", "%", "Desa", "Rupiah", None])
_CELLS = st.tuples(st.one_of(_TEXTS, _NUMBERS, _OTHERS), _FORMATS, _SATUAN)
_ROWS = 10
_EMPTY = replace(KATALOG.indikator[0], target=None)
_BASE = katalog_xlsx(
    replace(KATALOG, indikator=tuple(replace(_EMPTY, id=f"J02-{at:02d}") for at in range(_ROWS)))
)


@settings(max_examples=15)
@given(st.lists(_CELLS, min_size=_ROWS, max_size=_ROWS))
def test_every_target_is_read_as_a_return_would_be_or_refused(cells):
    """A value and a warning of a stored text or a small percentage: the same value. All else is refused."""
    book = openpyxl.load_workbook(BytesIO(_BASE))
    sheet = book["Indikator"]
    for at, (value, number_format, satuan) in enumerate(cells, start=2):
        sheet.cell(at, 6, satuan)
        sheet.cell(at, 11, value).number_format = number_format
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "katalog.xlsx"
        book.save(path)
        seen = read_workbook(path.read_bytes(), ".xlsx", Limits()).sheets[3].cells
        expected = [target(seen[at, 10], cells[at - 1][2]) for at in range(1, _ROWS + 1)]
        refused = {f"K{at}" for at, (accepted, _) in enumerate(expected, start=2) if not accepted}
        assert mistakes(path) == refused
        for address in refused:
            sheet[address] = None
        book.save(path)
        assert [i.target for i in read_katalog(path).indikator] == [value for _, value in expected]


def target(cell, satuan):
    """Return whether a catalogue takes a cell, and the value that a return would give it then."""
    percent = satuan in {"Persentase", "%"}
    read = read_number(cell, "Persentase" if percent else satuan or "")
    value = read.value
    clear = {note.code for note in read.notes} <= {"N01", "N09", "N17"}
    if not clear or not 0 <= value <= LARGEST_NUMBER or (percent and value > 100):
        return False, None
    return True, value


def mistakes(path: Path) -> set[str]:
    try:
        read_katalog(path)
    except CatalogMistakesError as exc:
        return {f.cell for f in exc.findings if f.level == "galat"}
    return set()
