"""Reading .xls: what stands in the cells, formulas and errors included; damaged files end in one reason."""

from __future__ import annotations

import struct
import tracemalloc
from collections import Counter
from datetime import datetime, time, timedelta

import biff
import jobs
import libreoffice
import openpyxl
import pytest
from filled import (
    MOMENT,
    TypedFormula,
    enter_person,
    list_codes,
    list_figures,
    make_katalog,
    receive_returns,
    write_return,
)
from packages import make_damaged_copies

from iki_xl.readers.book import UNREADABLE_FORMULA, Cell, Limits, UnreadableError
from iki_xl.readers.ole import OleFile
from iki_xl.readers.package import open_package
from iki_xl.readers.workers import Failure, read_in_workers
from iki_xl.readers.xls import read_xls
from iki_xl.readers.xlsx import read_xlsx

_PERCENT, _DATE, _TIME, _DURATION, _PERCENT_TEXT = 1, 2, 3, 4, 5
F = UNREADABLE_FORMULA
ALL_CELLS = b"".join(
    (
        biff.number(0, 0, 5.0),
        biff.number(0, 1, 0.85, _PERCENT),
        biff.number(0, 2, 46204.5, _DATE),
        biff.number(0, 3, 0.25, _TIME),
        biff.number(0, 4, 1.5, _DURATION),
        biff.number(0, 5, 7.0, _PERCENT_TEXT),
        biff.number(0, 6, 1e12, _DATE),
        biff.number(0, 7, -3.0, _DATE),
        biff.number(0, 8, float("nan"), _DATE),
        biff.text(1, 0, "Désa “X”"),
        biff.boolean(1, 1, 1),
        biff.boolean(1, 2, 0x17, error=True),
        biff.boolean(1, 3, 0x99, error=True),
        biff.formula(2, 0, 12.0),
        biff.formula(2, 1, "hasil"),
        biff.formula(2, 2, (1, 0)),
        biff.formula(2, 3, (2, 0x07)),
        biff.formula(2, 4, (3, 0)),
        biff.formula(2, 5, 0.5, _PERCENT),
        biff.record(biff.PROTECT, b"\x01\x00"),
    )
)


def read_only_sheet(content, **limits):
    """Return the only sheet of an .xls."""
    (sheet,) = read_xls(content, Limits(**limits)).sheets
    return sheet


def test_every_kind_of_cell():
    """Numbers, percents, moments, texts, booleans, errors, and formulas with each kind of result."""
    sheet = read_only_sheet(biff.xls({"Désa": ALL_CELLS}))
    assert (sheet.nama, sheet.protected) == ("Désa", True)
    nan = sheet.cells.pop((0, 8))
    assert nan.value != nan.value
    assert sheet.cells == {
        (0, 0): Cell(5.0),
        (0, 1): Cell(0.85, percent=True),
        (0, 2): Cell(datetime(2026, 7, 1, 12, 0)),  # noqa: DTZ001 - as a workbook has it
        (0, 3): Cell(time(6, 0)),
        (0, 4): Cell(timedelta(days=1, hours=12)),
        (0, 5): Cell(7.0),
        (0, 6): Cell(1e12),
        (0, 7): Cell(-3.0),
        (1, 0): Cell("Désa “X”"),
        (1, 1): Cell(True),
        (1, 2): Cell("#REF!", is_error=True),
        (1, 3): Cell("#N/A", is_error=True),
        (2, 0): Cell(12.0, formula=F),
        (2, 1): Cell("hasil", formula=F),
        (2, 2): Cell(False, formula=F),
        (2, 3): Cell("#DIV/0!", is_error=True, formula=F),
        (2, 4): Cell("", formula=F),
        (2, 5): Cell(0.5, formula=F, percent=True),
    }


