"""`iki-xl periksa` on folders: everything below them, by the rules of `kumpul`, under names that differ."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filled import NIP_OTHER, enter_person, make_katalog, write_return

from iki_xl.catalog import katalog_xlsx

JAN = "realisasi_01"


def run(*args, cwd):
    """Run the command as a user would; return its exit code and the JSON object it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "iki_xl", "periksa", "--json", *args],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def folder(tmp_path):
    """A working folder with returns at two depths, things that are none, outputs, and a second folder."""
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    places = ("workbooks", "workbooks/bidang", "susulan", "reports/perbaikan")
    for number, place in enumerate(places):
        entries = enter_person(f"Orang {number}", f"{int(NIP_OTHER) + number}") | {("J02-01", JAN): number}
        write_return(tmp_path / place / "ani.xlsx", make_katalog(), {"J02": entries})
    (tmp_path / "workbooks" / "kiriman.rar").write_bytes(b"Rar!\x1a\x07\x00")
    (tmp_path / "workbooks" / "surat.docx").write_bytes(b"surat")
    (tmp_path / "workbooks" / "~$ani.xlsx").write_bytes(b"Ani")
    return tmp_path


def words(answer):
    return {
        (t["kode"], t["berkas"]) for t in answer["temuan"] if t["kode"] in {"B01", "B06", "B07", "B27", "B36"}
    }


def test_a_folder_is_read_with_all_below_it(folder):
    """Every workbook at any depth is checked, what is skipped is said, and nothing is written."""
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    code, answer = run("workbooks", cwd=folder)
    assert (code, answer["berkas"], answer["diterima"]) == (0, 2, 2)
    assert words(answer) == {
        ("B27", "workbooks/kiriman.rar"),
        ("B06", "workbooks/surat.docx"),
        ("B06", "workbooks/~$ani.xlsx"),
    }
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_files_and_folders_together_have_names_that_differ(folder):
    """Three files of the same name; what was named twice, by another path too, is read once."""
    args = ("susulan/ani.xlsx", "workbooks", str(folder / "susulan"), "workbooks/bidang/../ani.xlsx")
    (folder / "susulan" / "ani.xlsx").write_bytes(b"bukan buku kerja")
    (folder / "workbooks" / "bidang" / "ani.xlsx").write_bytes(b"bukan buku kerja juga")
    code, answer = run(*args, cwd=folder)
    assert (code, answer["berkas"], answer["diterima"]) == (1, 3, 1)
    assert {("B01", "susulan/ani.xlsx"), ("B01", "workbooks/bidang/ani.xlsx")} <= words(answer)
    assert not [name for code, name in words(answer) if code == "B07"]


@pytest.mark.lambat
def test_the_working_folder_itself_can_be_checked(folder):
    """The catalogue and the outputs are no returns; outputs are read where they are named."""
    code, answer = run(".", cwd=folder)
    assert (code, answer["berkas"], answer["diterima"]) == (0, 3, 3)
    assert ("B06", "reports") in words(answer)
    _, named = run("reports", cwd=folder)
    assert named["berkas"] == 1


def test_an_archive_and_what_a_pattern_also_names(folder):
    """Named by hand, an archive is a warning and Excel's own note beside a workbook an info."""
    code, answer = run("workbooks/kiriman.rar", "workbooks/~$ani.xlsx", "workbooks/ani.xlsx", cwd=folder)
    assert (code, answer["diterima"]) == (0, 1)
    assert words(answer) == {("B27", "workbooks/kiriman.rar"), ("B06", "workbooks/~$ani.xlsx")}


def test_help_and_page_name_folders(folder):
    """The help says that folders may be named."""
    done = subprocess.run(
        [sys.executable, "-m", "iki_xl", "periksa", "--help"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert "BERKAS|MAP..." in done.stdout
    assert "folder" in done.stdout
