"""Typed tables -> mistakes, with one pandera schema for each form and table of the layout.

The names of the checks are the codes of the findings. Nothing is read from files here.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.catalog.layout import ANSWER_NO
from iki_xl.catalog.model import CaraHitung, Referensi, RincianTarget, Sebaran, TipePerhitungan
from iki_xl.catalog.parts import NUMBER_KINDS, Column, ColumnKind, ListName
from iki_xl.catalog.public_keys import PUBLIC_KEYS
from iki_xl.catalog.values import is_percentage
from iki_xl.comparable import comparable
from iki_xl.nip import explain_invalid_nip
from iki_xl.tables import REKAP_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    import pandera.pandas as pa

    from iki_xl.catalog.cast import Mistake, Typed
    from iki_xl.frames import FailureCase

# Columns that are computed for a check, and the field whose cell the finding is about.
_DERIVED_FROM = {"garis_atasan": "atasan", "nip_jabatan": "nip"}

_LONGEST_LABEL = 60
_PERCENT_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class KnownIds:
    """The lists other tables refer to; None where a list could not be read, so nothing is said of it.

    `at_most_100` is whether the office refuses percentages beyond that; `rincian` is None where unknown.
    """

    jabatan: frozenset[str] | None
    referensi: Referensi
    satuan_was_read: bool
    tipe_was_read: bool
    at_most_100: bool
    rincian: RincianTarget | None = None

    def is_known(self, list_name: ListName, text: str) -> bool:
        """Say whether a text is an entry of the list (a blank one always is)."""
        if not text:
            return True
        if list_name is ListName.JABATAN:
            return self.jabatan is None or comparable(text) in self.jabatan
        if list_name is ListName.SATUAN:
            return not self.satuan_was_read or self.referensi.find_satuan(text) is not None
        return not self.tipe_was_read or self.referensi.find_tipe(text) is not None

    def list_choices(self, list_name: ListName) -> tuple[str, ...]:
        """Entries of the list, to suggest the nearest one of."""
        if list_name is ListName.SATUAN:
            return self.referensi.satuan
        return tuple(tipe.nama for tipe in self.referensi.tipe) if list_name is ListName.TIPE else ()


def gather_known_ids(tables: Mapping[str, Typed]) -> KnownIds:
    """Gather the lists and settings from the tables that hold them."""
    jabatan, satuan, tipe = tables["jabatan"], tables["satuan"], tables["tipe"]
    beyond_100 = tables["pengaturan"].rows.get(0, {}).get(PUBLIC_KEYS["percentage_over_100"], "")
    ids = frozenset(comparable(text) for text in _texts(jabatan, "id"))
    lists = Referensi(satuan=_texts(satuan, "nama"), tipe=_list_tipe(tipe))
    rincian = comparable(str(tables["kantor"].rows.get(0, {}).get("rincian_target", "")))
    return KnownIds(
        ids if "id" in jabatan.present else None,
        lists,
        "nama" in satuan.present,
        "nama" in tipe.present,
        comparable(str(beyond_100)) == comparable(ANSWER_NO),
        next((choice for choice in RincianTarget if choice.value == rincian), None),
    )


def _list_tipe(table: Typed) -> tuple[TipePerhitungan, ...]:
    """The office's tipe; what names no cara hitung is said of its own cell, and adds up here."""
    ways = {way.value: way for way in CaraHitung}
    return tuple(
        TipePerhitungan(
            str(row["nama"]), ways.get(comparable(str(row.get("cara_hitung", ""))), CaraHitung.TOTAL)
        )
        for row in table.rows.values()
        if row.get("nama")
    )


def _texts(table: Typed, key: str) -> tuple[str, ...]:
    return tuple(str(row[key]) for row in table.rows.values() if row.get(key))


