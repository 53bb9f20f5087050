"""An empty or wrong folder: earlier results are never wiped, and what is missing is named."""

from __future__ import annotations

import csv
import json
import re

import openpyxl
import pytest
from filled import isi, katalog, orang, tanpa

from iki_xl.catalog import katalog_xlsx
from iki_xl.cli import iki_xl
from iki_xl.command import jalankan
from iki_xl.pipeline import Permintaan, kumpul

JAN = "realisasi_01"


def laporan(folder, number, value=1.0, name=None, jabatan="J02"):
    """Write one person's return, by default of the jabatan that nobody holds in the catalogue."""
    entries = {**orang(f"Orang {number}", f"19850101201001{1 + number % 2}{number + 1:03d}")}
    row = "J02-01" if jabatan == "J02" else "J03-02"
    return isi(folder / (name or f"{number:02d}.xlsx"), katalog(), {jabatan: entries | {(row, JAN): value}})


@pytest.fixture
def kerja(tmp_path, monkeypatch):
    """A working folder with five returns, collected once."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(katalog()))
    for number in range(5):
        laporan(tmp_path / "workbooks", number, -1.0 if number == 4 else 1.0)
    (tmp_path / "kos").mkdir()
    assert jalankan(iki_xl, ["kumpul"]) == 1
    return tmp_path


def semua(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def kosong(_folder):
    """Nothing at all."""


def blanko(folder):
    isi(folder / "blanko.xlsx", katalog(), {"J02": {}})


def surat(folder):
    openpyxl.Workbook().save(folder / "surat.xlsx")
    (folder / "catatan.pdf").write_bytes(b"%PDF")


def rusak(folder):
    (folder / "rusak.xlsx").write_bytes(b"PK\x03\x04 terpotong")


def kantor_lain(folder):
    office = katalog(nama="Dinas Lain")
    isi(folder / "lain.xlsx", office, {"J02": orang("Ani", "198501012010011001") | {("J02-01", JAN): 1.0}})


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (kosong, "0 buku kerja ditemukan)"),
        (blanko, "1 buku kerja ditemukan: 1 belum diisi)"),
        (surat, "1 buku kerja ditemukan: 1 bukan isian IKI; 1 berkas lain bukan buku kerja)"),
        (rusak, "1 buku kerja ditemukan: 1 tidak dapat dibuka)"),
        (kantor_lain, "1 buku kerja ditemukan: 1 milik kantor, tahun atau jabatan lain)"),
    ],
)
def test_nothing_that_counts_never_replaces_results(kerja, capsys, fill, said):
    """Exit 3, one sentence with what was found and what to check; not a byte of the results changes."""
    fill(kerja / "kos")
    capsys.readouterr()
    before = semua(kerja / "reports")
    assert jalankan(iki_xl, ["kumpul", "kos"]) == 3
    told = capsys.readouterr()
    assert len(told.err.splitlines()) == 1
    assert f"di folder kos ({said}" in told.err
    assert "di reports ada hasil pengumpulan sebelumnya" in told.err
    assert "tidak ada yang diubah" in told.err
    assert "Hasil:" not in told.out
    assert semua(kerja / "reports") == before


def test_the_findings_are_told_all_the_same(kerja, capsys):
    """Why nothing counted stands on standard output, with --json as its one object without outputs."""
    rusak(kerja / "kos")
    capsys.readouterr()
    jalankan(iki_xl, ["kumpul", "kos"])
    assert "[galat B01]" in capsys.readouterr().out
    assert jalankan(iki_xl, ["kumpul", "kos", "--json"]) == 3
    told = capsys.readouterr()
    answer = json.loads(told.out)
    assert (answer["berkas"], answer["diterima"], answer["ditolak"], answer["keluaran"]) == (1, 0, 1, [])
    assert [t["kode"] for t in answer["temuan"]] == ["B01"]
    assert "tidak ada yang diubah" in told.err


@pytest.mark.parametrize("left", ["rekap", "realisasi", "perbaikan"])
def test_any_result_that_would_be_missed_is_kept(kerja, left):
    """The recap alone, the facts alone, or copies to mend alone are enough."""
    for path in list((kerja / "reports").rglob("*.*")):
        if left not in str(path.relative_to(kerja / "reports")):
            path.unlink()
    before = semua(kerja / "reports")
    assert before
    assert jalankan(iki_xl, ["kumpul", "kos"]) == 3
    assert semua(kerja / "reports") == before


def test_without_results_an_empty_folder_is_collected_as_ever(kerja, capsys):
    """In another folder of outputs: a recap that says so, exit 0, and again, as nothing would be missed."""
    for _ in range(2):
        assert jalankan(iki_xl, ["kumpul", "kos", "--ke", "lain"]) == 0
    assert "Belum ada realisasi yang terisi." in capsys.readouterr().out
    assert list((kerja / "lain").glob("rekap-*.xlsx"))


def hilangkan(folder, *numbers):
    for number in numbers:
        (folder / "workbooks" / f"{number:02d}.xlsx").unlink()


def b40(folder):
    with (folder / "reports" / "temuan.csv").open(encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["kode"] == "B40"]


def test_fewer_than_half_names_the_missing(kerja, capsys):
    """Two of the last run's four: half, nothing is said. Then one of two is half, none of two is less."""
    hilangkan(kerja, 0, 1, 4)
    jalankan(iki_xl, ["kumpul"])
    assert b40(kerja) == []
    hilangkan(kerja, 2, 3)
    laporan(kerja / "workbooks", 7)
    capsys.readouterr()
    assert jalankan(iki_xl, ["kumpul"]) == 0
    (found,) = b40(kerja)
    assert (found["tingkat"], found["berkas"]) == ("peringatan", "workbooks")
    assert found["pesan"].startswith("Hanya 0 dari 2 laporan yang dihitung pada pengumpulan sebelumnya")
    told = capsys.readouterr().out
    for number in (2, 3):
        name = f"19850101201001{1 + number % 2}{number + 1:03d}, Sekretaris ({number:02d}.xlsx)"
        assert name in found["nilai"]
        assert name in found["pesan"]
        assert name in told
    recap = openpyxl.load_workbook(next((kerja / "reports").glob("rekap-*.xlsx")))
    assert any(found["pesan"] in map(str, row) for row in recap["Temuan"].iter_rows(values_only=True))


