"""What of the form itself was changed on a returned sheet: it is said, and nothing typed is lost by it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iki_xl.catalog import sama
from iki_xl.collect.returned import KOSONG
from iki_xl.findings import Tempat, Temuan, temuan
from iki_xl.form.formulas import RUMUS_BERTEKS
from iki_xl.form.identity import KUNCI_LEMBAR
from iki_xl.form.jabatan import BARIS_BULAN, BARIS_NAMA, BARIS_NIP, BARIS_TANDA_TANGAN, SEL_KEPALA
from iki_xl.form.layout import KOLOM_ISIAN_KEPALA, Kelompok, Kind, alamat
from iki_xl.nip import rapikan_nip, sebab_nip_tidak_sah
from iki_xl.readers.book import Isi

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iki_xl.catalog import Katalog
    from iki_xl.collect.returned import Jangkar, LembarKembali, Letak
    from iki_xl.form.jabatan import JabatanForm, Nilai
    from iki_xl.form.layout import Field
    from iki_xl.readers.book import LembarSel


# Cells beside the form, or rows that do not count, that are named one by one; of the rest so many are copied.
_DISEBUT = 200
_DISALIN = 5_000


def kata_bentuk(lembar: LembarKembali, sheet: LembarSel, places: Letak, anchor: Jangkar) -> Iterator[Temuan]:
    """Say what was changed: age, columns, rows, locked texts, formulas, protection, entries beside."""
    tempat = Tempat(lembar.berkas, lembar.nama, "", lembar.form.jabatan.id)
    if lembar.usang:
        yield temuan("B05", tempat)
    yield from _kata_kolom(lembar, places, tempat)
    yield from _kata_baris(lembar, sheet, places, tempat)
    yield from _kata_terkunci(lembar)
    yield from _kata_rumus(lembar)
    yield from _kata_pemegang(lembar)
    if not sheet.dilindungi:
        yield temuan("B21", tempat)
    yield from _kata_di_luar(lembar, sheet, places, anchor)


def _kata_kolom(lembar: LembarKembali, places: Letak, tempat: Tempat) -> Iterator[Temuan]:
    form = lembar.form
    titles = {f.key: f.title for f in form.layout.fields}
    for item in form.layout.fields:
        if not item.hidden and item.key not in places.kolom:
            yield temuan("B13", tempat, nama=item.title)
    for key, column in places.kolom_ulang:
        first = alamat(0, places.kolom[key]).rstrip("0123456789")
        yield temuan("B15", replace(tempat, sel=alamat(0, column)), nama=titles.get(key, key), kolom=first)


def _kata_baris(lembar: LembarKembali, sheet: LembarSel, places: Letak, tempat: Tempat) -> Iterator[Temuan]:
    known = [i.id for i in lembar.form.indikator]
    for row_id in known:
        if row_id not in places.baris:
            yield temuan("B10", replace(tempat, id_indikator=row_id), id=row_id)
    elsewhere = lembar.form.katalog.indikator_menurut_id
    gone = [(i, row) for i, row in places.baris.items() if i not in known and not i.startswith("#")]
    strange = [("B26" if row_id in elsewhere else "B09", row_id, row) for row_id, row in gone]
    repeated = [("B11", row_id, row) for row_id, row in places.baris_ulang]
    for code, row_id, row in strange + repeated:
        place = replace(tempat, sel=alamat(row, places.kolom.get("no", 0)), id_indikator=row_id.lstrip("#"))
        entries = _isi_baris(lembar, sheet, places, row) or "(kosong)"
        owner = elsewhere[row_id].id_jabatan if row_id in elsewhere else ""
        yield temuan(code, place, entries, id=row_id, baris=places.baris[row_id] + 1, jabatan=owner)


def _kata_rumus(lembar: LembarKembali) -> Iterator[Temuan]:
    """Say once how many formulas were typed over or deleted; their results are worked out anew anyway."""
    gone = [sel for sel in lembar.form.sel_rumus if not lembar.isi.get(sel, KOSONG).rumus]
    changed = [sel for sel in gone if lembar.letak.sel(*sel)]
    if changed:
        typed = [f"{lembar.alamat(*sel)} {text}" for sel in changed if (text := lembar.tertulis(sel))]
        yield temuan("B22", lembar.tempat(*changed[0]), "; ".join(typed), jumlah=len(changed))


def _isi_baris(lembar: LembarKembali, sheet: LembarSel, places: Letak, row: int) -> str:
    """What a row that does not count holds, in words, so that nothing typed is lost."""
    entries = []
    for item in lembar.form.layout.fields:
        at = (row, places.kolom.get(item.key, -1))
        if at in sheet.sel and _kolom_isian(item) and (text := sheet.sel[at].terlihat().strip()):
            entries.append(f"{item.title} {text}")
    return "; ".join(entries)


def _kolom_isian(item: Field) -> bool:
    """True for the columns that staff may fill in, wherever the catalogue leaves them blank."""
    kinds = {Kind.SATUAN, Kind.TIPE, Kind.ANGKA}
    return item.kind in kinds or item.kelompok is Kelompok.PENJELASAN


def _kata_di_luar(
    lembar: LembarKembali, sheet: LembarSel, places: Letak, anchor: Jangkar
) -> Iterator[Temuan]:
    """Whatever stands outside the form's own cells does not count, so it is said."""
    form = lembar.form
    by_row = {row: row_id for row_id, row in places.baris.items() if not row_id.startswith("#")}
    repeated = {row for _, row in places.baris_ulang}
    columns = {places.kolom[key] for key in form.kunci_kolom if key in places.kolom} | {anchor.kolom}
    own = {places.sel(*sel) for sel in (*SEL_KEPALA, (BARIS_BULAN, "terisi"))}
    signature = {places.baris[i] for i in BARIS_TANDA_TANGAN if i in places.baris}
    # other texts may have been printed by an older template; people come and go in any signature block
    lenient = lembar.usang or anchor.kolom < 0
    beside = []
    for (row, column), isi in sheet.sel.items():
        if (row in by_row and column in columns) or row == anchor.baris or row in repeated:
            continue
        label = column == anchor.kolom and isinstance(isi.nilai, str)
        if label or (row, column) in own or _tercetak(isi, form):
            continue
        # without its hidden columns the form's own formulas there stand in no column of it
        words = isinstance(isi.nilai, str) or (bool(isi.rumus) and anchor.kolom < 0)
        text = isi.terlihat().strip()
        if text and not (words and (lenient or row in signature)):
            beside.append((row, column, text))
    yield from _sebut(lembar, beside, by_row)


