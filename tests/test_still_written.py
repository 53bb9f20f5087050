"""A file that somebody is still writing: waited for, read whole or not at all, and never called damaged."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import biff
import pandas as pd
import pytest
from filled import NIP_OTHER, enter_person, make_katalog, write_return
from packages import make_cell_sheet
from packages import make_xlsx as make_small_xlsx

from iki_xl import pipeline
from iki_xl.collect import outcome
from iki_xl.collect.files import ReadingOptions, read_all_files, read_one_file
from iki_xl.readers.book import Limits
from iki_xl.results import CollectRequest
from iki_xl.storage.output import clock_ahead

JAN = "realisasi_01"
WRITER = Path(__file__).parent / "slow_writer.py"


def returned(path, value):
    """Write a return whose one figure is `value`; return its bytes."""
    entries = enter_person("Ani", NIP_OTHER) | {("J02-01", JAN): value}
    return write_return(path, make_katalog(), {"J02": entries}).read_bytes()


def old_workbook(value):
    """Return the bytes of an .xls all of whose 3,000 cells hold one number."""
    return biff.xls({"a": b"".join(biff.number(row, 0, value) for row in range(3_000))})


def hash_content(content):
    return hashlib.sha256(content).hexdigest()


@contextlib.contextmanager
def writing(sources, paths, how="in place", *, seconds, rest=0.0, rounds=1):
    """Have another process write files slowly."""
    words = [how, seconds, rest, rounds, ":".join(map(str, sources)), *paths]
    with subprocess.Popen([sys.executable, WRITER, *map(str, words)]) as writer:
        try:
            yield writer
        finally:
            writer.kill()


def begun(path, length):
    """Wait until something of the new file is there."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if path.stat().st_size >= length:
                return
        time.sleep(0.01)
    raise AssertionError(path)


def while_waiting(monkeypatch, *steps):
    """Let something happen at the beginning of each wait; return the seconds that were waited."""
    slept, real = [], time.sleep

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) <= len(steps):
            steps[len(slept) - 1]()
        real(seconds)

    monkeypatch.setattr(outcome.time, "sleep", sleep)
    return slept


@pytest.fixture
def naps(monkeypatch):
    """The seconds that a collection waited."""
    return while_waiting(monkeypatch)


@pytest.mark.parametrize("how", ["in place", "append"])
def test_a_slow_copy_is_waited_for_and_counts_whole(tmp_path, how):
    """A new file written over a second, kept open or closed after each piece: it counts, and is archived."""
    content = returned(tmp_path / "asal.xlsx", 7)
    path = tmp_path / "workbooks" / "a.xlsx"
    path.parent.mkdir()
    wanted = CollectRequest(path.parent, tmp_path / "reports", work_folder=tmp_path)
    with writing([tmp_path / "asal.xlsx"], [path], how, seconds=1.0):
        begun(path, 1)
        found = pipeline.kumpul(make_katalog(), wanted)
    assert (found.file_count, found.accepted) == (1, 1)
    assert pd.read_csv(tmp_path / "reports" / "realisasi.csv")["realisasi"].tolist() == [7.0]
    kept = [p.read_bytes() for p in (tmp_path / ".iki-xl" / "arsip").rglob("*.xlsx")]
    assert kept == [content]


@pytest.mark.lambat
@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_what_is_written_for_too_long_is_told_so(tmp_path, ending):
    """Nobody waits for a minute, and nobody is told that the file is damaged; the next run counts it."""
    source, path = tmp_path / f"asal.{ending}", tmp_path / f"a.{ending}"
    source.write_bytes(old_workbook(1.0))
    if ending == "xlsx":
        returned(source, 7)
    begin = time.monotonic()
    with writing([source], [path], seconds=10, rounds=9):
        begun(path, 1)
        read, said = read_all_files([path], tmp_path, make_katalog())
    assert time.monotonic() - begin < 30
    assert (read, [(t.code, t.level) for t in said]) == ((), [("B35", "galat")])
    assert "masih ditulis" in said[0].message
    assert "coba lagi" in said[0].remedy
    path.write_bytes(source.read_bytes())
    os.utime(path, (1, 1))
    assert [item.nama for item in read_all_files([path], tmp_path, make_katalog())[0]] == [path.name]


def at_work(path, whole):
    """Wait until a file is in the middle of being rewritten."""
    deadline = time.monotonic() + 60
    while hash_content(path.read_bytes()) in whole:
        assert time.monotonic() < deadline, "the writer was never met at work"
        time.sleep(0.01)


