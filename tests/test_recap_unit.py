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
    BULAN_INI,
    LAPORAN,
    Laporan,
    baris_contoh,
    buka,
    isi_contoh,
    kantor_nyata,
    katalog_contoh,
    sama,
    semua_teks,
    tabel,
)

from iki_xl.catalog import BULAN, Jabatan, Pegawai
from iki_xl.errors import FormError
from iki_xl.measures import rata_rata, ukur_per_bulan
from iki_xl.recap import layout, rekap_xlsx, unit
from iki_xl.recap.susun import Rumus, pelapor, ringkas
from iki_xl.recap.writer import _tabel

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from iki_xl.recap import IsiRekap
    from iki_xl.recap.susun import BarisLembar

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
UNIT, JABATAN, REKAP = "Rekap Unit", "Rekap Jabatan", "Rekap Indikator"


def baris(isi: IsiRekap, nama: str) -> list[BarisLembar]:
    """The composed rows of a sheet, formulas replaced by their cached values."""
    table = next(t for t in _tabel(isi) if t.lembar.nama == nama)
    return [{k: v.nilai if isinstance(v, Rumus) else v for k, v in row.items()} for row in table.baris]


def periksa(isi: IsiRekap, row: BarisLembar, behind: pd.Series[bool]) -> None:
    """The counts and averages of a row are those of the rows of `baris` behind it."""
    measured = isi.capaian_per_bulan[isi.bulan].loc[isi.baris.index][behind]
    mean = rata_rata(measured["capaian"])
    assert row["dinilai"] == mean.n
    assert row["rata"] == ("" if mean.nilai is None else mean.nilai)
    for month in range(1, 13):
        shown = row.get(layout.kolom_rata(month))
        if month > isi.bulan:
            assert shown is None
        else:
            figures = isi.capaian_per_bulan[month].loc[isi.baris.index][behind]
            assert shown == rata_rata(figures["capaian"]).nilai


def periksa_kantor(isi: IsiRekap) -> None:
    """Every row of both sheets against the measures, and their sums against the first page."""
    units, people, head = baris(isi, UNIT), baris(isi, JABATAN), ringkas(isi)
    assert [r.get("id_unit") for r in units[:-1]] == [u.unit.id for u in head.unit]
    owner = isi.baris["id_jabatan"].map(lambda key: isi.katalog.unit(key).id)
    measured = isi.capaian_per_bulan[isi.bulan].loc[isi.baris.index]
    for row in units[:-1]:
        mine = owner == row["id_unit"]
        periksa(isi, row, mine)
        assert row["indikator"] == mine.sum()
        assert row["terisi"] == (measured["bulan_terisi"][mine] > 0).sum()
    if units:
        office = units[-1]
        periksa(isi, office, owner.notna())
        assert (office["indikator"], office["terisi"]) == (head.baris, head.terisi)
        assert office["belum"] == head.baris - head.terisi + head.indikator_belum_lapor
        assert office["melapor"] == f"{head.pelapor - len(head.belum_lapor)} dari {head.pelapor}"
        assert office["jabatan"] == head.jabatan
    numbers = isi.baris["id_laporan"].map(unit.bagi(isi).no_pelapor)
    for row in people:
        periksa(isi, row, numbers == row["no"])
    assert sum(row["dinilai"] for row in people) == head.rata.n
    assert sum(row["melapor"] == "belum" for row in people) == len(head.belum_lapor)


@pytest.mark.parametrize("nama", ["dpmd-cianjur", "kecamatan-poncokusumo"])
def test_figures_of_the_sample_offices_are_the_measures(nama: str):
    """Counts, averages and all months, unit by unit and reporter by reporter."""
    periksa_kantor(kantor_nyata(nama))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_figures_of_any_office_are_the_measures(data: st.DataObject):
    """Any line of atasan, any number of people, any set of returns, of strangers and of nobody too."""
    count = data.draw(st.integers(1, 6))
    above = [data.draw(st.sampled_from(["", *(f"J{n:02d}" for n in range(at))])) for at in range(count)]
    jabatan = tuple(Jabatan(f"J{at:02d}", "Pelaksana", key) for at, key in enumerate(above))
    items = tuple(i for i in katalog_contoh().indikator if i.id_jabatan in {j.id for j in jabatan})
    people = tuple(
        Pegawai(f"19800101201001{at:02d}{n:02d}", f"Pegawai {n}", f"J{at:02d}")
        for at in range(count)
        for n in range(data.draw(st.integers(0, 3)))
    )
    katalog = replace(katalog_contoh(), jabatan=jabatan, pegawai=people, indikator=items)
    known = [Laporan(p.id_jabatan, p.nip, p.nama) for p in people]
    others = [Laporan(j.id, nip, "Plt") for j in jabatan for nip in ("", "199001012015031001")]
    sent = data.draw(st.lists(st.sampled_from([*known, *others]), unique=True, max_size=8))
    periksa_kantor(isi_contoh(katalog, tuple(sent), bulan=data.draw(st.integers(1, 12))))


