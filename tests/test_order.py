# ruff: noqa: DTZ001 - a workbook holds moments without a time zone
"""Order of returns: never claimed where it is not known (spec section 6.2), on real workbooks."""

from __future__ import annotations

import csv
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from filled import NIP_ANI, NIP_BUDI, copied_notes, enter_person, list_figures, make_katalog, write_return
from hypothesis import given, settings
from hypothesis import strategies as st

from iki_xl import pipeline
from iki_xl.catalog import RincianTarget
from iki_xl.catalog.reader import read_katalog
from iki_xl.collect.files import LIMITS, ReadFile, read_all_files
from iki_xl.collect.merge import merge_returns
from iki_xl.collect.moments import Moment, credible, known_newer, moment
from iki_xl.collect.record import make_record, open_record
from iki_xl.findings import Level
from iki_xl.form.jabatan import jabatan_forms
from iki_xl.readers.workbook import read_workbook
from iki_xl.recap.sheets import month_sheets, source_sheet
from iki_xl.results import CollectRequest, ReadingSettings
from iki_xl.tables import CREATED_MOMENT, REPORTED_COLUMNS, split_columns

CASES = Path(__file__).parent / "cases" / "laporan"
ANI = enter_person("Ani", NIP_ANI)
SHEET, COPY = "03 Pengelola Data", "03 Pengelola Data (2)"
JAN, FEB, MAR, APR = (f"realisasi_0{n}" for n in (1, 2, 3, 4))
JUNE, JULY, AUGUST = (datetime(2026, month, 1, 9) for month in (6, 7, 8))
NOW = datetime(2026, 11, 25)


def write_manager(path, entries, saved=JUNE, who=ANI, **options):
    """Write a filled J03, the jabatan that two people hold."""
    return write_return(path, make_katalog(), {"J03": {**who, **entries}}, saved=saved, **options)


def enter_villages(*values):
    """Months of J03-02 from January on; None leaves a month blank."""
    return {("J03-02", f"realisasi_{n:02d}"): v for n, v in enumerate(values, start=1) if v is not None}


def set_file_time(path, at):
    """Set the file's own time."""
    seconds = at.replace(tzinfo=UTC).timestamp()
    os.utime(path, (seconds, seconds))
    return path


def merge_both_orders(*paths, office=None, now=NOW, **options):
    """Merge files in both orders, which must agree."""
    office = office or make_katalog()
    files, said = read_all_files(paths, paths[0].parent, office)
    runs = [merge_returns(order, office, now=now, **options) for order in (files, files[::-1])]
    assert runs[0].temuan == runs[1].temuan
    assert list_figures(runs[0]) == list_figures(runs[1])
    return runs[0], (*said, *runs[0].temuan)


def list_order_codes(said):
    """What is said about which return counts, as (code, file, cell)."""
    return [(t.code, t.file, t.cell) for t in said if t.code[0] == "G"]


def list_counted(merged):
    return sorted(merged.returns.loc[merged.returns["dihitung"], "berkas"])


def make_sheet_copier(**changes):
    """Copy the sheet inside its workbook, with other values in some of the copy's cells."""

    def copy(book):
        again = book.copy_worksheet(book[SHEET])
        again.title = COPY
        for address, value in changes.items():
            again[address] = value

    return copy


def read_sources_sheet(book):
    title = source_sheet.sources_sheet("")
    rows = book[title.nama].iter_rows(min_row=title.head_row + 2, values_only=True)
    keys = [column.key for column in title.columns]
    return [dict(zip(keys, row, strict=False)) for row in rows if row[0]]


# --- files that failed


@cache
def read_case_kantor():
    return read_katalog(CASES / "00-katalog-benar.xlsx")


def copy_cases(folder, *names):
    """Copy cases into a folder of returns."""
    folder.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copy(CASES / name, folder / name)) for name in names]


def kumpul(folder, now=NOW):
    """Collect a folder; return the result, and the recap as a viewer without formulas sees it."""
    wanted = CollectRequest(folder / "isian", folder / "hasil", 6, now=now)
    result = pipeline.kumpul(read_case_kantor(), wanted, ReadingSettings(workers=1))
    (path,) = (folder / "hasil").glob("rekap-*.xlsx")
    return result, openpyxl.load_workbook(path, data_only=True)