def mixed_reads(tmp_path, ending, contents, rounds):
    """Read 40 files again and again while they are rewritten in place, with one content after the other.

    Returns: the digests of what was taken for whole, all codes of findings, how many plain reads were mixed.
    """
    sources = [tmp_path / f"asal-{n}.{ending}" for n in range(2)]
    for source, content in zip(sources, contents, strict=True):
        source.write_bytes(content)
    paths = [tmp_path / f"{n:02d}.{ending}" for n in range(40)]
    for path in paths:
        path.write_bytes(contents[0])
    whole, taken, codes, mixed = {hash_content(c) for c in contents}, set(), set(), 0
    with writing(sources[::-1], paths, seconds=1.5, rest=3.0, rounds=100):
        for number in range(rounds):
            at_work(paths[-1], whole)
            time.sleep(0.2 * (number % 5))
            mixed += sum(
                read_one_file(path, pickle.dumps(make_katalog()), Limits()).sha256 not in whole | {""}
                for path in paths
            )
            read, said = read_all_files(paths, tmp_path, make_katalog())
            taken |= {item.sha256 for item in read}
            codes |= {t.code for t in said}
    return taken <= whole, taken, codes, mixed


@pytest.mark.lambat
def test_an_old_workbook_rewritten_in_place_is_never_half_old_half_new(tmp_path):
    """80 reads of .xls files in the middle of being rewritten: each is one of the two, or still written."""
    right, taken, codes, mixed = mixed_reads(tmp_path, "xls", [old_workbook(1.0), old_workbook(2.0)], 2)
    assert mixed
    assert right
    assert taken
    assert codes <= {"B07", "B35"}


@pytest.mark.lambat
def test_a_workbook_rewritten_in_place_is_never_half_old_half_new(tmp_path):
    """The same for .xlsx, whose checksums tell."""
    contents = [returned(tmp_path / f"{n}.xlsx", n) for n in (11, 22)]
    right, taken, codes, mixed = mixed_reads(tmp_path, "xlsx", contents, 3)
    assert mixed
    assert right
    assert taken
    assert codes <= {"B07", "B35"}


@pytest.mark.lambat
def test_many_reads_of_files_rewritten_in_place(tmp_path):
    """320 reads of .xls files: no mixture is taken for a workbook."""
    right, _, codes, mixed = mixed_reads(tmp_path, "xls", [old_workbook(1.0), old_workbook(2.0)], 8)
    assert mixed > 0
    assert right
    assert codes <= {"B07", "B35"}


def test_two_thousand_files_just_copied_wait_for_nobody(tmp_path, naps):
    """Fresh workbooks that can be read stand as they are."""
    for number in range(2_000):
        content = make_small_xlsx(make_cell_sheet(f'<c r="A1"><v>{number}</v></c>'))
        (tmp_path / f"{number}.xlsx").write_bytes(content)
    read, said = read_all_files(sorted(tmp_path.iterdir()), tmp_path, make_katalog())
    assert (len(read), said, naps) == (2_000, (), [])


def test_fresh_files_that_look_damaged_wait_together_and_once(tmp_path, naps):
    """100 cut-off workbooks and 100 of the old kind: two seconds in all, not two each."""
    whole, old = returned(tmp_path / "a.xlsx", 7), old_workbook(1.0)
    for number in range(100):
        (tmp_path / f"{number}.xlsx").write_bytes(whole[: 500 + number])
        (tmp_path / f"{number}.xls").write_bytes(old + b"%d" % number)
    read, said = read_all_files(sorted(tmp_path.iterdir()), tmp_path, make_katalog())
    assert (len(read), {t.code for t in said}, len(said)) == (101, {"B01"}, 100)
    assert len(naps) == 1
    assert naps[0] <= 2.0


@pytest.mark.parametrize("age", [10, 3600, -30, -3600, -2_000_000_000])
def test_files_that_are_old_or_of_the_future_are_waited_for_by_nobody(tmp_path, naps, age):
    """Damaged and of the old kind: said or read at once."""
    whole, moment = returned(tmp_path / "a.xlsx", 7), time.time() - age
    (tmp_path / "a.xlsx").write_bytes(whole[:500])
    (tmp_path / "b.xls").write_bytes(old_workbook(1.0))
    for path in tmp_path.iterdir():
        os.utime(path, (moment, moment))
    read, said = read_all_files(sorted(tmp_path.iterdir()), tmp_path, make_katalog())
    assert (len(read), [t.code for t in said], naps) == (1, ["B01"], [])


def test_a_drive_whose_clock_is_ahead_has_fresh_files_all_the_same(tmp_path, monkeypatch):
    """A file is as old as the drive's own clock says: half an hour ahead, it was written just now."""
    content, path = returned(tmp_path / "a.xlsx", 7), tmp_path / "a.xlsx"
    path.write_bytes(content[:2_000])
    later = time.time() + 1_800
    os.utime(path, (later, later))
    slept = while_waiting(monkeypatch, lambda: path.write_bytes(content))
    read, said = read_all_files([path], tmp_path, make_katalog(), ReadingOptions(clock=lambda: 1_800.0))
    assert (len(read), said, len(slept)) == (1, (), 1)


