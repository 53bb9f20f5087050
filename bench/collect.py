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

from bench.timing import ROUNDS, Timing, compute_ratio, time_in_turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandera.pandas as pa

    from bench.returned import ReturnedSet
    from iki_xl.catalog import Katalog

COUNT = 2_000
TITLE = f"{COUNT:,} returned workbooks of one jabatan"
MEMORY_TIMES = 4
NEW = COUNT // 100
# The loop a user would write is timed over every so many of the files, and counted up.
NAIVE_EVERY = 16
CALAMINE, NAIVE, FIRST, ARCHIVED, TWO_PROCESSES, SECOND, PARTLY_NEW = (
    "python-calamine, bare loop",
    "pandas + openpyxl + pandera, sheet by sheet",
    "first collection",
    "first collection, originals archived",
    "first collection, two processes",
    "second run, nothing new",
    f"{NEW} of {COUNT:,} files new",
)
_ROOT = Path(__file__).parent.parent
_WATCH_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class TimedRun:
    """One run to time: which contender, over which folder, with which working folder for the ledger.

    `pinned` holds it and all its children on one processor; `every` takes only every so many of the files;
    `archive` keeps the originals.
    """

    contender: str
    folder: str
    katalog: str
    work_folder: str = ""
    workers: int = 1
    pinned: bool = True
    every: int = 1
    archive: bool = False


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a run gave: seconds, the peak of its own memory in MiB, and how much it read.

    `file` are files that could be read; `rows` rows of indikator, for calamine filled cells.
    """

    seconds: float
    peak: int
    file: int
    rows: int


def run() -> list[str]:
    """Measure everything; return the lines of this measurement's part of the page."""
    from bench.returned import make_returned_set

    with tempfile.TemporaryDirectory(prefix="iki-bench-") as name:
        folder = Path(name)
        made = make_returned_set(folder / "asal", COUNT)
        command = _time_command(made, folder)
        times = _time_contenders(made, folder)
        memory = _measure_memory(made, folder)
    return [*_write_intro(made), "", *_build_times_table(times), "", *_judge(times, memory), "", *command]


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


def run_naive(paths: Sequence[Path], katalog: Katalog) -> tuple[int, int]:
    """Do what a user would write: pandas and openpyxl for every sheet, each validated by pandera."""
    import zipfile

    import pandas as pd
    from pandera.errors import SchemaErrors

    schema, ids = _make_schema(), set(katalog.indikator_by_id)
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


def _make_schema() -> pa.DataFrameSchema:
    import pandera.pandas as pa

    from iki_xl.tables import REALISASI_COLUMNS

    month = pa.Column(float, pa.Check.ge(0), nullable=True, required=False)
    return pa.DataFrameSchema(dict.fromkeys(REALISASI_COLUMNS, month))


def gather(
    folder: Path, katalog: Katalog, work_folder: Path | None, workers: int, *, archive: bool = False
) -> tuple[int, int]:
    """Collect with iki_xl, from finding the files to the merged tables."""
    from iki_xl import pipeline, results

    wanted = results.CollectRequest(folder, folder / "reports", work_folder=work_folder, archive=archive)
    got = pipeline.gather(katalog, wanted, results.ReadingSettings(workers=workers))
    unread = sum(t.code == "B01" for t in got.temuan)
    return got.file_count - unread, len(got.collected.rows)


def _time_run(timed_run: TimedRun) -> RunRecord:
    """Time one run in this process."""
    from iki_xl.catalog.reader import read_katalog

    if timed_run.pinned and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    katalog, folder = read_katalog(Path(timed_run.katalog)), Path(timed_run.folder)
    with tempfile.TemporaryDirectory() as small:
        for path in sorted(folder.rglob("*.xlsx"))[:2]:
            shutil.copy(path, small)
        _do_run(replace(timed_run, folder=small, work_folder="", every=1), katalog)
    start = time.perf_counter()
    files, rows = _do_run(timed_run, katalog)
    return RunRecord(time.perf_counter() - start, _measure_peak("self"), files, rows)


