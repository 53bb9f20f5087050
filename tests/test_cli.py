"""The command line as its contract says: outputs, exit codes, one clear sentence, never a traceback."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from filled import copied_notes

from iki_xl.catalog import Indikator, Jabatan, Kantor, Katalog, katalog_xlsx
from iki_xl.form.jabatan import jabatan_forms
from iki_xl.template.writer import make_filled_sheets, templat_xlsx


def run(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, in a working folder."""
    import os

    return subprocess.run(
        [sys.executable, "-m", "iki_xl", *args],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), **env},
    )


@pytest.fixture(scope="module")
def katalog():
    indikator = tuple(
        Indikator(f"A-{n}", "A", "Sasaran", f"Jumlah laporan {n}", "Laporan", "Kumulatif", target=12.0)
        for n in (1, 2)
    )
    return Katalog(Kantor("Kantor Uji", "Kabupaten Uji", 2026), (Jabatan("A", "Penguji"),), (), indikator)


@pytest.fixture
def folder(tmp_path, katalog):
    """A working folder with a catalogue and one good return."""
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(katalog))
    (tmp_path / "workbooks").mkdir()
    fill_form(
        tmp_path / "workbooks" / "ani.xlsx",
        katalog,
        {("A-1", "realisasi_01"): 3.0, ("A-1", "realisasi_02"): 2.0},
    )
    return tmp_path


def fill_form(path, katalog, values):
    head = {("#nama", "indikator"): "Ani", ("#nip", "indikator"): "198501012010012001"}
    form = jabatan_forms(katalog)[0]
    path.write_bytes(templat_xlsx(katalog, make_filled_sheets([(form, head | values, {})])))


def one_sentence(done, code):
    """The command ended with this code, said one thing on standard error, and no traceback."""
    assert done.returncode == code
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.strip()
    return done.stderr


