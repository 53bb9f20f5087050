"""Damaged workbooks through everything that comes after reading: merged, recap, facts, copies to mend."""

from __future__ import annotations

from datetime import datetime

import pytest
from filled import make_katalog
from hypothesis import given
from packages import read_content
from test_fuzz_readers import LIMITS, draw_changed_bytes, draw_changed_xml, make_original, make_settings

from iki_xl.collect.files import ReadFile
from iki_xl.collect.merge import merge_returns
from iki_xl.collect.record import make_record, open_record
from iki_xl.corrections.marked import make_perbaikan_copies
from iki_xl.form.jabatan import jabatan_forms
from iki_xl.measures import find_last_bulan, measure_each_bulan
from iki_xl.readers.book import UnreadableError
from iki_xl.recap import RecapContent, rekap_xlsx
from iki_xl.storage.facts import make_csv_temuan

MOMENT = datetime(2026, 7, 5)  # noqa: DTZ001 - moments are naive UTC here


def all_the_way(content: bytes) -> bool:
    """Take a file through every stage after reading; return whether it could be read."""
    office = make_katalog()
    forms = {form.jabatan.id: form for form in jabatan_forms(office)}
    try:
        record = make_record(read_content(content, LIMITS), office, forms)
    except UnreadableError:
        return False
    read = open_record(record, "a.xlsx", forms)
    merged = merge_returns([ReadFile("a.xlsx", read, (MOMENT,))], office)
    month = find_last_bulan(merged.rows) or 1
    measured = measure_each_bulan(merged.rows, office, month)
    assert rekap_xlsx(RecapContent(office, month, merged.rows, measured, merged.returns, merged.temuan))
    assert make_csv_temuan(merged.temuan)
    assert all(content for _, content in make_perbaikan_copies(office, merged, merged.temuan))
    return True


def test_the_original_goes_all_the_way():
    """What is changed below is whole to begin with."""
    assert all_the_way(make_original("xlsx"))


@make_settings(25)
@given(content=draw_changed_xml("xlsx"))
def test_changed_xml_goes_all_the_way(content):
    """A part's XML changed, in a whole zip."""
    all_the_way(content)


@pytest.mark.lambat
@make_settings(400)
@given(content=draw_changed_xml("xlsx") | draw_changed_bytes("xlsx"))
def test_many_changes_go_all_the_way(content):
    """More of the same, with bytes changed as well."""
    all_the_way(content)
