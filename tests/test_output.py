"""Writing: whole or not at all, all or none; what is open elsewhere is left, the new one kept beside it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from filled import NIP_ANI, NIP_BUDI, isi, katalog, orang

from iki_xl import output
from iki_xl.errors import BusyError, OutputError
from iki_xl.lock import kunci
from iki_xl.output import sapu, siapkan, tulis_semua, tulis_utuh
from iki_xl.pipeline import Permintaan, kumpul
from iki_xl.terminal import laporan_kumpul, sebagai_json
from iki_xl.xlsx import DIBUAT

ISI = [("a.csv", b"baru a"), ("dalam/b.xlsx", b"baru b"), ("c.xlsx", b"baru c")]


def semua(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def lama(tmp_path):
    """A folder with old outputs."""
    for name, _ in ISI:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"lama")
    return tmp_path


@pytest.fixture
def terbuka(monkeypatch):
    """As on Windows: {file name: how many attempts to replace or move it are refused}."""
    left: dict[str, float] = {}
    real = Path.replace

    def refusing(self, target):
        for name in {self.name, Path(target).name}:
            if left.get(name, 0) > 0:
                left[name] -= 1
                raise PermissionError(errno.EACCES, "sharing violation")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refusing)
    return left


def test_every_output_is_in_place_and_nothing_else(lama):
    """New contents in old and new places; the paths in the order given; no temporaries."""
    written = tulis_semua(lama, [*ISI, ("baru/d.csv", b"d")])
    assert written.berkas == tuple(lama / name for name in ("a.csv", "dalam/b.xlsx", "c.xlsx", "baru/d.csv"))
    assert written.lain_nama == ()
    assert semua(lama) == dict([*ISI, ("baru/d.csv", b"d")])


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("step", ["open", "fsync", "read"])
def test_whatever_fails_before_the_end_touches_nothing_old(lama, monkeypatch, number, step):
    """No room, a flush that fails or a disk that lies, at any file: an OutputError that names it."""
    before = semua(lama)
    calls = []

    def failing(real, answer):
        def step(*args, **options):
            # a file is also opened to be read back
            calls.append(args[1:] != ("rb",) and options.get("mode") != "rb")
            return answer() if calls[-1] and sum(calls) == number + 1 else real(*args, **options)

        return step

    def full():
        raise OSError(errno.ENOSPC, "No space left on device")

    if step == "open":
        monkeypatch.setattr(Path, "open", failing(Path.open, full))
    elif step == "fsync":
        monkeypatch.setattr(os, "fsync", failing(os.fsync, full))
    else:
        monkeypatch.setattr(Path, "read_bytes", failing(Path.read_bytes, lambda: b"lain"))
    with pytest.raises(OutputError) as caught:
        tulis_semua(lama, ISI)
    monkeypatch.undo()
    assert str(lama / ISI[number][0]) in str(caught.value)
    assert ("disk bermasalah" if step == "read" else "ruang disk habis") in str(caught.value)
    assert semua(lama) == before


def test_an_output_whose_name_is_a_folder_is_said_before_anything_is_replaced(lama):
    """The last of three names is a folder: nothing was replaced."""
    before = semua(lama)
    (lama / "d.csv").mkdir()
    with pytest.raises(OutputError, match="berupa folder"):
        tulis_semua(lama, [*ISI, ("d.csv", b"d")])
    assert semua(lama) == before


def test_what_is_interrupted_leaves_no_temporaries(lama):
    """Ctrl-C after everything was laid down and before it was put in place: all as before."""
    before = semua(lama)

    def interrupted():
        with siapkan(lama, ISI):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert semua(lama) == before


def test_a_file_that_is_open_for_a_moment_is_replaced(lama, terbuka):
    """Three refusals, as of a virus scanner: replaced all the same."""
    terbuka["c.xlsx"] = 3
    assert tulis_semua(lama, ISI).lain_nama == ()
    assert semua(lama) == dict(ISI)


def test_a_file_that_stays_open_keeps_its_content_and_the_new_one_lies_beside(lama, terbuka, monkeypatch):
    """Refused to the end, three runs in turn: each new one under its own name, the others in place."""
    monkeypatch.setattr(output.time, "sleep", lambda _seconds: None)
    terbuka["c.xlsx"] = float("inf")
    names = ("c (baru).xlsx", "c (baru 2).xlsx", "c (baru 3).xlsx")
    for name in names:
        written = tulis_semua(lama, ISI)
        assert written.berkas == (lama / "a.csv", lama / "dalam" / "b.xlsx", lama / name)
        assert written.lain_nama == ((lama / "c.xlsx", lama / name),)
    assert semua(lama) == {**dict(ISI), "c.xlsx": b"lama", **dict.fromkeys(names, b"baru c")}


def test_many_open_files_share_the_wait(lama, terbuka, monkeypatch):
    """A hundred open files cost about a second in all, not each."""
    waits = []
    monkeypatch.setattr(output.time, "sleep", waits.append)
    outputs = [(f"{n}.csv", b"") for n in range(100)]
    terbuka.update({name: float("inf") for name, _ in outputs})
    assert len(tulis_semua(lama, outputs).lain_nama) == 100
    assert 0.5 < sum(waits) < 1.5


def test_one_file_alone_is_never_written_elsewhere(lama, terbuka):
    """`tulis_utuh` says that the file is open; its old content stays, and nothing lies beside it."""
    terbuka["c.xlsx"] = float("inf")
    before = semua(lama)
    with pytest.raises(OutputError, match=r"c\.xlsx tidak dapat ditulis \(sedang dipakai program lain\)"):
        tulis_utuh(lama / "c.xlsx", b"baru")
    assert semua(lama) == before
    assert tulis_utuh(lama / "a.csv", b"baru").read_bytes() == b"baru"


def test_only_our_own_temporaries_are_swept(tmp_path):
    """By age, and never a file, a folder or a lock that is called otherwise."""
    stay = [".iki-xl-kunci", ".iki-xl-0.tmp.xlsx", "x.tmp", ".tmp", "iki-xl-1.tmp", "dalam/.iki-xl-2.tmp"]
    (tmp_path / "dalam").mkdir()
    (tmp_path / ".iki-xl-folder.tmp").mkdir()
    for name in [*stay, ".iki-xl-baru.tmp", ".iki-xl-tua.tmp"]:
        (tmp_path / name).touch()
    os.utime(tmp_path / ".iki-xl-tua.tmp", (time.time() - 4000,) * 2)
    tulis_utuh(tmp_path / "a.csv", b"")
    assert set(semua(tmp_path)) == {*stay, ".iki-xl-baru.tmp", "a.csv"}
    sapu(tmp_path, 0)
    assert set(semua(tmp_path)) == {*stay, "a.csv"}
    sapu(tmp_path, 0, dalam=True)
    assert set(semua(tmp_path)) == {*stay, "a.csv"} - {"dalam/.iki-xl-2.tmp"}
    assert (tmp_path / ".iki-xl-folder.tmp").is_dir()


def test_a_folder_is_held_once_and_let_go(tmp_path):
    """Also by another path to it; named twice it is one; afterwards nothing is left, and it is free again."""
    folder = tmp_path / "reports"
    said = r"sejak \d\d-\d\d-\d{4} pukul \d\d\.\d\d\. Tunggu"
    with kunci(folder, folder / "..", folder / ".." / "reports") as alone:
        assert alone
        (tmp_path / "tautan").symlink_to(folder)
        for other in (folder, tmp_path / "tautan", tmp_path):
            with pytest.raises(BusyError, match=said), kunci(other):
                pass
    with kunci(folder):
        pass
    assert semua(tmp_path) == {}


def test_a_drive_without_locks_does_not_stop_the_work(tmp_path, monkeypatch):
    """The work goes on and knows that it may not be alone."""
    fcntl = pytest.importorskip("fcntl")

    def unknown(*_args):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unknown)
    with kunci(tmp_path) as first, kunci(tmp_path) as second:
        assert (first, second) == (False, False)


@pytest.mark.skipif(sys.platform == "win32", reason="fork and kill -9")
def test_the_lock_ends_with_its_process_even_where_a_forked_child_lives_on(tmp_path):
    """A run killed with -9 leaves a child behind: the folder is free at once."""
    code = (
        "import os, pathlib, sys, time\n"
        "from iki_xl.lock import kunci\n"
        "with kunci(pathlib.Path(sys.argv[1])):\n"
        "    child = os.fork()\n"
        "    if not child: print(os.getpid(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True)
    child = int(run.stdout.readline())
    try:
        with pytest.raises(BusyError), kunci(tmp_path):
            pass
        run.kill()
        run.wait()
        run.stdout.close()
        with kunci(tmp_path) as alone:
            assert alone
    finally:
        os.kill(child, 9)


@pytest.fixture
def kantor(tmp_path):
    """A working folder with one return in galat, collected once: there is one copy to mend."""
    entries = {("J03-02", "realisasi_01"): -1.0}
    isi(tmp_path / "workbooks" / "ani.xlsx", katalog(), {"J03": orang("Ani", NIP_ANI) | entries})
    wanted = Permintaan(tmp_path / "workbooks", tmp_path / "reports")
    kumpul(katalog(), wanted)
    return wanted


def isikan(path, angka):
    """Type a number into a copy, as staff do; return the file's new content."""
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A1"].offset(0, 60).value = angka
    book.save(path)
    return path.read_bytes()


