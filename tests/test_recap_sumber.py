# ruff: noqa: DTZ001 - a workbook holds moments without a time zone
"""Where the recap's figures come from: files, changes, late months, and equality with the facts' files."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from filled import (
    NAMA,
    NIP_ANI,
    NIP_BUDI,
    NIP_HEAD,
    enter_person,
    make_katalog,
    receive_returns,
    write_return,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from test_recap import REKAP, THIS_BULAN, make_sample_content, read_data_rows

from iki_xl.catalog import RincianTarget
from iki_xl.measures import measure_each_bulan
from iki_xl.pipeline import kumpul
from iki_xl.recap import RecapContent, layout, rekap_xlsx
from iki_xl.recap.moments import UTC, find_reporting_deadline, time_zone
from iki_xl.recap.sheets import change_sheet, explanation_sheet, month_sheets, rekap_indikator, source_sheet
from iki_xl.results import CollectRequest, ReadingSettings
from iki_xl.tables import (
    CELL_COLUMNS,
    CHANGE_COLUMNS,
    EXPLANATION_COLUMNS,
    FILE_COLUMNS,
    REALISASI_COLUMNS,
    REPORTED_COLUMNS,
    SHEET_COLUMNS,
    SOURCE_COLUMNS,
)

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

WIB, WITA, WIT = (time_zone(timedelta(hours=hours)) for hours in (7, 8, 9))
OLD, NEW, NEWEST = (datetime(2026, month, 3, 18, 30) for month in (4, 5, 6))
ANI, BUDI = enter_person("Ani", NIP_ANI), enter_person("Budi", NIP_BUDI)


def enter_bulan(row_id: str, *values: object) -> dict[tuple[str, str], object]:
    """Months of a row from January on; None leaves a cell as it is."""
    return {(row_id, f"realisasi_{n:02d}"): v for n, v in enumerate(values, start=1) if v is not None}


def data(path: Path, *values: object, who=ANI, saved: datetime = OLD, also=None) -> Path:
    """A return of J03 whose months of J03-02 these are; `also` are other cells."""
    entries = {**who, **enter_bulan("J03-02", *values), **(also or {})}
    return write_return(path, make_katalog(), {"J03": entries}, saved=saved)


def rekap(folder: Path, month: int = 3, office=None) -> tuple[Workbook, Path]:
    """Collect a folder; return the recap as a viewer that does not calculate sees it, and the outputs."""
    to = folder.parent / f"laporan-{folder.name}"
    kumpul(office or make_katalog(), CollectRequest(folder, to, month), ReadingSettings(workers=1))
    (path,) = to.glob("rekap-*.xlsx")
    return openpyxl.load_workbook(path, data_only=True), to


def make_recap_from_tables(
    paths: list[Path], month: int, office, office_time=UTC, **more: object
) -> Workbook:
    """The recap of returned workbooks without a folder of outputs."""
    merged, said = receive_returns(office, *paths)
    measured = measure_each_bulan(merged.rows, office, month)
    content = RecapContent(
        office,
        month,
        merged.rows,
        measured,
        merged.returns,
        said,
        merged.changes,
        time_zone=office_time,
        **more,
    )
    return openpyxl.load_workbook(io.BytesIO(rekap_xlsx(content)), data_only=True)


def read_sheet_rows(book: Workbook, recap_sheet: layout.RecapSheet) -> list[dict[str, object]]:
    return read_data_rows(book[recap_sheet.nama], recap_sheet)


# --- Perubahan


def test_every_changed_or_emptied_value_is_listed_with_both_cells(tmp_path):
    """5 became 6, 8 was emptied, March was only filled in since: two changes, each a finding as well.

    April is the same in both: the newer goes on from the older.
    """
    folder = tmp_path / "isian"
    data(folder / "a.xlsx", 5, 8, None, 2)
    data(folder / "b.xlsx", 6, None, 9, 2, saved=NEW)
    book, to = rekap(folder)
    rows = read_sheet_rows(book, change_sheet.CHANGES)
    assert [
        tuple(r[key] for key in ("nama", "jabatan", "indikator", "kolom", "lama", "baru")) for r in rows
    ] == [
        ("Ani", "Pengelola Data", "Desa terdata", "Jan", "5", "6"),
        ("Ani", "Pengelola Data", "Desa terdata", "Feb", "8", "dikosongkan"),
    ]
    assert {r["dihitung"] for r in rows} == {"b.xlsx (lembar 03 Pengelola Data)"}
    assert [(r["berkas_lama"], r["sel_lama"], r["berkas_baru"], r["sel_baru"]) for r in rows] == [
        ("a.xlsx", "L9", "b.xlsx", "L9"),
        ("a.xlsx", "M9", "b.xlsx", "M9"),
    ]
    said = [t for t in csv.DictReader((to / "temuan.csv").open(encoding="utf-8")) if t["kode"] == "G03"]
    assert [(t["sel"], t["nilai"]) for t in said] == [("L9", "6"), ("M9", "")]


def test_changes_of_changes_name_the_return_that_counts_in_the_end(tmp_path):
    """5, then 6, then 7: both steps are listed, and the last return is named for both."""
    paths = [
        data(tmp_path / f"{n}.xlsx", value, saved=saved)
        for n, (value, saved) in enumerate([(5, OLD), (6, NEW), (7, NEWEST)])
    ]
    merged, said = receive_returns(make_katalog(), *paths)
    assert tuple(merged.changes.columns) == CHANGE_COLUMNS
    rows = merged.changes[["lama", "baru", "berkas_baru", "dihitung"]].to_numpy().tolist()
    last = "2.xlsx (lembar 03 Pengelola Data)"
    assert rows == [["5", "6", "1.xlsx", last], ["6", "7", "2.xlsx", last]]
    assert len(rows) == sum(t.code == "G03" for t in said)


def test_a_changed_name_is_a_change_of_no_indikator(tmp_path):
    """The head of the sheet is compared as well; the column is called by its label."""
    a = data(tmp_path / "a.xlsx", 5)
    b = data(tmp_path / "b.xlsx", 5, who=enter_person("Ani Lestari", NIP_ANI), saved=NEW)
    (row,) = read_sheet_rows(make_recap_from_tables([a, b], 3, make_katalog()), change_sheet.CHANGES)
    assert (row["kolom"], row["lama"], row["baru"], row["indikator"]) == ("Nama", "Ani", "Ani Lestari", None)
    assert (row["sel_lama"], row["sel_baru"]) == ("D4", "D4")


def test_without_a_change_the_sheet_says_so(tmp_path):
    """And its note says what is not listed."""
    folder = tmp_path / "isian"
    data(folder / "a.xlsx", 5)
    data(folder / "b.xlsx", 5, 6, saved=NEW)
    sheet = rekap(folder)[0]["Perubahan"]
    text = [v for row in sheet.iter_rows(values_only=True) for v in row if v]
    assert change_sheet.CHANGES.empty_note in text
    assert any("diisi belakangan tidak dicatat" in v for v in text)


# --- Sumber


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """A folder with everything that comes back; the rows of Sumber by (file, sheet), and the folder."""
    folder = tmp_path_factory.mktemp("kembali") / "isian"
    data(folder / "ani lama.xlsx", 5)
    data(folder / "ani.xlsx", 6, saved=NEW)
    shutil.copy(folder / "ani.xlsx", folder / "salinan ani.xlsx")
    write_return(
        folder / "budi.xlsx",
        make_katalog(),
        {"J03": {**BUDI, **enter_bulan("J03-02", 1)}, "J02": {}, "J01": {}},
    )
    write_return(folder / "kosong.xlsx", make_katalog(), {"J02": {}})
    write_return(folder / "bernama.xlsx", make_katalog(), {"J03": ANI, "J02": {}})
    write_return(
        folder / "kantor lain.xlsx", make_katalog(nama="Dinas Lain"), {"J02": enter_bulan("J02-01", 1)}
    )
    write_return(folder / "tahun lalu.xlsx", make_katalog(tahun=2025), {"J02": enter_bulan("J02-01", 1)})
    other = openpyxl.Workbook()
    other.active["A1"] = "daftar hadir"
    other.save(folder / "bukan.xlsx")
    (folder / "rusak.xlsx").write_bytes(b"bukan zip")
    (folder / "~$ani.xlsx").write_bytes(b"")
    (folder / "arsip.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    (folder / "surat.docx").write_bytes(b"surat")
    book, _ = rekap(folder)
    header = next(
        c.value for c in book["Sumber"][source_sheet.sources_sheet("").head_row + 1] if "disimpan" in c.value
    )
    rows = read_sheet_rows(book, source_sheet.sources_sheet(""))
    return {(r["berkas"], r["lembar"] or ""): r for r in rows}, folder, header


def test_every_file_has_a_row_with_its_reason(sources):
    """Counted, replaced, copied, blank, foreign, unreadable, skipped: each file at least once."""
    rows, folder, _ = sources
    reasons = {key: (r["dihitung"], r["sebab"] or "") for key, r in rows.items()}
    sheet = "03 Pengelola Data"
    assert reasons.pop(("ani.xlsx", sheet)) == ("ya", "")
    assert reasons.pop(("budi.xlsx", sheet)) == ("ya", "")
    assert all(counted == "tidak" and why for counted, why in reasons.values())
    expected = {
        ("ani lama.xlsx", sheet): "digantikan ani.xlsx",
        ("salinan ani.xlsx", ""): "sama persis dengan ani.xlsx",
        ("budi.xlsx", "02 Sekretaris, 01 Kepala Dinas"): "belum diisi",
        ("kosong.xlsx", "02 Sekretaris"): "belum diisi",
        ("bernama.xlsx", "03 Pengelola Data"): "belum diisi",
        ("bernama.xlsx", "02 Sekretaris"): "belum diisi",
        ("kantor lain.xlsx", "02 Sekretaris"): "kantor lain",
        ("tahun lalu.xlsx", "02 Sekretaris"): "tahun 2025",
        ("bukan.xlsx", ""): "bukan isian IKI",
        ("rusak.xlsx", ""): "tidak dapat dibuka",
        ("~$ani.xlsx", ""): "berkas sementara Excel",
        ("arsip.zip", ""): "terkompresi",
        ("surat.docx", ""): "bukan buku kerja",
    }
    assert {key: why for key, why in expected.items() if why not in reasons[key][1]} == {}
    assert {file_name for file_name, _ in rows} == {path.name for path in folder.iterdir()}


def test_the_digest_is_that_of_the_bytes(sources):
    """All 64 digits are in the cell; what could not be read has none."""
    rows, folder, _ = sources
    for (file_name, _), row in rows.items():
        if file_name in {"rusak.xlsx", "~$ani.xlsx", "arsip.zip", "surat.docx", "salinan ani.xlsx"}:
            assert row["sha256"] is None
        else:
            assert row["sha256"] == hashlib.sha256((folder / file_name).read_bytes()).hexdigest()


def test_who_sent_it_is_named_also_on_a_blank_sheet(sources):
    """A sheet with a name and nothing else is blank, but somebody's."""
    row = sources[0]["bernama.xlsx", "03 Pengelola Data"]
    assert (row["jabatan"], row["nama"], row["nip"]) == ("Pengelola Data", "Ani", NIP_ANI)


