"""What stands in *Rekap Unit* and *Rekap Jabatan*: a row per unit and a row per expected reporter.

Units and reporters are numbered. The sheets behind carry these numbers beside every row, and the
formulas find rows by them: neither sorting nor equal names change a figure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iki_xl.catalog import BULAN
from iki_xl.measures import bulatkan, desimal, skala
from iki_xl.recap import layout, rumus
from iki_xl.recap.susun import Pelapor, Rumus, Tautan, pelapor
from iki_xl.tables import BELUM_DINILAI, BELUM_LAPOR, BULAN_KE, kolom_realisasi

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Jabatan, Katalog
    from iki_xl.recap.layout import Lembar
    from iki_xl.recap.susun import BarisLembar, Isi, IsiRekap

KEDALAMAN = "kedalaman"  # of a row in the line of atasan; not a column, it indents the row
SELURUH_KANTOR = "Seluruh kantor"
SUDAH, BELUM, TAMBAHAN = "ya", "belum", "tambahan"
LIHAT = "lihat"
TAUTAN_PALING_BANYAK = 65_530  # Excel keeps no more links on a sheet
# Averages of earlier months are formulas while all of them together compare no more cells than this.
PERBANDINGAN_PALING_BANYAK = 100_000_000


@dataclass(frozen=True, slots=True)
class Penyetor:
    """A row of *Rekap Jabatan*: an expected reporter, or one more return of that jabatan.

    Attributes:
        orang: who is expected, or who handed in.
        kedalaman: steps below the top of the line of atasan.
        laporan: ids of the counted returns behind the row.
        tambahan: handed in by somebody whom the catalogue does not expect.
        lain: the catalogue expects somebody else of that jabatan under another NIP.
    """

    orang: Pelapor
    kedalaman: int
    laporan: tuple[str, ...] = ()
    tambahan: bool = False
    lain: bool = False


@dataclass(frozen=True)
class Pembagian:
    """Who stands where: units and reporters in the order of their sheets; numbers count from 1."""

    unit: tuple[Jabatan, ...]
    penyetor: tuple[Penyetor, ...]
    no_unit: Mapping[str, int]  # by id of the jabatan
    no_pelapor: Mapping[object, int]  # by id of the counted return


def bagi(isi: IsiRekap) -> Pembagian:
    """Number the units and the reporters of an office."""
    expected: dict[str, list[Pelapor]] = defaultdict(list)
    for person in pelapor(isi.katalog, isi.laporan):
        expected[person.jabatan.id].append(person)
    units = {key: isi.katalog.unit(key) for key in expected}
    order = {unit.id: unit for unit in units.values()}
    number = {key: at for at, key in enumerate(order, start=1)}
    returns = _laporan_dihitung(isi.laporan)
    found = [
        row
        for jabatan, depth in garis_atasan(isi.katalog)
        if jabatan.id in expected
        for row in _penyetor(expected[jabatan.id], returns.get(jabatan.id, []), depth)
    ]
    return Pembagian(
        unit=tuple(order.values()),
        penyetor=tuple(found),
        no_unit={key: number[unit.id] for key, unit in units.items()},
        no_pelapor={key: at for at, row in enumerate(found, start=1) for key in row.laporan},
    )


def garis_atasan(katalog: Katalog) -> list[tuple[Jabatan, int]]:
    """Every jabatan after its atasan, with its steps below the top; else in the catalogue's order."""
    below: dict[str, list[Jabatan]] = defaultdict(list)
    for jabatan in katalog.jabatan:
        known = jabatan.atasan in katalog.jabatan_menurut_id
        below[jabatan.atasan if known else ""].append(jabatan)
    found: list[tuple[Jabatan, int]] = []
    ahead = [(jabatan, 0) for jabatan in reversed(below[""])]
    while ahead:
        jabatan, depth = ahead.pop()
        found.append((jabatan, depth))
        ahead += [(next_one, depth + 1) for next_one in reversed(below[jabatan.id])]
    return found


def kedalaman(row: BarisLembar) -> int:
    """Steps that a row of any sheet stands below the top of the line of atasan."""
    depth = row.get(KEDALAMAN)
    return depth if isinstance(depth, int) else 0


@dataclass(frozen=True, slots=True)
class _Setoran:
    """A counted return."""

    id: str
    nip: str
    nama: str


