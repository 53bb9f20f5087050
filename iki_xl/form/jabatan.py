"""The IKI form of one jabatan: its layout, what the catalogue writes into it, what staff may enter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from iki_xl.catalog import CaraHitung
from iki_xl.comparable import comparable
from iki_xl.form.identity import FormIdentity, identity
from iki_xl.form.layout import HEAD_ENTRY_COLUMN, ID_COLUMN, ColumnGroup, FieldKind, SheetLayout, form_fields
from iki_xl.form.names import name_holder_sheet, sheet_name, shorten_holders
from iki_xl.tables import name_period_target_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.catalog import Indikator, Jabatan, Kantor, Katalog, Pegawai, Sebaran, Signatory

KEY_ROW = "#kunci"
TITLE_ROW = "#judul"
JABATAN_ROW = "#jabatan"
NAMA_ROW = "#nama"
NIP_ROW = "#nip"
GROUP_ROW = "#grup"
TABLE_HEAD_ROW = "#kepala"
# The hidden cell with the month that the sheet's figures reach to: in this row, in the column `filled`.
BULAN_ROW = NIP_ROW
# Its label, and the month by name, stand where both are on the first page.
BULAN_LABEL_CELL = (BULAN_ROW, "realisasi_12")
BULAN_NAME_CELL = (BULAN_ROW, "realisasi_sd")
# Signature block: place and date, jabatan, room to sign, nama, pangkat, NIP.
SIGNATURE_ROWS = (
    "#ttd-jeda",
    "#ttd-tempat",
    "#ttd-jabatan",
    "#ttd-ruang",
    "#ttd-nama",
    "#ttd-pangkat",
    "#ttd-nip",
)
_TOP_ROWS = (
    KEY_ROW,
    TITLE_ROW,
    JABATAN_ROW,
    NAMA_ROW,
    NIP_ROW,
    GROUP_ROW,
    TABLE_HEAD_ROW,
)
# The column of notes in a copy to mend, behind the form's last one.
MENDING_TITLE = "PERLU DIPERBAIKI"
# Beside the head's entries: what holds for the whole form, or a note.
HEAD_NOTE_COLUMN = "satuan"
HEAD_LABELS = {JABATAN_ROW: "JABATAN", NAMA_ROW: "NAMA PEGAWAI", NIP_ROW: "NIP"}
# Columns that staff fill in wherever the catalogue leaves them blank, and those always theirs.
_ENTRIES_WHERE_BLANK = ("satuan", "tipe_perhitungan", "target")
_EXPLANATION_KEYS = ("kendala", "tindak_lanjut", "bukti_dukung")

FORM_MESSAGE = "Isi hanya sel berwarna kuning. Bulan yang belum dilaporkan dikosongkan; ketik 0 bila nihil."
DOTTED_LINE = "." * 40

CellValue = str | float | None
CellKey = tuple[str, str]
# Who reports.
HEAD_CELLS: tuple[CellKey, ...] = ((NAMA_ROW, HEAD_ENTRY_COLUMN), (NIP_ROW, HEAD_ENTRY_COLUMN))


@dataclass(frozen=True, slots=True)
class Atasan:
    """Who signs as the superior: jabatan in words, and the person where known."""

    jabatan: str
    nama: str = ""
    pangkat_golongan: str = ""
    nip: str = ""


@dataclass(frozen=True)
class JabatanForm:
    """One jabatan's sheet: everything a writer or a reader needs to know about it."""

    katalog: Katalog
    jabatan: Jabatan
    pegawai: Pegawai | None
    sheet_name: str

    @cached_property
    def identity(self) -> FormIdentity:
        return identity(self.katalog, self.jabatan.id)

    @cached_property
    def indikator(self) -> tuple[Indikator, ...]:
        return self.katalog.list_indikator(self.jabatan.id)

    def find_sebaran(self, row_id: str) -> Sebaran:
        """Return an indikator's sebaran where any tipe that staff may choose lets it have an effect."""
        return self.katalog.find_sebaran(row_id, CaraHitung.TOTAL)

    @cached_property
    def layout(self) -> SheetLayout:
        count = self.katalog.kantor.rincian_target.period_count
        below = (*(row_id for row_id, _ in self.rows_below), *SIGNATURE_ROWS)
        rows = (*_TOP_ROWS, *(i.id for i in self.indikator), *below)
        return SheetLayout(form_fields(count), rows)

    def own_row_id(self, text: str) -> str:
        """Return a row id in the form's or the catalogue's spelling; as it is where neither knows it."""
        if text in self.layout.rows:
            return text
        found = self.katalog.find_indikator(text)
        return found.id if found else self._row_spelling.get(comparable(text), text)

    def own_key(self, text: str) -> str:
        """Return a field key in the form's spelling; the text itself where it is none."""
        return text if text in self.layout.columns else self._key_spelling.get(comparable(text), text)

    @cached_property
    def _row_spelling(self) -> dict[str, str]:
        return {comparable(row_id): row_id for row_id in self.layout.rows}

    @cached_property
    def _key_spelling(self) -> dict[str, str]:
        return {comparable(key): key for key in self.layout.columns}

    @cached_property
    def rows_below(self) -> tuple[tuple[str, str], ...]:
        """Rows below the table as (row id, text): notes, TUGAS and FUNGSI in full."""
        return tuple(_build_rows_below(self.jabatan, bool(self.indikator)))

    @cached_property
    def fixed_values(self) -> dict[tuple[str, str], CellValue]:
        """What the catalogue writes, as (row id, field key) -> value; absent or blank is not there."""
        fixed: dict[tuple[str, str], CellValue] = {(JABATAN_ROW, HEAD_ENTRY_COLUMN): self.jabatan.nama}
        if self.pegawai:
            fixed[NAMA_ROW, HEAD_ENTRY_COLUMN] = self.pegawai.nama
            fixed[NIP_ROW, HEAD_ENTRY_COLUMN] = self.pegawai.nip
        for number, item in enumerate(self.indikator, start=1):
            for key, value in _list_fixed_values(item, self.katalog).items():
                if value not in {"", None}:
                    fixed[item.id, key] = value
            fixed[item.id, "no"] = str(number)
        return fixed

    @cached_property
    def input_cells(self) -> tuple[tuple[str, str], ...]:
        """Cells that staff may enter, as (row id, field key), in reading order."""
        head = tuple(
            (row_id, HEAD_ENTRY_COLUMN)
            for row_id in (NAMA_ROW, NIP_ROW)
            if (row_id, HEAD_ENTRY_COLUMN) not in self.fixed_values
        )
        keys = (
            *_ENTRIES_WHERE_BLANK,
            *(k for k in self.layout.keys(ColumnGroup.TARGET) if k != "target"),
            *self.layout.keys(ColumnGroup.REALISASI),
            *_EXPLANATION_KEYS,
        )
        return head + tuple(
            (item.id, key)
            for item in self.indikator
            for key in keys
            if (item.id, key) not in self.fixed_values
        )

    @cached_property
    def unlocked(self) -> frozenset[tuple[str, str]]:
        """The same cells as a set: the ones that are not locked."""
        return frozenset(self.input_cells)

    @cached_property
    def entry_cells(self) -> tuple[CellKey, ...]:
        """The same cells behind those that say who reports: these are read even where the catalogue knows."""
        return tuple(dict.fromkeys((*HEAD_CELLS, *self.input_cells)))

    @cached_property
    def table_keys(self) -> tuple[str, ...]:
        """Keys of the columns in which a row of the table has cells."""
        return tuple(field.key for field in self.layout.fields if field.key != ID_COLUMN)

    @cached_property
    def input_columns(self) -> frozenset[str]:
        """Keys of the columns in which a row of the table has cells that staff may enter."""
        return frozenset(key for _, key in self.input_cells) - {HEAD_ENTRY_COLUMN}

    @cached_property
    def locked_values(self) -> tuple[tuple[CellKey, CellValue], ...]:
        """The locked cells of the table and what the catalogue writes there, "" for nothing."""
        own = {ID_COLUMN, "no"}
        texts = [f.key for f in self.layout.fields if f.kind is not FieldKind.FORMULA and f.key not in own]
        cells = ((item.id, key) for item in self.indikator for key in texts)
        return tuple((cell, self.fixed_values.get(cell, "")) for cell in cells if cell not in self.unlocked)

    @cached_property
    def formula_cells(self) -> tuple[CellKey, ...]:
        """The cells of the table that hold formulas."""
        keys = [f.key for f in self.layout.fields if f.kind is FieldKind.FORMULA]
        return tuple((item.id, key) for item in self.indikator for key in keys)

    @cached_property
    def entry_kinds(self) -> dict[CellKey, FieldKind]:
        """Kind of each cell of `entry_cells`."""
        return {cell: self.kind(*cell) for cell in self.entry_cells}

    def kind(self, row_id: str, key: str) -> FieldKind:
        """Kind of a cell: that of its field, or of the head's entries."""
        if row_id == NIP_ROW:
            return FieldKind.NIP
        return FieldKind.TEXT if row_id == NAMA_ROW else self.layout.field(key).kind

    @cached_property
    def signature(self) -> tuple[dict[str, str], dict[str, str]]:
        """Signature block as row id -> text: the superior's side, and the pegawai's.

        Nama and NIP of the pegawai are not in it: they are formulas on the head's entries.
        """
        _, place, jabatan, _, nama, pangkat, nip = SIGNATURE_ROWS
        kantor, atasan = self.katalog.kantor, self.atasan
        left = {
            place: "Mengetahui,",
            jabatan: atasan.jabatan,
            nama: atasan.nama or DOTTED_LINE,
            pangkat: atasan.pangkat_golongan,
            nip: f"NIP {atasan.nip or DOTTED_LINE}",
        }
        right = {
            place: f"{kantor.place or '.' * 20}, {'.' * 36}",
            jabatan: self.jabatan.nama,
            pangkat: self.pegawai.pangkat_golongan if self.pegawai else "",
        }
        return left, right

    @cached_property
    def head_texts(self) -> dict[CellKey, str]:
        """What else stands in the head, by (row id, field key)."""
        kantor = self.katalog.kantor
        texts = {
            (TITLE_ROW, "no"): format_form_title(kantor),
            (TITLE_ROW, "tipe_perhitungan"): format_letterhead(kantor),
            (NAMA_ROW, HEAD_NOTE_COLUMN): FORM_MESSAGE,
            BULAN_LABEL_CELL: "dihitung s.d. bulan",
        }
        if kantor.reporting_deadline:
            texts[NIP_ROW, HEAD_NOTE_COLUMN] = f"Batas lapor: {kantor.reporting_deadline}"
        return texts

    @cached_property
    def surrounding_texts(self) -> frozenset[str]:
        """Every text that the form itself shows outside the table: what else stands there was typed."""
        texts = {MENDING_TITLE, *HEAD_LABELS.values(), *self.head_texts.values()}
        texts |= {f.title for f in self.layout.fields} | {k.value for k in ColumnGroup}
        texts |= {text for _, text in self.rows_below}
        for side in self.signature:
            texts |= set(side.values())
        return frozenset(texts)

    @cached_property
    def comparable_surroundings(self) -> frozenset[str]:
        """The same texts as texts are compared: without case and double spaces."""
        return frozenset(comparable(text) for text in self.surrounding_texts)

    @cached_property
    def atasan(self) -> Atasan:
        """Who signs as the superior of this jabatan."""
        if not self.jabatan.atasan:
            head = self.katalog.kantor.signatory
            return _choose_signing_atasan(head, self.jabatan.outside_atasan)
        superior = self.katalog.jabatan_by_id[self.jabatan.atasan]
        people = self.katalog.list_pegawai(superior.id)
        if len(people) != 1:
            return Atasan(superior.nama)
        return Atasan(superior.nama, people[0].nama, people[0].pangkat_golongan, people[0].nip)


