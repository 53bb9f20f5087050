"""Rekap Unit and Rekap Jabatan: their figures against the measures, their order, links and sparklines."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import validator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from libreoffice import recalculate, require
from test_recap import (
    RETURNS,
    THIS_BULAN,
    MadeReturn,
    is_same,
    join_texts,
    make_real_kantor,
    make_sample_content,
    make_sample_katalog,
    make_sample_rows,
    open_recap,
    read_data_rows,
)

from iki_xl.catalog import BULAN, Jabatan, Pegawai
from iki_xl.errors import FormError
from iki_xl.measures import compute_mean, measure_each_bulan
from iki_xl.recap import cell_refs, layout, rekap_xlsx, senders
from iki_xl.recap.compose import compose_tables
from iki_xl.recap.content import LiveFormula
from iki_xl.recap.office_figures import summarize
from iki_xl.recap.sheets import rekap_indikator, rekap_jabatan, rekap_unit

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from iki_xl.recap import RecapContent
    from iki_xl.recap.content import SheetRow

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
UNIT, JABATAN, REKAP = "Rekap Unit", "Rekap Jabatan", "Rekap Indikator"


def compose_rows(recap_content: RecapContent, nama: str) -> list[SheetRow]:
    """The composed rows of a sheet, formulas replaced by their cached values."""
    table = next(t for t in compose_tables(recap_content) if t.table_sheet.nama == nama)
    return [{k: v.value if isinstance(v, LiveFormula) else v for k, v in row.items()} for row in table.rows]


def check_row(recap_content: RecapContent, row: SheetRow, behind: pd.Series[bool]) -> None:
    """The counts and averages of a row are those of the rows of `rows` behind it."""
    measured = recap_content.capaian_per_bulan[recap_content.bulan].loc[recap_content.rows.index][behind]
    mean = compute_mean(measured["capaian"])
    assert row["dinilai"] == mean.n
    assert row["rata"] == ("" if mean.value is None else mean.value)
    for month in range(1, 13):
        shown = row.get(layout.name_mean_column(month))
        if month > recap_content.bulan:
            assert shown is None
        else:
            figures = recap_content.capaian_per_bulan[month].loc[recap_content.rows.index][behind]
            assert shown == compute_mean(figures["capaian"]).value


def check_kantor(recap_content: RecapContent) -> None:
    """Every row of both sheets against the measures, and their sums against the first page."""
    units, people, head = (
        compose_rows(recap_content, UNIT),
        compose_rows(recap_content, JABATAN),
        summarize(recap_content),
    )
    assert [r.get("id_unit") for r in units[:-1]] == [u.unit.id for u in head.unit]
    owner = recap_content.rows["id_jabatan"].map(lambda key: recap_content.katalog.unit(key).id)
    measured = recap_content.capaian_per_bulan[recap_content.bulan].loc[recap_content.rows.index]
    for row in units[:-1]:
        mine = owner == row["id_unit"]
        check_row(recap_content, row, mine)
        assert row["indikator"] == mine.sum()
        assert row["terisi"] == (measured["bulan_terisi"][mine] > 0).sum()
    if units:
        office = units[-1]
        check_row(recap_content, office, owner.notna())
        assert (office["indikator"], office["terisi"]) == (head.rows, head.filled)
        assert office["belum"] == head.rows - head.filled + head.missing_indikator
        assert office["melapor"] == f"{head.reporters - len(head.not_reported)} dari {head.reporters}"
        assert office["jabatan"] == len({person.jabatan.id for person in recap_content.reporters})
    numbers = recap_content.rows["id_laporan"].map(senders.divide_units(recap_content).reporter_numbers)
    for row in people:
        check_row(recap_content, row, numbers == row["no"])
    assert sum(row["dinilai"] for row in people) == head.mean.n
    assert sum(row["melapor"] == "belum" for row in people) == len(head.not_reported)


@pytest.mark.parametrize("nama", ["dpmd-cianjur", "kecamatan-poncokusumo"])
def test_figures_of_the_sample_offices_are_the_measures(nama: str):
    """Counts, averages and all months, unit by unit and reporter by reporter."""
    check_kantor(make_real_kantor(nama))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_figures_of_any_office_are_the_measures(data: st.DataObject):
    """Any line of atasan, any number of people, any set of returns, of strangers and of nobody too."""
    count = data.draw(st.integers(1, 6))
    above = [data.draw(st.sampled_from(["", *(f"J{n:02d}" for n in range(at))])) for at in range(count)]
    jabatan = tuple(Jabatan(f"J{at:02d}", "Pelaksana", key) for at, key in enumerate(above))
    items = tuple(i for i in make_sample_katalog().indikator if i.id_jabatan in {j.id for j in jabatan})
    people = tuple(
        Pegawai(f"19800101201001{at:02d}{n:02d}", f"Pegawai {n}", f"J{at:02d}")
        for at in range(count)
        for n in range(data.draw(st.integers(0, 3)))
    )
    katalog = replace(make_sample_katalog(), jabatan=jabatan, pegawai=people, indikator=items)
    known = [MadeReturn(p.id_jabatan, p.nip, p.nama) for p in people]
    others = [MadeReturn(j.id, nip, "Plt") for j in jabatan for nip in ("", "199001012015031001")]
    sent = data.draw(st.lists(st.sampled_from([*known, *others]), unique=True, max_size=8))
    check_kantor(make_sample_content(katalog, tuple(sent), bulan=data.draw(st.integers(1, 12))))


def test_the_workbook_holds_what_was_composed():
    """The cached values in the file are the composed rows, in the declared columns."""
    recap_content = make_sample_content()
    book = open_recap(recap_content)
    for nama, recap_sheet in (
        (UNIT, rekap_unit.unit_sheet(THIS_BULAN)),
        (JABATAN, rekap_jabatan.jabatan_sheet(THIS_BULAN)),
    ):
        shown, made = read_data_rows(book[nama], recap_sheet), compose_rows(recap_content, nama)
        assert len(shown) == len(made) > 0
        for cells, row in zip(shown, made, strict=True):
            for key in ("no", "indikator", "dinilai", "rata", "skala", "terisi", "rata_01", "rata_12"):
                assert (cells[key] or "") == (row.get(key) or ""), (nama, key)


def test_order_follows_the_line_of_atasan():
    """Each jabatan stands after its atasan and with its depth, wherever the catalogue lists it."""
    katalog = make_sample_katalog()
    mixed = replace(katalog, jabatan=tuple(reversed(katalog.jabatan)))
    rows = compose_rows(make_sample_content(mixed), JABATAN)
    order = [row["id_jabatan"] for row in rows]
    assert order == [
        "J00",
        "J08",
        "J10",
        "J10",
        "J10",
        "J09",
        "J04",
        "J06",
        "J07",
        "J05",
        "J01",
        "J02",
        "J03",
    ]
    assert [row["kedalaman"] for row in rows] == [0, 1, 2, 2, 2, 2, 1, 2, 3, 2, 1, 2, 3]


def test_indentation_and_outline_show_the_depth():
    """The text is indented and the row grouped as deep as the jabatan stands."""
    recap_content = make_sample_content()
    recap_sheet = rekap_jabatan.jabatan_sheet(THIS_BULAN)
    sheet = openpyxl.load_workbook(BytesIO(rekap_xlsx(recap_content)))[JABATAN]
    assert not sheet.sheet_properties.outlinePr.summaryBelow
    for n, row in enumerate(compose_rows(recap_content, JABATAN)):
        cell = sheet[recap_sheet.cell(n, "jabatan")]
        assert (cell.alignment.indent, sheet.row_dimensions[cell.row].outlineLevel) == (row["kedalaman"],) * 2


def test_a_very_deep_line_of_atasan_stays_within_excels_outline():
    """Ten steps down: Excel has seven outline levels, and the file still opens."""
    chain = tuple(Jabatan(f"J{at:02d}", f"Tingkat {at}", f"J{at - 1:02d}" if at else "") for at in range(11))
    recap_content = make_sample_content(
        replace(make_sample_katalog(), jabatan=chain, pegawai=()), RETURNS[:1]
    )
    sheet = openpyxl.load_workbook(BytesIO(rekap_xlsx(recap_content)))[JABATAN]
    assert max(d.outlineLevel for d in sheet.row_dimensions.values()) == 7


def test_a_superior_outside_the_catalogue_is_named():
    """The top jabatan of a catalogue without its head shows outside_atasan."""
    katalog = make_sample_katalog()
    top = replace(katalog.jabatan[0], outside_atasan="Bupati Contoh")
    recap_content = make_sample_content(replace(katalog, jabatan=(top, *katalog.jabatan[1:])))
    assert [row["atasan"] for row in compose_rows(recap_content, JABATAN)[:2]] == [
        "Bupati Contoh",
        "Kepala Dinas",
    ]


def test_several_pegawai_of_one_jabatan_have_a_row_each():
    """J10 is held by three: two have reported, the third is shown as such."""
    rows = [row for row in compose_rows(make_sample_content(), JABATAN) if row["id_jabatan"] == "J10"]
    assert [row["nama"] for row in rows] == ["Pegawai Contoh 1", "Pegawai Contoh 2", "Pegawai Contoh 3"]
    assert [row["melapor"] for row in rows] == ["ya", "ya", "belum"]
    assert (rows[2]["skala"], rows[2]["keterangan"]) == ("belum lapor", "belum sama sekali")
    assert rows[2]["terisi"] == f"0 dari {rows[2]['indikator']}"
    assert "tautan" not in rows[2]


def test_a_return_of_somebody_else_has_a_row_of_its_own():
    """A counted return under a NIP that the catalogue does not have is neither lost nor expected."""
    stranger = MadeReturn("J10", "199001012015031001", "Orang lain")
    recap_content = make_sample_content(returns=(*RETURNS, stranger))
    row = next(r for r in compose_rows(recap_content, JABATAN) if r["nama"] == "Orang lain")
    assert row["melapor"] == "tambahan"
    assert "tidak tercatat" in str(row["keterangan"])
    assert compose_rows(recap_content, UNIT)[-1]["melapor"] == "10 dari 13"


def test_an_acting_official_stands_in_the_row_of_the_only_pegawai():
    """J05 has one pegawai; the return under another NIP fills that row, which says so."""
    recap_content = make_sample_content(returns=(MadeReturn("J05", "199001012015031001", "Plt"),))
    rows = [row for row in compose_rows(recap_content, JABATAN) if row["id_jabatan"] == "J05"]
    assert [(row["nama"], row["melapor"]) for row in rows] == [("Plt", "ya")]
    assert "NIP berbeda dari katalog" in str(rows[0]["keterangan"])


def test_no_returns_at_all():
    """Everybody is listed as belum lapor, averages are blank, nothing links to an empty table's row."""
    recap_content = make_sample_content(returns=())
    check_kantor(recap_content)
    people = compose_rows(recap_content, JABATAN)
    assert len(people) == len(recap_content.reporters) == 13
    assert {row["skala"] for row in people} == {"belum lapor"}
    assert {row["rata"] for row in compose_rows(recap_content, UNIT)} == {""}


