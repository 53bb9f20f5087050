"""Filling templates the way staff do: opened in another program, typed into, saved, some of it wrong.

Everything follows from a fixed seed. What was made is told, and is never taken for office data.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from iki_xl.catalog import CaraHitung
from iki_xl.comparable import comparable
from iki_xl.form.jabatan import NAMA_ROW, NIP_ROW
from iki_xl.form.layout import HEAD_ENTRY_COLUMN
from iki_xl.sample.mistakes import SAMPLE_MISTAKES
from iki_xl.tables import REALISASI_COLUMNS, name_period_target_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from openpyxl.worksheet.worksheet import Worksheet

    from iki_xl.catalog import Indikator
    from iki_xl.form.jabatan import CellKey, JabatanForm
    from iki_xl.sample.mistakes import SampleMistake, TypedContent

SAMPLE_BULAN = 6
SAMPLE_NOTE = "contoh isian, bukan data kantor"

# What becomes of the n-th template sent out, over and over.
_FATES = (
    "tepat",
    "tepat",
    "tepat",
    "terlambat",
    "tepat",
    "tidak",
    "tepat",
    "dua kali",
    "tepat",
    "kosong",
    "tepat",
)


@dataclass(frozen=True, slots=True)
class SampleReturn:
    """One returned workbook of the sample: name, bytes, and what was made of it, in words."""

    nama: str
    content: bytes
    story: str
    mistakes: int = 0


@dataclass(frozen=True, slots=True)
class _SheetFilling:
    """What goes into one returned sheet: cell -> content, number formats, and the mistakes made."""

    content: dict[CellKey, TypedContent]
    number_format: dict[CellKey, str]
    mistakes: tuple[str, ...] = ()


def fill_sample_templates(
    templates: Sequence[tuple[str, bytes, JabatanForm]], random: Random
) -> tuple[tuple[SampleReturn, ...], tuple[str, ...]]:
    """Fill one-jabatan templates (file name, bytes, form) in.

    Returns: the returned workbooks, and the names of the templates that never came back.
    """
    waiting = list(SAMPLE_MISTAKES)
    returned: list[SampleReturn] = []
    missing: list[str] = []
    for number, (name, content, form) in enumerate(templates):
        fate = _FATES[number % len(_FATES)] if form.indikator else "tidak"
        if fate == "tidak":
            missing.append(name)
            continue
        until = {"terlambat": 3, "kosong": 0}.get(fate, SAMPLE_BULAN)
        note = _fill_form(form, random, until)
        if until == SAMPLE_BULAN:
            note, waiting = _make_sample_mistakes(form, note, waiting)
        saved = datetime(form.katalog.kantor.tahun, SAMPLE_BULAN + 1, 5, 9) + timedelta(minutes=number)  # noqa: DTZ001 - as in a file
        returned.append(_make_sample_return(name, content, form, note, saved, fate))
        if fate == "dua kali":
            returned.append(_make_older_return(name, content, form, note, saved))
    if returned:
        returned.append(_copy_sample_return(returned[0]))
    return tuple(returned), tuple(missing)


def _make_sample_return(
    name: str, content: bytes, form: JabatanForm, note: _SheetFilling, saved: datetime, fate: str
) -> SampleReturn:
    story = {"terlambat": "terlambat, baru sampai Maret", "kosong": "dikembalikan tanpa diisi"}.get(
        fate, "diisi"
    )
    words = "; ".join((story, *note.mistakes))
    return SampleReturn(name, _type_into_template(content, form, note, saved), words, len(note.mistakes))


def _make_older_return(
    name: str, content: bytes, form: JabatanForm, note: _SheetFilling, saved: datetime
) -> SampleReturn:
    """An earlier return of the same person, with one figure that was changed afterwards."""
    older = dict(note.content)
    changed = next(
        cell for cell, value in older.items() if cell[1] == REALISASI_COLUMNS[0] and isinstance(value, float)
    )
    older[changed] = float(str(older[changed])) + 1
    content = _type_into_template(
        content, form, _SheetFilling(older, note.number_format), saved - timedelta(days=10)
    )
    return SampleReturn(
        f"kiriman-lama/{name}", content, "kiriman lama dari pegawai yang sama; satu angka lalu diubah"
    )


def _copy_sample_return(first: SampleReturn) -> SampleReturn:
    return SampleReturn(
        f"kiriman-lama/salinan-{first.nama}", first.content, f"salinan persis dari {first.nama}"
    )


def _fill_form(form: JabatanForm, random: Random, until: int) -> _SheetFilling:
    """Sensible entries for every indikator up to a month; an indikator now and then is left blank."""
    content: dict[CellKey, TypedContent] = {}
    open_cells = form.unlocked
    for item in form.indikator:
        if until and (len(form.indikator) == 1 or random.random() > 0.08):  # noqa: PLR2004 - a sample
            entries = {(item.id, key): value for key, value in _fill_indikator(form, item, random, until)}
            content |= {cell: value for cell, value in entries.items() if cell in open_cells}
    return _SheetFilling(content, {})


def _fill_indikator(
    form: JabatanForm, item: Indikator, random: Random, until: int
) -> Iterator[tuple[str, TypedContent]]:
    satuan = item.satuan or _guess_sample_satuan(item.indikator, form.katalog.referensi.satuan)
    tipe = item.tipe_perhitungan or random.choice(("Kumulatif", "Non Kumulatif"))
    percent = comparable(satuan) == "persentase"
    target = 100.0 if percent else float(random.choice((6, 12, 12, 24, 48, 120, 354)))
    if comparable(item.indikator).startswith("jumlah pelanggaran"):
        target = 4.0
    yield "satuan", satuan
    yield "tipe_perhitungan", tipe
    yield "target", target
    adds_up = form.katalog.referensi.find_tipe(tipe)
    cumulative = adds_up is not None and adds_up.cara_hitung is CaraHitung.TOTAL
    count = form.katalog.kantor.rincian_target.period_count
    for period in range(1, count + 1):
        yield name_period_target_column(period), target / count if cumulative else target
    pace = random.uniform(0.55, 1.15)
    for month in range(1, until + 1):
        share = 1 / 12 if cumulative else month / 12 if not percent else 0.5 + month / 24
        yield REALISASI_COLUMNS[month - 1], float(round(target * share * pace * random.uniform(0.9, 1.1)))
    if pace < 0.75:  # noqa: PLR2004 - slow ones explain themselves
        yield "kendala", "Jadwal kegiatan bergeser karena menunggu data dari desa."
        yield "tindak_lanjut", "Penagihan data ke desa dijadwalkan ulang bulan depan."
    yield "bukti_dukung", "Laporan kegiatan, arsip seksi"


def _guess_sample_satuan(text: str, choices: Sequence[str]) -> str:
    words = comparable(text)
    return next((s for s in choices if re.search(rf"\b{re.escape(comparable(s))}", words)), "Dokumen")


def _make_sample_mistakes(
    form: JabatanForm, note: _SheetFilling, waiting: list[SampleMistake]
) -> tuple[_SheetFilling, list[SampleMistake]]:
    """Make up to three of the waiting mistakes where this form has a fitting cell; each cell once."""
    content, formats = dict(note.content), dict(note.number_format)
    done: list[str] = []
    touched: set[CellKey] = set()
    left = []
    for mistake in waiting:
        place = _find_mistake_cell(form, mistake, content, touched) if len(done) < 3 else None  # noqa: PLR2004 - a few each
        if place is None:
            left.append(mistake)
            continue
        touched.add(place)
        old = content.get(place, 0.0)
        number = old if isinstance(old, float) else 0.0
        if place[0] == NIP_ROW:
            number = float(form.pegawai.nip) if form.pegawai else 0.0
        satuan = str(content.get((place[0], "satuan")) or form.fixed_values.get((place[0], "satuan"), ""))
        content[place] = mistake.content(number, satuan)
        if mistake.number_format:
            formats[place] = mistake.number_format
        done.append(f"{mistake.label} ({form.layout.address(*place)})")
    return _SheetFilling(content, formats, tuple(done)), left


def _find_mistake_cell(
    form: JabatanForm, mistake: SampleMistake, content: dict[CellKey, TypedContent], touched: set[CellKey]
) -> CellKey | None:
    if mistake.column == "nip":
        return (NIP_ROW, HEAD_ENTRY_COLUMN) if len(form.indikator) > 1 else None
    for at, item in enumerate(form.indikator):
        satuan = str(content.get((item.id, "satuan")) or form.fixed_values.get((item.id, "satuan"), ""))
        fits = not mistake.satuan or comparable(satuan) == comparable(mistake.satuan)
        plain = not mistake.satuan and mistake.column == "realisasi" and comparable(satuan) == "persentase"
        key = REALISASI_COLUMNS[(2 + at) % SAMPLE_BULAN] if mistake.column == "realisasi" else mistake.column
        cell = (item.id, key)
        if fits and not plain and cell in content and cell not in touched:
            return cell
    return None


def _type_into_template(template: bytes, form: JabatanForm, note: _SheetFilling, saved: datetime) -> bytes:
    """Open the template in openpyxl (another program than wrote it), type, and save."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet: Worksheet = book[form.sheet_name]
    content = dict(note.content)
    if form.pegawai is None:
        content[NAMA_ROW, HEAD_ENTRY_COLUMN] = "Pegawai Contoh"
    for (row_id, key), value in content.items():
        row, column = form.layout.cell(row_id, key)
        cell = sheet.cell(row + 1, column + 1)
        if value == "":
            cell.value = None
            continue
        cell.value = value
        if (row_id, key) in note.number_format:
            cell.number_format = note.number_format[row_id, key]
    target = io.BytesIO()
    book.save(target)
    return _freeze_saved_time(target.getvalue(), saved)


def _freeze_saved_time(content: bytes, saved: datetime) -> bytes:
    """Give the workbook its own last-saved moment instead of now: the sample is the same each time."""
    target = io.BytesIO()
    moment = f"{saved:%Y-%m-%dT%H:%M:%SZ}"
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "docProps/core.xml":
                text = re.sub(r"(<dcterms:(?:modified|created)[^>]*>)[^<]*", rf"\g<1>{moment}", data.decode())
                data = text.encode()
            new.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()
