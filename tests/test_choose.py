# ruff: noqa: DTZ001 - a workbook holds moments without a time zone
"""Which return counts (spec section 6), on real workbooks, in whatever order they are read."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import datetime

import pytest
from filled import NAMA, NIP, NIP_ANI, NIP_BUDI, NIP_LAIN, fakta, isi, katalog, kode, orang, tanpa, terima
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iki_xl.catalog import Pegawai, RincianTarget
from iki_xl.collect.files import baca_semua
from iki_xl.collect.merge import kumpulkan

ANI, BUDI, SARI = orang("Ani", NIP_ANI), orang("Budi", NIP_BUDI), orang("Sari", NIP_LAIN)
JAN, FEB, MAR = "realisasi_01", "realisasi_02", "realisasi_03"
LAMA, BARU = datetime(2026, 6, 1, 9, 0), datetime(2026, 7, 1, 9, 0)


def pengelola(path, entries, saved=LAMA, who=ANI, **options):
    """Return a filled J03, the jabatan that two people hold."""
    return isi(path, katalog(), {"J03": {**who, **entries}}, disimpan=saved, **options)


def sekretaris(path, entries, saved=LAMA, who=None, **options):
    """Return a filled J02, the jabatan that the catalogue knows nobody for."""
    return isi(path, katalog(), {"J02": {**(who or {}), **entries}}, disimpan=saved, **options)


def desa(*values):
    """Return months of J03-02 from January on."""
    return {("J03-02", f"realisasi_{n:02d}"): v for n, v in enumerate(values, start=1) if v is not None}


def laporan(*values):
    """Return months of J02-01 from January on."""
    return {("J02-01", f"realisasi_{n:02d}"): v for n, v in enumerate(values, start=1) if v is not None}


def hasil(*paths, office=None, folder=None, **options):
    """Collect the files in both orders, which must agree; return (merged, what section 6 says)."""
    office = office or katalog()
    files, said = baca_semua(paths, folder or paths[0].parent, office)
    runs = [kumpulkan(order, office, **options) for order in (files, files[::-1])]
    assert ringkas(runs[0]) == ringkas(runs[1])
    return runs[0], [t for t in (*said, *runs[0].temuan) if t.kode[0] == "G" or t.kode == "B07"]


def ringkas(merged):
    """Return everything of a collection but the running numbers of the returns, in an order of its own."""
    tables = [
        sorted(table.drop(columns="id_laporan", errors="ignore").astype(str).values.tolist())
        for table in (merged.baris, merged.laporan, merged.realisasi)
    ]
    return tables, merged.temuan, merged.berkas_dihitung


def dihitung(merged):
    """Return the files of the returns that count."""
    return merged.laporan.loc[merged.laporan["dihitung"], "berkas"].tolist()


# Point 1.


def test_identical_bytes_count_once(tmp_path):
    """The same file sent twice."""
    one = pengelola(tmp_path / "a.xlsx", desa(5))
    two = shutil.copy(one, tmp_path / "b.xlsx")
    merged, said = hasil(one, two)
    assert [(t.kode, t.tingkat.value, t.berkas) for t in said] == [("B07", "info", "b.xlsx")]
    assert fakta(merged) == [("J03-02", 1, 5.0)]


def test_identical_entries_count_once(tmp_path):
    """Saved again without a change, or typed another way: the newer counts, the other is an info."""
    one = pengelola(tmp_path / "a.xlsx", desa(5, 1250), LAMA)
    two = pengelola(tmp_path / "b.xlsx", desa("5", "1250 desa"), BARU)
    merged, said = hasil(one, two)
    assert [(t.kode, t.tingkat.value, t.berkas) for t in said] == [("G01", "info", "a.xlsx")]
    assert fakta(merged) == [("J03-02", 1, 5.0), ("J03-02", 2, 1250.0)]
    assert dihitung(merged) == ["b.xlsx"]
    assert merged.laporan.set_index("berkas").loc["a.xlsx", "sebab"].startswith("sama dengan b.xlsx")


def test_the_same_words_with_another_value_are_no_identical_entries(tmp_path):
    """A cell in % format and the text "85%" look alike, but only in Persentase mean the same."""
    sel = ("J03-02", JAN)
    one = pengelola(tmp_path / "a.xlsx", {sel: 0.85}, LAMA, format_angka={sel: "0%"})
    two = pengelola(tmp_path / "b.xlsx", {sel: "85%"}, BARU)
    _, said = hasil(one, two)
    assert kode(said) == [("G02", ""), ("G03", "L9")]


# Point 2.


def test_the_newer_return_counts_and_every_change_is_named(tmp_path):
    """Changed and emptied cells with old, new and both files; what was only filled in since is not."""
    old = {
        **desa(5, 6, 7),
        ("J03-01", "satuan"): "Data",
        ("J03-02", "kendala"): "Hujan",
        ("J03-01", FEB): "-",
    }
    new = {**desa(5, 8, None, 9), ("J03-01", "satuan"): "Data", ("J03-01", FEB): 3}
    one = pengelola(tmp_path / "a.xlsx", old, LAMA)
    two = pengelola(tmp_path / "b.xlsx", new, BARU)
    merged, said = hasil(one, two)
    assert dihitung(merged) == ["b.xlsx"]
    assert [(t.kode, t.tingkat.value, t.berkas, t.sel, t.nilai) for t in said] == [
        ("G02", "info", "a.xlsx", "", ""),
        ("G03", "peringatan", "b.xlsx", "M9", "8"),
        ("G03", "peringatan", "b.xlsx", "N9", ""),
        ("G03", "peringatan", "b.xlsx", "AD9", ""),
    ]
    assert [t.pesan for t in said] == [
        "Laporan ini digantikan oleh laporan yang lebih baru: b.xlsx (lembar 03 Pengelola Data).",
        "Feb berubah dari 6 (a.xlsx) menjadi 8 (b.xlsx).",
        "Mar berubah dari 7 (a.xlsx) menjadi (kosong) (b.xlsx).",
        "KENDALA berubah dari Hujan (a.xlsx) menjadi (kosong) (b.xlsx).",
    ]
    assert fakta(merged) == [("J03-01", 2, 3.0), ("J03-02", 1, 5.0), ("J03-02", 2, 8.0), ("J03-02", 4, 9.0)]


def test_a_return_that_only_goes_on_needs_no_warning(tmp_path):
    """February after January."""
    merged, said = hasil(
        pengelola(tmp_path / "jan.xlsx", desa(5), LAMA), pengelola(tmp_path / "feb.xlsx", desa(5, 6), BARU)
    )
    assert [(t.kode, t.berkas) for t in said] == [("G02", "jan.xlsx")]
    assert dihitung(merged) == ["feb.xlsx"]


def test_an_entry_that_became_invalid_is_a_change(tmp_path):
    """5 became "lima": named, and in galat."""
    one = pengelola(tmp_path / "a.xlsx", desa(5), LAMA)
    two = pengelola(tmp_path / "b.xlsx", desa("lima"), BARU)
    merged, said = hasil(one, two)
    assert said[1].pesan == "Jan berubah dari 5 (a.xlsx) menjadi lima (b.xlsx)."
    assert fakta(merged) == []
    assert ("N15", "L9") in kode(merged.temuan)


def test_a_figure_that_was_withdrawn_with_a_dash_is_a_change(tmp_path):
    """ "-" means blank."""
    one = pengelola(tmp_path / "a.xlsx", desa(5), LAMA)
    _, said = hasil(one, pengelola(tmp_path / "b.xlsx", desa("-"), BARU))
    assert said[1].pesan == "Jan berubah dari 5 (a.xlsx) menjadi (kosong) (b.xlsx)."


def test_three_returns_are_compared_one_after_the_other(tmp_path):
    """5, 6, 5 again: both changes are named, the first return is replaced like the second."""
    paths = [
        pengelola(tmp_path / f"{n}.xlsx", desa(value), datetime(2026, 7, n))
        for n, value in enumerate((5, 6, 5), start=1)
    ]
    merged, said = hasil(*paths)
    assert dihitung(merged) == ["3.xlsx"]
    assert [(t.kode, t.berkas) for t in said] == [
        ("G01", "1.xlsx"),
        ("G02", "2.xlsx"),
        ("G03", "2.xlsx"),
        ("G03", "3.xlsx"),
    ]


def berwaktu(path, moment):
    """Set the file's own time."""
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    return path


