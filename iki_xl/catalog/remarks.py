"""Remarks on a catalogue that is right as it is, but that somebody may want to complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iki_xl.catalog.layout import JABATAN_TABLE, KATALOG_FILE
from iki_xl.findings import Place, Temuan, temuan

if TYPE_CHECKING:
    from iki_xl.catalog.model import Jabatan, Katalog


def list_remarks(katalog: Katalog) -> tuple[Temuan, ...]:
    """Return what was said when it was read, then an info for what it still lacks.

    That is every jabatan without indikator (K20) and sasaran without one (K21), in the order of the jabatan
    (spec section 1: keep them, and say so).
    """
    lacking = (remark for jabatan in katalog.jabatan for remark in _list_lacking(katalog, jabatan))
    return (*katalog.remarks, *lacking)


def _list_lacking(katalog: Katalog, jabatan: Jabatan) -> list[Temuan]:
    where = Place(file=KATALOG_FILE, sheet=JABATAN_TABLE.sheet, id_jabatan=jabatan.id)
    remarks = [
        temuan("K21", where, goal, sasaran=goal, id=jabatan.id) for goal in jabatan.sasaran_without_indikator
    ]
    if not katalog.list_indikator(jabatan.id):
        remarks.insert(0, temuan("K20", where, jabatan.nama, id=jabatan.id, nama=jabatan.nama))
    return remarks