def test_two_sheets_of_one_workbook_that_differ_wait_and_all_else_counts(tmp_path):
    """88 and 999 in April: galat at both cells, "tidak sah" in the recap, never "lebih baru"."""
    copy_cases(tmp_path / "isian", "13-lembar-salinan-2.xlsx")
    result, book = kumpul(tmp_path)
    galat = [t for t in result.temuan if t.level is Level.GALAT]
    assert [(t.code, t.sheet, t.cell, t.value) for t in galat] == [
        ("G08", "07 Pengelola PM", "O8", "88"),
        ("G08", "07 Pengelola PM (2)", "O8", "999"),
    ]
    assert "999 di 13-lembar-salinan-2.xlsx (lembar 07 Pengelola PM (2)) sel O8" in galat[0].message
    assert not [t for t in result.temuan if "digantikan" in t.message or t.code in {"G02", "G03"}]
    facts = list(csv.DictReader((tmp_path / "hasil" / "realisasi.csv").open(encoding="utf-8")))
    assert len(facts) == 15
    assert not [f for f in facts if (f["id_indikator"], f["bulan"]) == ("J07-01", "4")]
    title = month_sheets.bulan_sheet(4)
    keys = [column.key for column in title.columns]
    rows = book["April"].iter_rows(min_row=title.head_row + 2, values_only=True)
    april = {r["id_indikator"]: r for r in (dict(zip(keys, row, strict=False)) for row in rows)}
    assert (april["J07-01"]["realisasi"], april["J07-01"]["sel"]) == ("tidak sah", "O8")
    assert april["J07-01"]["berkas"] == "13-lembar-salinan-2.xlsx"
    sources = [r for r in read_sources_sheet(book) if r["dihitung"] == "ya"]
    assert {r["lembar"] for r in sources} == {"07 Pengelola PM", "07 Pengelola PM (2)"}
    assert all("tidak diketahui mana yang lebih baru" in r["sebab"] for r in sources)


def test_the_copy_to_mend_marks_the_cell_on_both_sheets(tmp_path):
    """Each with what the other sheet holds; the number is a text there until somebody has decided."""
    copy_cases(tmp_path / "isian", "13-lembar-salinan-2.xlsx")
    kumpul(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "hasil" / "perbaikan" / "13-lembar-salinan-2.xlsx")
    marked = [sheet for sheet in book if copied_notes(sheet, 8)]
    assert [sheet["O8"].value for sheet in marked] == ["88", "999"]
    assert ["999 di" in copied_notes(sheet, 8) for sheet in marked] == [True, False]


@pytest.mark.parametrize(
    ("times", "april", "codes"),
    [
        ((JULY, AUGUST), 120.0, {"G02", "G03", "G07"}),
        ((AUGUST, JULY), 99.0, {"G02", "G03", "G07"}),
        ((AUGUST, AUGUST), None, {"G07", "G08", "G09"}),
        ((datetime(2026, 3, 1), AUGUST), 120.0, {"G02", "G03", "G07"}),
        ((datetime(2099, 3, 1), AUGUST), None, {"G07", "G08", "G09"}),
        ((datetime(1980, 1, 1), AUGUST), None, {"G07", "G08", "G09"}),
    ],
)
def test_a_clock_of_2099_is_said_and_not_believed(tmp_path, times, april, codes):
    """The files' times order then; where they do not either, 99 and 120 wait and May's 130 counts."""
    paths = copy_cases(tmp_path / "isian", "15-jam-2099.xlsx", "15-sesudahnya.xlsx")
    for path, at in zip(paths, times, strict=True):
        set_file_time(path, at)
    merged, said = merge_both_orders(*paths, office=read_case_kantor())
    assert {t.code for t in said} == codes
    (told,) = [t for t in said if t.code == "G07"]
    assert (told.level, told.file, told.value) == (
        Level.PERINGATAN,
        "15-jam-2099.xlsx",
        "2099-01-01 00:00",
    )
    assert "1 Januari 2099" in told.message
    months = {month: value for row, month, value in list_figures(merged) if row == "J07-01"}
    assert months.get(4) == april
    assert months.get(5) == (None if april == 99 else 130)


def test_the_moment_that_a_template_bears_is_no_clock(tmp_path):
    """A program that leaves it there says nothing: no finding, and the file's time orders."""
    paths = copy_cases(tmp_path, "00-dasar-benar.xlsx")
    assert merge_both_orders(*paths, office=read_case_kantor())[0].temuan == ()
    old = set_file_time(write_manager(tmp_path / "z" / "b.xlsx", enter_villages(5), CREATED_MOMENT), JUNE)
    new = set_file_time(write_manager(tmp_path / "z" / "a.xlsx", enter_villages(6), CREATED_MOMENT), JULY)
    merged, said = merge_both_orders(old, new)
    assert (list_figures(merged), {t.code for t in said}) == ([("J03-02", 1, 6.0)], {"G02", "G03"})


