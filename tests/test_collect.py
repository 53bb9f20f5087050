# ruff: noqa: DTZ001 - a cell holds moments without a time zone
"""What staff typed into a real template arrives in the tables, or is in the findings: nothing is lost."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest
from filled import (
    NAMA,
    NIP,
    NIP_ANI,
    NIP_BUDI,
    NIP_HEAD,
    NIP_OTHER,
    TypedFormula,
    drop_indikator,
    enter_person,
    find_address,
    find_form,
    list_codes,
    list_figures,
    make_katalog,
    make_templat,
    receive_returns,
    save_workbook,
    write_return,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from iki_xl.catalog import RincianTarget
from iki_xl.collect.files import read_all_files
from iki_xl.collect.finder import find_files
from iki_xl.findings import FINDING_KINDS, Level
from iki_xl.form.layout import FieldKind
from iki_xl.measures import measure
from iki_xl.tables import REPORTED_COLUMNS

SARI = enter_person("Sari", NIP_OTHER)
JAN, FEB, MAR, APR = (f"realisasi_0{n}" for n in (1, 2, 3, 4))


def write_secretary(path, entries, **options):
    """Return a filled J02 with who reports."""
    return write_return(path, make_katalog(), {"J02": {**SARI, **entries}}, **options)


def find_only(found, code):
    """Return the only finding with this code."""
    (result,) = [t for t in found if t.code == code]
    return result


def list_own_codes(found):
    """Return (code, cell) without the cross-checks, which have tests of their own."""
    return [pair for pair in list_codes(found) if pair[0][0] != "S"]


# What arrives.


def test_what_was_typed_arrives_with_its_true_address(tmp_path):
    """Figures, who reports, and the catalogue's words, with file, sheet and cell."""
    path = write_secretary(
        tmp_path / "sari.xlsx",
        {("J02-01", JAN): 2, ("J02-01", FEB): 0, ("J02-02", MAR): 9.5, ("J02-03", "kendala"): " Hujan "},
    )
    merged, found = receive_returns(make_katalog(), path)
    assert list_own_codes(found) == []
    rows = merged.realisasi.astype(object).values.tolist()
    assert rows == [
        [
            "J02",
            "J02-01",
            NIP_OTHER,
            1,
            2.0,
            "Laporan",
            "Kumulatif",
            24.0,
            "sari.xlsx",
            "02 Sekretaris",
            "L8",
        ],
        [
            "J02",
            "J02-01",
            NIP_OTHER,
            2,
            0.0,
            "Laporan",
            "Kumulatif",
            24.0,
            "sari.xlsx",
            "02 Sekretaris",
            "M8",
        ],
        ["J02", "J02-02", NIP_OTHER, 3, 9.5, "Orang", "Rata-rata", 10.0, "sari.xlsx", "02 Sekretaris", "N9"],
    ]
    assert merged.rows["kendala"].tolist() == ["", "", "Hujan"]
    assert merged.rows["cara_hitung"].tolist() == ["jumlah", "rata-rata", "jumlah"]
    assert merged.rows["arah"].tolist() == ["Maksimal", "Maksimal", "Minimal"]
    (report,) = merged.returns.to_dict("records")
    assert report == {
        "id_laporan": 0,
        "id_jabatan": "J02",
        "nip": NIP_OTHER,
        "nama": "Sari",
        "berkas": "sari.xlsx",
        "lembar": "02 Sekretaris",
        "disimpan": "2026-07-05 09:00",
        "dihitung": True,
        "sebab": "",
        "terisi": "1 2 3",
        **dict.fromkeys(REPORTED_COLUMNS, ""),
        REPORTED_COLUMNS[2]: "2026-07-05 09:00",
    }


def test_choices_are_matched_to_the_lists_spelling(tmp_path):
    """Case, edge and double spaces do not matter; `%` is Persentase, and then 85% is 85."""
    entries = {
        ("J01-01", "satuan"): " % ",
        ("J01-01", "tipe_perhitungan"): "non  KUMULATIF ",
        ("J01-01", "target"): "1.250.000",
        ("J01-01", JAN): 0.85,
    }
    path = write_return(
        tmp_path / "a.xlsx", make_katalog(), {"J01": entries}, number_format={("J01-01", JAN): "0%"}
    )
    merged, found = receive_returns(make_katalog(), path)
    row = merged.rows.iloc[0]
    assert (row["satuan"], row["tipe_perhitungan"], row[JAN]) == ("Persentase", "Non Kumulatif", 85.0)
    assert list_own_codes(found) == [("N10", "K8"), ("N02", "K8")]
    assert (row["nip"], row["nama"]) == (NIP_HEAD, "Kartini")


@pytest.mark.parametrize(
    ("rincian", "keys"),
    [
        (RincianTarget.YEARLY, []),
        (RincianTarget.TRIWULAN, [f"target_periode_0{n}" for n in range(1, 5)]),
        (RincianTarget.MONTHLY, [f"target_periode_{n:02d}" for n in range(1, 13)]),
    ],
)
def test_targets_arrive_however_finely_they_are_set(tmp_path, rincian, keys):
    """Typed and given ones, by year, quarter and month."""
    office = make_katalog(rincian)
    typed = {("J03-01", key): number for number, key in enumerate(["target", *keys], start=1)}
    path = write_return(
        tmp_path / "a.xlsx", office, {"J03": {**enter_person("Ani", NIP_ANI), **typed, ("J03-01", JAN): 7}}
    )
    merged, _ = receive_returns(office, path)
    assert merged.rows.loc[0, ["target", *keys]].tolist() == [float(n + 1) for n in range(len(keys) + 1)]
    assert merged.rows.loc[1, ["target", *keys]].tolist() == [20.0] * (len(keys) + 1)
    assert merged.realisasi["sel"].tolist() == [find_address(office, "J03-01", JAN)]


def test_several_sheets_of_one_workbook_are_several_returns(tmp_path):
    """A workbook for the whole office."""
    path = write_return(
        tmp_path / "kantor.xlsx",
        make_katalog(),
        {
            "J01": {("J01-02", JAN): 80},
            "J02": {**SARI, ("J02-01", JAN): 2},
            "J03": {**enter_person("Budi", NIP_BUDI), ("J03-02", JAN): 5},
            "J04": {},
        },
    )
    merged, found = receive_returns(make_katalog(), path)
    assert list_figures(merged) == [("J01-02", 1, 80.0), ("J02-01", 1, 2.0), ("J03-02", 1, 5.0)]
    assert merged.returns["nip"].tolist() == [NIP_HEAD, NIP_OTHER, NIP_BUDI]
    assert list_own_codes(found) == []


