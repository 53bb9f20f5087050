"""One pandera schema, from the form and the catalogue; one lazy validation of one table."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.collect.table import nama_identitas
from iki_xl.findings import Temuan, Tingkat, temuan
from iki_xl.form.reading import BATAS_ANGKA
from iki_xl.frames import kegagalan

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandera.pandas as pa

    from iki_xl.catalog import Referensi
    from iki_xl.collect.returned import Sel
    from iki_xl.collect.table import Isian
    from iki_xl.frames import Kegagalan


def skema(referensi: Referensi) -> pa.DataFrameSchema:
    """Return the schema of `Isian.tabel`; every check fails with its finding's code."""
    import pandera.pandas as pa

    def column(*checks: pa.Check, dtype: str | None = "float64") -> pa.Column:
        return pa.Column(dtype, checks=list(checks), nullable=True)

    def filled(code: str) -> pa.Column:
        return column(pa.Check.eq(1.0, error=code))

    tipe = [t.nama for t in referensi.tipe]
    return pa.DataFrameSchema(
        {
            "angka": column(
                pa.Check.ge(0, error="N11"),
                pa.Check.in_range(-BATAS_ANGKA, BATAS_ANGKA, error="N12"),
            ),
            "persen": column(pa.Check.le(100, error="N10")),
            "satuan": column(pa.Check.isin(referensi.satuan, error="L01"), dtype=None),
            "tipe": column(pa.Check.isin(tipe, error="L02"), dtype=None),
            "ada_tipe": filled("L03"),
            "ada_satuan": filled("L04"),
            "ada_identitas_wajib": filled("L05"),
            "ada_identitas": filled("L06"),
        }
    )


def periksa_isian(isian: Isian, referensi: Referensi) -> tuple[Temuan, ...]:
    """Validate the table once; return a finding for every failed check, at its cell."""
    failures = kegagalan(isian.tabel, skema(referensi))
    return tuple(_temuan(failure, isian, referensi) for failure in failures)


def _temuan(failure: Kegagalan, isian: Isian, referensi: Referensi) -> Temuan:
    number, row_id, key = isian.tabel.loc[[failure.baris], ["lembar", "baris", "kolom"]].iloc[0]
    sheet = isian.lembar[number]
    cell = sheet.sel.get((row_id, key))
    shown = cell.isi.terlihat() if cell else ""
    choices = {"L01": referensi.satuan, "L02": tuple(t.nama for t in referensi.tipe)}.get(failure.cek, ())
    return temuan(
        failure.cek,
        sheet.tempat(row_id, key),
        shown,
        dekat=terdekat(shown, choices),
        nama=nama_identitas(row_id),
    )


def terdekat(text: str, choices: Iterable[str]) -> str:
    """Return " Maksud Anda: Laporan?" for the nearest entry of a list, "" when none is near."""
    by_form = {sama(choice): choice for choice in choices}
    near = get_close_matches(sama(text), by_form, n=1, cutoff=0.6)
    return f" Maksud Anda: {by_form[near[0]]}?" if near else ""


def sel_tidak_sah(said: Iterable[Temuan], isian: Isian) -> tuple[frozenset[Sel], ...]:
    """Per sheet, the cells that hold a galat and so are left out of the figures (spec section 6.5)."""
    places = {(t.berkas, t.lembar, t.sel) for t in said if t.tingkat is Tingkat.GALAT}
    with_galat = {(berkas, lembar) for berkas, lembar, _ in places}
    return tuple(
        frozenset(sel for sel, cell in sheet.sel.items() if (sheet.berkas, sheet.nama, cell.alamat) in places)
        if (sheet.berkas, sheet.nama) in with_galat
        else frozenset()
        for sheet in isian.lembar
    )
