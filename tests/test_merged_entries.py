"""Merged cells over a form's entries: what is shown belongs to the first cell, and each merge is a galat."""

from __future__ import annotations

import io
import time
from pathlib import Path

import openpyxl
import pytest
from filled import (
    NIP,
    NIP_OTHER,
    copied_notes,
    enter_person,
    find_address,
    find_form,
    list_codes,
    list_figures,
    make_katalog,
    receive_returns,
    write_return,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from overlays import add_to_sheet
from test_merges import letters

from iki_xl.a1 import write_address
from iki_xl.catalog.reader import read_katalog
from iki_xl.readers.book import Limits
from iki_xl.readers.workbook import read_workbook

CASES = Path(__file__).parent / "cases" / "laporan"
MONTHS = tuple(f"realisasi_{m:02d}" for m in range(1, 13))
ROWS = ("J02-01", "J02-02", "J02-03")


def filled_in(tmp_path, entries, **options):
    return write_return(
        tmp_path / "a.xlsx", make_katalog(), {"J02": {**enter_person("Ani", NIP_OTHER), **entries}}, **options
    )


def merged(found):
    return [t for t in found if t.code == "B30"]


def test_the_file_with_merged_months():
    """O8:Q8, O9:O10 and O11:O12 of a real file: a galat at each merge; each value counts once."""
    office = read_katalog(CASES / "00-katalog-benar.xlsx")
    result, found = receive_returns(office, CASES / "11-sel-isian-digabung.xlsx")
    assert [(t.cell, t.level, t.value) for t in merged(found)] == [
        ("O8", "galat", "90"),
        ("O9", "galat", "20"),
        ("O11", "galat", "70"),
    ]
    assert "O8:Q8 (Apr, Mei, Jun)" in merged(found)[0].message
    april = [(row, value) for row, month, value in list_figures(result) if month == 4]
    assert april == [("J07-01", 90.0), ("J07-02", 20.0), ("J07-04", 70.0)]


def test_the_forms_own_merges_are_none(tmp_path):
    """The empty form has merges of its own; they are no finding, in the sheets of a whole office neither."""
    path = filled_in(tmp_path, {("J02-01", MONTHS[0]): 5})
    assert read_workbook(path.read_bytes(), ".xlsx", Limits()).sheets[1].merges
    _, found = receive_returns(make_katalog(), path)
    assert merged(found) == []


def test_hidden_values_do_not_count_and_are_said(tmp_path):
    """Under a merge stands what nobody sees: it is left out and told, with its cell."""
    entries = {("J02-01", MONTHS[0]): 5, ("J02-01", MONTHS[1]): 6, ("J02-02", MONTHS[0]): 7}
    path = add_to_sheet(filled_in(tmp_path, entries), merges=["L8:M9"])
    result, found = receive_returns(make_katalog(), path)
    assert list_figures(result) == [("J02-01", 1, 5.0)]
    (said,) = merged(found)
    assert said.value == "5; M8 6; L9 7"
    assert "isinya hanya dihitung untuk L8 (Jan)" in said.message
    assert "Yang tertutup tidak dihitung: M8 6; L9 7." in said.message


def test_a_locked_text_spread_over_entries(tmp_path):
    """A merge that begins in a locked cell shows that cell's text: none of the entries below counts."""
    book = {"J01": {("J01-01", "target"): 12, ("J01-01", MONTHS[0]): 3, ("J01-02", MONTHS[0]): 80}}
    path = add_to_sheet(write_return(tmp_path / "a.xlsx", make_katalog(), book), merges=["J8:L8"])
    result, found = receive_returns(make_katalog(), path)
    assert list_figures(result) == [("J01-02", 1, 80.0)]
    (said,) = merged(found)
    assert (said.cell, said.id_indikator) == ("J8", "J01-01")
    assert "isian di bawahnya tidak dihitung" in said.message
    assert "K8 12; L8 3" in said.value


def test_merged_texts_and_the_head(tmp_path):
    """A text for several rows belongs to the first; a NIP under the name is not shown."""
    entries = {
        ("J02-01", MONTHS[0]): 5,
        ("J02-01", "bukti_dukung"): "foto",
        ("J02-02", "bukti_dukung"): "arsip",
    }
    last = find_address(make_katalog(), "J02-02", "bukti_dukung")
    path = add_to_sheet(filled_in(tmp_path, entries), merges=[f"AF8:{last}", "D4:D5"])
    result, found = receive_returns(make_katalog(), path)
    assert [(t.cell, t.value) for t in merged(found)] == [
        ("D4", f"Ani; D5 {NIP_OTHER}"),
        ("AF8", "foto; AF9 arsip"),
    ]
    assert list(result.rows["bukti_dukung"]) == ["foto", "", ""]
    assert "L06" in [code for code, _ in list_codes(found)]
    assert NIP[0] == "#nip"


def test_a_blank_sheet_with_merges_says_nothing_of_them(tmp_path):
    """Nobody has reported: merges on such a sheet are nobody's mistake yet."""
    path = add_to_sheet(filled_in(tmp_path, {}), merges=["L8:N8"])
    _, found = receive_returns(make_katalog(), path)
    assert {t.code for t in found} == {"B14"}


def test_only_hidden_values_are_not_a_blank_sheet(tmp_path):
    """Where all that was typed is hidden, the merge is said, not that nothing was filled in."""
    path = add_to_sheet(filled_in(tmp_path, {("J02-01", MONTHS[1]): 5}), merges=["L8:M8"])
    result, found = receive_returns(make_katalog(), path)
    assert list_figures(result) == []
    assert [(t.code, t.value) for t in found if t.code in {"B30", "B14"}] == [("B30", "M8 5")]


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A return in which every month of three rows holds a number of its own: (bytes, {cell: number})."""
    entries = {(row, key): 100 * n + m for n, row in enumerate(ROWS) for m, key in enumerate(MONTHS, 1)}
    path = filled_in(tmp_path_factory.mktemp("penuh"), entries)
    layout = find_form(make_katalog(), "J02").layout
    return path.read_bytes(), {
        layout.cell(*cell_key): (cell_key, float(value)) for cell_key, value in entries.items()
    }


areas = st.tuples(st.integers(4, 12), st.integers(7, 25), st.integers(0, 3), st.integers(0, 5)).filter(
    lambda a: a[2:] != (0, 0)
)


@settings(max_examples=20)
@given(st.lists(areas, max_size=14))
def test_exactly_what_is_shown_counts(full, tmp_path_factory, chosen):
    """Whatever is merged, also over one another: a number counts where no merge hides it; none is lost."""
    content, entries = full
    path = tmp_path_factory.mktemp("gabung") / "a.xlsx"
    path.write_bytes(content)
    rectangles = [(top, left, top + height, left + width) for top, left, height, width in chosen]
    refs = [
        f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}" for top, left, bottom, right in rectangles
    ]
    add_to_sheet(path, merges=refs)
    result, found = receive_returns(make_katalog(), path)

    def covers(area, cell):
        return area[0] <= cell[0] <= area[2] and area[1] <= cell[1] <= area[3]

    hidden = {c for c in entries if any(covers(a, c) and a[:2] != c for a in rectangles)}
    expected = sorted(
        (cell_key[0], int(cell_key[1][-2:]), value)
        for cell, (cell_key, value) in entries.items()
        if cell not in hidden
    )
    assert list_figures(result) == expected
    said = " ".join(t.value for t in merged(found))
    assert all(f"{write_address(*cell)} {entries[cell][1]:.0f}" in said for cell in hidden)
    touching = {a for a in rectangles if any(covers(a, c) for c in entries)}
    assert len(merged(found)) >= min(len(touching), 10)
    assert len(merged(found)) <= 11


@pytest.mark.parametrize("overlapping", [False, True])
def test_a_hundred_thousand_merges(full, tmp_path, overlapping):
    """Very many merges cost seconds at most and a few findings; each figure under them is left out."""
    content, _ = full
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    if overlapping:
        refs = [f"L8:{letters(20 + n % 5_000)}{10 + n // 5_000}" for n in range(100_000)]
    else:
        refs = ["L8:M8", "N8:W8", *(f"A{n}:B{n}" for n in range(100, 100_100))]
    add_to_sheet(path, merges=refs)
    start = time.process_time()
    result, found = receive_returns(make_katalog(), path)
    assert time.process_time() - start < 15
    assert len(merged(found)) == (11 if overlapping else 2)
    assert len([1 for row, *_ in list_figures(result) if row == "J02-01"]) == (1 if overlapping else 2)


def test_the_copy_to_mend_has_no_merges(tmp_path):
    """What comes back to staff is a fresh form: the value in the first cell, marked, and a note at it."""
    from iki_xl.corrections.marked import make_perbaikan_copies

    path = add_to_sheet(filled_in(tmp_path, {("J02-01", MONTHS[0]): 5}), merges=["L8:N8"])
    result, found = receive_returns(make_katalog(), path)
    ((_, copy),) = make_perbaikan_copies(make_katalog(), result, found)
    book = openpyxl.load_workbook(io.BytesIO(copy))
    assert "L8:N8 (Jan, Feb, Mar)" in copied_notes(book["02 Sekretaris"], 8)
    (sheet,) = [s for s in read_workbook(copy, ".xlsx", Limits()).sheets if s.nama == "02 Sekretaris"]
    assert not any(a[0] == 7 and a[1] > 2 for a in sheet.merges)
    assert sheet.cells[7, 11].value == "5"