# What staff do to the form.


def unmerge_all(book):
    """Excel moves merged ranges along with rows and columns, the library that stands in for it does not."""
    sheet = book.worksheets[1]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    return sheet


def shift_rows(book):
    unmerge_all(book).insert_rows(1, 3)


def insert_inside_table(book):
    unmerge_all(book).insert_rows(9, 2)


def shift_columns(book):
    unmerge_all(book).insert_cols(1, 2)


def rename_sheet(book):
    book.worksheets[1].title = "Lembar saya"


def unprotect_sheets(book):
    for sheet in book.worksheets:
        sheet.protection.disable()


def reverse_rows(book):
    sheet = unmerge_all(book)
    rows = [[cell.value for cell in row] for row in sheet["A8:Z10"]]
    for target, values in zip(sheet["A8:Z10"], reversed(rows), strict=True):
        for cell, value in zip(target, values, strict=True):
            cell.value = value


def copy_to_new_book(book):
    """Only the cells' values, in a new workbook, among other sheets."""
    old = book.worksheets[1]
    new = book.create_sheet("Salinan", 0)
    for row in old.iter_rows():
        for cell in row:
            if cell.value is not None and cell.data_type != "f":
                new.cell(cell.row + 4, cell.column + 1, cell.value)
    for sheet in book.worksheets[1:]:
        del book[sheet.title]


@pytest.mark.parametrize(
    ("change", "sheet", "cells"),
    [
        (shift_rows, "02 Sekretaris", ["L11", "M12"]),
        (insert_inside_table, "02 Sekretaris", ["L8", "M11"]),
        (shift_columns, "02 Sekretaris", ["N8", "O9"]),
        (rename_sheet, "Lembar saya", ["L8", "M9"]),
        (unprotect_sheets, "02 Sekretaris", ["L8", "M9"]),
        (reverse_rows, "02 Sekretaris", ["L10", "M9"]),
        (copy_to_new_book, "Salinan", ["M12", "N13"]),
    ],
)
def test_a_sheet_is_known_however_it_was_moved(tmp_path, change, sheet, cells):
    """The same figures, and the addresses where they stand now."""
    entries = {("J02-01", JAN): 2, ("J02-02", FEB): 9}
    path = write_secretary(tmp_path / "a.xlsx", entries, change=change)
    merged, found = receive_returns(make_katalog(), path)
    assert list_figures(merged) == [("J02-01", 1, 2.0), ("J02-02", 2, 9.0)]
    assert merged.realisasi["sel"].tolist() == cells
    assert set(merged.realisasi["lembar"]) == {sheet}
    assert merged.returns["nama"].tolist() == ["Sari"]
    # what was opened or typed over on the way is said
    expected = {unprotect_sheets: {"B21"}, copy_to_new_book: {"B21", "B22"}}.get(change, set())
    assert {t.code for t in found} == expected


def test_the_address_of_a_finding_moves_with_the_cell(tmp_path):
    """ "abc" in February of a sheet that slid down three rows."""
    path = write_secretary(tmp_path / "a.xlsx", {("J02-01", FEB): "abc"}, change=shift_rows)
    _, found = receive_returns(make_katalog(), path)
    wrong = find_only(found, "N15")
    assert (wrong.cell, wrong.value, wrong.id_indikator, wrong.sheet) == (
        "M11",
        "abc",
        "J02-01",
        "02 Sekretaris",
    )


# What stands in a cell.


def test_error_cells_and_formulas(tmp_path):
    """A stored result counts and is said; no result, or an error, is a galat and no figure."""
    entries = {
        ("J02-01", JAN): "#REF!",
        ("J02-01", FEB): TypedFormula("=1/0", "#DIV/0!"),
        ("J02-01", MAR): "=6+6",
        ("J02-01", APR): TypedFormula("=6+6", 12),
        ("J02-02", JAN): TypedFormula('="1,5"', "1,5"),
    }
    merged, found = receive_returns(make_katalog(), write_secretary(tmp_path / "a.xlsx", entries))
    assert list_figures(merged) == [("J02-01", 4, 12.0), ("J02-02", 1, 1.5)]
    said = [(t.code, t.cell, t.value) for t in found if t.code[0] == "N"]
    assert said == [
        ("N16", "L8", "#REF!"),
        ("N16", "M8", "#DIV/0! (=1/0)"),
        ("N18", "N8", "=6+6"),
        ("N17", "O8", "12"),
        ("N02", "L9", "1,5"),
        ("N17", "L9", "1,5"),
    ]
    assert merged.rows["tidak_sah"].tolist() == [f"{JAN} {FEB} {MAR}", "", ""]


@pytest.mark.parametrize(
    ("number_format", "content", "value"),
    [
        ("0%", 0.85, 85.0),
        ("0.00%", 0.8525, 85.25),
        ("0%;-0%;0", 0.07, 7.0),
        ("General", 85, 85.0),
        ('0" %"', 85, 85.0),
        ('0.0"%"', 85.5, 85.5),
        ("0\\%", 85, 85.0),
    ],
)
def test_only_a_percent_format_multiplies(tmp_path, number_format, content, value):
    """A percent sign that the format merely shows as text multiplies nothing in Excel."""
    cell_key = ("J01-02", JAN)
    path = write_return(
        tmp_path / "a.xlsx",
        make_katalog(),
        {"J01": {cell_key: content}},
        number_format={cell_key: number_format},
    )
    merged, found = receive_returns(make_katalog(), path)
    assert list_figures(merged) == [("J01-02", 1, value)]
    assert list_own_codes(found) == []


def test_a_percent_format_on_another_satuan_is_said(tmp_path):
    """12% in a row of Laporan is stored as 0.12."""
    cell_key = ("J02-01", JAN)
    merged, found = receive_returns(
        make_katalog(), write_secretary(tmp_path / "a.xlsx", {cell_key: 0.12}, number_format={cell_key: "0%"})
    )
    assert list_figures(merged) == [("J02-01", 1, 0.12)]
    assert find_only(found, "N22").value == "12%"


