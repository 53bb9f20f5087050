"""Places in a sheet are written as the spreadsheet libraries write them, and taken apart again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import column_index_from_string, quote_sheetname
from xlsxwriter.utility import xl_col_to_name, xl_range_abs, xl_rowcol_to_cell

from iki_xl.a1 import (
    spell_letters,
    split_address,
    write_address,
    write_range,
    write_reference,
    write_whole_column,
)

rows, columns = st.integers(0, 1_048_575), st.integers(0, 16_383)


def test_letters_of_every_column_are_those_of_the_libraries():
    """A to XFD."""
    for column in range(16_384):
        letters = spell_letters(column)
        assert letters == xl_col_to_name(column)
        assert column_index_from_string(letters) == column + 1


@given(rows, columns, st.booleans(), st.booleans())
def test_an_address_is_that_of_the_libraries(row, column, row_fixed, column_fixed):
    """Each part fixed by itself."""
    fixed = " ".join(word for word, wanted in (("row", row_fixed), ("column", column_fixed)) if wanted)
    expected = xl_rowcol_to_cell(row, column, row_abs=row_fixed, col_abs=column_fixed)
    assert write_address(row, column, fixed=fixed) == expected


@given(rows, columns)
def test_an_address_is_taken_apart_again(row, column):
    """Letters and number, as findings are ordered by."""
    assert split_address(write_address(row, column)) == (spell_letters(column), row + 1)
    assert split_address("") == ("", 0)


def test_ranges_and_references():
    """Within the sheet, fixed, of a whole column, and as seen from another sheet."""
    assert write_range((1, 1), (6, 5)) == "B2:F7"
    assert write_range((1, 1), (6, 5), fixed="column row") == xl_range_abs(1, 1, 6, 5)
    assert write_whole_column(27) == "$AB:$AB"
    assert write_reference("Rekap Unit", "H12") == f"{quote_sheetname('Rekap Unit')}!H12"
    assert write_reference("Juli '26", "A1") == "'Juli ''26'!A1"
    assert write_reference("Jabatan", "$A:$A", quoted=False) == "Jabatan!$A:$A"