def _laporan_dihitung(laporan: pd.DataFrame) -> dict[str, list[_Setoran]]:
    """Counted returns by jabatan, in the table's order."""
    found: dict[str, list[_Setoran]] = defaultdict(list)
    columns = (laporan[name].tolist() for name in ("id_jabatan", "id_laporan", "nip", "nama", "dihitung"))
    for jabatan, key, nip, nama, counted in zip(*columns, strict=True):
        # sheets that were put together to one return have one id
        if counted and all(known.id != key for known in found[jabatan]):
            found[jabatan].append(_Setoran(key, nip, nama))
    return found


def _penyetor(expected: Sequence[Pelapor], returns: Sequence[_Setoran], depth: int) -> list[Penyetor]:
    """Rows of one jabatan: its expected reporters, then the returns of others."""
    if len(expected) == 1:
        return _satu_penyetor(expected[0], returns, depth)
    own: dict[str, list[str]] = {person.nip: [] for person in expected}
    others = [r for r in returns if r.nip not in own]
    for each in returns:
        if each.nip in own:
            own[each.nip].append(each.id)
    found = [Penyetor(person, depth, tuple(own[person.nip])) for person in expected]
    return found + [_tambahan(expected[0].jabatan, r, depth) for r in others]


def _satu_penyetor(person: Pelapor, returns: Sequence[_Setoran], depth: int) -> list[Penyetor]:
    """One person is expected: any return is theirs, their own NIP before others."""
    if not returns:
        return [Penyetor(person, depth)]
    first = next((r for r in returns if r.nip == person.nip), returns[0])
    same = tuple(r.id for r in returns if r.nip == first.nip)
    who = Pelapor(person.jabatan, first.nip or person.nip, first.nama or person.nama, melapor=True)
    acting = bool(person.nip and first.nip and person.nip != first.nip)
    others = [r for r in returns if r.nip != first.nip]
    return [
        Penyetor(who, depth, same, lain=acting),
        *(_tambahan(person.jabatan, r, depth) for r in others),
    ]


def _tambahan(jabatan: Jabatan, found: _Setoran, depth: int) -> Penyetor:
    return Penyetor(Pelapor(jabatan, found.nip, found.nama, melapor=True), depth, (found.id,), tambahan=True)