@pytest.mark.parametrize(
    ("content", "code", "shown"),
    [
        (-3, "N11", "-3"),
        (2e15, "N12", "2000000000000000"),
        (datetime(2026, 2, 1), "N13", "01/02/2026"),
        (time(1, 30), "N13", "01:30"),
        (True, "N14", "TRUE"),
        ("sudah selesai", "N15", "sudah selesai"),
    ],
)
def test_a_cell_in_galat_is_left_out_and_the_rest_of_its_row_counts(tmp_path, content, code, shown):
    """Spec section 6, point 5."""
    merged, found = receive_returns(
        make_katalog(), write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): content, ("J02-01", FEB): 4})
    )
    assert list_figures(merged) == [("J02-01", 2, 4.0)]
    assert merged.rows["tidak_sah"].iloc[0] == JAN
    wrong = find_only(found, code)
    assert (wrong.level, wrong.cell, wrong.value) == (Level.GALAT, "L8", shown)


def test_percentages_above_100_are_galat_unless_the_office_allows_them(tmp_path):
    """120 in a row of Persentase."""
    path = write_return(tmp_path / "a.xlsx", make_katalog(), {"J01": {("J01-02", JAN): 120}})
    merged, found = receive_returns(make_katalog(), path)
    assert (list_figures(merged), list_codes(found)) == ([], [("N10", "L9")])
    office = make_katalog()
    lists = replace(office.referensi, percentage_over_100=True)
    merged, found = receive_returns(replace(office, referensi=lists), path)
    assert list_figures(merged) == [("J01-02", 1, 120.0)]
    assert "N10" not in dict(list_codes(found))


# Choices and what must be there.


@pytest.mark.parametrize("typed", [None, "   "])
def test_without_a_tipe_the_figure_waits(tmp_path, typed):
    """L03, no capaian; a cell with spaces is as blank as an empty one."""
    entries = {
        ("J01-01", "satuan"): "Dokumen",
        ("J01-01", "tipe_perhitungan"): typed,
        ("J01-01", "target"): 5,
        ("J01-01", JAN): 3,
    }
    merged, found = receive_returns(
        make_katalog(), write_return(tmp_path / "a.xlsx", make_katalog(), {"J01": entries})
    )
    assert list_codes(found) == [("L03", "F8")]
    assert merged.rows["tidak_sah"].iloc[0] == "tipe_perhitungan"
    figures = measure(merged.rows, make_katalog(), 1).iloc[0]
    assert figures[["realisasi_sd", "capaian"]].isna().all()


@pytest.mark.parametrize("typed", [None, " \u00a0"])
def test_without_a_satuan_the_figure_counts_and_it_is_said(tmp_path, typed):
    """L04 is a peringatan."""
    entries = {
        ("J01-01", "satuan"): typed,
        ("J01-01", "tipe_perhitungan"): "Kumulatif",
        ("J01-01", "target"): 5,
    }
    merged, found = receive_returns(
        make_katalog(),
        write_return(tmp_path / "a.xlsx", make_katalog(), {"J01": {**entries, ("J01-01", JAN): 3}}),
    )
    assert list_codes(found) == [("L04", "E8")]
    assert list_figures(merged) == [("J01-01", 1, 3.0)]
    assert measure(merged.rows, make_katalog(), 1)["capaian"].iloc[0] == 60.0


def test_wrong_choices_name_the_nearest_of_the_list(tmp_path):
    """Lapran is near Laporan, Kumulative near Kumulatif, Xyz near nothing."""
    entries = {
        ("J01-01", "satuan"): "Lapran",
        ("J01-01", "tipe_perhitungan"): "Kumulative",
        ("J01-01", "target"): 5,
        ("J01-01", JAN): 3,
    }
    other = {**enter_person("Ani", NIP_ANI), ("J03-01", "satuan"): "Xyz"}
    merged, found = receive_returns(
        make_katalog(), write_return(tmp_path / "a.xlsx", make_katalog(), {"J01": entries, "J03": other})
    )
    said = [(t.code, t.cell, t.value, t.message) for t in found if t.code[0] == "L"]
    assert said == [
        ("L01", "E8", "Lapran", "Satuan “Lapran” tidak ada di daftar. Maksud Anda: Laporan?"),
        (
            "L02",
            "F8",
            "Kumulative",
            "Tipe perhitungan “Kumulative” tidak ada di daftar. Maksud Anda: Kumulatif?",
        ),
        ("L01", "E8", "Xyz", "Satuan “Xyz” tidak ada di daftar."),
    ]
    assert merged.rows.loc[0, ["satuan", "tipe_perhitungan", "cara_hitung"]].tolist() == ["", "", ""]
    assert measure(merged.rows, make_katalog(), 1)["capaian"].isna().all()


@pytest.mark.parametrize(
    "entry", [("J03-02", JAN, 5), ("J03-01", "target", 12), ("J03-02", "kendala", "Hujan")]
)
def test_nama_and_nip_missing_is_galat_where_several_hold_the_jabatan(tmp_path, entry):
    """Whatever it is that was filled in (L05)."""
    row_id, key, value = entry
    path = write_return(
        tmp_path / "a.xlsx", make_katalog(), {"J03": {(row_id, key): value, **enter_person(" ", None)}}
    )
    _, found = receive_returns(make_katalog(), path)
    said = [(t.level.value, t.cell, t.message.split(" ")[0]) for t in found if t.code == "L05"]
    assert said == [("galat", "D4", "Nama"), ("galat", "D5", "NIP")]


def test_nama_and_nip_missing_is_a_peringatan_elsewhere(tmp_path):
    """L06, for a jabatan that nobody or one person holds."""
    path = write_return(
        tmp_path / "a.xlsx",
        make_katalog(),
        {"J02": {("J02-01", JAN): 1}, "J01": {("J01-02", JAN): 80, NIP: None}},
    )
    merged, found = receive_returns(make_katalog(), path)
    said = [(t.level.value, t.id_jabatan, t.cell) for t in found if t.code == "L06"]
    assert said == [("peringatan", "J01", "D5"), ("peringatan", "J02", "D4"), ("peringatan", "J02", "D5")]
    assert list_figures(merged) == [("J01-02", 1, 80.0), ("J02-01", 1, 1.0)]


