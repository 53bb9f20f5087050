# ruff: noqa: DTZ001 - a workbook holds moments without a time zone
"""Which return counts (spec section 6), on real workbooks, in whatever order they are read."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import datetime

import pytest
from filled import (
    NAMA,
    NIP,
    NIP_ANI,
    NIP_BUDI,
    NIP_OTHER,
    drop_indikator,
    enter_person,
    list_codes,
    list_figures,
    make_katalog,
    receive_returns,
    write_return,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iki_xl.catalog import Pegawai, RincianTarget
from iki_xl.collect.files import read_all_files
from iki_xl.collect.merge import merge_returns

ANI, BUDI, SARI = (
    enter_person("Ani", NIP_ANI),
    enter_person("Budi", NIP_BUDI),
    enter_person("Sari", NIP_OTHER),
)
JAN, FEB, MAR = "realisasi_01", "realisasi_02", "realisasi_03"
OLD, NEW = datetime(2026, 6, 1, 9, 0), datetime(2026, 7, 1, 9, 0)


def write_manager(path, entries, saved=OLD, who=ANI, **options):
    """Return a filled J03, the jabatan that two people hold."""
    return write_return(path, make_katalog(), {"J03": {**who, **entries}}, saved=saved, **options)


def write_secretary(path, entries, saved=OLD, who=None, **options):
    """Return a filled J02, the jabatan that the catalogue knows nobody for."""
    return write_return(path, make_katalog(), {"J02": {**(who or {}), **entries}}, saved=saved, **options)


def enter_villages(*values):
    """Return months of J03-02 from January on."""
    return {("J03-02", f"realisasi_{n:02d}"): v for n, v in enumerate(values, start=1) if v is not None}


def enter_reports(*values):
    """Return months of J02-01 from January on."""
    return {("J02-01", f"realisasi_{n:02d}"): v for n, v in enumerate(values, start=1) if v is not None}


def collect_both_orders(*paths, office=None, folder=None, **options):
    """Collect the files in both orders, which must agree; return (merged, what section 6 says)."""
    office = office or make_katalog()
    files, said = read_all_files(paths, folder or paths[0].parent, office)
    runs = [merge_returns(order, office, **options) for order in (files, files[::-1])]
    assert summarize(runs[0]) == summarize(runs[1])
    return runs[0], [t for t in (*said, *runs[0].temuan) if t.code[0] == "G" or t.code == "B07"]


def summarize(merged):
    """Return everything of a collection but the running numbers of the returns, in an order of its own."""
    tables = [
        sorted(table.drop(columns="id_laporan", errors="ignore").astype(str).values.tolist())
        for table in (merged.rows, merged.returns, merged.realisasi)
    ]
    return tables, merged.temuan, merged.counted_files


def list_counted(merged):
    """Return the files of the returns that count."""
    return merged.returns.loc[merged.returns["dihitung"], "berkas"].tolist()


# Point 1.


def test_identical_bytes_count_once(tmp_path):
    """The same file sent twice."""
    one = write_manager(tmp_path / "a.xlsx", enter_villages(5))
    two = shutil.copy(one, tmp_path / "b.xlsx")
    merged, said = collect_both_orders(one, two)
    assert [(t.code, t.level.value, t.file) for t in said] == [("B07", "info", "b.xlsx")]
    assert list_figures(merged) == [("J03-02", 1, 5.0)]


def test_identical_entries_count_once(tmp_path):
    """Saved again without a change, or typed another way: the newer counts, the other is an info."""
    one = write_manager(tmp_path / "a.xlsx", enter_villages(5, 1250), OLD)
    two = write_manager(tmp_path / "b.xlsx", enter_villages("5", "1250 desa"), NEW)
    merged, said = collect_both_orders(one, two)
    assert [(t.code, t.level.value, t.file) for t in said] == [("G01", "info", "a.xlsx")]
    assert list_figures(merged) == [("J03-02", 1, 5.0), ("J03-02", 2, 1250.0)]
    assert list_counted(merged) == ["b.xlsx"]
    assert merged.returns.set_index("berkas").loc["a.xlsx", "sebab"].startswith("sama dengan b.xlsx")


def test_the_same_words_with_another_value_are_no_identical_entries(tmp_path):
    """A cell in % format and the text "85%" look alike, but only in Persentase mean the same."""
    cell_key = ("J03-02", JAN)
    one = write_manager(tmp_path / "a.xlsx", {cell_key: 0.85}, OLD, number_format={cell_key: "0%"})
    two = write_manager(tmp_path / "b.xlsx", {cell_key: "85%"}, NEW)
    _, said = collect_both_orders(one, two)
    assert list_codes(said) == [("G02", ""), ("G03", "L9")]


# Point 2.


def test_the_newer_return_counts_and_every_change_is_named(tmp_path):
    """Changed and emptied months with old, new and both files; what was only filled in since is not.

    Of other cells the newest that is filled in counts, so that the text of the older return stays.
    """
    old = {
        **enter_villages(5, 6, 7),
        ("J03-01", "satuan"): "Data",
        ("J03-02", "kendala"): "Hujan",
        ("J03-01", FEB): "-",
    }
    new = {**enter_villages(5, 8, None, 9), ("J03-01", "satuan"): "Data", ("J03-01", FEB): 3}
    one = write_manager(tmp_path / "a.xlsx", old, OLD)
    two = write_manager(tmp_path / "b.xlsx", new, NEW)
    merged, said = collect_both_orders(one, two)
    assert list_counted(merged) == ["a.xlsx", "b.xlsx"]
    assert [(t.code, t.level.value, t.file, t.cell, t.value) for t in said] == [
        ("G11", "info", "a.xlsx", "", ""),
        ("G03", "peringatan", "b.xlsx", "M9", "8"),
        ("G03", "peringatan", "b.xlsx", "N9", ""),
        ("G11", "info", "b.xlsx", "", ""),
    ]
    assert [t.message for t in said if t.code == "G03"] == [
        "Feb berubah dari 6 (a.xlsx) menjadi 8 (b.xlsx).",
        "Mar berubah dari 7 (a.xlsx) menjadi (kosong) (b.xlsx).",
    ]
    assert merged.rows["kendala"].tolist() == ["", "Hujan"]
    assert list_figures(merged) == [
        ("J03-01", 2, 3.0),
        ("J03-02", 1, 5.0),
        ("J03-02", 2, 8.0),
        ("J03-02", 4, 9.0),
    ]


def test_a_return_that_only_goes_on_needs_no_warning(tmp_path):
    """February after January."""
    merged, said = collect_both_orders(
        write_manager(tmp_path / "jan.xlsx", enter_villages(5), OLD),
        write_manager(tmp_path / "feb.xlsx", enter_villages(5, 6), NEW),
    )
    assert [(t.code, t.file) for t in said] == [("G02", "jan.xlsx")]
    assert list_counted(merged) == ["feb.xlsx"]


def test_an_entry_that_became_invalid_is_a_change(tmp_path):
    """5 became "lima": named, and in galat."""
    one = write_manager(tmp_path / "a.xlsx", enter_villages(5), OLD)
    two = write_manager(tmp_path / "b.xlsx", enter_villages("lima"), NEW)
    merged, said = collect_both_orders(one, two)
    assert said[1].message == "Jan berubah dari 5 (a.xlsx) menjadi lima (b.xlsx)."
    assert list_figures(merged) == []
    assert ("N15", "L9") in list_codes(merged.temuan)


def test_a_figure_that_was_withdrawn_with_a_dash_is_a_change(tmp_path):
    """ "-" means blank."""
    one = write_manager(tmp_path / "a.xlsx", enter_villages(5), OLD)
    _, said = collect_both_orders(one, write_manager(tmp_path / "b.xlsx", enter_villages("-"), NEW))
    assert said[1].message == "Jan berubah dari 5 (a.xlsx) menjadi (kosong) (b.xlsx)."


def test_three_returns_are_compared_one_after_the_other(tmp_path):
    """5, 6, 5 again: both changes are named, the first return is replaced like the second."""
    paths = [
        write_manager(tmp_path / f"{n}.xlsx", enter_villages(value), datetime(2026, 7, n))
        for n, value in enumerate((5, 6, 5), start=1)
    ]
    merged, said = collect_both_orders(*paths)
    assert list_counted(merged) == ["3.xlsx"]
    assert [(t.code, t.file) for t in said] == [
        ("G01", "1.xlsx"),
        ("G02", "2.xlsx"),
        ("G03", "2.xlsx"),
        ("G03", "3.xlsx"),
    ]


def set_file_time(path, moment):
    """Set the file's own time."""
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    return path