def test_the_title_says_whose_time_it_is(sources):
    """The machine's own zone, whatever it is here."""
    minutes = (datetime.now().astimezone().utcoffset() or timedelta()) // timedelta(minutes=1)
    assert sources[2] == f"Terakhir disimpan ({time_zone(timedelta(minutes=minutes)).nama})"


def test_a_wholly_blank_workbook_of_the_office_has_one_row(tmp_path):
    """Four blank sheets: three names and how many more."""
    folder = tmp_path / "isian"
    write_return(folder / "semua.xlsx", make_katalog(), {key: {} for key in ("J01", "J02", "J03", "J04")})
    (row,) = read_sheet_rows(rekap(folder)[0], source_sheet.sources_sheet(""))
    assert row["lembar"] == "01 Kepala Dinas, 02 Sekretaris, 03 Pengelola Data dan 1 lembar lain"
    assert row["sebab"] == "belum diisi"


def test_moments_are_shown_in_the_offices_own_time():
    """18:30 UTC is 01:30 WIB of the next day; nothing known stays nothing."""
    assert [z.nama for z in (WIB, WITA, WIT)] == ["WIB", "WITA", "WIT"]
    assert WIB.write_local("2026-04-03 18:30") == "2026-04-04 01:30"
    assert WIT.write_local("2025-12-31 15:00") == "2026-01-01 00:00"
    assert WIB.write_local("") == ""