def test_the_workbook_holds_what_was_composed():
    """The cached values in the file are the composed rows, in the declared columns."""
    isi = isi_contoh()
    book = buka(isi)
    for nama, lembar in ((UNIT, layout.lembar_unit(BULAN_INI)), (JABATAN, layout.lembar_jabatan(BULAN_INI))):
        shown, made = tabel(book[nama], lembar), baris(isi, nama)
        assert len(shown) == len(made) > 0
        for cells, row in zip(shown, made, strict=True):
            for key in ("no", "indikator", "dinilai", "rata", "skala", "terisi", "rata_01", "rata_12"):
                assert (cells[key] or "") == (row.get(key) or ""), (nama, key)


def test_order_follows_the_line_of_atasan():
    """Each jabatan stands after its atasan and with its depth, wherever the catalogue lists it."""
    katalog = katalog_contoh()
    mixed = replace(katalog, jabatan=tuple(reversed(katalog.jabatan)))
    rows = baris(isi_contoh(mixed), JABATAN)
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
    isi = isi_contoh()
    lembar = layout.lembar_jabatan(BULAN_INI)
    sheet = openpyxl.load_workbook(BytesIO(rekap_xlsx(isi)))[JABATAN]
    assert not sheet.sheet_properties.outlinePr.summaryBelow
    for n, row in enumerate(baris(isi, JABATAN)):
        cell = sheet[lembar.sel(n, "jabatan")]
        assert (cell.alignment.indent, sheet.row_dimensions[cell.row].outlineLevel) == (row["kedalaman"],) * 2


def test_a_very_deep_line_of_atasan_stays_within_excels_outline():
    """Ten steps down: Excel has seven outline levels, and the file still opens."""
    chain = tuple(Jabatan(f"J{at:02d}", f"Tingkat {at}", f"J{at - 1:02d}" if at else "") for at in range(11))
    isi = isi_contoh(replace(katalog_contoh(), jabatan=chain, pegawai=()), LAPORAN[:1])
    sheet = openpyxl.load_workbook(BytesIO(rekap_xlsx(isi)))[JABATAN]
    assert max(d.outlineLevel for d in sheet.row_dimensions.values()) == 7


def test_a_superior_outside_the_catalogue_is_named():
    """The top jabatan of a catalogue without its head shows atasan_luar."""
    katalog = katalog_contoh()
    top = replace(katalog.jabatan[0], atasan_luar="Bupati Contoh")
    isi = isi_contoh(replace(katalog, jabatan=(top, *katalog.jabatan[1:])))
    assert [row["atasan"] for row in baris(isi, JABATAN)[:2]] == ["Bupati Contoh", "Kepala Dinas"]


def test_several_pegawai_of_one_jabatan_have_a_row_each():
    """J10 is held by three: two have reported, the third is shown as such."""
    rows = [row for row in baris(isi_contoh(), JABATAN) if row["id_jabatan"] == "J10"]
    assert [row["nama"] for row in rows] == ["Pegawai Contoh 1", "Pegawai Contoh 2", "Pegawai Contoh 3"]
    assert [row["melapor"] for row in rows] == ["ya", "ya", "belum"]
    assert rows[2]["skala"] == rows[2]["keterangan"] == "belum lapor"
    assert rows[2]["terisi"] == f"0 dari {rows[2]['indikator']}"
    assert "tautan" not in rows[2]


def test_a_return_of_somebody_else_has_a_row_of_its_own():
    """A counted return under a NIP that the catalogue does not have is neither lost nor expected."""
    stranger = Laporan("J10", "199001012015031001", "Orang lain")
    isi = isi_contoh(laporan=(*LAPORAN, stranger))
    row = next(r for r in baris(isi, JABATAN) if r["nama"] == "Orang lain")
    assert row["melapor"] == "tambahan"
    assert "tidak tercatat" in str(row["keterangan"])
    assert baris(isi, UNIT)[-1]["melapor"] == "10 dari 13"


def test_an_acting_official_stands_in_the_row_of_the_only_pegawai():
    """J05 has one pegawai; the return under another NIP fills that row, which says so."""
    isi = isi_contoh(laporan=(Laporan("J05", "199001012015031001", "Plt"),))
    rows = [row for row in baris(isi, JABATAN) if row["id_jabatan"] == "J05"]
    assert [(row["nama"], row["melapor"]) for row in rows] == [("Plt", "ya")]
    assert "NIP berbeda dari katalog" in str(rows[0]["keterangan"])


