"""What stands in the recap, composed from the tables: rows by column key, and the first page's figures.

Pure functions; a `Rumus` carries its computed value, so that viewers that do not calculate show it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, partial
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, TypeAlias

from iki_xl.catalog import BULAN, CaraHitung, RincianTarget
from iki_xl.findings import Tingkat
from iki_xl.measures import DINILAI, Rata, desimal, rata_rata, target_sd
from iki_xl.recap import rumus
from iki_xl.recap.layout import PERHATIAN_PALING_BANYAK, lembar_bulan
from iki_xl.recap.sumber import tabel_kosong
from iki_xl.recap.waktu import UTC, Zona, batas_lapor, tanggal
from iki_xl.tables import (
    BELUM_LAPOR,
    KOLOM_PERUBAHAN,
    KOLOM_REALISASI,
    KOLOM_SUMBER,
    TIDAK_DINILAI,
    kolom_realisasi,
    kolom_target_periode,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Indikator, Jabatan, Katalog, Referensi
    from iki_xl.catalog.about import Subjects
    from iki_xl.findings import Temuan
    from iki_xl.recap.layout import Lembar


class Tanda(StrEnum):
    """A mark the recap sets itself, never to be confused with what a person typed."""

    TIDAK_SAH = "tidak sah"
    DIKOSONGKAN = "dikosongkan"


class Kata(StrEnum):
    """Words of Keterangan on the months' sheets that decide how a cell looks (tanda.py)."""

    BELUM_DIISI = "bulan ini belum diisi"
    TERLAMBAT = "terlambat"
    BASI = "basi"
    TARGET_KOSONG = "target belum lengkap"


@dataclass(frozen=True, slots=True)
class Rumus:
    """A formula with its computed value ("" = nothing)."""

    teks: str
    nilai: str | float


@dataclass(frozen=True, slots=True)
class Tautan:
    """A link to a cell of this workbook; both texts are the recap's own, never what a person typed."""

    teks: str
    tujuan: str


Isi: TypeAlias = "str | float | Rumus | Tautan | None"
BarisLembar: TypeAlias = "dict[str, Isi]"
Catatan: TypeAlias = "dict[str, Any]"  # a row of a table, whose columns differ in type


@dataclass(frozen=True, eq=False)
class IsiRekap:
    """All that a recap shows.

    Attributes:
        katalog: the office.
        bulan: month reported to, 1..12.
        baris: table of counted returns (tables.KOLOM_BARIS and the sub-period targets), unique index.
        capaian_per_bulan: month -> `measures.ukur` of `baris` at that month, for 1..bulan at least.
        laporan: table of all returns found (tables.KOLOM_LAPORAN).
        temuan: all findings.
        perubahan: table of changed cells (tables.KOLOM_PERUBAHAN).
        sumber: table of every file found (tables.KOLOM_SUMBER).
        zona: the office's own time.
        subjects: whom and what findings are about; None: as `laporan` knows.
    """

    katalog: Katalog
    bulan: int
    baris: pd.DataFrame
    capaian_per_bulan: Mapping[int, pd.DataFrame]
    laporan: pd.DataFrame
    temuan: tuple[Temuan, ...]
    perubahan: pd.DataFrame = field(default_factory=partial(tabel_kosong, KOLOM_PERUBAHAN))
    sumber: pd.DataFrame = field(default_factory=partial(tabel_kosong, KOLOM_SUMBER))
    zona: Zona = UTC
    subjects: Subjects | None = None

    @cached_property
    def urutan(self) -> list[int]:
        """Positions of the rows of `baris` in the catalogue's order, each return's rows together."""
        return _urutan(self)

    @cached_property
    def catatan(self) -> list[Catatan]:
        """The rows of `baris` in that order, absent values None; made once, as thirteen sheets show them."""
        return list(_catatan(self.baris, self.urutan))

    @cached_property
    def pelapor(self) -> tuple[Pelapor, ...]:
        """Every reporter that is expected."""
        return pelapor(self.katalog, self.laporan)


