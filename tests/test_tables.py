"""Every table between two stages is what its model says, where it passes from one to the next."""

from __future__ import annotations

from random import Random

import pandas as pd
import pytest
from filled import NIP_ANI, NIP_BUDI, enter_person, make_katalog, write_return
from pandera.errors import SchemaError, SchemaErrors

from iki_xl import table_models
from iki_xl.catalog import read_office
from iki_xl.measures import MEASURE_COLUMNS, measure_each_bulan
from iki_xl.pipeline import gather
from iki_xl.results import CollectRequest
from iki_xl.sample.filling import fill_sample_templates
from iki_xl.sample.people import add_sample_pegawai
from iki_xl.template.variants import Per, plan_template_files
from iki_xl.template.writer import make_blank_sheets, templat_xlsx

WRONG = (SchemaError, SchemaErrors)


def collect_sample(office, folder):
    """A sample office's returns, with the mistakes that its people make."""
    random = Random(5)
    katalog = add_sample_pegawai(read_office(office), random)
    plans = plan_template_files(katalog, Per.PEGAWAI)
    forms = [(p.nama, templat_xlsx(katalog, make_blank_sheets(p.forms)), p.forms[0]) for p in plans]
    for item in fill_sample_templates(forms, random)[0]:
        path = folder / item.nama
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(item.content)
    return katalog


def collect_small(_name, folder):
    """Two returns of one person that differ, one without a name, one with a galat, a foreign file."""
    katalog = make_katalog()
    ani, budi = enter_person("Ani", NIP_ANI), enter_person("Budi", NIP_BUDI)
    write_return(folder / "a.xlsx", katalog, {"J02": {**ani, ("J02-01", "realisasi_01"): 2}})
    write_return(folder / "b.xlsx", katalog, {"J02": {**ani, ("J02-01", "realisasi_01"): 3}})
    write_return(folder / "c.xlsx", katalog, {"J01": {("J01-02", "realisasi_02"): "dua puluh"}})
    write_return(folder / "d.xlsx", katalog, {"J03": {**budi, ("J03-01", "realisasi_03"): -4}})
    (folder / "e.xlsx").write_bytes(b"PK\3\4 not a workbook")
    return katalog


def collect_nothing(_name, _folder):
    return make_katalog()


@pytest.fixture(
    scope="module",
    params=[
        (collect_sample, "dpmd-cianjur"),
        (collect_sample, "kecamatan-poncokusumo"),
        (collect_small, "small"),
        (collect_nothing, "none"),
    ],
    ids=lambda param: param[1],
)
def collected(request, tmp_path_factory):
    make, name = request.param
    folder = tmp_path_factory.mktemp("returns")
    katalog = make(name, folder)
    return katalog, gather(katalog, CollectRequest(folder, folder / "reports"))


def test_the_merged_tables_are_what_their_models_say(collected):
    """collect -> measures and recap: rows, returns, sources, changes, realisasi."""
    katalog, found = collected
    merged = found.collected
    periods = katalog.kantor.rincian_target.period_count
    for rows in (merged.rows, merged.all_rows):
        table_models.build_rows_model(periods).validate(rows, lazy=True)
    table_models.build_returns_model().validate(merged.returns, lazy=True)
    table_models.build_changes_model().validate(merged.changes, lazy=True)
    table_models.build_explanations_model().validate(merged.explanations, lazy=True)
    table_models.build_realisasi_model().validate(merged.realisasi, lazy=True)
    table_models.build_sources_model().validate(found.sources, lazy=True)


def test_the_measures_are_what_their_model_says(collected):
    """measures -> recap and capaian.csv, at the end of every month."""
    katalog, found = collected
    model = table_models.build_measures_model(MEASURE_COLUMNS, katalog.referensi.capaian_cap)
    for measured in measure_each_bulan(found.collected.rows, katalog, 12).values():
        model.validate(measured, lazy=True)
        assert measured.index.equals(found.collected.rows.index)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("bulan", 13),
        ("bulan", 1.5),
        ("realisasi", -1.0),
        ("realisasi", float("nan")),
        ("nip", None),
        ("nip", 199001012015031001),
        ("berkas", float("nan")),
    ],
)
def test_a_model_refuses_what_the_next_stage_could_not_use(column, value):
    """A month beyond the year, a figure below zero or missing, an absent text."""
    right = {
        "id_jabatan": "J01",
        "id_indikator": "J01-01",
        "nip": NIP_ANI,
        "bulan": 3,
        "realisasi": 2.0,
        "satuan": "Dokumen",
        "tipe_perhitungan": "Kumulatif",
        "target": 12.0,
        "berkas": "a.xlsx",
        "lembar": "J01",
        "sel": "N9",
    }
    model = table_models.build_realisasi_model()
    model.validate(pd.DataFrame([right]), lazy=True)
    with pytest.raises(WRONG):
        model.validate(pd.DataFrame([right | {column: value}]), lazy=True)
    with pytest.raises(WRONG):
        model.validate(pd.DataFrame([right]).drop(columns=column), lazy=True)