@pytest.mark.parametrize(
    ("saved", "file_times", "newest"),
    [
        ((NEW, OLD), (OLD, NEW), "a.xlsx"),
        ((OLD, OLD), (NEW, OLD), "a.xlsx"),
        ((OLD, OLD), (OLD, OLD), ""),
        (("", ""), (NEW, OLD), "a.xlsx"),
        (("", OLD), (NEW, OLD), "a.xlsx"),
        (("", NEW), (OLD, OLD), "b.xlsx"),
        (("", ""), (OLD, OLD), ""),
        (("2026-07-01T09:00:00+07:00", "2026-07-01T05:00:00Z"), (OLD, OLD), "b.xlsx"),
        (("2026-07-01T09:00:00+07:00", "2026-07-01T01:00:00Z"), (OLD, OLD), "a.xlsx"),
    ],
)
def test_newer_is_by_the_workbook_then_by_the_file_and_never_by_the_name(tmp_path, saved, file_times, newest):
    """Without a saved moment of its own a workbook goes by its file's time; with equal times both count."""
    paths = [
        set_file_time(write_manager(tmp_path / name, enter_villages(value), when), file_time)
        for name, value, when, file_time in zip(("a.xlsx", "b.xlsx"), (5, 6), saved, file_times, strict=True)
    ]
    merged, said = collect_both_orders(*paths)
    assert list_counted(merged) == ([newest] if newest else ["a.xlsx", "b.xlsx"])
    assert {t.code for t in said} == ({"G02", "G03"} if newest else {"G08", "G09"})


