"""The two sample offices are their documents, and survive katalog.xlsx."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from iki_xl.catalog import (
    OFFICES,
    Arah,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Referensi,
    RincianTarget,
    Sebaran,
    SkalaStep,
    katalog_xlsx,
    list_remarks,
    read_katalog,
    read_office,
)
from iki_xl.catalog.public_keys import PUBLIC_KEYS, with_field_names, with_public_keys
from iki_xl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

INDIKATOR_COUNTS = {
    "dpmd-cianjur": [1, 1, 11, 1, 5, 1, 5, 1, 1, 4, 1, 5, 1, 5, 1, 2, 5, 1, 6, 1, 0],
    "kecamatan-poncokusumo": [3, 2, 4, 4, 3, 3, 4, 3, 3, 1, 3, 2, 2, 2, 5, 2, 1, 1, 5, 1],
}


def test_there_are_two_samples():
    """The names that the command line offers."""
    assert OFFICES == ("dpmd-cianjur", "kecamatan-poncokusumo")


@pytest.mark.parametrize(("name", "jabatan", "indikator"), [(OFFICES[0], 21, 59), (OFFICES[1], 20, 54)])
def test_a_sample_has_as_many_jabatan_and_indikator_as_its_document(name, jabatan, indikator):
    """Nothing was lost in transcription, jabatan by jabatan."""
    katalog = read_office(name)
    assert (len(katalog.jabatan), len(katalog.indikator)) == (jabatan, indikator)
    assert [len(katalog.list_indikator(j.id)) for j in katalog.jabatan] == INDIKATOR_COUNTS[name]
    assert len(katalog.jabatan_by_id) == jabatan
    assert len(katalog.indikator_by_id) == indikator


def test_only_the_count_of_breaches_of_discipline_is_better_when_smaller():
    """Every other indikator of both offices is Maksimal."""
    minimal = [i.indikator for name in OFFICES for i in read_office(name).indikator if i.arah is Arah.MINIMAL]
    assert minimal == ["Jumlah pelanggaran disiplin"]


def test_a_sasaran_without_indikator_is_kept_and_remarked_upon():
    """Cianjur's J20 has one, and its J21 has no indikator at all."""
    katalog = read_office("dpmd-cianjur")
    goal = "Penataan Pemerintahan dan Lembaga Kemasyarakatan Desa"
    assert katalog.jabatan_by_id["J20"].sasaran_without_indikator == (goal,)
    remarks = [(r.code, r.level, r.file, r.sheet, r.id_jabatan) for r in list_remarks(katalog)]
    assert remarks == [
        ("K21", "info", "katalog.xlsx", "Jabatan", "J20"),
        ("K20", "info", "katalog.xlsx", "Jabatan", "J21"),
    ]


def test_satuan_stay_as_the_document_writes_them():
    """ "desa" in lower case is not rewritten, but is found in the list."""
    katalog = read_office("dpmd-cianjur")
    written = {i.satuan for i in katalog.indikator}
    assert {"desa", "Desa", "kecamatan", "Posyantek/inovasi"} <= written
    assert katalog.referensi.find_satuan("desa") == "Desa"
    assert all(katalog.referensi.find_satuan(satuan) for satuan in written if satuan)


@pytest.mark.parametrize("name", OFFICES)
def test_every_text_of_a_sample_survives_katalog_xlsx(tmp_path: Path, name):
    """Written, read back, and equal; the fingerprint that templates carry is the same as well."""
    katalog = read_office(name)
    path = tmp_path / "katalog.xlsx"
    path.write_bytes(katalog_xlsx(katalog))
    again = read_katalog(path)
    assert again == katalog
    assert again.fingerprint == katalog.fingerprint


def test_fingerprints_of_the_samples_are_those_of_earlier_releases():
    """Templates that went out bear them: a renamed field must not change what a return is known by."""
    assert {name: read_office(name).fingerprint for name in OFFICES} == {
        "dpmd-cianjur": "50ad88be1bd1f7cb",
        "kecamatan-poncokusumo": "2896c3b8a42f47f1",
    }


def test_a_fingerprint_knows_of_a_sebaran_only_where_one_is_said():
    """Templates of an office without it, sent out before there was such a column, are no older ones now."""
    kantor = Kantor("Dinas Contoh", "Kabupaten Contoh", 2026, rincian_target=RincianTarget.TRIWULAN)
    whole = Indikator(
        "J01-01",
        "J01",
        "Sasaran",
        "Indikator",
        satuan="Dokumen",
        tipe_perhitungan="Kumulatif",
        target=12.0,
        period_targets=(3.0, 3.0, None, 3.0),
    )
    bare = Indikator("J01-02", "J01", "Sasaran", "Lain")
    made = Katalog(kantor, (Jabatan("J01", "Kepala"),), (), (whole, bare))
    assert made.fingerprint == "b0dd662be9d4e4d8"  # as it was computed before
    said = {replace(made, indikator=(replace(whole, sebaran=each), bare)).fingerprint for each in Sebaran}
    assert len(said) == 3


def test_every_public_key_is_that_of_a_field():
    """No name is declared that the model does not have, and no key stands for two."""
    models = (Kantor, Jabatan, Indikator, Referensi, SkalaStep)
    own = {field.name for model in models for field in fields(model)}
    assert set(PUBLIC_KEYS) <= own
    assert not own & set(PUBLIC_KEYS.values())
    assert with_field_names(with_public_keys(dict.fromkeys(own))) == dict.fromkeys(own)


def test_an_unknown_sample_is_refused_by_name():
    """The message offers the two that exist."""
    with pytest.raises(
        UsageError, match=r"“bappeda” tidak ada; pilih dpmd-cianjur atau kecamatan-poncokusumo"
    ):
        read_office("bappeda")


def test_importing_the_catalogue_is_light():
    """The command line's help must not wait for the spreadsheet libraries."""
    code = (
        "import sys, iki_xl.catalog; "
        "print({'pandas', 'pandera', 'openpyxl', 'xlsxwriter'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