def test_an_invalid_nip_is_said_and_not_used(tmp_path):
    """Stored as a number, or impossible."""
    one = write_return(
        tmp_path / "a.xlsx",
        make_katalog(),
        {"J02": {**enter_person("Sari", 197704042005011004), ("J02-01", JAN): 1}},
    )
    two = write_return(
        tmp_path / "b.xlsx", make_katalog(), {"J03": {**enter_person("Ani", "123"), ("J03-02", JAN): 1}}
    )
    merged, found = receive_returns(make_katalog(), one, two)
    assert list_own_codes(found) == [("N20", "D5"), ("N21", "D5")]
    assert merged.returns["nip"].tolist() == ["", ""]
    assert "harus 18 digit, ini 3 digit" in find_only(found, "N21").message


def test_another_nip_than_the_catalogues_is_used_and_said(tmp_path):
    """B19: the head's NIP was changed, or the jabatan has changed hands."""
    path = write_return(
        tmp_path / "a.xlsx", make_katalog(), {"J01": {**enter_person("Sari", NIP_OTHER), ("J01-02", JAN): 80}}
    )
    merged, found = receive_returns(make_katalog(), path)
    assert list_codes(found) == [("B19", "D5")]
    assert merged.returns["nip"].tolist() == [NIP_OTHER]


# What became of the form.


def change_cells(*changes):
    def change(book):
        for address, value in changes:
            book.worksheets[1][address] = value

    return change


def test_a_locked_text_that_was_changed_is_said_and_the_catalogue_counts(tmp_path):
    """Indikator, satuan, target, and a text in a locked blank cell (B12)."""
    change = change_cells(
        ("D8", "Jumlah laporan baru"), ("E8", "Dokumen"), ("K8", 12), ("AB8", "a/b"), ("K9", "10")
    )
    merged, found = receive_returns(
        make_katalog(), write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=change)
    )
    said = [(t.code, t.cell, t.value, t.message.rpartition(": ")[2]) for t in found if t.code == "B12"]
    assert said == [
        ("B12", "D8", "Jumlah laporan baru", "“Jumlah laporan”."),
        ("B12", "E8", "Dokumen", "“Laporan”."),
        ("B12", "K8", "12", "“24”."),
        ("B12", "AB8", "a/b", "“(kosong)”."),
        ("B12", "K9", "10", "“10”."),
    ]
    assert merged.rows.loc[0, ["satuan", "target"]].tolist() == ["Laporan", 24.0]
    assert merged.rows.loc[1, "target"] == 10.0


def test_an_untouched_form_says_nothing_about_its_locked_texts(tmp_path):
    """Also when line ends and spaces changed on the way."""
    change = change_cells(("D8", " Jumlah  laporan\r\n"))
    _, found = receive_returns(
        make_katalog(), write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=change)
    )
    assert list_own_codes(found) == []


def test_a_row_that_was_deleted_is_said(tmp_path):
    """B10, always in the form's order; the other rows count."""
    entries = {("J02-03", FEB): 1}
    path = write_secretary(
        tmp_path / "a.xlsx", entries, change=lambda book: unmerge_all(book).delete_rows(8, 2)
    )
    merged, found = receive_returns(make_katalog(), path)
    assert [(t.code, t.id_indikator) for t in found] == [("B10", "J02-01"), ("B10", "J02-02")]
    assert list_figures(merged) == [("J02-03", 2, 1.0)]
    assert merged.realisasi["sel"].tolist() == ["M8"]


def test_a_row_that_stands_twice_counts_once_and_the_other_is_told(tmp_path):
    """B11 names the row that counts, and what the other holds."""
    change = change_cells(("A12", "J02-01"), ("L12", 7), ("M12", "tujuh"), ("AD12", "Hujan"))
    merged, found = receive_returns(
        make_katalog(), write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=change)
    )
    assert list_figures(merged) == [("J02-01", 1, 2.0)]
    said = find_only(found, "B11")
    assert (said.cell, said.id_indikator, said.value) == ("B12", "J02-01", "Jan 7; Feb tujuh; KENDALA Hujan")
    assert "baris 8" in said.message


def test_an_indikator_that_the_catalogue_does_not_know_is_told_with_its_entries(tmp_path):
    """B09."""
    change = change_cells(("A12", "J02-09"), ("L12", 7))
    merged, found = receive_returns(
        make_katalog(), write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=change)
    )
    assert list_figures(merged) == [("J02-01", 1, 2.0)]
    said = find_only(found, "B09")
    assert (said.cell, said.value) == ("B12", "Jan 7")


def test_a_column_that_was_deleted_is_a_galat(tmp_path):
    """B13; the other months are found where they are now."""
    entries = {("J02-01", JAN): 2, ("J02-01", MAR): 4}
    path = write_secretary(
        tmp_path / "a.xlsx", entries, change=lambda book: unmerge_all(book).delete_cols(12)
    )
    merged, found = receive_returns(make_katalog(), path)
    assert list_figures(merged) == [("J02-01", 3, 4.0)]
    assert merged.realisasi["sel"].tolist() == ["M8"]
    assert find_only(found, "B13").message == "Kolom Jan tidak ada lagi di lembar ini."


def test_a_column_that_stands_twice_counts_once_and_the_others_entries_are_told(tmp_path):
    """The first one counts (B15), each entry of the second is said (B16)."""
    change = change_cells(("AH1", JAN), ("AH8", 99), ("AH9", "x"))
    merged, found = receive_returns(
        make_katalog(), write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=change)
    )
    assert list_figures(merged) == [("J02-01", 1, 2.0)]
    assert [(t.code, t.cell, t.value) for t in found] == [
        ("B15", "AH1", ""),
        ("B16", "AH8", "99"),
        ("B16", "AH9", "x"),
    ]
    assert "kolom L" in find_only(found, "B15").message


def test_entries_in_rows_and_columns_of_no_one_are_told(tmp_path):
    """A row without an id, a total below the table, a column of one's own (B16); TUGAS and FUNGSI are not."""
    office = make_katalog()

    def change(book):
        sheet = unmerge_all(book)
        sheet.insert_rows(9)
        for address, value in (
            ("L9", 3),
            ("AD9", "Indikator sendiri"),
            ("L12", "=SUM(L8:L10)"),
            ("AH8", "catatan"),
        ):
            sheet[address] = value

    path = write_return(
        tmp_path / "a.xlsx",
        office,
        {"J03": {**enter_person("Ani", NIP_ANI), ("J03-02", JAN): 5}},
        change=change,
    )
    merged, found = receive_returns(office, path)
    assert list_figures(merged) == [("J03-02", 1, 5.0)]
    said = [(t.cell, t.value) for t in found if t.code == "B16"]
    assert said == [("AH8", "catatan"), ("L9", "3"), ("AD9", "Indikator sendiri"), ("L12", "=SUM(L8:L10)")]


