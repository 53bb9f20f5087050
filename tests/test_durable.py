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
from filled import NIP_ANI, isi, katalog, orang
from hangat import Peluncur, Selesai

from iki_xl.catalog import katalog_xlsx

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals, fork and limits of POSIX")
SALINAN = 6
# In each of two working folders; a run that was done before its kill is not counted.
PEMBUNUHAN = 26
PERINTAH = [sys.executable, "-m", "iki_xl", "kumpul"]


@pytest.fixture(scope="module")
def kiriman(tmp_path_factory):
    """Two states of what came back: in the second, other figures, and half of the workbooks in order."""
    folder = tmp_path_factory.mktemp("kiriman")
    office = katalog()
    for state in (0, 1):
        for number in range(SALINAN):
            wrong = state == 0 or number % 2
            entries = {("J03-02", "realisasi_01"): -1.0 if wrong else 5.0, ("J03-02", "target"): 7.0 + state}
            head = orang(f"Orang {number}", f"{int(NIP_ANI) + number}")
            isi(folder / str(state) / f"kiriman-{number}.xlsx", office, {"J03": head | entries})
    return folder


class Kantor:
    """A working folder whose returns change between two states, and the outputs each state must give."""

    def __init__(self, folder: Path, kiriman: Path, luncur: Peluncur) -> None:
        self.folder, self.hasil, self._kiriman, self._luncur = folder, folder / "reports", kiriman, luncur
        folder.mkdir()
        (folder / "katalog.xlsx").write_bytes(katalog_xlsx(katalog()))
        self.benar: list[dict[str, bytes]] = []

    def ganti(self, state: int) -> None:
        """Let the returns be those of one state."""
        shutil.rmtree(self.folder / "workbooks", ignore_errors=True)
        shutil.copytree(self._kiriman / str(state), self.folder / "workbooks")

    def mulai(self) -> int:
        return self._luncur.mulai(self.folder)

    def tunggu(self) -> Selesai:
        return self._luncur.tunggu()

    def kumpul(self, **setting: int) -> Selesai:
        return self._luncur.jalankan(self.folder, **setting)

    def isi(self) -> dict[str, bytes]:
        """Every file below the folder of outputs, also hidden ones."""
        files = (p for p in sorted(self.hasil.rglob("*")) if p.is_file())
        return {p.relative_to(self.hasil).as_posix(): p.read_bytes() for p in files}

    def sementara(self) -> list[str]:
        return [name for name in self.isi() if "/.iki-xl-" in f"/{name}" and name.endswith(".tmp")]


@pytest.fixture(scope="module")
def luncur(tmp_path_factory):
    launcher = Peluncur(tmp_path_factory.mktemp("log") / "satu")
    yield launcher
    launcher.tutup()


@pytest.fixture(scope="module")
def benar(tmp_path_factory, kiriman, luncur):
    """The outputs of each state, of runs that nothing disturbed, each in a folder of its own."""
    right = []
    for state in (0, 1):
        office = Kantor(tmp_path_factory.mktemp("benar") / "kerja", kiriman, luncur)
        office.ganti(state)
        done = office.kumpul()
        assert done.kode == 1, done
        right.append(office.isi())
    assert right[0].keys() > right[1].keys()
    return right


@pytest.fixture
def kantor(tmp_path, kiriman, luncur, benar):
    office = Kantor(tmp_path / "kerja", kiriman, luncur)
    office.benar = benar
    return office


def menunggu_sementara(kantor, pid):
    """Wait until the run lays its first output on the disk, or has ended."""
    while Path(f"/proc/{pid}").exists():
        if any(kantor.hasil.glob(".iki-xl-*.tmp")):
            return
        time.sleep(0.0005)


def sendiri(kantor):
    """How the command itself is started in a working folder."""
    path = str(Path(__file__).parent.parent)
    return {"cwd": kantor.folder, "env": {**os.environ, "PYTHONPATH": path}, "start_new_session": True}