# --- which moments are believed


@pytest.mark.parametrize(
    ("saved", "now", "believed"),
    [
        (JUNE, NOW, True),
        (JUNE, datetime(2026, 5, 31, 9), True),
        (JUNE, datetime(2026, 5, 31, 8, 59), False),
        (datetime(2025, 12, 31, 0), NOW, True),
        (datetime(2025, 12, 30, 23, 59), NOW, False),
        (datetime(1, 1, 1), NOW, False),
        (datetime(9999, 12, 31), NOW, False),
    ],
)
def test_a_moment_to_come_or_before_the_year_is_not_believed(tmp_path, saved, now, believed):
    """A day is left for zones; the finding shows the moment, once a workbook, whatever else counts."""
    text = f"{saved.year:04d}-{saved:%m-%dT%H:%M:%S}Z"
    path = write_manager(tmp_path / "a.xlsx", enter_villages(5), text)
    merged, said = merge_both_orders(path, now=now)
    assert [t.code for t in said if t.code[0] == "G"] == ([] if believed else ["G07"])
    assert list_figures(merged) == [("J03-02", 1, 5.0)]


def test_a_moment_that_is_not_believed_is_no_lateness(tmp_path):
    """Neither Sumber nor "terlambat" repeats the year 2099: the file's time stands there, or nothing."""
    path = set_file_time(write_manager(tmp_path / "a.xlsx", enter_villages(5), "2099-01-01T00:00:00Z"), JUNE)
    merged, _ = merge_both_orders(path)
    assert merged.returns["disimpan"].tolist() == ["2026-06-01 09:00"]
    assert merged.returns[REPORTED_COLUMNS[0]][0] == "2026-06-01 09:00"
    merged, _ = merge_both_orders(set_file_time(path, datetime(2098, 1, 1)))
    assert merged.returns["disimpan"].tolist() == [""]
    assert not any(merged.returns.loc[0, list(REPORTED_COLUMNS)])


def test_a_return_of_unknown_time_may_have_been_the_first(tmp_path):
    """January came in a workbook without a believable time and again in July: nobody says it was late."""
    one = set_file_time(
        write_manager(tmp_path / "a.xlsx", enter_villages(5), "2099-01-01T00:00:00Z"), datetime(2098, 1, 1)
    )
    two = write_manager(tmp_path / "b.xlsx", enter_villages(5, 6), JULY)
    merged, _ = merge_both_orders(one, two)
    assert set(merged.returns["lapor_01"]) == {""}
    assert set(merged.returns["lapor_02"]) == {"2026-07-01 09:00"}


def test_what_the_ledger_keeps_knows_no_now(tmp_path):
    """The same bytes, believed once their moment has come, without being read again."""
    write_manager(tmp_path / "workbooks" / "a.xlsx", enter_villages(5), AUGUST)
    codes = []
    for now in (JUNE, AUGUST, JUNE):
        wanted = CollectRequest(tmp_path / "workbooks", tmp_path / "reports", work_folder=tmp_path, now=now)
        found = pipeline.gather(make_katalog(), wanted, ReadingSettings(workers=1))
        codes.append([t.code for t in found.collected.temuan])
    assert codes == [["G07"], [], ["G07"]]


def test_identical_bytes_were_there_when_the_first_of_them_was(tmp_path):
    """Copied again in August they are no newer than in June, whatever the files are called."""
    for early, late in (("a.xlsx", "z.xlsx"), ("z.xlsx", "a.xlsx")):
        first = write_manager(tmp_path / early / early, enter_villages(5), "")
        between = set_file_time(write_manager(tmp_path / early / "m.xlsx", enter_villages(6), ""), JULY)
        again = set_file_time(Path(shutil.copy(first, tmp_path / early / late)), AUGUST)
        merged, said = merge_both_orders(set_file_time(first, JUNE), between, again)
        assert list_figures(merged) == [("J03-02", 1, 6.0)]
        assert {t.code for t in said} == {"B07", "G02", "G03"}


# --- put together


