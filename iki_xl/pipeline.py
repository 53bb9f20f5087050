"""The main path: a handful of functions that only call the stages, in order, and return frozen results."""

from __future__ import annotations

import contextlib
import gc
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from iki_xl.catalog.about import Subjects
from iki_xl.errors import DocumentError, NothingCountedError, UsageError
from iki_xl.findings import sort_temuan
from iki_xl.results import (
    CollectRequest,
    CollectResult,
    Gathered,
    ImportResult,
    ReadingSettings,
    TemplateResult,
    ignore_progress,
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

KATALOG_NAME = "katalog.xlsx"
TEMPLAT_FOLDER, WORKBOOKS_FOLDER, REPORTS_FOLDER = "templates", "workbooks", "reports"
_NOTHING_TO_COMPARE = (
    "realisasi.csv yang lama di {folder} tidak ada atau tidak dapat dibaca, jadi tidak diperiksa apakah "
    "laporan yang dahulu ada kini hilang."
)


def mulai(folder: Path) -> tuple[Path, ...]:
    """Make a new working folder with an empty katalog.xlsx.

    Raises:
        UsageError: there is a katalog.xlsx already.
        OutputError: the folder cannot be written.
    """
    from iki_xl.catalog import Kantor, Katalog
    from iki_xl.catalog.writer import katalog_xlsx
    from iki_xl.storage.output import make_folder, write_whole

    path = folder / KATALOG_NAME
    if path.exists():
        raise UsageError(
            f"{path} sudah ada dan tidak ditimpa. Pilih folder lain, atau pindahkan dahulu berkas itu."
        )
    made = tuple(make_folder(folder / name) for name in (TEMPLAT_FOLDER, WORKBOOKS_FOLDER, REPORTS_FOLDER))
    return (write_whole(path, katalog_xlsx(Katalog(Kantor("", "", _find_current_tahun())))), *made)


def _find_current_tahun() -> int:
    from datetime import datetime

    return datetime.now().astimezone().year


def _ignore_progress_of(_name: str) -> Progress:
    return ignore_progress


def impor(
    paths: Sequence[Path], destination: Path, progress_for: Callable[[str], Progress] = _ignore_progress_of
) -> ImportResult:
    """Make one catalogue of an office's documents; `progress_for` gives who hears of the pages of each.

    Raises:
        UsageError: the catalogue exists. DocumentError: a document cannot be read, or none holds a form.
        FormError: a text is too long for a cell. OutputError: the catalogue cannot be written.
    """
    from iki_xl.catalog.writer import katalog_xlsx
    from iki_xl.importer.guess.katalog import build_katalog
    from iki_xl.importer.load import read_document
    from iki_xl.storage.output import write_whole

    if destination.exists():
        raise UsageError(
            f"{destination} sudah ada dan tidak ditimpa. Sebut nama lain dengan --ke, "
            "atau pindahkan berkas itu."
        )
    documents = [read_document(path, progress_for(path.name)) for path in dict.fromkeys(paths)]
    without = tuple(item.nama for item in documents if not item.forms)
    if len(without) == len(documents):
        raise DocumentError(
            f"Tidak ada formulir IKI di {', '.join(without)}: yang dicari baris JABATAN, TUGAS dan tabel "
            "sasaran dan indikator. Periksa dokumennya, atau isi sendiri katalog kosong dari `iki-xl mulai`."
        )
    made = build_katalog(documents, _find_current_tahun())
    katalog, check = made.katalog, made.review
    return ImportResult(
        write_whole(destination, katalog_xlsx(katalog, check)),
        len(documents),
        len(katalog.jabatan),
        len(katalog.indikator),
        sum(not item.satuan for item in katalog.indikator),
        check.guesses,
        check.leftovers,
        without,
        tuple(j.nama for j in katalog.jabatan if not katalog.list_indikator(j.id)),
    )


def load_katalog(path: Path) -> Katalog:
    """Read katalog.xlsx.

    Raises:
        CatalogError: it is missing, is no workbook, or holds mistakes.
    """
    from iki_xl.catalog.reader import read_katalog

    return read_katalog(path)


def make_templat(
    katalog: Katalog, per: str, folder: Path, password: str = "", progress: Progress = ignore_progress
) -> TemplateResult:
    """Write the locked templates of one variant below a folder; `progress` hears how many are done.

    Raises:
        FormError: a form cannot be made. OutputError: the folder cannot be written. BusyError: another run
            writes there.
    """
    from iki_xl.catalog.remarks import list_remarks
    from iki_xl.storage.aside import FILLED, in_the_way, set_aside
    from iki_xl.storage.lock import hold_folders
    from iki_xl.storage.output import prepare, sweep_temporary
    from iki_xl.template.batches import make_template_files
    from iki_xl.template.variants import Per, plan_template_files

    total = len(plan_template_files(katalog, Per(per)))
    contents = []
    for item in make_template_files(katalog, Per(per), password):
        contents.append(item)
        progress(len(contents), total)
    # written only once every form could be made
    targets = [folder / name for name, _ in contents]
    with hold_folders(folder) as alone:
        sweep_temporary(folder, _age(alone=alone))
        with prepare(folder, contents) as ready:
            aside = set_aside(in_the_way(targets), targets, FILLED)
            written = ready.put_in_place(aside.held)
    ours = {*written.files, *aside.files}
    others = tuple(path for path in sorted(folder.glob("*.xlsx")) if path not in ours)
    return TemplateResult(written.files, list_remarks(katalog), others, written.elsewhere, aside.files)


def _age(*, alone: bool) -> float:
    """Seconds after which a temporary file belongs to no living run: at once for who holds the lock."""
    from iki_xl.storage.output import STALE_SECONDS

    return 0 if alone else STALE_SECONDS


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
        sweep_temporary(request.destination, _age(alone=alone))
        sweep_temporary(request.destination / PERBAIKAN_FOLDER, _age(alone=alone), deep=True)
        if request.work_folder is not None:
            sweep(request.work_folder / OWN_FOLDER)
        return _kumpul(katalog, request, reading)


def _kumpul(katalog: Katalog, request: CollectRequest, reading: ReadingSettings | None) -> CollectResult:
    from iki_xl.publish import OutputContent, list_other_recaps, publish
    from iki_xl.reporters import list_reporters

    found = gather(katalog, request, reading)
    merged = found.collected
    month = merged.bulan or 1
    result = _build_collect_result(katalog, found, bulan_requested=request.bulan is not None)
    result = _compare(katalog, request, found, result)
    if reading:
        reading.announce(f"Menyusun rekap dan berkas lainnya dari {result.accepted} berkas yang diterima.")
    reporters = list_reporters(katalog, merged.returns, found.sources, month)
    content = OutputContent(katalog, merged, found.sources, result.temuan, month, result.subjects, reporters)
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