@pytest.mark.parametrize(
    ("minutes", "nama"), [(0, "UTC"), (-210, "UTC-03:30"), (330, "UTC+05:30"), (600, "UTC+10:00")]
)
def test_other_zones_are_called_by_their_distance(minutes: int, nama: str):
    """A machine may be set to anything."""
    assert time_zone(timedelta(minutes=minutes)).nama == nama


# --- late months


@pytest.mark.parametrize(
    ("text", "bulan_number", "last_day"),
    [
        ("tanggal 5 bulan berikutnya", 3, date(2026, 4, 5)),
        ("Paling lambat tgl. 10 setiap bulan", 12, date(2027, 1, 10)),
        ("Tanggal 31 bulan depan", 1, date(2026, 2, 28)),
        ("tanggal 28 bulan berjalan", 2, date(2026, 2, 28)),
        ("tgl 7 pada bulan berikut", 11, date(2026, 12, 7)),
        ("5 hari kerja setelah bulan berakhir", 3, None),
        ("tanggal 5 bulan berikutnya pukul 16.00", 3, None),
        ("tanggal 5 bulan berikutnya, bidang tanggal 3", 3, None),
        ("tanggal 0 bulan berikutnya", 3, None),
        ("tanggal 5 hari kerja bulan berikutnya", 3, None),
        ("akhir bulan", 3, None),
        ("", 3, None),
    ],
)
def test_a_last_day_is_read_only_where_it_is_certain(text: str, bulan_number: int, last_day: date | None):
    """One day of a named month; working days, hours and several days say nothing that is certain."""
    assert find_reporting_deadline(text, 2026, bulan_number) == last_day


