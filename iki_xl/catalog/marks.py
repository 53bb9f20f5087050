"""What an import guessed or could not place: marked in katalog.xlsx for a person, ignored when it is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guess:
    """A value that no document says: sheet, id of the row ("" in Kantor), field key, value, and why.

    `value` is "" where nothing could be guessed and a person has to choose.
    """

    sheet: str
    id: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentLeftover:
    """Text of a document that found no place in the catalogue; `page` from 1, 0 where there are none."""

    document: str
    page: int
    text: str


@dataclass(frozen=True, slots=True)
class ImportReview:
    """All that a person has to look at after an import."""

    guesses: tuple[Guess, ...] = ()
    leftovers: tuple[DocumentLeftover, ...] = ()

    def find_cell_reasons(self, sheet: str) -> dict[tuple[str, str], str]:
        """Reasons of one sheet's guesses by (id, field key); several for one cell below each other."""
        reasons: dict[tuple[str, str], str] = {}
        for guess in self.guesses:
            if guess.sheet == sheet:
                cell = guess.id, guess.column
                reasons[cell] = "\n".join([*filter(None, [reasons.get(cell)]), guess.reason])
        return reasons
