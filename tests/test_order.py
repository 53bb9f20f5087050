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
from filled import NIP_ANI, NIP_BUDI, fakta, isi, katalog, orang
from hypothesis import given, settings
from hypothesis import strategies as st

from iki_xl import pipeline
from iki_xl.catalog import RincianTarget
from iki_xl.catalog.reader import read_katalog
from iki_xl.collect.files import BATAS, BerkasTerbaca, baca_semua
from iki_xl.collect.merge import kumpulkan
from iki_xl.collect.moments import Moment, credible, known_newer, moment
from iki_xl.collect.record import buka_catatan, catat
from iki_xl.findings import Tingkat
from iki_xl.form.jabatan import jabatan_forms
from iki_xl.pipeline import Pembacaan, Permintaan
from iki_xl.readers.workbook import read_workbook
from iki_xl.recap import layout
from iki_xl.tables import DIBUAT

CASES = Path(__file__).parent / "cases" / "laporan"
ANI = orang("Ani", NIP_ANI)
SHEET, COPY = "03 Pengelola Data", "03 Pengelola Data (2)"
JAN, FEB, MAR, APR = (f"realisasi_0{n}" for n in (1, 2, 3, 4))
JUNI, JULI, AGUSTUS = (datetime(2026, month, 1, 9) for month in (6, 7, 8))
KINI = datetime(2026, 11, 25)


def pengelola(path, entries, saved=JUNI, who=ANI, **options):
    """Write a filled J03, the jabatan that two people hold."""
    return isi(path, katalog(), {"J03": {**who, **entries}}, disimpan=saved, **options)


def desa(*values):
    """Months of J03-02 from January on; None leaves a month blank."""
    return {("J03-02", f"realisasi_{n:02d}"): v for n, v in enumerate(values, start=1) if v is not None}


def berwaktu(path, at):
    """Set the file's own time."""
    seconds = at.replace(tzinfo=UTC).timestamp()
    os.utime(path, (seconds, seconds))
    return path


def kumpulan(*paths, office=None, now=KINI, **options):
    """Merge files in both orders, which must agree."""
    office = office or katalog()
    files, said = baca_semua(paths, paths[0].parent, office)
    runs = [kumpulkan(order, office, now=now, **options) for order in (files, files[::-1])]
    assert runs[0].temuan == runs[1].temuan
    assert fakta(runs[0]) == fakta(runs[1])
    return runs[0], (*said, *runs[0].temuan)


def tentang_urutan(said):
    """What is said about which return counts, as (code, file, cell)."""
    return [(t.kode, t.berkas, t.sel) for t in said if t.kode[0] == "G"]


def dihitung(merged):
    return sorted(merged.laporan.loc[merged.laporan["dihitung"], "berkas"])


def menyalin(**changes):
    """Copy the sheet inside its workbook, with other values in some of the copy's cells."""

    def copy(book):
        again = book.copy_worksheet(book[SHEET])
        again.title = COPY
        for address, value in changes.items():
            again[address] = value

    return copy


def lembar_sumber(book):
    title = layout.lembar_sumber("")
    rows = book[title.nama].iter_rows(min_row=title.baris_kepala + 2, values_only=True)
    keys = [column.key for column in title.kolom]
    return [dict(zip(keys, row, strict=False)) for row in rows if row[0]]


# --- files that failed


@cache
def kantor_kasus():
    return read_katalog(CASES / "00-katalog-benar.xlsx")


def kasus(folder, *names):
    """Copy cases into a folder of returns."""
    folder.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copy(CASES / name, folder / name)) for name in names]


def kumpul(folder, now=KINI):
    """Collect a folder; return the result, and the recap as a viewer without formulas sees it."""
    wanted = Permintaan(folder / "isian", folder / "hasil", 6, now=now)
    result = pipeline.kumpul(kantor_kasus(), wanted, Pembacaan(pekerja=1))
    (path,) = (folder / "hasil").glob("rekap-*.xlsx")
    return result, openpyxl.load_workbook(path, data_only=True)