def lama(run) -> float:
    """Seconds that something takes."""
    start = time.monotonic()
    run()
    return time.monotonic() - start


def utuh(kantor, found):
    """Every output there is that of one of the two states, whole."""
    for name, content in found.items():
        if ".iki-xl-" not in name and "(diisi)" not in name:
            assert content in [state.get(name) for state in kantor.benar], name


def saat_menulis(kantor) -> float:
    """Seconds from the first output that reaches the disk to the end of a run."""
    pid = kantor.mulai()
    menunggu_sementara(kantor, pid)
    return lama(kantor.tunggu)


def bunuh(kantor, chance, life, writing):
    """Kill a run at any moment of its life, or while it writes; sometimes with its readers."""
    pid = kantor.mulai()
    if chance.random() < 1 / 3:
        time.sleep(chance.uniform(0, life))
    else:
        menunggu_sementara(kantor, pid)
        time.sleep(chance.uniform(0, writing) * chance.random())
    with contextlib.suppress(ProcessLookupError):  # it was quicker
        chance.choice((os.kill, os.kill, os.killpg))(pid, signal.SIGKILL)
    killed = kantor.tunggu()
    assert killed.kode in (-signal.SIGKILL, 1), killed
    return killed.kode != 1


def bunuh_dan_ulangi(kantor, seed) -> Counter[str]:
    """Kill many runs, each with other returns than the one before; after each a run is left in peace."""
    chance, seen = random.Random(seed), Counter()
    kantor.ganti(0)
    life, writing = lama(kantor.kumpul), saat_menulis(kantor)
    for attempt in itertools.takewhile(lambda _: seen["killed"] < PEMBUNUHAN, range(3 * PEMBUNUHAN)):
        state = 1 - attempt % 2
        kantor.ganti(state)
        filled = kantor.hasil / "perbaikan" / "kiriman-1.xlsx"
        openpyxl.load_workbook(filled).save(filled)
        typed = filled.read_bytes()
        seen["killed"] += bunuh(kantor, chance, life, writing)
        seen["while laying down"] += bool(kantor.sementara())
        found = {name: content for name, content in kantor.isi().items() if content != typed}
        utuh(kantor, found)
        old = kantor.benar[1 - state]
        new = [found.get(n) == content for n, content in kantor.benar[state].items() if old.get(n) != content]
        seen["while putting in place"] += any(new) and not all(new)

        assert kantor.kumpul().kode == 1
        found = kantor.isi()
        aside = [name for name in found if "(diisi)" in name]
        assert [found.pop(name) for name in aside] == [typed]
        assert found == kantor.benar[state]
        for name in aside:
            (kantor.hasil / name).unlink()
    return seen


@pytest.mark.lambat
def test_kills_at_any_moment_break_no_output(kantor, tmp_path, kiriman):
    """After each kill -9 every file is whole, nothing typed is lost, and the next run makes all right."""
    second = Peluncur(tmp_path / "dua")
    other = Kantor(tmp_path / "kerja dua", kiriman, second)
    other.benar = kantor.benar
    with ThreadPoolExecutor(2) as both:
        seen = sum(both.map(bunuh_dan_ulangi, (kantor, other), (60, 61)), Counter())
    second.tutup()
    print(dict(seen))  # noqa: T201 - how many kills hit what
    assert seen["killed"]


@pytest.mark.lambat
def test_a_kill_between_any_two_renames_loses_nothing(kantor):
    """Killed before the first rename, which sets a filled-in copy aside, and after each of the first six."""
    for number in range(7):
        state = 1 - number % 2
        kantor.ganti(1 - state)
        kantor.kumpul()
        kantor.ganti(state)
        filled = kantor.hasil / "perbaikan" / "kiriman-1.xlsx"
        openpyxl.load_workbook(filled).save(filled)
        typed, before = filled.read_bytes(), kantor.isi()
        assert kantor.kumpul(mati=number).kode == -signal.SIGKILL
        found = kantor.isi()
        assert typed in found.values()
        assert sum(found.get(name) != content for name, content in before.items()) <= number
        assert kantor.kumpul().kode == 1
        aside = kantor.hasil / "perbaikan" / "kiriman-1 1 (diisi).xlsx"
        assert aside.read_bytes() == typed
        aside.unlink()
        assert kantor.isi() == kantor.benar[state]