def test_returns_of_the_same_moment_are_put_together_cell_by_cell(tmp_path):
    """What agrees counts once, what one of them has counts from there, and every figure knows its cell."""
    one = write_manager(tmp_path / "a.xlsx", enter_villages(5, None, 7), JUNE)
    two = write_manager(tmp_path / "b.xlsx", enter_villages(5, 6), JUNE)
    merged, said = merge_both_orders(set_file_time(one, JULY), set_file_time(two, JULY))
    assert list_figures(merged) == [("J03-02", 1, 5.0), ("J03-02", 2, 6.0), ("J03-02", 3, 7.0)]
    assert list_order_codes(said) == [("G09", "a.xlsx", ""), ("G09", "b.xlsx", "")]
    assert {t.level for t in said} == {Level.INFO}
    places = merged.realisasi[["bulan", "berkas", "lembar", "sel"]].to_numpy().tolist()
    assert places[1:] == [[2, "b.xlsx", SHEET, "M9"], [3, "a.xlsx", SHEET, "N9"]]
    row = merged.rows[merged.rows["id_indikator"] == "J03-02"].iloc[0]
    assert row[["berkas_02", "lembar_02", "sel_02"]].tolist() == ["b.xlsx", SHEET, "M9"]
    assert row[["berkas_03", "lembar_03", "sel_03"]].tolist() == ["a.xlsx", SHEET, "N9"]
    assert set(row["berkas"].split("; ")) == {"a.xlsx", "b.xlsx"}
    assert list_counted(merged) == ["a.xlsx", "b.xlsx"]
    assert merged.returns["id_laporan"].nunique() == 1
    assert merged.counted_files == {"a.xlsx", "b.xlsx"}


def test_a_sheet_copied_within_its_workbook_without_a_change_counts_once(tmp_path):
    """One counts, the other is an info; nothing waits."""
    merged, said = merge_both_orders(
        write_manager(tmp_path / "a.xlsx", enter_villages(5, 6), change=make_sheet_copier())
    )
    assert list_figures(merged) == [("J03-02", 1, 5.0), ("J03-02", 2, 6.0)]
    assert [(t.code, t.level.value) for t in said if t.code[0] == "G"] == [("G01", "info")]
    assert merged.returns["dihitung"].tolist().count(True) == 1


def test_a_value_that_cannot_be_read_differs_from_one_that_can(tmp_path):
    """ "lima" on one sheet, 5 on the other: nobody knows which came later, so the month waits."""
    merged, said = merge_both_orders(
        write_manager(tmp_path / "a.xlsx", enter_villages(5, 6), change=make_sheet_copier(L9="lima"))
    )
    assert list_figures(merged) == [("J03-02", 2, 6.0)]
    assert sorted((t.code, t.sheet) for t in said if t.cell == "L9") == [
        ("G08", SHEET),
        ("G08", COPY),
        ("N15", COPY),
    ]


def test_a_dash_takes_nothing_away_where_the_order_is_not_known(tmp_path):
    """It says "nothing yet" on one sheet; the other holds a figure."""
    merged, said = merge_both_orders(
        write_manager(tmp_path / "a.xlsx", enter_villages(5, 6), change=make_sheet_copier(M9="-"))
    )
    assert list_figures(merged) == [("J03-02", 1, 5.0), ("J03-02", 2, 6.0)]
    assert "G08" not in {t.code for t in said}


def test_satuan_tipe_and_target_that_differ_make_their_cell_wait(tmp_path):
    """Their cells are not valid in the row; the months stay, their capaian has no ground."""
    given = {
        ("J03-01", "satuan"): "Data",
        ("J03-01", "tipe_perhitungan"): "Kumulatif",
        ("J03-01", "target"): 10,
        ("J03-01", JAN): 4,
    }
    other = make_sheet_copier(E8="Laporan", F8="Non Kumulatif", K8=12)
    merged, said = merge_both_orders(write_manager(tmp_path / "a.xlsx", given, change=other))
    row = merged.rows[merged.rows["id_indikator"] == "J03-01"].iloc[0]
    assert row["tidak_sah"] == "satuan target tipe_perhitungan"
    assert (row["satuan"], row["tipe_perhitungan"], row["cara_hitung"], row["realisasi_01"]) == (
        "",
        "",
        "",
        4,
    )
    assert sorted({t.cell for t in said if t.code == "G08"}) == ["E8", "F8", "K8"]
    assert {t.code for t in said if t.level is Level.GALAT} == {"G08"}


