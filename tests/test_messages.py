"""What planners and staff read: true words, whom and what it is about, and a remedy that works."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest
from filled import (
    MOMENT,
    NIP_ANI,
    NIP_BUDI,
    NIP_OTHER,
    copied_notes,
    enter_person,
    list_codes,
    list_figures,
    make_katalog,
    receive_returns,
    write_return,
)
from test_cli import run

from iki_xl.catalog import katalog_xlsx, read_katalog
from iki_xl.findings import FINDING_KINDS
from iki_xl.pipeline import kumpul
from iki_xl.recap.sheets import temuan_sheet
from iki_xl.results import CollectRequest, ReadingSettings

CASES = Path(__file__).parent / "cases" / "laporan"
JAN, FEB = "realisasi_01", "realisasi_02"
ANI, BUDI = enter_person("Ani", NIP_ANI), enter_person("Budi", NIP_BUDI)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    (tmp_path / "workbooks").mkdir()
    return tmp_path


def data(folder: Path, name: str, entries: dict, **options) -> Path:
    """A return of J03 below workbooks."""
    return write_return(folder / "workbooks" / name, make_katalog(), {"J03": entries}, **options)


def temuan_csv(folder: Path) -> list[dict[str, str]]:
    with (folder / "reports" / "temuan.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


# Whom and what.


@pytest.fixture
def two_people(folder: Path) -> Path:
    """Budi has a galat, Ani a galat and a peringatan; a third file is none."""
    data(folder, "b.xlsx", {**BUDI, ("J03-02", JAN): "belum tahu"})
    data(folder, "a.xlsx", {**ANI, ("J03-02", JAN): -3, ("J03-02", FEB): "1,5"})
    (folder / "workbooks" / "c.xlsx").write_text("teks")
    return folder


def test_the_terminal_names_person_file_and_indikator_by_level(two_people):
    """Levels after one another, in each the persons by name, each with file, cell and indikator."""
    out = run("kumpul", cwd=two_people).stdout
    wanted = [
        "GALAT (3): tidak dihitung sampai diperbaiki",
        "c.xlsx",
        "  [galat B01] Berkas tidak dapat dibuka",
        "Ani, Pengelola Data (a.xlsx)",
        "  [galat N11] 03 Pengelola Data!L9, “Desa terdata”: Angka -3 kurang dari nol.",
        "Budi, Pengelola Data (b.xlsx)",
        "  [galat N15] 03 Pengelola Data!L9, “Desa terdata”: “belum tahu” bukan angka.",
        "PERINGATAN (1): dihitung, mohon diperiksa",
        "Ani, Pengelola Data (a.xlsx)",
        "  [peringatan N02] 03 Pengelola Data!M9, “Desa terdata”: “1,5” dibaca 1,5.",
    ]
    at = 0
    for line in wanted:
        found = out.find(line, at)
        assert found >= 0, line
        at = found + len(line)


def test_temuan_csv_and_json_name_person_and_indikator_in_the_same_columns(two_people):
    """The columns are the contract's; the words begin with whom and what, ordered by level and person."""
    answer = json.loads(run("kumpul", "--json", cwd=two_people).stdout)
    rows = temuan_csv(two_people)
    assert [t["pesan"] for t in answer["temuan"]] == [row["pesan"] for row in rows]
    columns = ["kode", "tingkat", "berkas", "lembar", "sel", "id_jabatan", "id_indikator", "nilai", "pesan"]
    assert list(rows[0]) == list(answer["temuan"][0]) == [*columns, "perbaikan"]
    assert [(r["tingkat"], r["berkas"]) for r in rows] == [
        ("galat", "c.xlsx"),
        ("galat", "a.xlsx"),
        ("galat", "b.xlsx"),
        ("peringatan", "a.xlsx"),
    ]
    assert rows[1]["pesan"] == "Ani, Pengelola Data, indikator “Desa terdata”: Angka -3 kurang dari nol."
    assert rows[2]["pesan"] == "Budi, Pengelola Data, indikator “Desa terdata”: “belum tahu” bukan angka."


def test_the_sheet_temuan_has_columns_for_person_jabatan_and_indikator(two_people):
    """In the order of the file, with the words alone in the column of what was found."""
    run("kumpul", cwd=two_people)
    (path,) = (two_people / "reports").glob("rekap-*.xlsx")
    sheet = openpyxl.load_workbook(path)[temuan_sheet.TEMUAN.nama]
    keys = [column.key for column in temuan_sheet.TEMUAN.columns]
    first = temuan_sheet.TEMUAN.find_row(0) + 1
    rows = [dict(zip(keys, row, strict=True)) for row in sheet.iter_rows(min_row=first, values_only=True)]
    assert [(r["pegawai"], r["jabatan"], r["indikator"], r["pesan"]) for r in rows[1:3]] == [
        ("Ani", "Pengelola Data", "Desa terdata", "Angka -3 kurang dari nol."),
        ("Budi", "Pengelola Data", "Desa terdata", "“belum tahu” bukan angka."),
    ]
    assert [r["tingkat"] for r in rows] == ["galat", "galat", "galat", "peringatan"]