def test_different_returns_are_refused_when_asked(tmp_path):
    """--konflik tolak: G05 for both, neither counts; equal ones and a month more are no conflict."""
    one, two, more = (
        write_manager(tmp_path / "a.xlsx", enter_villages(5), OLD),
        write_manager(tmp_path / "b.xlsx", enter_villages(6), NEW),
        write_manager(tmp_path / "d.xlsx", enter_villages(5, 6), NEW),
    )
    merged, said = collect_both_orders(one, two, refuse_conflicts=True)
    assert [(t.code, t.level.value, t.file) for t in said] == [
        ("G05", "galat", "a.xlsx"),
        ("G05", "galat", "b.xlsx"),
    ]
    assert "b.xlsx (lembar 03 Pengelola Data)" in said[0].message
    assert (list_figures(merged), list_counted(merged), merged.counted_files) == ([], [], frozenset())
    merged, said = collect_both_orders(one, more, refuse_conflicts=True)
    assert list_figures(merged) == [("J03-02", 1, 5.0), ("J03-02", 2, 6.0)]
    same = write_manager(tmp_path / "c.xlsx", enter_villages(5), NEW)
    merged, said = collect_both_orders(one, same, refuse_conflicts=True)
    assert (list_counted(merged), [t.code for t in said]) == (["c.xlsx"], ["G01"])


def test_people_of_one_jabatan_and_other_jabatan_are_no_conflict(tmp_path):
    """Two pegawai of J03, one of whom also reports under J02."""
    one = write_manager(tmp_path / "a.xlsx", enter_villages(5), OLD, ANI)
    two = write_manager(tmp_path / "b.xlsx", enter_villages(6), NEW, BUDI)
    three = write_secretary(tmp_path / "c.xlsx", enter_reports(2), NEW, ANI)
    merged, said = collect_both_orders(one, two, three, refuse_conflicts=True)
    assert said == []
    assert list_figures(merged) == [("J02-01", 1, 2.0), ("J03-02", 1, 5.0), ("J03-02", 1, 6.0)]