def _do_run(timed_run: TimedRun, katalog: Katalog) -> tuple[int, int]:
    folder = Path(timed_run.folder)
    if timed_run.contender == "himpun":
        work = Path(timed_run.work_folder) if timed_run.work_folder else None
        return gather(folder, katalog, work, timed_run.workers, archive=timed_run.archive)
    paths = sorted(folder.rglob("*.xlsx"))[:: timed_run.every]
    return run_naive(paths, katalog) if timed_run.contender == "naif" else calamine(paths)


def time_separately(timed_run: TimedRun) -> tuple[RunRecord, int]:
    """Time one run in a process of its own; also return the peak in MiB of the largest process below it.

    Raises:
        CalledProcessError: the run failed.
    """
    command = [sys.executable, "-m", "bench.collect", json.dumps(asdict(timed_run))]
    with subprocess.Popen(  # noqa: S603 - this very module
        command, cwd=_ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        below: list[int] = [0]
        watcher = threading.Thread(target=_watch_memory, args=(process, below), daemon=True)
        watcher.start()
        output, _ = process.communicate()
        watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return RunRecord(**json.loads(output.splitlines()[-1])), max(below)


def _watch_memory(process: subprocess.Popen[str], peaks: list[int]) -> None:
    """Note the peak memory of what runs below a process, until it has ended."""
    while process.poll() is None:
        peaks.append(max((_measure_peak(str(pid)) for pid in _walk_descendants(process.pid)), default=0))
        time.sleep(_WATCH_SECONDS)


def _walk_descendants(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it has ended, or the system does not tell
        return
    for child in map(int, children):
        yield child
        yield from _walk_descendants(child)


def _measure_peak(pid: str) -> int:
    """Peak memory of a process in MiB, 0 where the system does not tell.

    Linux's own figure for the program: that of getrusage also counts the process that started it.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) // 1024 if found else 0


def _time_contenders(made: ReturnedSet, folder: Path) -> dict[str, Timing]:
    """Time all contenders in turn; every round has a ledger of its own, filled by its first collection."""
    from bench.returned import change_some

    plain = TimedRun("calamine", str(made.folder), str(made.katalog_path))
    ledger = folder / "kerja"

    def run(timed_run: TimedRun) -> float:
        return time_separately(timed_run)[0].seconds

    def ours(*, fresh: bool = False, **options: bool | int) -> float:
        if fresh:
            shutil.rmtree(ledger, ignore_errors=True)
        return run(replace(plain, contender="himpun", work_folder=str(ledger), **options))  # type: ignore[arg-type]  # by name

    def partly_new() -> float:
        change_some(made, NEW, str(time.time_ns()))
        return ours()

    return time_in_turn(
        {
            CALAMINE: lambda: run(plain),
            NAIVE: lambda: run(replace(plain, contender="naif", every=NAIVE_EVERY)) * NAIVE_EVERY,
            TWO_PROCESSES: lambda: ours(fresh=True, workers=2, pinned=False),
            ARCHIVED: lambda: ours(fresh=True, archive=True),
            FIRST: lambda: ours(fresh=True),
            SECOND: ours,
            PARTLY_NEW: partly_new,
        }
    )


def _measure_memory(made: ReturnedSet, folder: Path) -> list[tuple[int, int, int]]:
    """Files, peak MiB of the program, and of the largest process below it, for the files and for more."""
    from bench.returned import multiply_set

    many = multiply_set(made, folder / "banyak", MEMORY_TIMES)
    result = []
    for number, group in enumerate((made, many)):
        ledger = str(folder / f"kerja-memori-{number}")
        timed_run = TimedRun("himpun", str(group.folder), str(group.katalog_path), ledger, 2, pinned=False)
        noted, below = time_separately(timed_run)
        result.append((group.count, noted.peak, below))
    return result


def _time_command(made: ReturnedSet, folder: Path) -> list[str]:
    """The whole command, twice, in seconds: for information."""
    seconds = []
    work = folder / "perintah"
    shutil.copytree(made.folder.parent, work)
    for _ in range(2):
        start = time.perf_counter()
        command = [sys.executable, "-m", "iki_xl", "kumpul", "--json"]
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=work, stdout=subprocess.PIPE, env=environment, check=False
        )
        seconds.append(time.perf_counter() - start)
        if done.returncode not in {0, 1}:
            raise subprocess.CalledProcessError(done.returncode, command)
    got = json.loads(done.stdout)
    copies = sum("perbaikan" in Path(p).parts for p in got["keluaran"])
    return _wrap_paragraph(
        "The whole command `iki-xl kumpul` from start to end, on all processors, with recap, facts and",
        f"{copies} copies to mend (each once): {seconds[0]:.1f} s the first time and {seconds[1]:.1f} s the",
        f"second, over {got['berkas']:,} files of which {got['diterima']:,} count.",
    )


def _write_intro(made: ReturnedSet) -> list[str]:
    what = _wrap_paragraph(
        f"{made.count:,} workbooks of one office with the jabatan of both samples, each of another pegawai,",
        f"filled in up to March, May or June. {made.mistaken} hold a mistake: numbers as text, dates,",
        "formulas, a wrong satuan, changed locked cells, entries beside the form, copies, earlier returns,",
        f"truncated and foreign files. {made.resaved} were saved by openpyxl, the others by xlsxwriter.",
    )
    how = _wrap_paragraph(
        f"Median of {ROUNDS} rounds after one that does not count. Each run is a process of its own that has",
        "loaded its libraries with a collection of two files; it is timed from finding the files to the",
        "merged tables, the ledger read and written. All but the run with two processes are held on one",
        "processor, with every process below them. The loop a user would write is timed over every",
        f"{NAIVE_EVERY}th file and counted up. Keeping the originals of counted returns is timed by itself:",
        "a bare loop keeps nothing.",
    )
    return [*what, "", *how]


def _wrap_paragraph(*parts: str) -> list[str]:
    return textwrap.wrap(" ".join(parts), 110)


def _build_times_table(times: dict[str, Timing]) -> list[str]:
    rows = [
        f"| {name} | {t.median:.2f} | {t.smallest:.2f} | {t.largest:.2f} | {t.median / COUNT * 1000:.2f} |"
        for name, t in times.items()
    ]
    return ["| run | median s | smallest | largest | ms a file |", "|---|---|---|---|---|", *rows]


def _judge(times: dict[str, Timing], memory: list[tuple[int, int, int]]) -> list[str]:
    (few, first, below_first), (many, last, below_last) = memory
    grown = last / first if first else float("nan")
    paired = (
        (f"{FIRST} / {CALAMINE}", compute_ratio(times[FIRST], times[CALAMINE]), "at most", 3.5),
        (f"{NAIVE} / {FIRST}", compute_ratio(times[NAIVE], times[FIRST]), "at least", 12),
        (f"{FIRST} / {TWO_PROCESSES}", compute_ratio(times[FIRST], times[TWO_PROCESSES]), "at least", 1.6),
        (f"{SECOND} / {FIRST}", compute_ratio(times[SECOND], times[FIRST]), "at most", 0.15),
        (f"{PARTLY_NEW} / {FIRST}", compute_ratio(times[PARTLY_NEW], times[FIRST]), "at most", 0.2),
    )
    rows = [
        f"| {name} | {r.median:.2f} | {r.smallest:.2f} - {r.largest:.2f} | {which} {bound} "
        f"| {_say_verdict(r.median, which, bound)} |"
        for name, r, which, bound in paired
    ]
    kept = _say_verdict(grown, "at most", 2)
    rows.append(f"| peak memory, {many:,} files / {few:,} files | {grown:.2f} | | at most 2 | {kept} |")
    peak = _wrap_paragraph(
        f"Peak memory of the first collection with two processes: the program itself {first} MiB for",
        f"{few:,} files and {last} MiB for {many:,}; the largest process below it {below_first}",
        f"and {below_last} MiB.",
    )
    head = ["| ratio, round by round | median | smallest - largest | bound | |", "|---|---|---|---|---|"]
    return [*head, *rows, "", *peak]


def _say_verdict(value: float, which: str, bound: float) -> str:
    held = value <= bound if which == "at most" else value >= bound
    return "held" if held else "**missed**"


if __name__ == "__main__":
    print(json.dumps(asdict(_time_run(TimedRun(**json.loads(sys.argv[1]))))))  # noqa: T201 - read by the parent
