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

from iki_xl.catalog import CaraHitung, sama
from iki_xl.form.jabatan import BARIS_NAMA, BARIS_NIP
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA
from iki_xl.sample.mistakes import KESALAHAN
from iki_xl.tables import KOLOM_REALISASI, kolom_target_periode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from openpyxl.worksheet.worksheet import Worksheet

    from iki_xl.catalog import Indikator
    from iki_xl.form.jabatan import JabatanForm
    from iki_xl.sample.mistakes import Isi, Kesalahan

BULAN_CONTOH = 6
KETERANGAN = "contoh isian, bukan data kantor"
Sel = tuple[str, str]

# What becomes of the n-th template sent out, over and over.
_NASIB = (
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
class Kembalian:
    """One returned workbook of the sample: name, bytes, and what was made of it, in words."""

    nama: str
    isi: bytes
    cerita: str
    kesalahan: int = 0


@dataclass(frozen=True, slots=True)
class _Catatan:
    """What goes into one returned sheet: cell -> content, number formats, and the mistakes made."""

    isi: dict[Sel, Isi]
    format_angka: dict[Sel, str]
    kesalahan: tuple[str, ...] = ()


def isi_contoh(
    templates: Sequence[tuple[str, bytes, JabatanForm]], random: Random
) -> tuple[tuple[Kembalian, ...], tuple[str, ...]]:
    """Fill one-jabatan templates (file name, bytes, form) in.

    Returns: the returned workbooks, and the names of the templates that never came back.
    """
    waiting = list(KESALAHAN)
    returned: list[Kembalian] = []
    missing: list[str] = []
    for number, (name, content, form) in enumerate(templates):
        fate = _NASIB[number % len(_NASIB)] if form.indikator else "tidak"
        if fate == "tidak":
            missing.append(name)
            continue
        until = {"terlambat": 3, "kosong": 0}.get(fate, BULAN_CONTOH)
        note = _catatan(form, random, until)
        if until == BULAN_CONTOH:
            note, waiting = _buat_kesalahan(form, note, waiting)
        saved = datetime(form.katalog.kantor.tahun, BULAN_CONTOH + 1, 5, 9) + timedelta(minutes=number)  # noqa: DTZ001 - as in a file
        returned.append(_kembalian(name, content, form, note, saved, fate))
        if fate == "dua kali":
            returned.append(_kembalian_lama(name, content, form, note, saved))
    if returned:
        returned.append(_salinan(returned[0]))
    return tuple(returned), tuple(missing)


def _kembalian(
    name: str, content: bytes, form: JabatanForm, note: _Catatan, saved: datetime, fate: str
) -> Kembalian:
    story = {"terlambat": "terlambat, baru sampai Maret", "kosong": "dikembalikan tanpa diisi"}.get(
        fate, "diisi"
    )
    words = "; ".join((story, *note.kesalahan))
    return Kembalian(name, _tulis(content, form, note, saved), words, len(note.kesalahan))


def _kembalian_lama(
    name: str, content: bytes, form: JabatanForm, note: _Catatan, saved: datetime
) -> Kembalian:
    """An earlier return of the same person, with one figure that was changed afterwards."""
    older = dict(note.isi)
    changed = next(
        sel for sel, value in older.items() if sel[1] == KOLOM_REALISASI[0] and isinstance(value, float)
    )
    older[changed] = float(str(older[changed])) + 1
    content = _tulis(content, form, _Catatan(older, note.format_angka), saved - timedelta(days=10))
    return Kembalian(
        f"kiriman-lama/{name}", content, "kiriman lama dari pegawai yang sama; satu angka lalu diubah"
    )


def _salinan(first: Kembalian) -> Kembalian:
    return Kembalian(f"kiriman-lama/salinan-{first.nama}", first.isi, f"salinan persis dari {first.nama}")


def _catatan(form: JabatanForm, random: Random, until: int) -> _Catatan:
    """Sensible entries for every indikator up to a month; an indikator now and then is left blank."""
    content: dict[Sel, Isi] = {}
    open_cells = form.terbuka
    for item in form.indikator:
        if until and (len(form.indikator) == 1 or random.random() > 0.08):  # noqa: PLR2004 - a sample
            entries = {(item.id, key): value for key, value in _isi_indikator(form, item, random, until)}
            content |= {sel: value for sel, value in entries.items() if sel in open_cells}
    return _Catatan(content, {})


def _isi_indikator(
    form: JabatanForm, item: Indikator, random: Random, until: int
) -> Iterator[tuple[str, Isi]]:
    satuan = item.satuan or _tebak_satuan(item.indikator, form.katalog.referensi.satuan)
    tipe = item.tipe_perhitungan or random.choice(("Kumulatif", "Non Kumulatif"))
    percent = sama(satuan) == "persentase"
    target = 100.0 if percent else float(random.choice((6, 12, 12, 24, 48, 120, 354)))
    if sama(item.indikator).startswith("jumlah pelanggaran"):
        target = 4.0
    yield "satuan", satuan
    yield "tipe_perhitungan", tipe
    yield "target", target
    adds_up = form.katalog.referensi.cari_tipe(tipe)
    cumulative = adds_up is not None and adds_up.cara_hitung is CaraHitung.JUMLAH
    count = form.katalog.kantor.rincian_target.jumlah_periode
    for period in range(1, count + 1):
        yield kolom_target_periode(period), target / count if cumulative else target
    pace = random.uniform(0.55, 1.15)
    for month in range(1, until + 1):
        share = 1 / 12 if cumulative else month / 12 if not percent else 0.5 + month / 24
        yield KOLOM_REALISASI[month - 1], float(round(target * share * pace * random.uniform(0.9, 1.1)))
    if pace < 0.75:  # noqa: PLR2004 - slow ones explain themselves
        yield "kendala", "Jadwal kegiatan bergeser karena menunggu data dari desa."
        yield "tindak_lanjut", "Penagihan data ke desa dijadwalkan ulang bulan depan."
    yield "bukti_dukung", "Laporan kegiatan, arsip seksi"


def _tebak_satuan(text: str, choices: Sequence[str]) -> str:
    words = sama(text)
    return next((s for s in choices if re.search(rf"\b{re.escape(sama(s))}", words)), "Dokumen")


def _buat_kesalahan(
    form: JabatanForm, note: _Catatan, waiting: list[Kesalahan]
) -> tuple[_Catatan, list[Kesalahan]]:
    """Make up to three of the waiting mistakes where this form has a fitting cell; each cell once."""
    content, formats = dict(note.isi), dict(note.format_angka)
    done: list[str] = []
    touched: set[Sel] = set()
    left = []
    for mistake in waiting:
        place = _tempat(form, mistake, content, touched) if len(done) < 3 else None  # noqa: PLR2004 - a few each
        if place is None:
            left.append(mistake)
            continue
        touched.add(place)
        old = content.get(place, 0.0)
        number = old if isinstance(old, float) else 0.0
        if place[0] == BARIS_NIP:
            number = float(form.pegawai.nip) if form.pegawai else 0.0
        satuan = str(content.get((place[0], "satuan")) or form.nilai_tetap.get((place[0], "satuan"), ""))
        content[place] = mistake.isi(number, satuan)
        if mistake.format_angka:
            formats[place] = mistake.format_angka
        done.append(f"{mistake.sebutan} ({form.layout.address(*place)})")
    return _Catatan(content, formats, tuple(done)), left


def _tempat(form: JabatanForm, mistake: Kesalahan, content: dict[Sel, Isi], touched: set[Sel]) -> Sel | None:
    if mistake.kolom == "nip":
        return (BARIS_NIP, KOLOM_ISIAN_KEPALA) if len(form.indikator) > 1 else None
    for at, item in enumerate(form.indikator):
        satuan = str(content.get((item.id, "satuan")) or form.nilai_tetap.get((item.id, "satuan"), ""))
        fits = not mistake.satuan or sama(satuan) == sama(mistake.satuan)
        plain = not mistake.satuan and mistake.kolom == "realisasi" and sama(satuan) == "persentase"
        key = KOLOM_REALISASI[(2 + at) % BULAN_CONTOH] if mistake.kolom == "realisasi" else mistake.kolom
        sel = (item.id, key)
        if fits and not plain and sel in content and sel not in touched:
            return sel
    return None


def _tulis(template: bytes, form: JabatanForm, note: _Catatan, saved: datetime) -> bytes:
    """Open the template in openpyxl (another program than wrote it), type, and save."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet: Worksheet = book[form.nama_lembar]
    content = dict(note.isi)
    if form.pegawai is None:
        content[BARIS_NAMA, KOLOM_ISIAN_KEPALA] = "Pegawai Contoh"
    for (row_id, key), value in content.items():
        row, column = form.layout.cell(row_id, key)
        cell = sheet.cell(row + 1, column + 1)
        if value == "":
            cell.value = None
            continue
        cell.value = value
        if (row_id, key) in note.format_angka:
            cell.number_format = note.format_angka[row_id, key]
    target = io.BytesIO()
    book.save(target)
    return _bekukan(target.getvalue(), saved)


def _bekukan(content: bytes, saved: datetime) -> bytes:
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