def test_texts_that_differ_are_all_kept_with_their_place(tmp_path):
    """No galat: both stand in the row, and the info names the cell."""
    given = {**enter_villages(5), ("J03-02", "kendala"): "Hujan", ("J03-02", "tindak_lanjut"): "Rapat"}
    merged, said = merge_both_orders(
        write_manager(tmp_path / "a.xlsx", given, change=make_sheet_copier(AD9="Banjir"))
    )
    row = merged.rows[merged.rows["id_indikator"] == "J03-02"].iloc[0]
    assert row["kendala"].split("\n") == [
        f"Banjir [a.xlsx (lembar {COPY})]",
        f"Hujan [a.xlsx (lembar {SHEET})]",
    ]
    assert (row["tindak_lanjut"], row["tidak_sah"]) == ("Rapat", "")
    info = [t for t in said if t.code == "G09"]
    assert {t.level for t in said} == {Level.INFO}
    assert all("Teks yang berbeda ditulis semuanya (AD9)" in t.message for t in info)


def test_a_name_spelled_in_another_way_is_that_of_the_catalogue(tmp_path):
    """ "ANI " is Ani; another name beside the same NIP is shown with it, and said."""
    merged, said = merge_both_orders(
        write_manager(tmp_path / "a.xlsx", enter_villages(5, 6), change=make_sheet_copier(D4="ANI"))
    )
    assert set(merged.rows["nama"]) == {"Ani"}
    assert not [t for t in said if "Teks yang berbeda" in t.message]
    merged, said = merge_both_orders(
        write_manager(tmp_path / "b.xlsx", enter_villages(5, 6), change=make_sheet_copier(D4="Rani"))
    )
    assert set(merged.rows["nama"]) == {"Ani / Rani"}
    assert [t.message.endswith("(D4).") for t in said if t.code == "G09"] == [True, True]


def test_what_one_sheet_lacks_the_other_gives(tmp_path):
    """Tipe, NIP and satuan stand on one sheet only: nothing is missing, 0,85 in % format is 85 percent."""
    cell_key = ("J03-01", JAN)
    one = {("J03-01", "satuan"): "Persentase", ("J03-01", "tipe_perhitungan"): "Kumulatif"}
    one |= {("J03-01", "target"): 100}
    a = write_manager(tmp_path / "a.xlsx", one, JUNE)
    b = write_manager(
        tmp_path / "b.xlsx", {cell_key: 0.85}, JUNE, enter_person("Ani"), number_format={cell_key: "0%"}
    )
    merged, said = merge_both_orders(set_file_time(a, JULY), set_file_time(b, JULY))
    row = merged.rows[merged.rows["id_indikator"] == "J03-01"].iloc[0]
    assert (row["satuan"], row["cara_hitung"], row["realisasi_01"]) == ("Persentase", "jumlah", 85)
    assert (row["nip"], row["nama"]) == (NIP_ANI, "Ani")
    assert [t.code for t in said if t.level is not Level.INFO] == []


def test_what_is_put_together_is_checked_as_a_whole(tmp_path):
    """120 under Persentase from the other sheet is galat; a gap that the other sheet fills is none."""
    satuan = {("J03-01", "satuan"): "Persentase", ("J03-01", "tipe_perhitungan"): "Kumulatif"}
    a = write_manager(tmp_path / "a.xlsx", {**satuan, **enter_villages(1, None, 3)}, JUNE)
    b = write_manager(tmp_path / "b.xlsx", {("J03-01", JAN): 120, **enter_villages(None, 2)}, JUNE)
    merged, said = merge_both_orders(set_file_time(a, JULY), set_file_time(b, JULY))
    assert [(t.code, t.file, t.cell) for t in said if t.level is Level.GALAT] == [("N10", "b.xlsx", "L8")]
    assert list_figures(merged) == [("J03-02", n, float(n)) for n in (1, 2, 3)]
    assert "S03" not in {t.code for t in said}


def test_targets_of_periods_wait_one_by_one(tmp_path):
    """The first quarter differs, the second does not."""
    office = make_katalog(RincianTarget.TRIWULAN)
    given = {("J03-01", f"target_periode_0{n}"): n for n in (1, 2, 3, 4)}
    given |= {("J03-01", JAN): 1, ("J03-01", "satuan"): "Data", ("J03-01", "tipe_perhitungan"): "Kumulatif"}
    path = write_return(
        tmp_path / "a.xlsx", office, {"J03": {**ANI, **given}}, change=make_sheet_copier(L8=9)
    )
    merged, _ = merge_both_orders(path, office=office)
    row = merged.rows[merged.rows["id_indikator"] == "J03-01"].iloc[0]
    assert row["tidak_sah"] == "target_periode_01"
    assert row["target_periode_02"] == 2