def test_two_sheets_of_one_workbook_that_differ_wait_and_all_else_counts(tmp_path):
    """88 and 999 in April: galat at both cells, "tidak sah" in the recap, never "lebih baru"."""
    kasus(tmp_path / "isian", "13-lembar-salinan-2.xlsx")
    result, book = kumpul(tmp_path)
    galat = [t for t in result.temuan if t.tingkat is Tingkat.GALAT]
    assert [(t.kode, t.lembar, t.sel, t.nilai) for t in galat] == [
        ("G08", "07 Pengelola PM", "O8", "88"),
        ("G08", "07 Pengelola PM (2)", "O8", "999"),
    ]
    assert "999 di 13-lembar-salinan-2.xlsx (lembar 07 Pengelola PM (2)) sel O8" in galat[0].pesan
    assert not [t for t in result.temuan if "digantikan" in t.pesan or t.kode in {"G02", "G03"}]
    facts = list(csv.DictReader((tmp_path / "hasil" / "realisasi.csv").open(encoding="utf-8")))
    assert len(facts) == 15
    assert not [f for f in facts if (f["id_indikator"], f["bulan"]) == ("J07-01", "4")]
    title = layout.lembar_bulan(4)
    keys = [column.key for column in title.kolom]
    rows = book["April"].iter_rows(min_row=title.baris_kepala + 2, values_only=True)
    april = {r["id_indikator"]: r for r in (dict(zip(keys, row, strict=False)) for row in rows)}
    assert (april["J07-01"]["realisasi"], april["J07-01"]["sel"]) == ("tidak sah", "O8")
    assert april["J07-01"]["berkas"] == "13-lembar-salinan-2.xlsx"
    sources = [r for r in lembar_sumber(book) if r["dihitung"] == "ya"]
    assert {r["lembar"] for r in sources} == {"07 Pengelola PM", "07 Pengelola PM (2)"}
    assert all("tidak diketahui mana yang lebih baru" in r["sebab"] for r in sources)


def test_the_copy_to_mend_marks_the_cell_on_both_sheets(tmp_path):
    """Each with what the other sheet holds; the number is a text there until somebody has decided."""
    kasus(tmp_path / "isian", "13-lembar-salinan-2.xlsx")
    kumpul(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "hasil" / "perbaikan" / "13-lembar-salinan-2.xlsx")
    marked = [sheet for sheet in book if sheet["O8"].comment]
    assert [sheet["O8"].value for sheet in marked] == ["88", "999"]
    assert ["999 di" in sheet["O8"].comment.text for sheet in marked] == [True, False]


@pytest.mark.parametrize(
    ("times", "april", "codes"),
    [
        ((JULI, AGUSTUS), 120.0, {"G02", "G03", "G07"}),
        ((AGUSTUS, JULI), 99.0, {"G02", "G03", "G07"}),
        ((AGUSTUS, AGUSTUS), None, {"G07", "G08", "G09"}),
        ((datetime(2026, 3, 1), AGUSTUS), 120.0, {"G02", "G03", "G07"}),
        ((datetime(2099, 3, 1), AGUSTUS), None, {"G07", "G08", "G09"}),
        ((datetime(1980, 1, 1), AGUSTUS), None, {"G07", "G08", "G09"}),
    ],
)
def test_a_clock_of_2099_is_said_and_not_believed(tmp_path, times, april, codes):
    """The files' times order then; where they do not either, 99 and 120 wait and May's 130 counts."""
    paths = kasus(tmp_path / "isian", "15-jam-2099.xlsx", "15-sesudahnya.xlsx")
    for path, at in zip(paths, times, strict=True):
        berwaktu(path, at)
    merged, said = kumpulan(*paths, office=kantor_kasus())
    assert {t.kode for t in said} == codes
    (told,) = [t for t in said if t.kode == "G07"]
    assert (told.tingkat, told.berkas, told.nilai) == (
        Tingkat.PERINGATAN,
        "15-jam-2099.xlsx",
        "2099-01-01 00:00",
    )
    assert "1 Januari 2099" in told.pesan
    months = {month: value for row, month, value in fakta(merged) if row == "J07-01"}
    assert months.get(4) == april
    assert months.get(5) == (None if april == 99 else 130)


