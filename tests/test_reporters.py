# ruff: noqa: DTZ001 - a workbook holds moments without a time zone
"""Who has reported, and which month is reported to (spec section 7), on real workbooks."""

from __future__ import annotations

from datetime import datetime

import openpyxl
import pandas as pd
import pytest
from filled import (
    NIP_ANI,
    NIP_BUDI,
    NIP_OTHER,
    enter_person,
    list_codes,
    make_katalog,
    write_return,
)
from test_recap import read_data_rows

from iki_xl import pipeline, table_models
from iki_xl.cli.rendering import describe_kumpul
from iki_xl.recap.sheets import change_sheet
from iki_xl.results import CollectRequest, ReadingSettings
from iki_xl.since import LeftFigures, compare_since
from iki_xl.tables import REALISASI_CSV_COLUMNS

ANI, BUDI, SARI = (
    enter_person("Ani", NIP_ANI),
    enter_person("Budi", NIP_BUDI),
    enter_person("Sari", NIP_OTHER),
)
NOW = datetime(2026, 12, 30)


def enter(row_id, *months):
    """Return a figure of 1 in these months of a row."""
    return {(row_id, f"realisasi_{bulan:02d}"): 1 for bulan in months}


def collect(folder, bulan=None):
    """Collect a folder without its neighbours; return the result."""
    request = CollectRequest(folder, folder.parent / "reports", bulan, now=NOW)
    return pipeline.kumpul(make_katalog(), request, ReadingSettings(workers=1))


def list_states(result):
    """Return each reporter's group in words, by name or jabatan."""
    return {person.nama or person.jabatan.id: person.told for person in result.reporters}


def test_each_reporter_is_in_one_of_four_groups(tmp_path):
    """Reported in May; stopped in March; came back empty; never came."""
    folder = tmp_path / "isian"
    write_return(folder / "ani.xlsx", make_katalog(), {"J03": {**ANI, **enter("J03-02", 1, 5)}})
    write_return(folder / "budi.xlsx", make_katalog(), {"J03": {**BUDI, **enter("J03-02", 1, 3)}})
    write_return(folder / "sari.xlsx", make_katalog(), {"J02": SARI})
    result = collect(folder, 5)
    states = list_states(result)
    assert states == {
        "Ani": "melapor",
        "Budi": "berhenti di Maret",
        "J02": "kembali kosong",
        states and next(iter(states)): "belum sama sekali",
    }
    text = describe_kumpul(result)
    assert "Melapor bulan Mei: 1 dari 4 pelapor." in text
    assert "1 berhenti (Budi di Maret); 1 kembali kosong" in text


def test_the_month_is_the_last_that_enough_people_filled_in(tmp_path):
    """One cell in the wrong column does not move it; it is named with its file and cell, and not counted."""
    folder = tmp_path / "isian"
    write_return(folder / "ani.xlsx", make_katalog(), {"J03": {**ANI, **enter("J03-02", 1, 2)}})
    write_return(folder / "budi.xlsx", make_katalog(), {"J03": {**BUDI, **enter("J03-02", 1)}})
    result = collect(folder)
    assert result.bulan == 1
    (note,) = result.bulan_notes
    assert note.startswith("Hanya 1 dari 2 pelapor mengisi Februari: ani.xlsx sel M9.")
    assert ("N19", "M9") in list_codes(result.temuan)
    assert note in describe_kumpul(result)
    assert collect(folder, 2).bulan == 2


def test_months_after_the_one_asked_for_that_many_filled_in_are_not_called_few(tmp_path):
    """January's recap, made again in March: that everybody went on is no misplaced cell."""
    folder = tmp_path / "isian"
    for name, who in (("ani", ANI), ("budi", BUDI)):
        write_return(folder / f"{name}.xlsx", make_katalog(), {"J03": {**who, **enter("J03-02", 1, 2)}})
    result = collect(folder, 1)
    assert (result.bulan, result.bulan_notes) == (1, ())


def test_one_person_alone_decides_the_month(tmp_path):
    """Where only one has reported their last month counts."""
    folder = tmp_path / "isian"
    write_return(folder / "ani.xlsx", make_katalog(), {"J03": {**ANI, **enter("J03-02", 1, 4)}})
    result = collect(folder)
    assert (result.bulan, result.bulan_notes) == (4, ())