@dataclass(frozen=True, slots=True)
class Pelapor:
    """Somebody whose return is expected: a pegawai, or the jabatan itself (nip "") where it has none."""

    jabatan: Jabatan
    nip: str
    nama: str
    melapor: bool


def pelapor(katalog: Katalog, laporan: pd.DataFrame) -> tuple[Pelapor, ...]:
    """Every reporter that is expected, in the catalogue's order; jabatan without indikator are not.

    The only pegawai of a jabatan has reported with any counted return of that jabatan, so that the
    return of a successor or an acting official counts.
    """
    counted: dict[str, set[str]] = defaultdict(set)
    for id_jabatan, nip, dihitung in zip(
        laporan["id_jabatan"], laporan["nip"], laporan["dihitung"], strict=True
    ):
        if dihitung:
            counted[id_jabatan].add(nip)
    found: list[Pelapor] = []
    for jabatan in katalog.jabatan:
        if not katalog.indikator_dari(jabatan.id):
            continue
        people = katalog.pegawai_dari(jabatan.id)
        here = counted.get(jabatan.id, set())
        if len(people) > 1:
            found += [Pelapor(jabatan, p.nip, p.nama, p.nip in here) for p in people]
        else:
            nip, nama = (people[0].nip, people[0].nama) if people else ("", "")
            found.append(Pelapor(jabatan, nip, nama, bool(here)))
    return tuple(found)


def _urutan(isi: IsiRekap) -> list[int]:
    """Positions of the rows of `baris` in the catalogue's order, each return's rows together."""
    jabatan = {j.id: at for at, j in enumerate(isi.katalog.jabatan)}
    indikator = {i.id: at for at, i in enumerate(isi.katalog.indikator)}
    returns = {key: at for at, key in enumerate(dict.fromkeys(isi.baris["id_laporan"].tolist()))}
    columns = ("id_jabatan", "id_laporan", "id_indikator")
    keys = [
        (jabatan[j], returns[r], indikator[i])
        for j, r, i in zip(*(isi.baris[name].tolist() for name in columns), strict=True)
    ]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _catatan(table: pd.DataFrame, order: Sequence[int]) -> Iterator[Catatan]:
    """Rows of a table in this order of positions, NaN and <NA> as None."""
    columns = []
    for name in table.columns:
        # as objects first: texts that Arrow holds are slow to list one by one
        values, blank = table[name].to_numpy(dtype=object).tolist(), table[name].isna().tolist()
        columns.append([None if blank[at] else values[at] for at in order])
    for row in zip(*columns, strict=True):
        yield dict(zip(table.columns, row, strict=True))


# --- Rekap Indikator


def baris_rekap(isi: IsiRekap, lembar: Lembar) -> list[BarisLembar]:
    """Rows of *Rekap Indikator*; `lembar` gives the addresses in the formulas."""
    measured = isi.capaian_per_bulan[isi.bulan].loc[isi.baris.index]
    pairs = zip(isi.catatan, _catatan(measured, isi.urutan), strict=True)
    return [_baris_rekap(isi, lembar, n, *pair) for n, pair in enumerate(pairs)]


def _baris_rekap(isi: IsiRekap, lembar: Lembar, n: int, row: Catatan, figures: Catatan) -> BarisLembar:
    katalog = isi.katalog
    indikator = katalog.indikator_menurut_id[str(row["id_indikator"])]
    unit = katalog.unit(indikator.id_jabatan)
    invalid = dict.fromkeys(row["tidak_sah"], Tanda.TIDAK_SAH)
    return {
        **row,
        **invalid,
        "no": n + 1,
        "jabatan": katalog.jabatan_menurut_id[indikator.id_jabatan].nama,
        "indikator": indikator.indikator,
        "sasaran": indikator.sasaran,
        "unit": unit.nama,
        "id_unit": unit.id,
        "sel": _sel_januari(row),
        "posisi": _posisi(figures),
        "keterangan": "; ".join(_keterangan_rekap(isi, row, figures)),
        **_rumus_rekap(isi, lembar, n, row, figures),
    }


