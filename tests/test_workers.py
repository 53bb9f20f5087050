"""Reading apart: one bad item costs itself alone, order is kept, and no process is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import jobs
import pytest
from filled import make_katalog

from iki_xl.collect.files import read_one_file
from iki_xl.readers.book import Limits, Refusal, RefusalKind
from iki_xl.readers.workers import Failure, WorkerError, read_in_workers

TESTS = Path(__file__).parent
ROOT = TESTS.parent
LIMITS = Limits(seconds=1, memory_mb=400)
DIED = Refusal("isinya membuat program pembacanya terhenti", RefusalKind.CRASH)
TOO_LONG = Refusal("tidak selesai dibaca dalam 1 detik", RefusalKind.LIMIT, "seconds")
TOO_MUCH_MEMORY = Refusal("isinya memerlukan memori lebih dari 400 MB", RefusalKind.LIMIT, "memory_mb")
BAD_ITEMS = {
    "abort": DIED,
    "bunuh": DIED,
    "keluar": DIED,
    "lama": TOO_LONG,
    "putar": TOO_LONG,
    "rakus": TOO_MUCH_MEMORY,
    "rusak": Refusal("berkasnya rusak", RefusalKind.DAMAGED),
}
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and /proc")


def gone(pids):
    """Wait until none of the processes is left."""
    deadline = time.monotonic() + 10
    left = set(pids)
    while left and time.monotonic() < deadline:
        left = {pid for pid in left if Path(f"/proc/{pid}").exists()}
        time.sleep(0.02)
    return not left


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_other_item_is_read_in_order(count):
    """Abort, kill, exit, sleep, endless loop, endless memory, damage: each a Failure; 93 others are read."""
    items = list(range(100))
    for number, what in zip((0, 7, 8, 9, 40, 98, 99), BAD_ITEMS, strict=True):
        items[number] = what
    results = list(read_in_workers(jobs.do, items, LIMITS, count))
    assert results == [Failure(i, BAD_ITEMS[i]) if i in BAD_ITEMS else i * 2 for i in items]


def test_nothing_but_bad_items():
    """Each costs a worker, and each is said."""
    items = ["abort", "rakus", "bunuh"] * 5
    assert list(read_in_workers(jobs.do, items, LIMITS)) == [Failure(i, BAD_ITEMS[i]) for i in items]


def test_what_earlier_items_left_behind_costs_no_item():
    """A worker whose memory runs full is replaced, and the item is read by the next one."""
    assert list(read_in_workers(jobs.leaky, list(range(12)), LIMITS, 1)) == list(range(12))


def test_large_results_and_many_items():
    """30 MB each arrive whole; 3,000 small ones in order, also when the caller is slow to take them."""
    assert [len(r) for r in read_in_workers(jobs.do, ["besar"] * 6, LIMITS, 2)] == [30_000_000] * 6
    got = []
    for result in read_in_workers(jobs.do, range(3000), LIMITS, 3):
        got.append(result)
        if result in {2, 2000}:
            time.sleep(1.5)  # longer than the limit: the caller's time is not the reader's
    assert got == [2 * n for n in range(3000)]


def test_no_items():
    assert list(read_in_workers(jobs.do, [], LIMITS)) == []


def test_progress_is_told_for_each_item():
    told = []
    list(read_in_workers(jobs.do, [1, "rusak", 3], LIMITS, progress=lambda *step: told.append(step)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("item", "word"), [("cacat", "KeyError"), ("habis", "SystemExit"), ("tak terkirim", "lambda")]
)
def test_a_fault_of_the_program_comes_up_with_its_traceback(item, word):
    """Anything but UnreadableError is no bad file."""
    with pytest.raises(WorkerError, match=word) as caught:
        list(read_in_workers(jobs.do, [1, 2, item, 3], LIMITS))
    assert "Traceback" in str(caught.value)
    assert "in_worker.py" in str(caught.value)


def test_a_reader_that_cannot_be_imported_is_said(tmp_path, monkeypatch):
    """Not an endless row of workers that die at the door."""
    (tmp_path / "hanya_di_sini.py").write_text("def baca(item):\n    return item\n")
    monkeypatch.syspath_prepend(tmp_path)
    import hanya_di_sini

    (tmp_path / "hanya_di_sini.py").write_text("import tidak_ada_modul_ini")
    with pytest.raises(WorkerError):
        list(read_in_workers(hanya_di_sini.baca, [1], LIMITS))


def test_workers_stay_quiet_and_stand_where_the_program_stands(tmp_path, monkeypatch, capfd):
    """Nothing a library prints mixes with the program's output; relative paths mean the same."""
    monkeypatch.chdir(tmp_path)
    assert list(read_in_workers(jobs.do, ["bicara", "folder"], LIMITS)) == [None, str(Path.cwd())]
    assert capfd.readouterr() == ("", "")


