"""The tables of `tables.py` as pandera models: what the next stage may count on.

The tests check them where a table passes from one stage to the next; a run does not pay for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.tables import (
    ASSESSED_AT_YEAR_END,
    CHANGE_COLUMNS,
    EXPLANATION_COLUMNS,
    EXPLANATIONS,
    NOT_ASSESSED,
    NOT_YET_ASSESSED,
    REALISASI_COLUMNS,
    REALISASI_CSV_COLUMNS,
    REPORTED_COLUMNS,
    RETURN_COLUMNS,
    SINCE_COLUMNS,
    SOURCE_COLUMNS,
    list_row_columns,
    name_period_target_column,
)

if TYPE_CHECKING:
    import pandera.pandas as pa

_MOMENT = r"|\d{4}-\d{2}-\d{2} \d{2}:\d{2}"
_DIGEST = r"|[0-9a-f]{64}"


def build_rows_model(periods: int) -> pa.DataFrameSchema:
    """Return the model of `rows` for an office with so many sub-periods in its targets (0, 4 or 12)."""
    period_targets = [name_period_target_column(number) for number in range(1, periods + 1)]
    numbers = ["target", *period_targets, *REALISASI_COLUMNS]
    special = {
        **dict.fromkeys(numbers, _number(least=0)),
        "id_laporan": _whole(least=0),
        "cara_hitung": _text("|jumlah|terakhir|rata-rata"),
        "tidak_sah": _column_names(),
    }
    return _model(list_row_columns(periods), special)


def build_returns_model() -> pa.DataFrameSchema:
    """Return the model of `returns`."""
    special = {
        "id_laporan": _whole(least=0),
        "disimpan": _text(_MOMENT),
        "dihitung": _flag(),
        "terisi": _text(r"|(?:1?\d)(?: 1?\d)*"),
        **dict.fromkeys(REPORTED_COLUMNS, _text(_MOMENT)),
    }
    return _model(RETURN_COLUMNS, special)


def build_sources_model() -> pa.DataFrameSchema:
    """Return the model of `sources`."""
    special = {"disimpan": _text(_MOMENT), "sha256": _text(_DIGEST), "dihitung": _flag()}
    return _model(SOURCE_COLUMNS, special)


def build_changes_model() -> pa.DataFrameSchema:
    """Return the model of `changes`."""
    return _model(CHANGE_COLUMNS, {})


def build_explanations_model() -> pa.DataFrameSchema:
    """Return the model of `explanations`."""
    return _model(EXPLANATION_COLUMNS, {"id_laporan": _whole(least=0), "bulan": _whole(0, 12)})


def build_since_model() -> pa.DataFrameSchema:
    """Return the model of `since`."""
    return _model(SINCE_COLUMNS, {"bulan": _whole(1, 12)})


def build_realisasi_model() -> pa.DataFrameSchema:
    """Return the model of `realisasi`: one row a filled month."""
    special = {"bulan": _whole(1, 12), "realisasi": _number(least=0, nullable=False), "target": _number()}
    return _model(REALISASI_CSV_COLUMNS, special)


def build_measures_model(columns: tuple[str, ...], cap: float) -> pa.DataFrameSchema:
    """Return the model of the measures, whose columns and cap of capaian (percent) are given."""
    special = {
        **dict.fromkeys(("target_sd", "realisasi_sd", "capaian_mentah"), _number()),
        "capaian": _number(least=0, most=cap),
        "bulan_sumber": _month_or_none(),
        "basi": _flag(),
        "bulan_terisi": _whole(0, 12),
        "status": _text(f"dinilai|{NOT_YET_ASSESSED}|{NOT_ASSESSED}|{ASSESSED_AT_YEAR_END}"),
    }
    return _model(columns, special)


def _model(columns: tuple[str, ...], special: dict[str, pa.Column]) -> pa.DataFrameSchema:
    """All columns in their order and no other; a text where nothing else is said."""
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {name: special.get(name) or _text() for name in columns}, strict=True, ordered=True, unique=None
    )


def _text(pattern: str = "") -> pa.Column:
    import pandera.pandas as pa

    checks = [pa.Check(lambda value: isinstance(value, str), element_wise=True, name="is_text")]
    if pattern:
        checks.append(pa.Check.str_matches(rf"^(?:{pattern})$"))
    return pa.Column(None, checks)


def _number(*, least: float | None = None, most: float | None = None, nullable: bool = True) -> pa.Column:
    import pandera.pandas as pa

    checks = [pa.Check.ge(least)] if least is not None else []
    return pa.Column(None, [*checks, *([pa.Check.le(most)] if most is not None else [])], nullable=nullable)


def _whole(least: int, most: int | None = None) -> pa.Column:
    import pandera.pandas as pa

    checks = [pa.Check.ge(least), *([pa.Check.le(most)] if most is not None else [])]
    return pa.Column(None, [*checks, pa.Check(lambda value: value == int(value), element_wise=True)])


def _month_or_none() -> pa.Column:
    import pandera.pandas as pa

    return pa.Column("Int64", pa.Check.in_range(1, 12), nullable=True)


def _flag() -> pa.Column:
    import pandera.pandas as pa

    return pa.Column(None, pa.Check.isin([True, False]))


def _column_names() -> pa.Column:
    import pandera.pandas as pa

    names = "|".join(
        ("satuan", "tipe_perhitungan", r"target(?:_periode_\d\d)?", r"realisasi_\d\d", *EXPLANATIONS)
    )
    return pa.Column(None, pa.Check.str_matches(rf"^(?:(?:{names})(?: (?:{names}))*)?$"))