def _sel_januari(row: Catatan) -> str:
    """Where January stands; with its file and sheet, where the row is of several."""
    berkas, lembar, sel = (texts[0] for texts in row["origins"])
    alone = (berkas, lembar) == (row["berkas"], row["lembar"]) or not sel
    return sel if alone else f"{sel} di {berkas} (lembar {lembar})"


def _posisi(figures: Catatan) -> str:
    """The month from which a Non Kumulatif position comes; "" for the other figures."""
    if figures["bulan_sumber"] is None:
        return ""
    return f"{BULAN[figures['bulan_sumber'] - 1]}{f' ({Kata.BASI})' if figures['basi'] else ''}"


def _keterangan_rekap(isi: IsiRekap, row: Catatan, figures: Catatan) -> Iterator[str]:
    """Why a row has no figure, or one to look at."""
    if figures["bulan_terisi"] == 0:
        yield "belum ada realisasi"
    yield from _keterangan_tipe(row)
    invalid = _target_tidak_sah(isi.katalog, row, figures, isi.bulan)
    yield from _keterangan_angka(row, figures, invalid_target=invalid)


def _rumus_rekap(isi: IsiRekap, lembar: Lembar, n: int, row: Catatan, figures: Catatan) -> BarisLembar:
    cara, arah, referensi = str(row["cara_hitung"]), str(row["arah"]), isi.katalog.referensi
    months = lembar.rentang(n, KOLOM_REALISASI[0], kolom_realisasi(isi.bulan))
    used = _target_dipakai(isi.katalog.kantor.rincian_target, cara, isi.bulan)
    target, done, raw, counted = (
        lembar.sel(n, key) for key in ("target_sd", "realisasi_sd", "capaian_mentah", "capaian")
    )
    formulas = {
        "bulan_terisi": f"=COUNT({months})",
        "capaian_mentah": rumus.capaian_mentah(arah, target, done),
        "capaian": rumus.capaian(raw, referensi.batas_capaian),
        "skala": rumus.skala(counted, referensi.skala, rumus.status(target, done)),
    }
    if cara:
        formulas["target_sd"] = rumus.target_sd(lembar.rentang(n, used[0], used[-1]), len(used))
        formulas["realisasi_sd"] = rumus.realisasi_sd(cara, months, lembar.sel(n, KOLOM_REALISASI[0]))
    cached = {**figures, "skala": figures["skala"] if figures["status"] == DINILAI else figures["status"]}
    return {key: _rumus(text, cached[key]) for key, text in formulas.items()}


def _rumus(text: str, value: Isi) -> Rumus:
    return Rumus(text, "" if value is None or isinstance(value, (Rumus, Tautan)) else value)


def _target_dipakai(rincian: RincianTarget, cara: str, bulan: int) -> tuple[str, ...]:
    """Target columns, beside one another, that T(m) is made of (spec section 3)."""
    if rincian is RincianTarget.TAHUNAN:
        return ("target",)
    current = rincian.periode(bulan) + 1
    first = 1 if cara == CaraHitung.JUMLAH else current
    return tuple(kolom_target_periode(p) for p in range(first, current + 1))


# --- Januari .. Desember


