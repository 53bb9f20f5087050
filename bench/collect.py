"""Collecting 2,000 returned workbooks: against bare python-calamine, and against the loop a user would write.

Every run is a process of its own (`python -m bench.collect RUN`), so that nothing an earlier run
worked out is at hand. It loads its libraries with a collection of two files, then times the real one.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.timing import RONDE, Hasil, bergiliran, nisbah

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandera.pandas as pa

    from bench.returned import Kumpulan
    from iki_xl.catalog import Katalog

JUMLAH = 2_000
JUDUL = f"{JUMLAH:,} returned workbooks of one jabatan"
KALI_MEMORI = 4
BARU = JUMLAH // 100
# The loop a user would write is timed over every so many of the files, and counted up.
NAIF_TIAP = 16
CALAMINE, NAIF, PERTAMA, DIARSIP, BERDUA, KEDUA, SEBAGIAN = (
    "python-calamine, bare loop",
    "pandas + openpyxl + pandera, sheet by sheet",
    "first collection",
    "first collection, originals archived",
    "first collection, two processes",
    "second run, nothing new",
    f"{BARU} of {JUMLAH:,} files new",
)
_AKAR = Path(__file__).parent.parent
_JEDA_AMATI = 0.1


@dataclass(frozen=True, slots=True)
class Lari:
    """One run to time: which contender (`cara`), over which folder, with which working folder for the ledger.

    `terikat` holds it and all its children on one processor; `tiap` takes only every so many of the files;
    `arsip` keeps the originals.
    """

    cara: str
    folder: str
    katalog: str
    kerja: str = ""
    pekerja: int = 1
    terikat: bool = True
    tiap: int = 1
    arsip: bool = False


@dataclass(frozen=True, slots=True)
class Catatan:
    """What a run gave: seconds, the peak of its own memory in MiB, and how much it read.

    `berkas` are files that could be read; `baris` rows of indikator, for calamine filled cells.
    """

    detik: float
    puncak: int
    berkas: int
    baris: int


def jalankan() -> list[str]:
    """Measure everything; return the lines of this measurement's part of the page."""
    from bench.returned import buat_kumpulan

    with tempfile.TemporaryDirectory(prefix="iki-bench-") as name:
        folder = Path(name)
        made = buat_kumpulan(folder / "asal", JUMLAH)
        command = _perintah(made, folder)
        times = _waktu(made, folder)
        memory = _memori(made, folder)
    return [*_pembuka(made), "", *_tabel(times), "", *_putusan(times, memory), "", *command]


def calamine(paths: Sequence[Path]) -> tuple[int, int]:
    """Open each file and read every sheet; return files read and rows seen."""
    import python_calamine

    files = rows = 0
    for path in paths:
        try:
            with python_calamine.CalamineWorkbook.from_path(path) as book:
                for sheet in book.sheet_names:
                    rows += len(book.get_sheet_by_name(sheet).to_python())
        except python_calamine.CalamineError:
            continue
        files += 1
    return files, rows


def naif(paths: Sequence[Path], katalog: Katalog) -> tuple[int, int]:
    """Do what a user would write: pandas and openpyxl for every sheet, each validated by pandera."""
    import zipfile

    import pandas as pd
    from pandera.errors import SchemaErrors

    schema, ids = _skema(), set(katalog.indikator_menurut_id)
    files = rows = 0
    for path in paths:
        try:
            sheets = pd.read_excel(path, sheet_name=None, engine="openpyxl")
        except zipfile.BadZipFile:
            continue
        files += 1
        for sheet in sheets.values():
            table = sheet[sheet.iloc[:, 0].isin(ids)] if len(sheet.columns) else sheet
            months = [name for name in table.columns if name in schema.columns]
            table = table.assign(**{m: pd.to_numeric(table[m], errors="coerce") for m in months})
            with contextlib.suppress(SchemaErrors):
                schema.validate(table, lazy=True)
            rows += len(table) if months else 0
    return files, rows


def _skema() -> pa.DataFrameSchema:
    import pandera.pandas as pa

    from iki_xl.tables import KOLOM_REALISASI

    month = pa.Column(float, pa.Check.ge(0), nullable=True, required=False)
    return pa.DataFrameSchema(dict.fromkeys(KOLOM_REALISASI, month))


def himpun(
    folder: Path, katalog: Katalog, kerja: Path | None, pekerja: int, *, arsip: bool = False
) -> tuple[int, int]:
    """Collect with iki_xl, from finding the files to the merged tables."""
    from iki_xl import pipeline

    wanted = pipeline.Permintaan(folder, folder / "reports", kerja=kerja, arsip=arsip)
    got = pipeline.himpun(katalog, wanted, pipeline.Pembacaan(pekerja=pekerja))
    unread = sum(t.kode == "B01" for t in got.temuan)
    return got.berkas - unread, len(got.terkumpul.baris)


