"""The recap opened again: its sheets, its formulas against their cached values, and hostile texts."""

from __future__ import annotations

import math
import re
import zipfile
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from libreoffice import available, recalculate

from iki_xl.catalog import (
    BULAN,
    Arah,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Pegawai,
    Penandatangan,
    Referensi,
    RincianTarget,
    TingkatSkala,
    TipePerhitungan,
)
from iki_xl.catalog.model import TIPE_BAKU, CaraHitung
from iki_xl.errors import FormError
from iki_xl.findings import Temuan, Tingkat
from iki_xl.measures import rata_rata, ukur_per_bulan
from iki_xl.recap import IsiRekap, layout, rekap_xlsx
from iki_xl.recap.susun import pelapor
from iki_xl.tables import KOLOM_BARIS, KOLOM_LAPORAN, KOLOM_REALISASI, kolom_realisasi, kolom_target_periode

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

REFERENSI = Referensi(tipe=(*TIPE_BAKU, TipePerhitungan("Rata-rata", CaraHitung.RATA_RATA)))
CARA = {tipe.nama: tipe.cara_hitung.value for tipe in REFERENSI.tipe} | {"": ""}
KANTOR = Kantor(
    nama="Dinas Pemberdayaan Masyarakat dan Desa",
    pemda="Kabupaten Contoh",
    tahun=2024,
    nomor_keputusan="188.4/12/2024",
    tempat="Contoh",
    penandatangan=Penandatangan(
        "Kepala Dinas Pemberdayaan Masyarakat dan Desa", "Dra. Siti Contoh, M.Si.", "Pembina Utama Muda, IV/c",
        "196801011993032001",
    ),
)  # fmt: skip
NAMA_JABATAN = (
    ("J00", "", "Kepala Dinas"),
    ("J01", "J00", "Sekretaris"),
    ("J02", "J01", "Kepala Sub Bagian Umum dan Kepegawaian"),
    ("J03", "J02", "Pengadministrasi Kepegawaian"),
    ("J04", "J00", "Kepala Bidang Pemberdayaan Ekonomi Desa"),
    ("J05", "J04", "Seksi Bina Sarana, Prasarana dan Lembaga Perekonomian Desa"),
    ("J06", "J04", "Seksi Pengembangan Kawasan Perdesaan dan Teknologi Tepat Guna"),
    ("J07", "J06", "Analis Teknologi Tepat Guna"),
    ("J08", "J00", "Kepala Bidang Pemerintahan Desa"),
    ("J09", "J08", "Seksi Bina Keuangan dan Aset Desa"),
    ("J10", "J08", "Pengelola Data Desa"),
    ("J11", "J08", "Pramu Kebersihan"),
)
NAMA_INDIKATOR = (
    ("Persentase pemerintahan desa dan lembaga/kelompok masyarakat yang berperan aktif dalam pengelolaan "
     "sumber daya alam, teknologi tepat guna dan ekonomi perdesaan", "Persentase", "Kumulatif", 20),
    ("Jumlah desa yang menyusun laporan penyelenggaraan pemerintahan tepat waktu", "Desa", "Non Kumulatif", 354),
    ("Jumlah pelanggaran disiplin", "Kali", "Non Kumulatif", 0),
    ("Nilai anggaran pembinaan lembaga ekonomi desa yang terserap", "Rupiah", "Kumulatif", 1_250_000_000),
    ("Rata-rata nilai kepuasan layanan administrasi kepegawaian", "Nilai", "Rata-rata", 85.5),
    ("Jumlah dokumen rencana kerja yang disusun sesuai pedoman", "Dokumen", "Kumulatif", 12),
)  # fmt: skip
BULAN_INI = 9


def katalog_contoh(rincian: RincianTarget = RincianTarget.TAHUNAN) -> Katalog:
    """Twelve jabatan, forty indikator; J11 has none, J10 is held by three people, J05 by one."""
    owners = [NAMA_JABATAN[at % 11][0] for at in range(40)]
    count = dict.fromkeys(owners, 0)
    items = []
    for at, owner in enumerate(sorted(owners)):
        count[owner] += 1
        text, satuan, tipe, target = NAMA_INDIKATOR[at % len(NAMA_INDIKATOR)]
        arah = Arah.MINIMAL if "pelanggaran" in text else Arah.MAKSIMAL
        periods = rincian.jumlah_periode
        items.append(
            Indikator(
                id=f"{owner}-{count[owner]:02d}",
                id_jabatan=owner,
                sasaran="Meningkatnya keberdayaan masyarakat dan kapasitas pemerintahan desa",
                indikator=text,
                satuan=satuan,
                tipe_perhitungan=tipe,
                arah=arah,
                target=float(target),
                target_periode=(float(target) / max(periods, 1),) * periods,
            )
        )
    people = (
        Pegawai("197503122006041001", "Asep Sunandar", "J05"),
        *(Pegawai(f"19800{n}012010011002", f"Pegawai Contoh {n}", "J10") for n in (1, 2, 3)),
    )
    return Katalog(
        kantor=replace(KANTOR, rincian_target=rincian),
        jabatan=tuple(Jabatan(key, name, superior) for key, superior, name in NAMA_JABATAN),
        pegawai=people,
        indikator=tuple(items),
        referensi=REFERENSI,
    )


@dataclass(frozen=True)
class Laporan:
    """A made-up return: which jabatan, whose."""

    id_jabatan: str
    nip: str = ""
    nama: str = ""
    dihitung: bool = True