# --- partly known order


def test_a_return_newer_than_all_of_a_group_replaces_it(tmp_path):
    """Two of June that differ, one of July: it counts, nothing waits, each changed value is listed."""
    a = set_file_time(write_manager(tmp_path / "a.xlsx", enter_villages(5, 1), JUNE), AUGUST)
    b = set_file_time(write_manager(tmp_path / "b.xlsx", enter_villages(6, 1), JUNE), AUGUST)
    c = write_manager(tmp_path / "c.xlsx", enter_villages(6, 2), JULY)
    merged, said = merge_both_orders(a, b, c)
    assert list_figures(merged) == [("J03-02", 1, 6.0), ("J03-02", 2, 2.0)]
    changes = merged.changes[["kolom", "lama", "baru", "berkas_lama"]].to_numpy().tolist()
    assert [change[:3] for change in changes] == [["Jan", "5", "6"], ["Feb", "1", "2"]]
    assert changes[0][3] == "a.xlsx"
    assert {t.code for t in said} == {"G02", "G03"}
    assert list_counted(merged) == ["c.xlsx"]


def test_what_is_known_to_be_older_is_replaced_beside_a_return_of_unknown_time(tmp_path):
    """A is older than B, of C nothing is known: A's 5 is gone, B's 6 and C's 7 wait, the rest counts."""
    a = write_manager(tmp_path / "a.xlsx", enter_villages(5, 1), JUNE)
    b = write_manager(tmp_path / "b.xlsx", enter_villages(6, 1), JULY)
    c = write_manager(tmp_path / "c.xlsx", enter_villages(7, None, 3), "2099-01-01T00:00:00Z")
    merged, said = merge_both_orders(a, b, set_file_time(c, datetime(2098, 1, 1)))
    assert list_figures(merged) == [("J03-02", 2, 1.0), ("J03-02", 3, 3.0)]
    assert [(t.code, t.file) for t in said if t.code in {"G02", "G08"}] == [
        ("G02", "a.xlsx"),
        ("G08", "b.xlsx"),
        ("G08", "c.xlsx"),
    ]
    (change,) = merged.changes.to_dict("records")
    assert (change["lama"], change["baru"]) == ("5", "6")
    assert change["dihitung"].startswith("belum diketahui: ")


def test_an_older_entry_that_nobody_doubts_is_named_as_changed_once(tmp_path):
    """Two newer ones of the same moment hold 6: one change for each of them, none for the other month."""
    a = write_manager(tmp_path / "a.xlsx", enter_villages(5, 1), JUNE)
    b = set_file_time(write_manager(tmp_path / "b.xlsx", enter_villages(6, 1, 2), JULY), AUGUST)
    c = set_file_time(write_manager(tmp_path / "c.xlsx", enter_villages(6, 1, None, 4), JULY), AUGUST)
    merged, _ = merge_both_orders(a, b, c)
    assert [value for _, _, value in list_figures(merged)] == [6.0, 1.0, 2.0, 4.0]
    assert sorted(merged.changes["berkas_baru"]) == ["b.xlsx", "c.xlsx"]
    assert set(merged.changes["baru"]) == {"6"}


def test_a_conflict_is_still_refused_when_asked(tmp_path):
    """--konflik tolak: neither counts, whether the order is known or not; a month more is no conflict."""
    path = write_manager(tmp_path / "a.xlsx", enter_villages(5), change=make_sheet_copier(M9=6))
    merged, said = merge_both_orders(path, refuse_conflicts=True)
    assert list_figures(merged) == [("J03-02", 1, 5.0), ("J03-02", 2, 6.0)]
    path = write_manager(tmp_path / "b.xlsx", enter_villages(5), change=make_sheet_copier(L9=6))
    merged, said = merge_both_orders(path, refuse_conflicts=True)
    assert (list_figures(merged), list_counted(merged)) == ([], [])
    assert [t.code for t in said if t.code[0] == "G"] == ["G05", "G05"]