def test_sheets_in_order_and_moments_counted_from_1904():
    """Each sheet has its own cells; an old Macintosh workbook counts days from elsewhere."""
    day = biff.number(3, 2, 1.0, _DATE)
    book = read_xls(biff.xls({"a": day, "b": b"", "c": biff.text(0, 0, "x")}, datemode=1), Limits())
    assert [(s.nama, dict(s.cells), s.protected) for s in book.sheets] == [
        ("a", {(3, 2): Cell(datetime(1904, 1, 2))}, False),  # noqa: DTZ001 - as a workbook has it
        ("b", {}, False),
        ("c", {(0, 0): Cell("x")}, False),
    ]
    assert book.saved is None


def endless_table():
    """Return a file whose sectors lead in a circle."""
    content = bytearray(biff.xls({"a": biff.number(0, 0, 1.0) * 200}))
    struct.pack_into("<I", content, 512 + 4 * 5, 3)
    return bytes(content)


ONE_CELL = biff.number(0, 0, 1.0)
UNREADABLE = {
    "kosong": (b"", "isinya bukan buku kerja Excel"),
    "teks": (b"Januari;5\n", "isinya bukan buku kerja Excel"),
    "hanya kepala": (biff.xls({"a": ONE_CELL})[:512], "berkasnya rusak"),
    "dokumen lain": (biff.ole(WordDocument=b"x" * 600), "isinya bukan buku kerja Excel"),
    "xlsx bersandi": (biff.ole(EncryptedPackage=b"x" * 600), "berkasnya memakai kata sandi"),
    "xls bersandi": (
        biff.xls({"a": ONE_CELL}, biff.record(biff.FILEPASS, bytes(54))),
        "berkasnya memakai kata sandi",
    ),
    "terpotong": (biff.xls({"a": ONE_CELL * 400})[:-3000], "berkasnya rusak"),
    "berputar": (endless_table(), "berkasnya rusak"),
    "tanpa akhir": (biff.ole(Workbook=biff.stream({"a": ONE_CELL})[:-4]), "berkasnya rusak"),
    "lembar di luar": (biff.xls({"a": ONE_CELL}, places=[10**9]), "berkasnya rusak"),
    "lembar bukan lembar": (biff.xls({"a": ONE_CELL}, places=[7]), "berkasnya rusak"),
    "lembar yang sama": (biff.xls({"a": ONE_CELL, "b": ONE_CELL}, places=[300, 300]), "berkasnya rusak"),
    "format tidak ada": (biff.xls({"a": biff.number(0, 0, 1.0, 99)}), "berkasnya rusak"),
    "sel terlalu jauh": (biff.xls({"a": biff.number(65535, 60000, 1.0)}), "selnya lebih dari 10000"),
    "kolom yang tidak ada": (biff.xls({"a": biff.number(0, 300, 1.0)}), "berkasnya rusak"),
    "teks bersama palsu": (
        biff.xls({"a": biff.record(0x00FD, struct.pack("<HHHI", 0, 0, 0, 7))}),
        "berkasnya rusak",
    ),
    "jumlah teks palsu": (
        biff.xls({"a": ONE_CELL}, biff.record(0x00FC, struct.pack("<II", 0xFFFFFFFF, 0x7FFFFFFF))),
        "berkasnya rusak",
    ),
    "terlalu banyak lembar": (
        biff.xls({f"L{n}": ONE_CELL for n in range(6)}),
        "lembarnya 6, paling banyak 5",
    ),
    "terlalu banyak sel": (
        biff.xls({"a": b"".join(biff.number(r, 255, 1.0) for r in range(40))}),
        "selnya lebih dari 10000",
    ),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_bad_files_end_in_one_reason(content):
    """Each with its words; limits are counted before xlrd makes a cell."""
    with pytest.raises(UnreadableError) as caught:
        read_xls(content[0], Limits(sheets=5, cells=10_000))
    assert str(caught.value) == content[1]


def test_cells_in_all_sheets_count_together():
    many = {f"L{n}": biff.number(99, 9, 1.0) for n in range(5)}
    assert len(read_xls(biff.xls(many), Limits(cells=550)).sheets) == 5
    with pytest.raises(UnreadableError):
        read_xls(biff.xls(many), Limits(cells=549))


def test_entries_that_claim_the_same_bytes_cost_nothing():
    """Three hundred streams of the whole file, and streams longer than it: only the workbook is read."""
    content = bytearray(biff.ole(Workbook=biff.stream({"a": ONE_CELL}), **{f"S{n}": b"" for n in range(300)}))
    for n in range(300):
        at = content.index(f"S{n}\0".encode("utf-16-le")) + 116
        struct.pack_into("<II", content, at, 2, len(content) if n % 2 else 0xFFFFFFFF)
    tracemalloc.start()
    assert read_only_sheet(bytes(content)).cells == {(0, 0): Cell(1.0)}
    assert tracemalloc.get_traced_memory()[1] < 30 * len(content)
    tracemalloc.stop()


def test_records_that_are_not_needed_do_no_harm():
    """Names, drawings and styles that are nonsense are not looked at."""
    junk = b"".join(biff.record(code, b"\xff" * 40) for code in (0x18, 0x23, 0x17, 0x92, 0x293, 0x1AE, 0xEB))
    marks = b"".join(biff.record(code, b"\xff" * 40) for code in (0x1C, 0x5D, 0x1B6, 0xE5, 0x1B0, 0x208))
    assert read_only_sheet(biff.xls({"a": marks + ONE_CELL}, junk)).cells == {(0, 0): Cell(1.0)}


@pytest.mark.parametrize("seed", range(4))
def test_damaged_bytes_are_read_or_refused(seed):
    """400 damaged copies each: nothing but UnreadableError comes out, and no worker dies."""
    base = biff.xls({"a": ALL_CELLS, "b": biff.text(0, 0, "x" * 300) + ONE_CELL * 20})
    results = list(
        read_in_workers(jobs.count_xls_sheets, list(make_damaged_copies(base, 400, seed)), Limits(seconds=10))
    )
    assert len(results) == 400
    assert 0 < sum(isinstance(r, Failure) for r in results) < 400
    assert {r.reason for r in results if isinstance(r, Failure)} <= {
        "berkasnya rusak",
        "isinya bukan buku kerja Excel",
        "berkasnya memakai kata sandi",
    }


@pytest.mark.lambat
def test_4000_damaged_compound_files_are_read_or_refused():
    """The file around the cells alone: every stream is as long as it says, or refused."""
    base = biff.xls({"a": ALL_CELLS, "b": ONE_CELL * 20})
    outcomes = Counter(map(read_workbook_stream, make_damaged_copies(base, 4000, 11)))
    assert outcomes.keys() == {"", "berkasnya rusak"}


def read_workbook_stream(content):
    """Open a compound file and read what a workbook's reader reads; return why it is refused."""
    try:
        ole = OleFile(content)
        ole.saved_at()
        ole.application()
        ole.read("Workbook")
    except UnreadableError as exc:
        return str(exc)
    return ""


# Files as LibreOffice writes them.


def hand_made(path):
    """Write a workbook with what people leave in cells, for LibreOffice to save."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Uraian", 1, 2.5, True, datetime(2026, 3, 2), time(8, 30)])  # noqa: DTZ001 - as in a workbook
    sheet.append(["=1+1", '="a"&"b"', "=1/0", '=""', "=B1*0.01", "=NA()"])
    sheet["E2"].number_format = "0.0%"
    sheet["A3"], sheet["B3"] = 0.5, 0.5
    sheet["A3"].number_format, sheet["B3"].number_format = "0%", '0"%"'
    sheet["IV3"] = "jauh"
    for row in range(10, 14):
        sheet[f"A{row}"] = f"=B{row}+1"
    hidden = book.create_sheet("Rahasia")
    hidden.sheet_state = "hidden"
    hidden.protection.sheet = True
    hidden["C9"] = "ada"
    book.save(path)
    return path


def plain(book):
    """Return sheets and cells; of a formula only that there is one.

    LibreOffice stores the empty text of some shared formulas as 0 in .xls: those are no difference.
    """
    return [
        (
            s.nama,
            s.protected,
            {at: (_shown(c), c.is_error, bool(c.formula), c.percent) for at, c in s.cells.items()},
        )
        for s in book.sheets
    ]


def _shown(cell):
    return None if cell.formula and cell.value in {"", 0.0} else cell.value


@pytest.mark.lambat
def test_xls_and_xlsx_of_libreoffice_agree_cell_by_cell(tmp_path):
    """The same workbook saved in both formats: values, errors, formulas, percents, protection, sheets."""
    libreoffice.require()
    templat = write_return(
        tmp_path / "isian.xlsx",
        make_katalog(),
        {"J01": {("J01-01", "realisasi_01"): 0.5, ("J01-01", "satuan"): "Dokumen"}, "J02": {}},
    )
    for path in (hand_made(tmp_path / "tangan.xlsx"), templat):
        old = libreoffice.convert(path, "xls", tmp_path / "xls").read_bytes()
        new = libreoffice.convert(path, "xlsx", tmp_path / "xlsx").read_bytes()
        one, two = read_xls(old, Limits()), read_xlsx(open_package(new, Limits()), Limits())
        assert plain(one) == plain(two)


@pytest.mark.lambat
def test_a_return_saved_as_xls_counts_like_the_xlsx(tmp_path):
    """The product's template, filled, saved by LibreOffice as .xls, and also under a wrong name."""
    libreoffice.require()
    entries = {
        **enter_person("Sari", "197704042005011004"),
        ("J02-01", "realisasi_01"): 2,
        ("J02-02", "realisasi_02"): "9,5",
        ("J02-03", "realisasi_03"): TypedFormula("=1+2", 3),
        ("J02-01", "realisasi_04"): TypedFormula("=1/0", "#DIV/0!"),
    }
    path = write_return(tmp_path / "sari.xlsx", make_katalog(), {"J02": entries})
    old = libreoffice.convert(path, "xls", tmp_path / "xls")
    merged, found = receive_returns(make_katalog(), old)
    assert list_figures(merged) == [("J02-01", 1, 2.0), ("J02-02", 2, 9.5), ("J02-03", 3, 3.0)]
    assert [pair for pair in list_codes(found) if pair[0][0] == "N"] == [
        ("N16", "O8"),
        ("N02", "M9"),
        ("N17", "N10"),
    ]
    wrong = old.with_suffix(".xlsx")
    wrong.write_bytes(old.read_bytes())
    again, _ = receive_returns(make_katalog(), wrong)
    assert list_figures(again) == list_figures(merged)


@pytest.mark.lambat
def test_when_it_was_saved_is_what_the_file_says(tmp_path):
    """LibreOffice keeps the moment of the workbook it converts."""
    libreoffice.require()
    path = write_return(tmp_path / "a.xlsx", make_katalog(), {"J02": {}})
    old = libreoffice.convert(path, "xls", tmp_path / "xls").read_bytes()
    assert read_xls(old, Limits()).saved == MOMENT


@pytest.mark.lambat
def test_damaged_files_of_libreoffice_are_read_or_refused(tmp_path):
    """2,000 damaged copies of a real file; no worker dies, none hangs."""
    libreoffice.require()
    content = libreoffice.convert(hand_made(tmp_path / "a.xlsx"), "xls", tmp_path / "xls").read_bytes()
    results = list(
        read_in_workers(
            jobs.count_xls_sheets, list(make_damaged_copies(content, 2000, 7)), Limits(seconds=10)
        )
    )
    reasons = {r.reason for r in results if isinstance(r, Failure)}
    assert not {r for r in reasons if "terhenti" in r or "detik" in r or "memori" in r}
