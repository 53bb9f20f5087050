"""The figures of the whole office for the first page, and the rows that need attention."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING

from iki_xl.findings import Level
from iki_xl.measures import ASSESSED, MeanFigure, compute_mean
from iki_xl.recap.content import (
    RecapContent,
    TableRecord,
    order_rows,
    walk_table_records,
)
from iki_xl.recap.page_layout import MOST_ATTENTION_ITEMS
from iki_xl.tables import ASSESSED_AT_YEAR_END, NOT_ASSESSED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from iki_xl.catalog import Jabatan, Katalog
    from iki_xl.reporters import Reporter


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit on the first page: rows received and the average of their capaian."""

    unit: Jabatan
    rows: int
    mean: MeanFigure


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """A row of *Rekap Indikator* that needs attention; `position` is its place there (from 1).

    `words` is the skala, or why there is no capaian.
    """

    position: int
    id_indikator: str
    nip: str
    nama: str
    capaian: float | None
    words: str
    kendala: str
    tindak_lanjut: str


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    """The first page's figures; they must equal what its formulas give.

    `not_reported` are the expected reporters without an entry in the month reported to, `missing_indikator`
    counts the indikator of those without any return; `words` is
    how often each word (skala, "belum dinilai" and its like) stands in *Rekap Indikator*;
    `bulan_means` is the office's average at each month 1..the month reported to; `attention` holds
    the rows that need attention most, the most urgent first, of `attention_count` that do.
    """

    reporters: int
    not_reported: tuple[Reporter, ...]
    missing_indikator: int
    rows: int
    filled: int
    mean: MeanFigure
    words: Mapping[str, int]
    galat: int
    peringatan: int
    unit: tuple[UnitFigures, ...]
    bulan_means: tuple[float | None, ...]
    attention: tuple[AttentionItem, ...]
    attention_count: int


def summarize(content: RecapContent) -> OfficeFigures:
    """Count and average for the first page."""
    measured = content.capaian_per_bulan[content.bulan]
    people = content.reporters
    silent = [p for p in people if not p.has_return]
    words = measured["skala"].where(measured["status"] == ASSESSED, measured["status"])
    levels = Counter(t.level for t in content.temuan)
    months = (content.capaian_per_bulan[b]["capaian"] for b in range(1, content.bulan + 1))
    urgent, needing = _find_attention_items(content)
    return OfficeFigures(
        reporters=len(people),
        not_reported=tuple(p for p in people if not p.has_reported),
        missing_indikator=sum(len(content.katalog.list_indikator(p.jabatan.id)) for p in silent),
        rows=len(measured),
        filled=int((measured["bulan_terisi"] > 0).sum()),
        mean=compute_mean(measured["capaian"]),
        words=Counter(words.tolist()),
        galat=levels[Level.GALAT],
        peringatan=levels[Level.PERINGATAN],
        unit=_summarize_units(content.katalog, measured),
        bulan_means=tuple(compute_mean(figures).value for figures in months),
        attention=urgent,
        attention_count=needing,
    )


def _summarize_units(katalog: Katalog, measured: pd.DataFrame) -> tuple[UnitFigures, ...]:
    units = {j.id: katalog.unit(j.id) for j in katalog.jabatan if katalog.list_indikator(j.id)}
    owner = measured["id_jabatan"].map({key: unit.id for key, unit in units.items()})
    groups = dict(list(measured.groupby(owner, sort=False)))
    nothing = measured.iloc[:0]
    found = []
    for unit in {u.id: u for u in units.values()}.values():
        rows = groups.get(unit.id, nothing)
        found.append(UnitFigures(unit, len(rows), compute_mean(rows["capaian"])))
    return tuple(found)


def _find_attention_items(content: RecapContent) -> tuple[tuple[AttentionItem, ...], int]:
    """The rows that need attention most, and how many do: lowest capaian first, then the unjudged."""
    order = order_rows(content)
    best = content.katalog.referensi.skala[0].threshold if content.katalog.referensi.skala else math.inf
    columns = ["status", "capaian", "realisasi_sd", "bulan_terisi", "skala", "id_indikator", "nip"]
    measured = content.capaian_per_bulan[content.bulan].loc[content.rows.index, columns]
    rows = list(walk_table_records(measured, order))
    keys = [(urgency, at) for at, row in enumerate(rows) if (urgency := _rank_urgency(row, best)) is not None]
    first = nsmallest(MOST_ATTENTION_ITEMS, keys)
    texts = walk_table_records(
        content.rows[["nama", "kendala", "tindak_lanjut"]], [order[at] for _, at in first]
    )
    found = (
        AttentionItem(
            position=at + 1,
            id_indikator=str(rows[at]["id_indikator"]),
            nip=str(rows[at]["nip"] or ""),
            capaian=rows[at]["capaian"],
            words=rows[at]["skala"] if rows[at]["status"] == ASSESSED else rows[at]["status"],
            **{key: str(text or "") for key, text in typed.items()},
        )
        for (_, at), typed in zip(first, texts, strict=True)
    )
    return tuple(found), len(keys)


def _rank_urgency(row: TableRecord, best: float) -> tuple[float, float] | None:
    """Sort key of a row's urgency, the smallest first; None where nothing needs attention."""
    if row["status"] == ASSESSED:
        return (0, row["capaian"]) if row["capaian"] < best else None
    if row["status"] == NOT_ASSESSED:
        return (1, 0) if row["realisasi_sd"] > 0 else None
    if row["status"] == ASSESSED_AT_YEAR_END:
        return None  # as the office wants it
    return (2, 0) if row["bulan_terisi"] else (3, 0)
