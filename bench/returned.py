"""Returned workbooks for the measurements: `python -m bench.returned FOLDER [N]`.

One office with the jabatan of both sample offices and as many invented pegawai as workbooks. Every
workbook is a return of its own and follows from its number alone, so that any of them can be made
by any process, the same each time.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import openpyxl

from iki_xl.catalog import (
    OFFICES,
    CaraHitung,
    Indikator,
    Jabatan,
    Katalog,
    Pegawai,
    katalog_xlsx,
    read_office,
)
from iki_xl.form.formulas import HOW_TO_FILL
from iki_xl.form.jabatan import BULAN_ROW, NAMA_ROW, NIP_ROW, jabatan_forms
from iki_xl.form.layout import HEAD_ENTRY_COLUMN
from iki_xl.sample.mistakes import SAMPLE_MISTAKES, SampleMistake
from iki_xl.tables import REALISASI_COLUMNS
from iki_xl.template.writer import make_filled_sheets, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from iki_xl.form.jabatan import CellValue, JabatanForm

COUNT = 2_000
# Of so many workbooks, one holds mistakes, and one was last saved by another program.
_MISTAKE_EVERY, _MISTAKE_NUMBER = 10, 7
_RESAVED_EVERY, _RESAVED_NUMBER = 7, 3
_OPEN_HEAD_SHARE = 0.3
_BATCH_SIZE = 50
_FILE_NAMES = "katalog.xlsx", "workbooks"
_NAMES = ("Asep", "Siti", "Budi", "Dewi", "Dedi", "Rina", "Ujang", "Lilis", "Agus", "Yuni", "Wawan", "Tini")
_EVIDENCE = "Laporan kegiatan, arsip seksi"
_SATUAN = ("Dokumen", "Laporan", "Desa", "Kegiatan", "Persentase", "Orang")
_TIPE = ("Kumulatif", "Non Kumulatif")
CellKey = tuple[str, str]
Entries = dict[CellKey, Any]
NAMA: CellKey = (NAMA_ROW, HEAD_ENTRY_COLUMN)
NIP: CellKey = (NIP_ROW, HEAD_ENTRY_COLUMN)


@dataclass(frozen=True, slots=True)
class ReturnedSet:
    """Returned workbooks on disk: their folder, their catalogue, and what was made of them.

    `mistaken` of them hold a mistake of some sort; `resaved` went through openpyxl.
    """

    folder: Path
    katalog: Katalog
    count: int
    mistaken: int
    resaved: int

    @property
    def katalog_path(self) -> Path:
        return self.folder.parent / _FILE_NAMES[0]


@dataclass(frozen=True, slots=True)
class _DraftReturn:
    """One return before it is written: form, entries, number formats, what is changed in the form itself."""

    form: JabatanForm
    content: Entries
    saved: datetime
    number_format: dict[CellKey, str]
    change: Callable[[_DraftReturn, Any], None] | None = None
    other: bool = False


@cache
def make_bench_kantor(count: int) -> Katalog:
    """Return the office: the jabatan of both samples in turn, `count` invented pegawai with valid NIPs."""
    first, second = (read_office(name) for name in OFFICES)
    office = replace(
        first,
        jabatan=(*first.jabatan, *(_make_second_jabatan(j) for j in second.jabatan)),
        indikator=(*first.indikator, *(_make_second_indikator(i) for i in second.indikator)),
    )
    ids = [j.id for j in office.jabatan if office.list_indikator(j.id)]
    # one further at each turn, so that mistakes and other programs meet every jabatan
    people = (_make_pegawai(n, ids[(n + n // len(ids)) % len(ids)]) for n in range(count))
    return replace(office, pegawai=tuple(people))


def _make_second_id(text: str) -> str:
    return f"K{text[1:]}" if text else ""


def _make_second_jabatan(j: Jabatan) -> Jabatan:
    return replace(j, id=_make_second_id(j.id), atasan=_make_second_id(j.atasan))


def _make_second_indikator(i: Indikator) -> Indikator:
    return replace(i, id=_make_second_id(i.id), id_jabatan=_make_second_id(i.id_jabatan))


def _make_pegawai(number: int, id_jabatan: str) -> Pegawai:
    """A pegawai whose name and NIP are as long for any number."""
    serial, month = number % 999 + 1, number // 999 % 12 + 1
    start = 2000 + number // (999 * 12)
    nip = f"19{70 + number % 25}{number % 12 + 1:02d}{number % 28 + 1:02d}{start}{month:02d}{1 + number % 2}"
    return Pegawai(
        f"{nip}{serial:03d}",
        f"{_NAMES[number % len(_NAMES)]} {number:05d} Contoh",
        id_jabatan,
        "Penata, III/c",
    )


@cache
def _forms(count: int) -> dict[str, JabatanForm]:
    return {form.jabatan.id: form for form in jabatan_forms(make_bench_kantor(count))}


def _form(count: int, number: int, *, open_head: bool = False) -> JabatanForm:
    person = make_bench_kantor(count).pegawai[number]
    return replace(_forms(count)[person.id_jabatan], pegawai=None if open_head else person)


def _make_entries(form: JabatanForm, person: Pegawai, random: Random) -> Entries:
    """What a careful person enters: the head where it is open, and every indikator up to some month."""
    content: Entries = {NAMA: person.nama, NIP: person.nip}
    until = random.choice((3, 5, 6, 6, 6, 6))
    for item in form.indikator:
        content |= {(item.id, key): value for key, value in _enter_indikator(item, random, until)}
    return {cell_key: value for cell_key, value in content.items() if cell_key in form.unlocked}


def _enter_indikator(item: Indikator, random: Random, until: int) -> Iterator[tuple[str, CellValue]]:
    satuan = item.satuan or random.choice(_SATUAN)
    percent = satuan.casefold() in {"persentase", "%"}
    target = 100.0 if percent else float(random.choice((6, 12, 24, 48, 120, 354)))
    tipe = item.tipe_perhitungan or ("Non Kumulatif" if percent else random.choice(_TIPE))
    yield "satuan", satuan
    yield "tipe_perhitungan", tipe
    yield "target", target
    pace = random.uniform(0.6, 1.1)
    for month in range(1, until + 1):
        share = 1 / 12 if tipe == "Kumulatif" else 0.4 + month / 20
        yield REALISASI_COLUMNS[month - 1], round(target * share * pace, random.choice((0, 0, 1)))
    yield "bukti_dukung", _EVIDENCE
    if pace < 0.75:  # noqa: PLR2004 - slow ones explain themselves
        yield "kendala", "Jadwal kegiatan bergeser karena menunggu data dari desa."
        yield "tindak_lanjut", "Penagihan data ke desa dijadwalkan ulang bulan depan."


def _make_results(form: JabatanForm, content: Entries) -> Entries:
    """What the sheet's formulas may have shown when it was saved: about as many figures as in real life."""
    filled = [m for m in REALISASI_COLUMNS if any((i.id, m) in content for i in form.indikator)]
    results: Entries = {(BULAN_ROW, "terisi"): len(filled), (BULAN_ROW, "skala"): "Juni"}
    for item in form.indikator:
        tipe = str(content.get((item.id, "tipe_perhitungan")) or item.tipe_perhitungan)
        adds_up = CaraHitung.TOTAL if tipe == "Kumulatif" else CaraHitung.LAST
        figures = {"target_sd": 24.0, "realisasi_sd": 17.5, "capaian": 72.9, "skala": "Sedang", "terisi": 1.0}
        words = {"cara_isi": HOW_TO_FILL[adds_up], "cara_hitung": adds_up.value}
        results |= {(item.id, key): value for key, value in {**figures, **words}.items()}
    return results