@pytest.mark.parametrize(
    ("saved", "file_times", "newest"),
    [
        ((BARU, LAMA), (LAMA, BARU), "a.xlsx"),
        ((LAMA, LAMA), (BARU, LAMA), "a.xlsx"),
        ((LAMA, LAMA), (LAMA, LAMA), ""),
        (("", ""), (BARU, LAMA), "a.xlsx"),
        (("", LAMA), (BARU, LAMA), "a.xlsx"),
        (("", BARU), (LAMA, LAMA), "b.xlsx"),
        (("", ""), (LAMA, LAMA), ""),
        (("2026-07-01T09:00:00+07:00", "2026-07-01T05:00:00Z"), (LAMA, LAMA), "b.xlsx"),
        (("2026-07-01T09:00:00+07:00", "2026-07-01T01:00:00Z"), (LAMA, LAMA), "a.xlsx"),
    ],
)
def test_newer_is_by_the_workbook_then_by_the_file_and_never_by_the_name(tmp_path, saved, file_times, newest):
    """Without a saved moment of its own a workbook goes by its file's time; with equal times both count."""
    paths = [
        berwaktu(pengelola(tmp_path / name, desa(value), when), file_time)
        for name, value, when, file_time in zip(("a.xlsx", "b.xlsx"), (5, 6), saved, file_times, strict=True)
    ]
    merged, said = hasil(*paths)
    assert dihitung(merged) == ([newest] if newest else ["a.xlsx", "b.xlsx"])
    assert {t.kode for t in said} == ({"G02", "G03"} if newest else {"G08", "G09"})