def test_a_month_is_reported_when_the_first_return_that_ends_with_it_was_saved(tmp_path):
    """January ends the first return, March the second; of February nothing is known."""
    a = data(tmp_path / "a.xlsx", 5, saved=OLD)
    b = data(tmp_path / "b.xlsx", 5, 6, 7, saved=NEW)
    c = data(tmp_path / "c.xlsx", 5, 6, 8, saved=NEWEST)
    merged, _ = receive_returns(make_katalog(), a, b, c)
    expected = ["2026-04-03 18:30", "", "2026-05-03 18:30", *[""] * 9]
    assert merged.returns[list(REPORTED_COLUMNS)].to_numpy().tolist() == [expected] * 3


def test_an_invalid_entry_was_reported_all_the_same(tmp_path):
    """Somebody typed a word in time and mended it later."""
    a = data(tmp_path / "a.xlsx", "lima", saved=OLD)
    b = data(tmp_path / "b.xlsx", 5, saved=NEW)
    merged, _ = receive_returns(make_katalog(), a, b)
    assert merged.returns[REPORTED_COLUMNS[0]][0] == "2026-04-03 18:30"


def test_late_is_said_of_the_month_that_a_return_ends_with(tmp_path):
    """Saved on 3 April 18:30 UTC, 4 April in WIB: late for a last day on the 3rd, in time for the 4th."""
    path = data(tmp_path / "a.xlsx", 5, 6, 7)
    for day, zone, late in ((3, WIB, True), (3, UTC, False), (4, WIB, False)):
        office = make_katalog(reporting_deadline=f"tanggal {day} bulan berikutnya")
        write_return(path, office, {"J03": {**ANI, **enter_bulan("J03-02", 5, 6, 7)}}, saved=OLD)
        book = make_recap_from_tables([path], 3, office, zone)
        rows = read_sheet_rows(book, month_sheets.bulan_sheet(3))
        notes = {r["id_indikator"]: r["keterangan"] or "" for r in rows if r["nama"] == "Ani"}
        said = "terlambat: disimpan 4 April 2026, batas lapor 3 April 2026"
        assert (notes["J03-02"] == said) is late
        assert "terlambat" not in notes["J03-01"]  # blank: it is missing, not late
        for other in (1, 2):
            rows = read_sheet_rows(book, month_sheets.bulan_sheet(other))
            assert not any("terlambat" in str(r["keterangan"]) for r in rows)