def _satu_lari(lari: Lari) -> Catatan:
    """Time one run in this process."""
    from iki_xl.catalog.reader import read_katalog

    if lari.terikat and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    katalog, folder = read_katalog(Path(lari.katalog)), Path(lari.folder)
    with tempfile.TemporaryDirectory() as small:
        for path in sorted(folder.rglob("*.xlsx"))[:2]:
            shutil.copy(path, small)
        _kerjakan(replace(lari, folder=small, kerja="", tiap=1), katalog)
    start = time.perf_counter()
    files, rows = _kerjakan(lari, katalog)
    return Catatan(time.perf_counter() - start, _puncak("self"), files, rows)


def _kerjakan(lari: Lari, katalog: Katalog) -> tuple[int, int]:
    folder = Path(lari.folder)
    if lari.cara == "himpun":
        work = Path(lari.kerja) if lari.kerja else None
        return himpun(folder, katalog, work, lari.pekerja, arsip=lari.arsip)
    paths = sorted(folder.rglob("*.xlsx"))[:: lari.tiap]
    return naif(paths, katalog) if lari.cara == "naif" else calamine(paths)


def lari_terpisah(lari: Lari) -> tuple[Catatan, int]:
    """Time one run in a process of its own; also return the peak in MiB of the largest process below it.

    Raises:
        CalledProcessError: the run failed.
    """
    command = [sys.executable, "-m", "bench.collect", json.dumps(asdict(lari))]
    with subprocess.Popen(  # noqa: S603 - this very module
        command, cwd=_AKAR, stdout=subprocess.PIPE, text=True
    ) as process:
        below: list[int] = [0]
        watcher = threading.Thread(target=_amati, args=(process, below), daemon=True)
        watcher.start()
        output, _ = process.communicate()
        watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Catatan(**json.loads(output.splitlines()[-1])), max(below)


def _amati(process: subprocess.Popen[str], peaks: list[int]) -> None:
    """Note the peak memory of what runs below a process, until it has ended."""
    while process.poll() is None:
        peaks.append(max((_puncak(str(pid)) for pid in _keturunan(process.pid)), default=0))
        time.sleep(_JEDA_AMATI)


