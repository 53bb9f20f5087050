"""Results as people read them in a terminal, and as one JSON object for programs."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

import click

from iki_xl.catalog import BULAN
from iki_xl.findings import Tingkat
from iki_xl.printing import as_text, escaped_json, say, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from click._termui_impl import ProgressBar

    from iki_xl.catalog.about import Subjects
    from iki_xl.catalog.marks import SisaDokumen
    from iki_xl.findings import Temuan
    from iki_xl.pipeline import HasilContoh, HasilImpor, HasilKumpul, HasilTemplat

# Files named one by one; more are counted.
_BERKAS_DISEBUT = 20
_JABATAN_DISEBUT = 10
# Leftovers of an import named one by one, and letters shown of each.
_SISA_DISEBUT, _HURUF_SISA = 10, 90
_ARTI = {
    Tingkat.GALAT: "tidak dihitung sampai diperbaiki",
    Tingkat.PERINGATAN: "dihitung, mohon diperiksa",
    Tingkat.INFO: "untuk diketahui",
}
# Work shorter than this shows no progress.
_DETIK_TANPA_BILAH = 1.0


def sebagai_json(result: HasilKumpul) -> str:
    """Return the object that docs/perintah.md promises."""
    content = {
        "berkas": result.berkas,
        "diterima": result.diterima,
        "ditolak": result.ditolak,
        "galat": result.jumlah(Tingkat.GALAT),
        "peringatan": result.jumlah(Tingkat.PERINGATAN),
        "temuan": [asdict(result.subjects.named(t)) for t in result.temuan],
        "keluaran": [str(p) for p in result.keluaran],
    }
    return escaped_json(json.dumps(content, ensure_ascii=False, indent=2))


def bilah_kemajuan(judul: str) -> Callable[[int, int], None]:
    """Return what shows progress on a terminal's standard error, and nothing in a pipe.

    Work that is done within about a second, counted from here, shows nothing.
    """
    start = time.monotonic()
    bar: ProgressBar[int] | None = None

    def show(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            if done >= total or time.monotonic() - start < _DETIK_TANPA_BILAH or not sys.stderr.isatty():
                return
            bar = click.progressbar(length=total, label=visible(judul), file=sys.stderr, show_pos=True)
        bar.update(done - bar.pos)
        if done >= total:
            bar.render_finish()

    return show


def kabar(text: str) -> None:
    """Say on a terminal what the program does next; nothing in a pipe."""
    if sys.stderr.isatty():
        say(text, error=True)


def _tanpa_indikator(names: Sequence[str]) -> list[str]:
    """One line that names the jabatan whose forms gave no indikator, as many as fit."""
    if not names:
        return []
    rest = len(names) - _JABATAN_DISEBUT
    more = f"; dan {rest} lainnya" if rest > 0 else ""
    return [f"{len(names)} jabatan tanpa indikator: {'; '.join(names[:_JABATAN_DISEBUT])}{more}."]


def laporan_impor(result: HasilImpor) -> str:
    """Say what was found, what was guessed, what is left over, and what to do now."""
    kinds = Counter(_jenis_tebakan(t.lembar, t.kolom) for t in result.tebakan)
    counts = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    lines = [
        f"{result.jabatan} jabatan dan {result.indikator} indikator ditemukan di {result.dokumen} dokumen.",
        f"Ditebak, perlu diperiksa: {len(result.tebakan)} isian ({counts}).",
    ]
    if result.tanpa_satuan:
        lines.append(
            f"{result.tanpa_satuan} indikator tanpa satuan: isi di katalog, atau biarkan pegawai memilihnya."
        )
    lines += _tanpa_indikator(result.tanpa_indikator)
    lines += [f"Tidak ada formulir IKI di {name}." for name in result.tanpa_formulir]
    if result.sisa:
        lines += [
            "",
            f"{len(result.sisa)} teks belum mendapat tempat di katalog:",
            *_daftar_sisa(result.sisa),
        ]
    option = "" if str(result.keluaran) == "katalog.xlsx" else f" --katalog {result.keluaran}"
    lines += [
        "",
        f"Katalog ditulis: {result.keluaran}",
        "Buka katalog itu, periksa sel kuning bercetak miring dan kolom Perlu diperiksa,",
        f"lalu jalankan `iki-xl templat{option}`.",
    ]
    return as_text(lines)


def _jenis_tebakan(lembar: str, kolom: str) -> str:
    if lembar == "Kantor":
        return "kantor"
    names = {
        "atasan": "atasan",
        "atasan_luar": "atasan",
        "satuan": "satuan",
        "tipe_perhitungan": "tipe perhitungan",
    }
    return names.get(kolom, "lainnya")


def _daftar_sisa(sisa: Sequence[SisaDokumen]) -> Iterator[str]:
    for item in sisa[:_SISA_DISEBUT]:
        page = f" halaman {item.halaman}" if item.halaman else ""
        text = " ".join(item.teks.split())
        yield f"  {item.dokumen}{page}: {text if len(text) <= _HURUF_SISA else text[: _HURUF_SISA - 1] + '…'}"
    if len(sisa) > _SISA_DISEBUT:
        yield f"  … dan {len(sisa) - _SISA_DISEBUT} lagi"
    yield "  Semuanya ada di lembar Sisa dokumen."


def laporan_templat(result: HasilTemplat) -> str:
    """Say which templates were written, and what the catalogue still lacks."""
    lines = [f"{len(result.keluaran)} templat ditulis:", *_daftar_berkas(result.keluaran)]
    if result.disisihkan:
        lines += [
            "",
            "Templat yang sudah diisi orang di folder itu, disisihkan; bila itu laporan, taruh di workbooks:",
            *_daftar_berkas(result.disisihkan),
        ]
    lines += _lain_nama(result.lain_nama)
    if result.lain:
        lines += [
            "",
            "Di folder itu masih ada berkas lain, mungkin templat lama:",
            *_daftar_berkas(result.lain),
        ]
    if result.temuan:
        lines += ["", "Catatan tentang katalog:", *map(_remark, result.temuan)]
    return as_text(lines)


def _remark(said: Temuan) -> str:
    """What is said of the catalogue, and in which cell."""
    place = f"{said.lembar}!{said.sel}: " if said.sel else ""
    return f"  {place}{said.pesan} {said.perbaikan}"


def laporan_kumpul(result: HasilKumpul) -> str:
    """Say what was found, by level and person, then the counts and where everything is."""
    lines = [
        line
        for level, group in groupby(result.temuan, key=lambda t: t.tingkat)
        for line in _tingkat(level, tuple(group), result.subjects)
    ]
    counts = ", ".join(f"{level} {result.jumlah(level)}" for level in Tingkat)
    lines += [f"{_kalimat_berkas(result)}; {counts}.", _kalimat_bulan(result)]
    if result.keluaran:
        lines += ["", "Hasil:", *_daftar_berkas(result.keluaran)]
    if result.disisihkan:
        lines += ["", "Salinan lama yang sudah diisi orang, disisihkan:", *_daftar_berkas(result.disisihkan)]
    if result.diubah:
        lines += ["", "Rekap lama yang sudah diubah orang, disisihkan:", *_daftar_berkas(result.diubah)]
    lines += _lain_nama(result.lain_nama)
    if result.tertinggal:
        lines += [
            "",
            "Salinan lama yang tidak diperlukan lagi, tetapi sedang terbuka sehingga belum dihapus:",
            *_daftar_berkas(result.tertinggal),
        ]
    return as_text(lines)


def laporan_contoh(result: HasilContoh) -> str:
    """Say what the sample is, honestly, and where everything is."""
    sent, back, never = result.templat, len(result.cerita), len(result.tidak_kembali)
    galat, peringatan = (result.kumpul.jumlah(t) for t in (Tingkat.GALAT, Tingkat.PERINGATAN))
    lines = [
        f"Folder kerja contoh: {result.folder}",
        "  Ini contoh isian, bukan data kantor: nama, NIP dan angkanya dibuat-buat,",
        f"  dengan {result.kesalahan} kejanggalan yang disengaja. Rinciannya di reports/contoh-isian.md.",
        f"  {sent} templat, {back} berkas kembali, {never} templat tidak kembali.",
        f"  Ditemukan {galat} galat dan {peringatan} peringatan (temuan.csv, dan lembar Temuan di rekap).",
        "",
        "Hasil:",
        f"  {result.folder / 'katalog.xlsx'}",
        f"  {result.folder / 'templates'}",
        f"  {result.folder / 'workbooks'}",
        *_daftar_berkas(result.kumpul.keluaran),
    ]
    return as_text(lines)


def _kalimat_bulan(result: HasilKumpul) -> str:
    if result.bulan is None:
        return "Belum ada realisasi yang terisi."
    name = BULAN[result.bulan - 1]
    why = "seperti yang diminta" if result.bulan_diminta else "bulan terakhir yang terisi"
    return f"Dihitung sampai {name} ({why})."


def _kalimat_berkas(result: HasilKumpul) -> str:
    """Say how many files there are, and what became of each."""
    others = [f"{fate} {count}" for fate, count in result.fates.items()] or [f"ditolak {result.ditolak}"]
    return ", ".join([f"Berkas {result.berkas}", f"diterima {result.diterima}", *others])


def _tingkat(level: Tingkat, found: Sequence[Temuan], subjects: Subjects) -> Iterator[str]:
    """The findings of one level, each person's together."""
    yield f"{level.upper()} ({len(found)}): {_ARTI[level]}"
    yield ""
    for (person, berkas), group in groupby(found, key=lambda t: (subjects.person(t), t.berkas)):
        yield f"{person} ({berkas})" if person else berkas
        for advice, same in groupby(group, key=lambda t: t.perbaikan):
            yield from (_baris_temuan(t, subjects) for t in same)
            yield f"      → {advice}"
        yield ""


def _baris_temuan(t: Temuan, subjects: Subjects) -> str:
    """One finding: level and code, where, which indikator, and what is wrong."""
    indikator = subjects.about(t).indikator
    cell = f"{t.lembar}!{t.sel}" if t.sel else t.lembar
    where = ", ".join(part for part in (cell, f"“{indikator}”" if indikator else "") if part)
    return f"  [{t.tingkat} {t.kode}] {where + ': ' if where else ''}{t.pesan}"


def _lain_nama(pairs: Sequence[tuple[Path, Path]]) -> Iterator[str]:
    """Say which files were open and kept their old content, and where the new one is."""
    for old, new in pairs:
        yield ""
        yield (
            f"{old} sedang terbuka di program lain sehingga isinya masih yang lama; yang baru ada di {new}. "
            "Tutup berkas itu, lalu jalankan perintahnya sekali lagi."
        )


def _daftar_berkas(paths: Sequence[Path]) -> Iterator[str]:
    yield from (f"  {path}" for path in paths[:_BERKAS_DISEBUT])
    if len(paths) > _BERKAS_DISEBUT:
        yield f"  … dan {len(paths) - _BERKAS_DISEBUT} berkas lagi di {paths[-1].parent}"