def test_one_pegawai():
    """An office of one jabatan and one person: one unit, one reporter, the same figures."""
    katalog = make_sample_katalog()
    alone = replace(katalog, jabatan=katalog.jabatan[:1], pegawai=(), indikator=katalog.list_indikator("J00"))
    recap_content = make_sample_content(alone, RETURNS[:1])
    check_kantor(recap_content)
    assert (len(compose_rows(recap_content, UNIT)), len(compose_rows(recap_content, JABATAN))) == (2, 1)


def test_nobody_expected():
    """A catalogue without indikator gives empty tables that say so."""
    nothing = replace(make_sample_katalog(), indikator=(), pegawai=())
    book = open_recap(make_sample_content(nothing, ()))
    assert "belum memuat indikator" in join_texts(book[UNIT])
    assert "belum memuat indikator" in join_texts(book[JABATAN])


def test_links_lead_to_the_first_row_behind():
    """From a unit to its first reporter, from a reporter to the first row of their return."""
    recap_content = make_sample_content()
    book = openpyxl.load_workbook(BytesIO(rekap_xlsx(recap_content)))
    rekap = rekap_indikator.rekap_sheet(recap_content.katalog.kantor.rincian_target, recap_content.bulan)
    unit_sheet, jabatan_sheet = (
        rekap_unit.unit_sheet(recap_content.bulan),
        rekap_jabatan.jabatan_sheet(recap_content.bulan),
    )
    unit_count = len(summarize(recap_content).unit)
    seen = 0
    for source, key, target in (
        (unit_sheet, "no_unit", jabatan_sheet),
        (jabatan_sheet, "no_pelapor", rekap),
    ):
        sheet, behind = book[source.nama], book[target.nama]
        rows = [r[target.find_column(key)].value for r in behind.iter_rows(min_row=target.find_row(0) + 1)]
        for n in range(unit_count if key == "no_unit" else len(recap_content.reporters)):
            link = sheet[source.cell(n, "tautan")].hyperlink
            if n + 1 in rows:
                assert link.location == target.find_row_address(rows.index(n + 1))
                seen += 1
            else:
                assert link is None
    assert seen == unit_count + 10
    assert book[UNIT][unit_sheet.cell(unit_count, "tautan")].hyperlink.location == rekap.find_row_address(0)


