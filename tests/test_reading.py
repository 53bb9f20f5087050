# ruff: noqa: DTZ001 - a cell holds moments without a time zone
"""What people type becomes what spec section 5 says, line by line, and every line that should speak does."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iki_xl.catalog import Referensi
from iki_xl.collect.schema import build_figures_schema, build_listed_schema, build_reporters_schema
from iki_xl.comparable import visible
from iki_xl.frames import find_failures
from iki_xl.nip import explain_invalid_nip, tidy_nip
from iki_xl.readers.book import Cell
from iki_xl.typed import read_cell_text, read_nip, read_number

NBSP, NARROW = "\u00a0", "\u202f"
PNS, PPPK = "198502022010012002", "199003032024211003"


def read_number_cell(content, satuan="", **seen):
    """Return (value, codes) of a number cell."""
    read = read_number(Cell(content, **seen), satuan)
    return read.value, [note.code for note in read.notes]


def nip(content, **seen):
    """Return (value, codes) of a NIP cell."""
    read = read_nip(Cell(content, **seen))
    return read.value, [note.code for note in read.notes]


@pytest.mark.parametrize("number", [0.0, 1.0, 12.0, 0.125, 1250.5, 999999999999999.0, 0.1 + 0.2, 1e-9])
def test_a_number_is_itself_and_nothing_is_said(number):
    """First line of the table; any satuan but Persentase, whose small numbers are asked about."""
    assert read_number_cell(number, "Desa") == (number, [])
    assert read_number_cell(number) == (number, [])


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        # stored as text
        ("12", 12.0, "N01"),
        (" 12 ", 12.0, "N01"),
        (f"{NBSP}12{NBSP}", 12.0, "N01"),
        (f"{NARROW}12", 12.0, "N01"),
        ("\t12\r\n", 12.0, "N01"),
        ("0", 0.0, "N01"),
        ("007", 7.0, "N01"),
        ("+5", 5.0, "N01"),
        # what nobody sees; digits of another width look the same
        ("1\u200b2", 12.0, "N01"),
        ("\u202a12\u202c", 12.0, "N01"),
        ("\ufeff12\u00ad", 12.0, "N01"),
        ("１２", 12.0, "N01"),
        ("\u2010\u200b", None, "N07"),
        # both separators: the last is the decimal one
        ("1.250,5", 1250.5, "N02"),
        ("1,250.5", 1250.5, "N02"),
        ("1.250.000,75", 1250000.75, "N02"),
        ("1,250,000.75", 1250000.75, "N02"),
        ("12.500,00", 12500.0, "N02"),
        # comma only
        ("1,5", 1.5, "N02"),
        ("0,125", 0.125, "N02"),
        ("12,50", 12.5, "N02"),
        ("1250,500", 1250.5, "N02"),
        # groups of three, two or more
        ("1.250.000", 1250000.0, "N02"),
        ("1,250,000", 1250000.0, "N02"),
        ("1.000.000.000", 1e9, "N02"),
        # one point
        ("3.5", 3.5, "N02"),
        ("0.125", 0.125, "N02"),
        ("1250.500", 1250.5, "N02"),
        # one group of three is ambiguous
        ("1.250", 1250.0, "N03"),
        ("1,250", 1.25, "N03"),
        ("999.999", 999999.0, "N03"),
        # Rupiah
        ("Rp 1.500.000", 1500000.0, "N04"),
        ("Rp1.500.000", 1500000.0, "N04"),
        ("Rp 1.500.000,-", 1500000.0, "N04"),
        ("Rp. 2.500,50", 2500.5, "N04"),
        (f"Rp.{NBSP}2.500.000,00", 2500000.0, "N04"),
        ("IDR 750", 750.0, "N04"),
        ("Rp 1.500", 1500.0, "N03"),
        # words for zero
        ("nihil", 0.0, "N06"),
        ("Nihil ", 0.0, "N06"),
        ("NOL", 0.0, "N06"),
        # words for nothing yet
        ("-", None, "N07"),
        ("--", None, "N07"),
        ("–", None, "N07"),
        ("−", None, "N07"),
        ("n/a", None, "N07"),
        ("N/A", None, "N07"),
        ("belum", None, "N07"),
        ("...", None, "N07"),
        ("…", None, "N07"),
        ("", None, "N07"),
        ("   ", None, "N07"),
        (NBSP, None, "N07"),
        # negative texts are numbers; the schema refuses them
        ("-5", -5.0, "N01"),
        ("−5", -5.0, "N01"),
        ("-1.250", -1250.0, "N03"),
        # texts that hold no number
        ("1.25,5", None, "N15"),
        ("1,25.5", None, "N15"),
        ("1.250.00", None, "N15"),
        ("1.2.3", None, "N15"),
        ("0.250.000", None, "N15"),
        ("1250.000,5", None, "N15"),
        ("12.", None, "N15"),
        (",5", None, "N15"),
        ("1e5", None, "N15"),
        ("1E5", None, "N15"),
        ("١٢", None, "N15"),
        ("1_000", None, "N15"),
        ("0x10", None, "N15"),
        ("½", None, "N15"),
        ("inf", None, "N15"),
        ("-inf", None, "N15"),
        ("nan", None, "N15"),
        ("Infinity", None, "N15"),
        ("1 250", None, "N15"),
        (f"1{NBSP}250", None, "N15"),
        ("1/2", None, "N15"),
        ("10-12", None, "N15"),
        ("belum ada", None, "N15"),
        ("sudah selesai", None, "N15"),
        ("±12", None, "N15"),
        ("Rp", None, "N15"),
        ("Rp seribu", None, "N15"),
        ("12 desa", None, "N15"),
        ("#REF!", None, "N15"),
        ("12²", None, "N15"),
    ],
)
def test_a_text_in_a_number_cell_becomes_what_the_table_says(text, value, code):
    """Without a satuan; a number that is meant is read, anything else is blank, and always said."""
    assert read_number_cell(text) == (value, [code])


@pytest.mark.parametrize(
    ("text", "satuan", "value", "code"),
    [
        ("12 desa", "Desa", 12.0, "N05"),
        ("12 Desa", "desa", 12.0, "N05"),
        ("12desa", "Desa", 12.0, "N05"),
        (f"12{NBSP}desa", "Desa", 12.0, "N05"),
        ("1.250 desa", "Desa", 1250.0, "N03"),
        ("1,5 Sub  kegiatan", "Sub kegiatan", 1.5, "N05"),
        ("12 desa", "Laporan", None, "N15"),
        ("12 desa terpencil", "Desa", None, "N15"),
        ("desa 12", "Desa", None, "N15"),
        ("12 desa", "", None, "N15"),
        ("85%", "Persentase", 85.0, "N08"),
        ("85 %", "Persentase", 85.0, "N08"),
        ("85,5%", "Persentase", 85.5, "N08"),
        ("85 persen", "Persentase", 85.0, "N08"),
        ("85 Persentase", "Persentase", 85.0, "N08"),
        ("0,85%", "Persentase", 0.85, "N08"),
        ("85%", "Desa", None, "N15"),
        ("85%", "", None, "N15"),
    ],
)
def test_a_number_with_its_satuan_is_read_only_when_the_satuan_is_the_rows(text, satuan, value, code):
    """ "12 desa" counts in a row of Desa and nowhere else."""
    assert read_number_cell(text, satuan) == (value, [code])


@pytest.mark.parametrize(
    ("text", "read", "other"),
    [("1.250", "1250", "1,25"), ("1,250", "1,25", "1250"), ("100.005", "100005", "100,005")],
)
def test_an_ambiguous_number_names_both_readings(text, read, other):
    """One group of three may be thousands or decimals."""
    (note,) = read_number(Cell(text), "").notes
    assert (note.code, dict(note.content)) == ("N03", {"dibaca": read, "lain": other})


@pytest.mark.parametrize(
    ("content", "percent_format", "value", "codes"),
    [
        (0.85, True, 85.0, []),
        (0.07, True, 7.0, []),
        (0.285, True, 28.5, []),
        (1.0, True, 100.0, []),
        (1.2, True, 120.0, []),
        (85.0, False, 85.0, []),
        (1.5, False, 1.5, []),
        (0.0, False, 0.0, []),
        (0.85, False, 0.85, ["N09"]),
        (1.0, False, 1.0, ["N09"]),
        ("0,85", False, 0.85, ["N02", "N09"]),
        ("1", False, 1.0, ["N01", "N09"]),
    ],
)
def test_percentages(content, percent_format, value, codes):
    """Only a cell formatted as % is multiplied, exactly; a small plain number is kept and asked about."""
    assert read_number_cell(content, "Persentase", percent=percent_format) == (value, codes)


def test_a_fraction_of_persentase_is_told_what_to_type():
    """0.85 is kept, and 85 is offered."""
    (note,) = read_number(Cell(0.85), "Persentase").notes
    assert dict(note.content) == {"persen": "85"}


def test_a_percent_format_on_another_satuan_is_taken_as_stored_and_said():
    """The spec is silent here; nothing is multiplied, and both readings are named."""
    read = read_number(Cell(0.85, percent=True), "Desa")
    assert read.value == 0.85
    assert [(n.code, dict(n.content)) for n in read.notes] == [("N22", {"dibaca": "0,85", "persen": "85"})]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (True, "N14"),
        (False, "N14"),
        (date(2026, 2, 1), "N13"),
        (datetime(2026, 2, 1), "N13"),
        (time(12, 30), "N13"),
        (timedelta(hours=30), "N13"),
        (math.nan, "N12"),
        (math.inf, "N12"),
        (-math.inf, "N12"),
        ("9" * 400, "N12"),
        ("-" + "9" * 400, "N12"),
        ("9" * 400 + ",5", "N12"),
        ("Rp " + "9" * 400, "N12"),
    ],
)
def test_what_is_no_finite_number_is_blank_and_said(content, code):
    """Dates that Excel made of 1/2, TRUE and FALSE, infinities."""
    assert read_number_cell(content) == (None, [code])


def test_an_excel_error_is_blank_and_said():
    """Also as the result of a formula."""
    assert read_number_cell("#REF!", is_error=True) == (None, ["N16"])
    assert read_number_cell("#DIV/0!", is_error=True, formula="=1/0") == (None, ["N16"])


def test_a_formula_counts_by_its_stored_result():
    """And is said; without a stored result there is no figure."""
    assert read_number_cell(12.0, formula="=6*2") == (12.0, ["N17"])
    assert read_number_cell("1,5", formula="=A1") == (1.5, ["N17", "N02"])
    assert read_number_cell(None, formula="=6*2") == (None, ["N18"])
    assert read_number_cell(0.85, "Persentase", formula="=85/100", percent=True) == (85.0, ["N17"])


def test_an_empty_cell_is_blank_and_nothing_is_said():
    """Blank is not 0."""
    assert read_number_cell(None) == (None, [])
    assert nip(None) == (None, [])
    assert read_cell_text(Cell()) == read_cell_text(Cell(None))
    assert read_cell_text(Cell()).value is None


# What the schemas decide, on the typed tables.


def list_failures(schema, **row):
    """Return the names of the checks that one row of a table fails with."""
    return sorted({failure.check for failure in find_failures(pd.DataFrame([row]), schema)})


@pytest.mark.parametrize(
    ("number", "satuan", "codes"),
    [
        (0.0, "Desa", []),
        (1e15, None, []),
        (-0.01, "Desa", ["N11"]),
        (-5.0, None, ["N11"]),
        (1.0000001e15, "Desa", ["N12"]),
        (-1e16, "Desa", ["N11", "N12"]),
        (100.0, "Persentase", []),
        (100.01, "Persentase", ["N10"]),
        (100.01, "Desa", []),
    ],
)
def test_the_schema_refuses_figures_that_are_out_of_bounds(number, satuan, codes):
    """Negative, over 1e15, over 100 percent."""
    assert list_failures(build_figures_schema(Referensi()), angka=number, satuan=satuan) == codes


def test_an_office_may_allow_more_than_100_percent():
    """Its own setting in Referensi."""
    schema = build_figures_schema(Referensi(percentage_over_100=True))
    assert list_failures(schema, angka=250.0, satuan="Persentase") == []


@pytest.mark.parametrize(
    ("satuan", "tipe", "filled_count", "codes"),
    [
        ("Desa", "Kumulatif", 1, []),
        (None, None, 0, []),
        ("Lapran", "Kumulatif", 0, ["L01"]),
        ("Desa", "Rata-rata", 2, ["L02"]),
        ("Desa", None, 1, ["L03"]),
        (None, "Kumulatif", 12, ["L04"]),
        (None, None, 3, ["L03", "L04"]),
    ],
)
def test_the_schema_wants_satuan_and_tipe_of_what_is_reported(satuan, tipe, filled_count, codes):
    """In the lists wherever typed; there wherever a month is filled."""
    row = {"satuan": satuan, "tipe_perhitungan": tipe, "bulan_terisi": filled_count}
    assert list_failures(build_listed_schema(Referensi()), **row) == codes


@pytest.mark.parametrize(
    ("nama", "nip", "count"), [("Sari", "1", 0), (None, "1", 1), ("Sari", None, 1), (None, None, 2)]
)
def test_the_schema_wants_to_know_who_reports(nama, nip, count):
    """Nama and NIP."""
    made = pd.DataFrame([{"nama": nama, "nip": nip}], dtype=object)
    assert len(find_failures(made, build_reporters_schema())) == count


# Texts and NIP.


@pytest.mark.parametrize(
    ("content", "seen", "text"),
    [
        ("  Jadwal bergeser ", {}, "Jadwal bergeser"),
        (12.0, {}, "12"),
        (1.5, {}, "1,5"),
        (0.85, {"percent": True}, "85%"),
        (1e20, {}, "100000000000000000000"),
        (True, {}, "TRUE"),
        (date(2026, 2, 1), {}, "01/02/2026"),
        (datetime(2026, 2, 1), {}, "01/02/2026"),
        (datetime(2026, 2, 1, 8, 30), {}, "01/02/2026 08:30"),
        ("-", {}, "-"),
        ("   ", {}, None),
    ],
)
def test_a_text_cell_is_what_the_person_sees(content, seen, text):
    """Kendala, tindak lanjut, bukti dukung, nama."""
    read = read_cell_text(Cell(content, **seen))
    assert (read.value, read.notes) == (text, ())


def test_a_text_cell_with_an_error_or_a_formula_says_so():
    """The same codes as in a number cell."""
    codes = [
        [n.code for n in read_cell_text(cell).notes]
        for cell in (Cell("#N/A", is_error=True), Cell(None, formula="=A1"), Cell("ya", formula="=A1"))
    ]
    assert codes == [["N16"], ["N18"], ["N17"]]


@pytest.mark.parametrize(
    "typed",
    [
        PNS,
        PPPK,
        "19850202 201001 2 002",
        "19850202.201001.2.002",
        f" 19850202{NBSP}201001{NARROW}2 002 ",
        "200002292024121999",
    ],
)
def test_a_nip_is_read_with_the_spaces_and_dots_people_write(typed):
    """PNS and PPPK, a leap day."""
    digits = "".join(c for c in typed if c.isdigit())
    assert nip(typed) == (digits, [])
    assert len(digits) == 18


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("19850202201001200", "17 digit"),
        ("1985020220100120022", "19 digit"),
        ("198502302010012002", "tanggal lahir"),
        ("198513022010012002", "tanggal lahir"),
        ("000002022010012002", "tanggal lahir"),
        ("190002292010012002", "tanggal lahir"),
        ("198502022010002002", "pengangkatan"),
        ("198502022010132002", "pengangkatan"),
        ("198502022024202002", "pengangkatan"),
        ("198502022024302002", "pengangkatan"),
        ("198502020010012002", "pengangkatan"),
        ("198502022010013002", "digit ke-15"),
        ("198502022010010002", "digit ke-15"),
        ("198502022010012000", "000"),
        ("19850202201001200A", "angka"),
        ("١٩٨٥٠٢٠٢٢٠١٠٠١٢٠٠٢", "angka"),
        ("-", "angka"),
        ("...", "angka"),
    ],
)
def test_a_nip_that_cannot_be_is_blank_and_the_reason_is_said(typed, part):
    """Length, birth date, appointment, sex, serial number."""
    read = read_nip(Cell(typed))
    assert read.value is None
    (note,) = read.notes
    assert note.code == "N21"
    assert part in note.content["sebab"]


@pytest.mark.parametrize(
    ("month", "valid"), [("01", True), ("12", True), ("21", True), ("29", True), ("20", False)]
)
def test_the_appointment_is_a_month_or_a_pppk_number(month, valid):
    """Digits 13-14: 01..12 for PNS, 21..29 for PPPK."""
    assert (explain_invalid_nip(f"198502022010{month}2002") is None) is valid


@pytest.mark.parametrize("content", [198502022010012002.0, 198502022010012002, 1.0, date(1985, 2, 2)])
def test_a_nip_stored_as_a_number_is_blank_and_said(content):
    """Excel has dropped its last digits."""
    assert nip(content) == (None, ["N20"])


def test_a_nip_that_is_true_or_an_error_is_blank_and_said():
    """No kind of content gets through."""
    assert nip(True) == (None, ["N21"])
    assert nip("#N/A", is_error=True) == (None, ["N16"])
    assert nip(None, formula="=A1") == (None, ["N18"])


# Properties.


def indonesian(number: float, decimals: int) -> str:
    """Write a number with dots between thousands and a decimal comma."""
    return f"{number:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


@given(
    st.one_of(st.text(), st.text("0123456789.,-+ Rp%eE\u00a0…", max_size=24)),
    st.sampled_from(["", "Desa", "Persentase"]),
)
@example("9" * 5000, "")
@example("1." * 2000, "")
def test_any_text_gives_a_finite_number_or_a_blank_and_is_always_said(text, satuan):
    """Nothing raises, nothing passes in silence."""
    value, codes = read_number_cell(text, satuan)
    assert value is None or (isinstance(value, float) and math.isfinite(value))
    assert codes
    assert len(set(codes)) == len(codes)


@given(st.floats(), st.booleans(), st.sampled_from(["", "Desa", "Persentase"]))
def test_any_float_is_itself_or_is_said(number, percent_format, satuan):
    """Without a percent format the very float comes back; with it, a hundred times as much."""
    value, codes = read_number_cell(number, satuan, percent=percent_format)
    if not math.isfinite(number):
        assert (value, codes) == (None, ["N12"])
    elif not percent_format or satuan != "Persentase":
        assert value == number
    else:
        assert value == pytest.approx(number * 100)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_program_writes_as_text_is_read_back_unless_it_has_an_exponent(number):
    """repr() of a float: one point, so decimal; three decimals after 1-3 digits are ambiguous and say so."""
    value, codes = read_number_cell(repr(number))
    if "e" in repr(number):
        assert (value, codes) == (None, ["N15"])
    elif codes == ["N03"]:
        assert value == float(repr(number).replace(".", ""))
    else:
        assert (value, codes) == (number, ["N02"])


@given(st.integers(1_000_000, 10**15))
def test_two_groups_of_thousands_are_read_back(number):
    """1.250.000 is 1250000, also behind Rp and before the satuan."""
    text = indonesian(number, 0)
    assert read_number_cell(text) == (float(number), ["N02"])
    assert read_number_cell(f"Rp {text},-") == (float(number), ["N04"])
    assert read_number_cell(f"{text} rupiah", "Rupiah") == (float(number), ["N05"])


@given(st.integers(0, 10**13), st.integers(1, 6))
def test_a_decimal_comma_is_read_back(number, decimals):
    """With or without dots between thousands; a lone group of three decimals is ambiguous and says so."""
    amount = number / 10**decimals
    text = indonesian(amount, decimals)
    ambiguous = decimals == 3 and 1 <= amount < 1000
    assert read_number_cell(text) == (float(f"{amount:.{decimals}f}"), ["N03" if ambiguous else "N02"])


@given(st.text())
def test_a_nip_is_18_digits_or_blank_and_said(text):
    """Any text; tidying twice changes nothing."""
    value, codes = nip(text)
    if value is None:
        assert codes == ["N21"] or (codes == [] and not visible(text).strip())
    else:
        assert (value, codes) == (tidy_nip(text), [])
        assert len(value) == 18
