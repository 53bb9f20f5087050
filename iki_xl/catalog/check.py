"""Typed tables -> mistakes, with one pandera schema for each form and table of the layout.

The names of the checks are the codes of the findings. Nothing is read from files here.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.catalog.layout import NUMBER_KINDS, TIDAK, Column, Daftar, Kind
from iki_xl.catalog.model import CaraHitung, Referensi, TipePerhitungan
from iki_xl.catalog.values import is_percentage
from iki_xl.comparable import comparable
from iki_xl.nip import sebab_nip_tidak_sah
from iki_xl.tables import KATA_REKAP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    import pandera.pandas as pa

    from iki_xl.catalog.cast import Mistake, Typed
    from iki_xl.frames import Kegagalan

# Columns that are computed for a check, and the field whose cell the finding is about.
_TURUNAN = {"garis_atasan": "atasan", "nip_jabatan": "nip"}

_SEBUTAN_TERPANJANG = 60
_PERCENT_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Acuan:
    """The lists other tables refer to; None where a list could not be read, so nothing is said of it.

    `at_most_100` is whether the office refuses percentages beyond that.
    """

    jabatan: frozenset[str] | None
    referensi: Referensi
    satuan_terbaca: bool
    tipe_terbaca: bool
    at_most_100: bool

    def kenal(self, daftar: Daftar, text: str) -> bool:
        """Say whether a text is an entry of the list (a blank one always is)."""
        if not text:
            return True
        if daftar is Daftar.JABATAN:
            return self.jabatan is None or comparable(text) in self.jabatan
        if daftar is Daftar.SATUAN:
            return not self.satuan_terbaca or self.referensi.cari_satuan(text) is not None
        return not self.tipe_terbaca or self.referensi.cari_tipe(text) is not None

    def pilihan(self, daftar: Daftar) -> tuple[str, ...]:
        """Entries of the list, to suggest the nearest one of."""
        if daftar is Daftar.SATUAN:
            return self.referensi.satuan
        return tuple(tipe.nama for tipe in self.referensi.tipe) if daftar is Daftar.TIPE else ()


def acuan(tables: Mapping[str, Typed]) -> Acuan:
    """Gather the lists and settings from the tables that hold them."""
    jabatan, satuan, tipe = tables["jabatan"], tables["satuan"], tables["tipe"]
    beyond_100 = tables["pengaturan"].rows.get(0, {}).get("persentase_di_atas_100", "")
    ids = frozenset(comparable(text) for text in _texts(jabatan, "id"))
    any_method = CaraHitung.JUMLAH  # only the names matter here
    lists = Referensi(
        satuan=_texts(satuan, "nama"),
        tipe=tuple(TipePerhitungan(text, any_method) for text in _texts(tipe, "nama")),
    )
    return Acuan(
        ids if "id" in jabatan.ada else None,
        lists,
        "nama" in satuan.ada,
        "nama" in tipe.ada,
        comparable(str(beyond_100)) == comparable(TIDAK),
    )


def _texts(table: Typed, key: str) -> tuple[str, ...]:
    return tuple(str(row[key]) for row in table.rows.values() if row.get(key))


def periksa(table: Typed, known: Acuan) -> tuple[Mistake, ...]:
    """Check one table or form; return every mistake, each once."""
    from iki_xl.frames import kegagalan

    if not table.rows:
        return ()
    failures = kegagalan(_frame(table), _schema(table, known))
    return tuple(
        _mistake(table, known, failure)
        for failure in failures
        if (failure.baris, failure.kolom) not in table.ditolak
    )


def _frame(table: Typed) -> pd.DataFrame:
    import pandas as pd

    labels = list(table.rows)
    columns = {
        column.key: pd.Series(
            [row[column.key] for row in table.rows.values()],
            index=labels,
            dtype="float64" if column.kind in NUMBER_KINDS else "object",
        )
        for column in table.fields
    }
    return pd.DataFrame(columns | {key: _seri(values, labels) for key, values in _turunan(table).items()})


def _seri(values: list[str], labels: list[int]) -> pd.Series[str]:
    import pandas as pd

    return pd.Series(values, index=labels, dtype="object")


def _turunan(table: Typed) -> dict[str, list[str]]:
    rows = list(table.rows.values())
    if table.part.name == "jabatan" and {"id", "atasan"} <= table.ada:
        return {"garis_atasan": _lingkaran([(str(row["id"]), str(row["atasan"])) for row in rows])}
    if table.part.name == "pegawai" and {"nip", "id_jabatan"} <= table.ada:
        return {"nip_jabatan": [_nip_jabatan(row) for row in rows]}
    return {}


def _nip_jabatan(row: dict[str, str | float | None]) -> str:
    nip, jabatan = str(row["nip"]), comparable(str(row["id_jabatan"]))
    return f"{nip}|{jabatan}" if nip and jabatan else ""


def _lingkaran(lines: list[tuple[str, str]]) -> list[str]:
    """Chain "J01 → J02 → J01" for the first jabatan of each circle of atasan, "" for all others."""
    above = {comparable(own): comparable(atasan) for own, atasan in reversed(lines) if own}
    spelling = {comparable(own): own for own, _ in reversed(lines)}
    reported: set[str] = set()
    chains: list[str] = []
    for own, _ in lines:
        path = [comparable(own)]
        while (following := above.get(path[-1], "")) in above and following not in path:
            path.append(following)
        closed = bool(own) and following == path[0] and path[0] not in reported
        chains.append(" → ".join(spelling[key] for key in [*path, path[0]]) if closed else "")
        reported.update(path if closed else ())
    return chains


# Schemas ----------------------------------------------------------------------------------------


def _schema(table: Typed, known: Acuan) -> pa.DataFrameSchema:
    import pandera.pandas as pa

    checks: dict[str, list[pa.Check]] = {c.key: _checks(table, c, known) for c in table.fields}
    for key in _turunan(table):
        checks[key] = [_unik("K15") if key == "nip_jabatan" else _setiap("K06", lambda text: text == "")]
    return pa.DataFrameSchema({key: pa.Column(checks=own, nullable=True) for key, own in checks.items()})


def _setiap(kode: str, holds: Callable[[str], bool]) -> pa.Check:
    """Return a check of each value by itself."""
    import pandera.pandas as pa

    return pa.Check(lambda values: values.map(holds).astype(bool), name=kode)


def _unik(kode: str) -> pa.Check:
    """Return a check that no filled text stands a second time, compared without case."""
    import pandera.pandas as pa

    def holds(values: pd.Series[str]) -> pd.Series[bool]:
        keys = values.map(comparable)
        return ~keys.duplicated() | (keys == "")

    return pa.Check(holds, name=kode)


def _checks(table: Typed, column: Column, known: Acuan) -> list[pa.Check]:
    import pandera.pandas as pa

    if column.kind in NUMBER_KINDS:
        return _checks_angka(table, column, known)
    checks: list[pa.Check] = []
    if column.required:
        checks.append(_setiap("K03" if column.kind is Kind.ID else "K12", bool))
    if column.kind is Kind.ID:
        checks.append(_unik("K04"))
    if column.kind is Kind.NIP:
        checks.append(_setiap("K11", lambda text: not text or sebab_nip_tidak_sah(text) is None))
    if table.part.name in {"satuan", "tipe"} and column.key == "nama":
        checks.append(_unik("K23"))
    if table.part.name == "skala" and column.key == "sebutan":
        checks += [_unik("K23"), _setiap("K28", _sebutan_sah)]
    choices = column.choices
    if isinstance(choices, Daftar):
        checks.append(_setiap(_kode_daftar(column, choices), lambda text: known.kenal(choices, text)))
    elif choices:
        allowed = {comparable(choice) for choice in choices} | {""}
        checks.append(pa.Check(lambda values: values.map(comparable).isin(allowed), name="K13"))
    return checks


def _sebutan_sah(text: str) -> bool:
    """The recap counts rows by these words and writes them into formulas, beside words of its own."""
    return len(text) <= _SEBUTAN_TERPANJANG and comparable(text) not in map(comparable, KATA_REKAP)


def _checks_angka(table: Typed, column: Column, known: Acuan) -> list[pa.Check]:
    import pandera.pandas as pa

    limits = column.batas
    assert limits is not None
    checks = [pa.Check(lambda values: values.map(limits.sah).astype(bool), name="K14")]
    if column.required:
        checks.append(pa.Check(lambda values: values.notna(), name="K12", ignore_na=False))
    if column.kind is Kind.TAHUN:
        checks[0] = pa.Check(lambda values: values.map(limits.sah) & (values % 1 == 0), name="K14")
    if table.part.name == "skala":
        checks.append(pa.Check(lambda values: ~(values.diff() >= 0), name="K24"))
    if table.part.name == "indikator" and known.at_most_100:
        percent = [label for label, row in table.rows.items() if is_percentage(row["satuan"])]
        checks.append(
            pa.Check(lambda values: ~(values.index.isin(percent) & (values > _PERCENT_AT_MOST)), name="K32")
        )
    return checks


def _kode_daftar(column: Column, daftar: Daftar) -> str:
    if column.key == "atasan":
        return "K05"
    return {Daftar.JABATAN: "K09", Daftar.SATUAN: "K07", Daftar.TIPE: "K08"}[daftar]


# Words ------------------------------------------------------------------------------------------


def _mistake(table: Typed, known: Acuan, failure: Kegagalan) -> Mistake:
    label = failure.baris
    assert isinstance(label, int)
    key = _TURUNAN.get(failure.kolom, failure.kolom)
    column = next(column for column in table.fields if column.key == key)
    value = _tampak(table.rows[label][key])
    more: dict[str, object] = {"nama": column.title, "contoh": column.contoh}
    if failure.cek == "K06":
        more["rantai"] = dict(zip(table.rows, _turunan(table)["garis_atasan"], strict=True))[label]
    elif failure.cek == "K11":
        more["sebab"] = sebab_nip_tidak_sah(value)
    elif failure.cek == "K14" and column.batas:
        more["cara"] = column.batas.cara
    elif failure.cek == "K15":
        more["jabatan"] = table.rows[label]["id_jabatan"]
    if column.choices:
        choices = known.pilihan(column.choices) if isinstance(column.choices, Daftar) else column.choices
        more |= {"dekat": _dekat(value, choices), "pilihan": ", ".join(choices)}
    return table.mistake(failure.cek, label, key, value, **more)


def _tampak(value: str | float | None) -> str:
    return f"{value:.15g}".replace(".", ",") if isinstance(value, float) else str(value or "")


def _dekat(text: str, choices: tuple[str, ...]) -> str:
    """Return " Maksud Anda: Laporan?" for the nearest entry of a list, "" where none is near."""
    by_form = {comparable(choice): choice for choice in choices}
    near = difflib.get_close_matches(comparable(text), by_form, n=1)
    return f" Maksud Anda: {by_form[near[0]]}?" if near else ""