def _draft_return(count: int, number: int) -> _DraftReturn:
    """Return number `number` without mistakes."""
    random = Random(f"kembali-{number}")  # noqa: S311 - reproducible, not a secret
    form = _form(count, number, open_head=random.random() < _OPEN_HEAD_SHARE)
    content = _make_entries(form, make_bench_kantor(count).pegawai[number], random)
    saved = datetime(form.katalog.kantor.tahun, 7, 5, 9) + timedelta(minutes=number)  # noqa: DTZ001 - as in a file
    other = number % _RESAVED_EVERY == _RESAVED_NUMBER
    return _DraftReturn(form, content, saved, {}, other=other)


def _draft_mistaken(count: int, number: int) -> bytes | _DraftReturn:
    """Return number `number` with one mistake; the sorts take turns."""
    turn, book = number // _MISTAKE_EVERY, _draft_return(count, number)
    sort = turn % (len(SAMPLE_MISTAKES) + len(_WHOLE_FILE_MISTAKES))
    if sort >= len(SAMPLE_MISTAKES):
        return _WHOLE_FILE_MISTAKES[sort - len(SAMPLE_MISTAKES)](count, number)
    wanted = (SAMPLE_MISTAKES[(sort + n) % len(SAMPLE_MISTAKES)] for n in range(len(SAMPLE_MISTAKES)))
    mistake, cell_key = next((m, cell_key) for m in wanted if (cell_key := _find_mistake_place(book, m)))
    old = book.content.get(cell_key, 0.0)
    value = mistake.content(
        float(old) if isinstance(old, float) or cell_key == NIP else 0.0,
        _find_typed_satuan(book, cell_key[0]),
    )
    # what the writer of templates never writes was typed in another program
    plain = isinstance(value, str | float) and str(value)[:1] not in {"=", "#"} and not mistake.number_format
    formats = {cell_key: mistake.number_format} if mistake.number_format else {}
    return replace(
        book, content=book.content | {cell_key: value}, number_format=formats, other=book.other or not plain
    )


