"""form -> a locked workbook: empty, prefilled, or with findings marked. One writer for all three."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.form.identity import LEMBAR_PETUNJUK, LEMBAR_TEMPLAT, LEMBAR_TEMUAN
from iki_xl.form.names import nama_unik
from iki_xl.template.guide import siapkan, tulis_petunjuk, tulis_temuan
from iki_xl.template.lists import tulis_daftar, tulis_identitas
from iki_xl.template.sheet import Lembar, Sel, tulis_lembar
from iki_xl.template.styles import Gaya
from iki_xl.xlsx import buat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.workbook import Workbook

    from iki_xl.catalog import Katalog
    from iki_xl.findings import Temuan
    from iki_xl.form.jabatan import JabatanForm, Nilai


def lembar_kosong(forms: Sequence[JabatanForm]) -> tuple[Lembar, ...]:
    """Return the sheets of an empty template, each with a name of its own."""
    return lembar_terisi([(form, {}, {}) for form in forms])


def lembar_terisi(
    forms: Sequence[tuple[JabatanForm, Mapping[Sel, Nilai], Mapping[Sel, tuple[Temuan, ...]]]],
) -> tuple[Lembar, ...]:
    """Return sheets with values and findings; a jabatan that stands twice gets two names."""
    names = nama_unik([form.nama_lembar for form, _, _ in forms], LEMBAR_TEMPLAT)
    return tuple(
        Lembar(form, name, nilai, temuan) for (form, nilai, temuan), name in zip(forms, names, strict=True)
    )


def templat_xlsx(katalog: Katalog, lembar: Sequence[Lembar], *, sandi: str = "") -> bytes:
    """Return the bytes of a locked workbook: Petunjuk, Temuan where there are findings, one sheet a form.

    `sandi` is the protection password, "" for none. The same input gives the same bytes.

    Raises:
        FormError: a text is over Excel's limits.
    """

    def build(workbook: Workbook) -> None:
        gaya = Gaya(workbook)
        guide = siapkan(workbook, gaya, LEMBAR_PETUNJUK)
        if any(item.temuan or item.umum for item in lembar):
            tulis_temuan(siapkan(workbook, gaya, LEMBAR_TEMUAN), gaya, lembar, sandi)
        for item in lembar:
            tulis_lembar(workbook, gaya, item, sandi)
        tulis_petunjuk(guide, gaya, katalog, lembar, sandi)
        tulis_daftar(workbook, gaya, katalog, sandi)
        tulis_identitas(workbook, gaya, katalog, sandi, [item.form.jabatan.id for item in lembar])

    title = f"Isian IKI {katalog.kantor.tahun} {katalog.kantor.nama}"
    return buat(build, properti={"title": title[:255], "author": katalog.kantor.nama[:255]})