@pytest.mark.lambat
def test_a_run_killed_before_python_is_ready_does_no_harm(kantor):
    """The command itself, started as a user does and killed at moments of its whole life; then run again."""
    chance = random.Random(5)
    setting = {**sendiri(kantor), "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    kantor.ganti(0)
    life = lama(lambda: subprocess.run(PERINTAH, check=False, **setting))
    for _ in range(3):
        with subprocess.Popen(PERINTAH, **setting) as run:
            time.sleep(chance.uniform(0, life))
            os.killpg(run.pid, signal.SIGKILL)
    assert subprocess.run(PERINTAH, check=False, **setting).returncode == 1
    assert kantor.isi() == kantor.benar[0]


@pytest.mark.lambat
def test_of_two_runs_at_once_each_ends_well_or_says_so(kantor, tmp_path):
    """Twenty pairs: one set of right outputs each time; the second works after the first or ends with 3."""
    chance = random.Random(20)
    second = Peluncur(tmp_path / "dua")
    refused = 0
    for attempt in range(20):
        state = attempt % 2
        kantor.ganti(state)
        kantor.mulai()
        time.sleep(chance.uniform(0, 0.3))
        second.mulai(kantor.folder)
        for done in (kantor.tunggu(), second.tunggu()):
            assert done.kode in (1, 3), done
            if done.kode == 3:
                refused += 1
                assert done.galat.startswith("Folder reports sedang dipakai iki-xl yang lain"), done.galat
                assert done.keluaran == ""
        assert kantor.isi() == kantor.benar[state]
    second.tutup()
    assert refused


def test_the_second_run_hears_since_when_the_first_one_works(kantor, tmp_path):
    """While one run is stopped in the middle, another ends at once with 3; afterwards both go on as ever."""
    kantor.ganti(0)
    pid = kantor.mulai()
    while not (kantor.hasil / ".iki-xl-kunci").exists():
        time.sleep(0.001)
    time.sleep(0.05)
    os.kill(pid, signal.SIGSTOP)
    second = Peluncur(tmp_path / "dua")
    done = second.jalankan(kantor.folder)
    assert done.kode == 3
    assert " sejak " in done.galat
    assert "Tunggu sampai selesai, lalu ulangi" in done.galat
    assert len(done.galat.splitlines()) == 1
    os.kill(pid, signal.SIGCONT)
    assert kantor.tunggu().kode == 1
    assert second.jalankan(kantor.folder).kode == 1
    second.tutup()
    assert kantor.isi() == kantor.benar[0]


def gagal_tanpa_bekas(kantor, done, before):
    """A run that could not write ended with 3 and one sentence, and left everything as it was."""
    assert done.kode == 3, done
    assert len(done.galat.splitlines()) == 1
    assert "tidak dapat ditulis" in done.galat
    assert "Traceback" not in done.galat
    assert kantor.isi() == before


@pytest.mark.lambat
def test_a_write_that_fails_at_any_byte_touches_nothing_old(kantor):
    """The system refuses files over n bytes, for ten n: nothing changes, one sentence; then all is right."""
    kantor.ganti(0)
    assert kantor.kumpul().kode == 1
    filled = kantor.hasil / "perbaikan" / "kiriman-1.xlsx"
    openpyxl.load_workbook(filled).save(filled)
    typed, before = filled.read_bytes(), kantor.isi()
    kantor.ganti(1)
    largest = max(map(len, kantor.benar[1].values()))
    for number in range(10):
        done = kantor.kumpul(fsize=(number + 1) * largest // 11)
        gagal_tanpa_bekas(kantor, done, before)
    assert kantor.kumpul().kode == 1
    assert kantor.isi() == {**kantor.benar[1], "perbaikan/kiriman-1 1 (diisi).xlsx": typed}


@pytest.fixture
def disk_kecil(kantor):
    """The folder of outputs on a drive of its own, whose size can be changed."""
    kantor.hasil.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "iki-xl-uji", kantor.hasil]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small drive here")
    yield lambda size: subprocess.run(["mount", "-o", f"remount,size={size}", kantor.hasil], check=True)
    subprocess.run(["umount", kantor.hasil], check=True)


@pytest.mark.lambat
def test_a_full_disk_touches_nothing_old(kantor, disk_kecil):
    """A drive with room for some of the new outputs, ten sizes: nothing changes; with room all is right."""
    kantor.ganti(0)
    assert kantor.kumpul().kode == 1
    before = kantor.isi()
    kantor.ganti(1)
    used = shutil.disk_usage(kantor.hasil).used
    needed = sum(map(len, kantor.benar[1].values()))
    for number in range(10):
        disk_kecil(used + number * needed // 10)
        done = kantor.kumpul()
        gagal_tanpa_bekas(kantor, done, before)
        assert "ruang disk habis" in done.galat
    disk_kecil("64m")
    assert kantor.kumpul().kode == 1
    assert kantor.isi() == kantor.benar[1]


def test_a_folder_that_may_not_be_written_is_said(kantor):
    """Outputs in a folder without write permission: exit 3, one sentence that names it, nothing changed."""
    kantor.ganti(0)
    kantor.kumpul()
    before = kantor.isi()
    # root may write anywhere, unless it is told to respect what the folder says
    obedient = ["setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override"]
    if os.getuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root writes anywhere, and there is no setpriv")
    kantor.hasil.chmod(0o555)
    done = subprocess.run(
        [*(obedient if os.getuid() == 0 else []), *PERINTAH],
        capture_output=True,
        check=False,
        **sendiri(kantor),
    )
    kantor.hasil.chmod(0o755)
    said = done.stderr.decode()
    assert (done.returncode, len(said.splitlines())) == (3, 1), said
    assert "reports" in said
    assert "tanpa izin" in said
    assert kantor.isi() == before


def test_a_file_in_place_of_the_output_folder_is_said(kantor):
    """Where --ke, or an output's own name, is something else: exit 3, one sentence, nothing written."""
    kantor.ganti(0)
    kantor.hasil.write_text("bukan folder")
    done = kantor.kumpul()
    assert (done.kode, len(done.galat.splitlines())) == (3, 1)
    assert kantor.hasil.read_text() == "bukan folder"
    kantor.hasil.unlink()
    (kantor.hasil / "temuan.csv").mkdir(parents=True)
    done = kantor.kumpul()
    gagal_tanpa_bekas(kantor, done, {})
    assert "temuan.csv" in done.galat


def sesi(pid):
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
    kantor.ganti(0)
    kantor.kumpul()
    kantor.ganti(1)
    pid = kantor.mulai()
    if moment is None:
        menunggu_sementara(kantor, pid)
    else:
        time.sleep(moment)
    with contextlib.suppress(ProcessLookupError):  # it was quicker
        os.killpg(pid, signal.SIGINT)
    done = kantor.tunggu()
    if done.kode != 1:  # a run that was done already has nothing to be stopped
        assert (done.kode, done.galat.strip()) == (3, "Dihentikan."), done
    assert [name for name in kantor.isi() if ".iki-xl-" in name] == []
    utuh(kantor, kantor.isi())
    deadline = time.monotonic() + 20
    while sesi(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert sesi(pid) == []
    assert kantor.kumpul().kode == 1
    assert kantor.isi() == kantor.benar[1]