def test_no_returns_at_all():
    """Everybody is listed as belum lapor, averages are blank, nothing links to an empty table's row."""
    isi = isi_contoh(laporan=())
    periksa_kantor(isi)
    people = baris(isi, JABATAN)
    assert len(people) == len(pelapor(isi.katalog, isi.laporan)) == 13
    assert {row["skala"] for row in people} == {"belum lapor"}
    assert {row["rata"] for row in baris(isi, UNIT)} == {""}


def test_one_pegawai():
    """An office of one jabatan and one person: one unit, one reporter, the same figures."""
    katalog = katalog_contoh()
    alone = replace(katalog, jabatan=katalog.jabatan[:1], pegawai=(), indikator=katalog.indikator_dari("J00"))
    isi = isi_contoh(alone, LAPORAN[:1])
    periksa_kantor(isi)
    assert (len(baris(isi, UNIT)), len(baris(isi, JABATAN))) == (2, 1)


def test_nobody_expected():
    """A catalogue without indikator gives empty tables that say so."""
    nothing = replace(katalog_contoh(), indikator=(), pegawai=())
    book = buka(isi_contoh(nothing, ()))
    assert "belum memuat indikator" in semua_teks(book[UNIT])
    assert "belum memuat indikator" in semua_teks(book[JABATAN])


def test_links_lead_to_the_first_row_behind():
    """From a unit to its first reporter, from a reporter to the first row of their return."""
    isi = isi_contoh()
    book = openpyxl.load_workbook(BytesIO(rekap_xlsx(isi)))
    rekap = layout.lembar_rekap(isi.katalog.kantor.rincian_target, isi.bulan)
    lembar_unit, lembar_jabatan = layout.lembar_unit(isi.bulan), layout.lembar_jabatan(isi.bulan)
    jumlah_unit = len(ringkas(isi).unit)
    seen = 0
    for source, key, target in (
        (lembar_unit, "no_unit", lembar_jabatan),
        (lembar_jabatan, "no_pelapor", rekap),
    ):
        sheet, behind = book[source.nama], book[target.nama]
        rows = [r[target.ke(key)].value for r in behind.iter_rows(min_row=target.baris_data(0) + 1)]
        for n in range(jumlah_unit if key == "no_unit" else len(pelapor(isi.katalog, isi.laporan))):
            link = sheet[source.sel(n, "tautan")].hyperlink
            if n + 1 in rows:
                assert link.location == target.tujuan(rows.index(n + 1))
                seen += 1
            else:
                assert link is None
    assert seen == jumlah_unit + 10
    assert book[UNIT][lembar_unit.sel(jumlah_unit, "tautan")].hyperlink.location == rekap.tujuan(0)


def test_sparklines_are_one_group_over_the_months_of_each_row():
    """Excel draws them from the twelve averages of the same row; many groups would be slow."""
    isi = isi_contoh()
    ns = {
        "x14": "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main",
        "xm": "http://schemas.microsoft.com/office/excel/2006/main",
    }
    with zipfile.ZipFile(BytesIO(rekap_xlsx(isi))) as archive:
        roots = [ET.fromstring(archive.read(f"xl/worksheets/sheet{n}.xml")) for n in (2, 3)]
    sheets = ((UNIT, layout.lembar_unit(isi.bulan)), (JABATAN, layout.lembar_jabatan(isi.bulan)))
    for root, (nama, lembar) in zip(roots, sheets, strict=True):
        assert len(root.findall(".//x14:sparklineGroup", ns)) == 1
        drawn = {
            line.findtext("xm:sqref", namespaces=ns): line.findtext("xm:f", namespaces=ns)
            for line in root.findall(".//x14:sparkline", ns)
        }
        assert drawn == {
            lembar.sel(n, "tren"): f"'{nama}'!{lembar.rentang(n, 'rata_01', 'rata_12')}"
            for n in range(len(baris(isi, nama)))
        }


def test_totals_stand_outside_the_filter():
    """Sorting the units by average leaves the office's row where it is."""
    isi = isi_contoh()
    sheet = openpyxl.load_workbook(BytesIO(rekap_xlsx(isi)))[UNIT]
    last = int(re.findall(r"\d+", sheet.auto_filter.ref)[-1])
    lembar = layout.lembar_unit(isi.bulan)
    assert sheet.cell(last + 1, lembar.ke("unit") + 1).value == unit.SELURUH_KANTOR
    assert last == lembar.baris_data(len(ringkas(isi).unit) - 1) + 1