def test_sparklines_are_one_group_over_the_months_of_each_row():
    """Excel draws them from the twelve averages of the same row; many groups would be slow."""
    recap_content = make_sample_content()
    ns = {
        "x14": "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main",
        "xm": "http://schemas.microsoft.com/office/excel/2006/main",
    }
    with zipfile.ZipFile(BytesIO(rekap_xlsx(recap_content))) as archive:
        roots = [ET.fromstring(archive.read(f"xl/worksheets/sheet{n}.xml")) for n in (2, 3)]
    sheets = (
        (UNIT, rekap_unit.unit_sheet(recap_content.bulan)),
        (JABATAN, rekap_jabatan.jabatan_sheet(recap_content.bulan)),
    )
    for root, (nama, recap_sheet) in zip(roots, sheets, strict=True):
        assert len(root.findall(".//x14:sparklineGroup", ns)) == 1
        drawn = {
            line.findtext("xm:sqref", namespaces=ns): line.findtext("xm:f", namespaces=ns)
            for line in root.findall(".//x14:sparkline", ns)
        }
        assert drawn == {
            recap_sheet.cell(n, "tren"): f"'{nama}'!{recap_sheet.find_range(n, 'rata_01', 'rata_12')}"
            for n in range(len(compose_rows(recap_content, nama)))
        }


