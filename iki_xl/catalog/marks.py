"""What an import guessed or could not place: marked in katalog.xlsx for a person, ignored when it is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tebakan:
    """A value that no document says: sheet, id of the row ("" in Kantor), field key, value, and why.

    `nilai` is "" where nothing could be guessed and a person has to choose.
    """

    lembar: str
    id: str
    kolom: str
    nilai: str
    alasan: str


@dataclass(frozen=True, slots=True)
class SisaDokumen:
    """Text of a document that found no place in the catalogue; `halaman` from 1, 0 where there are none."""

    dokumen: str
    halaman: int
    teks: str


@dataclass(frozen=True, slots=True)
class Pemeriksaan:
    """All that a person has to look at after an import."""

    tebakan: tuple[Tebakan, ...] = ()
    sisa: tuple[SisaDokumen, ...] = ()

    def menurut_sel(self, lembar: str) -> dict[tuple[str, str], str]:
        """Reasons of one sheet's guesses by (id, field key); several for one cell below each other."""
        reasons: dict[tuple[str, str], str] = {}
        for guess in self.tebakan:
            if guess.lembar == lembar:
                cell = guess.id, guess.kolom
                reasons[cell] = "\n".join([*filter(None, [reasons.get(cell)]), guess.alasan])
        return reasons
