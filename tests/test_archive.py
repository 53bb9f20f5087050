"""The originals of counted returns: kept once, whole, under the digest of their bytes."""

from __future__ import annotations

import csv
import multiprocessing
import os
import resource
import signal
import stat
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from iki_xl.storage.archive import archive_files

SPAWN = multiprocessing.get_context("spawn")
DAY = date(2026, 7, 5)


def returned(folder, name, content):
    path = folder / "workbooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return sha256(content).hexdigest(), path, name


def place(folder, item):
    return folder / "arsip" / item[0][:2] / f"{item[0]}{item[1].suffix.lower()}"


def listed(folder):
    with (folder / "arsip" / "daftar.csv").open(encoding="utf-8", newline="") as stream:
        return [tuple(row) for row in csv.reader(stream)][1:]


def leftovers(folder):
    return [path.name for path in folder.rglob(".iki-xl-*")]


def test_originals_are_kept_once(tmp_path):
    """As files that open by themselves; the next run adds only what is new, the list says what is what."""
    ani, budi = returned(tmp_path, "Ani.XLSX", b"isi ani"), returned(tmp_path, "budi.ods", b"isi budi")
    assert archive_files(tmp_path, [ani], seen_on=DAY).new == 1
    result = archive_files(tmp_path, [ani, budi], seen_on=date(2026, 8, 1))
    assert (result.new, result.changed, result.message) == (1, (), "")
    assert place(tmp_path, ani).name == f"{ani[0]}.xlsx"
    assert place(tmp_path, ani).read_bytes() == b"isi ani"
    assert place(tmp_path, budi).read_bytes() == b"isi budi"
    assert listed(tmp_path) == [(ani[0], "Ani.XLSX", "2026-07-05"), (budi[0], "budi.ods", "2026-08-01")]
    before = (tmp_path / "arsip" / "daftar.csv").stat()
    assert archive_files(tmp_path, [ani, budi]).new == 0
    assert (tmp_path / "arsip" / "daftar.csv").stat() == before
    assert leftovers(tmp_path) == []


def test_the_same_bytes_under_another_name(tmp_path):
    """One file, two names in the list."""
    first, second = returned(tmp_path, "a.xlsx", b"sama"), returned(tmp_path, "b.xlsx", b"sama")
    assert archive_files(tmp_path, [first, second], seen_on=DAY).new == 1
    assert [row[1] for row in listed(tmp_path)] == ["a.xlsx", "b.xlsx"]


@pytest.mark.parametrize("what", ["berubah", "hilang", "tautan", "pipa"])
def test_a_source_that_is_not_what_was_read(tmp_path, what):
    """It changed or went meanwhile: it is named and not kept; the others are."""
    item, other = returned(tmp_path, "a.xlsx", b"dibaca"), returned(tmp_path, "b.xlsx", b"lain")
    if what == "berubah":
        item[1].write_bytes(b"diubah")
    else:
        item[1].unlink()
    if what == "tautan":
        (tmp_path / "asli.xlsx").write_bytes(b"dibaca")
        item[1].symlink_to(tmp_path / "asli.xlsx")
    if what == "pipa":
        os.mkfifo(item[1])
    result = archive_files(tmp_path, [item, other])
    assert (result.new, result.changed, result.message) == (1, ("a.xlsx",), "")
    assert not place(tmp_path, item).exists()
    assert [row[1] for row in listed(tmp_path)] == ["b.xlsx"]


def test_what_is_kept_stays_though_the_source_changed(tmp_path):
    """The archive has the bytes that were read; a newer file in their place does not matter."""
    item = returned(tmp_path, "a.xlsx", b"dibaca")
    archive_files(tmp_path, [item])
    item[1].write_bytes(b"diubah kemudian")
    result = archive_files(tmp_path, [item])
    assert (result.new, result.changed) == (0, ())
    assert place(tmp_path, item).read_bytes() == b"dibaca"


@pytest.mark.parametrize("lost", [b"", b"isi", bytes(7)])
def test_content_lost_by_a_power_failure(tmp_path, lost):
    """A file with too few bytes, or as many wrong ones, is put there again by the next run."""
    item = returned(tmp_path, "a.xlsx", b"isi ani")
    archive_files(tmp_path, [item])
    place(tmp_path, item).write_bytes(lost)
    assert archive_files(tmp_path, [item]).new == 1
    assert place(tmp_path, item).read_bytes() == b"isi ani"


