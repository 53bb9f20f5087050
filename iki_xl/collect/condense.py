"""However often one file gives rise to the same finding, a bounded number of findings comes of it.

Of each kind the first ones are named, on a sheet and in a workbook; one more finding says how many others
there are and where, and quotes what stands there as far as a finding's text goes. Findings at the form's own
input cells are bounded by the form itself, and lead to marked cells in the copy to mend: on a sheet all are
named.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from iki_xl.findings import (
    LONGEST_LIST,
    PLACES_NAMED,
    Level,
    Temuan,
    fold_into,
    rest_elsewhere,
    rest_on_sheet,
    shorten,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

# Findings of one kind that are named: on a sheet; in a workbook, by what they are about.
_ON_SHEET = 20
_INFO_IN_BOOK, _OF_FORM_IN_BOOK, _AT_CELLS_IN_BOOK = 20, 100, 1_000
# Letters that the findings of one kind may quote of a workbook in full; what comes after is quoted in short.
_LETTERS_IN_BOOK = 1_000_000

# Findings that say which return counts; those of a return that another one replaced.
_OF_CHOICE, _REPLACED = "G", frozenset({"G01", "G02"})

_Kind = tuple[str, str, Level]  # of one workbook's findings: a replaced return's are info, whatever they were


@dataclass(frozen=True, slots=True)
class Unmade:
    """A finding beside the form's own cells, of which a file may give rise to any number: made when named."""

    code: str
    make: Callable[[], Temuan]


@dataclass(slots=True)
class _Rest:
    """Findings of one kind that are not named: the first, how many, some places, what stands there."""

    first: Temuan
    count: int = 0
    places: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    letters: int = 0

    @property
    def full(self) -> bool:
        """Whether all that a finding has room for is there."""
        return self.letters > LONGEST_LIST

    def add(self, place: str, text: str) -> None:
        """Keep of one more what a finding has room for."""
        if len(self.places) < PLACES_NAMED:
            self.places.append(place)
        if not self.full:
            self.texts.append(f"{place} {text}".strip())
            self.letters += len(self.texts[-1])


def condense_sheet(
    found: Iterable[Temuan | Unmade], input_cells: Callable[[], Collection[str]]
) -> Iterator[Temuan]:
    """Name the first findings of each kind on one sheet, and count the rest in one finding a kind.

    Args:
        found: what is said of one sheet; a great many are never kept at once.
        input_cells: gives the addresses of the form's input cells; asked only when there is much to say.
    """
    named: dict[str, int] = defaultdict(int)
    rest: dict[str, _Rest] = {}
    inputs: Collection[str] | None = None
    for item in found:
        more = rest.get(item.code)
        if more is not None and isinstance(item, Unmade) and more.full:
            more.count += 1
            continue
        t = item.make() if isinstance(item, Unmade) else item
        if named[t.code] >= _ON_SHEET and inputs is None:
            inputs = input_cells()
        if named[t.code] < _ON_SHEET or (inputs and t.cell in inputs):
            named[t.code] += 1
            yield t
            continue
        more = rest.setdefault(t.code, _Rest(t))
        more.count += 1
        more.add(t.cell, t.value if t.cell else t.value or t.message)
    for more in rest.values():
        yield rest_on_sheet(more.first, more.count, more.places, "; ".join(more.texts))


def condense_books(found: Iterable[Temuan]) -> Iterator[Temuan]:
    """Name the findings of each kind on the first sheets of a workbook, and count its other sheets in one.

    Args:
        found: what is said of any workbooks, sheet by sheet; findings of no sheet are always named.
    """
    named: dict[_Kind, int] = defaultdict(int)
    letters: dict[_Kind, int] = defaultdict(int)
    sheets: dict[_Kind, dict[str, bool]] = defaultdict(dict)
    rest: dict[_Kind, dict[str, _Rest]] = defaultdict(dict)
    for t in found:
        kind = t.file, t.code, t.level
        known = sheets[kind]
        if known.setdefault(t.sheet, not t.sheet or named[kind] < _in_book(t)):
            named[kind] += 1
            letters[kind] += len(t.value)
            full = letters[kind] <= _LETTERS_IN_BOOK
            yield t if full else replace(t, value=shorten(t.value))
        else:
            more = rest[kind].setdefault(t.sheet, _Rest(t))
            more.count += 1
            more.add(t.cell, t.value if t.cell else t.value or t.message)
    for by_sheet in rest.values():
        yield _elsewhere(by_sheet)


def for_people(found: Iterable[Temuan]) -> tuple[Temuan, ...]:
    """Return what people are to read: one finding for each return that another one replaced.

    It counts what else was found there. Of very many such returns in one workbook the first are named.
    """
    everything = tuple(found)
    replaced = {(t.file, t.sheet) for t in everything if t.code in _REPLACED}
    inner: dict[tuple[str, str], list[Temuan]] = defaultdict(list)
    of_choice, others = [], []
    for t in everything:
        if t.code.startswith(_OF_CHOICE):
            of_choice.append(t)
        elif t.level is Level.INFO and (t.file, t.sheet) in replaced:
            inner[t.file, t.sheet].append(t)
        else:
            others.append(t)
    folded = (fold_into(t, inner.pop((t.file, t.sheet), ())) if t.code in _REPLACED else t for t in of_choice)
    return *others, *condense_books(folded)


def _in_book(t: Temuan) -> int:
    if t.level is Level.INFO:
        return _INFO_IN_BOOK
    return _OF_FORM_IN_BOOK if t.code.startswith("B") or not t.cell else _AT_CELLS_IN_BOOK


def _elsewhere(by_sheet: dict[str, _Rest]) -> Temuan:
    first = next(iter(by_sheet.values())).first
    everything = _Rest(first, len(by_sheet))
    for name, item in by_sheet.items():
        everything.add(name, "; ".join(item.texts) or first.message)
    return rest_elsewhere(first, everything.count, everything.places, "; ".join(everything.texts))
