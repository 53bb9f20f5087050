"""katalog.xlsx -> the catalogue, or every mistake in it at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iki_xl.catalog.abridge import abridged, once
from iki_xl.catalog.cast import cast, find_leftover_periods
from iki_xl.catalog.cells import read_book
from iki_xl.catalog.check import check_table, gather_known_ids
from iki_xl.catalog.layout import (
    ANSWER_YES,
    KANTOR_FORM,
    KATALOG_FILE,
    build_period_columns,
    indikator,
    list_parts,
)
from iki_xl.catalog.model import (
    Arah,
    CaraHitung,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Pegawai,
    Referensi,
    RincianTarget,
    Sebaran,
    Signatory,
    SkalaStep,
    TipePerhitungan,
)
from iki_xl.catalog.public_keys import SIGNATORY_PREFIX, with_field_names
from iki_xl.catalog.sheets import sheets_by_name
from iki_xl.comparable import comparable
from iki_xl.errors import CatalogMistakesError
from iki_xl.findings import Place, temuan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from iki_xl.catalog.cast import Mistake, Typed
    from iki_xl.catalog.parts import Column
    from iki_xl.catalog.sheets import Sheet
    from iki_xl.readers.book import BookCells

CheckedRow = dict[str, Any]


def read_katalog(path: Path) -> Katalog:
    """Read katalog.xlsx. What is only to be looked at is kept with the catalogue, as its `remarks`.

    Raises:
        CatalogError: the file is missing or is not a workbook that can be read.
        CatalogMistakesError: the workbook holds mistakes; `findings` has all of them, in the order
            of the sheets, each with the address of its cell, and what is only to be looked at.
    """
    return interpret_book(read_book(path), path)


def interpret_book(
    book: BookCells,
    path: Path,
    rincian: RincianTarget | None = None,
    tolerates: Callable[[str], bool] = lambda _code: False,
) -> Katalog:
    """Return the catalogue that a workbook's cells hold; `path` is what messages call it.

    Given a `rincian`, the target columns of that one are read, whichever the office uses. What is said under
    a code that is tolerated stops nothing and is left out: what is missing is blank then.

    Raises:
        CatalogError, CatalogMistakesError: as `read_katalog` says.
    """
    sheets = sheets_by_name(book)
    rincian = rincian or find_rincian(sheets)
    tables = _tables(sheets, rincian)
    found = _mistakes(sheets, tables, rincian)
    mistakes = [each for each in found if not (each.serious and tolerates(each.temuan.code))]
    findings = tuple(mistake.temuan for mistake in abridged(mistakes))
    if not book.formats_known:
        findings = (temuan("K30", Place(KATALOG_FILE)), *findings)
    count = sum(mistake.serious for mistake in mistakes)
    if count:
        raise CatalogMistakesError(
            f"{path} memuat {count} kesalahan; perbaiki di Excel, simpan, lalu ulangi perintahnya.", findings
        )
    rows = {name: list(table.rows.values()) for name, table in tables.items()}
    return replace(_build_katalog(rows, rincian or _YEARLY), remarks=findings)


_YEARLY = RincianTarget.YEARLY


def find_rincian(sheets: Mapping[str, Sheet]) -> RincianTarget | None:
    """Return the rincian target that sheet Kantor names, None where it names none."""
    kantor = cast(sheets, KANTOR_FORM)
    text = comparable(str(kantor.rows.get(0, {}).get("rincian_target", "")))
    return next((choice for choice in RincianTarget if choice.value == text), None)


def _tables(sheets: Mapping[str, Sheet], rincian: RincianTarget | None) -> dict[str, Typed]:
    return {part.name: cast(sheets, part) for part in list_parts(rincian or _YEARLY)}


def _mistakes(
    sheets: Mapping[str, Sheet], tables: dict[str, Typed], rincian: RincianTarget | None
) -> list[Mistake]:
    """All mistakes, sheet by sheet and row by row. Several tables of a missing sheet miss it once."""
    known = gather_known_ids(tables)
    found: list[Mistake] = []
    for table in tables.values():
        found += [*table.mistakes, *check_table(table, known)]
    if rincian is not None:  # without it nobody can say which target columns belong
        found += find_leftover_periods(sheets, indikator(rincian), rincian)
    order = {sheet: at for at, sheet in enumerate(dict.fromkeys(t.part.sheet for t in tables.values()))}
    return once(sorted(found, key=lambda mistake: (order[mistake.sheet], mistake.place)))


# Rows -> the model ------------------------------------------------------------------------------


def _build_katalog(rows: dict[str, list[CheckedRow]], rincian: RincianTarget) -> Katalog:
    ids = {comparable(row["id"]): row["id"] for row in rows["jabatan"]}
    return Katalog(
        kantor=_build_kantor(rows["kantor"][0], rincian),
        jabatan=tuple(_build_jabatan(row, ids) for row in rows["jabatan"]),
        pegawai=tuple(
            Pegawai(**(row | {"id_jabatan": ids[comparable(row["id_jabatan"])]})) for row in rows["pegawai"]
        ),
        indikator=tuple(
            _build_indikator(row, ids, build_period_columns(rincian)) for row in rows["indikator"]
        ),
        referensi=_build_referensi(rows) if rows["pengaturan"] else Referensi(),
    )


def _build_kantor(row: CheckedRow, rincian: RincianTarget) -> Kantor:
    prefix = SIGNATORY_PREFIX
    signer = {key.removeprefix(prefix): value for key, value in row.items() if key.startswith(prefix)}
    own = with_field_names({key: value for key, value in row.items() if not key.startswith(prefix)})
    own |= {"tahun": int(row["tahun"]), "rincian_target": rincian}
    return Kantor(**own, signatory=Signatory(**signer))


def _build_jabatan(row: CheckedRow, ids: dict[str, str]) -> Jabatan:
    own = with_field_names(row)
    lists = {name: _split_lines(own[name]) for name in ("fungsi", "sasaran_without_indikator")}
    return Jabatan(**(own | lists | {"atasan": ids.get(comparable(row["atasan"]), "")}))


def _split_lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _build_indikator(row: CheckedRow, ids: dict[str, str], periods: tuple[Column, ...]) -> Indikator:
    targets = tuple(row[column.key] for column in periods)
    own = {key: value for key, value in row.items() if key not in {column.key for column in periods}}
    own |= {"id_jabatan": ids[comparable(row["id_jabatan"])], "arah": _find_arah(row["arah"])}
    own["sebaran"] = _find_sebaran(row["sebaran"])
    return Indikator(**own, period_targets=targets)


def _find_arah(text: str) -> Arah:
    return next((choice for choice in Arah if comparable(choice.value) == comparable(text)), Arah.MAXIMAL)


def _find_sebaran(text: str) -> Sebaran:
    return next((choice for choice in Sebaran if choice.value == comparable(text)), Sebaran.UNSAID)


def _build_referensi(rows: dict[str, list[CheckedRow]]) -> Referensi:
    settings = with_field_names(rows["pengaturan"][0])
    return Referensi(
        satuan=tuple(row["nama"] for row in rows["satuan"]),
        tipe=tuple(
            TipePerhitungan(row["nama"], CaraHitung(comparable(row["cara_hitung"]))) for row in rows["tipe"]
        ),
        skala=tuple(SkalaStep(**with_field_names(row)) for row in rows["skala"]),
        capaian_cap=settings["capaian_cap"],
        percentage_over_100=comparable(settings["percentage_over_100"]) == comparable(ANSWER_YES),
    )