def test_the_moment_that_a_template_bears_is_no_clock(tmp_path):
    """A program that leaves it there says nothing: no finding, and the file's time orders."""
    paths = kasus(tmp_path, "00-dasar-benar.xlsx")
    assert kumpulan(*paths, office=kantor_kasus())[0].temuan == ()
    old = berwaktu(pengelola(tmp_path / "z" / "b.xlsx", desa(5), DIBUAT), JUNI)
    new = berwaktu(pengelola(tmp_path / "z" / "a.xlsx", desa(6), DIBUAT), JULI)
    merged, said = kumpulan(old, new)
    assert (fakta(merged), {t.kode for t in said}) == ([("J03-02", 1, 6.0)], {"G02", "G03"})


# --- which moments are believed


@pytest.mark.parametrize(
    ("saved", "now", "believed"),
    [
        (JUNI, KINI, True),
        (JUNI, datetime(2026, 5, 31, 9), True),
        (JUNI, datetime(2026, 5, 31, 8, 59), False),
        (datetime(2025, 12, 31, 0), KINI, True),
        (datetime(2025, 12, 30, 23, 59), KINI, False),
        (datetime(1, 1, 1), KINI, False),
        (datetime(9999, 12, 31), KINI, False),
    ],
)
def test_a_moment_to_come_or_before_the_year_is_not_believed(tmp_path, saved, now, believed):
    """A day is left for zones; the finding shows the moment, once a workbook, whatever else counts."""
    text = f"{saved.year:04d}-{saved:%m-%dT%H:%M:%S}Z"
    path = pengelola(tmp_path / "a.xlsx", desa(5), text)
    merged, said = kumpulan(path, now=now)
    assert [t.kode for t in said if t.kode[0] == "G"] == ([] if believed else ["G07"])
    assert fakta(merged) == [("J03-02", 1, 5.0)]


def test_a_moment_that_is_not_believed_is_no_lateness(tmp_path):
    """Neither Sumber nor "terlambat" repeats the year 2099: the file's time stands there, or nothing."""
    path = berwaktu(pengelola(tmp_path / "a.xlsx", desa(5), "2099-01-01T00:00:00Z"), JUNI)
    merged, _ = kumpulan(path)
    assert merged.laporan["disimpan"].tolist() == ["2026-06-01 09:00"]
    assert merged.laporan["lapor_pada"][0][0] == "2026-06-01 09:00"
    merged, _ = kumpulan(berwaktu(path, datetime(2098, 1, 1)))
    assert merged.laporan["disimpan"].tolist() == [""]
    assert merged.laporan["lapor_pada"][0] == ("",) * 12


def test_a_return_of_unknown_time_may_have_been_the_first(tmp_path):
    """January came in a workbook without a believable time and again in July: nobody says it was late."""
    one = berwaktu(pengelola(tmp_path / "a.xlsx", desa(5), "2099-01-01T00:00:00Z"), datetime(2098, 1, 1))
    two = pengelola(tmp_path / "b.xlsx", desa(5, 6), JULI)
    merged, _ = kumpulan(one, two)
    assert {moments[:2] for moments in merged.laporan["lapor_pada"]} == {("", "2026-07-01 09:00")}


def test_what_the_ledger_keeps_knows_no_now(tmp_path):
    """The same bytes, believed once their moment has come, without being read again."""
    pengelola(tmp_path / "workbooks" / "a.xlsx", desa(5), AGUSTUS)
    codes = []
    for now in (JUNI, AGUSTUS, JUNI):
        wanted = Permintaan(tmp_path / "workbooks", tmp_path / "reports", kerja=tmp_path, now=now)
        found = pipeline.himpun(katalog(), wanted, Pembacaan(pekerja=1))
        codes.append([t.kode for t in found.terkumpul.temuan])
    assert codes == [["G07"], [], ["G07"]]