def test_kumpul_writes_what_the_contract_names(folder):
    """Without galat: exit 0; recap, CSV files, reminders, and no copy to mend; the month is said."""
    done = run("kumpul", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Dihitung sampai Februari (bulan terakhir yang diisi cukup pelapor)." in done.stdout
    reports = folder / "reports"
    found = (p.relative_to(reports).as_posix() for p in reports.rglob("[!.]*.*"))
    written = sorted(name for name in found if not name.startswith(".iki-xl/"))
    tables = [f"{name}.{kind}" for name in ("capaian", "realisasi") for kind in ("csv", "parquet")]
    reminders = ["pengingat.csv", "pengingat.txt"]
    assert written == sorted([*tables, *reminders, "rekap-kantor-uji-2026-02.xlsx", "temuan.csv"])
    rows = list(csv.DictReader((folder / "reports" / "realisasi.csv").open(encoding="utf-8")))
    assert [(r["id_indikator"], r["bulan"], r["realisasi"], r["sel"], r["target"]) for r in rows] == [
        ("A-1", "1", "3.0", "L8", "12.0"),
        ("A-1", "2", "2.0", "M8", "12.0"),
    ]
    assert list(rows[0]) == (
        [
            "id_jabatan",
            "id_indikator",
            "nip",
            "bulan",
            "realisasi",
            "satuan",
            "tipe_perhitungan",
            "target",
            "berkas",
            "lembar",
            "sel",
        ]
    )
    figures = list(csv.DictReader((folder / "reports" / "capaian.csv").open(encoding="utf-8")))
    assert list(figures[0]) == (
        [
            "id_jabatan",
            "id_indikator",
            "nip",
            "target_sd",
            "realisasi_sd",
            "capaian_mentah",
            "capaian",
            "skala",
            "bulan_terisi",
        ]
    )
    assert (figures[0]["realisasi_sd"], figures[0]["capaian"]) == ("5.0", "41.67")  # 100 x 5 / 12
    assert figures[1]["capaian"] == ""  # blank is not 0


def test_a_galat_gives_exit_1_and_a_copy_to_mend(folder, katalog):
    """A negative entry: exit 1, its cell named, the rest merged, and a marked copy of everything."""
    fill_form(
        folder / "workbooks" / "ani.xlsx",
        katalog,
        {("A-1", "realisasi_01"): -3.0, ("A-2", "realisasi_01"): 4.0},
    )
    done = run("kumpul", "--bulan", "1", "--json", cwd=folder)
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert {k: answer[k] for k in ("berkas", "diterima", "ditolak", "galat")} == {
        "berkas": 1, "diterima": 1, "ditolak": 0, "galat": 1,
    }  # fmt: skip
    galat = [t for t in answer["temuan"] if t["tingkat"] == "galat"]
    assert [(t["kode"], t["lembar"], t["sel"], t["nilai"]) for t in galat] == [
        ("N11", "01 Penguji", "L8", "-3")
    ]
    assert list(galat[0]) == (
        [
            "kode",
            "tingkat",
            "berkas",
            "lembar",
            "sel",
            "id_jabatan",
            "id_indikator",
            "nilai",
            "pesan",
            "perbaikan",
        ]
    )
    copy = openpyxl.load_workbook(folder / "reports" / "perbaikan" / "ani.xlsx")
    sheet = copy["01 Penguji"]
    assert (sheet["L8"].value, sheet["L9"].value, sheet["D5"].value) == ("-3", 4, "198501012010012001")
    assert "kurang dari nol" in copied_notes(sheet, 8)
    assert copy["Temuan"]["E5"].value == "Angka -3 kurang dari nol."
    assert str(folder / "reports" / "perbaikan" / "ani.xlsx").endswith(
        next(p for p in answer["keluaran"] if "perbaikan" in p)
    )


def test_a_mended_copy_clears_its_findings(folder, katalog):
    """Correcting the marked cell in the copy and collecting it again leaves no galat."""
    fill_form(folder / "workbooks" / "ani.xlsx", katalog, {("A-1", "realisasi_01"): -3.0})
    run("kumpul", cwd=folder)
    copy = openpyxl.load_workbook(folder / "reports" / "perbaikan" / "ani.xlsx")
    copy["01 Penguji"]["L8"] = 3
    copy.save(folder / "workbooks" / "ani.xlsx")
    done = run("kumpul", cwd=folder)
    assert done.returncode == 0, done.stdout


def test_old_copies_go_and_filled_in_ones_are_set_aside(folder, katalog):
    """An untouched copy of a workbook now in order is removed; one that somebody filled in is kept."""
    fill_form(folder / "workbooks" / "ani.xlsx", katalog, {("A-1", "realisasi_01"): -3.0})
    fill_form(folder / "workbooks" / "budi.xlsx", katalog, {("A-1", "realisasi_01"): -4.0})
    run("kumpul", cwd=folder)
    copies = folder / "reports" / "perbaikan"
    book = openpyxl.load_workbook(copies / "budi.xlsx")
    book["01 Penguji"]["L8"] = 8
    book.save(copies / "budi.xlsx")
    for name in ("ani", "budi"):
        fill_form(folder / "workbooks" / f"{name}.xlsx", katalog, {("A-1", "realisasi_01"): 3.0})
    done = run("kumpul", cwd=folder)
    assert [p.name for p in copies.iterdir()] == ["budi 1 (diisi).xlsx"]
    assert "budi 1 (diisi).xlsx" in done.stdout


@pytest.mark.lambat
def test_the_whole_working_folder_can_be_collected(folder):
    """`kumpul .` takes neither the catalogue nor its own outputs for returns."""
    run("templat", cwd=folder)
    for _ in range(2):
        done = run("kumpul", ".", "--json", cwd=folder)
        answer = json.loads(done.stdout)
        assert (done.returncode, answer["berkas"], answer["diterima"]) == (0, 2, 1)
        assert {t["berkas"] for t in answer["temuan"] if t["kode"] != "B06"} == {
            "templates/iki-2026-kantor-uji.xlsx"
        }


@pytest.mark.lambat
def test_limits_can_be_set_by_name(folder):
    """A limit of 0 MB refuses every file; a limit that is not known is wrong usage."""
    done = run("kumpul", "--batas", "ukuran_mb=0", cwd=folder)
    assert done.returncode == 1
    assert "[galat B01]" in done.stdout
    assert "ukuran_mb" in one_sentence(run("kumpul", "--batas", "apa=1", cwd=folder), 2)
    assert "NAMA=ANGKA" in one_sentence(run("kumpul", "--batas", "ukuran_mb", cwd=folder), 2)


def test_output_is_utf8_whatever_the_console_says(folder):
    """Redirected on a computer with an old code page, the arrows and quotes of findings do no harm."""
    (folder / "workbooks" / "b.xlsx").write_text("teks")
    done = run("kumpul", cwd=folder, PYTHONIOENCODING="cp1252")
    assert done.returncode == 1
    assert "→" in done.stdout


def test_periksa_writes_nothing(folder):
    """`periksa` says what it found and leaves the folder as it was."""
    before = sorted(folder.rglob("*"))
    done = run("periksa", "workbooks/ani.xlsx", cwd=folder)
    assert done.returncode == 0
    assert "Berkas 1, diterima 1, ditolak 0; galat 0" in done.stdout
    assert sorted(folder.rglob("*")) == before


def test_no_returns_at_all_is_said(folder):
    """An empty folder gives a recap that says so, and exit 0."""
    (folder / "workbooks" / "ani.xlsx").unlink()
    done = run("kumpul", cwd=folder)
    assert done.returncode == 0
    assert "Belum ada realisasi yang terisi." in done.stdout
    assert (folder / "reports" / "rekap-kantor-uji-2026-01.xlsx").exists()


@pytest.mark.parametrize("per", ["kantor", "unit", "jabatan", "pegawai"])
def test_templat_makes_each_variant(folder, per):
    """Each --per writes its workbooks below --ke and names them."""
    done = run("templat", "--per", per, "--ke", "keluar", cwd=folder)
    assert done.returncode == 0
    assert len(list((folder / "keluar").glob("*.xlsx"))) == 1
    assert "templat lama" not in done.stdout
    (folder / "keluar" / "lama.xlsx").write_bytes(b"x")
    assert "templat lama" in run("templat", "--per", per, "--ke", "keluar", cwd=folder).stdout


def test_the_password_comes_from_the_environment_only(folder):
    """IKI_XL_SANDI protects every sheet with a password; without it there is none."""
    run("templat", "--ke", "tanpa", cwd=folder)
    run("templat", "--ke", "dengan", cwd=folder, IKI_XL_SANDI="rahasia")
    passwords = [
        {
            s.protection.password
            for s in openpyxl.load_workbook(next((folder / name).glob("*.xlsx"))).worksheets
        }
        for name in ("tanpa", "dengan")
    ]
    assert passwords[0] == {None}
    assert len(passwords[1]) == 1
    assert passwords[1] != {None}


def test_mulai_makes_a_folder_and_never_overwrites(tmp_path):
    """A new working folder holds the catalogue and the three folders; a second `mulai` refuses."""
    assert run("mulai", "baru", cwd=tmp_path).returncode == 0
    names = sorted(p.name for p in (tmp_path / "baru").iterdir())
    assert names == ["katalog.xlsx", "reports", "templates", "workbooks"]
    before = (tmp_path / "baru" / "katalog.xlsx").read_bytes()
    assert "tidak ditimpa" in one_sentence(run("mulai", "baru", cwd=tmp_path), 2)
    assert (tmp_path / "baru" / "katalog.xlsx").read_bytes() == before


def test_wrong_usage_is_exit_2_in_indonesian(folder):
    """Unknown commands, options and values, and a folder that is not there: exit 2 and a hint."""
    for args in (
        ["tidak-ada"],
        ["kumpul", "--apa"],
        ["kumpul", "--bulan", "13"],
        ["templat", "--per", "dinas"],
        ["periksa"],
        ["periksa", "hilang.xlsx"],
        ["kumpul", "bukan-folder"],
        ["contoh"],
        ["contoh", "kota-lain"],
        ["mulai", "a", "b"],
        ["kumpul", "--bulan"],
        ["kumpul", "--bulam", "3"],
        ["kumpul", "--bulan", "x"],
        ["kumpul", "--json=1"],
        ["kumpl"],
    ):
        text = one_sentence(run(*args, cwd=folder), 2)
        for english in ("Error", "Usage", "Invalid", "Missing", "No such", "Try", "unexpected", "requires",
                        "Did you", "Choose", "Option", "Path", " is ", " not "):  # fmt: skip
            assert english not in text, (args, text)


def test_a_bad_catalogue_is_exit_3_and_nothing_is_written(folder):
    """Missing, not a workbook, or with mistakes: exit 3, named, and no output at all."""
    catalogue = folder / "katalog.xlsx"
    good = catalogue.read_bytes()
    catalogue.unlink()
    assert "katalog.xlsx" in one_sentence(run("kumpul", cwd=folder), 3)
    catalogue.write_text("bukan buku kerja")
    assert "bukan buku kerja" in one_sentence(run("templat", cwd=folder), 3)
    catalogue.write_bytes(good)
    book = openpyxl.load_workbook(catalogue)
    book["Indikator"]["B2"] = "Z9"
    book["Jabatan"]["B2"] = None
    book.save(catalogue)
    text = one_sentence(run("templat", cwd=folder), 3)
    assert "Indikator!B2" in text
    assert "Jabatan!B2" in text
    assert not (folder / "reports").exists()
    assert not (folder / "templates").exists()


def test_an_output_that_cannot_be_written_is_exit_3(folder):
    """Where --ke is a file: exit 3 and a sentence that names it."""
    (folder / "reports").write_text("bukan folder")
    assert "reports" in one_sentence(run("kumpul", cwd=folder), 3)


def test_help_is_indonesian(folder):
    """Help pages of every command carry Indonesian headings only."""
    for args in (["--help"], ["kumpul", "--help"], ["templat", "-h"]):
        text = run(*args, cwd=folder).stdout
        assert "Pemakaian: iki-xl" in text
        assert "[OPSI]" in text
        assert "Opsi:" in text
        assert ("Masukan:" in text) == ("kumpul" in args)
        assert "...\n" not in text.replace("PERINTAH ...", "")
        assert not any(
            word in text.lower() for word in ("usage", "option", "command", "show this", "argument")
        )


def test_what_click_says_is_indonesian_whatever_the_computer_speaks(folder):
    """The words that a mistake is told in do not depend on the language of the system."""
    for language in ("C", "en_US.UTF-8", "id_ID.UTF-8", "de_DE.UTF-8"):
        done = run("kumpul", "--bulam", "3", cwd=folder, LANG=language, LANGUAGE=language)
        assert "opsi '--bulam' tidak dikenal. Mungkin maksudnya '--bulan'." in one_sentence(done, 2)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contoh")
    done = run("contoh", "kecamatan-poncokusumo", "kerja", cwd=folder)
    return folder / "kerja", done


def test_contoh_does_the_whole_job(sample):
    """The sample office: exit 0, honest words, catalogue, templates, returns, recap, copies to mend."""
    folder, done = sample
    assert done.returncode == 0, done.stderr
    assert "contoh isian, bukan data kantor" in done.stdout
    assert (folder / "katalog.xlsx").exists()
    assert len(list((folder / "templates").glob("*.xlsx"))) == 27
    assert (folder / "reports" / "rekap-kecamatan-poncokusumo-2022-06.xlsx").exists()
    assert list((folder / "reports" / "perbaikan").rglob("*.xlsx"))
    book = openpyxl.load_workbook(folder / "katalog.xlsx", read_only=True)
    ids = [row[0] for row in book["Indikator"].iter_rows(min_row=2, values_only=True) if row[0]]
    assert len(ids) == 54


def test_contoh_makes_at_least_fifteen_kinds_of_mistakes(sample):
    """The sample holds 15 different codes of what people type, and late and missing returns."""
    folder, _ = sample
    rows = list(csv.DictReader((folder / "reports" / "temuan.csv").open(encoding="utf-8")))
    typed = {r["kode"] for r in rows if r["kode"][0] in "NLS"}
    assert len(typed) >= 15, sorted(typed)
    story = (folder / "reports" / "contoh-isian.md").read_text(encoding="utf-8")
    assert "terlambat" in story
    assert "tidak dikembalikan" in story


@pytest.mark.lambat
def test_contoh_is_the_same_each_time(sample, tmp_path):
    """A second run gives the same catalogue, templates and returns to the byte."""
    folder, _ = sample
    run("contoh", "kecamatan-poncokusumo", "kerja", cwd=tmp_path)
    for name in ("katalog.xlsx", "templates", "workbooks"):
        first = sorted((folder / name).rglob("*.xlsx")) or [folder / name]
        for path in first:
            other = tmp_path / "kerja" / path.relative_to(folder)
            assert other.read_bytes() == path.read_bytes(), path.name


@pytest.mark.lambat
def test_contoh_spares_a_catalogue_that_is_somebodys(sample, tmp_path, katalog):
    """Over its own sample it may write again; a catalogue with other content is left alone."""
    folder, _ = sample
    assert run("contoh", "kecamatan-poncokusumo", str(folder), cwd=tmp_path).returncode == 0
    shutil.copytree(folder, tmp_path / "lain")
    (tmp_path / "lain" / "katalog.xlsx").write_bytes(katalog_xlsx(katalog))
    assert "tidak ditimpa" in one_sentence(run("contoh", "kecamatan-poncokusumo", "lain", cwd=tmp_path), 2)
