"""Merged cells over a form's entries (spec section 5): what a merge shows belongs to its first cell alone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from iki_xl.a1 import write_address, write_range
from iki_xl.collect.returned import BLANK
from iki_xl.findings import Place, temuan
from iki_xl.form.jabatan import HEAD_CELLS, HEAD_LABELS
from iki_xl.readers.book import CellAt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from iki_xl.collect.returned import Placement, ReturnedSheet
    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import CellKey, JabatanForm
    from iki_xl.readers.book import Area, SheetCells

# Merges that are named one by one; of the others the first few addresses.
_NAMED, _ADDRESSES = 10, 5
# Entries under one merge that are copied into its finding.
_COPIED = 200
_FIRST_CELLS = "isinya hanya dihitung untuk sel pertamanya masing-masing"
_NOTHING_COUNTS = "isian di bawahnya tidak dihitung"


@dataclass(frozen=True, slots=True)
class MergedEntries:
    """The merges that touch entries, in the order of the sheet; the entries they hide; where all stand."""

    areas: tuple[Area, ...] = ()
    hidden: frozenset[CellKey] = frozenset()
    places: Mapping[CellAt, CellKey] = field(default_factory=dict)


def merged_entries(sheet: SheetCells, form: JabatanForm, places: Placement) -> MergedEntries:
    """Find the merges that touch cells which staff fill in; the form's own merges touch none.

    However many there are and however they overlap, each costs the same.
    """
    boxes = _boxes(form, places)
    near = [area for area in sheet.merges if any(_meet(area, box) for box in boxes)]
    if not near:
        return MergedEntries()
    entries = {at: cell for cell in form.entry_cells if (at := places.cell(*cell))}
    touching, covered = _touching(near, entries)
    first = Counter(area[:2] for area in touching)
    hidden = {cell for at, cell in entries.items() if covered[at] > first[at]}
    return MergedEntries(tuple(sorted(touching)), frozenset(hidden), entries)


def _boxes(form: JabatanForm, places: Placement) -> list[Area]:
    """Return the areas outside of which no entry stands: around the head's, and around the table's."""
    head = [at for cell in HEAD_CELLS if (at := places.cell(*cell))]
    rows = [places.rows[item.id] for item in form.indikator if item.id in places.rows]
    columns = [places.column[key] for key in form.input_columns if key in places.column]
    boxes = [(min(head)[0], min(head)[1], max(head)[0], max(head)[1])] if head else []
    return [*boxes, (min(rows), min(columns), max(rows), max(columns))] if rows and columns else boxes


def _meet(one: Area, two: Area) -> bool:
    return one[0] <= two[2] and two[0] <= one[2] and one[1] <= two[3] and two[1] <= one[3]


def _touching(
    areas: Sequence[Area], entries: Mapping[CellAt, CellKey]
) -> tuple[list[Area], dict[CellAt, int]]:
    """Return the areas that touch entries, and how many of them cover each entry.

    The rows and columns in which entries stand are drawn together to a grid, whose sums tell what an area
    holds by its corners alone.
    """
    rows, columns = sorted({row for row, _ in entries}), sorted({column for _, column in entries})
    at = {cell_at: (bisect_left(rows, cell_at[0]), bisect_left(columns, cell_at[1])) for cell_at in entries}
    filled = _sums(len(rows), len(columns), Counter(at.values()))
    touching, edges = [], Counter[CellAt]()
    for area in areas:
        top, bottom = bisect_left(rows, area[0]), bisect_right(rows, area[2])
        left, right = bisect_left(columns, area[1]), bisect_right(columns, area[3])
        if filled[bottom][right] - filled[top][right] - filled[bottom][left] + filled[top][left]:
            touching.append(area)
            edges.update(((top, left), (bottom, right)))
            edges.subtract(((top, right), (bottom, left)))
    cover = _sums(len(rows), len(columns), edges)
    return touching, {cell_at: cover[row + 1][column + 1] for cell_at, (row, column) in at.items()}


def _sums(height: int, width: int, marks: Mapping[CellAt, int]) -> list[list[int]]:
    """Return the sum of all marks above and left of each corner of a grid."""
    table = [[0] * (width + 1)]
    for row in range(height):
        line = accumulate((marks.get((row, column), 0) for column in range(width)), initial=0)
        table.append([above + here for above, here in zip(table[-1], line, strict=True)])
    return table


def say_merged(returned: ReturnedSheet, sheet: SheetCells, merged: MergedEntries) -> Iterator[Temuan]:
    """Name each merge over entries, of very many the first ones; and what they hide."""
    texts = {cell_at: text for cell_at in sorted(merged.places) if (text := _text(sheet, cell_at))}
    if all(merged.places[cell_at] in HEAD_CELLS for cell_at in texts):
        # nobody has reported on this sheet
        return
    hidden = {cell_at: text for cell_at, text in texts.items() if merged.places[cell_at] in merged.hidden}
    for area in merged.areas[:_NAMED]:
        yield _said(returned, merged, area, _text(sheet, area[:2]), hidden)
        hidden = {cell_at: text for cell_at, text in hidden.items() if not _meet((*cell_at, *cell_at), area)}
    rest = merged.areas[_NAMED:]
    if rest:
        place = Place(returned.file, returned.nama, write_address(*rest[0][:2]), returned.form.jabatan.id)
        first = ", ".join(map(_name, rest[:_ADDRESSES]))
        others = {"gabungan": f"{len(rest)} gabungan lain, mulai {first}", "nasib": _FIRST_CELLS}
        yield temuan("B30", place, _listed(hidden) or first, **others, tertutup=_covered(hidden))


def _said(
    returned: ReturnedSheet, merged: MergedEntries, area: Area, shown: str, hidden: Mapping[CellAt, str]
) -> Temuan:
    inside = [cell_at for cell_at in sorted(merged.places) if _meet((*cell_at, *cell_at), area)]
    covered = {cell_at: text for cell_at, text in hidden.items() if cell_at in inside}
    first = merged.places.get(area[:2])
    fate = _NOTHING_COUNTS
    if first is not None and first not in merged.hidden:
        fate = f"isinya hanya dihitung untuk {write_address(*area[:2])} ({_title(returned, first)})"
    titles = ", ".join(dict.fromkeys(_title(returned, merged.places[cell_at]) for cell_at in inside))
    place = replace(returned.place(*merged.places[inside[0]]), cell=write_address(*area[:2]))
    found = "; ".join(filter(None, (shown, _listed(covered))))
    what = {"gabungan": f"{_name(area)} ({titles})", "nasib": fate}
    return temuan("B30", place, found, **what, tertutup=_covered(covered))


def _text(sheet: SheetCells, cell_at: CellAt) -> str:
    return sheet.cells.get(cell_at, BLANK).render_text().strip()


def _name(area: Area) -> str:
    return write_range(area[:2], area[2:])


def _title(returned: ReturnedSheet, cell: CellKey) -> str:
    row_id, key = cell
    return HEAD_LABELS.get(row_id) or returned.form.layout.field(key).title


def _listed(hidden: Mapping[CellAt, str]) -> str:
    return "; ".join(f"{write_address(*cell_at)} {text}" for cell_at, text in islice(hidden.items(), _COPIED))


def _covered(hidden: Mapping[CellAt, str]) -> str:
    return f" Yang tertutup tidak dihitung: {_listed(hidden)}." if hidden else ""
