"""What an office has, as frozen values (spec section 1). Ids are the only keys; names may repeat.

Texts are plain Unicode without control characters other than newline; an absent text is "" and
an absent number None, because blank is not 0.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from iki_xl.catalog.public_keys import with_public_keys
from iki_xl.comparable import bare, comparable
from iki_xl.typed import PERCENTAGE

if TYPE_CHECKING:
    from iki_xl.findings import Temuan

BULAN = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


class RincianTarget(StrEnum):
    """How finely targets are set: per year only, or per quarter or month as well."""

    YEARLY = "tahunan"
    TRIWULAN = "triwulan"
    MONTHLY = "bulanan"

    @property
    def period_count(self) -> int:
        """Number of sub-period targets beside the yearly one: 0, 4 or 12."""
        return {"tahunan": 0, "triwulan": 4, "bulanan": 12}[self.value]

    def period(self, bulan: int) -> int:
        """Index (from 0) of the sub-period that contains month 1..12; 0 for yearly targets."""
        return (bulan - 1) * self.period_count // 12


class CaraHitung(StrEnum):
    """How the months of a tipe perhitungan combine (spec section 2)."""

    TOTAL = "jumlah"
    LAST = "terakhir"
    MEAN = "rata-rata"


class Sebaran(StrEnum):
    """How an office lets a yearly target fall due over the months (spec section 3); blank: unsaid."""

    UNSAID = ""
    EVEN = "rata"
    YEAR_END = "akhir tahun"

    def find_effect(self, rincian: RincianTarget, cara_hitung: str) -> Sebaran:
        """Return the sebaran where it has an effect, else UNSAID.

        Periods with targets of their own decide by themselves, and only what is added up spreads evenly.
        `cara_hitung` is a `CaraHitung` value, or "" while the tipe perhitungan is missing.
        """
        spreads = self is not Sebaran.EVEN or cara_hitung == CaraHitung.TOTAL
        return self if spreads and rincian is RincianTarget.YEARLY else Sebaran.UNSAID


class Arah(StrEnum):
    """Whether more is better (Maksimal) or less is better (Minimal)."""

    MAXIMAL = "Maksimal"
    MINIMAL = "Minimal"


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs for the office: its head."""

    jabatan: str = ""
    nama: str = ""
    pangkat_golongan: str = ""
    nip: str = ""


@dataclass(frozen=True, slots=True)
class Kantor:
    """The office, the year, and the decree the forms come from."""

    nama: str
    pemda: str
    tahun: int
    decree_number: str = ""
    place: str = ""
    dated: str = ""
    signatory: Signatory = field(default_factory=Signatory)
    rincian_target: RincianTarget = RincianTarget.YEARLY
    reporting_deadline: str = ""


@dataclass(frozen=True, slots=True)
class Jabatan:
    """A position. `atasan` is the id of the superior jabatan, "" at the top.

    `outside_atasan` names the superior in words where the catalogue does not hold that jabatan.
    `sasaran_without_indikator` keeps goals that the decree lists without any indikator.
    """

    id: str
    nama: str
    atasan: str = ""
    outside_atasan: str = ""
    tugas: str = ""
    fungsi: tuple[str, ...] = ()
    sasaran_without_indikator: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pegawai:
    """A person who holds a jabatan; NIP is text of 18 digits."""

    nip: str
    nama: str
    id_jabatan: str
    pangkat_golongan: str = ""


@dataclass(frozen=True, slots=True)
class Indikator:
    """One indikator of one jabatan. Blank satuan, tipe and target are for staff to fill in.

    `target` is the yearly target, which falls due as `sebaran` says; `period_targets` has 0, 4 or 12
    entries as the office's rincian target says.
    """

    id: str
    id_jabatan: str
    sasaran: str
    indikator: str
    satuan: str = ""
    tipe_perhitungan: str = ""
    arah: Arah = Arah.MAXIMAL
    formulasi: str = ""
    sumber_data: str = ""
    target: float | None = None
    period_targets: tuple[float | None, ...] = ()
    sebaran: Sebaran = Sebaran.UNSAID