def test_a_row_whose_id_was_deleted_is_told_with_what_it_holds(tmp_path):
    """B10 for the missing id, B16 for each entry."""
    entries = {("J02-02", JAN): 9, ("J02-02", FEB): 8}
    merged, found = receive_returns(
        make_katalog(), write_secretary(tmp_path / "a.xlsx", entries, change=change_cells(("A9", None)))
    )
    assert list_figures(merged) == []
    said = [(t.code, t.cell, t.value) for t in found]
    assert ("B16", "L9", "9") in said
    assert ("B16", "M9", "8") in said
    assert ("B10", "", "") in said


def test_a_sheet_that_lost_its_ids_is_known_by_its_texts(tmp_path):
    """The hidden row or column is deleted: figures and addresses arrive, with a peringatan (B20)."""
    entries = {**SARI, ("J02-01", JAN): 2, ("J02-02", FEB): 9}
    for name, change, cells in (
        ("baris", lambda book: unmerge_all(book).delete_rows(1), ["L7", "M8"]),
        ("kolom", lambda book: unmerge_all(book).delete_cols(1), ["K8", "L9"]),
    ):
        path = write_return(tmp_path / f"{name}.xlsx", make_katalog(), {"J02": entries}, change=change)
        merged, found = receive_returns(make_katalog(), path)
        assert list_figures(merged) == [("J02-01", 1, 2.0), ("J02-02", 2, 9.0)]
        assert merged.realisasi["sel"].tolist() == cells
        assert merged.returns["nip"].tolist() == [NIP_OTHER]
        assert find_only(found, "B20").level.value == "peringatan"


def test_a_sheet_that_lost_ids_and_titles_is_a_galat(tmp_path):
    """Somebody deleted the hidden first row and the header of one sheet among others (B17)."""

    def change(book):
        sheet = unmerge_all(book)
        sheet.delete_rows(7)
        sheet.delete_rows(1)

    entries = {
        "J02": {**SARI, ("J02-01", JAN): 2},
        "J03": {**enter_person("Ani", NIP_ANI), ("J03-02", JAN): 5},
    }
    path = write_return(tmp_path / "a.xlsx", make_katalog(), entries, change=change)
    merged, found = receive_returns(make_katalog(), path)
    assert list_figures(merged) == [("J03-02", 1, 5.0)]
    said = find_only(found, "B17")
    assert (said.level.value, said.sheet) == ("galat", "02 Sekretaris")
    alone = write_return(
        tmp_path / "b" / "b.xlsx",
        make_katalog(),
        {"J02": SARI},
        change=change,
    )
    assert list_codes(receive_returns(make_katalog(), alone)[1]) == [("B17", "")]


def test_a_sheet_of_ones_own_is_named_as_not_read(tmp_path):
    """B18; the template's own other sheets are not."""

    def change(book):
        book.create_sheet("Hitungan")["A1"] = 5
        book.create_sheet("Kosong")

    _, found = receive_returns(
        make_katalog(), write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=change)
    )
    assert [(t.code, t.sheet) for t in found] == [("B18", "Hitungan")]


# Whose workbook.


def test_another_offices_and_another_years_sheets_are_kept_out(tmp_path):
    """B03, B04."""
    one = write_return(
        tmp_path / "a.xlsx", make_katalog(nama="Dinas Lain"), {"J02": {**SARI, ("J02-01", JAN): 2}}
    )
    two = write_return(tmp_path / "b.xlsx", make_katalog(tahun=2025), {"J02": {**SARI, ("J02-01", JAN): 2}})
    merged, found = receive_returns(make_katalog(), one, two)
    assert [(t.code, t.level.value, t.file, t.cell) for t in found] == [
        ("B03", "galat", "a.xlsx", ""),
        ("B04", "galat", "b.xlsx", ""),
    ]
    assert (len(merged.returns), len(merged.rows), merged.counted_files) == (0, 0, frozenset())


def test_a_jabatan_that_the_catalogue_does_not_know_any_more_is_kept_out(tmp_path):
    """B08."""
    office = make_katalog()
    smaller = replace(
        drop_indikator(office, "J02-01", "J02-02", "J02-03"), jabatan=(office.jabatan[0], office.jabatan[2])
    )
    path = write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2})
    merged, found = receive_returns(smaller, path)
    assert (list_codes(found), list_figures(merged)) == ([("B08", "")], [])


def test_a_blank_return_is_said_once(tmp_path):
    """B14; a name alone makes no return, but is told."""
    blank = write_return(tmp_path / "a.xlsx", make_katalog(), {"J01": {}, "J02": {}})
    named = write_return(tmp_path / "b.xlsx", make_katalog(), {"J01": {("J01-02", JAN): 80}, "J02": SARI})
    merged, found = receive_returns(make_katalog(), blank, named)
    assert [(t.code, t.file, t.sheet, t.value) for t in found] == [
        ("B14", "a.xlsx", "01 Kepala Dinas", ""),
        ("B14", "b.xlsx", "02 Sekretaris", f"Sari; {NIP_OTHER}"),
    ]
    assert merged.returns["id_jabatan"].tolist() == ["J01"]


# Files that are none.


def make_foreign_book():
    target = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "Anggaran"
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code", "part"),
    [
        (b"", "B01", "berkasnya kosong"),
        (b"Januari,5\n", "B01", "bukan buku kerja"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "B01", "bukan buku kerja"),
        (make_templat(make_katalog(), ("J02",))[:4000], "B01", "rusak"),
        (b"PK\x03\x04" + bytes(100), "B01", "rusak"),
        (make_foreign_book(), "B02", "tidak ada lembar IKI"),
    ],
)
def test_a_file_that_is_no_return_is_one_galat_and_the_others_count(tmp_path, content, code, part):
    """Empty, text, encrypted, truncated, foreign."""
    (tmp_path / "x.xlsx").write_bytes(content)
    good = write_secretary(tmp_path / "sari.xlsx", {("J02-01", JAN): 2})
    merged, found = receive_returns(make_katalog(), tmp_path / "x.xlsx", good)
    (said,) = found
    assert (said.code, said.level.value, said.file) == (code, "galat", "x.xlsx")
    assert part in said.message
    assert list_figures(merged) == [("J02-01", 1, 2.0)]