def baris_bulan(isi: IsiRekap, bulan: int) -> list[BarisLembar]:
    """Rows of one month's sheet: every counted row, then the indikator of those who have not reported.

    All in the catalogue's order of jabatan. Realisasi and target are values, not references to
    *Rekap Indikator*: sorting that table must not change this one.
    """
    by_jabatan: dict[str, list[BarisLembar]] = defaultdict(list)
    running = bulan <= isi.bulan
    measured = isi.capaian_per_bulan[bulan if running else isi.bulan].loc[isi.baris.index]
    table = measured.drop(columns=["id_jabatan", "id_indikator", "nip"])
    late = _terlambat(isi, bulan) if running else {}
    for row, figures in zip(isi.catatan, _catatan(table, isi.urutan), strict=True):
        said = late.get(row["id_laporan"], "")
        made = _sudah_lapor(isi.katalog, row, figures, bulan, said) if running else _nanti(row, bulan)
        by_jabatan[str(row["id_jabatan"])].append(_nama_baris(isi.katalog, row, made))
    for person in isi.pelapor:
        if not person.melapor:
            for item in isi.katalog.indikator_dari(person.jabatan.id):
                made = _belum_lapor(isi.katalog, item, bulan, running=running)
                names = {"id_indikator": item.id, "nama": person.nama, "satuan": item.satuan}
                by_jabatan[person.jabatan.id].append(_nama_baris(isi.katalog, names, made))
    rows = [row for jabatan in isi.katalog.jabatan for row in by_jabatan[jabatan.id]]
    lembar = lembar_bulan(bulan, isi.katalog.kantor.rincian_target)
    return [_rumus_bulan(isi.katalog.referensi, lembar, n, row) for n, row in enumerate(rows)]


def _nama_baris(katalog: Katalog, row: Catatan, made: BarisLembar) -> BarisLembar:
    item = katalog.indikator_menurut_id[str(row["id_indikator"])]
    names: BarisLembar = {
        "id_indikator": item.id,
        "jabatan": katalog.jabatan_menurut_id[item.id_jabatan].nama,
        "indikator": item.indikator,
        "nama": row["nama"],
        "satuan": row["satuan"],
        "arah": row.get("arah", item.arah),
        "id_laporan": row.get("id_laporan"),
    }
    return {**names, **made}


def _terlambat(isi: IsiRekap, bulan: int) -> dict[str, str]:
    """Returns (by id) that first reported a month after the office's last day for it, and what to say.

    Nothing is said where the catalogue's text names no such day, or the moment is not known.
    """
    kantor = isi.katalog.kantor
    last = batas_lapor(kantor.batas_lapor, kantor.tahun, bulan)
    if last is None:
        return {}
    found = {}
    columns = (isi.laporan[name].tolist() for name in ("id_laporan", "dihitung", "lapor_pada"))
    for key, counted, moments in zip(*columns, strict=True):
        saved = isi.zona.setempat(moments[bulan - 1]) if counted else None
        if saved is not None and saved.date() > last:
            found[key] = f"{Kata.TERLAMBAT}: disimpan {tanggal(saved.date())}, batas lapor {tanggal(last)}"
    return found


def _target_tidak_sah(katalog: Katalog, row: Catatan, figures: Catatan, bulan: int) -> bool:
    """True where the target to date is missing because one that it needs is in galat."""
    if not row["tidak_sah"] or figures["target_sd"] is not None:
        return False
    used = _target_dipakai(katalog.kantor.rincian_target, row["cara_hitung"], bulan)
    return not set(used).isdisjoint(row["tidak_sah"])


def _target_periode(katalog: Katalog, row: Catatan, bulan: int) -> Isi:
    """The target of the period that holds the month; nothing where targets are yearly."""
    rincian = katalog.kantor.rincian_target
    if rincian is RincianTarget.TAHUNAN:
        return None
    key = kolom_target_periode(rincian.periode(bulan) + 1)
    return Tanda.TIDAK_SAH if key in row["tidak_sah"] else row[key]