def test_totals_stand_outside_the_filter():
    """Sorting the units by average leaves the office's row where it is."""
    recap_content = make_sample_content()
    sheet = openpyxl.load_workbook(BytesIO(rekap_xlsx(recap_content)))[UNIT]
    last = int(re.findall(r"\d+", sheet.auto_filter.ref)[-1])
    recap_sheet = rekap_unit.unit_sheet(recap_content.bulan)
    assert sheet.cell(last + 1, recap_sheet.find_column("unit") + 1).value == cell_refs.WHOLE_KANTOR
    assert last == recap_sheet.find_row(len(summarize(recap_content).unit) - 1) + 1


def test_months_become_values_where_formulas_would_be_too_many(monkeypatch: pytest.MonkeyPatch):
    """Over the limit the averages of the months are plain numbers, the sheet says so, the rest is live."""
    recap_content = make_sample_content()
    recap_sheet = rekap_jabatan.jabatan_sheet(recap_content.bulan)
    live = openpyxl.load_workbook(BytesIO(rekap_xlsx(recap_content)))[JABATAN]
    monkeypatch.setattr(cell_refs, "MOST_COMPARISONS", 0)
    fixed = openpyxl.load_workbook(BytesIO(rekap_xlsx(recap_content)))[JABATAN]
    assert live[recap_sheet.cell(0, "rata_09")].data_type == "f"
    assert fixed[recap_sheet.cell(0, "rata_09")].data_type == "n"
    assert fixed[recap_sheet.cell(0, "rata")].data_type == "f"
    assert "disimpan sebagai nilai" in join_texts(fixed)


