"""katalog.xlsx brought to today's shape, or to another rincian target, with everything in it kept.

Read by this program's own readers, edited by openpyxl, and read again: nothing is handed out unless every
value of the catalogue is still there.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

from iki_xl.a1 import write_address
from iki_xl.catalog.cells import KATALOG_LIMITS, read_book
from iki_xl.catalog.edit_losses import count_fragile_parts, is_plain_workbook, name_losses
from iki_xl.catalog.edit_steps import ShapeEditor, ShapeSteps
from iki_xl.catalog.model import Katalog, RincianTarget
from iki_xl.catalog.older import MENDED_CODES, can_be_mended, find_gaps, find_other_periods
from iki_xl.catalog.reader import find_rincian, interpret_book
from iki_xl.catalog.sheets import sheets_by_name
from iki_xl.catalog.writer import katalog_xlsx
from iki_xl.errors import CatalogError, CatalogMistakesError
from iki_xl.readers.book import UnreadableError
from iki_xl.readers.package import FileKind, recognise_file
from iki_xl.readers.workbook import read_workbook
from iki_xl.storage.seal import SEAL_PREFIX

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

    from iki_xl.catalog.older import OtherPeriod, ShapeGap
    from iki_xl.readers.book import BookCells

_FORMULA = "K31"
_CELLS_AT_MOST = 500_000
# Letters in a line of a note's box, and what a line and the box take, in pixels.
_NOTE_LETTERS, _NOTE_WIDTH, _NOTE_LINE, _NOTE_EDGE = 40, 300, 18, 24


@dataclass(frozen=True, slots=True)
class KatalogEdit:
    """A catalogue's file as it was and as it is to be; `content` is None where there is nothing to do.

    `steps` says what was changed; `leftovers` are filled target columns that this rincian does not use;
    `losses` names what the new file lacks of the old one's pictures and the like.
    """

    rincian: RincianTarget
    original: bytes
    content: bytes | None = None
    steps: ShapeSteps = field(default_factory=ShapeSteps)
    leftovers: tuple[OtherPeriod, ...] = ()
    losses: tuple[str, ...] = ()


def edit_katalog(path: Path, rincian: RincianTarget | None = None) -> KatalogEdit:
    """Return a catalogue in today's shape, with the target columns of `rincian` (None: of the office's own).

    Raises:
        CatalogError: it cannot be read or holds mistakes, is no .xlsx, holds formulas where values are read,
            or would not hold the same values afterwards.
    """
    book = read_book(path)
    original = _read_again(path, book)
    sheets = sheets_by_name(book)
    gaps = _check(book, path, rincian)
    values = _read_values(book, path)
    _refuse_formulas(values, path)
    wanted = rincian or find_rincian(sheets) or RincianTarget.YEARLY
    others = find_other_periods(sheets, wanted)
    leftovers = tuple(column for column in others if column.filled)
    surplus = tuple(column for column in others if not column.filled) if rincian else ()
    if not gaps and not surplus and wanted == find_rincian(sheets):
        return KatalogEdit(wanted, original, leftovers=leftovers)
    before = count_fragile_parts(original)
    workbook = _open(original, path)
    _ensure_bounded(workbook, path)
    editor = ShapeEditor(
        workbook, _open(_build_model(values[wanted], wanted), path), sheets, frozenset(before)
    )
    steps = editor.run(wanted, gaps, surplus)
    if not steps.changed:
        return KatalogEdit(wanted, original, None, steps, leftovers)
    content = _save(workbook)
    _prove(values, content, path)
    losses = name_losses(before, count_fragile_parts(content))
    return KatalogEdit(wanted, original, content, steps, leftovers, losses)


def _check(book: BookCells, path: Path, rincian: RincianTarget | None) -> tuple[ShapeGap, ...]:
    """Refuse what must be mended by a person; return what can be mended here."""
    sheets = sheets_by_name(book)
    own = find_rincian(sheets)
    for each in dict.fromkeys((own, rincian or own)):
        gaps = find_gaps(sheets, each or RincianTarget.YEARLY)
        mendable = all(can_be_mended(gap, sheets) for gap in gaps)
        interpret_book(book, path, each, MENDED_CODES.__contains__ if mendable else lambda _code: False)
    return gaps


def _read_values(book: BookCells, path: Path) -> dict[RincianTarget, Katalog]:
    """Return all values of the workbook: what is missing is blank, and every rincian's targets are read."""
    return {each: interpret_book(book, path, each, lambda _code: True) for each in RincianTarget}