def test_different_returns_are_refused_when_asked(tmp_path):
    """--konflik tolak: G05 for both, neither counts; equal ones are no conflict."""
    one, two = pengelola(tmp_path / "a.xlsx", desa(5), LAMA), pengelola(tmp_path / "b.xlsx", desa(5, 6), BARU)
    merged, said = hasil(one, two, tolak_konflik=True)
    assert [(t.kode, t.tingkat.value, t.berkas) for t in said] == [
        ("G05", "galat", "a.xlsx"),
        ("G05", "galat", "b.xlsx"),
    ]
    assert "b.xlsx (lembar 03 Pengelola Data)" in said[0].pesan
    assert (fakta(merged), dihitung(merged), merged.berkas_dihitung) == ([], [], frozenset())
    same = pengelola(tmp_path / "c.xlsx", desa(5), BARU)
    merged, said = hasil(one, same, tolak_konflik=True)
    assert (dihitung(merged), [t.kode for t in said]) == (["c.xlsx"], ["G01"])


def test_people_of_one_jabatan_and_other_jabatan_are_no_conflict(tmp_path):
    """Two pegawai of J03, one of whom also reports under J02."""
    one = pengelola(tmp_path / "a.xlsx", desa(5), LAMA, ANI)
    two = pengelola(tmp_path / "b.xlsx", desa(6), BARU, BUDI)
    three = sekretaris(tmp_path / "c.xlsx", laporan(2), BARU, ANI)
    merged, said = hasil(one, two, three, tolak_konflik=True)
    assert said == []
    assert fakta(merged) == [("J02-01", 1, 2.0), ("J03-02", 1, 5.0), ("J03-02", 1, 6.0)]


def test_one_sheet_of_a_workbook_may_be_replaced_and_the_others_count(tmp_path):
    """The office's workbook, and later a better J03."""
    one = isi(
        tmp_path / "kantor.xlsx",
        katalog(),
        {"J02": {**SARI, **laporan(2)}, "J03": {**ANI, **desa(5)}},
        disimpan=LAMA,
    )
    merged, said = hasil(one, pengelola(tmp_path / "z.xlsx", desa(6), BARU))
    assert fakta(merged) == [("J02-01", 1, 2.0), ("J03-02", 1, 6.0)]
    assert [(t.kode, t.lembar) for t in said] == [("G02", "03 Pengelola Data"), ("G03", "03 Pengelola Data")]
    assert merged.berkas_dihitung == {"kantor.xlsx", "z.xlsx"}


def test_a_sheet_copied_inside_its_workbook_is_another_return(tmp_path):
    """Same person, same file, same time: nobody knows which is the newer, so the cell waits."""

    def copy(book):
        again = book.copy_worksheet(book["03 Pengelola Data"])
        again.title = "03 Pengelola Data (2)"
        again["L9"] = 6

    merged, said = hasil(pengelola(tmp_path / "a.xlsx", desa(5), LAMA, ubah=copy))
    assert fakta(merged) == []
    assert [(t.kode, t.lembar, t.sel) for t in said] == [
        ("G08", "03 Pengelola Data", "L9"),
        ("G08", "03 Pengelola Data (2)", "L9"),
        ("G09", "03 Pengelola Data", ""),
        ("G09", "03 Pengelola Data (2)", ""),
    ]