def test_one_sheet_of_a_workbook_may_be_replaced_and_the_others_count(tmp_path):
    """The office's workbook, and later a better J03."""
    one = write_return(
        tmp_path / "kantor.xlsx",
        make_katalog(),
        {"J02": {**SARI, **enter_reports(2)}, "J03": {**ANI, **enter_villages(5)}},
        saved=OLD,
    )
    merged, said = collect_both_orders(one, write_manager(tmp_path / "z.xlsx", enter_villages(6), NEW))
    assert list_figures(merged) == [("J02-01", 1, 2.0), ("J03-02", 1, 6.0)]
    assert [(t.code, t.sheet) for t in said] == [("G02", "03 Pengelola Data"), ("G03", "03 Pengelola Data")]
    assert merged.counted_files == {"kantor.xlsx", "z.xlsx"}


def test_a_sheet_copied_inside_its_workbook_is_another_return(tmp_path):
    """Same person, same file, same time: nobody knows which is the newer, so the cell waits."""

    def copy(book):
        again = book.copy_worksheet(book["03 Pengelola Data"])
        again.title = "03 Pengelola Data (2)"
        again["L9"] = 6

    merged, said = collect_both_orders(
        write_manager(tmp_path / "a.xlsx", enter_villages(5), OLD, change=copy)
    )
    assert list_figures(merged) == []
    assert [(t.code, t.sheet, t.cell) for t in said] == [
        ("G08", "03 Pengelola Data", "L9"),
        ("G08", "03 Pengelola Data (2)", "L9"),
        ("G09", "03 Pengelola Data", ""),
        ("G09", "03 Pengelola Data (2)", ""),
    ]


# Point 3.


def test_without_nip_different_names_are_kept_out(tmp_path):
    """G04 names both files; nothing counts, in either order."""
    one = write_secretary(tmp_path / "a.xlsx", enter_reports(2), OLD, enter_person("Sari"))
    two = write_secretary(tmp_path / "b.xlsx", enter_reports(3), NEW, enter_person("Tono"))
    merged, said = collect_both_orders(one, two)
    assert [(t.code, t.level.value, t.file) for t in said] == [
        ("G04", "galat", "a.xlsx"),
        ("G04", "galat", "b.xlsx"),
    ]
    assert ("b.xlsx" in said[0].message, "a.xlsx" in said[1].message) == (True, True)
    assert (list_figures(merged), list_counted(merged)) == ([], [])
    reason = "beberapa laporan tanpa NIP, mungkin dari orang yang berbeda"
    assert merged.returns["sebab"].tolist() == [reason] * 2


def test_nameless_returns_of_a_jabatan_that_several_hold_are_kept_out(tmp_path):
    """Nobody can say whose they are: G04 for both, nothing counts; with one holder the newer counts."""
    office = make_katalog()
    one = write_return(tmp_path / "a.xlsx", office, {"J03": {**enter_villages(5), ("J03-02", FEB): 1}})
    two = write_return(tmp_path / "b.xlsx", office, {"J03": enter_villages(6)})
    merged, said = collect_both_orders(one, two)
    assert [t.code for t in said if t.code[0] == "G"] == ["G04", "G04"]
    assert list_figures(merged) == []


def test_what_a_replaced_return_held_is_info_only(tmp_path):
    """A galat in the older return is kept for the record; its correction is no warning."""
    one = write_manager(tmp_path / "a.xlsx", enter_villages("lima"), OLD)
    two = write_manager(tmp_path / "b.xlsx", enter_villages(5), NEW)
    merged, _ = receive_returns(make_katalog(), one, two)
    assert {(t.code, t.level.value) for t in merged.temuan if t.file == "a.xlsx"} >= {("N15", "info")}
    assert [t for t in merged.temuan if t.level.value != "info"] == []
    assert list_figures(merged) == [("J03-02", 1, 5.0)]