def _refuse_formulas(values: dict[RincianTarget, Katalog], path: Path) -> None:
    said = {remark for katalog in values.values() for remark in katalog.remarks if remark.code == _FORMULA}
    if said:
        raise CatalogMistakesError(
            f"{path} tidak ditulis ulang, karena hasil rumus di dalamnya akan hilang; ubah rumusnya menjadi "
            "nilai (salin, lalu Tempel Khusus: Nilai), simpan, lalu ulangi perintahnya.",
            tuple(sorted(said, key=lambda remark: (remark.sheet, remark.cell))),
        )


def _read_again(path: Path, book: BookCells) -> bytes:
    """Return the bytes of the workbook that was read, where openpyxl can edit it."""
    content = Path(os.path.realpath(path)).read_bytes()
    try:
        plain = recognise_file(content) is FileKind.XLSX and is_plain_workbook(content)
        same = not plain or read_workbook(content, path.suffix.lower(), KATALOG_LIMITS) == book
    except UnreadableError:
        plain = same = False
    if not same:
        raise changed_meanwhile(path)
    if not plain:
        raise CatalogError(
            f"{path} bukan buku kerja .xlsx biasa, apa pun nama berkasnya, jadi tidak dapat diubah perintah "
            "ini; buka di Excel atau LibreOffice, simpan sebagai “Buku Kerja Excel (.xlsx)”, lalu ulangi."
        )
    return content


def _open(content: bytes, path: Path) -> Workbook:
    try:
        with warnings.catch_warnings(action="ignore"):  # of what is lost, which is said in other words
            return openpyxl.load_workbook(BytesIO(content), rich_text=True)
    except Exception as exc:
        raise CatalogError(
            f"{path} dapat dibaca, tetapi tidak dapat diubah oleh program ini; buka di Excel, simpan ulang "
            "sebagai “Buku Kerja Excel (.xlsx)”, lalu ulangi perintahnya."
        ) from exc


def _ensure_bounded(workbook: Workbook, path: Path) -> None:
    """Refuse sheets that reach far beyond what is in them: openpyxl makes every cell that is looked at."""
    for sheet in workbook.worksheets:
        if sheet.max_row * sheet.max_column > _CELLS_AT_MOST:
            end = write_address(sheet.max_row - 1, sheet.max_column - 1)
            raise CatalogError(
                f"Lembar {sheet.title} di {path} terpakai sampai {end}; hapus baris dan kolom kosong di luar "
                "isiannya (termasuk formatnya), simpan, lalu ulangi perintahnya."
            )


def _build_model(katalog: Katalog, rincian: RincianTarget) -> bytes:
    """What today's writer makes of an office with this rincian; rows play no part in it."""
    return katalog_xlsx(Katalog(replace(katalog.kantor, rincian_target=rincian), referensi=katalog.referensi))


def _save(workbook: Workbook) -> bytes:
    """Return the workbook's bytes. It bears no seal any more, and notes get boxes that show all of them."""
    if (workbook.properties.contentStatus or "").startswith(SEAL_PREFIX):
        workbook.properties.contentStatus = None
    for sheet in workbook.worksheets:
        for note in (cell.comment for row in sheet.iter_rows() for cell in row):
            if note is not None:
                lines = sum(1 + len(line) // _NOTE_LETTERS for line in note.text.split("\n"))
                note.width, note.height = _NOTE_WIDTH, _NOTE_EDGE + _NOTE_LINE * lines
    target = BytesIO()
    workbook.save(target)
    return target.getvalue()


def _prove(values: dict[RincianTarget, Katalog], content: bytes, path: Path) -> None:
    """Read what was written as a catalogue, and compare every value, whichever rincian reads it.

    Raises:
        CatalogError: a value is not the same, or the new file cannot be read.
    """
    try:
        book = read_workbook(content, ".xlsx", KATALOG_LIMITS)
        same = _read_values(book, path) == values
    except UnreadableError as exc:
        raise _not_the_same(path) from exc
    if not same:
        raise _not_the_same(path)
    interpret_book(book, path)


def changed_meanwhile(path: Path) -> CatalogError:
    """The error of a catalogue that somebody saves while it is edited here."""
    return CatalogError(
        f"{path} berubah selagi dibaca; tunggu sampai selesai disimpan, lalu ulangi perintahnya."
    )


def _not_the_same(path: Path) -> CatalogError:
    return CatalogError(
        f"{path} tidak diubah: setelah ditulis ulang isinya tidak persis sama. Simpan ulang katalognya dari "
        "Excel, lalu coba lagi; bila tetap begitu, kirimkan katalognya kepada pengelola program."
    )