# Point 3.


def test_without_nip_different_names_are_kept_out(tmp_path):
    """G04 names both files; nothing counts, in either order."""
    one = sekretaris(tmp_path / "a.xlsx", laporan(2), LAMA, orang("Sari"))
    two = sekretaris(tmp_path / "b.xlsx", laporan(3), BARU, orang("Tono"))
    merged, said = hasil(one, two)
    assert [(t.kode, t.tingkat.value, t.berkas) for t in said] == [
        ("G04", "galat", "a.xlsx"),
        ("G04", "galat", "b.xlsx"),
    ]
    assert ("b.xlsx" in said[0].pesan, "a.xlsx" in said[1].pesan) == (True, True)
    assert (fakta(merged), dihitung(merged)) == ([], [])
    reason = "beberapa laporan tanpa NIP, mungkin dari orang yang berbeda"
    assert merged.laporan["sebab"].tolist() == [reason] * 2


def test_nameless_returns_of_a_jabatan_that_several_hold_are_kept_out(tmp_path):
    """Nobody can say whose they are: G04 for both, nothing counts; with one holder the newer counts."""
    office = katalog()
    one = isi(tmp_path / "a.xlsx", office, {"J03": {**desa(5), ("J03-02", FEB): 1}})
    two = isi(tmp_path / "b.xlsx", office, {"J03": desa(6)})
    merged, said = hasil(one, two)
    assert [t.kode for t in said if t.kode[0] == "G"] == ["G04", "G04"]
    assert fakta(merged) == []


def test_what_a_replaced_return_held_is_info_only(tmp_path):
    """A galat in the older return is kept for the record; its correction is no warning."""
    one = pengelola(tmp_path / "a.xlsx", desa("lima"), LAMA)
    two = pengelola(tmp_path / "b.xlsx", desa(5), BARU)
    merged, _ = terima(katalog(), one, two)
    assert {(t.kode, t.tingkat.value) for t in merged.temuan if t.berkas == "a.xlsx"} >= {("N15", "info")}
    assert [t for t in merged.temuan if t.tingkat.value != "info"] == []
    assert fakta(merged) == [("J03-02", 1, 5.0)]


def test_without_nip_the_same_name_is_the_same_person(tmp_path):
    """Case and spaces aside; the newer counts."""
    one = sekretaris(tmp_path / "a.xlsx", laporan(2), LAMA, orang("Sari Dewi"))
    two = sekretaris(tmp_path / "b.xlsx", laporan(2, 3), BARU, orang("SARI  dewi"))
    merged, said = hasil(one, two)
    assert dihitung(merged) == ["b.xlsx"]
    assert [t.kode for t in said] == ["G02", "G03"]
    assert said[1].pesan == "Nama berubah dari Sari Dewi (a.xlsx) menjadi SARI  dewi (b.xlsx)."


def test_a_nip_that_is_missing_in_one_of_two_by_the_same_name_is_known(tmp_path):
    """The older without NIP, then the newer without: one person, and an emptied NIP is named."""
    one = pengelola(tmp_path / "a.xlsx", desa(5), LAMA, orang("Ani"))
    two = pengelola(tmp_path / "b.xlsx", desa(6), BARU, ANI)
    merged, said = hasil(one, two)
    assert (dihitung(merged), [t.kode for t in said]) == (["b.xlsx"], ["G02", "G03"])
    three = pengelola(tmp_path / "c.xlsx", desa(6), datetime(2026, 8, 1), orang("ani"))
    merged, said = hasil(two, three)
    assert dihitung(merged) == ["c.xlsx"]
    assert sorted((t.kode, t.sel) for t in said) == [("G02", ""), ("G03", "D4"), ("G03", "D5")]


def test_a_nip_and_another_name_without_one_are_two_people(tmp_path):
    """Nothing says they are the same."""
    one = pengelola(tmp_path / "a.xlsx", desa(5), LAMA, ANI)
    two = pengelola(tmp_path / "b.xlsx", desa(6), BARU, orang("Budi"))
    merged, said = hasil(one, two)
    assert (dihitung(merged), said) == (["a.xlsx", "b.xlsx"], [])


