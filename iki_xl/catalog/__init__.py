"""The catalogue: what an office has, katalog.xlsx, and the sample offices.

Reading and writing the workbook load their libraries when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from iki_xl.catalog.model import (
    BULAN,
    Arah,
    CaraHitung,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Pegawai,
    Referensi,
    RincianTarget,
    Sebaran,
    Signatory,
    SkalaStep,
    TipePerhitungan,
)
from iki_xl.catalog.remarks import list_remarks
from iki_xl.catalog.samples import OFFICES, read_office
from iki_xl.typed import PERCENTAGE

if TYPE_CHECKING:
    from iki_xl.catalog.reader import read_katalog
    from iki_xl.catalog.writer import katalog_xlsx

__all__ = [
    "BULAN",
    "OFFICES",
    "PERCENTAGE",
    "Arah",
    "CaraHitung",
    "Indikator",
    "Jabatan",
    "Kantor",
    "Katalog",
    "Pegawai",
    "Referensi",
    "RincianTarget",
    "Sebaran",
    "Signatory",
    "SkalaStep",
    "TipePerhitungan",
    "katalog_xlsx",
    "list_remarks",
    "read_katalog",
    "read_office",
]

_LAZY = {"read_katalog": "iki_xl.catalog.reader", "katalog_xlsx": "iki_xl.catalog.writer"}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
