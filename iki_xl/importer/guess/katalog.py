"""The forms of an office's documents as a catalogue, with every guess named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iki_xl.catalog import Indikator, Jabatan, Katalog, Referensi
from iki_xl.catalog.marks import DocumentLeftover, Guess, ImportReview
from iki_xl.catalog.public_keys import PUBLIC_KEYS
from iki_xl.catalog.records import quote_short
from iki_xl.importer.guess.office import guess_kantor
from iki_xl.importer.guess.superiors import guess_atasan
from iki_xl.importer.guess.texts import tidy_line, tidy_text
from iki_xl.importer.guess.units import find_tipe, guess_satuan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.importer.forms.records import FormLeftover, IkiForm, IkiRow
    from iki_xl.importer.guess.superiors import GuessedAtasan

_WITHOUT_NAME = "Jabatan tanpa nama"
_UNREAD = "Belum terbaca dari dokumen"


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """One document's name and what `read_iki_forms` made of it."""

    nama: str
    forms: tuple[IkiForm, ...]
    leftovers: tuple[FormLeftover, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedKatalog:
    """The catalogue, and all that a person has to look at: guesses and leftovers."""

    katalog: Katalog
    review: ImportReview


class _KatalogMaker:
    """Makes the catalogue's rows and keeps the guesses in the order in which they were made."""

    def __init__(self) -> None:
        self.referensi = Referensi()
        self.guesses: list[Guess] = []

    def guess(self, sheet: str, row_id: str, column: str, value: str, reason: str) -> str:
        self.guesses.append(Guess(sheet, row_id, column, value, reason))
        return value

    def build_jabatan(self, row_id: str, form: IkiForm, atasan: GuessedAtasan) -> Jabatan:
        name = tidy_line(form.jabatan) or self.guess(
            "Jabatan", row_id, "nama", _WITHOUT_NAME, "nama jabatan tidak terbaca di dokumen"
        )
        above = "" if atasan.number is None else _build_jabatan_id(atasan.number)
        if above:
            self.guess("Jabatan", row_id, "atasan", above, atasan.reason)
        elif atasan.title:
            self.guess("Jabatan", row_id, PUBLIC_KEYS["outside_atasan"], atasan.title, atasan.reason)
        goals = tuple(filter(None, map(tidy_line, form.sasaran_without_indikator)))
        fungsi = tuple(filter(None, map(tidy_line, form.fungsi)))
        return Jabatan(
            row_id, name, above, "" if above else atasan.title, tidy_text(form.tugas), fungsi, goals
        )

    def build_indikator(self, row_id: str, id_jabatan: str, row: IkiRow) -> Indikator:
        return Indikator(
            row_id,
            id_jabatan,
            self._require_text(row_id, "sasaran", row.sasaran),
            self._require_text(row_id, "indikator", row.indikator),
            self._choose_document_satuan(row_id, row),
            self._choose_tipe(row_id, tidy_line(row.tipe_perhitungan)),
            formulasi=tidy_text(row.formulasi),
            sumber_data=tidy_text(row.sumber_data),
        )

    def _require_text(self, row_id: str, column: str, text: str) -> str:
        return tidy_text(text) or self.guess(
            "Indikator",
            row_id,
            column,
            _UNREAD,
            f"{column} tidak terbaca di dokumen; tulis menurut aslinya",
        )

    def _choose_document_satuan(self, row_id: str, row: IkiRow) -> str:
        """Return the document's own satuan; where it has none, the one that its wording names."""
        given = tidy_line(row.satuan)
        if not given:
            guess = guess_satuan(row.indikator, row.formulasi, self.referensi)
            if guess:
                self.guess(
                    "Indikator", row_id, "satuan", guess, "dari kata indikatornya; dokumen tidak menyebutnya"
                )
            return guess
        if self.referensi.find_satuan(given) is None:
            self.referensi = replace(self.referensi, satuan=(*self.referensi.satuan, given))
            self.guess("Referensi", given, "nama", given, "satuan dari dokumen, ditambahkan ke daftar")
        return given

    def _choose_tipe(self, row_id: str, given: str) -> str:
        """Return the tipe that the document says, never another; "" where the list knows none of it."""
        if not given:
            return ""
        tipe, respelled = find_tipe(given, self.referensi)
        if tipe is None:
            reason = f"dokumen menulis “{quote_short(given)}”, yang tidak ada di daftar; pilih dari daftar"
            return self.guess("Indikator", row_id, "tipe_perhitungan", "", reason)
        if self.referensi.find_tipe(tipe.nama) is None:
            self.referensi = replace(self.referensi, tipe=(*self.referensi.tipe, tipe))
            self.guess(
                "Referensi",
                tipe.nama,
                "nama",
                tipe.nama,
                "tipe dari dokumen, ditambahkan ke daftar",
            )
        if respelled:
            self.guess(
                "Indikator", row_id, "tipe_perhitungan", tipe.nama, f"dokumen menulis “{quote_short(given)}”"
            )
        return tipe.nama


def build_katalog(contents: Sequence[DocumentContent], this_year: int) -> ImportedKatalog:
    """Make one catalogue of the documents' forms, ids going on from one document to the next.

    It can be used as it is: what the catalogue requires and no document says is guessed and marked.
    """
    forms = [form for document in contents for form in document.forms]
    lines = [leftover.text for document in contents for leftover in document.leftovers]
    office = guess_kantor(lines, contents[0].nama if contents else "", this_year)
    maker = _KatalogMaker()
    superiors = guess_atasan(forms, office.kantor.nama)
    jabatan = tuple(
        maker.build_jabatan(_build_jabatan_id(at), form, atasan)
        for at, (form, atasan) in enumerate(zip(forms, superiors, strict=True))
    )
    indikator = tuple(
        maker.build_indikator(f"{_build_jabatan_id(at)}-{number:02d}", _build_jabatan_id(at), row)
        for at, form in enumerate(forms)
        for number, row in enumerate(form.rows, start=1)
    )
    katalog = Katalog(office.kantor, jabatan, indikator=indikator, referensi=maker.referensi)
    left = tuple(
        DocumentLeftover(document.nama, leftover.page, leftover.text)
        for document in contents
        for leftover in document.leftovers
        if tidy_line(leftover.text) not in office.used
    )
    return ImportedKatalog(katalog, ImportReview((*office.guesses, *maker.guesses), left))


def _build_jabatan_id(at: int) -> str:
    return f"J{at + 1:02d}"