def test_a_return_without_a_name_is_named_by_the_catalogue(folder):
    """The only pegawai of a jabatan, or whose NIP it is; else the jabatan alone."""
    write_return(
        folder / "workbooks" / "a.xlsx",
        make_katalog(),
        {"J01": {("J01-02", JAN): -1, **enter_person(None, None)}},
    )
    data(folder, "b.xlsx", {**enter_person(None, NIP_BUDI), ("J03-02", JAN): -1})
    write_return(folder / "workbooks" / "c.xlsx", make_katalog(), {"J02": {("J02-01", JAN): -1}})
    run("kumpul", cwd=folder)
    said = {r["berkas"]: r["pesan"] for r in temuan_csv(folder) if r["kode"] == "N11"}
    assert said["a.xlsx"].startswith("Kartini, Kepala Dinas, indikator “Persentase serapan”: ")
    assert said["b.xlsx"].startswith("Budi, Pengelola Data, ")
    assert said["c.xlsx"].startswith("Sekretaris, indikator “Jumlah laporan”: ")


def test_the_copy_to_mend_speaks_to_the_person_alone(two_people):
    """Notes and list in the copy are the person's own: no name in front of them."""
    run("kumpul", cwd=two_people)
    book = openpyxl.load_workbook(two_people / "reports" / "perbaikan" / "a.xlsx")
    note = copied_notes(book["03 Pengelola Data"], 9)
    assert "Angka -3 kurang dari nol." in note
    assert "Ani" not in note


# What became of each file.


def test_every_file_that_does_not_count_gets_its_true_word(folder):
    """Replaced, the same, blank, no return, unreadable, of another office: none is called rejected."""
    data(folder, "1-lama.xlsx", {**ANI, ("J03-02", JAN): 4}, saved=MOMENT.replace(month=5))
    data(folder, "2-baru.xlsx", {**ANI, ("J03-02", JAN): 5, ("J03-02", FEB): 6})
    shutil.copy(folder / "workbooks" / "2-baru.xlsx", folder / "workbooks" / "3-salinan.xlsx")
    write_return(folder / "workbooks" / "4-kosong.xlsx", make_katalog(), {"J02": {}})
    (folder / "workbooks" / "5-rusak.xlsx").write_bytes(b"PK\x03\x04 rusak")
    book = openpyxl.Workbook()
    book.active["A1"] = "Anggaran"
    book.save(folder / "workbooks" / "6-anggaran.xlsx")
    office = make_katalog(nama="Dinas Lain")
    write_return(
        folder / "workbooks" / "7-lain.xlsx",
        office,
        {"J02": {**enter_person("Sari", NIP_OTHER), ("J02-01", JAN): 1}},
    )
    done = run("kumpul", cwd=folder)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("Berkas ")]
    assert line.startswith("Berkas 7, diterima 1, ")
    for words in (
        "digantikan laporan yang lebih baru 1",
        "sama dengan berkas lain 1",
        "belum diisi 1",
        "untuk kantor, tahun atau jabatan lain 1",
        "bukan isian IKI 1",
        "tidak terbaca 1",
    ):
        assert words in line
    assert "ditolak" not in line
    answer = json.loads(run("kumpul", "--json", cwd=folder).stdout)
    assert list(answer) == ["berkas", "diterima", "ditolak", "galat", "peringatan", "temuan", "keluaran"]
    assert (answer["berkas"], answer["diterima"], answer["ditolak"]) == (7, 1, 6)


def test_returns_that_contradict_each_other_are_said_to(folder):
    """Two names without NIP on one jabatan: neither counts."""
    for name in ("Sari", "Tono"):
        entries = {**enter_person(name, None), ("J02-01", JAN): len(name)}
        write_return(folder / "workbooks" / f"{name}{len(name)}.xlsx", make_katalog(), {"J02": entries})
    entries = {**enter_person("Tono", None), ("J02-01", JAN): 9}
    write_return(folder / "workbooks" / "x.xlsx", make_katalog(), {"J02": entries})
    assert (
        "diterima 0, bertentangan dengan laporan lain 3; "
        in run("periksa", *_paths(folder), cwd=folder).stdout
    )


def _paths(folder: Path) -> list[str]:
    return sorted(str(path) for path in (folder / "workbooks").iterdir())


def test_all_accepted_is_said_as_before(folder):
    """Nothing is listed where there is nothing to list."""
    data(folder, "a.xlsx", {**ANI, ("J03-02", JAN): 4})
    assert (
        "Berkas 1, diterima 1, ditolak 0; galat 0, peringatan 0, info 0." in run("kumpul", cwd=folder).stdout
    )


# Replaced returns.


