"""One pandera schema, from the form and the catalogue; one lazy validation of one table."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from iki_xl.catalog import sama
from iki_xl.collect.table import nama_identitas
from iki_xl.findings import Temuan, Tingkat, temuan
from iki_xl.frames import kegagalan
from iki_xl.typed import BATAS_ANGKA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    import pandera.pandas as pa

    from iki_xl.catalog import Referensi
    from iki_xl.collect.table import Nilai
    from iki_xl.findings import Tempat
    from iki_xl.form.jabatan import JabatanForm, Sel
    from iki_xl.readers.book import Isi

KOLOM_ANGKA = ("angka", "persen", "ada_tipe", "ada_satuan", "ada_identitas_wajib", "ada_identitas")
KOLOM_TEKS = ("satuan", "tipe")
# What is said of a blank cell that must be filled in.
MISSING = frozenset({"L03", "L04", "L05", "L06"})


class Checkable(Protocol):
    """A sheet after casting; `tuang` is what to check: numbers of cells in its form, columns, values."""

    @property
    def form(self) -> JabatanForm: ...
    @property
    def tuang(self) -> tuple[list[int], list[str], list[Nilai]]: ...
    @property
    def isi(self) -> Mapping[Sel, Isi]: ...
    def tempat(self, baris: str, kolom: str) -> Tempat: ...


def skema(referensi: Referensi) -> pa.DataFrameSchema:
    """Return the schema of `tabel_periksa`; every check fails with its finding's code."""
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


def periksa_isian(
    sheets: Sequence[Checkable], referensi: Referensi
) -> tuple[tuple[Temuan, ...], dict[int, frozenset[Sel]]]:
    """Validate what all sheets hold at once.

    Returns: a finding for every failed check, at its cell; and by the sheet's index the cells in galat, which
        are left out of the figures (spec section 6.5).
    """
    frame = tabel_periksa(sheets)
    said: list[Temuan] = []
    invalid: dict[int, set[Sel]] = {}
    sheet_of, cell_of = frame["lembar"].to_numpy(), frame["sel"].to_numpy()
    for failure in kegagalan(frame, skema(referensi)):
        position = frame.index.get_loc(failure.baris)
        number, at = int(sheet_of[position]), int(cell_of[position])
        sel = sheets[number].form.sel_isian[at]
        found = _temuan(failure.cek, sheets[number], sel, referensi)
        said.append(found)
        if found.tingkat is Tingkat.GALAT:
            invalid.setdefault(number, set()).add(sel)
    return tuple(said), {number: frozenset(cells) for number, cells in invalid.items()}


def tabel_periksa(sheets: Sequence[Checkable]) -> pd.DataFrame:
    """Lay what is to be checked in one table, one row a check.

    Columns: `lembar` (index into `sheets`), `sel` (number in the form's `sel_isian`), and the schema's, of
    which each row fills the one that the check is about.
    """
    import numpy as np
    import pandas as pd

    cells = list(chain.from_iterable(sheet.tuang[0] for sheet in sheets))
    columns = list(chain.from_iterable(sheet.tuang[1] for sheet in sheets))
    values = list(chain.from_iterable(sheet.tuang[2] for sheet in sheets))
    frame = pd.DataFrame(
        {
            "lembar": np.repeat(np.arange(len(sheets)), [len(sheet.tuang[0]) for sheet in sheets]),
            "sel": np.array(cells, dtype="int64"),
        }
    )
    number = {name: at for at, name in enumerate((*KOLOM_ANGKA, *KOLOM_TEKS))}
    filled, contents = np.array([number[name] for name in columns]), pd.Series(values, dtype=object)
    for name in KOLOM_ANGKA:
        frame[name] = contents.where(filled == number[name]).astype("float64")
    for name in KOLOM_TEKS:
        frame[name] = contents.where(filled == number[name], None)
    return frame


def _temuan(code: str, sheet: Checkable, sel: Sel, referensi: Referensi) -> Temuan:
    isi = sheet.isi.get(sel)
    shown = isi.terlihat() if isi else ""
    choices = {"L01": referensi.satuan, "L02": tuple(t.nama for t in referensi.tipe)}.get(code, ())
    near, name = terdekat(shown, choices), nama_identitas(sel[0])
    return temuan(code, sheet.tempat(*sel), shown, dekat=near, nama=name)


def terdekat(text: str, choices: Iterable[str]) -> str:
    """Return " Maksud Anda: Laporan?" for the nearest entry of a list, "" when none is near."""
    by_form = {sama(choice): choice for choice in choices}
    near = get_close_matches(sama(text), by_form, n=1, cutoff=0.6)
    return f" Maksud Anda: {by_form[near[0]]}?" if near else ""
