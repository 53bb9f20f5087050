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
from iki_xl.form.formulas import CARA_ISI
from iki_xl.form.jabatan import BARIS_BULAN, BARIS_NAMA, BARIS_NIP, jabatan_forms
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA
from iki_xl.sample.mistakes import KESALAHAN, Kesalahan
from iki_xl.tables import KOLOM_REALISASI
from iki_xl.template.writer import lembar_terisi, templat_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from iki_xl.form.jabatan import JabatanForm, Nilai

JUMLAH = 2_000
# Of so many workbooks, one holds mistakes, and one was last saved by another program.
_SATU_SALAH_TIAP, _NOMOR_SALAH = 10, 7
_SATU_SIMPAN_LAIN_TIAP, _NOMOR_SIMPAN_LAIN = 7, 3
_KEPALA_TERBUKA = 0.3
_SEKALI = 50
_NAMA_BERKAS = "katalog.xlsx", "workbooks"
_NAMA = ("Asep", "Siti", "Budi", "Dewi", "Dedi", "Rina", "Ujang", "Lilis", "Agus", "Yuni", "Wawan", "Tini")
_BUKTI = "Laporan kegiatan, arsip seksi"
_SATUAN = ("Dokumen", "Laporan", "Desa", "Kegiatan", "Persentase", "Orang")
_TIPE = ("Kumulatif", "Non Kumulatif")
Sel = tuple[str, str]
Entri = dict[Sel, Any]
NAMA: Sel = (BARIS_NAMA, KOLOM_ISIAN_KEPALA)
NIP: Sel = (BARIS_NIP, KOLOM_ISIAN_KEPALA)


@dataclass(frozen=True, slots=True)
class Kumpulan:
    """Returned workbooks on disk: their folder, their catalogue, and what was made of them.

    `salah` of them hold a mistake of some sort; `simpan_lain` went through openpyxl.
    """

    folder: Path
    katalog: Katalog
    jumlah: int
    salah: int
    simpan_lain: int

    @property
    def berkas_katalog(self) -> Path:
        return self.folder.parent / _NAMA_BERKAS[0]


@dataclass(frozen=True, slots=True)
class _Buku:
    """One return before it is written: form, entries, number formats, what is changed in the form itself."""

    form: JabatanForm
    isi: Entri
    disimpan: datetime
    format_angka: dict[Sel, str]
    ubah: Callable[[_Buku, Any], None] | None = None
    lain: bool = False


