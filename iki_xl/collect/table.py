"""Returned sheets -> one typed table: every filled input cell of every sheet, read once (spec section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.catalog import PERSENTASE, sama
from iki_xl.findings import Temuan, temuan
from iki_xl.form.jabatan import BARIS_NAMA, BARIS_NIP
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA, Kind
from iki_xl.form.reading import Terbaca, baca_angka, baca_nip, baca_teks
from iki_xl.tables import KOLOM_REALISASI

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from iki_xl.catalog import Referensi
    from iki_xl.collect.returned import LembarIsian, Sel, SelIsian

# Who reports: missing is serious where several people hold the jabatan.
_IDENTITAS = ((BARIS_NAMA, "Nama"), (BARIS_NIP, "NIP"))


@dataclass(frozen=True)
class Isian:
    """All cells of all sheets after casting.

    `tabel` has one row per cell that is filled, or that must be: columns `lembar` (index into
    `lembar`), `baris`, `kolom`, `teks`, `angka`, `persen` (the number where the satuan is
    Persentase), `satuan`, `tipe`, and `ada_*` (1 filled, 0 missing, NaN not asked).
    `nilai` holds, per sheet, what each cell was read as; `temuan` what casting had to say.
    """

    lembar: tuple[LembarIsian, ...]
    tabel: pd.DataFrame
    nilai: tuple[dict[Sel, float | str], ...]
    temuan: tuple[Temuan, ...]


_TAK_TERISI = Terbaca()
KOLOM_ADA = ("ada_tipe", "ada_satuan", "ada_identitas_wajib", "ada_identitas")
_KOLOM = ("lembar", "baris", "kolom", "teks", "angka", "persen", "satuan", "tipe", *KOLOM_ADA)


def susun_isian(lembar: Sequence[LembarIsian]) -> Isian:
    """Cast every input cell of every sheet and lay them in one table."""
    import pandas as pd

    records: list[dict[str, object]] = []
    values: list[dict[Sel, float | str]] = []
    said: list[Temuan] = []
    for number, sheet in enumerate(lembar):
        read = {(c.baris, c.kolom): (c, _baca(c, sheet)) for c in sheet.masukan()}
        values.append({sel: r.nilai for sel, (_, r) in read.items() if r.nilai is not None})
        for cell, result in read.values():
            said.extend(_temuan_sel(sheet, cell, result))
            if result.nilai is not None:
                records.append({"lembar": number, **_catat(cell, result, sheet, values[-1])})
        records.extend({"lembar": number, **record} for record in _yang_wajib(sheet, values[-1]))
    frame = pd.DataFrame.from_records(records, columns=list(_KOLOM))
    numbers = ["angka", "persen", *KOLOM_ADA]
    frame[numbers] = frame[numbers].astype("float64")
    return Isian(tuple(lembar), frame, tuple(values), tuple(said))


def satuan_baris(sheet: LembarIsian, row_id: str) -> str:
    """The satuan of a row in the list's spelling: the catalogue's, else the one typed; "" when unknown."""
    referensi = sheet.form.katalog.referensi
    typed = sheet.sel.get((row_id, "satuan"))
    text = sheet.form.nilai_tetap.get((row_id, "satuan")) or (typed.isi.nilai if typed else None)
    return referensi.cari_satuan(text) or "" if isinstance(text, str) else ""


def _baca(cell: SelIsian, sheet: LembarIsian) -> Terbaca:
    if cell.isi.kosong:
        return _TAK_TERISI
    kind = sheet.form.kind(cell.baris, cell.kolom)
    if kind is Kind.ANGKA:
        satuan = satuan_baris(sheet, cell.baris)
        return baca_angka(cell.isi, PERSENTASE if _persen(satuan) else satuan)
    if kind is Kind.NIP:
        return baca_nip(cell.isi)
    read = baca_teks(cell.isi)
    if isinstance(read.nilai, str) and kind in {Kind.SATUAN, Kind.TIPE}:
        return Terbaca(_ejaan_daftar(read.nilai, kind, sheet.form.katalog.referensi), read.catatan)
    return read


def _persen(satuan: str) -> bool:
    return sama(satuan) == sama(PERSENTASE)


def _ejaan_daftar(text: str, kind: Kind, referensi: Referensi) -> str:
    """The list's own spelling where the text is in the list, else the text as typed."""
    if kind is Kind.SATUAN:
        return referensi.cari_satuan(text) or text
    tipe = referensi.cari_tipe(text)
    return tipe.nama if tipe else text


def _temuan_sel(sheet: LembarIsian, cell: SelIsian, read: Terbaca) -> Iterator[Temuan]:
    for note in read.catatan:
        yield temuan(note.kode, sheet.tempat(cell.baris, cell.kolom), cell.isi.terlihat(), **note.isi)


def _catat(
    cell: SelIsian, read: Terbaca, sheet: LembarIsian, values: Mapping[Sel, object]
) -> dict[str, object]:
    kind = sheet.form.kind(cell.baris, cell.kolom)
    record: dict[str, object] = {"baris": cell.baris, "kolom": cell.kolom}
    if kind is not Kind.ANGKA:
        record["teks"] = read.nilai
        if kind in {Kind.SATUAN, Kind.TIPE}:
            record[kind.value] = read.nilai
        return record
    record["angka"] = read.nilai
    given = sheet.form.nilai_tetap.get((cell.baris, "satuan")) or values.get((cell.baris, "satuan"), "")
    if _persen(str(given)) and not sheet.form.katalog.referensi.persentase_di_atas_100:
        record["persen"] = read.nilai
    return record


def _yang_wajib(sheet: LembarIsian, values: Mapping[Sel, object]) -> Iterator[dict[str, object]]:
    """Cells that must be there: satuan and tipe once realisasi is, who reports once anything is."""
    form = sheet.form
    filled = [i.id for i in form.indikator if any((i.id, k) in values for k in KOLOM_REALISASI)]
    for row_id in filled:
        for key, column in (("tipe_perhitungan", "ada_tipe"), ("satuan", "ada_satuan")):
            typed = sheet.sel.get((row_id, key))
            if (row_id, key) not in form.nilai_tetap:
                there = typed is not None and typed.tertulis
                yield {"baris": row_id, "kolom": key, column: float(bool(there))}
    if sheet.terisi:
        several = len(form.katalog.pegawai_dari(form.jabatan.id)) > 1
        column = "ada_identitas_wajib" if several else "ada_identitas"
        for row_id, _ in _IDENTITAS:
            typed = sheet.sel.get((row_id, KOLOM_ISIAN_KEPALA))
            there = typed is not None and typed.tertulis
            yield {"baris": row_id, "kolom": KOLOM_ISIAN_KEPALA, column: float(bool(there))}


def nama_identitas(row_id: str) -> str:
    """What the head's entry is called: Nama or NIP."""
    return dict(_IDENTITAS).get(row_id, "")
