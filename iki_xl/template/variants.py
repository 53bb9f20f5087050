"""Which workbooks go out: one for the office, or one per unit, jabatan or pegawai."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from iki_xl.form.jabatan import jabatan_forms, list_holder_forms
from iki_xl.form.names import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iki_xl.catalog import Katalog
    from iki_xl.form.jabatan import JabatanForm


class Per(StrEnum):
    """What one workbook holds."""

    KANTOR = "kantor"
    UNIT = "unit"
    JABATAN = "jabatan"
    PEGAWAI = "pegawai"


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A workbook to write: its file name and its forms in order."""

    nama: str
    forms: tuple[JabatanForm, ...]


def plan_template_files(katalog: Katalog, per: Per) -> tuple[TemplateFile, ...]:
    """Return the workbooks of one variant, in the catalogue's order, with file names that differ."""
    make = {
        Per.KANTOR: _plan_per_kantor,
        Per.UNIT: _plan_per_unit,
        Per.JABATAN: _plan_per_jabatan,
        Per.PEGAWAI: _plan_per_pegawai,
    }[per]
    used: set[str] = set()
    result = []
    for item in make(katalog):
        name, number = item.nama, 1
        while name in used:
            number += 1
            name = f"{item.nama}-{number}"
        used.add(name)
        result.append(replace(item, nama=f"{name}.xlsx"))
    return tuple(result)


def _list_sheets(katalog: Katalog) -> tuple[JabatanForm, ...]:
    """The office's sheets: one a jabatan, and one for each person where several hold it."""
    return tuple(own for form in jabatan_forms(katalog) for own in list_holder_forms(form))


def _plan_per_kantor(katalog: Katalog) -> Iterator[TemplateFile]:
    kantor = katalog.kantor
    yield TemplateFile(f"iki-{kantor.tahun}-{slug(kantor.nama)}", _list_sheets(katalog))


def _plan_per_unit(katalog: Katalog) -> Iterator[TemplateFile]:
    units: dict[str, list[JabatanForm]] = {}
    for form in _list_sheets(katalog):
        units.setdefault(katalog.unit(form.jabatan.id).id, []).append(form)
    for number, (unit_id, forms) in enumerate(units.items(), start=1):
        name = katalog.jabatan_by_id[unit_id].nama
        yield TemplateFile(f"iki-{katalog.kantor.tahun}-unit-{number:02d}-{slug(name)}", tuple(forms))


def _plan_per_jabatan(katalog: Katalog) -> Iterator[TemplateFile]:
    for form in jabatan_forms(katalog):
        yield TemplateFile(_name_jabatan_file(form), list_holder_forms(form))


def _plan_per_pegawai(katalog: Katalog) -> Iterator[TemplateFile]:
    for form in jabatan_forms(katalog):
        people = katalog.list_pegawai(form.jabatan.id)
        if not people:
            yield TemplateFile(_name_jabatan_file(form), (form,))
        for person in people:
            yield TemplateFile(
                f"{_name_jabatan_file(form)}-{slug(person.nama, 30)}", (replace(form, pegawai=person),)
            )


def _name_jabatan_file(form: JabatanForm) -> str:
    return f"iki-{form.katalog.kantor.tahun}-{slug(form.jabatan.id)}-{slug(form.jabatan.nama, 50)}"
