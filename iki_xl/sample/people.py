"""Invented pegawai for a sample office: every name ends in “Contoh”, every NIP has a valid form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.catalog import Pegawai

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from iki_xl.catalog import Katalog

_NAMA = (
    "Asep", "Siti", "Budi", "Dewi", "Dedi", "Rina", "Ujang", "Lilis", "Agus", "Yuni", "Wawan", "Tini",
    "Hendra", "Nining", "Cecep", "Euis", "Joko", "Sri", "Bambang", "Endah", "Slamet", "Wati", "Rudi",
    "Ratna", "Eko", "Lestari", "Dwi", "Ningsih", "Tri", "Indah", "Iwan", "Yanti",
)  # fmt: skip
_PANGKAT = ("Pengatur, II/c", "Penata Muda, III/a", "Penata, III/c", "Penata Tingkat I, III/d")
# How many people hold a jabatan, over and over: mostly one, sometimes several or nobody yet.
_PEGAWAI_COUNTS = (1, 1, 2, 1, 1, 0, 1, 3, 1, 1, 1, 2)


def add_sample_pegawai(katalog: Katalog, random: Random) -> Katalog:
    """Return the catalogue with invented pegawai; the same seed gives the same people."""
    return replace(katalog, pegawai=tuple(_invent_pegawai(katalog, random)))


def _invent_pegawai(katalog: Katalog, random: Random) -> Iterator[Pegawai]:
    number = 0
    for at, jabatan in enumerate(katalog.jabatan):
        for _ in range(_PEGAWAI_COUNTS[at % len(_PEGAWAI_COUNTS)]):
            name = _NAMA[number % len(_NAMA)]
            again = number // len(_NAMA)
            number += 1
            yield Pegawai(
                nip=_invent_nip(number, random),
                nama=f"{name} {'Dua ' * again}Contoh",
                id_jabatan=jabatan.id,
                pangkat_golongan=_PANGKAT[random.randrange(len(_PANGKAT))],
            )


def _invent_nip(number: int, random: Random) -> str:
    birth = f"{random.randint(1968, 1995)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    start = f"{random.randint(2000, 2019)}{random.randint(1, 12):02d}"
    return f"{birth}{start}{random.randint(1, 2)}{number:03d}"