def test_months_become_values_where_formulas_would_be_too_many(monkeypatch: pytest.MonkeyPatch):
    """Over the limit the averages of the months are plain numbers, the sheet says so, the rest is live."""
    isi = isi_contoh()
    lembar = layout.lembar_jabatan(isi.bulan)
    live = openpyxl.load_workbook(BytesIO(rekap_xlsx(isi)))[JABATAN]
    monkeypatch.setattr(unit, "PERBANDINGAN_PALING_BANYAK", 0)
    fixed = openpyxl.load_workbook(BytesIO(rekap_xlsx(isi)))[JABATAN]
    assert live[lembar.sel(0, "rata_09")].data_type == "f"
    assert fixed[lembar.sel(0, "rata_09")].data_type == "n"
    assert fixed[lembar.sel(0, "rata")].data_type == "f"
    assert "disimpan sebagai nilai" in semua_teks(fixed)


def test_rows_of_every_detail_sheet_carry_the_numbers():
    """Rekap Indikator and each month name unit and reporter by number, wherever the row stands."""
    isi = isi_contoh()
    shared = unit.bagi(isi)
    for nama in (REKAP, *BULAN):
        for row in baris(isi, nama):
            owner = str(row["id_indikator"]).split("-")[0]
            assert row["no_unit"] == shared.no_unit[owner]
            if row["no_pelapor"] is not None:
                assert shared.penyetor[int(str(row["no_pelapor"])) - 1].orang.jabatan.id == owner


def test_what_is_over_excels_rows_is_refused(monkeypatch: pytest.MonkeyPatch):
    """More reporters than Excel has rows: one clear sentence, nothing is written."""
    isi = isi_contoh(laporan=())
    monkeypatch.setattr(layout, "BARIS_EXCEL", layout.lembar_jabatan(isi.bulan).baris_data(13) - 1)
    with pytest.raises(FormError, match="Rekap Jabatan memerlukan"):
        rekap_xlsx(isi)


@pytest.mark.lambat
def test_libreoffice_finds_the_same_figures_after_the_rows_were_shuffled(tmp_path: Path):
    """Rows of Rekap Indikator in another order: every average and count stays what it was."""
    require()
    isi = isi_contoh()
    path = tmp_path / "asli.xlsx"
    path.write_bytes(rekap_xlsx(isi))
    book = openpyxl.load_workbook(path)
    sheet = book[REKAP]
    lembar = layout.lembar_rekap(isi.katalog.kantor.rincian_target, isi.bulan)
    cached = openpyxl.load_workbook(path, data_only=True)
    values = [[c.value for c in row] for row in cached[REKAP].iter_rows(min_row=lembar.baris_data(0) + 1)]
    for at, row in enumerate(reversed(values)):
        for column, value in enumerate(row, start=1):
            sheet.cell(lembar.baris_data(at) + 1, column).value = value
    shuffled = tmp_path / "terbalik.xlsx"
    book.save(shuffled)
    again = openpyxl.load_workbook(recalculate(shuffled, tmp_path / "lo"), data_only=True)
    for nama in (UNIT, JABATAN):
        for row in book[nama].iter_rows():
            for cell in (c for c in row if c.data_type == "f"):
                pair = (cached[nama][cell.coordinate].value, again[nama][cell.coordinate].value)
                assert sama(*pair), (nama, cell.coordinate, *pair)


@pytest.mark.lambat
def test_validator_finds_nothing(tmp_path: Path):
    """Sparklines, links and outline pass Microsoft's validator, with returns and without."""
    validator.require()
    paths = []
    for at, isi in enumerate((isi_contoh(), isi_contoh(laporan=()), kantor_nyata("dpmd-cianjur"))):
        paths.append(tmp_path / f"{at}.xlsx")
        paths[-1].write_bytes(rekap_xlsx(isi))
    for version in ("Office2010", "Microsoft365"):
        assert validator.errors(paths, version) == []


def test_the_index_of_the_rows_does_not_matter():
    """Rows in any order and under any index give the same figures."""
    isi = isi_contoh()
    table = baris_contoh(isi.katalog, LAPORAN).sample(frac=1, random_state=5)
    table.index = [f"b{at}" for at in range(len(table))]
    other = replace(isi, baris=table, capaian_per_bulan=ukur_per_bulan(table, isi.katalog, BULAN_INI))
    keys = ("rata", "dinilai", "terisi", "rata_01", "rata_09")
    for nama in (UNIT, JABATAN):
        assert [[r.get(k) for k in keys] for r in baris(isi, nama)] == [
            [r.get(k) for k in keys] for r in baris(other, nama)
        ]