# --- the months' sheets


def test_target_of_the_period_stands_beside_the_one_to_date(tmp_path):
    """24 a year in quarters of 6: in May the quarter's target is 6, the sum to date 12."""
    office = make_katalog(RincianTarget.TRIWULAN)
    path = write_return(
        tmp_path / "a.xlsx", office, {"J02": {**enter_person("Sari"), **enter_bulan("J02-01", 1, 2, 3, 4, 5)}}
    )
    book = make_recap_from_tables([path], 5, office)
    recap_sheet = month_sheets.bulan_sheet(5, RincianTarget.TRIWULAN)
    row = next(r for r in read_sheet_rows(book, recap_sheet) if r["id_indikator"] == "J02-01")
    assert (row["target_periode"], row["target_sd"], row["realisasi"], row["realisasi_sd"]) == (6, 12, 5, 15)
    assert row["capaian"] == 120  # 100 x 15 / 12 = 125, at most 120
    assert "Target triwulan 2" in [c.value for c in book["Mei"][recap_sheet.head_row + 1]]


def test_missing_late_stale_and_invalid_look_different_from_a_number(tmp_path):
    """Each rule finds exactly the rows whose Keterangan says so; no two looks are alike, none is plain."""
    office = make_katalog(reporting_deadline="tanggal 1 bulan berikutnya")
    path = write_return(
        tmp_path / "a.xlsx",
        office,
        {
            "J01": {**enter_person("Kartini", NIP_HEAD), **enter_bulan("J01-02", 50, 60)},
            "J02": {
                **enter_person("Sari"),
                **enter_bulan("J02-01", 0, 0, 0),
                **enter_bulan("J02-02", 3, 4, "tiga"),
            },
        },
    )
    merged, said = receive_returns(office, path)
    measured = measure_each_bulan(merged.rows, office, 3)
    content = rekap_xlsx(RecapContent(office, 3, merged.rows, measured, merged.returns, said))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Maret"]
    recap_sheet = month_sheets.bulan_sheet(3)
    rows = {r["id_indikator"]: r for r in read_data_rows(sheet, recap_sheet)}
    assert "basi" in rows["J01-02"]["keterangan"]
    assert "bulan ini belum diisi" in rows["J01-02"]["keterangan"]
    assert "terlambat" in rows["J02-01"]["keterangan"]
    assert rows["J02-01"]["realisasi"] == 0
    assert rows["J02-02"]["realisasi"] == "tidak sah"
    assert rows["J03-02"]["keterangan"] == "belum lapor"
    looks = [
        (rule.dxf.fill.bgColor.rgb, bool(rule.dxf.font.b), bool(rule.dxf.font.i), bool(rule.dxf.font.u))
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.formula and "SEARCH" in rule.formula[0]
    ]
    assert len(looks) == 4
    assert len(set(looks)) == 3
    invalid = next(c for row in sheet.iter_rows() for c in row if c.value == "tidak sah")
    assert invalid.font.b
    assert invalid.fill.bgColor.rgb not in {fill for fill, *_ in looks}


def test_a_figure_is_traced_to_its_cell(tmp_path):
    """The month's sheet and Rekap Indikator name the file and the cell, and the cell holds the figure."""
    folder = tmp_path / "isian"

    def moved(book: Workbook) -> None:
        book["03 Pengelola Data"].insert_rows(6, 2)

    write_return(
        folder / "a.xlsx", make_katalog(), {"J03": {**ANI, **enter_bulan("J03-02", 5, 8)}}, change=moved
    )
    book, _ = rekap(folder, 2)
    rows = read_sheet_rows(book, month_sheets.bulan_sheet(2))
    row = next(r for r in rows if (r["id_indikator"], r["nama"]) == ("J03-02", "Ani"))
    detail = next(r for r in read_data_rows(book["Rekap Indikator"], REKAP) if r["id_indikator"] == "J03-02")
    returned = openpyxl.load_workbook(folder / row["berkas"])[detail["lembar"]]
    assert returned[row["sel"]].value == row["realisasi"] == 8
    assert returned[detail["sel"]].value == detail["realisasi_01"] == 5
    assert detail["berkas"] == "a.xlsx"