def test_what_was_read_back_is_write_protected(tmp_path):
    """From then on its size is enough; a file of another size is put right all the same."""
    item = returned(tmp_path, "a.xlsx", b"isi ani")
    writable = []
    for _ in range(2):
        archive_files(tmp_path, [item])
        writable.append(bool(place(tmp_path, item).stat().st_mode & stat.S_IWUSR))
    assert writable == [True, False]
    place(tmp_path, item).chmod(0o644)
    place(tmp_path, item).write_bytes(b"terpotong")
    place(tmp_path, item).chmod(0o444)
    assert archive_files(tmp_path, [item]).new == 1
    assert place(tmp_path, item).read_bytes() == b"isi ani"


def test_names_run_nothing_and_break_no_row(tmp_path):
    """A name that a spreadsheet would run gets an apostrophe; line ends in a name stay in their field."""
    names = ["=cmd|' -C calc'!A0.xlsx", "@a.xlsx", "-1+1.xlsx", 'ku"tip, dan;.xlsx', "a\rb\nc.xlsx"]
    items = [returned(tmp_path, name, name.encode()) for name in names]
    for _ in range(2):
        archive_files(tmp_path, items, seen_on=DAY)
    assert [row[1] for row in listed(tmp_path)] == ["'" + n for n in names[:3]] + names[3:]


@pytest.mark.parametrize(
    "content",
    [
        b"sha256;nama_berkas;pertama_terlihat\r\n",
        b"\xff\xfe\x00",
        b'sha256,nama_berkas,pertama_terlihat\n"a',
        b"x",
    ],
)
def test_a_list_that_is_no_longer_ours_is_set_aside(tmp_path, content):
    """Somebody saved it otherwise, or it is damaged: it is kept beside the new one."""
    path = tmp_path / "arsip" / "daftar.csv"
    path.parent.mkdir()
    path.write_bytes(content)
    item = returned(tmp_path, "a.xlsx", b"isi")
    assert archive_files(tmp_path, [item], seen_on=DAY).message == ""
    assert listed(tmp_path) == [(item[0], "a.xlsx", "2026-07-05")]
    assert (tmp_path / "arsip" / "daftar (lama).csv").read_bytes() == content


def test_a_suffix_that_is_none(tmp_path):
    """What a name ends in never leads elsewhere."""
    item = returned(tmp_path, "a.x lsx", b"isi")
    archive_files(tmp_path, [item])
    assert (tmp_path / "arsip" / item[0][:2] / item[0]).read_bytes() == b"isi"


@pytest.mark.parametrize("blocked", ["arsip", "arsip/{two}", "arsip/{two}/{name}"])
def test_no_archive_can_be_made(tmp_path, blocked):
    """Something else lies where the archive should be: one sentence, nothing raised, nothing left."""
    item = returned(tmp_path, "a.xlsx", b"isi")
    where = tmp_path / blocked.format(two=item[0][:2], name=f"{item[0]}.xlsx")
    where.parent.mkdir(parents=True, exist_ok=True)
    if blocked.endswith("{name}"):
        where.mkdir()
    else:
        where.write_text("bukan folder")
    result = archive_files(tmp_path, [item])
    assert result.new == 0
    assert result.message.startswith(f"Arsip {tmp_path / 'arsip'} tidak dapat dilengkapi (")
    assert leftovers(tmp_path) == []


def test_a_list_that_is_open_elsewhere(tmp_path, monkeypatch):
    """On Windows Excel holds the list: the files are kept, and one sentence says what is in the way."""
    item = returned(tmp_path, "a.xlsx", b"isi")
    real = Path.replace

    def held(self, target):
        if Path(target).name == "daftar.csv":
            raise PermissionError(13, "held")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr("iki_xl.storage.output._RETRY_WAITS", (0.0,))
    result = archive_files(tmp_path, [item])
    assert (result.new, "daftar.csv sedang dibuka program lain" in result.message) == (1, True)
    assert leftovers(tmp_path) == []


def _fill_the_disk(folder, items, told):
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    told.put(archive_files(folder, items, seen_on=DAY))


def test_a_full_disk(tmp_path):
    """What was kept is whole and listed, a sentence says that something is missing, nothing is left over."""
    small, large = returned(tmp_path, "a.xlsx", b"isi"), returned(tmp_path, "b.xlsx", bytes(5000))
    told = SPAWN.Queue()
    child = SPAWN.Process(target=_fill_the_disk, args=(tmp_path, [small, large], told))
    child.start()
    result = told.get(timeout=60)
    child.join()
    assert result.new == 1
    assert "tidak dapat dilengkapi" in result.message
    assert listed(tmp_path) == [(small[0], "a.xlsx", "2026-07-05")]
    assert not place(tmp_path, large).exists()
    assert leftovers(tmp_path) == []