LAPORAN = (
    *(Laporan(key, nama=f"Nama {key}") for key in ("J00", "J01", "J02", "J04", "J06", "J07", "J09")),
    Laporan("J05", "197503122006041001", "Asep Sunandar"),
    Laporan("J10", "198001012010011002", "Pegawai Contoh 1"),
    Laporan("J10", "198002012010011002", "Pegawai Contoh 2"),
    Laporan("J08", nama="Nama J08", dihitung=False),
)


def baris_contoh(katalog: Katalog, laporan: tuple[Laporan, ...]) -> pd.DataFrame:
    """Rows with full, sparse, zero, invalid and empty months, by the row's own number."""
    periods = [kolom_target_periode(p) for p in range(1, katalog.kantor.rincian_target.jumlah_periode + 1)]
    rows: list[dict[str, object]] = []
    for number, report in enumerate(laporan):
        if not report.dihitung:
            continue
        for item in katalog.indikator_dari(report.id_jabatan):
            at = len(rows)
            rows.append(
                {
                    "id_laporan": f"L{number:03d}",
                    "id_jabatan": item.id_jabatan,
                    "id_indikator": item.id,
                    "nip": report.nip,
                    "nama": report.nama,
                    "satuan": item.satuan,
                    "tipe_perhitungan": item.tipe_perhitungan,
                    "cara_hitung": CARA[item.tipe_perhitungan],
                    "arah": item.arah.value,
                    "target": item.target,
                    **dict(zip(periods, item.target_periode, strict=True)),
                    **bulan_contoh(item, at),
                    "kendala": "Anggaran baru tersedia pada triwulan II dan sebagian desa belum menyampaikan "
                    "data pendukung" if at % 4 == 0 else "",
                    "tindak_lanjut": "Percepatan verifikasi bersama kecamatan" if at % 4 == 0 else "",
                    "bukti_dukung": "BA dan foto kegiatan" if at % 3 == 0 else "",
                    "berkas": f"iki-{item.id_jabatan.lower()}.xlsx",
                    "lembar": item.id_jabatan,
                    "tidak_sah": (),
                }
            )  # fmt: skip
            rusak(rows[-1], at)
    return pd.DataFrame(rows, columns=[*KOLOM_BARIS, *periods])


def bulan_contoh(item: Indikator, at: int) -> dict[str, float]:
    """Months of a row; the shares spread the capaian over the whole skala, 1/3 makes long fractions."""
    share = (1.05, 0.95, 0.8, 0.7, 0.55, 0.3, 1 / 3)[at % 7]
    months = range(1, 13) if at % 11 == 10 else range(1 + at % 3, BULAN_INI + 1, 1 + at % 3)
    whole = share * (item.target or 0)
    values = dict.fromkeys(KOLOM_REALISASI, math.nan)
    for month in months:
        added = CARA[item.tipe_perhitungan] == "jumlah"
        value = whole / len(months) if added else whole * month / max(months)
        values[kolom_realisasi(month)] = round(value, 2) if item.target else float(at % 2)
    return values


def rusak(row: dict[str, object], at: int) -> None:
    """What staff leave behind: an invalid cell, a blank target, a blank tipe, nothing at all."""
    if at % 9 == 4:
        row |= {kolom_realisasi(2): math.nan, "tidak_sah": (kolom_realisasi(2),)}
    if at % 13 == 6:
        row |= {"target": math.nan}
    if at % 13 == 8:
        row |= {"tipe_perhitungan": "", "cara_hitung": ""}
    if at % 13 == 11:
        row |= dict.fromkeys(KOLOM_REALISASI, math.nan)
    if at % 13 == 12:
        row |= {"target": math.nan, "tidak_sah": ("target",)}
    if at % 17 == 3:
        row |= {"arah": "Maksimal", "target": 0.0}


def laporan_contoh(laporan: tuple[Laporan, ...]) -> pd.DataFrame:
    rows = [
        {
            "id_laporan": f"L{at:03d}",
            "id_jabatan": report.id_jabatan,
            "nip": report.nip,
            "nama": report.nama,
            "berkas": f"iki-{report.id_jabatan.lower()}.xlsx",
            "lembar": report.id_jabatan,
            "disimpan": "2024-10-03 08:15",
            "dihitung": report.dihitung,
            "sebab": "" if report.dihitung else "Ada laporan lain yang lebih baru dari jabatan ini.",
        }
        for at, report in enumerate(laporan)
    ]
    return pd.DataFrame(rows, columns=list(KOLOM_LAPORAN))


TEMUAN = (
    Temuan("B07", Tingkat.GALAT, "iki-j04.xlsx", "J04", "K12", "J04", "J04-02", "dua belas",
           "“dua belas” bukan angka yang sah untuk realisasi Februari.", "Ketik angkanya saja, misalnya 12."),
    Temuan("B02", Tingkat.PERINGATAN, "iki-j06.xlsx", "J06", "L9", "J06", "J06-01", "1.250",
           "“1.250” dibaca 1250; bila maksudnya satu koma dua lima, ketik 1,25.", "Ketik ulang tanpa titik."),
)  # fmt: skip


def isi_contoh(
    katalog: Katalog | None = None, laporan: tuple[Laporan, ...] = LAPORAN, bulan: int = BULAN_INI
) -> IsiRekap:
    katalog = katalog or katalog_contoh()
    baris = baris_contoh(katalog, laporan)
    return IsiRekap(
        katalog=katalog,
        bulan=bulan,
        baris=baris,
        capaian_per_bulan=ukur_per_bulan(baris, katalog, bulan),
        laporan=laporan_contoh(laporan),
        temuan=TEMUAN if laporan else (),
    )