def test_rows_of_every_detail_sheet_carry_the_numbers():
    """Rekap Indikator and each month name unit and reporter by number, wherever the row stands."""
    recap_content = make_sample_content()
    shared = senders.divide_units(recap_content)
    for nama in (REKAP, *BULAN):
        for row in compose_rows(recap_content, nama):
            owner = str(row["id_indikator"]).split("-")[0]
            assert row["no_unit"] == shared.unit_numbers[owner]
            if row["no_pelapor"] is not None:
                assert shared.senders[int(str(row["no_pelapor"])) - 1].person.jabatan.id == owner


def test_what_is_over_excels_rows_is_refused(monkeypatch: pytest.MonkeyPatch):
    """More reporters than Excel has rows: one clear sentence, nothing is written."""
    recap_content = make_sample_content(returns=())
    monkeypatch.setattr(
        layout, "EXCEL_ROWS", rekap_jabatan.jabatan_sheet(recap_content.bulan).find_row(13) - 1
    )
    with pytest.raises(FormError, match="Rekap Jabatan memerlukan"):
        rekap_xlsx(recap_content)


@pytest.mark.lambat
def test_libreoffice_finds_the_same_figures_after_the_rows_were_shuffled(tmp_path: Path):
    """Rows of Rekap Indikator in another order: every average and count stays what it was."""
    require()
    recap_content = make_sample_content()
    path = tmp_path / "asli.xlsx"
    path.write_bytes(rekap_xlsx(recap_content))
    book = openpyxl.load_workbook(path)
    sheet = book[REKAP]
    recap_sheet = rekap_indikator.rekap_sheet(
        recap_content.katalog.kantor.rincian_target, recap_content.bulan
    )
    cached = openpyxl.load_workbook(path, data_only=True)
    values = [[c.value for c in row] for row in cached[REKAP].iter_rows(min_row=recap_sheet.find_row(0) + 1)]
    for at, row in enumerate(reversed(values)):
        for column, value in enumerate(row, start=1):
            sheet.cell(recap_sheet.find_row(at) + 1, column).value = value
    shuffled = tmp_path / "terbalik.xlsx"
    book.save(shuffled)
    again = openpyxl.load_workbook(recalculate(shuffled, tmp_path / "lo"), data_only=True)
    for nama in (UNIT, JABATAN):
        for row in book[nama].iter_rows():
            for cell in (c for c in row if c.data_type == "f"):
                pair = (cached[nama][cell.coordinate].value, again[nama][cell.coordinate].value)
                assert is_same(*pair), (nama, cell.coordinate, *pair)


@pytest.mark.lambat
def test_validator_finds_nothing(tmp_path: Path):
    """Sparklines, links and outline pass Microsoft's validator, with returns and without."""
    validator.require()
    paths = []
    for at, recap_content in enumerate(
        (make_sample_content(), make_sample_content(returns=()), make_real_kantor("dpmd-cianjur"))
    ):
        paths.append(tmp_path / f"{at}.xlsx")
        paths[-1].write_bytes(rekap_xlsx(recap_content))
    for version in ("Office2010", "Microsoft365"):
        assert validator.errors(paths, version) == []


def test_the_index_of_the_rows_does_not_matter():
    """Rows in any order and under any index give the same figures."""
    recap_content = make_sample_content()
    table = make_sample_rows(recap_content.katalog, RETURNS).sample(frac=1, random_state=5)
    table.index = [f"b{at}" for at in range(len(table))]
    other = replace(
        recap_content,
        rows=table,
        capaian_per_bulan=measure_each_bulan(table, recap_content.katalog, THIS_BULAN),
    )
    keys = ("rata", "dinilai", "terisi", "rata_01", "rata_09")
    for nama in (UNIT, JABATAN):
        assert [[r.get(k) for k in keys] for r in compose_rows(recap_content, nama)] == [
            [r.get(k) for k in keys] for r in compose_rows(other, nama)
        ]