def test_a_drive_that_keeps_every_second_second_has_fresh_files_all_the_same(tmp_path, monkeypatch):
    """On such a drive a file just written may seem over two seconds old."""
    content, path = returned(tmp_path / "a.xlsx", 7), tmp_path / "a.xlsx"
    path.write_bytes(content[:2_000])
    while not 0.2 < time.time() % 2 < 0.5:
        time.sleep(0.05)
    rounded = int(time.time()) - 2
    os.utime(path, (rounded, rounded))
    slept = while_waiting(monkeypatch, lambda: path.write_bytes(content))
    with ThreadPoolExecutor(1) as executor:  # at once: a process of its own takes its time to start
        assert (
            len(read_all_files([path], tmp_path, make_katalog(), ReadingOptions(executor=executor))[0]) == 1
        )
    assert len(slept) == 1


def test_the_clock_of_a_drive_is_taken_from_a_file_on_it(tmp_path):
    """Here it is this computer's; nothing is left behind; where nothing can be written none is known."""
    assert abs(clock_ahead(tmp_path, tmp_path)) < 1
    assert list(tmp_path.iterdir()) == []
    assert clock_ahead(tmp_path / "tidak ada", tmp_path) == 0.0


def test_a_program_that_saves_takes_the_old_file_away_for_a_moment(tmp_path, monkeypatch):
    """Gone when it was to be read, there half a second later; one that stays away is told as missing."""
    path, gone = tmp_path / "a.xlsx", tmp_path / "hilang.xlsx"
    content = returned(path, 7)
    path.unlink()
    slept = while_waiting(monkeypatch, lambda: path.write_bytes(content))
    read, said = read_all_files([path, gone], tmp_path, make_katalog())
    assert [item.nama for item in read] == ["a.xlsx"]
    assert [(t.code, t.file) for t in said] == [("B01", "hilang.xlsx")]
    assert len(slept) == 1


def test_a_fresh_file_that_is_replaced_before_the_end_is_read_again(tmp_path, monkeypatch):
    """What counts is what lies there when all has been read; the same bytes go into the archive."""
    path, second = tmp_path / "workbooks" / "a.xlsx", returned(tmp_path / "b.xlsx", 8)
    returned(path, 7)
    real = outcome.saved_at

    def saved_at(where):
        path.write_bytes(second)
        return real(where)

    monkeypatch.setattr(outcome, "saved_at", saved_at)
    wanted = CollectRequest(path.parent, tmp_path / "reports", work_folder=tmp_path)
    pipeline.kumpul(make_katalog(), wanted)
    assert pd.read_csv(tmp_path / "reports" / "realisasi.csv")["realisasi"].tolist() == [8.0]
    assert [p.read_bytes() for p in (tmp_path / ".iki-xl" / "arsip").rglob("*.xlsx")] == [second]


def test_a_known_old_workbook_is_compared_again_while_it_is_fresh(tmp_path, monkeypatch):
    """What an earlier run read of the same bytes is no proof that they are whole: the writer goes on."""
    path = tmp_path / "workbooks" / "a.xls"
    path.parent.mkdir()
    contents = [old_workbook(value) for value in (1.0, 2.0)]
    half = contents[1][:40_000] + contents[0][40_000:]
    wanted = CollectRequest(path.parent, tmp_path / "reports", work_folder=tmp_path)
    path.write_bytes(half)
    os.utime(path, (1, 1))
    pipeline.gather(make_katalog(), wanted)
    path.write_bytes(half)
    slept = while_waiting(monkeypatch, lambda: path.write_bytes(contents[1]))
    found = pipeline.gather(make_katalog(), wanted)
    assert found.sources["sha256"].tolist() == [hash_content(contents[1])]
    assert slept


def test_what_is_written_over_with_what_was_there_is_not_taken_for_finished(tmp_path, monkeypatch):
    """The new beginning and the old end stay the same for seconds, while the middle is written anew."""
    path, (old, new) = tmp_path / "a.xls", [old_workbook(value) for value in (1.0, 2.0)]
    half = new[:40_000] + old[40_000:]
    path.write_bytes(half)
    again = [lambda: path.write_bytes(half), lambda: path.write_bytes(new)]
    slept = while_waiting(monkeypatch, *again)
    read, said = read_all_files([path], tmp_path, make_katalog())
    assert ([item.sha256 for item in read], said) == ([hash_content(new)], ())
    assert len(slept) == 3
