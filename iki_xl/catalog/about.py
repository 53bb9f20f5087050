"""Whom and what a finding is about, in the words that people know: the catalogue's and the returns' names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from iki_xl.catalog.model import Katalog
    from iki_xl.findings import Temuan

# Letters that name a pegawai or a jabatan, and an indikator.
_NAMA, _INDIKATOR = 70, 70
_NOBODY = ("", "")


@dataclass(frozen=True, slots=True)
class About:
    """The pegawai, jabatan and indikator of a finding, "" where there is none or it is not known."""

    pegawai: str = ""
    jabatan: str = ""
    indikator: str = ""

    @property
    def person(self) -> str:
        """Who it is, in one line: the pegawai and the jabatan."""
        return ", ".join(part for part in (self.pegawai, self.jabatan) if part)


@dataclass(frozen=True)
class Subjects:
    """Names the subjects of findings.

    `reporters` are (NIP, nama) of each return by (file, sheet), "" where not known.
    """

    katalog: Katalog | None = None
    reporters: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of_returns(
        cls, katalog: Katalog, returns: pd.DataFrame, blank: Iterable[tuple[str, str, str, str]] = ()
    ) -> Subjects:
        """Take the reporters from the table of all returns (tables.RETURN_COLUMNS).

        `blank` are file, sheet, NIP and nama of sheets that are no return.
        """
        columns = ("berkas", "lembar", "nip", "nama")
        rows = zip(*(returns[name].tolist() for name in columns), strict=True)
        reporters = {(file, sheet): (nip, nama) for file, sheet, nip, nama in (*blank, *rows)}
        return cls(katalog, reporters)

    def about(self, t: Temuan) -> About:
        """Say whom and what a finding is about."""
        if self.katalog is None:
            return About()
        jabatan = self.katalog.jabatan_by_id.get(t.id_jabatan)
        item = self.katalog.indikator_by_id.get(t.id_indikator)
        return About(
            self._name_pegawai(self.katalog, t),
            _short(jabatan.nama, _NAMA) if jabatan else "",
            _short(item.indikator, _INDIKATOR) if item else "",
        )

    def person(self, t: Temuan) -> str:
        """Whom a finding is about, as findings are ordered by."""
        return self.about(t).person

    def named(self, t: Temuan) -> Temuan:
        """Return a finding whose words begin with whom and what it is about."""
        about = self.about(t)
        indikator = f"indikator “{about.indikator}”" if about.indikator else ""
        who = ", ".join(part for part in (about.person, indikator) if part)
        return replace(t, message=f"{who}: {t.message}") if who else t

    def _name_pegawai(self, katalog: Katalog, t: Temuan) -> str:
        """The name in the return, else the catalogue's for its NIP, else the jabatan's only pegawai."""
        nip, nama = self.find_sender(t)
        people = katalog.list_pegawai(t.id_jabatan)
        if nama:
            return _short(nama, _NAMA)
        if nip:
            return next((p.nama for p in people if p.nip == nip), "")
        return people[0].nama if len(people) == 1 else ""

    def find_sender(self, t: Temuan) -> tuple[str, str]:
        """NIP and nama, "" where none, on the finding's sheet, or on all sheets of its workbook."""
        if t.sheet:
            return self.reporters.get((t.file, t.sheet), _NOBODY)
        people = self._of_file.get(t.file, frozenset())
        return next(iter(people)) if len(people) == 1 else _NOBODY

    @cached_property
    def _of_file(self) -> dict[str, frozenset[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = {}
        for (file, _), who in self.reporters.items():
            found.setdefault(file, set()).add(who)
        return {file: frozenset(people) for file, people in found.items()}


def _short(text: str, letters: int) -> str:
    line = " ".join(text.split())
    if len(line) <= letters:
        return line
    words = line[:letters].rpartition(" ")[0]
    return f"{words or line[: letters - 1]}…"