def test_the_month_of_a_position_is_shown(tmp_path):
    """Non Kumulatif: February's value in a recap to March is stale; Kumulatif has no such month."""
    folder = tmp_path / "isian"
    data(folder / "a.xlsx", 5, 8)
    write_return(
        folder / "b.xlsx", make_katalog(), {"J02": {**enter_person("Sari"), **enter_bulan("J02-01", 1)}}
    )
    rows = {r["id_indikator"]: r for r in read_data_rows(rekap(folder)[0]["Rekap Indikator"], REKAP)}
    assert rows["J03-02"]["posisi"] == "Februari (basi)"
    assert rows["J02-01"]["posisi"] is None
    assert rows["J03-01"]["keterangan"] == "belum ada realisasi; tipe perhitungan belum diisi"


# --- the facts' files


def test_the_facts_files_equal_the_workbook(tmp_path):
    """Every figure of realisasi.csv and capaian.csv is that of Rekap Indikator, and none is missing there."""
    folder = tmp_path / "isian"
    own = {("J03-01", "satuan"): "Data", ("J03-01", "tipe_perhitungan"): "Kumulatif", ("J03-01", "target"): 7}
    data(folder / "ani.xlsx", 5, 0, 1 / 3, None, 12, also=own | enter_bulan("J03-01", None, 2, 0.1))
    data(folder / "budi.xlsx", "dua", 8, who=BUDI)
    write_return(
        folder / "sari.xlsx",
        make_katalog(),
        {"J02": {**enter_person("Sari"), **enter_bulan("J02-01", 1e15), **enter_bulan("J02-03", 9)}},
    )
    book, to = rekap(folder, 3)
    shown = {
        (r["id_indikator"], r["nip"] or ""): r
        for r in read_data_rows(book["Rekap Indikator"], rekap_indikator.rekap_sheet(RincianTarget.YEARLY, 3))
    }
    facts = list(csv.DictReader((to / "realisasi.csv").open(encoding="utf-8")))
    for fact in facts:
        row = shown[fact["id_indikator"], fact["nip"]]
        assert row[REALISASI_COLUMNS[int(fact["bulan"]) - 1]] == float(fact["realisasi"])
        for key in ("satuan", "tipe_perhitungan", "berkas", "lembar"):
            assert (row[key] or "") == fact[key]
        assert row["target"] == (float(fact["target"]) if fact["target"] else None)
    cells = [r[key] for r in shown.values() for key in REALISASI_COLUMNS]
    assert len(facts) == sum(isinstance(value, (int, float)) for value in cells) == 9
    measured = list(csv.DictReader((to / "capaian.csv").open(encoding="utf-8")))
    assert {(m["id_indikator"], m["nip"]) for m in measured} == shown.keys()
    for line in measured:
        row = shown[line["id_indikator"], line["nip"]]
        for key in ("target_sd", "realisasi_sd", "capaian_mentah", "capaian", "bulan_terisi"):
            assert row[key] == (float(line[key]) if line[key] else None), (line["id_indikator"], key)
        assert row["skala"] == line["skala"] or not line["skala"]
    assert sum(bool(line["capaian"]) for line in measured) == 5
    for month in range(1, 4):
        for row in read_sheet_rows(book, month_sheets.bulan_sheet(month)):
            found = [f for f in facts if (f["berkas"], f["sel"]) == (row["berkas"], row["sel"])]
            assert [float(f["realisasi"]) for f in found] == [
                v for v in [row["realisasi"]] if isinstance(v, (int, float))
            ]


# --- what people typed

