"""What is read out of an office's document, before any of it becomes a catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IkiRow:
    """One indikator as its table row gives it; "" where the document says nothing.

    A sasaran or sumber data that the document merges over several rows stands in each of them.
    """

    sasaran: str
    indikator: str
    satuan: str = ""
    tipe_perhitungan: str = ""
    formulasi: str = ""
    sumber_data: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class IkiForm:
    """One jabatan's form. `tugas` has a line for every item; `page` is where the jabatan is named."""

    jabatan: str
    tugas: str = ""
    fungsi: tuple[str, ...] = ()
    rows: tuple[IkiRow, ...] = ()
    sasaran_without_indikator: tuple[str, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True)
class FormLeftover:
    """A text without a place in a form: a letterhead, a decree number, a signature, a row not understood."""

    page: int
    text: str
