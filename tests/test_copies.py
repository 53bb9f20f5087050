"""Copies to mend and the disk: one that cannot be written stops nothing, a full disk stops everything."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import libreoffice
import openpyxl
import pytest
from filled import enter_person, find_form, make_katalog, receive_returns, write_return
from hypothesis import given
from hypothesis import strategies as st

from iki_xl.catalog import RincianTarget, Sebaran, katalog_xlsx
from iki_xl.cli.commands import iki_xl
from iki_xl.cli.indonesian import run
from iki_xl.corrections import copies
from iki_xl.corrections.copies import copy_names
from iki_xl.corrections.marked import make_perbaikan_copies
from iki_xl.errors import OutputError
from iki_xl.pipeline import kumpul
from iki_xl.results import CollectRequest
from iki_xl.storage import output
from iki_xl.storage.archive import archive_files
from iki_xl.storage.lock import hold_folders
from iki_xl.tables import name_realisasi_column

JAN = "realisasi_01"
LONG_NAME = "n" * 251


def send_return(folder, name, number=0, value=-1.0):
    """Write a return, in galat unless told otherwise."""
    path = folder / "workbooks" / name
    entries = {**enter_person(f"Orang {number}", f"19850101201001{1 + number % 2}{number + 1:03d}")}
    made = write_return(folder / "isi.xlsx", make_katalog(), {"J02": entries | {("J02-01", JAN): value}})
    path.parent.mkdir(parents=True, exist_ok=True)
    made.replace(path)


def collect_folder(folder):
    return kumpul(
        make_katalog(), CollectRequest(folder / "workbooks", folder / "reports", work_folder=folder)
    )


def read_outputs(folder):
    """Every file below the folder of outputs, also temporary ones; not the lock, which stays."""
    files = (p for p in (folder / "reports").rglob("*") if p.is_file())
    return {p: p.read_bytes() for p in files if p.parent.name != ".iki-xl"}


def list_copies(folder):
    root = folder / "reports" / "perbaikan"
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def list_said(result, code):
    return [(t.file, t.message) for t in result.temuan if t.code == code]


HARD_NAMES = [
    "CON.xlsx",
    "bidang/nul.tar.xlsx",
    "lpt1 /ani.xlsx",
    "bidang./ani.xlsx",
    "jam 10:30.xlsx",
    'ani "baru".xlsx',
    "a|b<c>d?e*f.xlsx",
    "ani\nbudi.xlsx",
    "ani\u202exslx.exe.xlsx",
    f"{LONG_NAME}.ods",
]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_names_that_some_computer_refuses_become_short_ones(tmp_path):
    """Each copy lies there once, under a name that every computer takes and a person knows; each is said."""
    for number, name in enumerate([*HARD_NAMES, "biasa.xlsx", "dalam/sekali/ani.xlsx"]):
        send_return(tmp_path, name, number)
    result = collect_folder(tmp_path)
    assert list_said(result, "B41") == []
    said = dict(list_said(result, "B42"))
    assert set(said) == set(HARD_NAMES)
    found = list_copies(tmp_path)
    assert len(found) == len(HARD_NAMES) + 2
    for name in HARD_NAMES:
        (short,) = [copy for copy in found if f"bernama {copy}:" in said[name]]
        assert short[0].casefold() == Path(name).name[0].casefold()
        assert len(short.encode()) < 90
        book = openpyxl.load_workbook(tmp_path / "reports" / "perbaikan" / short)
        assert "Temuan" in book.sheetnames
    assert {"biasa.xlsx", "dalam/sekali/ani.xlsx"} <= set(found)
    assert collect_folder(tmp_path).set_aside == ()
    assert list_copies(tmp_path) == found


def test_an_old_copy_where_a_folder_must_stand(tmp_path):
    """A workbook's name became a folder's: the copy has a short name at first, its own one the next time."""
    send_return(tmp_path, "bidang.xlsx")
    collect_folder(tmp_path)
    (tmp_path / "workbooks" / "bidang.xlsx").unlink()
    send_return(tmp_path, "bidang.xlsx/ani.xlsx", 1)
    first = collect_folder(tmp_path)
    ((name, _),) = list_said(first, "B42")
    assert name == "bidang.xlsx/ani.xlsx"
    (short,) = list_copies(tmp_path)
    assert short.startswith("ani-")
    second = collect_folder(tmp_path)
    assert (list_said(second, "B42"), list_copies(tmp_path)) == ([], ["bidang.xlsx/ani.xlsx"])


def test_a_filled_copy_where_a_folder_must_stand(tmp_path):
    """What was typed in it is set aside; nothing else suffers."""
    send_return(tmp_path, "bidang.xlsx")
    collect_folder(tmp_path)
    copy = tmp_path / "reports" / "perbaikan" / "bidang.xlsx"
    copy.write_bytes(b"diisi")
    (tmp_path / "workbooks" / "bidang.xlsx").unlink()
    send_return(tmp_path, "bidang.xlsx/ani.xlsx", 1)
    result = collect_folder(tmp_path)
    assert result.set_aside == (copy.with_name("bidang 1 (diisi).xlsx"),)
    assert result.set_aside[0].read_bytes() == b"diisi"
    assert len(list_said(result, "B42")) == 1


def test_an_old_folder_where_a_copy_must_stand(tmp_path):
    """The other way round: the copy has a short name while the old folder holds copies, then its own one."""
    send_return(tmp_path, "bidang.xlsx/ani.xlsx")
    collect_folder(tmp_path)
    shutil.rmtree(tmp_path / "workbooks")
    send_return(tmp_path, "bidang.xlsx", 1)
    assert len(list_said(collect_folder(tmp_path), "B42")) == 1
    assert list_said(collect_folder(tmp_path), "B42") == []
    assert list_copies(tmp_path) == ["bidang.xlsx"]


@pytest.mark.parametrize("code", [errno.EACCES, errno.EINVAL, errno.ENOENT, errno.ENAMETOOLONG])
def test_a_copy_that_cannot_be_written_at_all_is_left_out(tmp_path, monkeypatch, code):
    """Neither under its own nor a short name: B41 in the findings; the recap and the others are there."""
    send_return(tmp_path, "ani.xlsx", 0)
    send_return(tmp_path, "budi.xlsx", 1)
    collect_folder(tmp_path)
    old = (tmp_path / "reports" / "perbaikan" / "ani.xlsx").read_bytes()
    send_return(tmp_path, "ani.xlsx", 0, -3.0)
    real = output._check_place

    def refusing(target):
        if target.parent.name == "perbaikan" and target.name.startswith("ani"):
            raise OSError(code, "refused")
        real(target)

    monkeypatch.setattr(output, "_check_place", refusing)
    result = collect_folder(tmp_path)
    ((name, message),) = list_said(result, "B41")
    assert name == "ani.xlsx"
    assert "tidak dapat ditulis" in message
    recap = openpyxl.load_workbook(result.outputs[0])
    assert any(message in map(str, row) for row in recap["Temuan"].iter_rows(values_only=True))
    assert message in (tmp_path / "reports" / "temuan.csv").read_text(encoding="utf-8")
    # the copy of the run before is better than none
    assert list_copies(tmp_path) == ["ani.xlsx", "budi.xlsx"]
    assert (tmp_path / "reports" / "perbaikan" / "ani.xlsx").read_bytes() == old


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_a_full_disk_at_a_copy_stops_everything(tmp_path, monkeypatch, code):
    """One sentence that names the copy; every old output is as it was, and nothing temporary is left."""
    send_return(tmp_path, "ani.xlsx")
    collect_folder(tmp_path)
    before = read_outputs(tmp_path)
    send_return(tmp_path, "ani.xlsx", 0, -3.0)
    real = output._write_and_read_back

    def full(path, content):
        if path.parent.name == "perbaikan":
            raise OSError(code, "full")
        real(path, content)

    monkeypatch.setattr(output, "_write_and_read_back", full)
    with pytest.raises(OutputError, match=r"perbaikan.ani\.xlsx tidak dapat ditulis"):
        collect_folder(tmp_path)
    assert read_outputs(tmp_path) == before


def test_a_path_over_the_limit_of_windows_is_shortened(tmp_path, monkeypatch):
    """Where 260 letters are all that a path may have, a deep copy lies in the folder of copies itself."""
    monkeypatch.setattr(copies, "LONGEST_PATH", len(str(tmp_path / "reports" / "perbaikan")) + 60)
    send_return(tmp_path, "bidang yang namanya panjang sekali/seksi yang lain/ani.xlsx", 0)
    send_return(tmp_path, "budi.xlsx", 1)
    result = collect_folder(tmp_path)
    ((_, message),) = list_said(result, "B42")
    assert "terlalu panjang" in message
    assert [name.startswith(("ani-", "budi.xlsx")) for name in list_copies(tmp_path)] == [True, True]


nama = st.text("aAbB.:x /\n", min_size=1, max_size=8).map(lambda text: f"{text.strip('/ ') or 'a'}x")


@given(
    st.lists(nama.flatmap(lambda n: st.sampled_from([n, f"{n}.xlsx", f"{n}.xls", f"{n}.ods"])), unique=True)
)
def test_no_two_copies_have_one_name(returned):
    """Whatever they are called, no copy takes another's place, on a drive without capital letters either."""

    class Tray:
        def __init__(self):
            self.laid = []

        def lay(self, name, _content):
            self.laid.append(name)

    tray = Tray()
    names = copy_names(returned)
    copies.lay_copies(tray, names, [(name, b"") for name in returned], Path("/tmp/perbaikan"))
    assert len({name.casefold() for name in tray.laid}) == len(returned)
    assert all(name.endswith(".xlsx") for name in tray.laid)


