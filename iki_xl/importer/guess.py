"""The forms of an office's documents as a catalogue, with every guess named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iki_xl.catalog import Indikator, Jabatan, Katalog, Referensi
from iki_xl.catalog.marks import Pemeriksaan, SisaDokumen, Tebakan
from iki_xl.catalog.records import kutip
from iki_xl.importer.office import tebak_kantor
from iki_xl.importer.superiors import susun_atasan
from iki_xl.importer.texts import alinea, sebaris
from iki_xl.importer.units import cari_tipe, tebak_satuan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iki_xl.importer.records import BarisIki, FormIki, Sisa
    from iki_xl.importer.superiors import Atasan

_TANPA_NAMA = "Jabatan tanpa nama"
_TAK_TERBACA = "Belum terbaca dari dokumen"


@dataclass(frozen=True, slots=True)
class IsiDokumen:
    """One document's name and what `baca_formulir` made of it."""

    nama: str
    forms: tuple[FormIki, ...]
    sisa: tuple[Sisa, ...] = ()


@dataclass(frozen=True, slots=True)
class Impor:
    """The catalogue, and all that a person has to look at: guesses and leftovers."""

    katalog: Katalog
    pemeriksaan: Pemeriksaan


class _Penyusun:
    """Makes the catalogue's rows and keeps the guesses in the order in which they were made."""

    def __init__(self) -> None:
        self.referensi = Referensi()
        self.tebakan: list[Tebakan] = []

    def tebak(self, lembar: str, row_id: str, kolom: str, nilai: str, alasan: str) -> str:
        self.tebakan.append(Tebakan(lembar, row_id, kolom, nilai, alasan))
        return nilai

    def jabatan(self, row_id: str, form: FormIki, atasan: Atasan) -> Jabatan:
        name = sebaris(form.jabatan) or self.tebak(
            "Jabatan", row_id, "nama", _TANPA_NAMA, "nama jabatan tidak terbaca di dokumen"
        )
        above = "" if atasan.nomor is None else _id(atasan.nomor)
        if above:
            self.tebak("Jabatan", row_id, "atasan", above, atasan.alasan)
        elif atasan.sebutan:
            self.tebak("Jabatan", row_id, "atasan_luar", atasan.sebutan, atasan.alasan)
        goals = tuple(filter(None, map(sebaris, form.sasaran_tanpa_indikator)))
        fungsi = tuple(filter(None, map(sebaris, form.fungsi)))
        return Jabatan(
            row_id, name, above, "" if above else atasan.sebutan, alinea(form.tugas), fungsi, goals
        )

    def indikator(self, row_id: str, id_jabatan: str, baris: BarisIki) -> Indikator:
        return Indikator(
            row_id,
            id_jabatan,
            self._wajib(row_id, "sasaran", baris.sasaran),
            self._wajib(row_id, "indikator", baris.indikator),
            self._satuan(row_id, baris),
            self._tipe(row_id, sebaris(baris.tipe_perhitungan)),
            formulasi=alinea(baris.formulasi),
            sumber_data=alinea(baris.sumber_data),
        )

    def _wajib(self, row_id: str, kolom: str, teks: str) -> str:
        return alinea(teks) or self.tebak(
            "Indikator",
            row_id,
            kolom,
            _TAK_TERBACA,
            f"{kolom} tidak terbaca di dokumen; tulis menurut aslinya",
        )

    def _satuan(self, row_id: str, baris: BarisIki) -> str:
        """Return the document's own satuan; where it has none, the one that its wording names."""
        given = sebaris(baris.satuan)
        if not given:
            guess = tebak_satuan(baris.indikator, baris.formulasi, self.referensi)
            if guess:
                self.tebak(
                    "Indikator", row_id, "satuan", guess, "dari kata indikatornya; dokumen tidak menyebutnya"
                )
            return guess
        if self.referensi.cari_satuan(given) is None:
            self.referensi = replace(self.referensi, satuan=(*self.referensi.satuan, given))
            self.tebak("Referensi", given, "nama", given, "satuan dari dokumen, ditambahkan ke daftar")
        return given

    def _tipe(self, row_id: str, given: str) -> str:
        """Return the tipe that the document says, never another; "" where the list knows none of it."""
        if not given:
            return ""
        tipe, respelled = cari_tipe(given, self.referensi)
        if tipe is None:
            reason = f"dokumen menulis “{kutip(given)}”, yang tidak ada di daftar; pilih dari daftar"
            return self.tebak("Indikator", row_id, "tipe_perhitungan", "", reason)
        if self.referensi.cari_tipe(tipe.nama) is None:
            self.referensi = replace(self.referensi, tipe=(*self.referensi.tipe, tipe))
            self.tebak(
                "Referensi",
                tipe.nama,
                "nama",
                tipe.nama,
                "tipe dari dokumen, ditambahkan ke daftar",
            )
        if respelled:
            self.tebak(
                "Indikator", row_id, "tipe_perhitungan", tipe.nama, f"dokumen menulis “{kutip(given)}”"
            )
        return tipe.nama


def susun_katalog(isi: Sequence[IsiDokumen], tahun_ini: int) -> Impor:
    """Make one catalogue of the documents' forms, ids going on from one document to the next.

    It can be used as it is: what the catalogue requires and no document says is guessed and marked.
    """
    forms = [form for dokumen in isi for form in dokumen.forms]
    lines = [sisa.teks for dokumen in isi for sisa in dokumen.sisa]
    office = tebak_kantor(lines, isi[0].nama if isi else "", tahun_ini)
    maker = _Penyusun()
    superiors = susun_atasan(forms, office.kantor.nama)
    jabatan = tuple(
        maker.jabatan(_id(at), form, atasan)
        for at, (form, atasan) in enumerate(zip(forms, superiors, strict=True))
    )
    indikator = tuple(
        maker.indikator(f"{_id(at)}-{number:02d}", _id(at), baris)
        for at, form in enumerate(forms)
        for number, baris in enumerate(form.baris, start=1)
    )
    katalog = Katalog(office.kantor, jabatan, indikator=indikator, referensi=maker.referensi)
    left = tuple(
        SisaDokumen(dokumen.nama, sisa.halaman, sisa.teks)
        for dokumen in isi
        for sisa in dokumen.sisa
        if sebaris(sisa.teks) not in office.terpakai
    )
    return Impor(katalog, Pemeriksaan((*office.tebakan, *maker.tebakan), left))


def _id(at: int) -> str:
    return f"J{at + 1:02d}"
