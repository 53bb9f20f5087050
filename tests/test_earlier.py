"""An empty or wrong folder: earlier results are never wiped, and what is missing is named."""

from __future__ import annotations

import csv
import json
import re

import openpyxl
import pytest
from filled import drop_indikator, enter_person, make_katalog, write_return

from iki_xl.catalog import katalog_xlsx
from iki_xl.cli.commands import iki_xl
from iki_xl.cli.indonesian import run
from iki_xl.pipeline import kumpul
from iki_xl.results import CollectRequest

JAN = "realisasi_01"


def write_person_return(folder, number, value=1.0, name=None, jabatan="J02"):
    """Write one person's return, by default of the jabatan that nobody holds in the catalogue."""
    entries = {**enter_person(f"Orang {number}", f"19850101201001{1 + number % 2}{number + 1:03d}")}
    row = "J02-01" if jabatan == "J02" else "J03-02"
    return write_return(
        folder / (name or f"{number:02d}.xlsx"), make_katalog(), {jabatan: entries | {(row, JAN): value}}
    )


@pytest.fixture
def work_folder(tmp_path, monkeypatch):
    """A working folder with five returns, collected once."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    for number in range(5):
        write_person_return(tmp_path / "workbooks", number, -1.0 if number == 4 else 1.0)
    (tmp_path / "kos").mkdir()
    assert run(iki_xl, ["kumpul"]) == 1
    return tmp_path


def read_all_files(folder):
    """Every file but the lock, which stays."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.parent.name != ".iki-xl")
    return {p.relative_to(folder): p.read_bytes() for p in files}


def leave_nothing(_folder):
    """Nothing at all."""


def write_blank(folder):
    write_return(folder / "blanko.xlsx", make_katalog(), {"J02": {}})


def write_letter(folder):
    openpyxl.Workbook().save(folder / "surat.xlsx")
    (folder / "catatan.pdf").write_bytes(b"%PDF")


def write_broken(folder):
    (folder / "rusak.xlsx").write_bytes(b"PK\x03\x04 terpotong")


def write_other_kantor(folder):
    office = make_katalog(nama="Dinas Lain")
    write_return(
        folder / "lain.xlsx",
        office,
        {"J02": enter_person("Ani", "198501012010011001") | {("J02-01", JAN): 1.0}},
    )


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (leave_nothing, "0 buku kerja ditemukan)"),
        (write_blank, "1 buku kerja ditemukan: 1 belum diisi)"),
        (write_letter, "1 buku kerja ditemukan: 1 bukan isian IKI; 1 berkas lain bukan buku kerja)"),
        (write_broken, "1 buku kerja ditemukan: 1 tidak dapat dibuka)"),
        (write_other_kantor, "1 buku kerja ditemukan: 1 milik kantor, tahun atau jabatan lain)"),
    ],
)
def test_nothing_that_counts_never_replaces_results(work_folder, capsys, fill, said):
    """Exit 3, one sentence with what was found and what to check; not a byte of the results changes."""
    fill(work_folder / "kos")
    capsys.readouterr()
    before = read_all_files(work_folder / "reports")
    assert run(iki_xl, ["kumpul", "kos"]) == 3
    told = capsys.readouterr()
    assert len(told.err.splitlines()) == 1
    assert f"di folder kos ({said}" in told.err
    assert "di reports ada hasil pengumpulan sebelumnya" in told.err
    assert "tidak ada yang diubah" in told.err
    assert "Hasil:" not in told.out
    assert read_all_files(work_folder / "reports") == before


def test_the_findings_are_told_all_the_same(work_folder, capsys):
    """Why nothing counted stands on standard output, with --json as its one object without outputs."""
    write_broken(work_folder / "kos")
    capsys.readouterr()
    run(iki_xl, ["kumpul", "kos"])
    assert "[galat B01]" in capsys.readouterr().out
    assert run(iki_xl, ["kumpul", "kos", "--json"]) == 3
    told = capsys.readouterr()
    answer = json.loads(told.out)
    assert (answer["berkas"], answer["diterima"], answer["ditolak"], answer["keluaran"]) == (1, 0, 1, [])
    assert [t["kode"] for t in answer["temuan"]] == ["B01"]
    assert "tidak ada yang diubah" in told.err


@pytest.mark.parametrize("left", ["rekap", "realisasi", "perbaikan"])
def test_any_result_that_would_be_missed_is_kept(work_folder, left):
    """The recap alone, the facts alone, or copies to mend alone are enough."""
    for name in read_all_files(work_folder / "reports"):
        if left not in str(name):
            (work_folder / "reports" / name).unlink()
    before = read_all_files(work_folder / "reports")
    assert before
    assert run(iki_xl, ["kumpul", "kos"]) == 3
    assert read_all_files(work_folder / "reports") == before


def test_without_results_an_empty_folder_is_collected_as_ever(work_folder, capsys):
    """In another folder of outputs: a recap that says so, exit 0, and again, as nothing would be missed."""
    for _ in range(2):
        assert run(iki_xl, ["kumpul", "kos", "--ke", "lain"]) == 0
    assert "Belum ada realisasi yang terisi." in capsys.readouterr().out
    assert list((work_folder / "lain").glob("rekap-*.xlsx"))