def test_a_name_that_two_nip_bear_says_nothing_about_a_third_return(tmp_path):
    """Two people called Ani, and an Ani without NIP: she is nobody else."""
    one = pengelola(tmp_path / "a.xlsx", desa(5), LAMA, orang("Ani", NIP_ANI))
    two = pengelola(tmp_path / "b.xlsx", desa(6), LAMA, orang("Ani", NIP_BUDI))
    three = pengelola(tmp_path / "c.xlsx", desa(7), BARU, orang("Ani"))
    merged, said = hasil(one, two, three)
    assert (dihitung(merged), said) == (["a.xlsx", "b.xlsx", "c.xlsx"], [])
    assert ("L05", "D5") in kode(merged.temuan)


# Point 4.


def test_an_older_template_is_matched_by_id(tmp_path):
    """An indikator that no longer exists and one that is new are said; what was typed is told."""
    office = katalog()
    old = isi(
        tmp_path / "a.xlsx",
        tanpa(office, "J03-02"),
        {
            "J03": {
                **ANI,
                ("J03-01", "satuan"): "Data",
                ("J03-01", "tipe_perhitungan"): "Kumulatif",
                ("J03-01", JAN): 4,
            }
        },
    )
    merged, said = terima(office, old)
    assert [(t.kode, t.id_indikator) for t in said] == [("B10", "J03-02"), ("S02", "J03-01"), ("B05", "")]
    assert fakta(merged) == [("J03-01", 1, 4.0)]
    newer = isi(tmp_path / "b.xlsx", office, {"J03": {**ANI, **desa(5), ("J03-01", JAN): 4}})
    merged, said = terima(tanpa(office, "J03-02"), newer)
    gone = next(t for t in said if t.kode == "B09")
    assert (gone.id_indikator, gone.nilai) == (
        "J03-02",
        "SATUAN Desa; TIPE PERHITUNGAN Non Kumulatif; Setahun 20; Jan 5",
    )
    assert fakta(merged) == [("J03-01", 1, 4.0)]


def test_what_the_catalogue_gives_by_now_replaces_what_was_typed_and_is_said(tmp_path):
    """Satuan and target were open in the older template; an untouched older text is no warning."""
    office = katalog()
    new = tuple(
        replace(i, indikator="Jumlah data desa", satuan="Dokumen", target=30.0) if i.id == "J03-01" else i
        for i in office.indikator
    )
    typed = {("J03-01", "satuan"): "Data", ("J03-01", "target"): 12, ("J03-01", JAN): 4}
    merged, said = terima(
        replace(office, indikator=new), isi(tmp_path / "a.xlsx", office, {"J03": {**ANI, **typed}})
    )
    assert [(t.kode, t.sel, t.nilai) for t in said if t.kode[0] == "B"] == [
        ("B12", "E8", "Data"),
        ("B12", "K8", "12"),
        ("B05", "", ""),
    ]
    assert merged.baris.loc[0, ["satuan", "target"]].tolist() == ["Dokumen", 30.0]


def test_targets_of_periods_that_the_office_no_longer_sets_are_told(tmp_path):
    """From quarters to years: every typed quarter is said."""
    old = katalog(RincianTarget.TRIWULAN)
    typed = {("J03-01", f"target_periode_0{n}"): n for n in (1, 2)}
    _, said = terima(katalog(), isi(tmp_path / "a.xlsx", old, {"J03": {**ANI, **typed, ("J03-01", JAN): 4}}))
    assert [(t.sel, t.nilai) for t in said if t.kode == "B16" and t.id_indikator == "J03-01"] == [
        ("L8", "1"),
        ("M8", "2"),
    ]


def test_another_holder_of_the_jabatan_does_not_make_a_template_older(tmp_path):
    """People are not part of the fingerprint."""
    office = katalog()
    later = replace(office, pegawai=(*office.pegawai, Pegawai(NIP_LAIN, "Sari", "J03")))
    merged, said = terima(later, pengelola(tmp_path / "a.xlsx", desa(5)))
    assert (fakta(merged), kode(said)) == ([("J03-02", 1, 5.0)], [])


def test_returns_from_an_older_and_the_present_template_are_compared_by_id(tmp_path):
    """The newer return counts, whatever its template."""
    office = katalog()
    old = isi(tmp_path / "a.xlsx", tanpa(office, "J03-01"), {"J03": {**ANI, **desa(5)}}, disimpan=LAMA)
    new = pengelola(tmp_path / "b.xlsx", desa(6), BARU)
    merged, said = hasil(old, new)
    assert fakta(merged) == [("J03-02", 1, 6.0)]
    assert said[1].pesan == "Jan berubah dari 5 (a.xlsx) menjadi 6 (b.xlsx)."


# Any set of returns, in any order.