def format_form_title(kantor: Kantor) -> str:
    """Return the sheet's title."""
    return f"INDIKATOR KINERJA INDIVIDU TAHUN {kantor.tahun}"


def format_letterhead(kantor: Kantor) -> str:
    """Return the office's name as the sheet shows it."""
    return f"{kantor.nama}, {kantor.pemda}"


def _choose_signing_atasan(head: Signatory, outside_atasan: str) -> Atasan:
    """The head signs for a jabatan at the top, unless its superior is named as somebody else."""
    if outside_atasan and not comparable(head.jabatan).startswith(comparable(outside_atasan)):
        return Atasan(outside_atasan)
    return Atasan(head.jabatan or outside_atasan, head.nama, head.pangkat_golongan, head.nip)


def _list_fixed_values(item: Indikator, katalog: Katalog) -> dict[str, CellValue]:
    referensi = katalog.referensi
    tipe = referensi.find_tipe(item.tipe_perhitungan)
    return {
        "sasaran": item.sasaran,
        "indikator": item.indikator,
        "satuan": referensi.find_satuan(item.satuan) or item.satuan,
        "tipe_perhitungan": tipe.nama if tipe else item.tipe_perhitungan,
        "arah": item.arah.value,
        "formulasi": item.formulasi,
        "sumber_data": item.sumber_data,
        "target": item.target,
        **{name_period_target_column(n): value for n, value in enumerate(item.period_targets, start=1)},
    }