def _sudah_lapor(katalog: Katalog, row: Catatan, figures: Catatan, bulan: int, late: str) -> BarisLembar:
    month = kolom_realisasi(bulan)
    invalid_target = _target_tidak_sah(katalog, row, figures, bulan)
    notes = [*_keterangan_isian(row, bulan), *_keterangan_tipe(row)]
    notes += _keterangan_angka(row, figures, invalid_target=invalid_target)
    if late and (row[month] is not None or month in row["tidak_sah"]):
        notes.append(late)
    return {
        **_asal(row, bulan),
        "target_periode": _target_periode(katalog, row, bulan),
        "target_sd": Tanda.TIDAK_SAH if invalid_target else figures["target_sd"],
        "realisasi": Tanda.TIDAK_SAH if month in row["tidak_sah"] else row[month],
        "realisasi_sd": figures["realisasi_sd"],
        "capaian": figures["capaian"],
        "skala": figures["skala"] if figures["status"] == DINILAI else figures["status"],
        "keterangan": "; ".join(notes),
    }


def _keterangan_isian(row: Catatan, bulan: int) -> Iterator[str]:
    month = kolom_realisasi(bulan)
    if month in row["tidak_sah"]:
        yield "isian bulan ini tidak sah"
    elif row[month] is None:
        yield Kata.BELUM_DIISI


def _keterangan_tipe(row: Catatan) -> Iterator[str]:
    if not row["cara_hitung"]:
        yield f"tipe perhitungan {'tidak sah' if 'tipe_perhitungan' in row['tidak_sah'] else 'belum diisi'}"


def _keterangan_angka(row: Catatan, figures: Catatan, *, invalid_target: bool) -> Iterator[str]:
    if invalid_target:
        yield "target tidak sah"
    elif row["cara_hitung"] and figures["target_sd"] is None:
        yield Kata.TARGET_KOSONG
    if figures["basi"]:
        yield f"{Kata.BASI}: posisi bulan {BULAN[figures['bulan_sumber'] - 1]}"
    if figures["status"] == TIDAK_DINILAI:
        above = figures["realisasi_sd"] > 0
        yield "target 0, realisasi lebih dari 0: periksa targetnya" if above else "target 0"


def _nanti(row: Catatan, bulan: int) -> BarisLembar:
    month = kolom_realisasi(bulan)
    typed = month in row["tidak_sah"] or row[month] is not None
    note = "setelah bulan laporan: disimpan, tidak dihitung" if typed else "setelah bulan laporan"
    value = Tanda.TIDAK_SAH if month in row["tidak_sah"] else row[month]
    return {**_asal(row, bulan), "realisasi": value, "keterangan": note}


def _asal(row: Catatan, bulan: int) -> BarisLembar:
    """Where the month's figure stands in what came back; with its sheet, where the row is of several."""
    berkas, lembar, sel = (texts[bulan - 1] for texts in row["origins"])
    alone = lembar == row["lembar"] or not sel
    return {"berkas": berkas, "sel": sel if alone else f"{lembar}!{sel}"}


def _belum_lapor(katalog: Katalog, item: Indikator, bulan: int, *, running: bool) -> BarisLembar:
    if not running:
        return {"keterangan": "setelah bulan laporan"}
    tipe = katalog.referensi.cari_tipe(item.tipe_perhitungan)
    target = target_sd(
        tipe.cara_hitung if tipe else "",
        katalog.kantor.rincian_target,
        desimal(item.target),
        tuple(map(desimal, item.target_periode)) or (None,) * 12,
        bulan,
    )
    return {
        "target_sd": None if target is None else float(target),
        "skala": BELUM_LAPOR,
        "keterangan": BELUM_LAPOR,
    }


def _rumus_bulan(referensi: Referensi, lembar: Lembar, n: int, row: BarisLembar) -> BarisLembar:
    made: BarisLembar = {**row, "no": n + 1}
    if "realisasi_sd" not in row:  # nothing was reported, or it does not count yet
        return made
    target, done, counted = (lembar.sel(n, key) for key in ("target_sd", "realisasi_sd", "capaian"))
    formulas = {
        "capaian": rumus.capaian_langsung(str(row["arah"]), target, done, referensi.batas_capaian),
        "skala": rumus.skala(counted, referensi.skala, rumus.status(target, done)),
    }
    return {**made, **{key: _rumus(text, row[key]) for key, text in formulas.items()}}


