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
from filled import NIP_ANI, NIP_BUDI, enter_person, make_katalog, write_return

from iki_xl.cli.rendering import describe_kumpul, make_json
from iki_xl.errors import BusyError, OutputError
from iki_xl.pipeline import kumpul
from iki_xl.results import CollectRequest
from iki_xl.storage import output
from iki_xl.storage.lock import hold_folders
from iki_xl.storage.output import prepare, sweep_temporary, write_whole
from iki_xl.xlsx import CREATED_MOMENT

CONTENTS = [("a.csv", b"baru a"), ("dalam/b.xlsx", b"baru b"), ("c.xlsx", b"baru c")]


def write_all(folder, outputs):
    """Write outputs whole, or none of them; return where they lie."""
    with prepare(folder, outputs) as ready:
        return ready.put_in_place()


def read_all_files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def old_folder(tmp_path):
    """A folder with old outputs."""
    for name, _ in CONTENTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"lama")
    return tmp_path


@pytest.fixture
def open_files(monkeypatch):
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


def test_every_output_is_in_place_and_nothing_else(old_folder):
    """New contents in old and new places; the paths in the order given; no temporaries."""
    written = write_all(old_folder, [*CONTENTS, ("baru/d.csv", b"d")])
    assert written.files == tuple(
        old_folder / name for name in ("a.csv", "dalam/b.xlsx", "c.xlsx", "baru/d.csv")
    )
    assert written.elsewhere == ()
    assert read_all_files(old_folder) == dict([*CONTENTS, ("baru/d.csv", b"d")])


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("step", ["open", "fsync", "read"])
def test_whatever_fails_before_the_end_touches_nothing_old(old_folder, monkeypatch, number, step):
    """No room, a flush that fails or a disk that lies, at any file: an OutputError that names it."""
    before = read_all_files(old_folder)
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
        write_all(old_folder, CONTENTS)
    monkeypatch.undo()
    assert str(old_folder / CONTENTS[number][0]) in str(caught.value)
    assert ("disk bermasalah" if step == "read" else "ruang disk habis") in str(caught.value)
    assert read_all_files(old_folder) == before


def test_an_output_whose_name_is_a_folder_is_said_before_anything_is_replaced(old_folder):
    """The last of three names is a folder: nothing was replaced."""
    before = read_all_files(old_folder)
    (old_folder / "d.csv").mkdir()
    with pytest.raises(OutputError, match="berupa folder"):
        write_all(old_folder, [*CONTENTS, ("d.csv", b"d")])
    assert read_all_files(old_folder) == before


def test_what_is_interrupted_leaves_no_temporaries(old_folder):
    """Ctrl-C after everything was laid down and before it was put in place: all as before."""
    before = read_all_files(old_folder)

    def interrupted():
        with prepare(old_folder, CONTENTS):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert read_all_files(old_folder) == before


def test_a_file_that_is_open_for_a_moment_is_replaced(old_folder, open_files):
    """Three refusals, as of a virus scanner: replaced all the same."""
    open_files["c.xlsx"] = 3
    assert write_all(old_folder, CONTENTS).elsewhere == ()
    assert read_all_files(old_folder) == dict(CONTENTS)


def test_a_file_that_stays_open_keeps_its_content_and_the_new_one_lies_beside(
    old_folder, open_files, monkeypatch
):
    """Refused to the end, three runs in turn: each new one under its own name, the others in place."""
    monkeypatch.setattr(output.time, "sleep", lambda _seconds: None)
    open_files["c.xlsx"] = float("inf")
    names = ("c (baru).xlsx", "c (baru 2).xlsx", "c (baru 3).xlsx")
    for name in names:
        written = write_all(old_folder, CONTENTS)
        assert written.files == (old_folder / "a.csv", old_folder / "dalam" / "b.xlsx", old_folder / name)
        assert written.elsewhere == ((old_folder / "c.xlsx", old_folder / name),)
    assert read_all_files(old_folder) == {
        **dict(CONTENTS),
        "c.xlsx": b"lama",
        **dict.fromkeys(names, b"baru c"),
    }


def test_many_open_files_share_the_wait(old_folder, open_files, monkeypatch):
    """A hundred open files cost about a second in all, not each."""
    waits = []
    monkeypatch.setattr(output.time, "sleep", waits.append)
    outputs = [(f"{n}.csv", b"") for n in range(100)]
    open_files.update({name: float("inf") for name, _ in outputs})
    assert len(write_all(old_folder, outputs).elsewhere) == 100
    assert 0.5 < sum(waits) < 1.5


def test_one_file_alone_is_never_written_elsewhere(old_folder, open_files):
    """`write_whole` says that the file is open; its old content stays, and nothing lies beside it."""
    open_files["c.xlsx"] = float("inf")
    before = read_all_files(old_folder)
    with pytest.raises(OutputError, match=r"c\.xlsx tidak dapat ditulis \(sedang dipakai program lain\)"):
        write_whole(old_folder / "c.xlsx", b"baru")
    assert read_all_files(old_folder) == before
    assert write_whole(old_folder / "a.csv", b"baru").read_bytes() == b"baru"