def test_identical_bytes_were_there_when_the_first_of_them_was(tmp_path):
    """Copied again in August they are no newer than in June, whatever the files are called."""
    for early, late in (("a.xlsx", "z.xlsx"), ("z.xlsx", "a.xlsx")):
        first = pengelola(tmp_path / early / early, desa(5), "")
        between = berwaktu(pengelola(tmp_path / early / "m.xlsx", desa(6), ""), JULI)
        again = berwaktu(Path(shutil.copy(first, tmp_path / early / late)), AGUSTUS)
        merged, said = kumpulan(berwaktu(first, JUNI), between, again)
        assert fakta(merged) == [("J03-02", 1, 6.0)]
        assert {t.kode for t in said} == {"B07", "G02", "G03"}


# --- put together


def test_returns_of_the_same_moment_are_put_together_cell_by_cell(tmp_path):
    """What agrees counts once, what one of them has counts from there, and every figure knows its cell."""
    one = pengelola(tmp_path / "a.xlsx", desa(5, None, 7), JUNI)
    two = pengelola(tmp_path / "b.xlsx", desa(5, 6), JUNI)
    merged, said = kumpulan(berwaktu(one, JULI), berwaktu(two, JULI))
    assert fakta(merged) == [("J03-02", 1, 5.0), ("J03-02", 2, 6.0), ("J03-02", 3, 7.0)]
    assert tentang_urutan(said) == [("G09", "a.xlsx", ""), ("G09", "b.xlsx", "")]
    assert {t.tingkat for t in said} == {Tingkat.INFO}
    places = merged.realisasi[["bulan", "berkas", "lembar", "sel"]].to_numpy().tolist()
    assert places[1:] == [[2, "b.xlsx", SHEET, "M9"], [3, "a.xlsx", SHEET, "N9"]]
    row = merged.baris[merged.baris["id_indikator"] == "J03-02"].iloc[0]
    assert list(zip(*row["origins"], strict=True))[1:3] == [("b.xlsx", SHEET, "M9"), ("a.xlsx", SHEET, "N9")]
    assert set(row["berkas"].split("; ")) == {"a.xlsx", "b.xlsx"}
    assert dihitung(merged) == ["a.xlsx", "b.xlsx"]
    assert merged.laporan["id_laporan"].nunique() == 1
    assert merged.berkas_dihitung == {"a.xlsx", "b.xlsx"}


def test_a_sheet_copied_within_its_workbook_without_a_change_counts_once(tmp_path):
    """One counts, the other is an info; nothing waits."""
    merged, said = kumpulan(pengelola(tmp_path / "a.xlsx", desa(5, 6), ubah=menyalin()))
    assert fakta(merged) == [("J03-02", 1, 5.0), ("J03-02", 2, 6.0)]
    assert [(t.kode, t.tingkat.value) for t in said if t.kode[0] == "G"] == [("G01", "info")]
    assert merged.laporan["dihitung"].tolist().count(True) == 1


def test_a_value_that_cannot_be_read_differs_from_one_that_can(tmp_path):
    """ "lima" on one sheet, 5 on the other: nobody knows which came later, so the month waits."""
    merged, said = kumpulan(pengelola(tmp_path / "a.xlsx", desa(5, 6), ubah=menyalin(L9="lima")))
    assert fakta(merged) == [("J03-02", 2, 6.0)]
    assert sorted((t.kode, t.lembar) for t in said if t.sel == "L9") == [
        ("G08", SHEET),
        ("G08", COPY),
        ("N15", COPY),
    ]


def test_a_dash_takes_nothing_away_where_the_order_is_not_known(tmp_path):
    """It says "nothing yet" on one sheet; the other holds a figure."""
    merged, said = kumpulan(pengelola(tmp_path / "a.xlsx", desa(5, 6), ubah=menyalin(M9="-")))
    assert fakta(merged) == [("J03-02", 1, 5.0), ("J03-02", 2, 6.0)]
    assert "G08" not in {t.kode for t in said}


