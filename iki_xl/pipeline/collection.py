"""The way back: what was returned is checked, or collected to the recap and all other outputs."""

from __future__ import annotations

import contextlib
import gc
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from iki_xl.catalog.about import Subjects
from iki_xl.errors import NothingCountedError, UsageError
from iki_xl.findings import sort_temuan
from iki_xl.pipeline.folders import REPORTS_FOLDER, find_sweeping_age
from iki_xl.results import (
    CollectRequest,
    CollectResult,
    Gathered,
    ReadingSettings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from iki_xl.catalog import Katalog
    from iki_xl.collect.files import ReadingOptions
    from iki_xl.readers.book import Limits
    from iki_xl.storage.ledger import Ledger

    Progress = Callable[[int, int], None]


_NOTHING_TO_COMPARE = (
    "realisasi.csv yang lama di {folder} tidak ada atau tidak dapat dibaca, jadi tidak diperiksa apakah "
    "laporan yang dahulu ada kini hilang."
)


def periksa(
    paths: Sequence[Path],
    katalog: Katalog,
    reading: ReadingSettings | None = None,
    katalog_path: Path | None = None,
    now: datetime | None = None,
) -> CollectResult:
    """Check returned workbooks, and all those below folders; nothing is written.

    The catalogue at `katalog_path` is left out, and so is the folder of outputs beside it, unless that was
    named itself. No return was saved after `now` (None: the clock).
    """
    from iki_xl.collect.fates import count_fates
    from iki_xl.collect.files import read_all_files
    from iki_xl.collect.finder import OwnFiles, find_named
    from iki_xl.collect.merge import merge_returns
    from iki_xl.collect.sources import build_sources_table

    outputs = katalog_path.parent / REPORTS_FOLDER if katalog_path else None
    found, skipped = find_named(paths, OwnFiles(katalog_path, outputs))
    files, said = read_all_files(found, None, katalog, _build_reading_options(reading))
    merged = merge_returns(files, katalog, now=now)
    fates = count_fates(files, said, merged.temuan, merged.counted_files)
    said = (*skipped, *said)
    sources = build_sources_table(files, merged.returns, merged.saved, said)
    gathered = Gathered(len(found), merged, said, (), sources, fates)
    return _build_collect_result(katalog, gathered, bulan_requested=False)


def kumpul(
    katalog: Katalog, request: CollectRequest, reading: ReadingSettings | None = None
) -> CollectResult:
    """Collect every return below a folder: recap, facts, findings, and the copies to mend.

    Raises:
        UsageError: the folder does not exist. OutputError: an output cannot be written.
        FormError: the recap would be over Excel's limits. BusyError: another run writes there.
        NothingCountedError: nothing counts, and there are earlier results; they stay as they are.
    """
    from iki_xl.storage.archive import sweep
    from iki_xl.storage.lock import hold_folders
    from iki_xl.storage.output import OWN_FOLDER, PERBAIKAN_FOLDER, sweep_temporary

    folder = request.folder
    if not folder.is_dir():
        raise UsageError(
            f"Folder {folder} tidak ada. Taruh berkas yang kembali di sana, atau sebut folder lain."
        )
    with hold_folders(request.destination) as alone:
        sweep_temporary(request.destination, find_sweeping_age(alone=alone))
        sweep_temporary(request.destination / PERBAIKAN_FOLDER, find_sweeping_age(alone=alone), deep=True)
        # the ledger's folder may be the same one, and runs with other folders of outputs share that
        own = request.work_folder
        shared = own is not None and own.resolve() == request.destination.resolve()
        sweep_temporary(request.destination / OWN_FOLDER, find_sweeping_age(alone=alone and not shared))
        if request.work_folder is not None:
            sweep(request.work_folder / OWN_FOLDER)
        return _kumpul(katalog, request, reading)


def _kumpul(katalog: Katalog, request: CollectRequest, reading: ReadingSettings | None) -> CollectResult:
    from iki_xl.publish import OutputContent, list_other_recaps, publish
    from iki_xl.reporters import list_reporters
    from iki_xl.since import compare_since, read_left_figures

    found = gather(katalog, request, reading)
    merged = found.collected
    month = merged.bulan or 1
    result = _build_collect_result(katalog, found, bulan_requested=request.bulan is not None)
    result = _compare(katalog, request, found, result)
    if reading:
        reading.announce(f"Menyusun rekap dan berkas lainnya dari {result.accepted} berkas yang diterima.")
    left = read_left_figures(request.destination, katalog.kantor.tahun, month)
    since = compare_since(left, merged.realisasi)
    reporters = list_reporters(katalog, merged.returns, found.sources, month)
    about = result.subjects, reporters, since
    content = OutputContent(katalog, merged, found.sources, result.temuan, month, *about)
    written = publish(content, request.destination)
    # only now: the outputs come before the archive where the disk is nearly full
    return replace(
        result,
        temuan=written.temuan,
        outputs=written.files,
        set_aside=written.filled,
        elsewhere=written.elsewhere,
        left_behind=written.left,
        notes=(*result.notes, *_archive_originals(request, found.origin)),
        changed=written.changed,
        bulan_notes=(*result.bulan_notes, *([since.tell()] if since else ())),
        reporters=reporters,
        other_recaps=list_other_recaps(katalog, month, request.destination),
    )


def _compare(
    katalog: Katalog, request: CollectRequest, found: Gathered, result: CollectResult
) -> CollectResult:
    """Compare with the run before: nothing at all replaces no results, and that most are gone is said.

    Raises:
        NothingCountedError: nothing counts, and there are earlier results.
    """
    from iki_xl.earlier import missing_returns, read_earlier, tell_missing

    earlier, notes = read_earlier(request.destination), found.notes
    if not result.accepted and earlier.hold_something:
        raise NothingCountedError(_nothing_counted(request, result), result.file_count, result.temuan)
    if earlier.results and earlier.returns is None:
        notes = (*notes, _NOTHING_TO_COMPARE.format(folder=request.destination))
    report = found.collected.returns
    counted = report[report["dihitung"].astype(bool)]
    before = earlier.returns or ()
    gone = missing_returns(before, set(zip(counted["id_jabatan"], counted["nip"], strict=True)))
    said = tell_missing(katalog, before, gone, str(request.folder))
    found_all = sort_temuan((*result.temuan, *said), result.subjects.person)
    return replace(result, temuan=found_all, notes=notes)


def _nothing_counted(request: CollectRequest, result: CollectResult) -> str:
    from iki_xl.earlier import tell_found

    return (
        f"Tidak ada isian yang dapat dihitung di folder {request.folder} "
        f"({tell_found(result.file_count, result.temuan)}), sedangkan di {request.destination} ada hasil "
        "pengumpulan sebelumnya; hasil itu dibiarkan dan tidak ada yang diubah. Periksa apakah foldernya "
        f"benar dan isiannya ada di sana; bila memang hendak mulai dari awal, "
        f"pindahkan dahulu isi {request.destination}."
    )


def gather(katalog: Katalog, request: CollectRequest, reading: ReadingSettings | None = None) -> Gathered:
    """Find and read every return below a folder, and merge them; no output is written.

    Where the working folder is known, what was read before is taken from its ledger, and what is new goes
    there.
    """
    from iki_xl.collect.fates import count_fates
    from iki_xl.collect.files import read_all_files
    from iki_xl.collect.finder import OwnFiles, find_files
    from iki_xl.collect.merge import merge_returns
    from iki_xl.collect.sources import build_sources_table
    from iki_xl.storage.output import clock_ahead

    paths, skipped = find_files(request.folder, OwnFiles(request.katalog, request.destination))
    how = _build_reading_options(reading)
    ledger = _ledger(katalog, request, how.limits)
    how = replace(how, record_store=ledger, clock=partial(clock_ahead, request.destination, request.folder))
    with _pause_garbage_collector():
        files, unread = read_all_files(paths, request.folder, katalog, how)
        merged = merge_returns(
            files,
            katalog,
            bulan=request.bulan,
            refuse_conflicts=request.refuse_conflicts,
            now=request.now,
        )
    notes = ledger.message if ledger else ()
    counted = (item for item in files if item.nama in merged.counted_files)
    said = (*skipped, *unread)
    sources = build_sources_table(files, merged.returns, merged.saved, said)
    fates = count_fates(files, unread, merged.temuan, merged.counted_files)
    origins = tuple((item.sha256, item.origin, item.nama) for item in counted)
    return Gathered(len(paths), merged, said, notes, sources, fates, origins)


def _ledger(katalog: Katalog, request: CollectRequest, limits: Limits) -> Ledger | None:
    from iki_xl.collect.record import compute_record_key
    from iki_xl.storage.ledger import Ledger
    from iki_xl.storage.output import OWN_FOLDER

    if request.work_folder is None:
        return None
    return Ledger.open_ledger(request.work_folder / OWN_FOLDER, compute_record_key(katalog, limits))


def _archive_originals(request: CollectRequest, counted: Iterable[tuple[str, Path, str]]) -> tuple[str, ...]:
    """Keep the originals of counted returns (digest, place, name); say what could not be kept."""
    from iki_xl.storage.archive import archive_files
    from iki_xl.storage.output import OWN_FOLDER

    if request.work_folder is None or not request.archive:
        return ()
    result = archive_files(request.work_folder / OWN_FOLDER, counted)
    gone = [
        f"{name} berubah atau hilang sesudah dibaca; yang dihitung isinya semula, tetapi tidak ada di arsip. "
        "Jalankan lagi bila ada isian baru di dalamnya."
        for name in result.changed
    ]
    return (*gone, result.message) if result.message else tuple(gone)


@contextlib.contextmanager
def _pause_garbage_collector() -> Iterator[None]:
    """Thousands of records are made and all stay: looking for cycles among them costs a tenth of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _build_reading_options(reading: ReadingSettings | None) -> ReadingOptions:
    from iki_xl.collect.advice import LIMIT_NAMES
    from iki_xl.collect.files import ReadingOptions
    from iki_xl.readers.book import Limits

    how = reading or ReadingSettings()
    if not how.limits.keys() <= LIMIT_NAMES.keys():
        raise UsageError(f"Batas yang dikenal: {', '.join(LIMIT_NAMES)}.")
    limits = Limits(**{LIMIT_NAMES[name]: value for name, value in how.limits.items()})
    return ReadingOptions(limits, how.workers, how.executor, None, how.progress)


def _build_collect_result(katalog: Katalog, found: Gathered, *, bulan_requested: bool) -> CollectResult:
    from iki_xl.collect.condense import for_people
    from iki_xl.reporters import count_reporters, list_lone_bulan

    merged = found.collected
    blank = ((s.file, s.nama, s.nip, s.nama_pegawai) for s in merged.sheet if not s.filled)
    subjects = Subjects.of_returns(katalog, merged.returns, blank)
    lone = list_lone_bulan(merged.rows, merged.bulan) if merged.bulan else ()
    everyone = count_reporters(merged.rows)
    return CollectResult(
        merged.bulan,
        bulan_requested,
        found.file_count,
        len(merged.counted_files),
        sort_temuan(for_people((*katalog.remarks, *found.temuan, *merged.temuan)), subjects.person),
        fates=found.fates,
        subjects=subjects,
        bulan_notes=tuple(item.tell(everyone) for item in lone),
    )