def _build_rows_below(jabatan: Jabatan, has_indikator: bool) -> Iterator[tuple[str, str]]:
    if not has_indikator:
        yield "#tanpa-indikator", "Jabatan ini belum mempunyai indikator. Hubungi subbag perencanaan."
    for number, sasaran in enumerate(jabatan.sasaran_without_indikator, start=1):
        yield f"#sasaran-{number}", f"Sasaran “{sasaran}” belum mempunyai indikator."
    yield "#jeda", ""
    yield from _build_list_rows("tugas", "TUGAS", jabatan.tugas.split("\n") if jabatan.tugas else [])
    yield from _build_list_rows("fungsi", "FUNGSI", list(jabatan.fungsi))


def _build_list_rows(name: str, title: str, items: list[str]) -> Iterator[tuple[str, str]]:
    yield f"#judul-{name}", title
    if not items:
        yield f"#{name}-1", "-"
    for number, item in enumerate(items, start=1):
        mark = "" if len(items) == 1 else f"{_spell_letters(number)}. "
        yield f"#{name}-{number}", f"{mark}{item}"


def _spell_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def jabatan_forms(katalog: Katalog) -> tuple[JabatanForm, ...]:
    """Return the form of every jabatan; the pegawai is known where exactly one holds the jabatan."""
    names = sheet_name(katalog.jabatan)
    people = {j.id: katalog.list_pegawai(j.id) for j in katalog.jabatan}
    return tuple(
        JabatanForm(katalog, j, people[j.id][0] if len(people[j.id]) == 1 else None, names[j.id])
        for j in katalog.jabatan
    )


def list_holder_forms(form: JabatanForm) -> tuple[JabatanForm, ...]:
    """Return a form for each of several people who hold its jabatan, named after them; else the form."""
    people = form.katalog.list_pegawai(form.jabatan.id)
    if len(people) < 2:  # noqa: PLR2004 - two are several
        return (form,)
    return tuple(
        replace(form, pegawai=person, sheet_name=name_holder_sheet(form.sheet_name, nama))
        for person, nama in zip(people, shorten_holders(p.nama for p in people), strict=True)
    )