def test_damaged_files_never_stop_a_collection(tmp_path):
    """A template with bytes changed, at many places, and with parts broken: read, or B01."""
    content = make_templat(make_katalog(), ("J02",))
    for number, at in enumerate(range(30, len(content), len(content) // 40)):
        broken = bytearray(content)
        broken[at : at + 4] = b"\xff\x00<&"
        (tmp_path / f"{number:03d}.xlsx").write_bytes(broken)
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        for name in ("xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml", "docProps/core.xml"):
            for number, part in enumerate((b"", b"<a/>", old.read(name)[:300], b"\xff\xfe\x00")):
                path = tmp_path / f"{Path(name).stem}-{number}.xlsx"
                with zipfile.ZipFile(path, "w") as new:
                    for other in old.namelist():
                        new.writestr(other, part if other == name else old.read(other))
    paths, _ = find_files(tmp_path)
    files, said = read_all_files(paths, tmp_path, make_katalog())
    assert len(files) + len(said) == len(paths) > 50
    assert {t.code for t in said} <= {"B01", "B07"}


def test_a_number_of_hundreds_of_digits_is_one_galat(tmp_path):
    """No program writes it, but no file may stop the others."""
    path = write_secretary(
        tmp_path / "a.xlsx", {("J02-01", JAN): TypedFormula("=9", int("9" * 400)), ("J02-01", FEB): 1}
    )
    merged, found = receive_returns(make_katalog(), path)
    assert list_figures(merged) == [("J02-01", 2, 1.0)]
    assert ("N12", "L8") in list_codes(found)


def test_identical_bytes_are_read_once(tmp_path):
    """B07, the first by name counts, in whatever order they come."""
    one = write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2})
    two = tmp_path / "b.xlsx"
    two.write_bytes(one.read_bytes())
    for paths in ((one, two), (two, one)):
        merged, found = receive_returns(make_katalog(), *paths)
        assert [(t.code, t.file) for t in found] == [("B07", "b.xlsx")]
        assert merged.returns["berkas"].tolist() == ["a.xlsx"]


def test_the_folder_is_searched_and_what_is_left_out_is_said(tmp_path):
    """Any depth, .xlsx and .xlsm; lock files, other files, links and hidden workbooks are named."""
    one = write_secretary(tmp_path / "bidang" / "a.XLSX", {("J02-01", JAN): 2})
    for name in ("~$a.xlsx", "catatan.txt", "README.md", ".DS_Store", ".simpan/b.xlsx", "lama.xls"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "tautan.xlsx").symlink_to(one)
    os.mkfifo(tmp_path / "pipa.xlsx")
    paths, said = find_files(tmp_path)
    assert [p.relative_to(tmp_path).as_posix() for p in paths] == ["bidang/a.XLSX", "lama.xls"]
    assert sorted((t.code, t.file) for t in said) == [
        ("B06", ".simpan/b.xlsx"),
        ("B06", "catatan.txt"),
        ("B06", "pipa.xlsx"),
        ("B06", "tautan.xlsx"),
        ("B06", "~$a.xlsx"),
    ]
    _, unread = read_all_files(paths, tmp_path, make_katalog())
    assert [(t.code, t.file) for t in unread] == [("B01", "lama.xls")]


def test_a_file_that_is_gone_and_a_name_without_xlsx_are_no_crash(tmp_path):
    """`periksa` takes any name: the content decides."""
    path = write_secretary(tmp_path / "isian.kirim", {("J02-01", JAN): 2})
    merged, found = receive_returns(make_katalog(), path, tmp_path / "hilang.xlsx")
    assert list_figures(merged) == [("J02-01", 1, 2.0)]
    assert find_only(found, "B01").message == "Berkas tidak dapat dibuka: berkasnya tidak ada."


