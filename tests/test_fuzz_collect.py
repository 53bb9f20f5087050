"""Damaged workbooks through everything that comes after reading: merged, recap, facts, copies to mend."""

from __future__ import annotations

from datetime import datetime

import pytest
from filled import katalog
from hypothesis import given
from packages import baca
from test_fuzz_readers import BATAS, asal, byte_diubah, sejumlah, xml_diubah

from iki_xl.collect.files import BerkasTerbaca
from iki_xl.collect.merge import kumpulkan
from iki_xl.collect.record import buka_catatan, catat
from iki_xl.facts import csv_temuan
from iki_xl.form.jabatan import jabatan_forms
from iki_xl.marked import salinan_perbaikan
from iki_xl.measures import bulan_terakhir, ukur_per_bulan
from iki_xl.readers.book import TidakTerbacaError
from iki_xl.recap import IsiRekap, rekap_xlsx

SAAT = datetime(2026, 7, 5)  # noqa: DTZ001 - moments are naive UTC here


def all_the_way(content: bytes) -> bool:
    """Take a file through every stage after reading; return whether it could be read."""
    office = katalog()
    forms = {form.jabatan.id: form for form in jabatan_forms(office)}
    try:
        record = catat(baca(content, BATAS), office, forms)
    except TidakTerbacaError:
        return False
    read = buka_catatan(record, "a.xlsx", forms)
    merged = kumpulkan([BerkasTerbaca("a.xlsx", read, (SAAT,))], office)
    month = bulan_terakhir(merged.baris) or 1
    measured = ukur_per_bulan(merged.baris, office, month)
    assert rekap_xlsx(IsiRekap(office, month, merged.baris, measured, merged.laporan, merged.temuan))
    assert csv_temuan(merged.temuan)
    assert all(content for _, content in salinan_perbaikan(office, merged, merged.temuan))
    return True


def test_the_original_goes_all_the_way():
    """What is changed below is whole to begin with."""
    assert all_the_way(asal("xlsx"))


@sejumlah(25)
@given(content=xml_diubah("xlsx"))
def test_changed_xml_goes_all_the_way(content):
    """A part's XML changed, in a whole zip."""
    all_the_way(content)


@pytest.mark.lambat
@sejumlah(400)
@given(content=xml_diubah("xlsx") | byte_diubah("xlsx"))
def test_many_changes_go_all_the_way(content):
    """More of the same, with bytes changed as well."""
    all_the_way(content)