@pytest.mark.lambat
def test_the_list_of_the_missing_is_bounded(tmp_path):
    """Sixty are gone: the sentence names a few and counts the others, the value fifty."""
    for number in range(60):
        laporan(tmp_path / "workbooks", number)
    kumpul(katalog(), Permintaan(tmp_path / "workbooks", tmp_path / "reports"))
    for path in (tmp_path / "workbooks").iterdir():
        path.unlink()
    laporan(tmp_path / "workbooks", 60)
    result = kumpul(katalog(), Permintaan(tmp_path / "workbooks", tmp_path / "reports"))
    (found,) = [t for t in result.temuan if t.kode == "B40"]
    assert len(found.pesan) < 500
    assert " lainnya." in found.pesan
    assert found.nilai.count("; ") == 50
    assert found.nilai.endswith("; dan 10 lainnya")


def test_moved_renamed_and_retyped_returns_are_not_missing(kerja):
    """Other file names, another folder, another month, a catalogue without an indikator: nothing is said."""
    (kerja / "workbooks").rename(kerja / "kiriman juli")
    for path in list((kerja / "kiriman juli").iterdir()):
        path.rename(path.with_name(f"baru {path.name}"))
    jalankan(iki_xl, ["kumpul", "kiriman juli", "--bulan", "3"])
    assert b40(kerja) == []
    (kerja / "katalog.xlsx").write_bytes(katalog_xlsx(tanpa(katalog(), "J02-02")))
    jalankan(iki_xl, ["kumpul", "kiriman juli"])
    assert b40(kerja) == []


@pytest.mark.parametrize("name", ["=Ani.xlsx", "a;=b,c\n-1.xlsx"])
def test_names_that_are_guarded_in_the_facts_are_named_as_they_are(tmp_path, name):
    """The apostrophe of the CSV is not part of the name."""
    laporan(tmp_path / "workbooks", 1, name=name)
    wanted = Permintaan(tmp_path / "workbooks", tmp_path / "reports")
    kumpul(katalog(), wanted)
    (tmp_path / "workbooks" / name).unlink()
    laporan(tmp_path / "workbooks", 2)
    (found,) = [t for t in kumpul(katalog(), wanted).temuan if t.kode == "B40"]
    assert f"({name})" in found.nilai


def test_facts_that_excel_saved_again_still_tell(kerja):
    """Saved with ";" and NIP as numbers of fifteen digits: the jabatan decides, nobody is missing."""
    facts = kerja / "reports" / "realisasi.csv"
    lines = [line.replace(",", ";") for line in facts.read_text(encoding="utf-8").splitlines()]
    changed = re.sub(r";19850101201001\d{4};", ";1,98501E+17;", "\r\n".join(lines))
    assert changed.count("E+17") == 4
    facts.write_text(changed, encoding="utf-8-sig", newline="")
    jalankan(iki_xl, ["kumpul"])
    assert b40(kerja) == []
    facts.write_text(changed, encoding="utf-8-sig", newline="")
    hilangkan(kerja, 0, 1, 2, 3, 4)
    laporan(kerja / "workbooks", 8, jabatan="J03")
    jalankan(iki_xl, ["kumpul"])
    (found,) = b40(kerja)
    assert found["pesan"].startswith("Hanya 0 dari 1 ")


def test_facts_that_tell_nothing_are_said_and_still_protected(kerja, capsys):
    """No comparison is possible: one sentence; an empty folder replaces them no less than others."""
    (kerja / "reports" / "realisasi.csv").write_bytes(b"\xff\xfe bukan CSV")
    assert jalankan(iki_xl, ["kumpul", "kos"]) == 3
    capsys.readouterr()
    assert jalankan(iki_xl, ["kumpul"]) == 1
    assert "realisasi.csv yang lama di reports tidak ada atau tidak dapat dibaca" in capsys.readouterr().err