def test_without_nip_the_same_name_is_the_same_person(tmp_path):
    """Case and spaces aside; the newer counts."""
    one = write_secretary(tmp_path / "a.xlsx", enter_reports(2), OLD, enter_person("Sari Dewi"))
    two = write_secretary(tmp_path / "b.xlsx", enter_reports(2, 3), NEW, enter_person("SARI  dewi"))
    merged, said = collect_both_orders(one, two)
    assert list_counted(merged) == ["b.xlsx"]
    assert [t.code for t in said] == ["G02", "G03"]
    assert said[1].message == "Nama berubah dari Sari Dewi (a.xlsx) menjadi SARI  dewi (b.xlsx)."


def test_a_nip_that_is_missing_in_one_of_two_by_the_same_name_is_known(tmp_path):
    """The older without NIP, then the newer without: one person, whose NIP stays known."""
    one = write_manager(tmp_path / "a.xlsx", enter_villages(5), OLD, enter_person("Ani"))
    two = write_manager(tmp_path / "b.xlsx", enter_villages(6), NEW, ANI)
    merged, said = collect_both_orders(one, two)
    assert (list_counted(merged), [t.code for t in said]) == (["b.xlsx"], ["G02", "G03"])
    three = write_manager(tmp_path / "c.xlsx", enter_villages(6), datetime(2026, 8, 1), enter_person("ani"))
    merged, said = collect_both_orders(two, three)
    assert list_counted(merged) == ["b.xlsx", "c.xlsx"]
    assert sorted((t.code, t.cell) for t in said) == [("G03", "D4"), ("G11", ""), ("G11", "")]
    assert set(merged.rows["nip"]) == {NIP_ANI}


def test_a_nip_and_another_name_without_one_are_two_people(tmp_path):
    """Nothing says they are the same."""
    one = write_manager(tmp_path / "a.xlsx", enter_villages(5), OLD, ANI)
    two = write_manager(tmp_path / "b.xlsx", enter_villages(6), NEW, enter_person("Budi"))
    merged, said = collect_both_orders(one, two)
    assert (list_counted(merged), said) == (["a.xlsx", "b.xlsx"], [])


def test_a_name_that_two_nip_bear_says_nothing_about_a_third_return(tmp_path):
    """Two people called Ani, and an Ani without NIP: she is nobody else."""
    one = write_manager(tmp_path / "a.xlsx", enter_villages(5), OLD, enter_person("Ani", NIP_ANI))
    two = write_manager(tmp_path / "b.xlsx", enter_villages(6), OLD, enter_person("Ani", NIP_BUDI))
    three = write_manager(tmp_path / "c.xlsx", enter_villages(7), NEW, enter_person("Ani"))
    merged, said = collect_both_orders(one, two, three)
    assert (list_counted(merged), said) == (["a.xlsx", "b.xlsx", "c.xlsx"], [])
    assert ("L05", "D5") in list_codes(merged.temuan)


# Point 4.


def test_an_older_template_is_matched_by_id(tmp_path):
    """An indikator that no longer exists and one that is new are said; what was typed is told."""
    office = make_katalog()
    old = write_return(
        tmp_path / "a.xlsx",
        drop_indikator(office, "J03-02"),
        {
            "J03": {
                **ANI,
                ("J03-01", "satuan"): "Data",
                ("J03-01", "tipe_perhitungan"): "Kumulatif",
                ("J03-01", JAN): 4,
            }
        },
    )
    merged, said = receive_returns(office, old)
    assert [(t.code, t.id_indikator) for t in said] == [("B10", "J03-02"), ("S02", "J03-01"), ("B05", "")]
    assert list_figures(merged) == [("J03-01", 1, 4.0)]
    newer = write_return(
        tmp_path / "b.xlsx", office, {"J03": {**ANI, **enter_villages(5), ("J03-01", JAN): 4}}
    )
    merged, said = receive_returns(drop_indikator(office, "J03-02"), newer)
    gone = next(t for t in said if t.code == "B09")
    assert (gone.id_indikator, gone.value) == (
        "J03-02",
        "SATUAN Desa; TIPE PERHITUNGAN Non Kumulatif; Setahun 20; Jan 5",
    )
    assert list_figures(merged) == [("J03-01", 1, 4.0)]