def _find_mistake_place(book: _DraftReturn, mistake: SampleMistake) -> CellKey | None:
    if mistake.column == "nip":
        return NIP if NIP in book.content else None
    for item in book.form.indikator:
        satuan = _find_typed_satuan(book, item.id)
        cell_key = (item.id, REALISASI_COLUMNS[2] if mistake.column == "realisasi" else mistake.column)
        if cell_key in book.content and (not mistake.satuan or satuan == mistake.satuan):
            return cell_key
    return None


def _find_typed_satuan(book: _DraftReturn, row_id: str) -> str:
    return str(book.content.get((row_id, "satuan")) or book.form.fixed_values.get((row_id, "satuan"), ""))


def _make_truncated(count: int, number: int) -> bytes:
    content = _write_draft(_draft_return(count, number))
    return content[: len(content) * 2 // 3]


def _make_foreign(count: int, number: int) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in range(20):
        sheet.append([f"Belanja {row}", row * 1000.0, make_bench_kantor(count).pegawai[number].nama])
    target = io.BytesIO()
    book.save(target)
    return _freeze_moments(target.getvalue(), datetime(2022, 7, 1))  # noqa: DTZ001 - as in a file


def _make_copy(count: int, number: int) -> bytes:
    return _write_draft(_draft_return(count, number - 1))


def _draft_earlier(count: int, number: int) -> _DraftReturn:
    """An earlier return of the pegawai before, with one figure that was changed afterwards."""
    book = _draft_return(count, number - 1)
    cell_key = (book.form.indikator[0].id, REALISASI_COLUMNS[0])
    return replace(
        book,
        content=book.content | {cell_key: book.content[cell_key] + 1},
        saved=book.saved - timedelta(days=10),
    )


def _draft_changed_cell(count: int, number: int) -> _DraftReturn:
    return replace(_draft_return(count, number), change=_change_locked_cell, other=True)


def _change_locked_cell(book: _DraftReturn, sheet: Any) -> None:
    sheet[book.form.layout.address(book.form.indikator[0].id, "indikator")] = "Jumlah laporan yang saya buat"


def _draft_typed_beside(count: int, number: int) -> _DraftReturn:
    return replace(_draft_return(count, number), change=_type_beside, other=True)


def _type_beside(book: _DraftReturn, sheet: Any) -> None:
    row = book.form.layout.row(book.form.indikator[0].id) + 1
    sheet.cell(row, len(book.form.layout.fields) + 3, "lihat lampiran")
    sheet.cell(len(book.form.layout.row_ids) + 4, 3, 12.5)


_WHOLE_FILE_MISTAKES: tuple[Callable[[int, int], bytes | _DraftReturn], ...] = (
    _make_truncated,
    _make_foreign,
    _make_copy,
    _draft_earlier,
    _draft_changed_cell,
    _draft_typed_beside,
)


def _write_draft(book: _DraftReturn) -> bytes:
    """Write a return; one that another program saved loses the stored results and gets other XML."""
    plain = {cell_key: value for cell_key, value in book.content.items() if isinstance(value, str | float)}
    values = {} if book.other else plain | _make_results(book.form, plain)
    sheets = make_filled_sheets([(book.form, values, {})])
    content = templat_xlsx(book.form.katalog, sheets)
    if book.other:
        content = _type_in_openpyxl(content, book, sheets[0].nama)
    return _freeze_moments(content, book.saved)


def _type_in_openpyxl(content: bytes, book: _DraftReturn, sheet_name: str) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook[sheet_name]
    for cell_key, value in book.content.items():
        row, column = book.form.layout.cell(*cell_key)
        cell = sheet.cell(row + 1, column + 1)
        cell.value = value if value != "" else None
        cell.number_format = book.number_format.get(cell_key, cell.number_format)
    if book.change:
        book.change(book, sheet)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _freeze_moments(content: bytes, saved: datetime) -> bytes:
    """Give a workbook its own last-saved moment, and its parts one fixed time."""
    moment = f"{saved:%Y-%m-%dT%H:%M:%SZ}".encode()

    def dated(name: str, data: bytes) -> bytes:
        if name != "docProps/core.xml":
            return data
        return re.sub(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*", rb"\g<1>" + moment, data)

    return _repack(content, dated)


def _repack(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            new.writestr(info, change(entry.filename, old.read(entry)), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _make_file(count: int, number: int) -> tuple[bytes, bool, bool]:
    """The bytes of one returned file; whether it holds a mistake, whether another program saved it."""
    wrong = number % _MISTAKE_EVERY == _MISTAKE_NUMBER
    made = _draft_mistaken(count, number) if wrong else _draft_return(count, number)
    if isinstance(made, bytes):
        return made, wrong, False
    return _write_draft(made), wrong, made.other


def _path(count: int, folder: Path, number: int) -> Path:
    id_jabatan = make_bench_kantor(count).pegawai[number].id_jabatan
    return folder / id_jabatan / f"iki-{id_jabatan}-{number:05d}.xlsx"


def _write_batch(count: int, folder: Path, numbers: range) -> tuple[int, int]:
    wrong = other = 0
    for number in numbers:
        content, is_wrong, is_other = _make_file(count, number)
        path = _path(count, folder, number)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        wrong, other = wrong + is_wrong, other + is_other
    return wrong, other


def make_returned_set(folder: Path, count: int = COUNT) -> ReturnedSet:
    """Write katalog.xlsx and workbooks/ with `count` returned workbooks below a folder."""
    catalog, returned = (folder / name for name in _FILE_NAMES)
    returned.mkdir(parents=True, exist_ok=True)
    katalog = make_bench_kantor(count)
    catalog.write_bytes(katalog_xlsx(katalog))
    batches = [range(n, min(n + _BATCH_SIZE, count)) for n in range(0, count, _BATCH_SIZE)]
    with ProcessPoolExecutor() as executor:
        counts = list(executor.map(partial(_write_batch, count, returned), batches))
    return ReturnedSet(returned, katalog, count, sum(w for w, _ in counts), sum(o for _, o in counts))


def multiply_set(origin: ReturnedSet, folder: Path, times: int) -> ReturnedSet:
    """Write `times` times as many workbooks: each again for other pegawai, so with other bytes."""
    total = origin.count * times
    people, more = origin.katalog.pegawai, make_bench_kantor(total).pegawai
    extra = tuple(
        replace(more[n], id_jabatan=people[n % origin.count].id_jabatan) for n in range(origin.count, total)
    )
    katalog = replace(origin.katalog, pegawai=(*people, *extra))
    catalog, returned = (folder / name for name in _FILE_NAMES)
    for path in sorted(origin.folder.rglob("*.xlsx")):
        number, content = int(path.stem[-5:]), path.read_bytes()
        target = returned / path.relative_to(origin.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        for turn in range(1, times):
            new = number + turn * origin.count
            swap = _make_swaps(people, katalog.pegawai, turn * origin.count, number)
            target.with_stem(f"{path.stem[:-5]}{new:05d}").write_bytes(_swap_texts(content, swap))
    catalog.write_bytes(katalog_xlsx(katalog))
    return ReturnedSet(returned, katalog, total, origin.mistaken * times, origin.resaved * times)


def _make_swaps(
    people: Sequence[Pegawai], katalog: Sequence[Pegawai], shift: int, number: int
) -> dict[bytes, bytes]:
    """What to put in place of whose name and NIP; a copy or an earlier return is of the pegawai before."""
    pairs = [(people[n], katalog[n + shift]) for n in (number - 1, number) if n >= 0]
    names = {old.nama.encode(): new.nama.encode() for old, new in pairs}
    return names | {old.nip.encode(): new.nip.encode() for old, new in pairs}


def _swap_texts(content: bytes, swap: Mapping[bytes, bytes]) -> bytes:
    """Replace texts in every part of a workbook; what is no whole zip gets other bytes at its end."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content[:-1] + next(iter(swap.values()))
    pattern = re.compile(b"|".join(map(re.escape, swap)))
    return _repack(content, lambda _, data: pattern.sub(lambda m: swap[m[0]], data))


def change_some(returned_set: ReturnedSet, count: int, mark: str) -> None:
    """Write some workbooks anew, with another text in them: as if these people had sent once more."""
    evidence = _EVIDENCE.encode()
    paths = sorted(returned_set.folder.rglob("*.xlsx"))
    good = [
        p for p in paths if int(p.stem[-5:]) % _MISTAKE_EVERY not in {_MISTAKE_NUMBER - 1, _MISTAKE_NUMBER}
    ]
    for path in good[:: max(1, len(good) // count)][:count]:
        changed = _repack(
            path.read_bytes(),
            lambda _, data: re.sub(evidence + rb"[^<]*", evidence + f" {mark}".encode(), data),
        )
        path.write_bytes(changed)


def main() -> None:
    """Write the workbooks of the command line's folder and number."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else COUNT  # noqa: PLR2004
    made = make_returned_set(folder, count)
    print(f"{made.count} workbooks, {made.mistaken} with mistakes, {made.resaved} saved by openpyxl")  # noqa: T201


if __name__ == "__main__":
    main()