@cache
def kantor_uji(jumlah: int) -> Katalog:
    """Return the office: the jabatan of both samples in turn, `jumlah` invented pegawai with valid NIPs."""
    first, second = (read_office(name) for name in OFFICES)
    office = replace(
        first,
        jabatan=(*first.jabatan, *(_jabatan_kedua(j) for j in second.jabatan)),
        indikator=(*first.indikator, *(_indikator_kedua(i) for i in second.indikator)),
    )
    ids = [j.id for j in office.jabatan if office.indikator_dari(j.id)]
    # one further at each turn, so that mistakes and other programs meet every jabatan
    people = (_pegawai(n, ids[(n + n // len(ids)) % len(ids)]) for n in range(jumlah))
    return replace(office, pegawai=tuple(people))


def _id_kedua(text: str) -> str:
    return f"K{text[1:]}" if text else ""


def _jabatan_kedua(j: Jabatan) -> Jabatan:
    return replace(j, id=_id_kedua(j.id), atasan=_id_kedua(j.atasan))


def _indikator_kedua(i: Indikator) -> Indikator:
    return replace(i, id=_id_kedua(i.id), id_jabatan=_id_kedua(i.id_jabatan))


def _pegawai(number: int, id_jabatan: str) -> Pegawai:
    """A pegawai whose name and NIP are as long for any number."""
    serial, month = number % 999 + 1, number // 999 % 12 + 1
    start = 2000 + number // (999 * 12)
    nip = f"19{70 + number % 25}{number % 12 + 1:02d}{number % 28 + 1:02d}{start}{month:02d}{1 + number % 2}"
    return Pegawai(
        f"{nip}{serial:03d}", f"{_NAMA[number % len(_NAMA)]} {number:05d} Contoh", id_jabatan, "Penata, III/c"
    )


@cache
def _forms(jumlah: int) -> dict[str, JabatanForm]:
    return {form.jabatan.id: form for form in jabatan_forms(kantor_uji(jumlah))}


def _form(jumlah: int, number: int, *, kepala_terbuka: bool = False) -> JabatanForm:
    person = kantor_uji(jumlah).pegawai[number]
    return replace(_forms(jumlah)[person.id_jabatan], pegawai=None if kepala_terbuka else person)


def _entri(form: JabatanForm, person: Pegawai, random: Random) -> Entri:
    """What a careful person enters: the head where it is open, and every indikator up to some month."""
    content: Entri = {NAMA: person.nama, NIP: person.nip}
    until = random.choice((3, 5, 6, 6, 6, 6))
    for item in form.indikator:
        content |= {(item.id, key): value for key, value in _entri_indikator(item, random, until)}
    return {sel: value for sel, value in content.items() if sel in form.terbuka}


def _entri_indikator(item: Indikator, random: Random, until: int) -> Iterator[tuple[str, Nilai]]:
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
        yield KOLOM_REALISASI[month - 1], round(target * share * pace, random.choice((0, 0, 1)))
    yield "bukti_dukung", _BUKTI
    if pace < 0.75:  # noqa: PLR2004 - slow ones explain themselves
        yield "kendala", "Jadwal kegiatan bergeser karena menunggu data dari desa."
        yield "tindak_lanjut", "Penagihan data ke desa dijadwalkan ulang bulan depan."


def _hasil(form: JabatanForm, content: Entri) -> Entri:
    """What the sheet's formulas may have shown when it was saved: about as many figures as in real life."""
    filled = [m for m in KOLOM_REALISASI if any((i.id, m) in content for i in form.indikator)]
    results: Entri = {(BARIS_BULAN, "terisi"): len(filled), (BARIS_BULAN, "skala"): "Juni"}
    for item in form.indikator:
        tipe = str(content.get((item.id, "tipe_perhitungan")) or item.tipe_perhitungan)
        adds_up = CaraHitung.JUMLAH if tipe == "Kumulatif" else CaraHitung.TERAKHIR
        figures = {"target_sd": 24.0, "realisasi_sd": 17.5, "capaian": 72.9, "skala": "Sedang", "terisi": 1.0}
        words = {"cara_isi": CARA_ISI[adds_up], "cara_hitung": adds_up.value}
        results |= {(item.id, key): value for key, value in {**figures, **words}.items()}
    return results


def _buku(jumlah: int, number: int) -> _Buku:
    """Return number `number` without mistakes."""
    random = Random(f"kembali-{number}")  # noqa: S311 - reproducible, not a secret
    form = _form(jumlah, number, kepala_terbuka=random.random() < _KEPALA_TERBUKA)
    content = _entri(form, kantor_uji(jumlah).pegawai[number], random)
    saved = datetime(form.katalog.kantor.tahun, 7, 5, 9) + timedelta(minutes=number)  # noqa: DTZ001 - as in a file
    other = number % _SATU_SIMPAN_LAIN_TIAP == _NOMOR_SIMPAN_LAIN
    return _Buku(form, content, saved, {}, lain=other)


def _salah(jumlah: int, number: int) -> bytes | _Buku:
    """Return number `number` with one mistake; the sorts take turns."""
    turn, book = number // _SATU_SALAH_TIAP, _buku(jumlah, number)
    sort = turn % (len(KESALAHAN) + len(_SEBERKAS))
    if sort >= len(KESALAHAN):
        return _SEBERKAS[sort - len(KESALAHAN)](jumlah, number)
    wanted = (KESALAHAN[(sort + n) % len(KESALAHAN)] for n in range(len(KESALAHAN)))
    mistake, sel = next((m, sel) for m in wanted if (sel := _tempat(book, m)))
    old = book.isi.get(sel, 0.0)
    value = mistake.isi(float(old) if isinstance(old, float) or sel == NIP else 0.0, _satuan(book, sel[0]))
    # what the writer of templates never writes was typed in another program
    plain = isinstance(value, str | float) and str(value)[:1] not in {"=", "#"} and not mistake.format_angka
    formats = {sel: mistake.format_angka} if mistake.format_angka else {}
    return replace(book, isi=book.isi | {sel: value}, format_angka=formats, lain=book.lain or not plain)


def _tempat(book: _Buku, mistake: Kesalahan) -> Sel | None:
    if mistake.kolom == "nip":
        return NIP if NIP in book.isi else None
    for item in book.form.indikator:
        satuan = _satuan(book, item.id)
        sel = (item.id, KOLOM_REALISASI[2] if mistake.kolom == "realisasi" else mistake.kolom)
        if sel in book.isi and (not mistake.satuan or satuan == mistake.satuan):
            return sel
    return None


def _satuan(book: _Buku, row_id: str) -> str:
    return str(book.isi.get((row_id, "satuan")) or book.form.nilai_tetap.get((row_id, "satuan"), ""))


def _terpotong(jumlah: int, number: int) -> bytes:
    content = _tulis(_buku(jumlah, number))
    return content[: len(content) * 2 // 3]


def _asing(jumlah: int, number: int) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in range(20):
        sheet.append([f"Belanja {row}", row * 1000.0, kantor_uji(jumlah).pegawai[number].nama])
    target = io.BytesIO()
    book.save(target)
    return _bekukan(target.getvalue(), datetime(2022, 7, 1))  # noqa: DTZ001 - as in a file


def _salinan(jumlah: int, number: int) -> bytes:
    return _tulis(_buku(jumlah, number - 1))


def _kiriman_lama(jumlah: int, number: int) -> _Buku:
    """An earlier return of the pegawai before, with one figure that was changed afterwards."""
    book = _buku(jumlah, number - 1)
    sel = (book.form.indikator[0].id, KOLOM_REALISASI[0])
    return replace(book, isi=book.isi | {sel: book.isi[sel] + 1}, disimpan=book.disimpan - timedelta(days=10))


def _kunci_diubah(jumlah: int, number: int) -> _Buku:
    return replace(_buku(jumlah, number), ubah=_ubah_kunci, lain=True)


def _ubah_kunci(book: _Buku, sheet: Any) -> None:
    sheet[book.form.layout.address(book.form.indikator[0].id, "indikator")] = "Jumlah laporan yang saya buat"


def _di_luar(jumlah: int, number: int) -> _Buku:
    return replace(_buku(jumlah, number), ubah=_isi_di_luar, lain=True)


def _isi_di_luar(book: _Buku, sheet: Any) -> None:
    row = book.form.layout.row(book.form.indikator[0].id) + 1
    sheet.cell(row, len(book.form.layout.fields) + 3, "lihat lampiran")
    sheet.cell(len(book.form.layout.row_ids) + 4, 3, 12.5)


_SEBERKAS: tuple[Callable[[int, int], bytes | _Buku], ...] = (
    _terpotong,
    _asing,
    _salinan,
    _kiriman_lama,
    _kunci_diubah,
    _di_luar,
)


def _tulis(book: _Buku) -> bytes:
    """Write a return; one that another program saved loses the stored results and gets other XML."""
    plain = {sel: value for sel, value in book.isi.items() if isinstance(value, str | float)}
    values = {} if book.lain else plain | _hasil(book.form, plain)
    sheets = lembar_terisi([(book.form, values, {})])
    content = templat_xlsx(book.form.katalog, sheets)
    if book.lain:
        content = _ketik_di_openpyxl(content, book, sheets[0].nama)
    return _bekukan(content, book.disimpan)


def _ketik_di_openpyxl(content: bytes, book: _Buku, sheet_name: str) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook[sheet_name]
    for sel, value in book.isi.items():
        row, column = book.form.layout.cell(*sel)
        cell = sheet.cell(row + 1, column + 1)
        cell.value = value if value != "" else None
        cell.number_format = book.format_angka.get(sel, cell.number_format)
    if book.ubah:
        book.ubah(book, sheet)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _bekukan(content: bytes, saved: datetime) -> bytes:
    """Give a workbook its own last-saved moment, and its parts one fixed time."""
    moment = f"{saved:%Y-%m-%dT%H:%M:%SZ}".encode()

    def dated(name: str, data: bytes) -> bytes:
        if name != "docProps/core.xml":
            return data
        return re.sub(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*", rb"\g<1>" + moment, data)

    return _kemas_ulang(content, dated)


def _kemas_ulang(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            new.writestr(info, change(entry.filename, old.read(entry)), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _isi_berkas(jumlah: int, number: int) -> tuple[bytes, bool, bool]:
    """The bytes of one returned file; whether it holds a mistake, whether another program saved it."""
    wrong = number % _SATU_SALAH_TIAP == _NOMOR_SALAH
    made = _salah(jumlah, number) if wrong else _buku(jumlah, number)
    if isinstance(made, bytes):
        return made, wrong, False
    return _tulis(made), wrong, made.lain


def _path(jumlah: int, folder: Path, number: int) -> Path:
    id_jabatan = kantor_uji(jumlah).pegawai[number].id_jabatan
    return folder / id_jabatan / f"iki-{id_jabatan}-{number:05d}.xlsx"


def _tulis_sebagian(jumlah: int, folder: Path, numbers: range) -> tuple[int, int]:
    wrong = other = 0
    for number in numbers:
        content, is_wrong, is_other = _isi_berkas(jumlah, number)
        path = _path(jumlah, folder, number)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        wrong, other = wrong + is_wrong, other + is_other
    return wrong, other


def buat_kumpulan(folder: Path, jumlah: int = JUMLAH) -> Kumpulan:
    """Write katalog.xlsx and workbooks/ with `jumlah` returned workbooks below a folder."""
    catalog, returned = (folder / name for name in _NAMA_BERKAS)
    returned.mkdir(parents=True, exist_ok=True)
    katalog = kantor_uji(jumlah)
    catalog.write_bytes(katalog_xlsx(katalog))
    batches = [range(n, min(n + _SEKALI, jumlah)) for n in range(0, jumlah, _SEKALI)]
    with ProcessPoolExecutor() as executor:
        counts = list(executor.map(partial(_tulis_sebagian, jumlah, returned), batches))
    return Kumpulan(returned, katalog, jumlah, sum(w for w, _ in counts), sum(o for _, o in counts))


def perbanyak(asal: Kumpulan, folder: Path, kali: int) -> Kumpulan:
    """Write `kali` times as many workbooks: each again for other pegawai, so with other bytes."""
    total = asal.jumlah * kali
    people, more = asal.katalog.pegawai, kantor_uji(total).pegawai
    extra = tuple(
        replace(more[n], id_jabatan=people[n % asal.jumlah].id_jabatan) for n in range(asal.jumlah, total)
    )
    katalog = replace(asal.katalog, pegawai=(*people, *extra))
    catalog, returned = (folder / name for name in _NAMA_BERKAS)
    for path in sorted(asal.folder.rglob("*.xlsx")):
        number, content = int(path.stem[-5:]), path.read_bytes()
        target = returned / path.relative_to(asal.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        for turn in range(1, kali):
            new = number + turn * asal.jumlah
            swap = _penukar(people, katalog.pegawai, turn * asal.jumlah, number)
            target.with_stem(f"{path.stem[:-5]}{new:05d}").write_bytes(_ganti_teks(content, swap))
    catalog.write_bytes(katalog_xlsx(katalog))
    return Kumpulan(returned, katalog, total, asal.salah * kali, asal.simpan_lain * kali)


def _penukar(
    people: Sequence[Pegawai], katalog: Sequence[Pegawai], shift: int, number: int
) -> dict[bytes, bytes]:
    """What to put in place of whose name and NIP; a copy or an earlier return is of the pegawai before."""
    pairs = [(people[n], katalog[n + shift]) for n in (number - 1, number) if n >= 0]
    names = {old.nama.encode(): new.nama.encode() for old, new in pairs}
    return names | {old.nip.encode(): new.nip.encode() for old, new in pairs}


def _ganti_teks(content: bytes, swap: Mapping[bytes, bytes]) -> bytes:
    """Replace texts in every part of a workbook; what is no whole zip gets other bytes at its end."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content[:-1] + next(iter(swap.values()))
    pattern = re.compile(b"|".join(map(re.escape, swap)))
    return _kemas_ulang(content, lambda _, data: pattern.sub(lambda m: swap[m[0]], data))


def ubah_sebagian(kumpulan: Kumpulan, jumlah: int, tanda: str) -> None:
    """Write some workbooks anew, with another text in them: as if these people had sent once more."""
    evidence = _BUKTI.encode()
    paths = sorted(kumpulan.folder.rglob("*.xlsx"))
    good = [p for p in paths if int(p.stem[-5:]) % _SATU_SALAH_TIAP not in {_NOMOR_SALAH - 1, _NOMOR_SALAH}]
    for path in good[:: max(1, len(good) // jumlah)][:jumlah]:
        changed = _kemas_ulang(
            path.read_bytes(),
            lambda _, data: re.sub(evidence + rb"[^<]*", evidence + f" {tanda}".encode(), data),
        )
        path.write_bytes(changed)


def main() -> None:
    """Write the workbooks of the command line's folder and number."""
    folder, jumlah = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else JUMLAH  # noqa: PLR2004
    made = buat_kumpulan(folder, jumlah)
    print(f"{made.jumlah} workbooks, {made.salah} with mistakes, {made.simpan_lain} saved by openpyxl")  # noqa: T201


if __name__ == "__main__":
    main()