# --- Belum Lapor


def baris_belum_lapor(isi: IsiRekap) -> list[BarisLembar]:
    """Expected reporters without a counted return.

    `jabatan_kosong` is 1 on the first row of a jabatan from which nobody has reported, else blank:
    its sum is the number of such jabatan.
    """
    people = isi.pelapor
    everyone = Counter(p.jabatan.id for p in people)
    done = Counter(p.jabatan.id for p in people if p.melapor)
    counted = jabatan_melapor(isi.laporan)
    rows: list[BarisLembar] = []
    first: set[str] = set()
    for person in (p for p in people if not p.melapor):
        key = person.jabatan.id
        empty = key not in counted
        others = f"{done[key]} dari {everyone[key]} pegawai sudah melapor"
        rows.append(
            {
                "no": len(rows) + 1,
                **_tentang_jabatan(isi.katalog, person.jabatan),
                "nama": person.nama,
                "nip": person.nip,
                "indikator": len(isi.katalog.indikator_dari(key)),
                "jabatan_kosong": 1 if empty and key not in first else None,
                "keterangan": "" if empty else others,
            }
        )
        first.add(key)
    return rows


def jabatan_melapor(laporan: pd.DataFrame) -> set[str]:
    """Ids of the jabatan of which any return counts, whoever sent it."""
    return set(laporan.loc[laporan["dihitung"].astype(bool), "id_jabatan"])


def baris_tanpa_indikator(katalog: Katalog) -> list[BarisLembar]:
    """Jabatan that the catalogue lists without any indikator."""
    empty = [j for j in katalog.jabatan if not katalog.indikator_dari(j.id)]
    return [
        {"no": at, **_tentang_jabatan(katalog, j), "keterangan": "belum mempunyai indikator"}
        for at, j in enumerate(empty, start=1)
    ]


def _tentang_jabatan(katalog: Katalog, jabatan: Jabatan) -> BarisLembar:
    return {"unit": katalog.unit(jabatan.id).nama, "jabatan": jabatan.nama, "id_jabatan": jabatan.id}


# --- Ringkasan


@dataclass(frozen=True, slots=True)
class RingkasUnit:
    """A unit on the first page: rows received and the average of their capaian."""

    unit: Jabatan
    baris: int
    rata: Rata


@dataclass(frozen=True, slots=True)
class Perhatian:
    """A row of *Rekap Indikator* that needs attention; `posisi` is its place there (from 1).

    `kata` is the skala, or why there is no capaian.
    """

    posisi: int
    id_indikator: str
    nip: str
    nama: str
    capaian: float | None
    kata: str
    kendala: str
    tindak_lanjut: str


@dataclass(frozen=True, slots=True)
class Ringkas:
    """The first page's figures; they must equal what its formulas give.

    `indikator_belum_lapor` counts the indikator of expected reporters without a return; `kata` is
    how often each word (skala, "belum dinilai", "tidak dinilai") stands in *Rekap Indikator*;
    `rata_bulan` is the office's average at each month 1..the month reported to; `perhatian` holds
    the rows that need attention most, the most urgent first, of `perlu_perhatian` that do.
    """

    jabatan: int
    jabatan_kosong: int
    pelapor: int
    belum_lapor: tuple[Pelapor, ...]
    indikator_belum_lapor: int
    baris: int
    terisi: int
    rata: Rata
    kata: Mapping[str, int]
    galat: int
    peringatan: int
    unit: tuple[RingkasUnit, ...]
    rata_bulan: tuple[float | None, ...]
    perhatian: tuple[Perhatian, ...]
    perlu_perhatian: int