def test_only_our_own_temporaries_are_swept(tmp_path):
    """By age, and never a file, a folder or a lock that is called otherwise."""
    stay = [".iki-xl/kunci", ".iki-xl-0.tmp.xlsx", "x.tmp", ".tmp", "iki-xl-1.tmp", "dalam/.iki-xl-2.tmp"]
    for name in ("dalam", ".iki-xl", ".iki-xl-folder.tmp"):
        (tmp_path / name).mkdir()
    for name in [*stay, ".iki-xl-baru.tmp", ".iki-xl-tua.tmp"]:
        (tmp_path / name).touch()
    os.utime(tmp_path / ".iki-xl-tua.tmp", (time.time() - 4000,) * 2)
    write_whole(tmp_path / "a.csv", b"")
    assert set(read_all_files(tmp_path)) == {*stay, ".iki-xl-baru.tmp", "a.csv"}
    sweep_temporary(tmp_path, 0)
    assert set(read_all_files(tmp_path)) == {*stay, "a.csv"}
    sweep_temporary(tmp_path, 0, deep=True)
    assert set(read_all_files(tmp_path)) == {*stay, "a.csv"} - {"dalam/.iki-xl-2.tmp"}
    assert (tmp_path / ".iki-xl-folder.tmp").is_dir()


def test_a_folder_is_held_once_and_let_go(tmp_path):
    """Also by another path to it; named twice it is one; afterwards it is free again."""
    folder = tmp_path / "reports"
    said = r"sejak \d\d-\d\d-\d{4} pukul \d\d\.\d\d\. Tunggu"
    with hold_folders(folder, folder / "..", folder / ".." / "reports") as alone:
        assert alone
        (tmp_path / "tautan").symlink_to(folder)
        for other in (folder, tmp_path / "tautan", tmp_path):
            with pytest.raises(BusyError, match=said), hold_folders(other):
                pass
    with hold_folders(folder) as alone:
        assert alone
    assert set(read_all_files(tmp_path)) == {".iki-xl/kunci", "reports/.iki-xl/kunci"}


def test_a_folder_is_held_beside_the_program_s_own_folder_in_it(tmp_path):
    """Outputs may go into the working folder: its own folder is held for itself."""
    own = tmp_path / ".iki-xl"
    with hold_folders(tmp_path) as outputs, hold_folders(own) as archive:
        assert (outputs, archive) == (True, True)
        for folder in (tmp_path, own):
            with pytest.raises(BusyError, match=" sejak "), hold_folders(folder):
                pass


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_drive_without_locks_does_not_stop_the_work(tmp_path, monkeypatch, code):
    """The work goes on and knows that it may not be alone; no mere file stands for a lock."""
    fcntl = pytest.importorskip("fcntl")

    def unknown(*_args):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", unknown)
    with hold_folders(tmp_path) as first, hold_folders(tmp_path) as second:
        assert (first, second) == (False, False)
    monkeypatch.undo()
    with hold_folders(tmp_path) as alone:
        assert alone


def test_a_folder_whose_lock_cannot_be_made_is_said(tmp_path):
    """A file stands in the way: one sentence."""
    (tmp_path / ".iki-xl").write_text("bukan folder")
    with pytest.raises(OutputError, match=r"kunci tidak dapat ditulis \(.+\)\. Periksa izin folder"):
        hold_folders(tmp_path).__enter__()


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes of POSIX")
def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path):
    """Neither to a file, which keeps its content, nor to where there is none yet."""
    letter = tmp_path / "surat.txt"
    letter.write_text("surat")
    for number, target in enumerate((letter, tmp_path / "belum-ada")):
        place = tmp_path / str(number) / ".iki-xl"
        place.mkdir(parents=True)
        (place / "kunci").symlink_to(target)
        with pytest.raises(OutputError, match="tidak dapat ditulis"), hold_folders(place.parent):
            pass
    assert letter.read_text() == "surat"
    assert not (tmp_path / "belum-ada").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes of POSIX")
def test_a_shared_folder_may_be_held_by_another_account_afterwards(tmp_path):
    """The lock file stays, and so does what others may do with it, whatever the first account's mask."""
    before = os.umask(0o022)
    try:
        with hold_folders(tmp_path):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / ".iki-xl" / "kunci").stat().st_mode & 0o777 == 0o666