def test_what_the_catalogue_gives_by_now_replaces_what_was_typed_and_is_said(tmp_path):
    """Satuan and target were open in the older template; an untouched older text is no warning."""
    office = make_katalog()
    new = tuple(
        replace(i, indikator="Jumlah data desa", satuan="Dokumen", target=30.0) if i.id == "J03-01" else i
        for i in office.indikator
    )
    typed = {("J03-01", "satuan"): "Data", ("J03-01", "target"): 12, ("J03-01", JAN): 4}
    merged, said = receive_returns(
        replace(office, indikator=new), write_return(tmp_path / "a.xlsx", office, {"J03": {**ANI, **typed}})
    )
    assert [(t.code, t.cell, t.value) for t in said if t.code[0] == "B"] == [
        ("B12", "E8", "Data"),
        ("B12", "K8", "12"),
        ("B05", "", ""),
    ]
    assert merged.rows.loc[0, ["satuan", "target"]].tolist() == ["Dokumen", 30.0]


def test_targets_of_periods_that_the_office_no_longer_sets_are_told(tmp_path):
    """From quarters to years: every typed quarter is said."""
    old = make_katalog(RincianTarget.TRIWULAN)
    typed = {("J03-01", f"target_periode_0{n}"): n for n in (1, 2)}
    _, said = receive_returns(
        make_katalog(), write_return(tmp_path / "a.xlsx", old, {"J03": {**ANI, **typed, ("J03-01", JAN): 4}})
    )
    assert [(t.cell, t.value) for t in said if t.code == "B16" and t.id_indikator == "J03-01"] == [
        ("L8", "1"),
        ("M8", "2"),
    ]


def test_another_holder_of_the_jabatan_does_not_make_a_template_older(tmp_path):
    """People are not part of the fingerprint."""
    office = make_katalog()
    later = replace(office, pegawai=(*office.pegawai, Pegawai(NIP_OTHER, "Sari", "J03")))
    merged, said = receive_returns(later, write_manager(tmp_path / "a.xlsx", enter_villages(5)))
    assert (list_figures(merged), list_codes(said)) == ([("J03-02", 1, 5.0)], [])


def test_returns_from_an_older_and_the_present_template_are_compared_by_id(tmp_path):
    """The newer return counts, whatever its template."""
    office = make_katalog()
    old = write_return(
        tmp_path / "a.xlsx",
        drop_indikator(office, "J03-01"),
        {"J03": {**ANI, **enter_villages(5)}},
        saved=OLD,
    )
    new = write_manager(tmp_path / "b.xlsx", enter_villages(6), NEW)
    merged, said = collect_both_orders(old, new)
    assert list_figures(merged) == [("J03-02", 1, 6.0)]
    assert said[1].message == "Jan berubah dari 5 (a.xlsx) menjadi 6 (b.xlsx)."


# Any set of returns, in any order.

_PEOPLE = (
    ANI,
    BUDI,
    enter_person("Ani"),
    enter_person("Budi"),
    enter_person("Tono"),
    enter_person(),
    enter_person("Tono", NIP_ANI),
)