def test_what_a_replaced_return_held_is_one_line(folder):
    """Three findings in a return that was sent again are told by their number and what stood there."""
    old = {**ANI, ("J03-02", JAN): "empat", ("J03-02", FEB): "1,5", ("J03-01", JAN): 3}
    data(folder, "lama.xlsx", old, saved=MOMENT.replace(month=5))
    data(folder, "baru.xlsx", {**ANI, ("J03-02", JAN): 4, ("J03-02", FEB): 1.5})
    result = kumpul(
        make_katalog(), CollectRequest(folder / "workbooks", folder / "reports"), ReadingSettings(workers=1)
    )
    (said,) = [t for t in result.temuan if t.file == "lama.xlsx"]
    assert (said.code, said.level.value) == ("G02", "info")
    assert re.search(r"\d temuan di dalamnya tidak perlu diperbaiki lagi\.$", said.message)
    assert "L9 empat" in said.value
    assert "M9 1,5" in said.value


# Texts around the form.


def test_a_table_name_above_the_form_is_no_lost_indikator(tmp_path):
    """Apple Numbers writes "Table 1" above every table: that is no indikator, and the figures count.

    In this file a merge lies over the NIP as well, which nobody sees then.
    """
    office = read_katalog(CASES / "00-katalog-benar.xlsx")
    path = shutil.copy(CASES / "18-numbers-table-1.xlsx", tmp_path)
    merged, found = receive_returns(office, Path(path))
    assert len(list_figures(merged)) > 0
    assert {t.code for t in found} <= {"B16", "B18", "B30", "L06"}
    assert [t.value for t in found if t.code == "B16"] == ["Table 1"]


@pytest.mark.parametrize("row", [1, 40])
def test_a_lone_text_in_the_column_of_ids_is_a_text_beside_the_form(tmp_path, row):
    """Above or below the form; what stands in a row of its own table is still told as a row."""

    def change(book):
        sheet = book.worksheets[1]
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(1)
        sheet.cell(row, 1, "Dicetak dari komputer kantor")
        sheet.cell(45, 1, "J02-09")
        sheet.cell(45, 12, 7)

    entries = {**enter_person("Sari", NIP_OTHER), ("J02-01", JAN): 2}
    merged, found = receive_returns(
        make_katalog(), write_return(tmp_path / "a.xlsx", make_katalog(), {"J02": entries}, change=change)
    )
    assert list_figures(merged) == [("J02-01", 1, 2.0)]
    assert list_codes(found) == [("B16", f"A{row}"), ("B09", "B45")]


def test_a_row_that_stands_twice_is_named_only_where_it_counts_once(tmp_path):
    """A repeated row of another jabatan counts nowhere: it is not said that one of them does."""

    def change(book):
        sheet = book.worksheets[1]
        for row in (40, 41):
            sheet.cell(row, 1, "J03-01")
            sheet.cell(row, 12, row)

    entries = {**enter_person("Sari", NIP_OTHER), ("J02-01", JAN): 2}
    _, found = receive_returns(
        make_katalog(), write_return(tmp_path / "a.xlsx", make_katalog(), {"J02": entries}, change=change)
    )
    assert [(t.code, t.cell, t.value) for t in found] == [("B26", "B40", "Jan 40"), ("B26", "B41", "Jan 41")]
    assert "milik jabatan lain, Pengelola Data;" in found[0].message


def test_a_changed_locked_text_is_shown_with_the_catalogues(tmp_path):
    """B12 shows both, also where one of them is empty."""

    def change(book):
        book.worksheets[1]["D8"] = "Jumlah surat"
        book.worksheets[1]["K8"] = None

    entries = {**enter_person("Sari", NIP_OTHER), ("J02-01", JAN): 2}
    _, found = receive_returns(
        make_katalog(), write_return(tmp_path / "a.xlsx", make_katalog(), {"J02": entries}, change=change)
    )
    said = {t.cell: t.message for t in found if t.code == "B12"}
    assert "tertulis “Jumlah surat”" in said["D8"]
    assert "isi katalog: “Jumlah laporan”" in said["D8"]
    assert "tertulis “(kosong)”" in said["K8"]
    assert "isi katalog: “24”" in said["K8"]


# Remedies.

STAFF = {code: kind for code, kind in FINDING_KINDS.items() if code[0] in "BNLSG"}


def test_no_remedy_asks_staff_to_change_a_format_on_a_locked_sheet():
    """Excel does not let them: what they can do is type, copy a cell, or put an apostrophe in front."""
    for code, kind in STAFF.items():
        assert "format sel menjadi" not in kind.remedy, code


def test_what_staff_read_is_free_of_the_programs_own_words():
    """No ids, fingerprints or caches: the words of an office."""
    for code, kind in STAFF.items():
        text = re.sub(r"\{[^}]*\}", "", f"{kind.message} {kind.remedy}").casefold()
        for word in ("id", "cache", "hash", "sha", "sidik", "xml", "string", "error"):
            assert not re.search(rf"\b{word}\b", text), (code, word)