def test_satuan_tipe_and_target_that_differ_make_their_cell_wait(tmp_path):
    """Their cells are not valid in the row; the months stay, their capaian has no ground."""
    given = {
        ("J03-01", "satuan"): "Data",
        ("J03-01", "tipe_perhitungan"): "Kumulatif",
        ("J03-01", "target"): 10,
        ("J03-01", JAN): 4,
    }
    other = menyalin(E8="Laporan", F8="Non Kumulatif", K8=12)
    merged, said = kumpulan(pengelola(tmp_path / "a.xlsx", given, ubah=other))
    row = merged.baris[merged.baris["id_indikator"] == "J03-01"].iloc[0]
    assert row["tidak_sah"] == ("satuan", "target", "tipe_perhitungan")
    assert (row["satuan"], row["tipe_perhitungan"], row["cara_hitung"], row["realisasi_01"]) == (
        "",
        "",
        "",
        4,
    )
    assert sorted({t.sel for t in said if t.kode == "G08"}) == ["E8", "F8", "K8"]
    assert {t.kode for t in said if t.tingkat is Tingkat.GALAT} == {"G08"}


def test_texts_that_differ_are_all_kept_with_their_place(tmp_path):
    """No galat: both stand in the row, and the info names the cell."""
    given = {**desa(5), ("J03-02", "kendala"): "Hujan", ("J03-02", "tindak_lanjut"): "Rapat"}
    merged, said = kumpulan(pengelola(tmp_path / "a.xlsx", given, ubah=menyalin(AD9="Banjir")))
    row = merged.baris[merged.baris["id_indikator"] == "J03-02"].iloc[0]
    assert row["kendala"].split("\n") == [
        f"Banjir [a.xlsx (lembar {COPY})]",
        f"Hujan [a.xlsx (lembar {SHEET})]",
    ]
    assert (row["tindak_lanjut"], row["tidak_sah"]) == ("Rapat", ())
    info = [t for t in said if t.kode == "G09"]
    assert {t.tingkat for t in said} == {Tingkat.INFO}
    assert all("Teks yang berbeda ditulis semuanya (AD9)" in t.pesan for t in info)


def test_a_name_spelled_in_another_way_is_that_of_the_catalogue(tmp_path):
    """ "ANI " is Ani; another name beside the same NIP is shown with it, and said."""
    merged, said = kumpulan(pengelola(tmp_path / "a.xlsx", desa(5, 6), ubah=menyalin(D4="ANI")))
    assert set(merged.baris["nama"]) == {"Ani"}
    assert not [t for t in said if "Teks yang berbeda" in t.pesan]
    merged, said = kumpulan(pengelola(tmp_path / "b.xlsx", desa(5, 6), ubah=menyalin(D4="Rani")))
    assert set(merged.baris["nama"]) == {"Ani / Rani"}
    assert [t.pesan.endswith("(D4).") for t in said if t.kode == "G09"] == [True, True]


def test_what_one_sheet_lacks_the_other_gives(tmp_path):
    """Tipe, NIP and satuan stand on one sheet only: nothing is missing, 0,85 in % format is 85 percent."""
    sel = ("J03-01", JAN)
    one = {("J03-01", "satuan"): "Persentase", ("J03-01", "tipe_perhitungan"): "Kumulatif"}
    one |= {("J03-01", "target"): 100}
    a = pengelola(tmp_path / "a.xlsx", one, JUNI)
    b = pengelola(tmp_path / "b.xlsx", {sel: 0.85}, JUNI, orang("Ani"), format_angka={sel: "0%"})
    merged, said = kumpulan(berwaktu(a, JULI), berwaktu(b, JULI))
    row = merged.baris[merged.baris["id_indikator"] == "J03-01"].iloc[0]
    assert (row["satuan"], row["cara_hitung"], row["realisasi_01"]) == ("Persentase", "jumlah", 85)
    assert (row["nip"], row["nama"]) == (NIP_ANI, "Ani")
    assert [t.kode for t in said if t.tingkat is not Tingkat.INFO] == []


