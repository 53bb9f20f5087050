"""The facts for other programs: read back without options by pandas and DuckDB, equal to the tables."""

from __future__ import annotations

import io
import sys

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from filled import NIP_ANI, NIP_BUDI, enter_person, make_katalog, receive_returns, write_return

from iki_xl.measures import measure
from iki_xl.storage.facts import make_csv_table, make_parquet_table
from iki_xl.tables import CAPAIAN_CSV_COLUMNS, REALISASI_CSV_COLUMNS

NUMBER_NAMES = {
    "bulan",
    "realisasi",
    "target",
    "target_sd",
    "realisasi_sd",
    "capaian_mentah",
    "capaian",
    "bulan_terisi",
}
"""Columns that are numbers; nip is one to every reader that is not told otherwise."""


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Returns of three people; names with every character that CSV minds; targets present and absent."""
    folder = tmp_path_factory.mktemp("isian")
    office = make_katalog()
    ani = {**enter_person("Ani", NIP_ANI), ("J03-02", "realisasi_01"): 7, ("J03-02", "realisasi_03"): 1 / 3}
    own = {("J03-01", key): value for key, value in _own_row().items()}
    budi = {**enter_person("Budi", NIP_BUDI), **own, ("J03-02", "realisasi_02"): 0}
    head = {**enter_person("Kartini", "196801011990031001"), ("J01-02", "realisasi_01"): 88.125}
    write_return(folder / 'a "kutip", koma; titik.xlsx', office, {"J03": ani})
    write_return(folder / "b\rc\nd.xlsx", office, {"J03": budi})
    write_return(folder / "=cmd|' -C calc'!A0.xlsx", office, {"J01": head})
    merged, _ = receive_returns(office, *sorted(folder.iterdir()))
    return {
        "realisasi": (merged.realisasi, REALISASI_CSV_COLUMNS),
        "capaian": (measure(merged.rows, office, 3), CAPAIAN_CSV_COLUMNS),
    }


def _own_row():
    return {"satuan": "Data", "tipe_perhitungan": "Kumulatif", "realisasi_01": 1e15, "realisasi_02": 0.1}


def written(tmp_path, tables, name):
    table, columns = tables[name]
    path = tmp_path / f"{name}.csv"
    path.write_bytes(make_csv_table(table, columns))
    return path


def expected(tables, name):
    """The table's rows: numbers and None, NIP as number, texts "" when absent, defused where it must be."""
    table, columns = tables[name]
    return [
        tuple(_expected(column, value) for column, value in zip(columns, row, strict=True))
        for row in table[list(columns)].itertuples(index=False, name=None)
    ]


def _expected(column, value):
    if column == "nip":
        return int(value)
    if column in NUMBER_NAMES:
        return None if pd.isna(value) else value
    return "'" + value if value.startswith("=") else value


def _read(column, value):
    if pd.isna(value):
        return None if column in NUMBER_NAMES else ""
    return value


def rows(frame):
    return [
        tuple(_read(column, value) for column, value in zip(frame.columns, row, strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]


@pytest.mark.parametrize("name", ["realisasi", "capaian"])
def test_pandas_reads_the_csv_without_options(tmp_path, tables, name):
    """Every row, every digit; what is absent is absent."""
    frame = pd.read_csv(written(tmp_path, tables, name))
    assert list(frame.columns) == list(tables[name][1])
    assert rows(frame) == expected(tables, name)
    assert len(frame) >= 4


@pytest.mark.parametrize("name", ["realisasi", "capaian"])
def test_duckdb_reads_the_csv_without_options(tmp_path, tables, name):
    """Every row, every digit, in SQL."""
    found = duckdb.sql(f"SELECT * FROM '{written(tmp_path, tables, name)}'")
    assert found.columns == list(tables[name][1])
    read = [
        tuple(_read(column, value) for column, value in zip(found.columns, row, strict=True))
        for row in found.fetchall()
    ]
    assert read == expected(tables, name)


def test_a_return_without_nip(tmp_path, tables):
    """With one blank NIP pandas takes all for floats, of too few digits, unless told that they are texts."""
    table, columns = tables["realisasi"]
    some = table.assign(nip=["", *table["nip"].tolist()[1:]])
    path = written(tmp_path, {"realisasi": (some, columns)}, "realisasi")
    assert pd.read_csv(path, dtype={"nip": "str"})["nip"].fillna("").tolist() == some["nip"].tolist()
    read = duckdb.sql(f"SELECT nip FROM '{path}'").fetchall()
    assert read == [(int(nip) if nip else None,) for nip in some["nip"]]
    assert (
        pq.read_table(io.BytesIO(make_parquet_table(some, columns)))["nip"].to_pylist()
        == some["nip"].tolist()
    )


def test_a_name_that_a_spreadsheet_would_run_is_defused(tables):
    """In every column, ids and the office's lists as well; a lone dash stays."""
    table, columns = tables["realisasi"]
    odd = table.head(1).assign(id_jabatan="=J01", satuan="-", berkas="@a.xlsx", lembar="+cmd")
    line = make_csv_table(odd, columns).decode().splitlines()[1].split(",")
    assert (line[0], line[5], line[8], line[9]) == ("'=J01", "-", "'@a.xlsx", "'+cmd")


@pytest.mark.parametrize("name", ["realisasi", "capaian"])
def test_parquet_holds_the_same_rows_with_types(tmp_path, tables, name):
    """Texts are strings as they are, months whole numbers, the rest double; no NIP loses a digit."""
    table, columns = tables[name]
    content = make_parquet_table(table, columns)
    read = pq.read_table(io.BytesIO(content))
    kinds = {"bulan": "int64", "bulan_terisi": "int64"}
    assert {f.name: str(f.type) for f in read.schema} == {
        column: kinds.get(column, "double" if column in NUMBER_NAMES else "string") for column in columns
    }
    wanted = [
        tuple(_read(column, value) for column, value in zip(columns, row, strict=True))
        for row in table[list(columns)].itertuples(index=False, name=None)
    ]
    assert [tuple(row.values()) for row in read.to_pylist()] == wanted
    path = tmp_path / "fakta.parquet"
    path.write_bytes(content)
    assert duckdb.sql(f"SELECT * FROM '{path}'").fetchall() == wanted


@pytest.mark.parametrize("name", ["realisasi", "capaian"])
def test_parquet_is_the_same_for_the_same_rows(tables, name):
    """Nothing of the day, the machine or the frame's own memory gets in."""
    table, columns = tables[name]
    other = pd.DataFrame({column: table[column].tolist() for column in reversed(table.columns)}, dtype=object)
    assert make_parquet_table(table, columns) == make_parquet_table(other, columns)


@pytest.mark.parametrize("name", ["realisasi", "capaian"])
def test_an_office_without_any_entry(tables, name):
    """The columns and their types are there all the same."""
    table, columns = tables[name]
    empty = pd.DataFrame(columns=list(columns))
    assert make_csv_table(empty, columns).decode() == ",".join(columns) + "\n"
    full, none = (pq.read_schema(io.BytesIO(make_parquet_table(t, columns))) for t in (table, empty))
    assert none == full


def test_no_parquet_without_pyarrow(tables, monkeypatch):
    """It is an optional part: without it there is no file and no error."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert make_parquet_table(*tables["realisasi"]) is None