LIKE_FORMULAS = ["=1+1", "@SUM(A1)", "+62", "-5", "http://a.go.id", "{=1}", "_x0041_", "<r>", "\u202eslx.exe"]
FORBIDDEN = "\ufffe\uffff"  # in no XML
hostile = st.one_of(
    st.sampled_from(LIKE_FORMULAS),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=FORBIDDEN), min_size=1),
    st.text(st.sampled_from("=+-@<>&\"'_x0041😀🇮🇩\u200f\u202e\u2066\u2069 é"), min_size=1),
)


@pytest.mark.lambat
@settings(deadline=None, max_examples=25)
@given(st.lists(hostile, min_size=6, max_size=6))
def test_what_people_typed_stays_text_on_every_sheet(texts: list[str]):
    """Names, values and file names in Rekap, the months, Perubahan and Sumber are read back as they are."""
    nama, file_name, recap_sheet, kendala, old_text, new_text = texts
    made = make_sample_content()
    made_katalog = made.katalog
    row = {"id_jabatan": "J01", "nip": "1", "nama": nama}
    change = (
        dict.fromkeys(CHANGE_COLUMNS, "")
        | row
        | {"lama": old_text, "baru": new_text, "berkas_lama": file_name}
    )
    source = (
        dict.fromkeys(SOURCE_COLUMNS, "")
        | row
        | {"berkas": file_name, "lembar": recap_sheet, "sebab": kendala}
    )
    typed = made.rows.iloc[:1].assign(nama=nama, kendala=kendala, berkas=file_name, lembar=recap_sheet)
    explanation = (
        dict.fromkeys(EXPLANATION_COLUMNS, "")
        | row
        | {"id_laporan": 0, "id_indikator": typed["id_indikator"].iloc[0], "bulan": 1}
        | {"kendala": kendala, "berkas": file_name, "lembar": recap_sheet}
    )
    places = ((FILE_COLUMNS, file_name), (SHEET_COLUMNS, recap_sheet), (CELL_COLUMNS, "L9"))
    typed = typed.assign(**{key: text for columns, text in places for key in columns})
    content = rekap_xlsx(
        RecapContent(
            made_katalog,
            THIS_BULAN,
            typed,
            measure_each_bulan(typed, made_katalog, THIS_BULAN),
            made.returns,
            (),
            pd.DataFrame([change]),
            pd.DataFrame([explanation]),
            pd.DataFrame([source]),
        )
    )
    book = openpyxl.load_workbook(io.BytesIO(content))
    wanted = {
        "Rekap Indikator": (
            REKAP,
            {"nama": nama, "kendala": kendala, "berkas": file_name, "lembar": recap_sheet},
        ),
        "Kendala": (
            explanation_sheet.EXPLANATION_SHEET,
            {"nama": nama, "kendala": kendala, "berkas": file_name, "lembar": recap_sheet},
        ),
        "Perubahan": (
            change_sheet.CHANGES,
            {"nama": nama, "lama": old_text, "baru": new_text, "berkas_lama": file_name},
        ),
        "Sumber": (
            source_sheet.sources_sheet(""),
            {"nama": nama, "berkas": file_name, "lembar": recap_sheet, "sebab": kendala},
        ),
        "Januari": (month_sheets.bulan_sheet(1), {"nama": nama, "berkas": file_name}),
    }
    for name, (form, cells) in wanted.items():
        for key, text in cells.items():
            cell = book[name].cell(form.find_row(0) + 1, form.find_column(key) + 1)
            assert cell.data_type == "s", (name, key)
            assert cell.value == text
            assert cell.hyperlink is None


def test_names_of_files_with_emoji_and_marks_of_direction(tmp_path):
    """A file called to deceive is shown by its very name, and the workbook opens."""
    folder = tmp_path / "isian"
    names = ["😀 laporan.xlsx", "laporan\u202exslx.gpj.xlsx", "\u200f\u05d0\u200f - é.xlsx"]
    people = (ANI, BUDI, enter_person("\u0639\u0644\u064a 👩🏽\u200d💻", "197704042005011004"))
    for name, who in zip(names, people, strict=True):
        data(folder / name, 5, who=who)
    book, _ = rekap(folder)
    rows = read_sheet_rows(book, source_sheet.sources_sheet(""))
    assert {r["berkas"] for r in rows} == set(names)
    assert people[2][NAMA] in {r["nama"] for r in rows}