_ORANG = (ANI, BUDI, orang("Ani"), orang("Budi"), orang("Tono"), orang(), orang("Tono", NIP_ANI))


@pytest.fixture(scope="module")
def kembalian(tmp_path_factory):
    """Twenty-one returns of one jabatan: every way of saying who, different figures and times."""
    folder = tmp_path_factory.mktemp("kembalian")
    paths = [
        pengelola(folder / f"{who}-{n}.xlsx", desa(*values), when, _ORANG[who])
        for who in range(len(_ORANG))
        for n, (values, when) in enumerate((((5, 6), LAMA), ((5, 7), LAMA), ((5, 6), BARU)))
    ]
    files, said = baca_semua(paths, folder, katalog())
    assert said == ()
    return files


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.booleans())
def test_the_order_of_files_changes_nothing(kembalian, data, refuse):
    """Any of the returns, shuffled: same tables, same findings, and each return counts or has a reason."""
    some = data.draw(st.lists(st.sampled_from(kembalian), min_size=1, max_size=7, unique_by=id))
    shuffled = data.draw(st.permutations(some))
    first, second = (kumpulkan(files, katalog(), tolak_konflik=refuse) for files in (some, shuffled))
    assert ringkas(first) == ringkas(second)
    out = first.laporan[~first.laporan["dihitung"]]
    assert len(first.laporan) == len(some)
    assert (out["sebab"] != "").all()
    counted = first.laporan[first.laporan["dihitung"]]
    together = counted["id_laporan"].duplicated(keep=False)
    assert counted["sebab"].str.startswith("digabung dengan").tolist() == together.tolist()
    assert (counted.loc[~together, "sebab"] == "").all()
    said = {t.berkas for t in first.temuan if t.kode[0] == "G"}
    assert {*out["berkas"], *counted.loc[together, "berkas"]} <= said
    known = counted[counted["nip"] != ""].drop_duplicates("id_laporan")
    assert known["nip"].is_unique


def test_the_head_is_part_of_what_is_compared():
    """Nama and NIP are entries like the others."""
    assert (NAMA[0], NIP[0]) == ("#nama", "#nip")


# Who a return counts for.


def berdua():
    """Return the office with two known holders of J03."""
    office = katalog()
    people = [p for p in office.pegawai if p.id_jabatan != "J03"]
    names = ("Ani", "198502022010011001"), ("Budi", "198502022010012002")
    return replace(office, pegawai=(*people, *(Pegawai(nip, nama, "J03") for nama, nip in names)))


def test_a_blank_nip_counts_for_the_holder_of_that_name(tmp_path):
    """The newer return of Ani lacks the NIP: it is hers in every table, and nobody is counted twice."""
    office = berdua()
    old = isi(
        tmp_path / "a.xlsx", office, {"J03": {**orang("Ani", "198502022010011001"), **desa(5)}}, disimpan=LAMA
    )
    new = isi(tmp_path / "b.xlsx", office, {"J03": {NAMA: "Ani", **desa(5, 6)}}, disimpan=BARU)
    alone = isi(tmp_path / "c.xlsx", office, {"J03": {NAMA: "Budi", **desa(1)}}, disimpan=LAMA)
    merged, _ = hasil(old, new, alone, office=office, folder=tmp_path)
    counted = merged.laporan[merged.laporan["dihitung"]]
    assert dict(zip(counted["nama"], counted["nip"], strict=True)) == {
        "Ani": "198502022010011001",
        "Budi": "198502022010012002",
    }


def test_a_sender_whom_the_catalogue_does_not_know_is_said(tmp_path):
    """B28 where several hold the jabatan; G06 where it has one holder and two returns count."""
    stranger = {**orang("Sari", "197704042005011004"), **desa(5)}
    merged, _ = hasil(isi(tmp_path / "a.xlsx", berdua(), {"J03": stranger}), office=berdua(), folder=tmp_path)
    assert [t.kode for t in merged.temuan if t.kode == "B28"] == ["B28"]
    office = berdua()
    office = replace(office, pegawai=office.pegawai[:-1])
    ani = {**orang("Ani", "198502022010011001"), **desa(2)}
    paths = [
        isi(tmp_path / f"{n}.xlsx", office, {"J03": content}) for n, content in enumerate((ani, stranger))
    ]
    merged, _ = hasil(*paths, office=office, folder=tmp_path)
    assert [t.berkas for t in merged.temuan if t.kode == "G06"] == ["0.xlsx", "1.xlsx"]