def test_what_is_put_together_is_checked_as_a_whole(tmp_path):
    """120 under Persentase from the other sheet is galat; a gap that the other sheet fills is none."""
    satuan = {("J03-01", "satuan"): "Persentase", ("J03-01", "tipe_perhitungan"): "Kumulatif"}
    a = pengelola(tmp_path / "a.xlsx", {**satuan, **desa(1, None, 3)}, JUNI)
    b = pengelola(tmp_path / "b.xlsx", {("J03-01", JAN): 120, **desa(None, 2)}, JUNI)
    merged, said = kumpulan(berwaktu(a, JULI), berwaktu(b, JULI))
    assert [(t.kode, t.berkas, t.sel) for t in said if t.tingkat is Tingkat.GALAT] == [
        ("N10", "b.xlsx", "L8")
    ]
    assert fakta(merged) == [("J03-02", n, float(n)) for n in (1, 2, 3)]
    assert "S03" not in {t.kode for t in said}


def test_targets_of_periods_wait_one_by_one(tmp_path):
    """The first quarter differs, the second does not."""
    office = katalog(RincianTarget.TRIWULAN)
    given = {("J03-01", f"target_periode_0{n}"): n for n in (1, 2, 3, 4)}
    given |= {("J03-01", JAN): 1, ("J03-01", "satuan"): "Data", ("J03-01", "tipe_perhitungan"): "Kumulatif"}
    path = isi(tmp_path / "a.xlsx", office, {"J03": {**ANI, **given}}, ubah=menyalin(L8=9))
    merged, _ = kumpulan(path, office=office)
    row = merged.baris[merged.baris["id_indikator"] == "J03-01"].iloc[0]
    assert row["tidak_sah"] == ("target_periode_01",)
    assert row["target_periode_02"] == 2


# --- partly known order


def test_a_return_newer_than_all_of_a_group_replaces_it(tmp_path):
    """Two of June that differ, one of July: it counts, nothing waits, each changed value is listed."""
    a = berwaktu(pengelola(tmp_path / "a.xlsx", desa(5, 1), JUNI), AGUSTUS)
    b = berwaktu(pengelola(tmp_path / "b.xlsx", desa(6, 1), JUNI), AGUSTUS)
    c = pengelola(tmp_path / "c.xlsx", desa(6, 2), JULI)
    merged, said = kumpulan(a, b, c)
    assert fakta(merged) == [("J03-02", 1, 6.0), ("J03-02", 2, 2.0)]
    changes = merged.perubahan[["kolom", "lama", "baru", "berkas_lama"]].to_numpy().tolist()
    assert [change[:3] for change in changes] == [["Jan", "5", "6"], ["Feb", "1", "2"]]
    assert changes[0][3] == "a.xlsx"
    assert {t.kode for t in said} == {"G02", "G03"}
    assert dihitung(merged) == ["c.xlsx"]


def test_what_is_known_to_be_older_is_replaced_beside_a_return_of_unknown_time(tmp_path):
    """A is older than B, of C nothing is known: A's 5 is gone, B's 6 and C's 7 wait, the rest counts."""
    a = pengelola(tmp_path / "a.xlsx", desa(5, 1), JUNI)
    b = pengelola(tmp_path / "b.xlsx", desa(6, 1), JULI)
    c = pengelola(tmp_path / "c.xlsx", desa(7, None, 3), "2099-01-01T00:00:00Z")
    merged, said = kumpulan(a, b, berwaktu(c, datetime(2098, 1, 1)))
    assert fakta(merged) == [("J03-02", 2, 1.0), ("J03-02", 3, 3.0)]
    assert [(t.kode, t.berkas) for t in said if t.kode in {"G02", "G08"}] == [
        ("G02", "a.xlsx"),
        ("G08", "b.xlsx"),
        ("G08", "c.xlsx"),
    ]
    (change,) = merged.perubahan.to_dict("records")
    assert (change["lama"], change["baru"]) == ("5", "6")
    assert change["dihitung"].startswith("belum diketahui: ")