def test_the_command_says_which_file_was_open_and_where_the_new_one_is(kantor, terbuka):
    """A recap open in Excel: the other outputs are new, the report names both files, JSON the real path."""
    recap = next(kantor.ke.glob("rekap-*.xlsx"))
    recap.write_bytes(b"terbuka di Excel")
    terbuka[recap.name] = float("inf")
    result = kumpul(katalog(), kantor)
    new = recap.with_stem(f"{recap.stem} (baru)")
    assert recap.read_bytes() == b"terbuka di Excel"
    assert openpyxl.load_workbook(new)
    assert result.keluaran[0] == new
    assert f"{recap} sedang terbuka di program lain" in laporan_kumpul(result)
    assert f"yang baru ada di {new}." in laporan_kumpul(result)
    assert new.name in sebagai_json(result)


def test_a_filled_in_copy_that_cannot_be_moved_is_never_overwritten(kantor, terbuka):
    """It is open: it stays as typed, even if it is closed a moment later; the new copy lies beside it."""
    copy = kantor.ke / "perbaikan" / "ani.xlsx"
    typed = isikan(copy, 5)
    terbuka["ani.xlsx"] = 1
    result = kumpul(katalog(), kantor)
    assert copy.read_bytes() == typed
    assert result.lain_nama == ((copy, copy.with_name("ani (baru).xlsx")),)
    # closed at last: what was typed is set aside, the copy of the run before goes
    result = kumpul(katalog(), kantor)
    assert {p.name: p.read_bytes() == typed for p in copy.parent.iterdir()} == {
        "ani.xlsx": False,
        "ani 1 (diisi).xlsx": True,
    }
    assert result.disisihkan == (copy.with_name("ani 1 (diisi).xlsx"),)