@pytest.mark.lambat
def test_findings_come_in_the_same_order_whatever_the_hash_seed(tmp_path):
    """Two runs of the program agree."""
    delete = change_cells(*((f"A{row}", f"X{row}") for row in (8, 9, 10)))
    path = write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=delete)
    script = (
        "import sys; from pathlib import Path; from filled import *;"
        "print(receive_returns(make_katalog(), Path(sys.argv[1]))[1])"
    )
    folders = os.pathsep.join((str(Path(__file__).parent), str(Path(__file__).parents[1])))
    runs = [
        subprocess.run(
            [sys.executable, "-c", script, str(path)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": folders},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0].count("code='B10'") == 3


# Cross-checks.


def list_cross_checks(tmp_path, entries, *, office=None, **options):
    """Return (code, cell) of the cross-checks of one return of J03."""
    office = office or make_katalog()
    given = {
        ("J03-01", "satuan"): "Dokumen",
        ("J03-01", "tipe_perhitungan"): "Kumulatif",
        ("J03-01", "target"): 12,
    }
    content = {**enter_person("Ani", NIP_ANI), **given, **entries}
    content = {cell_key: value for cell_key, value in content.items() if value != ""}
    _, found = receive_returns(office, write_return(tmp_path / "a.xlsx", office, {"J03": content}), **options)
    return [pair for pair in list_codes(found) if pair[0][0] == "S" or pair[0] == "N19"]


def enter_bulan(row_id, *values):
    """Return entries from January on; None leaves a month blank."""
    return {(row_id, f"realisasi_{n:02d}"): v for n, v in enumerate(values, start=1) if v is not None}


@pytest.mark.parametrize(
    ("values", "extra", "codes"),
    [
        ((3, 6, 12), {}, [("S01", "L8")]),
        ((5, 5, 5), {}, [("S01", "L8")]),
        ((None, 4, 5, 6), {}, [("S01", "M8")]),
        ((1, 6, 7.4), {}, []),  # 14.4 is just 1.2 x 12
        ((6, 3, 12), {}, []),  # falls once
        ((6, 12), {}, []),  # two months only
        ((3, 6, 13), {}, []),  # the last is over the target
        ((3, 6, 12), {("J03-01", "tipe_perhitungan"): "Non Kumulatif"}, []),
        ((3, 6, 12), {("J03-01", "tipe_perhitungan"): "Rata-rata"}, []),
    ],
)
def test_s01_running_totals(tmp_path, values, extra, codes):
    """Kumulatif, 3 or more, never falling, last <= target, sum > 1.2 x target."""
    assert list_cross_checks(tmp_path, {**enter_bulan("J03-01", *values), **extra}) == codes


@pytest.mark.parametrize(
    ("rincian", "targets", "values", "codes"),
    [
        (RincianTarget.YEARLY, {"target": ""}, (1,), [("S02", "K8")]),
        (RincianTarget.YEARLY, {"target": "-"}, (1,), [("S02", "K8")]),
        (RincianTarget.YEARLY, {"target": "abc"}, (1,), []),  # its own galat says so
        (RincianTarget.YEARLY, {"target": ""}, (), []),
        (RincianTarget.YEARLY, {"target": 0}, (1,), []),
        (RincianTarget.TRIWULAN, {}, (1,), [("S02", "L8")]),
        (RincianTarget.TRIWULAN, {"target": "", "target_periode_01": 3}, (1, 1, 1), []),
        (RincianTarget.TRIWULAN, {"target_periode_01": 3}, (1, 1, 1, 1), [("S02", "M8")]),
        (RincianTarget.TRIWULAN, {"target_periode_02": 3}, (1, 1, 1, 1), [("S02", "L8")]),
        (RincianTarget.TRIWULAN, {"target_periode_02": 3, "tipe_perhitungan": "Rata-rata"}, (1, 1, 1, 1), []),
        (RincianTarget.MONTHLY, {"target_periode_02": 3, "tipe_perhitungan": "Non Kumulatif"}, (1, 1), []),
        (RincianTarget.MONTHLY, {"target_periode_01": 3}, (1, 1), [("S02", "M8")]),
    ],
)
def test_s02_the_target_that_the_figure_needs_is_missing(tmp_path, rincian, targets, values, codes):
    """The yearly one, or those of the periods that the months reach."""
    typed = {("J03-01", key): value for key, value in targets.items()}
    assert (
        list_cross_checks(tmp_path, {**typed, **enter_bulan("J03-01", *values)}, office=make_katalog(rincian))
        == codes
    )


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ((1, None, 1), [("S03", "M8")]),
        ((1, None, None, 1), [("S03", "M8"), ("S03", "N8")]),
        ((1, "-", 1), [("S03", "M8")]),
        ((1, "abc", 1), []),  # its own galat says so
        ((None, 1, 1), []),
        ((1, 1, None), []),
        ((1, 0, 1), []),
    ],
)
def test_s03_a_gap_between_filled_months(tmp_path, values, codes):
    """Before the first and after the last is no gap, and 0 is filled."""
    assert list_cross_checks(tmp_path, enter_bulan("J03-01", *values)) == codes


@pytest.mark.parametrize(
    ("tipe", "quarters", "codes"),
    [
        ("Kumulatif", (3, 3, 3, 3), []),
        ("Kumulatif", (3, 3, 3, 4), [("S04", "O8")]),
        ("Kumulatif", (12, 12, 12, 12), [("S04", "O8")]),
        ("Kumulatif", (3, 3, 3, None), []),
        ("Non Kumulatif", (3, 6, 9, 12), []),
        ("Non Kumulatif", (3, 6, 9, 11), [("S05", "O8")]),
        ("Rata-rata", (3, 6, 9, 11), []),
    ],
)
def test_s04_s05_targets_of_the_periods_against_the_yearly_one(tmp_path, tipe, quarters, codes):
    """Kumulatif: they add up; Non Kumulatif: the last is it."""
    typed = {("J03-01", f"target_periode_0{n}"): v for n, v in enumerate(quarters, start=1) if v is not None}
    typed[("J03-01", "tipe_perhitungan")] = tipe
    assert list_cross_checks(tmp_path, typed, office=make_katalog(RincianTarget.TRIWULAN)) == codes


def test_s04_is_not_said_of_tenths(tmp_path):
    """0.1 + 0.2 + 0.3 + 0.4 is 1, whatever binary numbers make of it."""
    typed = {("J03-01", f"target_periode_0{n}"): n / 10 for n in range(1, 5)}
    assert (
        list_cross_checks(
            tmp_path, {**typed, ("J03-01", "target"): 1}, office=make_katalog(RincianTarget.TRIWULAN)
        )
        == []
    )


def test_s06_more_than_ten_times_the_target(tmp_path):
    """Maksimal only: 120 of 12 is just ten times; J02-03 is Minimal."""
    assert list_cross_checks(tmp_path, enter_bulan("J03-01", 120, 121)) == [("S06", "M8")]
    path = write_secretary(tmp_path / "b" / "b.xlsx", {("J02-03", JAN): 41, ("J02-02", JAN): 100})
    assert list_codes(receive_returns(make_katalog(), path)[1]) == []


def test_s07_one_nip_under_two_jabatan(tmp_path):
    """Both are named; different NIP are not."""
    one = write_return(
        tmp_path / "a.xlsx", make_katalog(), {"J02": {**enter_person("Ani", NIP_ANI), ("J02-01", JAN): 1}}
    )
    two = write_return(
        tmp_path / "b.xlsx", make_katalog(), {"J03": {**enter_person("Ani", NIP_ANI), ("J03-02", JAN): 1}}
    )
    merged, found = receive_returns(make_katalog(), one, two)
    assert [(t.code, t.file, t.cell, t.message) for t in found] == [
        ("S07", "a.xlsx", "D5", f"NIP {NIP_ANI} dipakai pada jabatan lain: J03."),
        ("S07", "b.xlsx", "D5", f"NIP {NIP_ANI} dipakai pada jabatan lain: J02."),
    ]
    assert len(list_figures(merged)) == 2
    three = write_return(
        tmp_path / "c.xlsx", make_katalog(), {"J03": {**enter_person("Budi", NIP_BUDI), ("J03-02", JAN): 1}}
    )
    assert list_codes(receive_returns(make_katalog(), one, three)[1]) == []


def test_n19_a_month_after_the_one_reported_to_is_kept_and_said(tmp_path):
    """March when the report reaches to February; without --bulan nothing is late."""
    entries = enter_bulan("J03-01", 1, 1, 1)
    assert list_cross_checks(tmp_path, entries, bulan=2) == [("N19", "N8")]
    assert list_cross_checks(tmp_path, entries, bulan=3) == []
    assert list_cross_checks(tmp_path, entries) == []
    merged, _ = receive_returns(make_katalog(), tmp_path / "a.xlsx", bulan=2)
    assert list_figures(merged) == [("J03-01", 1, 1.0), ("J03-01", 2, 1.0), ("J03-01", 3, 1.0)]
    assert measure(merged.rows, make_katalog(), 2)["realisasi_sd"].iloc[0] == 2.0


# Nothing is lost.

_TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
)
_CONTENTS = st.one_of(
    st.integers(-(10**16), 10**16),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)).map(lambda d: d.replace(microsecond=0)),
    _TEXTS,
    _TEXTS.map(lambda text: f"={text}"),
    st.sampled_from(
        ["12", "1.250", "1,5", "1.250.000", "Rp 5.000", "12 laporan", "nihil", "-", "belum", "85%"]
    ),
    st.sampled_from(["#REF!", "#N/A", "Laporan", "%", "kumulatif", "Kumulatip", "=1+1", "'12", "  "]),
    st.sampled_from([NIP_ANI, "19850202 201001 2 002", "1985"]),
)


