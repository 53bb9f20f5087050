"""The measurements of bench/: what they compare does the same work on the same files."""

from __future__ import annotations

import zipfile

import pytest

from bench.__main__ import MEASUREMENTS, put_part
from bench.collect import TimedRun, calamine, gather, run_naive, time_separately
from bench.returned import change_some, make_bench_kantor, make_returned_set, multiply_set
from bench.timing import compute_ratio, time_in_turn
from iki_xl.nip import explain_invalid_nip

# The mistakes begin with numbers typed as text: every file of these counts.
COUNT = 30


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_returned_set(tmp_path_factory.mktemp("asal"), COUNT)


def contents(folder):
    return {p.name: p.read_bytes() for p in folder.rglob("*.xlsx")}


def test_everyone_has_a_nip():
    """Also where there are many thousands, each pegawai has a valid NIP of their own."""
    nips = [p.nip for p in make_bench_kantor(12_000).pegawai]
    assert len(set(nips)) == 12_000
    assert not any(explain_invalid_nip(nip) for nip in nips)


def test_the_same_workbooks_each_time(made, tmp_path):
    """Made again they have the same bytes, and no two are the same; one in ten holds a mistake."""
    again = make_returned_set(tmp_path, COUNT)
    assert contents(again.folder) == contents(made.folder)
    assert len(set(contents(made.folder).values())) == COUNT
    assert made.mistaken == COUNT // 10
    assert 0 < made.resaved < COUNT // 2


def test_the_contenders_read_the_same(made):
    """All three open every file; the loop with pandas validates as many rows as iki_xl merges."""
    paths = sorted(made.folder.rglob("*.xlsx"))
    files, _ = calamine(paths)
    assert files == COUNT
    validated = run_naive(paths, made.katalog)
    assert validated == gather(made.folder, made.katalog, None, 1)
    assert validated == (
        COUNT,
        sum(len(made.katalog.list_indikator(p.id_jabatan)) for p in made.katalog.pegawai),
    )


def test_a_truncated_file_is_skipped_by_each(made, tmp_path):
    """What cannot be read is left out by the loops and refused by iki_xl."""
    (tmp_path / "utuh.xlsx").write_bytes(next(iter(contents(made.folder).values())))
    (tmp_path / "potong.xlsx").write_bytes((tmp_path / "utuh.xlsx").read_bytes()[:9_000])
    paths = sorted(tmp_path.glob("*.xlsx"))
    counted = {
        calamine(paths)[0],
        run_naive(paths, made.katalog)[0],
        gather(tmp_path, made.katalog, None, 1)[0],
    }
    assert counted == {1}


def test_more_of_them_are_other_returns(made, tmp_path):
    """Four times as many workbooks have four times as many bytes of their own and all count."""
    many = multiply_set(made, tmp_path, 4)
    assert len(set(contents(many.folder).values())) == many.count == 4 * COUNT
    _, rows = gather(made.folder, made.katalog, None, 1)
    assert gather(many.folder, many.katalog, None, 1) == (4 * COUNT, 4 * rows)


def test_some_are_sent_anew(made, tmp_path):
    """As many files as asked get other bytes, and are whole workbooks still."""
    more = multiply_set(made, tmp_path, 1)
    before = contents(more.folder)
    change_some(more, 3, "kiriman kedua")
    after = contents(more.folder)
    changed = [name for name in before if before[name] != after[name]]
    assert len(changed) == 3
    assert all(zipfile.is_zipfile(p) for p in more.folder.rglob("*.xlsx"))


def test_a_run_of_its_own(made):
    """A run in its own process tells seconds, memory, and what it read: the same as here."""
    noted, _ = time_separately(TimedRun("himpun", str(made.folder), str(made.katalog_path)))
    assert (noted.file, noted.rows) == gather(made.folder, made.katalog, None, 1)
    assert noted.seconds > 0


def test_the_first_round_does_not_count():
    """Ratios are taken round by round, after one round for warming up."""
    seconds = iter((100.0, 100.0, 2.0, 1.0, 9.0, 3.0, 8.0, 4.0))
    times = time_in_turn({"a": lambda: next(seconds), "b": lambda: next(seconds)}, round_count=3)
    assert times["a"].rounds == (2.0, 9.0, 8.0)
    assert compute_ratio(times["a"], times["b"]).rounds == (2.0, 3.0, 2.0)


def test_one_part_of_the_page_is_replaced():
    """Measuring one thing anew leaves the other parts of the page, in their order."""
    first, second = (module.TITLE for module in list(MEASUREMENTS.values())[:2])
    page = put_part("", second, "lama\n\n| a |")
    page = put_part(page, first, "yang pertama")
    page = put_part(page, second, "baru")
    assert page.index("yang pertama") < page.index("baru")
    assert "lama" not in page
    assert page == put_part(page, second, "baru")
