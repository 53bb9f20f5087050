"""Kendala, tindak lanjut and bukti dukung by month: a text belongs to the last month filled in its return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.collect.group import find_newest
from iki_xl.collect.reports import name_some
from iki_xl.tables import EXPLANATION_COLUMNS, EXPLANATIONS, REALISASI_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.collect.group import Group
    from iki_xl.collect.reports import Entry
    from iki_xl.form.jabatan import CellKey


@dataclass(frozen=True, slots=True)
class Explanation:
    """The texts of one indikator in one month (0: none is filled), by `EXPLANATIONS`; where they stand."""

    id_indikator: str
    bulan: int
    texts: tuple[str, ...]
    file: str
    sheet: str


def list_explanations(group: Group) -> Iterator[Explanation]:
    """Yield what several returns of one pegawai say, month by month; of each month the newest text.

    Texts of which nobody knows the newer are all kept.
    """
    says = [_list_monthly_texts(content) for content in group.contents]
    found = find_newest(says, range(len(says)), group.newer)
    rows: dict[tuple[str, int], dict[str, list[int]]] = {}
    for (row_id, key, bulan), places in found.items():
        rows.setdefault((row_id, bulan), {})[key] = places
    for (row_id, bulan), keys in sorted(rows.items()):
        texts = [
            _join_texts(says[at][row_id, key, bulan] for at in keys.get(key, ())) for key in EXPLANATIONS
        ]
        places = sorted({at for some in keys.values() for at in some})
        sheets = [group.reports[at].sheet for at in places]
        files = name_some(list(dict.fromkeys(sheet.file for sheet in sheets)))
        names = name_some(list(dict.fromkeys(sheet.nama for sheet in sheets)))
        yield Explanation(row_id, bulan, tuple(texts), files, names)


def _list_monthly_texts(content: Mapping[CellKey, Entry]) -> dict[tuple[str, str, int], Entry]:
    """The valid texts of a return by row, field and month."""
    filled = [REALISASI_COLUMNS.index(key) + 1 for _, key in content if key in REALISASI_COLUMNS]
    bulan = max(filled, default=0)
    return {
        (row_id, key, bulan): entry
        for (row_id, key), entry in content.items()
        if key in EXPLANATIONS and entry.valid
    }


def _join_texts(entries: Iterable[Entry]) -> str:
    return "\n".join(dict.fromkeys(str(entry.value) for entry in entries))


def build_explanations_table(
    rows: pd.DataFrame,
    months: Sequence[frozenset[int]],
    explained: Mapping[int, Sequence[Explanation]],
) -> pd.DataFrame:
    """Return the table `explanations` (tables.EXPLANATION_COLUMNS).

    Args:
        rows: the rows that count.
        months: those that each return by itself fills in, by its number.
        explained: what was said month by month where there were several returns, by `id_laporan`.
    """
    import pandas as pd

    about = rows.drop_duplicates("id_laporan").set_index("id_laporan")[["id_jabatan", "nip", "nama"]]
    people = {key: [tuple(values)] for key, *values in about.itertuples(name=None)}
    records = [
        (key, id_jabatan, item.id_indikator, nip, nama, item.bulan, *item.texts, item.file, item.sheet)
        for key, items in explained.items()
        for id_jabatan, nip, nama in people.get(key, ())
        for item in items
    ]
    alone = rows[~rows["id_laporan"].isin(explained) & (rows[list(EXPLANATIONS)] != "").any(axis=1)]
    bulan = [max(months[key], default=0) for key in alone["id_laporan"]]
    single = alone.assign(bulan=bulan)[list(EXPLANATION_COLUMNS)]
    records += single.itertuples(index=False, name=None)
    table = pd.DataFrame.from_records(records, columns=list(EXPLANATION_COLUMNS))
    return table.sort_values(["id_laporan", "bulan", "id_indikator"], kind="stable").reset_index(drop=True)