def test_recaps_of_other_months_in_the_folder_are_named(tmp_path):
    """January's recap lies beside February's: a reader takes care which is which."""
    folder = tmp_path / "isian"
    write_return(folder / "ani.xlsx", make_katalog(), {"J03": {**ANI, **enter("J03-02", 1, 2)}})
    assert collect(folder, 1).other_recaps == ()
    (tmp_path / "reports" / "rekap-dinas-uji-2026-02 1 (diubah).xlsx").write_bytes(b"")
    result = collect(folder, 2)
    assert [path.name for path in result.other_recaps] == ["rekap-dinas-uji-2026-01.xlsx"]
    assert "rekap bulan lain: rekap-dinas-uji-2026-01.xlsx" in describe_kumpul(result)


# --- since the last recap


def test_the_next_months_recap_says_what_changed_in_months_already_reported(tmp_path):
    """January: one figure was corrected, one taken out, one came late; a second run says the same."""
    folder = tmp_path / "isian"
    office = make_katalog()
    first = {("J03-01", "realisasi_01"): 5, ("J03-02", "realisasi_01"): 6}
    write_return(folder / "ani.xlsx", office, {"J03": {**ANI, **first}}, saved=datetime(2026, 2, 1))
    assert "Sejak rekap" not in describe_kumpul(collect(folder, 1))
    later = {("J03-01", "realisasi_01"): 7, ("J03-02", "realisasi_02"): 1}
    write_return(folder / "ani.xlsx", office, {"J03": {**ANI, **later}}, saved=datetime(2026, 3, 1))
    write_return(folder / "budi.xlsx", office, {"J03": {**BUDI, **enter("J03-02", 1, 2)}})
    sentence = "Sejak rekap Januari, angka bulan yang sudah direkap: 1 baru masuk, 1 dikosongkan, 1 diubah"
    for _ in range(2):
        assert sentence in describe_kumpul(collect(folder, 2))
    book = openpyxl.load_workbook(tmp_path / "reports" / "rekap-dinas-uji-2026-02.xlsx", data_only=True)
    rows = read_data_rows(book["Perubahan"], change_sheet.CHANGES)
    assert [(r["banding"], r["nama"], r["kolom"], r["lama"], r["baru"], r["berkas_baru"]) for r in rows] == [
        ("rekap Januari", "Ani", "Januari", "5", "7", "ani.xlsx"),
        ("rekap Januari", "Ani", "Januari", "6", "dikosongkan", None),
        ("rekap Januari", "Budi", "Januari", "(kosong)", "1", "budi.xlsx"),
    ]
    assert sentence in "\n".join(
        str(v) for row in book["Ringkasan"].iter_rows(values_only=True) for v in row if v
    )


@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xfe", b"id_jabatan,nip\n", b'"', b"id_jabatan,id_indikator,nip,bulan\n"]
)
def test_figures_left_behind_that_cannot_be_read_are_no_obstacle(damage, tmp_path):
    """The recap before the damaged one is taken instead, or none."""
    folder = tmp_path / "isian"
    write_return(folder / "ani.xlsx", make_katalog(), {"J03": {**ANI, **enter("J03-02", 1, 2)}})
    collect(folder, 1)
    (tmp_path / "reports" / ".iki-xl" / "rekap-2026-01.csv").write_bytes(damage)
    result = collect(folder, 2)
    assert result.bulan == 2


def test_what_changed_since_is_what_its_model_says():
    """since -> recap."""
    before = {NIP_ANI: (5.0, "a.xlsx"), "": (2.5, "b.xlsx")}
    left = LeftFigures(1, {("J03", "J03-02", nip, 1): found for nip, found in before.items()})
    now = pd.DataFrame(
        [["J03", "J03-02", NIP_ANI, 1, 6.0, "Desa", "Kumulatif", 20.0, "c.xlsx", "03", "L9"]],
        columns=list(REALISASI_CSV_COLUMNS),
    )
    since = compare_since(left, now)
    table_models.build_since_model().validate(since.table, lazy=True)
    assert since.table[["lama", "baru"]].to_numpy().tolist() == [["2,5", ""], ["5", "6"]]
