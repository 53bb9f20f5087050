"""The way out: a working folder, a catalogue, the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.errors import DocumentError, UsageError
from iki_xl.pipeline.folders import (
    KATALOG_NAME,
    REPORTS_FOLDER,
    TEMPLAT_FOLDER,
    WORKBOOKS_FOLDER,
    find_sweeping_age,
)
from iki_xl.results import (
    ImportResult,
    KatalogResult,
    TemplateResult,
    ignore_progress,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from iki_xl.catalog import Katalog

    Progress = Callable[[int, int], None]


def mulai(folder: Path) -> tuple[Path, ...]:
    """Make a new working folder with an empty katalog.xlsx.

    Raises:
        UsageError: there is a katalog.xlsx already.
        OutputError: the folder cannot be written.
    """
    from iki_xl.storage.output import make_folder, write_whole

    path = folder / KATALOG_NAME
    if path.exists():
        raise UsageError(
            f"{path} sudah ada dan tidak ditimpa. Pilih folder lain, atau pindahkan dahulu berkas itu."
        )
    made = tuple(make_folder(folder / name) for name in (TEMPLAT_FOLDER, WORKBOOKS_FOLDER, REPORTS_FOLDER))
    return (write_whole(path, _make_empty_katalog(_find_current_tahun())), *made)


def _make_empty_katalog(tahun: int) -> bytes:
    from iki_xl.catalog import Kantor, Katalog
    from iki_xl.catalog.writer import katalog_xlsx

    return katalog_xlsx(Katalog(Kantor("", "", tahun)))


def _is_untouched(path: Path) -> bool:
    """True for an empty catalogue as `mulai` writes it, this year or the one before."""
    tahun = _find_current_tahun()
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return any(content == _make_empty_katalog(year) for year in (tahun, tahun - 1))


def _find_current_tahun() -> int:
    from datetime import datetime

    return datetime.now().astimezone().year


def _ignore_progress_of(_name: str) -> Progress:
    return ignore_progress


def impor(
    paths: Sequence[Path], destination: Path, progress_for: Callable[[str], Progress] = _ignore_progress_of
) -> ImportResult:
    """Make one catalogue of an office's documents; `progress_for` gives who hears of the pages of each.

    An empty catalogue that nobody has touched since `mulai` made it is replaced.

    Raises:
        UsageError: the catalogue exists. DocumentError: a document cannot be read, or none holds a form.
        FormError: a text is too long for a cell. OutputError: the catalogue cannot be written.
    """
    from iki_xl.catalog.writer import katalog_xlsx
    from iki_xl.importer.guess.katalog import build_katalog
    from iki_xl.importer.load import read_document
    from iki_xl.storage.output import write_whole

    if destination.exists() and not _is_untouched(destination):
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


def rewrite_katalog(path: Path, rincian: str | None = None, now: datetime | None = None) -> KatalogResult:
    """Bring katalog.xlsx to today's shape, or to a `rincian`; the earlier file is kept, named by `now`.

    Raises:
        CatalogError: it cannot be used. OutputError: nor written. BusyError: another run works there.
    """
    from iki_xl.catalog.edit_put import rewrite_file

    return KatalogResult(path, *rewrite_file(path, rincian, now))


def make_templat(
    katalog: Katalog, per: str, folder: Path, password: str = "", progress: Progress = ignore_progress
) -> TemplateResult:
    """Write the locked templates of one variant below a folder; `progress` hears how many are done.

    Raises:
        FormError: a form cannot be made. OutputError: the folder cannot be written. BusyError: another run
            writes there.
    """
    from iki_xl.template.batches import make_template_files
    from iki_xl.template.variants import Per, plan_template_files

    total = len(plan_template_files(katalog, Per(per)))
    contents = []
    for item in make_template_files(katalog, Per(per), password):
        contents.append(item)
        progress(len(contents), total)
    return write_templates(katalog, contents, folder)


def write_templates(katalog: Katalog, contents: Sequence[tuple[str, bytes]], folder: Path) -> TemplateResult:
    """Write workbooks that go out below a folder; what somebody filled in there is set aside.

    Raises:
        OutputError: the folder cannot be written. BusyError: another run writes there.
    """
    from iki_xl.catalog.remarks import list_remarks
    from iki_xl.storage.aside import FILLED, in_the_way, set_aside
    from iki_xl.storage.lock import hold_folders
    from iki_xl.storage.output import prepare, sweep_temporary

    targets = [folder / name for name, _ in contents]
    with hold_folders(folder) as alone:
        sweep_temporary(folder, find_sweeping_age(alone=alone))
        with prepare(folder, contents) as ready:
            aside = set_aside(in_the_way(targets), targets, FILLED)
            written = ready.put_in_place(aside.held)
    ours = {*written.files, *aside.files}
    others = tuple(path for path in sorted(folder.glob("*.xlsx")) if path not in ours)
    return TemplateResult(written.files, list_remarks(katalog), others, written.elsewhere, aside.files)