def _keturunan(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it has ended, or the system does not tell
        return
    for child in map(int, children):
        yield child
        yield from _keturunan(child)


def _puncak(pid: str) -> int:
    """Peak memory of a process in MiB, 0 where the system does not tell.

    Linux's own figure for the program: that of getrusage also counts the process that started it.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) // 1024 if found else 0


def _waktu(made: Kumpulan, folder: Path) -> dict[str, Hasil]:
    """Time all contenders in turn; every round has a ledger of its own, filled by its first collection."""
    from bench.returned import ubah_sebagian

    plain = Lari("calamine", str(made.folder), str(made.berkas_katalog))
    ledger = folder / "kerja"

    def run(lari: Lari) -> float:
        return lari_terpisah(lari)[0].detik

    def ours(*, fresh: bool = False, **options: bool | int) -> float:
        if fresh:
            shutil.rmtree(ledger, ignore_errors=True)
        return run(replace(plain, cara="himpun", kerja=str(ledger), **options))  # type: ignore[arg-type]  # by name

    def partly_new() -> float:
        ubah_sebagian(made, BARU, str(time.time_ns()))
        return ours()

    return bergiliran(
        {
            CALAMINE: lambda: run(plain),
            NAIF: lambda: run(replace(plain, cara="naif", tiap=NAIF_TIAP)) * NAIF_TIAP,
            BERDUA: lambda: ours(fresh=True, pekerja=2, terikat=False),
            DIARSIP: lambda: ours(fresh=True, arsip=True),
            PERTAMA: lambda: ours(fresh=True),
            KEDUA: ours,
            SEBAGIAN: partly_new,
        }
    )


def _memori(made: Kumpulan, folder: Path) -> list[tuple[int, int, int]]:
    """Files, peak MiB of the program, and of the largest process below it, for the files and for more."""
    from bench.returned import perbanyak

    many = perbanyak(made, folder / "banyak", KALI_MEMORI)
    result = []
    for number, group in enumerate((made, many)):
        ledger = str(folder / f"kerja-memori-{number}")
        lari = Lari("himpun", str(group.folder), str(group.berkas_katalog), ledger, 2, terikat=False)
        noted, below = lari_terpisah(lari)
        result.append((group.jumlah, noted.puncak, below))
    return result


def _perintah(made: Kumpulan, folder: Path) -> list[str]:
    """The whole command, twice, in seconds: for information."""
    seconds = []
    work = folder / "perintah"
    shutil.copytree(made.folder.parent, work)
    for _ in range(2):
        start = time.perf_counter()
        command = [sys.executable, "-m", "iki_xl", "kumpul", "--json"]
        environment = {**os.environ, "PYTHONPATH": str(_AKAR)}
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=work, stdout=subprocess.PIPE, env=environment, check=False
        )
        seconds.append(time.perf_counter() - start)
        if done.returncode not in {0, 1}:
            raise subprocess.CalledProcessError(done.returncode, command)
    got = json.loads(done.stdout)
    copies = sum("perbaikan" in Path(p).parts for p in got["keluaran"])
    return _paragraf(
        "The whole command `iki-xl kumpul` from start to end, on all processors, with recap, facts and",
        f"{copies} copies to mend (each once): {seconds[0]:.1f} s the first time and {seconds[1]:.1f} s the",
        f"second, over {got['berkas']:,} files of which {got['diterima']:,} count.",
    )


def _pembuka(made: Kumpulan) -> list[str]:
    what = _paragraf(
        f"{made.jumlah:,} workbooks of one office with the jabatan of both samples, each of another pegawai,",
        f"filled in up to March, May or June. {made.salah} hold a mistake: numbers as text, dates, formulas,",
        "a wrong satuan, changed locked cells, entries beside the form, copies, earlier returns, truncated",
        f"and foreign files. {made.simpan_lain} were saved by openpyxl, the others by xlsxwriter.",
    )
    how = _paragraf(
        f"Median of {RONDE} rounds after one that does not count. Each run is a process of its own that has",
        "loaded its libraries with a collection of two files; it is timed from finding the files to the",
        "merged tables, the ledger read and written. All but the run with two processes are held on one",
        "processor, with every process below them. The loop a user would write is timed over every",
        f"{NAIF_TIAP}th file and counted up. Keeping the originals of counted returns is timed by itself: a",
        "bare loop keeps nothing.",
    )
    return [*what, "", *how]


def _paragraf(*parts: str) -> list[str]:
    return textwrap.wrap(" ".join(parts), 110)


def _tabel(times: dict[str, Hasil]) -> list[str]:
    rows = [
        f"| {name} | {t.median:.2f} | {t.terkecil:.2f} | {t.terbesar:.2f} | {t.median / JUMLAH * 1000:.2f} |"
        for name, t in times.items()
    ]
    return ["| run | median s | smallest | largest | ms a file |", "|---|---|---|---|---|", *rows]


def _putusan(times: dict[str, Hasil], memory: list[tuple[int, int, int]]) -> list[str]:
    (few, first, below_first), (many, last, below_last) = memory
    grown = last / first if first else float("nan")
    paired = (
        (f"{PERTAMA} / {CALAMINE}", nisbah(times[PERTAMA], times[CALAMINE]), "at most", 3.5),
        (f"{NAIF} / {PERTAMA}", nisbah(times[NAIF], times[PERTAMA]), "at least", 12),
        (f"{PERTAMA} / {BERDUA}", nisbah(times[PERTAMA], times[BERDUA]), "at least", 1.6),
        (f"{KEDUA} / {PERTAMA}", nisbah(times[KEDUA], times[PERTAMA]), "at most", 0.15),
        (f"{SEBAGIAN} / {PERTAMA}", nisbah(times[SEBAGIAN], times[PERTAMA]), "at most", 0.2),
    )
    rows = [
        f"| {name} | {r.median:.2f} | {r.terkecil:.2f} - {r.terbesar:.2f} | {which} {bound} "
        f"| {_kata(r.median, which, bound)} |"
        for name, r, which, bound in paired
    ]
    kept = _kata(grown, "at most", 2)
    rows.append(f"| peak memory, {many:,} files / {few:,} files | {grown:.2f} | | at most 2 | {kept} |")
    peak = _paragraf(
        f"Peak memory of the first collection with two processes: the program itself {first} MiB for",
        f"{few:,} files and {last} MiB for {many:,}; the largest process below it {below_first}",
        f"and {below_last} MiB.",
    )
    head = ["| ratio, round by round | median | smallest - largest | bound | |", "|---|---|---|---|---|"]
    return [*head, *rows, "", *peak]


def _kata(value: float, which: str, bound: float) -> str:
    held = value <= bound if which == "at most" else value >= bound
    return "held" if held else "**missed**"


if __name__ == "__main__":
    print(json.dumps(asdict(_satu_lari(Lari(**json.loads(sys.argv[1]))))))  # noqa: T201 - read by the parent
