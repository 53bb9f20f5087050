"""What is read out of an office's document, before any of it becomes a catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BarisIki:
    """One indikator as its table row gives it; "" where the document says nothing.

    A sasaran or sumber data that the document merges over several rows stands in each of them.
    """

    sasaran: str
    indikator: str
    satuan: str = ""
    tipe_perhitungan: str = ""
    formulasi: str = ""
    sumber_data: str = ""
    halaman: int = 0


@dataclass(frozen=True, slots=True)
class FormIki:
    """One jabatan's form. `tugas` has a line for every item; `halaman` is where the jabatan is named."""

    jabatan: str
    tugas: str = ""
    fungsi: tuple[str, ...] = ()
    baris: tuple[BarisIki, ...] = ()
    sasaran_tanpa_indikator: tuple[str, ...] = ()
    halaman: int = 0


@dataclass(frozen=True, slots=True)
class Sisa:
    """A text without a place in a form: a letterhead, a decree number, a signature, a row not understood."""

    halaman: int
    teks: str