@pytest.mark.skipif(sys.platform == "win32", reason="fork and kill -9")
def test_the_lock_ends_with_its_process_even_where_a_forked_child_lives_on(tmp_path):
    """A run killed with -9 leaves a child behind: the folder is free at once."""
    code = (
        "import os, pathlib, sys, time\n"
        "from iki_xl.storage.lock import hold_folders\n"
        "with hold_folders(pathlib.Path(sys.argv[1])):\n"
        "    child = os.fork()\n"
        "    if not child: print(os.getpid(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True)
    child = int(run.stdout.readline())
    try:
        with pytest.raises(BusyError), hold_folders(tmp_path):
            pass
        run.kill()
        run.wait()
        run.stdout.close()
        with hold_folders(tmp_path) as alone:
            assert alone
    finally:
        os.kill(child, 9)


@pytest.fixture
def kantor(tmp_path):
    """A working folder with one return in galat, collected once: there is one copy to mend."""
    entries = {("J03-02", "realisasi_01"): -1.0}
    write_return(
        tmp_path / "workbooks" / "ani.xlsx", make_katalog(), {"J03": enter_person("Ani", NIP_ANI) | entries}
    )
    wanted = CollectRequest(tmp_path / "workbooks", tmp_path / "reports")
    kumpul(make_katalog(), wanted)
    return wanted


def type_number(path, number):
    """Type a number into a copy, as staff do; return the file's new content."""
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A1"].offset(0, 60).value = number
    book.save(path)
    return path.read_bytes()


def test_the_command_says_which_file_was_open_and_where_the_new_one_is(kantor, open_files):
    """A recap open in Excel: the other outputs are new, the report names both files, JSON the real path."""
    recap = next(kantor.destination.glob("rekap-*.xlsx"))
    recap.write_bytes(b"terbuka di Excel")
    open_files[recap.name] = float("inf")
    result = kumpul(make_katalog(), kantor)
    new = recap.with_stem(f"{recap.stem} (baru)")
    assert recap.read_bytes() == b"terbuka di Excel"
    assert openpyxl.load_workbook(new)
    assert result.outputs[0] == new
    assert f"{recap} sedang terbuka di program lain" in describe_kumpul(result)
    assert f"yang baru ada di {new}." in describe_kumpul(result)
    assert new.name in make_json(result)


def test_a_filled_in_copy_that_cannot_be_moved_is_never_overwritten(kantor, open_files):
    """It is open: it stays as typed, even if it is closed a moment later; the new copy lies beside it."""
    copy = kantor.destination / "perbaikan" / "ani.xlsx"
    typed = type_number(copy, 5)
    open_files["ani.xlsx"] = 1
    result = kumpul(make_katalog(), kantor)
    assert copy.read_bytes() == typed
    assert result.elsewhere == ((copy, copy.with_name("ani (baru).xlsx")),)
    # closed at last: what was typed is set aside, the copy of the run before goes
    result = kumpul(make_katalog(), kantor)
    assert {p.name: p.read_bytes() == typed for p in copy.parent.iterdir()} == {
        "ani.xlsx": False,
        "ani 1 (diisi).xlsx": True,
    }
    assert result.set_aside == (copy.with_name("ani 1 (diisi).xlsx"),)


def test_nothing_set_aside_is_overwritten_by_a_copy_of_that_name(kantor):
    """A copy set aside was sent back under its new name, with a galat: both what was typed are kept."""
    copies = kantor.destination / "perbaikan"
    typed = {type_number(copies / "ani.xlsx", 5)}
    kumpul(make_katalog(), kantor)
    aside = copies / "ani 1 (diisi).xlsx"
    entries = {("J03-02", "realisasi_01"): -2.0}
    write_return(
        kantor.folder / aside.name, make_katalog(), {"J03": enter_person("Budi", NIP_BUDI) | entries}
    )
    typed.add(type_number(copies / "ani.xlsx", 6))
    kumpul(make_katalog(), kantor)
    typed.add(type_number(copies / "ani.xlsx", 7))
    kumpul(make_katalog(), kantor)
    assert typed <= {p.read_bytes() for p in copies.iterdir()}
    assert openpyxl.load_workbook(aside).properties.modified == CREATED_MOMENT


def test_an_old_copy_that_is_open_stays_for_the_next_run(kantor, monkeypatch):
    """Over, but open: said, and no reason to fail; Excel's own note beside it is nobody's return."""
    copies = kantor.destination / "perbaikan"
    (copies / "~$ani.xlsx").write_bytes(b"Ani")
    write_return(
        kantor.folder / "ani.xlsx",
        make_katalog(),
        {"J03": enter_person("Ani", NIP_ANI) | {("J03-02", "realisasi_01"): 1.0}},
    )
    real = Path.unlink

    def refusing(self, *, missing_ok=False):
        if self.name == "ani.xlsx":
            raise PermissionError(errno.EACCES, "sharing violation")
        real(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refusing)
    result = kumpul(make_katalog(), kantor)
    assert result.left_behind == (copies / "ani.xlsx",)
    assert "sedang terbuka sehingga belum dihapus" in describe_kumpul(result)
    monkeypatch.undo()
    kumpul(make_katalog(), kantor)
    assert [p.name for p in copies.iterdir()] == ["~$ani.xlsx"]