def test_workers_import_only_what_reading_needs(tmp_path):
    """No pandas, no click, whatever the program itself has imported."""
    import pandas as pd  # noqa: F401 - it is here, and must not be there

    assert list(read_in_workers(jobs.do, ["modul"], LIMITS)) == [[]]
    read = partial(read_one_file, katalog=make_katalog(), limits=LIMITS)
    (result,) = read_in_workers(read, [tmp_path / "hilang.xlsx"], LIMITS)
    assert result.reason == "berkasnya tidak ada"


@pytest.mark.lambat
@posix
def test_no_process_is_left():
    """Neither after the last item, nor when the caller stops in the middle, nor after a fault."""
    pids = set(read_in_workers(jobs.slow, range(9), LIMITS, 3))
    assert len(pids) > 1
    assert gone(pids)
    with closing(read_in_workers(jobs.do, ["pid", "pid", *["lama"] * 40], LIMITS, 2)) as results:
        pids = {next(results), next(results)}
    assert gone(pids)
    with pytest.raises(WorkerError):
        pids = set(read_in_workers(jobs.do, ["pid"] * 5 + ["cacat"], LIMITS, 2))
    assert multiprocessing.active_children() == []


SCRIPT = """
import sys
import jobs
from iki_xl.readers.book import Limits
from iki_xl.readers.workers import read_in_workers

try:
    for pid in read_in_workers(jobs.slow, range(1000), Limits(), 2):
        # number and line end at once: the signal may come between two writes
        print(f"{pid}\\n", end="", flush=True)
except KeyboardInterrupt:
    print("dihentikan", flush=True)
"""


def run_and_signal(sign, group):
    """Start a program that reads, let it read a little, send it a signal; return its output and group."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), str(ROOT)))}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as child:
        first = [child.stdout.readline() for _ in range(4)]
        (os.killpg if group else os.kill)(child.pid, sign)
        out, err = child.communicate(timeout=20)
    return first + out.splitlines(), err, child.pid


def members(group):
    """Return the processes of a process group."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(path.parent.name)
    return found


@posix
@pytest.mark.parametrize("group", [True, False])
def test_ctrl_c_ends_everything_without_noise(group):
    """As from a terminal (every process hears it) and as from another program (only the first does)."""
    lines, err, pid = run_and_signal(signal.SIGINT, group)
    assert lines[-1] == "dihentikan"
    assert err == ""
    assert gone(members(pid))


@pytest.mark.lambat
@posix
def test_workers_do_not_outlive_a_killed_program():
    """kill -9: they see the closed pipe."""
    _, _, pid = run_and_signal(signal.SIGKILL, group=False)
    assert gone(members(pid))


@posix
def test_a_stopped_program_makes_no_file_late():
    """Ctrl-Z for longer than the limit, then on: the item is read."""
    code = (
        "import jobs; from iki_xl.readers.book import Limits; from iki_xl.readers.workers import *;"
        "print('siap', flush=True); print(list(read_in_workers(jobs.slow, [1] * 8, Limits(seconds=1), 1)))"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), str(ROOT)))}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        child.stdout.readline()
        time.sleep(0.8)
        os.killpg(child.pid, signal.SIGSTOP)
        time.sleep(2)
        os.killpg(child.pid, signal.SIGCONT)
        out, _ = child.communicate(timeout=20)
    assert "Failure" not in out
    assert out.count(",") == 7