def test_long_names_leave_room_for_what_is_added(tmp_path):
    """A name of 255 bytes can still be kept beside: it is cut, never half a letter."""
    path = tmp_path / f"{'é' * 125}.xlsx"
    path.write_bytes(b"")
    beside = output.find_free_name(path, "baru")
    beside.write_bytes(b"")
    assert beside.name.endswith(" (baru).xlsx")
    assert len(os.fsencode(output.find_free_name(path, "baru").name)) <= 255


@pytest.fixture
def small_disk(tmp_path):
    """The whole working folder on a drive of its own, whose size can be changed."""
    folder = tmp_path / "kerja"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "iki-xl-uji", folder]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small drive here")
    yield folder, lambda size: subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)
    subprocess.run(["umount", folder], check=True)


def test_the_outputs_come_before_the_archive_where_the_disk_is_nearly_full(small_disk, monkeypatch, capsys):
    """Room for the outputs and not for the originals: all outputs are there, the archive says so."""
    folder, resize = small_disk
    monkeypatch.chdir(folder)
    (folder / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    for number in range(6):
        send_return(folder, f"{number}.xlsx", number, 1.0)
    assert run(iki_xl, ["kumpul", "--tanpa-arsip"]) == 0
    before = read_outputs(folder)
    for path in before:
        path.unlink()
    needed = sum(-(-len(content) // 4096) * 4096 for content in before.values())
    resize(shutil.disk_usage(folder).used + needed + 16 * 4096)
    capsys.readouterr()
    assert run(iki_xl, ["kumpul"]) == 0
    assert read_outputs(folder) == before
    assert "tidak dapat dilengkapi (ruang disk habis)" in capsys.readouterr().err
    resize("64m")
    assert run(iki_xl, ["kumpul"]) == 0
    assert capsys.readouterr().err == ""
    assert len(list((folder / ".iki-xl" / "arsip").rglob("*.xlsx"))) == 6


@pytest.mark.parametrize("args", [[], ["--tanpa-arsip"], ["--ke", "lain"]])
def test_temporary_files_of_the_own_folder_are_swept_at_once(tmp_path, monkeypatch, args):
    """What a run killed a moment ago left below .iki-xl is gone after the next one, whatever its options."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    send_return(tmp_path, "ani.xlsx", 0, 1.0)
    assert run(iki_xl, ["kumpul"]) == 0
    left = [tmp_path / ".iki-xl" / name / f".iki-xl-{'0' * 16}.tmp" for name in ("", "arsip", "arsip/ab")]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    assert run(iki_xl, ["kumpul", *args]) == 0
    assert list((tmp_path / ".iki-xl").rglob(".iki-xl-*")) == []
    assert (tmp_path / ".iki-xl" / "bacaan.sqlite").exists()


def test_temporary_files_of_templates_are_swept_at_once(tmp_path, monkeypatch):
    """The same for a run of `templat` that was killed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / ".iki-xl-00.tmp").write_bytes(b"x")
    assert run(iki_xl, ["templat"]) == 0
    assert sorted(p.suffix for p in (tmp_path / "templates").iterdir()) == ["", ".xlsx"]


def test_what_another_run_is_writing_into_the_archive_is_not_swept(tmp_path, monkeypatch):
    """While it holds the archive its files stay; this run says that the archive waits."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
    send_return(tmp_path, "ani.xlsx", 0, 1.0)
    own = tmp_path / ".iki-xl"
    with hold_folders(own):
        (own / ".iki-xl-11.tmp").write_bytes(b"x")
        result = collect_folder(tmp_path)
        assert (own / ".iki-xl-11.tmp").exists()
    assert any("sedang dilengkapi iki-xl yang lain" in note for note in result.notes)
    assert result.outputs
    assert collect_folder(tmp_path).notes == ()
    assert not (own / ".iki-xl-11.tmp").exists()
    assert archive_files(own, []).message == ""


@pytest.mark.lambat
@pytest.mark.parametrize("month", [0, 3, 12])
@pytest.mark.parametrize("rincian", [RincianTarget.YEARLY, RincianTarget.TRIWULAN])
def test_a_copy_shows_what_its_formulas_give_whatever_the_sebaran(tmp_path, month, rincian):
    """Before LibreOffice recalculates it, and afterwards; also where no month has a valid entry."""
    libreoffice.require()
    office = make_katalog(rincian)
    for sebaran in Sebaran:
        katalog = replace(office, indikator=tuple(replace(i, sebaran=sebaran) for i in office.indikator))
        entries = {("J02-01", JAN): "tidak tahu"}
        if month:
            keys = [i.id for i in katalog.list_indikator("J02")]
            entries |= {(key, name_realisasi_column(month)): 2 for key in keys}
        sent = write_return(tmp_path / f"isi-{sebaran.name}.xlsx", katalog, {"J02": entries})
        merged, found = receive_returns(katalog, sent)
        ((_, content),) = make_perbaikan_copies(katalog, merged, found)
        copy = tmp_path / f"salinan-{sebaran.name}.xlsx"
        copy.write_bytes(content)
        form = find_form(katalog, "J02")
        again = libreoffice.recalculate(copy, tmp_path / "lo")
        books = [openpyxl.load_workbook(path, data_only=True) for path in (copy, again)]
        for cell in form.formula_cells:
            ours, theirs = (book[form.sheet_name][form.layout.address(*cell)].value for book in books)
            assert (ours or "") == (pytest.approx(theirs) if isinstance(theirs, float) else theirs or ""), (
                cell
            )
