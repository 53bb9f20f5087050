"""The catalogue: what an office has, katalog.xlsx, and the sample offices."""

from iki_xl.catalog.model import (
    BULAN,
    PERSENTASE,
    Arah,
    CaraHitung,
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
    sama,
)

__all__ = [
    "BULAN",
    "PERSENTASE",
    "Arah",
    "CaraHitung",
    "Indikator",
    "Jabatan",
    "Kantor",
    "Katalog",
    "Pegawai",
    "Penandatangan",
    "Referensi",
    "RincianTarget",
    "TingkatSkala",
    "TipePerhitungan",
    "sama",
]