def nomori(isi: IsiRekap, bagian: Pembagian, rows: Iterable[BarisLembar]) -> list[BarisLembar]:
    """The rows of a sheet behind with the number of their unit and, where handed in, their reporter."""
    owner = {item.id: item.id_jabatan for item in isi.katalog.indikator}
    return [
        {
            **row,
            "no_unit": bagian.no_unit[owner[str(row["id_indikator"])]],
            "no_pelapor": bagian.no_pelapor.get(row.get("id_laporan")),
        }
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Angka:
    """What is counted and averaged of one unit, one reporter or the office.

    `bulan` has the averages to the end of months 1..12, None where there is no figure; `terakhir` is
    the last filled month up to the one reported to, 0 when there is none.
    """

    indikator: int = 0
    terisi: int = 0
    dinilai: int = 0
    rata: float | None = None
    bulan: tuple[float | None, ...] = (None,) * 12
    terakhir: int = 0


def hitung(isi: IsiRekap, nomor: pd.Series[int]) -> dict[int, Angka]:
    """Figures of each group of rows.

    Args:
        isi: the recap.
        nomor: the number of each row's group, with the index of `isi.baris`.
    """
    now = isi.capaian_per_bulan[isi.bulan].loc[isi.baris.index]
    rows = _menurut(nomor.groupby(nomor).count())
    filled = _menurut((now["bulan_terisi"] > 0).groupby(nomor).sum())
    judged = _menurut(now["capaian"].notna().groupby(nomor).sum())
    means = [_rata(isi.capaian_per_bulan[b], nomor) for b in range(1, isi.bulan + 1)]
    last = _menurut(_bulan_terakhir(isi).groupby(nomor).max())
    rest = (None,) * (12 - isi.bulan)
    return {
        key: Angka(
            indikator=count,
            terisi=filled[key],
            dinilai=judged[key],
            rata=means[-1].get(key),
            bulan=(*(month.get(key) for month in means), *rest),
            terakhir=last[key],
        )
        for key, count in rows.items()
    }


def _menurut(table: pd.Series[Any]) -> dict[int, int]:
    """Whole numbers by the number of their group."""
    return {int(key): int(value) for key, value in zip(table.index.tolist(), table.tolist(), strict=True)}


def _rata(measured: pd.DataFrame, nomor: pd.Series[int]) -> dict[int, float]:
    """`measures.rata_rata` of every group at once: capaian has two decimals, so its hundredths are whole."""
    hundredths = measured["capaian"].loc[nomor.index].dropna().mul(100).round()
    groups = hundredths.groupby(nomor.loc[hundredths.index])
    count = _menurut(groups.count())
    return {
        key: float(bulatkan(Decimal(total) / (100 * count[key])))
        for key, total in _menurut(groups.sum()).items()
    }


def _bulan_terakhir(isi: IsiRekap) -> pd.Series[int]:
    """Last filled month of each row up to the one reported to, 0 when there is none."""
    last = isi.baris["id_indikator"].map(lambda _: 0).astype("int64")
    for month in range(1, isi.bulan + 1):
        last = last.mask(isi.baris[kolom_realisasi(month)].notna(), month)
    return last


@dataclass(frozen=True)
class Rujukan:
    """Where the formulas look: the sheets behind, and how many rows each of them has."""

    isi: IsiRekap
    bagian: Pembagian
    jumlah_rekap: int
    jumlah_bulan: int

    @cached_property
    def lembar_rekap(self) -> Lembar:
        return layout.lembar_rekap(self.isi.katalog.kantor.rincian_target, self.isi.bulan)

    @cached_property
    def lembar_jabatan(self) -> Lembar:
        return layout.lembar_jabatan(self.isi.bulan)

    @cached_property
    def lembar_bulan(self) -> tuple[Lembar, ...]:
        rincian = self.isi.katalog.kantor.rincian_target
        return tuple(layout.lembar_bulan(b, rincian) for b in BULAN_KE)

    def rekap(self, key: str) -> str:
        """Range of a column of *Rekap Indikator*."""
        return self.lembar_rekap.rentang_kolom(key, self.jumlah_rekap)

    def jabatan(self, key: str) -> str:
        """Range of a column of *Rekap Jabatan*."""
        return self.lembar_jabatan.rentang_kolom(key, len(self.bagian.penyetor))

    def bulan(self, bulan: int, key: str) -> str:
        """Range of a column of a month's sheet."""
        return self.lembar_bulan[bulan - 1].rentang_kolom(key, self.jumlah_bulan)

    def hidup(self, jumlah: int) -> bool:
        """Whether `jumlah` rows can have formulas for every month without slowing the workbook down."""
        return jumlah * self.jumlah_bulan * self.isi.bulan <= PERBANDINGAN_PALING_BANYAK


def catatan_bulan(rujukan: Rujukan, jumlah: int) -> str:
    """Sentence on how the averages of the months were made."""
    if rujukan.hidup(jumlah):
        return "Rata-rata per bulan dihitung dari lembar bulan."
    return "Rata-rata per bulan disimpan sebagai nilai, supaya buku kerja sebesar ini tetap ringan."


def baris_unit(rujukan: Rujukan) -> list[BarisLembar]:
    """Rows of *Rekap Unit*: every unit, then the whole office; none when nobody is expected."""
    isi, bagian = rujukan.isi, rujukan.bagian
    if not bagian.unit:
        return []
    lembar = layout.lembar_unit(isi.bulan)
    numbers = isi.baris["id_jabatan"].map(bagian.no_unit)
    by_unit = hitung(isi, numbers)
    people = _menurut_unit(bagian)
    rows = [
        {
            "id_unit": unit.id,
            "unit": unit.nama,
            **_isi_unit(rujukan, lembar, n, by_unit.get(n + 1, Angka()), people[n + 1]),
        }
        for n, unit in enumerate(bagian.unit)
    ]
    office = hitung(isi, numbers.map(lambda _: 0)).get(0, Angka())
    return [*rows, _seluruh_kantor(rujukan, lembar, office)]


def _menurut_unit(bagian: Pembagian) -> dict[int, list[int]]:
    """Positions of the reporters of each unit in *Rekap Jabatan*."""
    found: dict[int, list[int]] = defaultdict(list)
    for at, row in enumerate(bagian.penyetor):
        found[bagian.no_unit[row.orang.jabatan.id]].append(at)
    return found


def _isi_unit(rujukan: Rujukan, lembar: Lembar, n: int, angka: Angka, people: list[int]) -> BarisLembar:
    rows = [rujukan.bagian.penyetor[at] for at in people]
    number, key = lembar.sel(n, "no"), rujukan.rekap("no_unit")
    of_unit = rujukan.jabatan("no_unit")
    done = rumus.banyak_menurut(of_unit, number, rujukan.jabatan("melapor"), SUDAH)
    capaian = rujukan.rekap("capaian")
    formulas = {
        "indikator": f"={rumus.banyak_menurut(key, number)}",
        "terisi": f"={rumus.banyak_menurut(key, number, rujukan.rekap('bulan_terisi'), '>0')}",
        "belum": f"={rumus.jumlah_menurut(of_unit, number, rujukan.jabatan('belum'))}",
        "dinilai": f"={rumus.banyak_menurut(key, number, capaian, '>=0')}",
        "rata": rumus.rata_menurut(key, number, capaian),
    }
    return {
        "no": n + 1,
        **_angka_unit(rujukan, rows, done, angka, formulas),
        "skala": _skala(rujukan.isi, lembar.sel(n, "rata"), angka.rata, BELUM_DINILAI),
        **_bulan(rujukan, len(rujukan.bagian.unit), number, "no_unit", angka),
        "tautan": Tautan(LIHAT, rujukan.lembar_jabatan.tujuan(people[0])),
    }


def _seluruh_kantor(rujukan: Rujukan, lembar: Lembar, angka: Angka) -> BarisLembar:
    isi, rows = rujukan.isi, rujukan.bagian.penyetor
    done = rumus.banyak_menurut(rujukan.jabatan("melapor"), rumus.teks(SUDAH))
    capaian = rujukan.rekap("capaian")
    formulas = {
        "indikator": f"=COUNT({rujukan.rekap('no_unit')})",
        "terisi": f"={rumus.banyak_menurut(rujukan.rekap('bulan_terisi'), rumus.teks('>0'))}",
        "belum": f"=SUM({rujukan.jabatan('belum')})",
        "dinilai": f"=COUNT({capaian})",
        "rata": rumus.rata(capaian),
    }
    months = {
        layout.kolom_rata(b): Rumus(rumus.rata(rujukan.bulan(b, "capaian")), mean)
        for b, mean in enumerate(angka.bulan, start=1)
        if mean is not None
    }
    n = len(rujukan.bagian.unit)
    return {
        "unit": SELURUH_KANTOR,
        **_angka_unit(rujukan, rows, done, angka, formulas),
        "skala": _skala(isi, lembar.sel(n, "rata"), angka.rata, BELUM_DINILAI),
        **months,
        "tautan": Tautan(LIHAT, rujukan.lembar_rekap.tujuan(0)),
    }


def _angka_unit(
    rujukan: Rujukan, rows: Sequence[Penyetor], done: str, angka: Angka, formulas: Mapping[str, str]
) -> BarisLembar:
    """Counts of a unit or the office; `done` is the expression for how many have reported."""
    expected = [row.orang for row in rows if not row.tambahan]
    reported = sum(person.melapor for person in expected)
    missing = sum(_ditunggu(rujukan.isi, row) for row in rows)
    values: dict[str, float | str] = {
        "indikator": angka.indikator,
        "terisi": angka.terisi,
        "belum": angka.indikator - angka.terisi + missing,
        "dinilai": angka.dinilai,
        "rata": "" if angka.rata is None else angka.rata,
    }
    share = f"{reported} dari {len(expected)}"
    return {
        "jabatan": len({person.jabatan.id for person in expected}),
        "melapor": Rumus(f'={done}&" dari {len(expected)}"', share),
        **{key: Rumus(text, values[key]) for key, text in formulas.items()},
    }


def _ditunggu(isi: IsiRekap, row: Penyetor) -> int:
    """Indikator of a reporter without a return."""
    return 0 if row.laporan else len(isi.katalog.indikator_dari(row.orang.jabatan.id))


def _skala(isi: IsiRekap, cell: str, mean: float | None, otherwise: str) -> Rumus:
    steps = isi.katalog.referensi.skala
    figure = desimal(mean)
    word = otherwise if figure is None else skala(figure, steps)
    return Rumus(rumus.skala(cell, steps, rumus.teks(otherwise)), word)


def _bulan(rujukan: Rujukan, jumlah: int, number: str, key: str, angka: Angka) -> BarisLembar:
    """Averages of the months. One without a figure stays blank: a chart would draw a text as 0."""
    found: dict[str, Isi] = {}
    live = rujukan.hidup(jumlah)
    for month, mean in enumerate(angka.bulan, start=1):
        if mean is None:
            continue
        made: Isi = mean
        if live:
            ranges = rujukan.bulan(month, key), rujukan.bulan(month, "capaian")
            made = Rumus(rumus.rata_menurut(ranges[0], number, ranges[1]), mean)
        found[layout.kolom_rata(month)] = made
    return found


def baris_jabatan(rujukan: Rujukan, rekap: Sequence[BarisLembar]) -> list[BarisLembar]:
    """Rows of *Rekap Jabatan*; `rekap` are the numbered rows of *Rekap Indikator*, which are linked to."""
    isi, bagian = rujukan.isi, rujukan.bagian
    lembar = rujukan.lembar_jabatan
    by_person = hitung(isi, isi.baris["id_laporan"].map(bagian.no_pelapor))
    behind: dict[Isi, int] = {}
    for n, line in enumerate(rekap):
        behind.setdefault(line["no_pelapor"], n)
    rows = []
    for n, row in enumerate(bagian.penyetor):
        angka = by_person.get(n + 1, Angka())
        made = {
            **_tentang(rujukan, n, row, angka),
            **_isi_jabatan(rujukan, lembar, n, row, angka),
            **_bulan(rujukan, len(bagian.penyetor), lembar.sel(n, "no"), "no_pelapor", angka),
        }
        if n + 1 in behind and n < TAUTAN_PALING_BANYAK:
            made["tautan"] = Tautan(LIHAT, rujukan.lembar_rekap.tujuan(behind[n + 1]))
        rows.append(made)
    return rows


def _tentang(rujukan: Rujukan, n: int, row: Penyetor, angka: Angka) -> BarisLembar:
    katalog, jabatan = rujukan.isi.katalog, row.orang.jabatan
    superior = katalog.jabatan_menurut_id.get(jabatan.atasan)
    told = TAMBAHAN if row.tambahan else SUDAH if row.orang.melapor else BELUM
    return {
        KEDALAMAN: row.kedalaman,
        "no": n + 1,
        "jabatan": jabatan.nama,
        "nama": row.orang.nama,
        "nip": row.orang.nip,
        "atasan": superior.nama if superior else jabatan.atasan_luar,
        "unit": katalog.unit(jabatan.id).nama,
        "bulan_terakhir": BULAN[angka.terakhir - 1] if angka.terakhir else "",
        "melapor": told,
        "keterangan": "; ".join(_keterangan(rujukan.isi.bulan, row, angka)),
        "id_jabatan": jabatan.id,
        "no_unit": rujukan.bagian.no_unit[jabatan.id],
    }


def _keterangan(bulan: int, row: Penyetor, angka: Angka) -> Iterable[str]:
    if not row.orang.melapor:
        yield BELUM_LAPOR
    elif not angka.terisi:
        yield "laporan diterima, belum ada isian"
    elif angka.terakhir < bulan:
        yield f"belum ada isian setelah {BULAN[angka.terakhir - 1]}"
    if row.tambahan:
        yield "pengirim tidak tercatat pada jabatan ini di katalog"
    if row.lain:
        yield "NIP berbeda dari katalog"


def _isi_jabatan(rujukan: Rujukan, lembar: Lembar, n: int, row: Penyetor, angka: Angka) -> BarisLembar:
    isi, reported = rujukan.isi, bool(row.laporan)
    number, counted, left, mean = (lembar.sel(n, key) for key in ("no", "indikator", "belum", "rata"))
    key, capaian = rujukan.rekap("no_pelapor"), rujukan.rekap("capaian")
    total = angka.indikator if reported else _ditunggu(isi, row)
    filled = rumus.banyak_menurut(key, number, rujukan.rekap("bulan_terisi"), ">0")
    judged = f"={rumus.banyak_menurut(key, number, capaian, '>=0')}"
    share = f"{angka.terisi} dari {total}"
    average = "" if angka.rata is None else angka.rata
    return {
        "indikator": Rumus(f"={rumus.banyak_menurut(key, number)}", total) if reported else total,
        "terisi": Rumus(f'=({counted}-{left})&" dari "&{counted}', share),
        "belum": Rumus(f"={counted}-{filled}", total - angka.terisi),
        "dinilai": Rumus(judged, angka.dinilai),
        "rata": Rumus(rumus.rata_menurut(key, number, capaian), average),
        "skala": _skala(isi, mean, angka.rata, BELUM_DINILAI if reported else BELUM_LAPOR),
    }