def ringkas(isi: IsiRekap) -> Ringkas:
    """Count and average for the first page."""
    measured = isi.capaian_per_bulan[isi.bulan]
    people = pelapor(isi.katalog, isi.laporan)
    missing = tuple(p for p in people if not p.melapor)
    words = measured["skala"].where(measured["status"] == DINILAI, measured["status"])
    levels = Counter(t.tingkat for t in isi.temuan)
    done = jabatan_melapor(isi.laporan)
    expected = {p.jabatan.id for p in people}
    months = (isi.capaian_per_bulan[b]["capaian"] for b in range(1, isi.bulan + 1))
    urgent, needing = _perhatian(isi)
    return Ringkas(
        jabatan=len(expected),
        jabatan_kosong=len(expected - done),
        pelapor=len(people),
        belum_lapor=missing,
        indikator_belum_lapor=sum(len(isi.katalog.indikator_dari(p.jabatan.id)) for p in missing),
        baris=len(measured),
        terisi=int((measured["bulan_terisi"] > 0).sum()),
        rata=rata_rata(measured["capaian"]),
        kata=Counter(words.tolist()),
        galat=levels[Tingkat.GALAT],
        peringatan=levels[Tingkat.PERINGATAN],
        unit=_ringkas_unit(isi.katalog, measured),
        rata_bulan=tuple(rata_rata(figures).nilai for figures in months),
        perhatian=urgent,
        perlu_perhatian=needing,
    )


def _ringkas_unit(katalog: Katalog, measured: pd.DataFrame) -> tuple[RingkasUnit, ...]:
    units = {j.id: katalog.unit(j.id) for j in katalog.jabatan if katalog.indikator_dari(j.id)}
    owner = measured["id_jabatan"].map({key: unit.id for key, unit in units.items()})
    groups = dict(list(measured.groupby(owner, sort=False)))
    nothing = measured.iloc[:0]
    found = []
    for unit in {u.id: u for u in units.values()}.values():
        rows = groups.get(unit.id, nothing)
        found.append(RingkasUnit(unit, len(rows), rata_rata(rows["capaian"])))
    return tuple(found)


def _perhatian(isi: IsiRekap) -> tuple[tuple[Perhatian, ...], int]:
    """The rows that need attention most, and how many do: lowest capaian first, then the unjudged."""
    order = _urutan(isi)
    best = isi.katalog.referensi.skala[0].batas if isi.katalog.referensi.skala else math.inf
    columns = ["status", "capaian", "realisasi_sd", "bulan_terisi", "skala", "id_indikator", "nip"]
    measured = isi.capaian_per_bulan[isi.bulan].loc[isi.baris.index, columns]
    rows = list(_catatan(measured, order))
    keys = [(urgency, at) for at, row in enumerate(rows) if (urgency := _mendesak(row, best)) is not None]
    first = nsmallest(PERHATIAN_PALING_BANYAK, keys)
    texts = _catatan(isi.baris[["nama", "kendala", "tindak_lanjut"]], [order[at] for _, at in first])
    found = (
        Perhatian(
            posisi=at + 1,
            id_indikator=str(rows[at]["id_indikator"]),
            nip=str(rows[at]["nip"] or ""),
            capaian=rows[at]["capaian"],
            kata=rows[at]["skala"] if rows[at]["status"] == DINILAI else rows[at]["status"],
            **{key: str(text or "") for key, text in typed.items()},
        )
        for (_, at), typed in zip(first, texts, strict=True)
    )
    return tuple(found), len(keys)


def _mendesak(row: Catatan, best: float) -> tuple[float, float] | None:
    """Sort key of a row's urgency, the smallest first; None where nothing needs attention."""
    if row["status"] == DINILAI:
        return (0, row["capaian"]) if row["capaian"] < best else None
    if row["status"] == TIDAK_DINILAI:
        return (1, 0) if row["realisasi_sd"] > 0 else None
    return (2, 0) if row["bulan_terisi"] else (3, 0)