@st.composite
def draw_entries(draw):
    """Return a jabatan and something typed into some of its input cells."""
    jabatan = draw(st.sampled_from(["J01", "J02", "J03"]))
    cells = st.sampled_from(find_form(make_katalog(), jabatan).input_cells)
    return jabatan, draw(st.dictionaries(cells, _CONTENTS, min_size=1, max_size=12))


@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw_entries(), st.sampled_from(["General", "0%", "@", "0.00"]))
def test_whatever_is_typed_is_in_the_tables_or_in_the_findings(tmp_path, typed, number_format):
    """Every input cell that is not blank: a figure or text that counts, or a finding at its very cell."""
    office, (jabatan, entries) = make_katalog(), typed
    formats = {cell_key: number_format for cell_key in entries if cell_key not in {NAMA, NIP}}
    path = write_return(tmp_path / "a.xlsx", office, {jabatan: entries}, number_format=formats)
    merged, found = receive_returns(office, path)
    said = {t.cell for t in found} | {NAMA for t in found if t.code == "B14"}
    rows = {row["id_indikator"]: row for row in merged.rows.to_dict("records")}
    form = find_form(office, jabatan)
    sheet = openpyxl.load_workbook(path)[form.sheet_name]
    for row, key in entries:
        at = form.layout.address(row, key)
        content = sheet[at].value
        if content is None or not str(content).strip() or at in said:
            continue
        if row.startswith("#"):
            column = {NAMA: "nama", NIP: "nip"}[row, key]
            assert NAMA in said or merged.returns[column].iloc[0], (at, content)
        else:
            assert rows[row][key] == rows[row][key] not in {"", None}, (at, content)


_FORM = find_form(make_katalog(), "J02")
_COMPUTED = {f.key for f in _FORM.layout.fields if f.kind is FieldKind.FORMULA} | {"id", "no"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.tuples(st.integers(8, 10), st.integers(1, 40)), st.integers(1000, 9999), max_size=6)
)
def test_a_figure_typed_anywhere_beside_the_input_cells_is_never_lost(tmp_path, scattered):
    """Protection off, figures all over the table's rows: each one counts, or is said at its cell."""
    keys = {number: item.key for number, item in enumerate(_FORM.layout.fields, start=1)}
    places = {at: value for at, value in scattered.items() if keys.get(at[1]) not in _COMPUTED}

    def change(book):
        sheet = unmerge_all(book)
        for at, value in places.items():
            sheet.cell(*at).value = value

    merged, found = receive_returns(make_katalog(), write_secretary(tmp_path / "a.xlsx", {}, change=change))
    said = {t.cell for t in found} | set(merged.realisasi["sel"])
    rows = merged.rows.set_index("id_indikator")
    for (row, column), value in places.items():
        if keys.get(column) in {"kendala", "tindak_lanjut", "bukti_dukung"}:
            assert rows.loc[_FORM.indikator[row - 8].id, keys[column]] == str(value)
        else:
            assert f"{get_column_letter(column)}{row}" in said, (row, column)


def test_every_finding_can_be_said():
    """Codes of the collector's own families have a level, a text and a remedy."""
    assert all(kind.message and kind.remedy for code, kind in FINDING_KINDS.items() if code[0] in "BNLSG")


def test_a_workbook_saved_by_hand_is_read(tmp_path):
    """The helper's own writer and openpyxl's give the same."""
    path = write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2})
    save_workbook(tmp_path / "b" / "b.xlsx", openpyxl.load_workbook(path))
    assert list_figures(receive_returns(make_katalog(), tmp_path / "b" / "b.xlsx")[0]) == [("J02-01", 1, 2.0)]


def test_notes_beside_the_form_are_never_lost(tmp_path):
    """Texts typed over titles, into the head and below the table are each named with their cell (B16)."""
    notes = {
        "C3": "Lurah",
        "F5": "catatan kepala",
        "H4": "catatan",
        "AD40": "kendala di bawah tabel",
        "C7": "Tujuan",
    }
    path = write_secretary(tmp_path / "a.xlsx", {("J02-01", JAN): 2}, change=change_cells(*notes.items()))
    merged, found = receive_returns(make_katalog(), path)
    assert {t.cell: t.value for t in found if t.code == "B16"} == notes
    assert list_figures(merged) == [("J02-01", 1, 2.0)]


def test_percentages_that_add_up_to_more_than_100_are_said(tmp_path):
    """A Persentase with a tipe that is added up: 60 and 50 are 110; 60 and 40 are not said."""
    for name, values, said in (("a.xlsx", (60, 50), True), ("b.xlsx", (60, 40), False)):
        entries = {
            ("J01-01", "satuan"): "Persentase",
            ("J01-01", "tipe_perhitungan"): "Kumulatif",
            ("J01-01", "target"): 100,
            ("J01-01", JAN): values[0],
            ("J01-01", FEB): values[1],
        }
        merged, found = receive_returns(
            make_katalog(), write_return(tmp_path / name, make_katalog(), {"J01": entries})
        )
        assert (("S08", "M8") in list_codes(found)) is said
        assert len(list_figures(merged)) == 2