def test_put_together_or_not_a_person_has_one_row(tmp_path):
    """Sheets of a stranger that were put together are one return in Rekap Jabatan, not two."""
    stranger = enter_person("Sari", "197704042005011004")
    folder = tmp_path / "isian"
    write_manager(folder / "a.xlsx", enter_villages(5), who=stranger, change=make_sheet_copier(M9=6))
    write_manager(folder / "b.xlsx", enter_villages(1), who=enter_person("Budi", NIP_BUDI))
    wanted = CollectRequest(folder, tmp_path / "hasil", 2, now=NOW)
    result = pipeline.kumpul(make_katalog(), wanted, ReadingSettings(workers=1))
    assert result.accepted == 2
    (path,) = (tmp_path / "hasil").glob("rekap-*.xlsx")
    cells = [v for row in openpyxl.load_workbook(path)["Rekap Jabatan"].values for v in row]
    assert cells.count("Sari") == 1


# --- many


def test_a_workbook_full_of_copies_says_no_more_than_somebody_can_read(tmp_path):
    """120 copies of a sheet, each with other figures: some cells are named, the rest is counted."""

    def many(book):
        for number in range(2, 121):
            again = book.copy_worksheet(book[SHEET])
            again.title = f"03 ({number})"
            for row in (8, 9):
                for column in range(12, 24):
                    again.cell(row, column).value = number * 100 + column

    merged, said = merge_both_orders(
        write_manager(tmp_path / "a.xlsx", enter_villages(*range(1, 13)), change=many)
    )
    assert list_figures(merged) == []
    codes = [t.code for t in said]
    assert (codes.count("G09"), codes.count("G10")) == (120, 100)
    assert codes.count("G08") <= 20 * 24
    assert all(len(t.message) < 1_000 for t in said)
    rest = next(t for t in said if t.code == "G10")
    assert (rest.level, "24 sel lain" in rest.message) == (Level.GALAT, True)


# --- any returns, in any order and under any names