def check_table(table: Typed, known: KnownIds) -> tuple[Mistake, ...]:
    """Check one table or form; return every mistake, each once."""
    from iki_xl.frames import find_failures

    if not table.rows:
        return ()
    failures = find_failures(_frame(table), _schema(table, known))
    return tuple(
        _mistake(table, known, failure)
        for failure in failures
        if (failure.rows, failure.column) not in table.refused
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
    return pd.DataFrame(
        columns | {key: _make_text_series(values, labels) for key, values in _derive_columns(table).items()}
    )


def _make_text_series(values: list[str], labels: list[int]) -> pd.Series[str]:
    import pandas as pd

    return pd.Series(values, index=labels, dtype="object")


def _derive_columns(table: Typed) -> dict[str, list[str]]:
    rows = list(table.rows.values())
    if table.part.name == "jabatan" and {"id", "atasan"} <= table.present:
        return {"garis_atasan": _find_circles([(str(row["id"]), str(row["atasan"])) for row in rows])}
    if table.part.name == "pegawai" and {"nip", "id_jabatan"} <= table.present:
        return {"nip_jabatan": [_join_nip_jabatan(row) for row in rows]}
    return {}


def _join_nip_jabatan(row: dict[str, str | float | None]) -> str:
    nip, jabatan = str(row["nip"]), comparable(str(row["id_jabatan"]))
    return f"{nip}|{jabatan}" if nip and jabatan else ""


def _find_circles(lines: list[tuple[str, str]]) -> list[str]:
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


def _schema(table: Typed, known: KnownIds) -> pa.DataFrameSchema:
    import pandera.pandas as pa

    checks: dict[str, list[pa.Check]] = {c.key: _checks(table, c, known) for c in table.fields}
    for key in _derive_columns(table):
        checks[key] = [
            _check_unique("K15") if key == "nip_jabatan" else _check_each("K06", lambda text: text == "")
        ]
    return pa.DataFrameSchema({key: pa.Column(checks=own, nullable=True) for key, own in checks.items()})


def _check_each(code: str, holds: Callable[[str], bool]) -> pa.Check:
    """Return a check of each value by itself."""
    import pandera.pandas as pa

    return pa.Check(lambda values: values.map(holds).astype(bool), name=code)


def _check_unique(code: str) -> pa.Check:
    """Return a check that no filled text stands a second time, compared without case."""
    import pandera.pandas as pa

    def holds(values: pd.Series[str]) -> pd.Series[bool]:
        keys = values.map(comparable)
        return ~keys.duplicated() | (keys == "")

    return pa.Check(holds, name=code)


def _checks(table: Typed, column: Column, known: KnownIds) -> list[pa.Check]:
    import pandera.pandas as pa

    if column.kind in NUMBER_KINDS:
        return _build_number_checks(table, column, known)
    checks: list[pa.Check] = []
    if column.required:
        checks.append(_check_each("K03" if column.kind is ColumnKind.ID else "K12", bool))
    if column.kind is ColumnKind.ID:
        checks.append(_check_unique("K04"))
    if column.kind is ColumnKind.NIP:
        checks.append(_check_each("K11", lambda text: not text or explain_invalid_nip(text) is None))
    if table.part.name in {"satuan", "tipe"} and column.key == "nama":
        checks.append(_check_unique("K23"))
    if table.part.name == "skala" and column.key == PUBLIC_KEYS["label"]:
        checks += [_check_unique("K23"), _check_each("K28", _is_label_allowed)]
    if column.key == "sebaran":
        checks += _build_sebaran_checks(table, known)
    choices = column.choices
    if isinstance(choices, ListName):
        checks.append(
            _check_each(_choose_list_code(column, choices), lambda text: known.is_known(choices, text))
        )
    elif choices:
        allowed = {comparable(choice) for choice in choices} | {""}
        checks.append(pa.Check(lambda values: values.map(comparable).isin(allowed), name="K13"))
    return checks


def _build_sebaran_checks(table: Typed, known: KnownIds) -> list[pa.Check]:
    """A sebaran that changes nothing, beside targets of periods or months that are not added up, is said."""
    import pandera.pandas as pa

    if known.rincian not in {None, RincianTarget.YEARLY}:
        said = {choice.value for choice in Sebaran if choice}
        return [_check_each("K40", lambda text: comparable(text) not in said)]
    rows = table.rows.items()
    others = [label for label, row in rows if not _may_add_up(known, str(row["tipe_perhitungan"]))]

    def holds(values: pd.Series[str]) -> pd.Series[bool]:
        return ~((values.map(comparable) == Sebaran.EVEN) & values.index.isin(others))

    return [pa.Check(holds, name="K39")]


def _may_add_up(known: KnownIds, tipe: str) -> bool:
    """Say whether months may be added up under a tipe; a blank one is for staff to choose."""
    found = known.referensi.find_tipe(tipe)
    return found is None or found.cara_hitung is CaraHitung.TOTAL


def _is_label_allowed(text: str) -> bool:
    """The recap counts rows by these words and writes them into formulas, beside words of its own."""
    return len(text) <= _LONGEST_LABEL and comparable(text) not in map(comparable, REKAP_WORDS)


def _build_number_checks(table: Typed, column: Column, known: KnownIds) -> list[pa.Check]:
    import pandera.pandas as pa

    limits = column.limits
    assert limits is not None
    checks = [pa.Check(lambda values: values.map(limits.is_allowed).astype(bool), name="K14")]
    if column.required:
        checks.append(pa.Check(lambda values: values.notna(), name="K12", ignore_na=False))
    if column.kind is ColumnKind.TAHUN:
        checks[0] = pa.Check(lambda values: values.map(limits.is_allowed) & (values % 1 == 0), name="K14")
    if table.part.name == "skala":
        checks.append(pa.Check(lambda values: ~(values.diff() >= 0), name="K24"))
    if table.part.name == "indikator" and known.at_most_100:
        percent = [label for label, row in table.rows.items() if is_percentage(row["satuan"])]
        checks.append(
            pa.Check(lambda values: ~(values.index.isin(percent) & (values > _PERCENT_AT_MOST)), name="K32")
        )
    return checks


def _choose_list_code(column: Column, list_name: ListName) -> str:
    if column.key == "atasan":
        return "K05"
    return {ListName.JABATAN: "K09", ListName.SATUAN: "K07", ListName.TIPE: "K08"}[list_name]


# Words ------------------------------------------------------------------------------------------


def _mistake(table: Typed, known: KnownIds, failure: FailureCase) -> Mistake:
    label = failure.rows
    assert isinstance(label, int)
    key = _DERIVED_FROM.get(failure.column, failure.column)
    column = next(column for column in table.fields if column.key == key)
    value = _spell_value(table.rows[label][key])
    more: dict[str, object] = {"nama": column.title, "contoh": column.example}
    if failure.check == "K06":
        more["rantai"] = dict(zip(table.rows, _derive_columns(table)["garis_atasan"], strict=True))[label]
    elif failure.check == "K11":
        more["sebab"] = explain_invalid_nip(value)
    elif failure.check == "K14" and column.limits:
        more["cara"] = column.limits.how
    elif failure.check == "K15":
        more["jabatan"] = table.rows[label]["id_jabatan"]
    if column.choices:
        choices = (
            known.list_choices(column.choices) if isinstance(column.choices, ListName) else column.choices
        )
        more |= {"dekat": _suggest_nearest(value, choices), "pilihan": ", ".join(choices)}
    return table.mistake(failure.check, label, key, value, **more)


def _spell_value(value: str | float | None) -> str:
    return f"{value:.15g}".replace(".", ",") if isinstance(value, float) else str(value or "")


def _suggest_nearest(text: str, choices: tuple[str, ...]) -> str:
    """Return " Maksud Anda: Laporan?" for the nearest entry of a list, "" where none is near."""
    by_form = {comparable(choice): choice for choice in choices}
    near = difflib.get_close_matches(comparable(text), by_form, n=1)
    return f" Maksud Anda: {by_form[near[0]]}?" if near else ""
