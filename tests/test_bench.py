"""The measurements of bench/: what they compare does the same work on the same files."""

from __future__ import annotations

import zipfile

import pytest

from bench.__main__ import UKURAN, dengan_bagian
from bench.collect import Lari, calamine, himpun, lari_terpisah, naif
from bench.returned import buat_kumpulan, kantor_uji, perbanyak, ubah_sebagian
from bench.timing import bergiliran, nisbah
from iki_xl.nip import sebab_nip_tidak_sah

# The mistakes begin with numbers typed as text: every file of these counts.
JUMLAH = 30


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return buat_kumpulan(tmp_path_factory.mktemp("asal"), JUMLAH)


def contents(folder):
    return {p.name: p.read_bytes() for p in folder.rglob("*.xlsx")}


def test_everyone_has_a_nip():
    """Also where there are many thousands, each pegawai has a valid NIP of their own."""
    nips = [p.nip for p in kantor_uji(12_000).pegawai]
    assert len(set(nips)) == 12_000
    assert not any(sebab_nip_tidak_sah(nip) for nip in nips)


def test_the_same_workbooks_each_time(made, tmp_path):
    """Made again they have the same bytes, and no two are the same; one in ten holds a mistake."""
    again = buat_kumpulan(tmp_path, JUMLAH)
    assert contents(again.folder) == contents(made.folder)
    assert len(set(contents(made.folder).values())) == JUMLAH
    assert made.salah == JUMLAH // 10
    assert 0 < made.simpan_lain < JUMLAH // 2


def test_the_contenders_read_the_same(made):
    """All three open every file; the loop with pandas validates as many rows as iki_xl merges."""
    paths = sorted(made.folder.rglob("*.xlsx"))
    files, _ = calamine(paths)
    assert files == JUMLAH
    validated = naif(paths, made.katalog)
    assert validated == himpun(made.folder, made.katalog, None, 1)
    assert validated == (
        JUMLAH,
        sum(len(made.katalog.indikator_dari(p.id_jabatan)) for p in made.katalog.pegawai),
    )


def test_a_truncated_file_is_skipped_by_each(made, tmp_path):
    """What cannot be read is left out by the loops and refused by iki_xl."""
    (tmp_path / "utuh.xlsx").write_bytes(next(iter(contents(made.folder).values())))
    (tmp_path / "potong.xlsx").write_bytes((tmp_path / "utuh.xlsx").read_bytes()[:9_000])
    paths = sorted(tmp_path.glob("*.xlsx"))
    counted = {calamine(paths)[0], naif(paths, made.katalog)[0], himpun(tmp_path, made.katalog, None, 1)[0]}
    assert counted == {1}


def test_more_of_them_are_other_returns(made, tmp_path):
    """Four times as many workbooks have four times as many bytes of their own and all count."""
    many = perbanyak(made, tmp_path, 4)
    assert len(set(contents(many.folder).values())) == many.jumlah == 4 * JUMLAH
    _, rows = himpun(made.folder, made.katalog, None, 1)
    assert himpun(many.folder, many.katalog, None, 1) == (4 * JUMLAH, 4 * rows)


def test_some_are_sent_anew(made, tmp_path):
    """As many files as asked get other bytes, and are whole workbooks still."""
    more = perbanyak(made, tmp_path, 1)
    before = contents(more.folder)
    ubah_sebagian(more, 3, "kiriman kedua")
    after = contents(more.folder)
    changed = [name for name in before if before[name] != after[name]]
    assert len(changed) == 3
    assert all(zipfile.is_zipfile(p) for p in more.folder.rglob("*.xlsx"))


def test_a_run_of_its_own(made):
    """A run in its own process tells seconds, memory, and what it read: the same as here."""
    noted, _ = lari_terpisah(Lari("himpun", str(made.folder), str(made.berkas_katalog)))
    assert (noted.berkas, noted.baris) == himpun(made.folder, made.katalog, None, 1)
    assert noted.detik > 0


def test_the_first_round_does_not_count():
    """Ratios are taken round by round, after one round for warming up."""
    seconds = iter((100.0, 100.0, 2.0, 1.0, 9.0, 3.0, 8.0, 4.0))
    times = bergiliran({"a": lambda: next(seconds), "b": lambda: next(seconds)}, ronde=3)
    assert times["a"].semua == (2.0, 9.0, 8.0)
    assert nisbah(times["a"], times["b"]).semua == (2.0, 3.0, 2.0)


def test_one_part_of_the_page_is_replaced():
    """Measuring one thing anew leaves the other parts of the page, in their order."""
    first, second = (module.JUDUL for module in list(UKURAN.values())[:2])
    page = dengan_bagian("", second, "lama\n\n| a |")
    page = dengan_bagian(page, first, "yang pertama")
    page = dengan_bagian(page, second, "baru")
    assert page.index("yang pertama") < page.index("baru")
    assert "lama" not in page
    assert page == dengan_bagian(page, second, "baru")