_WRITTEN = st.sampled_from(
    [None, CREATED_MOMENT, *(datetime(2026, month, 1) for month in (4, 5, 6)), datetime(2099, 1, 1)]
)
_ARRIVED = st.sampled_from([*(datetime(2026, 6, day) for day in (1, 2, 3)), datetime(2098, 1, 1)])
_CONTENTS = (
    enter_villages(5),
    enter_villages(6),
    enter_villages(5, 1),
    enter_villages(None, 1),
    enter_villages(5, "lima"),
    enter_villages(5, 2, 3),
)
_RETURNS = st.lists(st.tuples(st.integers(0, len(_CONTENTS) - 1), _WRITTEN, _ARRIVED), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def sample_returns(tmp_path_factory):
    """Return what makes a return of a name, a content and two times; contents are of real workbooks."""
    folder, office = tmp_path_factory.mktemp("kembalian"), make_katalog()
    forms = {form.jabatan.id: form for form in jabatan_forms(office)}
    paths = [write_manager(folder / f"{n}.xlsx", content) for n, content in enumerate(_CONTENTS)]
    records = [
        make_record(read_workbook(path.read_bytes(), ".xlsx", LIMITS), office, forms) for path in paths
    ]

    def made(name, content, written, arrived):
        book = replace(open_record(records[content], name, forms), saved=written)
        return ReadFile(name, book, (arrived,))

    return made


def list_figures_and_waiting(merged):
    """The figures that count, and the cells that wait."""
    waiting = {
        (row, key)
        for row, names in merged.rows[["id_indikator", "tidak_sah"]].itertuples(index=False, name=None)
        for key in split_columns(names)
    }
    return list_figures(merged), waiting


@settings(max_examples=60)
@given(returns=_RETURNS, data=st.data())
def test_neither_names_nor_the_order_of_files_decide(sample_returns, returns, data):
    """Other names, another order: the same figures, the same cells that wait, as many galat."""
    names = data.draw(st.permutations([f"{n}.xlsx" for n in range(len(returns))]))
    shuffled = data.draw(st.permutations(list(zip(names, returns, strict=True))))
    first = merge_returns(
        [sample_returns(f"{n}.xlsx", *r) for n, r in enumerate(returns)], make_katalog(), now=NOW
    )
    second = merge_returns([sample_returns(name, *r) for name, r in shuffled], make_katalog(), now=NOW)
    assert list_figures_and_waiting(first) == list_figures_and_waiting(second)
    levels = [sorted((t.code, t.level) for t in merged.temuan) for merged in (first, second)]
    assert levels[0] == levels[1]


def list_what_is_said(contents, newer):
    """Return what each return says of the months: its figures, and those it emptied by going on without."""
    found = []
    for at, own in enumerate(contents):
        older = {n for n in range(len(contents)) if at in newer[n]}
        next_older = [n for n in older if not newer[n] & older]
        continued = [
            n
            for n in next_older
            if set(contents[n].items()) & {item for item in own.items() if item[1] != "lima"}
        ]
        emptied = {cell_key for n in continued for cell_key in contents[n]}
        found.append(dict.fromkeys(emptied, "dikosongkan") | own)
    return found


@settings(max_examples=60)
@given(returns=_RETURNS)
def test_nothing_is_lost_and_nothing_is_claimed(sample_returns, returns):
    """A month counts where the newest returns that say anything of it agree, and waits where they differ."""
    files = [sample_returns(f"{n}.xlsx", *r) for n, r in enumerate(returns)]
    merged = merge_returns(files, make_katalog(), now=NOW)
    window = credible(2026, NOW)
    masks = known_newer([moment(written, [arrived], window) for _, written, arrived in returns])
    newer = [{n for n in range(len(returns)) if mask >> n & 1} for mask in masks]
    says = list_what_is_said([_CONTENTS[number] for number, _, _ in returns], newer)
    figures, waiting = list_figures_and_waiting(merged)
    places = merged.realisasi[["bulan", "realisasi", "berkas"]].itertuples(index=False, name=None)
    for month in range(1, 13):
        cell_key = ("J03-02", f"realisasi_{month:02d}")
        speak = {n for n, said in enumerate(says) if cell_key in said}
        held = {says[n][cell_key] for n in speak if not newer[n] & speak} - {"dikosongkan"}
        found = [value for _, at, value in figures if at == month]
        assert found == ([float(*held)] if len(held) == 1 and held != {"lima"} else [])
        assert (cell_key in waiting) == (len(held) > 1 or held == {"lima"})
    for month, value, name in places:
        number = int(name.removesuffix(".xlsx"))
        assert _CONTENTS[returns[number][0]]["J03-02", f"realisasi_{month:02d}"] == value
    assert (merged.returns.loc[~merged.returns["dihitung"], "sebab"] != "").all()


_MOMENTS = st.lists(
    st.builds(
        Moment,
        st.none() | st.integers(0, 8).map(lambda day: JUNE + timedelta(days=day)),
        st.none() | st.integers(0, 40).map(lambda part: JUNE + timedelta(hours=6 * part)),
    ),
    max_size=7,
)


@settings(max_examples=120)
@given(moments=_MOMENTS)
def test_what_is_known_to_be_newer_never_goes_round(moments):
    """No return is newer than itself, two never than each other; newer than newer is newer."""
    newer = [{n for n in range(len(moments)) if mask >> n & 1} for mask in known_newer(moments)]
    for at, some in enumerate(newer):
        assert at not in some
        for n in some:
            assert at not in newer[n]
            assert newer[n] <= some
            assert moments[at] != moments[n]
    for at, one in enumerate(moments):
        for n, other in enumerate(moments):
            if one.written and other.written and one.written < other.written:
                assert at not in newer[n]


def test_evidence_that_goes_round_is_none():
    """By their own words A is older than C, by the files' times C than B and B than A: nothing is known."""
    a, c = Moment(JUNE, AUGUST), Moment(JUNE + timedelta(days=1), JUNE + timedelta(days=2))
    b = Moment(None, JULY)
    assert (a.before(c), c.before(b), b.before(a)) == (True, True, True)
    assert known_newer([a, b, c]) == [0, 0, 0]
    assert known_newer([a, c]) == [0b10, 0]


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        (Moment(JUNE), Moment(JULY), True),
        (Moment(JUNE), Moment(JUNE), False),
        (Moment(JUNE, AUGUST), Moment(JULY, JUNE), True),
        (Moment(JUNE, JUNE), Moment(JUNE, JULY), True),
        (Moment(None, JUNE), Moment(JULY), True),
        (Moment(None, JULY), Moment(JUNE), False),
        (Moment(None, JULY), Moment(JUNE, AUGUST), True),
        (Moment(JUNE, JULY), Moment(None, AUGUST), True),
        (Moment(JULY, JULY), Moment(None, JUNE), False),
        (Moment(None, JULY), Moment(None, JULY + timedelta(seconds=2)), False),
        (Moment(None, JULY), Moment(None, JULY + timedelta(seconds=3)), True),
        (Moment(), Moment(JULY, JULY), False),
        (Moment(JULY, JULY), Moment(), False),
    ],
)
def test_which_of_two_is_older(one, other, older):
    """The workbook's word, then the files' times, unless these are of one moment; unknown is never older."""
    assert one.before(other) is older
    assert not (older and other.before(one))