@dataclass(frozen=True, slots=True)
class TipePerhitungan:
    """A tipe perhitungan and how its months combine."""

    nama: str
    cara_hitung: CaraHitung


@dataclass(frozen=True, slots=True)
class SkalaStep:
    """A step of the skala capaian: from `threshold` percent upwards it is called `label`."""

    threshold: float
    label: str


DEFAULT_SATUAN = (
    "Persentase",
    "Desa",
    "Kecamatan",
    "Posyantek/inovasi",
    "Sub kegiatan",
    "Sub bagian",
    "Laporan",
    "Dokumen",
    "Kegiatan",
    "Orang",
    "Unit",
    "Draf",
    "Data",
    "Berkas",
    "Usulan",
    "Jadwal",
    "Layanan",
    "Pengaduan",
    "Aset",
    "Kendaraan",
    "Lembaga",
    "Kali",
    "Bulan",
    "Hari",
    "Indeks",
    "Nilai",
    "Rupiah",
    "Paket",
    "Kelompok",
)
DEFAULT_TIPE = (
    TipePerhitungan("Kumulatif", CaraHitung.TOTAL),
    TipePerhitungan("Non Kumulatif", CaraHitung.LAST),
)
# Permendagri 86/2017; the whole-number bounds are read as "from ... upwards" (spec section 4).
DEFAULT_SKALA = (
    SkalaStep(91, "Sangat Tinggi"),
    SkalaStep(76, "Tinggi"),
    SkalaStep(66, "Sedang"),
    SkalaStep(51, "Rendah"),
    SkalaStep(0, "Sangat Rendah"),
)


# How names, ids and entries of lists are compared.


@lru_cache(maxsize=4_096)
def _find_listed_satuan(choices: tuple[str, ...], text: str) -> str | None:
    wanted = comparable(text)
    if wanted in {"%", "persen"}:
        wanted = comparable(PERCENTAGE)
    return next((s for s in choices if comparable(s) == wanted), None)


@dataclass(frozen=True)
class Referensi:
    """The office's lists and settings (spec section 2): skala from the highest step downwards."""

    satuan: tuple[str, ...] = DEFAULT_SATUAN
    tipe: tuple[TipePerhitungan, ...] = DEFAULT_TIPE
    skala: tuple[SkalaStep, ...] = DEFAULT_SKALA
    capaian_cap: float = 120
    percentage_over_100: bool = False

    def find_satuan(self, text: str) -> str | None:
        """Return the list's own spelling of a satuan, or None; `%` and `percent` are Persentase."""
        return _find_listed_satuan(self.satuan, text)

    def find_tipe(self, text: str) -> TipePerhitungan | None:
        """Return the tipe perhitungan with this name, or None."""
        return self._tipe_by_nama.get(text) or self._tipe_by_nama.get(comparable(text))

    @cached_property
    def _tipe_by_nama(self) -> dict[str, TipePerhitungan]:
        """Each tipe by its name and by the form in which names are compared; of equal names the first."""
        forms = {comparable(t.nama): t for t in reversed(self.tipe)}
        return forms | {t.nama: forms[comparable(t.nama)] for t in self.tipe}


# Fields that an earlier release did not know: templates that are out bear fingerprints without them.
_NAMED_WHERE_FILLED = frozenset({"sebaran"})