def test_an_older_entry_that_nobody_doubts_is_named_as_changed_once(tmp_path):
    """Two newer ones of the same moment hold 6: one change for each of them, none for the other month."""
    a = pengelola(tmp_path / "a.xlsx", desa(5, 1), JUNI)
    b = berwaktu(pengelola(tmp_path / "b.xlsx", desa(6, 1, 2), JULI), AGUSTUS)
    c = berwaktu(pengelola(tmp_path / "c.xlsx", desa(6, 1, None, 4), JULI), AGUSTUS)
    merged, _ = kumpulan(a, b, c)
    assert [value for _, _, value in fakta(merged)] == [6.0, 1.0, 2.0, 4.0]
    assert sorted(merged.perubahan["berkas_baru"]) == ["b.xlsx", "c.xlsx"]
    assert set(merged.perubahan["baru"]) == {"6"}


def test_a_conflict_is_still_refused_when_asked(tmp_path):
    """--konflik tolak: neither counts, whether the order is known or not."""
    path = pengelola(tmp_path / "a.xlsx", desa(5), ubah=menyalin(M9=6))
    merged, said = kumpulan(path, tolak_konflik=True)
    assert (fakta(merged), dihitung(merged)) == ([], [])
    assert [t.kode for t in said if t.kode[0] == "G"] == ["G05", "G05"]


def test_put_together_or_not_a_person_has_one_row(tmp_path):
    """Sheets of a stranger that were put together are one return in Rekap Jabatan, not two."""
    stranger = orang("Sari", "197704042005011004")
    folder = tmp_path / "isian"
    pengelola(folder / "a.xlsx", desa(5), who=stranger, ubah=menyalin(M9=6))
    pengelola(folder / "b.xlsx", desa(1), who=orang("Budi", NIP_BUDI))
    wanted = Permintaan(folder, tmp_path / "hasil", 2, now=KINI)
    result = pipeline.kumpul(katalog(), wanted, Pembacaan(pekerja=1))
    assert result.diterima == 2
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

    merged, said = kumpulan(pengelola(tmp_path / "a.xlsx", desa(*range(1, 13)), ubah=many))
    assert fakta(merged) == []
    codes = [t.kode for t in said]
    assert (codes.count("G09"), codes.count("G10")) == (120, 100)
    assert codes.count("G08") <= 20 * 24
    assert all(len(t.pesan) < 1_000 for t in said)
    rest = next(t for t in said if t.kode == "G10")
    assert (rest.tingkat, "24 sel lain" in rest.pesan) == (Tingkat.GALAT, True)


# --- any returns, in any order and under any names