@pytest.fixture(scope="module")
def sample_returns(tmp_path_factory):
    """Twenty-one returns of one jabatan: every way of saying who, different figures and times."""
    folder = tmp_path_factory.mktemp("kembalian")
    paths = [
        write_manager(folder / f"{who}-{n}.xlsx", enter_villages(*values), when, _PEOPLE[who])
        for who in range(len(_PEOPLE))
        for n, (values, when) in enumerate((((5, 6), OLD), ((5, 7), OLD), ((5, 6), NEW)))
    ]
    files, said = read_all_files(paths, folder, make_katalog())
    assert said == ()
    return files


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.booleans())
def test_the_order_of_files_changes_nothing(sample_returns, data, refuse):
    """Any of the returns, shuffled: same tables, same findings, and each return counts or has a reason."""
    some = data.draw(st.lists(st.sampled_from(sample_returns), min_size=1, max_size=7, unique_by=id))
    shuffled = data.draw(st.permutations(some))
    first, second = (
        merge_returns(files, make_katalog(), refuse_conflicts=refuse) for files in (some, shuffled)
    )
    assert summarize(first) == summarize(second)
    out = first.returns[~first.returns["dihitung"]]
    assert len(first.returns) == len(some)
    assert (out["sebab"] != "").all()
    counted = first.returns[first.returns["dihitung"]]
    together = counted["id_laporan"].duplicated(keep=False)
    assert counted["sebab"].str.startswith("digabung dengan").tolist() == together.tolist()
    assert (counted.loc[~together, "sebab"] == "").all()
    said = {t.file for t in first.temuan if t.code[0] == "G"}
    assert {*out["berkas"], *counted.loc[together, "berkas"]} <= said
    known = counted[counted["nip"] != ""].drop_duplicates("id_laporan")
    assert known["nip"].is_unique


def test_the_head_is_part_of_what_is_compared():
    """Nama and NIP are entries like the others."""
    assert (NAMA[0], NIP[0]) == ("#nama", "#nip")


# Who a return counts for.


def make_two_holders():
    """Return the office with two known holders of J03."""
    office = make_katalog()
    people = [p for p in office.pegawai if p.id_jabatan != "J03"]
    names = ("Ani", "198502022010011001"), ("Budi", "198502022010012002")
    return replace(office, pegawai=(*people, *(Pegawai(nip, nama, "J03") for nama, nip in names)))


def test_a_blank_nip_counts_for_the_holder_of_that_name(tmp_path):
    """The newer return of Ani lacks the NIP: it is hers in every table, and nobody is counted twice."""
    office = make_two_holders()
    old = write_return(
        tmp_path / "a.xlsx",
        office,
        {"J03": {**enter_person("Ani", "198502022010011001"), **enter_villages(5)}},
        saved=OLD,
    )
    new = write_return(tmp_path / "b.xlsx", office, {"J03": {NAMA: "Ani", **enter_villages(5, 6)}}, saved=NEW)
    alone = write_return(tmp_path / "c.xlsx", office, {"J03": {NAMA: "Budi", **enter_villages(1)}}, saved=OLD)
    merged, _ = collect_both_orders(old, new, alone, office=office, folder=tmp_path)
    counted = merged.returns[merged.returns["dihitung"]]
    assert dict(zip(counted["nama"], counted["nip"], strict=True)) == {
        "Ani": "198502022010011001",
        "Budi": "198502022010012002",
    }


def test_a_sender_whom_the_catalogue_does_not_know_is_said(tmp_path):
    """B28 where several hold the jabatan; G06 where it has one holder and two returns count."""
    stranger = {**enter_person("Sari", "197704042005011004"), **enter_villages(5)}
    merged, _ = collect_both_orders(
        write_return(tmp_path / "a.xlsx", make_two_holders(), {"J03": stranger}),
        office=make_two_holders(),
        folder=tmp_path,
    )
    assert [t.code for t in merged.temuan if t.code == "B28"] == ["B28"]
    office = make_two_holders()
    office = replace(office, pegawai=office.pegawai[:-1])
    ani = {**enter_person("Ani", "198502022010011001"), **enter_villages(2)}
    paths = [
        write_return(tmp_path / f"{n}.xlsx", office, {"J03": content})
        for n, content in enumerate((ani, stranger))
    ]
    merged, _ = collect_both_orders(*paths, office=office, folder=tmp_path)
    assert [t.file for t in merged.temuan if t.code == "G06"] == ["0.xlsx", "1.xlsx"]