def _make_uniform(value: object) -> object:
    """Name fields by their public keys, make every number a float and every text bare.

    What is equal must give the same fingerprint, and one release the same as the next.
    """
    if is_dataclass(value):
        named = [f.name for f in fields(value) if f.name not in _NAMED_WHERE_FILLED or getattr(value, f.name)]
        return with_public_keys({name: _make_uniform(getattr(value, name)) for name in named})
    if isinstance(value, dict):
        return {key: _make_uniform(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_make_uniform(item) for item in value]
    if isinstance(value, str):
        return bare(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@dataclass(frozen=True)
class Katalog:
    """Everything the planning subbag keeps about the office; the input of every other stage.

    `remarks` is what was said of the workbook it was read from; it is no part of the catalogue itself.
    """

    kantor: Kantor
    jabatan: tuple[Jabatan, ...] = ()
    pegawai: tuple[Pegawai, ...] = ()
    indikator: tuple[Indikator, ...] = ()
    referensi: Referensi = field(default_factory=Referensi)
    remarks: tuple[Temuan, ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def jabatan_by_id(self) -> dict[str, Jabatan]:
        return {j.id: j for j in self.jabatan}

    @cached_property
    def indikator_by_id(self) -> dict[str, Indikator]:
        return {i.id: i for i in self.indikator}

    def find_sebaran(self, id_indikator: str, cara_hitung: str) -> Sebaran:
        """Return the sebaran that has an effect on rows of this indikator and cara hitung ("": unknown)."""
        item = self.indikator_by_id.get(id_indikator)
        own = item.sebaran if item else Sebaran.UNSAID
        return own.find_effect(self.kantor.rincian_target, cara_hitung)

    def find_jabatan(self, text: str) -> Jabatan | None:
        """Return the jabatan with this id, ids compared like all texts."""
        return self.jabatan_by_id.get(text) or self._jabatan_as_compared.get(comparable(text))

    def find_indikator(self, text: str) -> Indikator | None:
        """Return the indikator with this id, ids compared like all texts."""
        return self.indikator_by_id.get(text) or self._indikator_as_compared.get(comparable(text))

    @cached_property
    def _jabatan_as_compared(self) -> dict[str, Jabatan]:
        return {comparable(j.id): j for j in reversed(self.jabatan)}

    @cached_property
    def _indikator_as_compared(self) -> dict[str, Indikator]:
        return {comparable(i.id): i for i in reversed(self.indikator)}

    @cached_property
    def _indikator_by_jabatan(self) -> dict[str, tuple[Indikator, ...]]:
        groups: dict[str, list[Indikator]] = {}
        for item in self.indikator:
            groups.setdefault(item.id_jabatan, []).append(item)
        return {key: tuple(items) for key, items in groups.items()}

    @cached_property
    def _pegawai_by_jabatan(self) -> dict[str, tuple[Pegawai, ...]]:
        groups: dict[str, list[Pegawai]] = {}
        for person in self.pegawai:
            groups.setdefault(person.id_jabatan, []).append(person)
        return {key: tuple(people) for key, people in groups.items()}

    def list_indikator(self, id_jabatan: str) -> tuple[Indikator, ...]:
        """Indikator of one jabatan, in the catalogue's order."""
        return self._indikator_by_jabatan.get(id_jabatan, ())

    def list_pegawai(self, id_jabatan: str) -> tuple[Pegawai, ...]:
        """People who hold one jabatan, in the catalogue's order."""
        return self._pegawai_by_jabatan.get(id_jabatan, ())

    @cached_property
    def _head_id(self) -> str | None:
        """Id of the head of the office: the only jabatan without a superior, where there is one."""
        tops = [j.id for j in self.jabatan if not j.atasan]
        return tops[0] if len(tops) == 1 and len(self.jabatan) > 1 else None

    def unit(self, id_jabatan: str) -> Jabatan:
        """Return the unit (bidang): the highest ancestor below the head of the office (spec section 1).

        Where the catalogue holds no head (several jabatan at the top), each of those is a unit.
        The head's own unit is the head.
        """
        jabatan = self.jabatan_by_id[id_jabatan]
        while jabatan.atasan and jabatan.atasan != self._head_id:
            jabatan = self.jabatan_by_id[jabatan.atasan]
        return jabatan

    @cached_property
    def kantor_key(self) -> str:
        """What makes a return this office's and this year's: pemda, nama and tahun, compared alike."""
        kantor = self.kantor
        return f"{comparable(kantor.pemda)}|{comparable(kantor.nama)}|{kantor.tahun}"

    @cached_property
    def fingerprint(self) -> str:
        """Fingerprint of all that a form shows: 16 hex digits. People are not part of it."""
        kantor = self.kantor
        content = {
            "kantor": [self.kantor_key, kantor.rincian_target],
            "jabatan": self.jabatan,
            "indikator": self.indikator,
            "referensi": self.referensi,
        }
        text = json.dumps(_make_uniform(content), ensure_ascii=True, sort_keys=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]