_WRITTEN = st.sampled_from(
    [None, DIBUAT, *(datetime(2026, month, 1) for month in (4, 5, 6)), datetime(2099, 1, 1)]
)
_ARRIVED = st.sampled_from([*(datetime(2026, 6, day) for day in (1, 2, 3)), datetime(2098, 1, 1)])
_CONTENTS = (desa(5), desa(6), desa(5, 1), desa(None, 1), desa(5, "lima"), desa(5, 2, 3))
_RETURNS = st.lists(st.tuples(st.integers(0, len(_CONTENTS) - 1), _WRITTEN, _ARRIVED), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def kembalian(tmp_path_factory):
    """Return what makes a return of a name, a content and two times; contents are of real workbooks."""
    folder, office = tmp_path_factory.mktemp("kembalian"), katalog()
    forms = {form.jabatan.id: form for form in jabatan_forms(office)}
    paths = [pengelola(folder / f"{n}.xlsx", content) for n, content in enumerate(_CONTENTS)]
    records = [catat(read_workbook(path.read_bytes(), ".xlsx", BATAS), office, forms) for path in paths]

    def made(name, content, written, arrived):
        book = replace(buka_catatan(records[content], name, forms), disimpan=written)
        return BerkasTerbaca(name, book, (arrived,))

    return made


def angka(merged):
    """The figures that count, and the cells that wait."""
    waiting = {
        (row, key)
        for row, keys in merged.baris[["id_indikator", "tidak_sah"]].itertuples(index=False, name=None)
        for key in keys
    }
    return fakta(merged), waiting


@settings(max_examples=60)
@given(returns=_RETURNS, data=st.data())
def test_neither_names_nor_the_order_of_files_decide(kembalian, returns, data):
    """Other names, another order: the same figures, the same cells that wait, as many galat."""
    names = data.draw(st.permutations([f"{n}.xlsx" for n in range(len(returns))]))
    shuffled = data.draw(st.permutations(list(zip(names, returns, strict=True))))
    first = kumpulkan([kembalian(f"{n}.xlsx", *r) for n, r in enumerate(returns)], katalog(), now=KINI)
    second = kumpulkan([kembalian(name, *r) for name, r in shuffled], katalog(), now=KINI)
    assert angka(first) == angka(second)
    levels = [sorted((t.kode, t.tingkat) for t in merged.temuan) for merged in (first, second)]
    assert levels[0] == levels[1]


@settings(max_examples=60)
@given(returns=_RETURNS)
def test_nothing_is_lost_and_nothing_is_claimed(kembalian, returns):
    """A month counts where all returns that no newer one replaced agree, and waits where they differ."""
    files = [kembalian(f"{n}.xlsx", *r) for n, r in enumerate(returns)]
    merged = kumpulkan(files, katalog(), now=KINI)
    window = credible(2026, KINI)
    newer = known_newer([moment(written, [arrived], window) for _, written, arrived in returns])
    latest = [n for n, mask in enumerate(newer) if not mask]
    figures, waiting = angka(merged)
    places = merged.realisasi[["bulan", "realisasi", "berkas"]].itertuples(index=False, name=None)
    for month in range(1, 13):
        sel = ("J03-02", f"realisasi_{month:02d}")
        held = {_CONTENTS[returns[n][0]][sel] for n in latest if sel in _CONTENTS[returns[n][0]]}
        found = [value for _, at, value in figures if at == month]
        assert found == ([float(*held)] if len(held) == 1 and held != {"lima"} else [])
        assert (sel in waiting) == (len(held) > 1 or held == {"lima"})
    for month, value, name in places:
        number = int(name.removesuffix(".xlsx"))
        assert number in latest
        assert _CONTENTS[returns[number][0]]["J03-02", f"realisasi_{month:02d}"] == value
    assert (merged.laporan.loc[~merged.laporan["dihitung"], "sebab"] != "").all()


_MOMENTS = st.lists(
    st.builds(
        Moment,
        st.none() | st.integers(0, 8).map(lambda day: JUNI + timedelta(days=day)),
        st.none() | st.integers(0, 40).map(lambda part: JUNI + timedelta(hours=6 * part)),
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
    a, c = Moment(JUNI, AGUSTUS), Moment(JUNI + timedelta(days=1), JUNI + timedelta(days=2))
    b = Moment(None, JULI)
    assert (a.before(c), c.before(b), b.before(a)) == (True, True, True)
    assert known_newer([a, b, c]) == [0, 0, 0]
    assert known_newer([a, c]) == [0b10, 0]


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        (Moment(JUNI), Moment(JULI), True),
        (Moment(JUNI), Moment(JUNI), False),
        (Moment(JUNI, AGUSTUS), Moment(JULI, JUNI), True),
        (Moment(JUNI, JUNI), Moment(JUNI, JULI), True),
        (Moment(None, JUNI), Moment(JULI), True),
        (Moment(None, JULI), Moment(JUNI), False),
        (Moment(None, JULI), Moment(JUNI, AGUSTUS), True),
        (Moment(JUNI, JULI), Moment(None, AGUSTUS), True),
        (Moment(JULI, JULI), Moment(None, JUNI), False),
        (Moment(None, JULI), Moment(None, JULI + timedelta(seconds=2)), False),
        (Moment(None, JULI), Moment(None, JULI + timedelta(seconds=3)), True),
        (Moment(), Moment(JULI, JULI), False),
        (Moment(JULI, JULI), Moment(), False),
    ],
)
def test_which_of_two_is_older(one, other, older):
    """The workbook's word, then the files' times, unless these are of one moment; unknown is never older."""
    assert one.before(other) is older
    assert not (older and other.before(one))