def _sebut(
    lembar: LembarKembali, beside: list[tuple[int, int, str]], by_row: Mapping[int, str]
) -> Iterator[Temuan]:
    """Name each cell, and of very many the first ones and the extent of the rest."""
    tempat = Tempat(lembar.berkas, lembar.nama, "", lembar.form.jabatan.id)
    for row, column, text in beside[:_DISEBUT]:
        yield temuan("B16", replace(tempat, sel=alamat(row, column), id_indikator=by_row.get(row, "")), text)
    rest = beside[_DISEBUT:]
    if rest:
        first, last = (alamat(row, column) for row, column, _ in (rest[0], rest[-1]))
        texts = "; ".join(text for _, _, text in rest[:_DISALIN])
        yield temuan("B25", replace(tempat, sel=first), texts, jumlah=len(rest), awal=first, akhir=last)


def _tercetak(isi: Isi, form: JabatanForm) -> bool:
    """True for what the form itself shows outside the table: texts, or formulas of head and signature."""
    value = isi.nilai
    if isinstance(value, str) and value in form.teks_sekitar:
        return True
    own_formula = isinstance(value, str) or any(part in isi.rumus for part in RUMUS_BERTEKS)
    return (bool(isi.rumus) and own_formula) or sama(isi.terlihat()) in form.bentuk_sekitar


def _kata_terkunci(lembar: LembarKembali) -> Iterator[Temuan]:
    """Locked cells that do not say what the catalogue says (spec section 6, points 4 and 6).

    In a sheet from an older template only what staff may have entered themselves is compared.
    """
    old, layout = lembar.usang, lembar.form.layout
    for sel, original in lembar.form.terkunci:
        isi = lembar.isi.get(sel, KOSONG)
        same = original == ("" if isi.nilai is None else isi.nilai) and isi.nilai is not True
        if same or (old and not _kolom_isian(layout.field(sel[1]))):
            continue
        # of a merged sasaran only the first row has the text
        silent = (old or sel[1] == "sasaran") and not lembar.tertulis(sel)
        if not silent and lembar.letak.sel(*sel) and not _sama_isi(isi.nilai, original):
            said = Isi(original).terlihat() or "(kosong)"
            yield temuan("B12", lembar.tempat(*sel), isi.terlihat(), asli=said)


def _sama_isi(shown: object, original: Nilai) -> bool:
    if isinstance(shown, bool) or not isinstance(original, str):
        return shown == original and not isinstance(shown, bool)
    return sama("" if shown is None else str(shown)) == sama(original)


def _kata_pemegang(lembar: LembarKembali) -> Iterator[Temuan]:
    """The catalogue knows one holder of the jabatan, and the sheet bears another NIP or another name."""
    person = lembar.form.pegawai
    name, nip = (lembar.isi.get(sel, KOSONG).nilai for sel in SEL_KEPALA)
    if not isinstance(nip, str) or sebab_nip_tidak_sah(nip):
        return
    if person is None:
        yield from _kata_asing(lembar, rapikan_nip(nip))
        return
    if rapikan_nip(nip) != rapikan_nip(person.nip):
        yield temuan("B19", lembar.tempat(BARIS_NIP, KOLOM_ISIAN_KEPALA), nip, asli=person.nip)
    elif name and sama(str(name)) != sama(person.nama):
        yield temuan("B24", lembar.tempat(BARIS_NAMA, KOLOM_ISIAN_KEPALA), name, asli=person.nama)


def _kata_asing(lembar: LembarKembali, nip: str) -> Iterator[Temuan]:
    """Several hold the jabatan, and the sheet bears the NIP of none of them."""
    known = {rapikan_nip(p.nip) for p in lembar.form.katalog.pegawai_dari(lembar.form.jabatan.id)}
    if known and nip not in known:
        yield temuan("B28", lembar.tempat(BARIS_NIP, KOLOM_ISIAN_KEPALA), nip)


def kata_hilang(identity: LembarSel, present: set[str], katalog: Katalog) -> Iterator[Temuan]:
    """Name the IKI sheets that the workbook once had, by the list in its hidden sheet, and has no more."""
    listed = [
        str(identity.sel[row, column + 1].nilai)
        for (row, column), isi in sorted(identity.sel.items())
        if sama(isi.terlihat()) == sama(KUNCI_LEMBAR) and (row, column + 1) in identity.sel
    ]
    jabatan = [found for text in listed if (found := katalog.find_jabatan(text))]
    names = [found.nama for found in jabatan if found.id not in present]
    if names:
        yield temuan("B23", Tempat(), nama="; ".join(names))