def test_nothing_set_aside_is_overwritten_by_a_copy_of_that_name(kantor):
    """A copy set aside was sent back under its new name, with a galat: both what was typed are kept."""
    copies = kantor.ke / "perbaikan"
    typed = {isikan(copies / "ani.xlsx", 5)}
    kumpul(katalog(), kantor)
    aside = copies / "ani 1 (diisi).xlsx"
    entries = {("J03-02", "realisasi_01"): -2.0}
    isi(kantor.folder / aside.name, katalog(), {"J03": orang("Budi", NIP_BUDI) | entries})
    typed.add(isikan(copies / "ani.xlsx", 6))
    kumpul(katalog(), kantor)
    typed.add(isikan(copies / "ani.xlsx", 7))
    kumpul(katalog(), kantor)
    assert typed <= {p.read_bytes() for p in copies.iterdir()}
    assert openpyxl.load_workbook(aside).properties.modified == DIBUAT


def test_an_old_copy_that_is_open_stays_for_the_next_run(kantor, monkeypatch):
    """Over, but open: said, and no reason to fail; Excel's own note beside it is nobody's return."""
    copies = kantor.ke / "perbaikan"
    (copies / "~$ani.xlsx").write_bytes(b"Ani")
    isi(
        kantor.folder / "ani.xlsx",
        katalog(),
        {"J03": orang("Ani", NIP_ANI) | {("J03-02", "realisasi_01"): 1.0}},
    )
    real = Path.unlink

    def refusing(self, *, missing_ok=False):
        if self.name == "ani.xlsx":
            raise PermissionError(errno.EACCES, "sharing violation")
        real(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refusing)
    result = kumpul(katalog(), kantor)
    assert result.tertinggal == (copies / "ani.xlsx",)
    assert "sedang terbuka sehingga belum dihapus" in laporan_kumpul(result)
    monkeypatch.undo()
    kumpul(katalog(), kantor)
    assert [p.name for p in copies.iterdir()] == ["~$ani.xlsx"]