def remove_returns(folder, *numbers):
    for number in numbers:
        (folder / "workbooks" / f"{number:02d}.xlsx").unlink()


def b40(folder):
    with (folder / "reports" / "temuan.csv").open(encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["kode"] == "B40"]


def test_fewer_than_half_names_the_missing(work_folder, capsys):
    """Two of the last run's four: half, nothing is said. Then one of two is half, none of two is less."""
    remove_returns(work_folder, 0, 1, 4)
    run(iki_xl, ["kumpul"])
    assert b40(work_folder) == []
    remove_returns(work_folder, 2, 3)
    write_person_return(work_folder / "workbooks", 7)
    capsys.readouterr()
    assert run(iki_xl, ["kumpul"]) == 0
    (found,) = b40(work_folder)
    assert (found["tingkat"], found["berkas"]) == ("peringatan", "workbooks")
    assert found["pesan"].startswith("Hanya 0 dari 2 laporan yang dihitung pada pengumpulan sebelumnya")
    told = capsys.readouterr().out
    for number in (2, 3):
        name = f"19850101201001{1 + number % 2}{number + 1:03d}, Sekretaris ({number:02d}.xlsx)"
        assert name in found["nilai"]
        assert name in found["pesan"]
        assert name in told
    recap = openpyxl.load_workbook(next((work_folder / "reports").glob("rekap-*.xlsx")))
    assert any(found["pesan"] in map(str, row) for row in recap["Temuan"].iter_rows(values_only=True))


@pytest.mark.lambat
def test_the_list_of_the_missing_is_bounded(tmp_path):
    """Sixty are gone: the sentence names a few and counts the others, the value fifty."""
    for number in range(60):
        write_person_return(tmp_path / "workbooks", number)
    kumpul(make_katalog(), CollectRequest(tmp_path / "workbooks", tmp_path / "reports"))
    for path in (tmp_path / "workbooks").iterdir():
        path.unlink()
    write_person_return(tmp_path / "workbooks", 60)
    result = kumpul(make_katalog(), CollectRequest(tmp_path / "workbooks", tmp_path / "reports"))
    (found,) = [t for t in result.temuan if t.code == "B40"]
    assert len(found.message) < 500
    assert " lainnya." in found.message
    assert found.value.count("; ") == 50
    assert found.value.endswith("; dan 10 lainnya")


def test_moved_renamed_and_retyped_returns_are_not_missing(work_folder):
    """Other file names, another folder, another month, a catalogue without an indikator: nothing is said."""
    (work_folder / "workbooks").rename(work_folder / "kiriman juli")
    for path in list((work_folder / "kiriman juli").iterdir()):
        path.rename(path.with_name(f"baru {path.name}"))
    run(iki_xl, ["kumpul", "kiriman juli", "--bulan", "3"])
    assert b40(work_folder) == []
    (work_folder / "katalog.xlsx").write_bytes(katalog_xlsx(drop_indikator(make_katalog(), "J02-02")))
    run(iki_xl, ["kumpul", "kiriman juli"])
    assert b40(work_folder) == []


@pytest.mark.parametrize("name", ["=Ani.xlsx", "a;=b,c\n-1.xlsx"])
def test_names_that_are_guarded_in_the_facts_are_named_as_they_are(tmp_path, name):
    """The apostrophe of the CSV is not part of the name."""
    write_person_return(tmp_path / "workbooks", 1, name=name)
    wanted = CollectRequest(tmp_path / "workbooks", tmp_path / "reports")
    kumpul(make_katalog(), wanted)
    (tmp_path / "workbooks" / name).unlink()
    write_person_return(tmp_path / "workbooks", 2)
    (found,) = [t for t in kumpul(make_katalog(), wanted).temuan if t.code == "B40"]
    assert f"({name})" in found.value


def test_facts_that_excel_saved_again_still_tell(work_folder):
    """Saved with ";" and NIP as numbers of fifteen digits: the jabatan decides, nobody is missing."""
    facts = work_folder / "reports" / "realisasi.csv"
    lines = [line.replace(",", ";") for line in facts.read_text(encoding="utf-8").splitlines()]
    changed = re.sub(r";19850101201001\d{4};", ";1,98501E+17;", "\r\n".join(lines))
    assert changed.count("E+17") == 4
    facts.write_text(changed, encoding="utf-8-sig", newline="")
    run(iki_xl, ["kumpul"])
    assert b40(work_folder) == []
    facts.write_text(changed, encoding="utf-8-sig", newline="")
    remove_returns(work_folder, 0, 1, 2, 3, 4)
    write_person_return(work_folder / "workbooks", 8, jabatan="J03")
    run(iki_xl, ["kumpul"])
    (found,) = b40(work_folder)
    assert found["pesan"].startswith("Hanya 0 dari 1 ")


def test_facts_that_tell_nothing_are_said_and_still_protected(work_folder, capsys):
    """No comparison is possible: one sentence; an empty folder replaces them no less than others."""
    (work_folder / "reports" / "realisasi.csv").write_bytes(b"\xff\xfe bukan CSV")
    assert run(iki_xl, ["kumpul", "kos"]) == 3
    capsys.readouterr()
    assert run(iki_xl, ["kumpul"]) == 1
    assert "realisasi.csv yang lama di reports tidak ada atau tidak dapat dibaca" in capsys.readouterr().err
