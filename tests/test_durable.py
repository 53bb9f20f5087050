"""Outputs survive kill -9, two runs at once, a full disk and Ctrl-C: each file whole, old or new."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from filled import NIP_ANI, enter_person, make_katalog, write_return
from warm import EndedRun, Launcher

from iki_xl.catalog import katalog_xlsx

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals, fork and limits of POSIX")
COPIES = 6
# In each of two working folders; a run that was done before its kill is not counted.
KILLS = 26
COMMAND = [sys.executable, "-m", "iki_xl", "kumpul"]


@pytest.fixture(scope="module")
def sent_returns(tmp_path_factory):
    """Two states of what came back: in the second, other figures, and half of the workbooks in order."""
    folder = tmp_path_factory.mktemp("kiriman")
    office = make_katalog()
    for state in (0, 1):
        for number in range(COPIES):
            wrong = state == 0 or number % 2
            entries = {("J03-02", "realisasi_01"): -1.0 if wrong else 5.0, ("J03-02", "target"): 7.0 + state}
            head = enter_person(f"Orang {number}", f"{int(NIP_ANI) + number}")
            write_return(folder / str(state) / f"kiriman-{number}.xlsx", office, {"J03": head | entries})
    return folder


class Kantor:
    """A working folder whose returns change between two states, and the outputs each state must give."""

    def __init__(self, folder: Path, sent_returns: Path, run_launcher: Launcher) -> None:
        self.folder, self.reports, self._sent_returns, self._run_launcher = (
            folder,
            folder / "reports",
            sent_returns,
            run_launcher,
        )
        self.lock = self.reports / ".iki-xl" / "kunci"
        folder.mkdir()
        (folder / "katalog.xlsx").write_bytes(katalog_xlsx(make_katalog()))
        self.right_outputs: list[dict[str, bytes]] = []

    def switch_returns(self, state: int) -> None:
        """Let the returns be those of one state."""
        shutil.rmtree(self.folder / "workbooks", ignore_errors=True)
        shutil.copytree(self._sent_returns / str(state), self.folder / "workbooks")

    def start(self) -> int:
        return self._run_launcher.start(self.folder)

    def wait(self) -> EndedRun:
        return self._run_launcher.wait()

    def kumpul(self, **setting: int) -> EndedRun:
        return self._run_launcher.run(self.folder, **setting)

    def read_outputs(self) -> dict[str, bytes]:
        """Every file below the folder of outputs, also hidden ones; not the lock, which stays."""
        files = (p for p in sorted(self.reports.rglob("*")) if p.is_file() and p != self.lock)
        return {p.relative_to(self.reports).as_posix(): p.read_bytes() for p in files}

    def list_temporary(self) -> list[str]:
        return [name for name in self.read_outputs() if "/.iki-xl-" in f"/{name}" and name.endswith(".tmp")]


@pytest.fixture(scope="module")
def run_launcher(tmp_path_factory):
    launcher = Launcher(tmp_path_factory.mktemp("log") / "satu")
    yield launcher
    launcher.close()


@pytest.fixture(scope="module")
def right_outputs(tmp_path_factory, sent_returns, run_launcher):
    """The outputs of each state, of runs that nothing disturbed, each in a folder of its own."""
    right = []
    for state in (0, 1):
        office = Kantor(tmp_path_factory.mktemp("benar") / "kerja", sent_returns, run_launcher)
        office.switch_returns(state)
        done = office.kumpul()
        assert done.code == 1, done
        right.append(office.read_outputs())
    assert right[0].keys() > right[1].keys()
    return right


@pytest.fixture
def kantor(tmp_path, sent_returns, run_launcher, right_outputs):
    office = Kantor(tmp_path / "kerja", sent_returns, run_launcher)
    office.right_outputs = right_outputs
    return office


def wait_for_temporary(kantor, pid):
    """Wait until the run lays its first output on the disk, or has ended."""
    while Path(f"/proc/{pid}").exists():
        if any(kantor.reports.glob(".iki-xl-*.tmp")):
            return
        time.sleep(0.0005)


def build_own_options(kantor):
    """How the command itself is started in a working folder."""
    path = str(Path(__file__).parent.parent)
    return {"cwd": kantor.folder, "env": {**os.environ, "PYTHONPATH": path}, "start_new_session": True}


def measure_seconds(run) -> float:
    """Seconds that something takes."""
    start = time.monotonic()
    run()
    return time.monotonic() - start


def check_whole(kantor, found):
    """Every output there is that of one of the two states, whole."""
    for name, content in found.items():
        if ".iki-xl-" not in name and "(diisi)" not in name:
            assert content in [state.get(name) for state in kantor.right_outputs], name


def measure_writing(kantor) -> float:
    """Seconds from the first output that reaches the disk to the end of a run."""
    pid = kantor.start()
    wait_for_temporary(kantor, pid)
    return measure_seconds(kantor.wait)


def kill_run(kantor, chance, life, writing):
    """Kill a run at any moment of its life, or while it writes; sometimes with its readers."""
    pid = kantor.start()
    if chance.random() < 1 / 3:
        time.sleep(chance.uniform(0, life))
    else:
        wait_for_temporary(kantor, pid)
        time.sleep(chance.uniform(0, writing) * chance.random())
    with contextlib.suppress(ProcessLookupError):  # it was quicker
        chance.choice((os.kill, os.kill, os.killpg))(pid, signal.SIGKILL)
    killed = kantor.wait()
    assert killed.code in (-signal.SIGKILL, 1), killed
    return killed.code != 1


def kill_and_repeat(kantor, seed) -> Counter[str]:
    """Kill many runs, each with other returns than the one before; after each a run is left in peace."""
    chance, seen = random.Random(seed), Counter()
    kantor.switch_returns(0)
    life, writing = measure_seconds(kantor.kumpul), measure_writing(kantor)
    for attempt in itertools.takewhile(lambda _: seen["killed"] < KILLS, range(3 * KILLS)):
        state = 1 - attempt % 2
        kantor.switch_returns(state)
        filled = kantor.reports / "perbaikan" / "kiriman-1.xlsx"
        openpyxl.load_workbook(filled).save(filled)
        typed = filled.read_bytes()
        seen["killed"] += kill_run(kantor, chance, life, writing)
        seen["while laying down"] += bool(kantor.list_temporary())
        found = {name: content for name, content in kantor.read_outputs().items() if content != typed}
        check_whole(kantor, found)
        old = kantor.right_outputs[1 - state]
        new = [
            found.get(n) == content
            for n, content in kantor.right_outputs[state].items()
            if old.get(n) != content
        ]
        seen["while putting in place"] += any(new) and not all(new)

        assert kantor.kumpul().code == 1
        found = kantor.read_outputs()
        aside = [name for name in found if "(diisi)" in name]
        assert [found.pop(name) for name in aside] == [typed]
        assert found == kantor.right_outputs[state]
        for name in aside:
            (kantor.reports / name).unlink()
    return seen


@pytest.mark.lambat
def test_kills_at_any_moment_break_no_output(kantor, tmp_path, sent_returns):
    """After each kill -9 every file is whole, nothing typed is lost, and the next run makes all right."""
    second = Launcher(tmp_path / "dua")
    other = Kantor(tmp_path / "kerja dua", sent_returns, second)
    other.right_outputs = kantor.right_outputs
    with ThreadPoolExecutor(2) as both:
        seen = sum(both.map(kill_and_repeat, (kantor, other), (60, 61)), Counter())
    second.close()
    print(dict(seen))  # noqa: T201 - how many kills hit what
    assert seen["killed"]


@pytest.mark.lambat
def test_a_kill_between_any_two_renames_loses_nothing(kantor):
    """Killed before the first rename, which sets a filled-in copy aside, and after each of the first six."""
    for number in range(7):
        state = 1 - number % 2
        kantor.switch_returns(1 - state)
        kantor.kumpul()
        kantor.switch_returns(state)
        filled = kantor.reports / "perbaikan" / "kiriman-1.xlsx"
        openpyxl.load_workbook(filled).save(filled)
        typed, before = filled.read_bytes(), kantor.read_outputs()
        assert kantor.kumpul(mati=number).code == -signal.SIGKILL
        found = kantor.read_outputs()
        assert typed in found.values()
        assert sum(found.get(name) != content for name, content in before.items()) <= number
        assert kantor.kumpul().code == 1
        aside = kantor.reports / "perbaikan" / "kiriman-1 1 (diisi).xlsx"
        assert aside.read_bytes() == typed
        aside.unlink()
        assert kantor.read_outputs() == kantor.right_outputs[state]


@pytest.mark.lambat
def test_a_run_killed_before_python_is_ready_does_no_harm(kantor):
    """The command itself, started as a user does and killed at moments of its whole life; then run again."""
    chance = random.Random(5)
    setting = {**build_own_options(kantor), "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    kantor.switch_returns(0)
    life = measure_seconds(lambda: subprocess.run(COMMAND, check=False, **setting))
    for _ in range(3):
        with subprocess.Popen(COMMAND, **setting) as run:
            time.sleep(chance.uniform(0, life))
            os.killpg(run.pid, signal.SIGKILL)
    assert subprocess.run(COMMAND, check=False, **setting).returncode == 1
    assert kantor.read_outputs() == kantor.right_outputs[0]


@pytest.mark.lambat
def test_of_two_runs_at_once_each_ends_well_or_says_so(kantor, tmp_path):
    """Twenty pairs: one set of right outputs each time; the second works after the first or ends with 3."""
    chance = random.Random(20)
    second = Launcher(tmp_path / "dua")
    refused = 0
    for attempt in range(20):
        state = attempt % 2
        kantor.switch_returns(state)
        kantor.start()
        time.sleep(chance.uniform(0, 0.3))
        second.start(kantor.folder)
        for done in (kantor.wait(), second.wait()):
            assert done.code in (1, 3), done
            if done.code == 3:
                refused += 1
                assert done.error_output.startswith("Folder reports sedang dipakai iki-xl yang lain"), (
                    done.error_output
                )
                assert done.output == ""
        assert kantor.read_outputs() == kantor.right_outputs[state]
    second.close()
    assert refused


def test_the_second_run_hears_since_when_the_first_one_works(kantor, tmp_path):
    """While one run is stopped in the middle, another ends at once with 3; afterwards both go on as ever."""
    kantor.switch_returns(0)
    pid = kantor.start()
    while not kantor.lock.exists():
        time.sleep(0.001)
    time.sleep(0.05)
    os.kill(pid, signal.SIGSTOP)
    second = Launcher(tmp_path / "dua")
    done = second.run(kantor.folder)
    assert done.code == 3
    assert " sejak " in done.error_output
    assert "Tunggu sampai selesai, lalu ulangi" in done.error_output
    assert len(done.error_output.splitlines()) == 1
    os.kill(pid, signal.SIGCONT)
    assert kantor.wait().code == 1
    assert second.run(kantor.folder).code == 1
    second.close()
    assert kantor.read_outputs() == kantor.right_outputs[0]


def check_failed_without_trace(kantor, done, before):
    """A run that could not write ended with 3 and one sentence, and left everything as it was."""
    assert done.code == 3, done
    assert len(done.error_output.splitlines()) == 1
    assert "tidak dapat ditulis" in done.error_output
    assert "Traceback" not in done.error_output
    assert kantor.read_outputs() == before


@pytest.mark.lambat
def test_a_write_that_fails_at_any_byte_touches_nothing_old(kantor):
    """The system refuses files over n bytes, for ten n: nothing changes, one sentence; then all is right."""
    kantor.switch_returns(0)
    assert kantor.kumpul().code == 1
    filled = kantor.reports / "perbaikan" / "kiriman-1.xlsx"
    openpyxl.load_workbook(filled).save(filled)
    typed, before = filled.read_bytes(), kantor.read_outputs()
    kantor.switch_returns(1)
    largest = max(map(len, kantor.right_outputs[1].values()))
    for number in range(10):
        done = kantor.kumpul(fsize=(number + 1) * largest // 11)
        check_failed_without_trace(kantor, done, before)
    assert kantor.kumpul().code == 1
    assert kantor.read_outputs() == {**kantor.right_outputs[1], "perbaikan/kiriman-1 1 (diisi).xlsx": typed}


@pytest.fixture
def small_disk(kantor):
    """The folder of outputs on a drive of its own, whose size can be changed."""
    kantor.reports.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "iki-xl-uji", kantor.reports]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small drive here")
    yield lambda size: subprocess.run(["mount", "-o", f"remount,size={size}", kantor.reports], check=True)
    subprocess.run(["umount", kantor.reports], check=True)


@pytest.mark.lambat
def test_a_full_disk_touches_nothing_old(kantor, small_disk):
    """A drive with room for some of the new outputs, ten sizes: nothing changes; with room all is right."""
    kantor.switch_returns(0)
    assert kantor.kumpul().code == 1
    before = kantor.read_outputs()
    kantor.switch_returns(1)
    used = shutil.disk_usage(kantor.reports).used
    needed = sum(map(len, kantor.right_outputs[1].values()))
    for number in range(10):
        small_disk(used + number * needed // 10)
        done = kantor.kumpul()
        check_failed_without_trace(kantor, done, before)
        assert "ruang disk habis" in done.error_output
    small_disk("64m")
    assert kantor.kumpul().code == 1
    assert kantor.read_outputs() == kantor.right_outputs[1]


def test_a_folder_that_may_not_be_written_is_said(kantor):
    """Outputs in a folder without write permission: exit 3, one sentence that names it, nothing changed."""
    kantor.switch_returns(0)
    kantor.kumpul()
    before = kantor.read_outputs()
    # root may write anywhere, unless it is told to respect what the folder says
    obedient = ["setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override"]
    if os.getuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root writes anywhere, and there is no setpriv")
    kantor.reports.chmod(0o555)
    done = subprocess.run(
        [*(obedient if os.getuid() == 0 else []), *COMMAND],
        capture_output=True,
        check=False,
        **build_own_options(kantor),
    )
    kantor.reports.chmod(0o755)
    said = done.stderr.decode()
    assert (done.returncode, len(said.splitlines())) == (3, 1), said
    assert "reports" in said
    assert "tanpa izin" in said
    assert kantor.read_outputs() == before


def test_a_file_in_place_of_the_output_folder_is_said(kantor):
    """Where --ke, or an output's own name, is something else: exit 3, one sentence, nothing written."""
    kantor.switch_returns(0)
    kantor.reports.write_text("bukan folder")
    done = kantor.kumpul()
    assert (done.code, len(done.error_output.splitlines())) == (3, 1)
    assert kantor.reports.read_text() == "bukan folder"
    kantor.reports.unlink()
    (kantor.reports / "temuan.csv").mkdir(parents=True)
    done = kantor.kumpul()
    check_failed_without_trace(kantor, done, {})
    assert "temuan.csv" in done.error_output


def list_session(pid):
    """Processes of the session that a run leads."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.parametrize("moment", [0.1, 0.2, None])
def test_ctrl_c_ends_cleanly(kantor, moment):
    """Ctrl-C while reading and while writing: "Dihentikan.", exit 3, no temporaries, no process left."""
    kantor.switch_returns(0)
    kantor.kumpul()
    kantor.switch_returns(1)
    pid = kantor.start()
    if moment is None:
        wait_for_temporary(kantor, pid)
    else:
        time.sleep(moment)
    with contextlib.suppress(ProcessLookupError):  # it was quicker
        os.killpg(pid, signal.SIGINT)
    done = kantor.wait()
    if done.code != 1:  # a run that was done already has nothing to be stopped
        assert (done.code, done.error_output.strip()) == (3, "Dihentikan."), done
    assert [name for name in kantor.read_outputs() if ".iki-xl-" in name] == []
    check_whole(kantor, kantor.read_outputs())
    deadline = time.monotonic() + 20
    while list_session(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list_session(pid) == []
    assert kantor.kumpul().code == 1
    assert kantor.read_outputs() == kantor.right_outputs[1]
