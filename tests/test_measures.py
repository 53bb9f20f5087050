"""Every rule of spec sections 3 and 4 as a worked example, then as properties against exact fractions."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iki_xl.catalog import Indikator, Jabatan, Kantor, Katalog, Referensi, RincianTarget, Sebaran, SkalaStep
from iki_xl.catalog.samples import read_office
from iki_xl.measures import (
    ASSESSED,
    MEASURE_COLUMNS,
    MeanFigure,
    compute_counted_capaian,
    compute_mean,
    compute_raw_capaian,
    find_last_bulan,
    make_decimal,
    measure,
    measure_each_bulan,
    realisasi_sd,
    round_half_up,
    skala,
    status,
    target_sd,
)
from iki_xl.tables import (
    ASSESSED_AT_YEAR_END,
    NOT_ASSESSED,
    NOT_YET_ASSESSED,
    REALISASI_COLUMNS,
    name_period_target_column,
    name_realisasi_column,
)

D = Decimal
DEFAULT = Referensi()
YEARLY, TRIWULAN, MONTHLY = RincianTarget.YEARLY, RincianTarget.TRIWULAN, RincianTarget.MONTHLY


def make_katalog(rincian: RincianTarget = YEARLY, referensi: Referensi = DEFAULT) -> Katalog:
    return Katalog(
        kantor=Kantor("Dinas Contoh", "Kabupaten Contoh", 2024, rincian_target=rincian),
        jabatan=(Jabatan("J01", "Kepala Seksi"),),
        indikator=(Indikator("J01-01", "J01", "Sasaran", "Indikator"),),
        referensi=referensi,
    )


def make_row(
    bulan: dict[int, float] | None = None,
    *,
    how_combined: str = "jumlah",
    arah: str = "Maksimal",
    target: float = math.nan,
    periods: tuple[float, ...] = (),
) -> dict[str, object]:
    row: dict[str, object] = {
        "id_jabatan": "J01",
        "id_indikator": "J01-01",
        "nip": "",
        "cara_hitung": how_combined,
        "arah": arah,
        "target": target,
    }
    row |= dict.fromkeys(REALISASI_COLUMNS, math.nan)
    row |= {name_realisasi_column(b): value for b, value in (bulan or {}).items()}
    row |= {name_period_target_column(at): value for at, value in enumerate(periods, start=1)}
    return row


def measure_one(row: dict[str, object], bulan: int, rincian: RincianTarget = YEARLY) -> pd.Series:
    return measure(pd.DataFrame([row]), make_katalog(rincian), bulan).iloc[0]


# --- section 3: from months to a figure


def test_kumulatif_persentase_64_of_320_units_over_a_year():
    """64 of 320 units are 20 %; entered as 5 + 5 + 4 + 6 in four months against a yearly target of 20."""
    row = make_row({2: 5, 5: 5, 8: 4, 11: 6}, target=100 * 64 / 320)
    got = measure_one(row, 12)
    assert got["target_sd"] == 20
    assert got["realisasi_sd"] == 5 + 5 + 4 + 6
    assert got["capaian"] == 100
    assert got["skala"] == "Sangat Tinggi"
    assert got["bulan_terisi"] == 4
    at_june = measure_one(row, 6)  # the yearly target is not prorated: 10 of 20
    assert (at_june["target_sd"], at_june["realisasi_sd"], at_june["capaian"]) == (20, 10, 50)
    assert at_june["skala"] == "Sangat Rendah"


def test_non_kumulatif_354_of_354_villages():
    """A position: 340 in March, 354 in June, target 354. 100 x 354 / 354 = 100; nothing is added up."""
    row = make_row({3: 340, 6: 354}, how_combined="terakhir", target=354)
    got = measure_one(row, 6)
    assert (got["realisasi_sd"], got["bulan_sumber"], got["basi"]) == (354, 6, False)
    assert got["capaian"] == 100
    at_may = measure_one(row, 5)  # 100 x 340 / 354 = 96.0451...
    assert (at_may["realisasi_sd"], at_may["bulan_sumber"], at_may["basi"]) == (340, 3, True)
    assert at_may["capaian"] == 96.05


def test_rata_rata_is_the_mean_of_the_filled_months():
    got = measure_one(make_row({1: 80, 2: 90, 5: 85}, how_combined="rata-rata", target=90), 6)
    assert got["realisasi_sd"] == (80 + 90 + 85) / 3
    assert got["capaian"] == 94.44  # 100 x 85 / 90
    assert pd.isna(got["bulan_sumber"])
    assert not got["basi"]


def test_blank_is_not_zero():
    blank = measure_one(make_row(target=10), 3)
    assert math.isnan(blank["realisasi_sd"])
    assert math.isnan(blank["capaian"])
    assert (blank["status"], blank["skala"], blank["bulan_terisi"]) == (NOT_YET_ASSESSED, "", 0)
    zero = measure_one(make_row({2: 0}, target=10), 3)
    assert (zero["realisasi_sd"], zero["capaian"], zero["bulan_terisi"]) == (0, 0, 1)
    assert (zero["status"], zero["skala"]) == (ASSESSED, "Sangat Rendah")


def test_a_zero_position_is_a_position():
    """Non Kumulatif: 5 in January, then 0 in March: the last entry is 0, not 5."""
    assert realisasi_sd("terakhir", [D(5), None, D(0), None]) == (D(0), 3)


@pytest.mark.parametrize(
    ("bulan", "kumulatif", "others"),
    [(1, 10, 10), (3, 10, 10), (4, 30, 20), (6, 30, 20), (9, 60, 30), (10, 100, 40), (12, 100, 40)],
)
def test_quarterly_target(bulan: int, kumulatif: int, others: int):
    """Quarters of 10, 20, 30, 40: Kumulatif adds up to the quarter of m, the others take that quarter."""
    quarters = [D(10), D(20), D(30), D(40)]
    assert target_sd("jumlah", TRIWULAN, D(999), quarters, bulan) == kumulatif
    assert target_sd("terakhir", TRIWULAN, D(999), quarters, bulan) == others
    assert target_sd("rata-rata", TRIWULAN, D(999), quarters, bulan) == others


def test_monthly_target():
    months = [D(b) for b in range(1, 13)]
    assert target_sd("jumlah", MONTHLY, None, months, 5) == 1 + 2 + 3 + 4 + 5
    assert target_sd("terakhir", MONTHLY, None, months, 5) == 5


def test_a_missing_period_target_leaves_no_sum():
    quarters = [D(10), None, D(30), D(40)]
    assert target_sd("jumlah", TRIWULAN, D(100), quarters, 3) == 10
    assert target_sd("jumlah", TRIWULAN, D(100), quarters, 8) is None
    assert target_sd("terakhir", TRIWULAN, D(100), quarters, 8) == 30
    assert target_sd("terakhir", TRIWULAN, D(100), quarters, 5) is None


def test_quarterly_targets_in_a_table():
    got = measure_one(make_row({1: 4, 5: 12}, periods=(10, 10, 20, 20)), 5, TRIWULAN)
    assert (got["target_sd"], got["realisasi_sd"], got["capaian"]) == (20, 16, 80)


def test_months_after_the_month_reported_to_never_count():
    row = make_row({1: 3, 7: 100}, target=10)
    assert measure_one(row, 6)["realisasi_sd"] == 3
    assert measure_one(row, 6)["bulan_terisi"] == 1
    assert measure_one(row, 7)["realisasi_sd"] == 103


def test_a_row_without_tipe_has_no_figure():
    got = measure_one(make_row({1: 3}, how_combined="", target=10), 6)
    assert got[["target_sd", "realisasi_sd", "capaian_mentah", "capaian"]].isna().all()
    assert (got["status"], got["bulan_terisi"]) == (NOT_YET_ASSESSED, 1)


def test_quarterly_positions_and_means_in_a_table():
    """August lies in quarter III with target 30: position 24, mean (20 + 28) / 2 = 24, both 80."""
    for how_combined, months in (("terakhir", {2: 9, 7: 24}), ("rata-rata", {2: 20, 8: 28})):
        got = measure_one(
            make_row(months, how_combined=how_combined, target=999, periods=(10, 20, 30, 40)), 8, TRIWULAN
        )
        assert (got["target_sd"], got["realisasi_sd"], got["capaian"]) == (30, 24, 80)
        assert (got["skala"], got["bulan_terisi"]) == ("Tinggi", 2)


def test_monthly_targets_in_a_table():
    """Targets 1..12: to March Kumulatif 1 + 2 + 3 = 6, of which 4.5 is 75; Non Kumulatif March's own 3."""
    months = tuple(float(b) for b in range(1, 13))
    added = measure_one(make_row({1: 1, 3: 3.5}, periods=months), 3, MONTHLY)
    assert (added["target_sd"], added["realisasi_sd"], added["capaian"]) == (6, 4.5, 75)
    position = measure_one(make_row({1: 1, 3: 1.5}, how_combined="terakhir", periods=months), 3, MONTHLY)
    assert (position["target_sd"], position["realisasi_sd"], position["capaian"]) == (3, 1.5, 50)


@pytest.mark.parametrize(
    ("how_combined", "bulan"), [("jumlah", 1), ("jumlah", 12), ("terakhir", 1), ("rata-rata", 5)]
)
def test_a_yearly_target_is_never_prorated(how_combined: str, bulan: int):
    """The yearly target stands against every month, whatever the tipe."""
    assert target_sd(how_combined, YEARLY, D(12), (), bulan) == 12
    assert target_sd(how_combined, YEARLY, None, (), bulan) is None


# --- the offices' own indikator


def measure_real(
    kantor: str, id_indikator: str, target: float, bulan: dict[int, float]
) -> tuple[Indikator, pd.Series]:
    """One indikator of a sample office as its document has it, measured in December."""
    office = read_office(kantor)
    item = office.indikator_by_id[id_indikator]
    tipe = office.referensi.find_tipe(item.tipe_perhitungan) or office.referensi.tipe[1]
    row = make_row(bulan, how_combined=tipe.cara_hitung.value, arah=item.arah.value, target=target)
    row |= {"id_jabatan": item.id_jabatan, "id_indikator": item.id}
    return item, measure(pd.DataFrame([row]), office, 12).iloc[0]


def test_64_of_320_units_as_the_document_has_it():
    """Kumulatif Persentase, 64 / 320 x 100 = 20: 16 + 24 + 8 units are 5 + 7.5 + 2.5 = 15, 75 %."""
    item, got = measure_real("dpmd-cianjur", "J01-01", 64 / 320 * 100, {3: 5, 6: 7.5, 10: 2.5})
    assert (item.satuan, item.tipe_perhitungan) == ("Persentase", "Kumulatif")
    assert "64 unit" in item.formulasi
    assert "320 unit" in item.formulasi
    assert (got["target_sd"], got["realisasi_sd"]) == (20, 15)
    assert (got["capaian_mentah"], got["capaian"], got["skala"]) == (75, 75, "Sedang")


def test_354_of_354_villages_as_the_document_has_it():
    """Non Kumulatif, 354 / 354 x 100 = 100: 177 villages are 50, then 354 are 100; 100 of 100, not 150."""
    item, got = measure_real(
        "dpmd-cianjur", "J08-01", 354 / 354 * 100, {4: 177 / 354 * 100, 12: 354 / 354 * 100}
    )
    assert (item.satuan, item.tipe_perhitungan) == ("Persentase", "Non Kumulatif")
    assert "354 (jumlah seluruh desa)" in item.formulasi
    assert (got["realisasi_sd"], got["bulan_sumber"], got["capaian"]) == (100, 12, 100)
    assert got["skala"] == "Sangat Tinggi"


@pytest.mark.parametrize(
    ("violations", "capaian", "label"), [(0, 100, "Sangat Tinggi"), (2, 0, "Sangat Rendah")]
)
def test_pelanggaran_disiplin_as_the_document_has_it(violations: int, capaian: int, label: str):
    """Minimal with target 0: none seen is 100, any is 0; the document names no tipe, taken as a position."""
    item, got = measure_real("kecamatan-poncokusumo", "J15-02", 0, {1: 0, 11: violations})
    assert (item.indikator, item.arah, item.tipe_perhitungan) == (
        "Jumlah pelanggaran disiplin",
        "Minimal",
        "",
    )
    assert (got["target_sd"], got["realisasi_sd"]) == (0, violations)
    assert (got["capaian"], got["skala"], got["status"]) == (capaian, label, ASSESSED)


# --- section 3: how a yearly target spreads (sebaran)


def measure_spread(sebaran: Sebaran, row: dict[str, object], bulan: int, rincian=YEARLY) -> pd.Series:
    office = make_katalog(rincian)
    office = replace(office, indikator=(replace(office.indikator[0], sebaran=sebaran),))
    return measure(pd.DataFrame([row]), office, bulan).iloc[0]


def test_rata_lets_a_twelfth_of_the_target_fall_due_each_month():
    """3 of 12 in March are all that is due by then: 100 x 3 / (12 x 3 / 12); 5 in April, 100 x 5 / 4."""
    row = make_row({1: 1, 3: 2, 4: 2}, target=12)
    got = measure_spread(Sebaran.EVEN, row, 3)
    assert (got["target_sd"], got["realisasi_sd"], got["capaian"], got["status"]) == (3, 3, 100, ASSESSED)
    at_april = measure_spread(Sebaran.EVEN, row, 4)
    assert (at_april["target_sd"], at_april["capaian_mentah"], at_april["capaian"]) == (4, 125, 120)
    assert measure_spread(Sebaran.EVEN, row, 12)["target_sd"] == 12
    assert measure_spread(Sebaran.EVEN, make_row({1: 1}, target=100), 1)["target_sd"] == 100 / 12


def test_a_row_for_the_year_end_has_no_target_before_december():
    """Neither capaian nor target to date until then, and a word of its own; December is as usual."""
    row = make_row({1: 4, 12: 5}, target=12)
    for month in range(1, 12):
        got = measure_spread(Sebaran.YEAR_END, row, month)
        assert math.isnan(got["target_sd"])
        assert math.isnan(got["capaian"])
        assert (got["realisasi_sd"], got["status"], got["skala"]) == (4, ASSESSED_AT_YEAR_END, "")
    at_december = measure_spread(Sebaran.YEAR_END, row, 12)
    assert (at_december["target_sd"], at_december["capaian"], at_december["status"]) == (12, 75, ASSESSED)
    nothing = measure_spread(Sebaran.YEAR_END, make_row(target=12), 6)
    assert nothing["status"] == NOT_YET_ASSESSED
    no_target = measure_spread(Sebaran.YEAR_END, make_row({1: 4}), 12)
    assert no_target["status"] == NOT_YET_ASSESSED


@pytest.mark.parametrize("how_combined", ["terakhir", "rata-rata", ""])
def test_rata_changes_nothing_where_months_are_not_added_up(how_combined):
    row = make_row({2: 40}, how_combined=how_combined, target=80)
    plain, spread = measure_one(row, 3), measure_spread(Sebaran.EVEN, row, 3)
    assert spread.equals(plain)


@pytest.mark.parametrize("sebaran", Sebaran)
def test_targets_of_periods_decide_by_themselves(sebaran):
    row = make_row({2: 40}, target=80, periods=(10, 20, 20, 30))
    assert measure_spread(sebaran, row, 4, TRIWULAN).equals(measure_one(row, 4, TRIWULAN))


@given(
    sebaran=st.sampled_from(Sebaran),
    cara_hitung=st.sampled_from(["jumlah", "terakhir", "rata-rata"]),
    arah=st.sampled_from(["Maksimal", "Minimal"]),
    target=st.one_of(st.none(), st.integers(0, 10**7).map(lambda n: n / 100)),
    entries=st.lists(
        st.one_of(st.none(), st.integers(0, 10**7).map(lambda n: n / 100)), min_size=12, max_size=12
    ),
    bulan=st.integers(1, 12),
)
def test_a_spread_row_equals_the_rule_in_fractions(sebaran, cara_hitung, arah, target, entries, bulan):
    """Against exact arithmetic written anew from the spec, without anything of the measures."""
    row = make_row(
        {at: value for at, value in enumerate(entries, start=1) if value is not None},
        how_combined=cara_hitung,
        arah=arah,
        target=math.nan if target is None else target,
    )
    got = measure_spread(sebaran, row, bulan)
    filled = [Fraction(str(value)) for value in entries[:bulan] if value is not None]
    due = None if target is None else Fraction(str(target))
    if due is not None and sebaran == "rata" and cara_hitung == "jumlah":
        due = due * bulan / 12
    late = sebaran == "akhir tahun" and bulan < 12
    due = None if late else due
    assert math.isnan(got["target_sd"]) if due is None else got["target_sd"] == float(due)
    if not filled:
        assert (got["status"], math.isnan(got["capaian"])) == (NOT_YET_ASSESSED, True)
        return
    done = {"jumlah": sum(filled), "terakhir": filled[-1], "rata-rata": sum(filled) / len(filled)}[
        cara_hitung
    ]
    if due is None:
        assert got["status"] == (ASSESSED_AT_YEAR_END if late else NOT_YET_ASSESSED)
    elif due == 0:
        expected = math.nan if arah == "Maksimal" else 100.0 if done == 0 else 0.0
        assert got["capaian"] == expected or math.isnan(expected) == math.isnan(got["capaian"])
    else:
        raw = 100 * (done if arah == "Maksimal" else 2 * due - done) / due
        assert got["capaian_mentah"] == pytest.approx(float(raw), rel=1e-12, abs=1e-9)
        assert abs(got["capaian"] - float(min(max(raw, 0), 120))) <= 0.005 + 1e-9


# --- section 4: capaian


@pytest.mark.parametrize(
    ("arah", "target", "realisasi", "raw", "label"),
    [
        ("Maksimal", None, 5, None, NOT_YET_ASSESSED),
        ("Maksimal", 5, None, None, NOT_YET_ASSESSED),
        ("Minimal", 0, None, None, NOT_YET_ASSESSED),
        ("Maksimal", 10, 8, 80, ASSESSED),  # 100 x 8 / 10
        ("Maksimal", 10, 0, 0, ASSESSED),  # zero counts
        ("Maksimal", 10, 15, 150, ASSESSED),
        ("Minimal", 10, 12, 80, ASSESSED),  # 100 x (20 - 12) / 10
        ("Minimal", 10, 8, 120, ASSESSED),
        ("Minimal", 10, 25, -50, ASSESSED),
        ("Minimal", 0, 0, 100, ASSESSED),  # pelanggaran disiplin: none allowed, none seen
        ("Minimal", 0, 3, 0, ASSESSED),  # pelanggaran disiplin: none allowed, three seen
        ("Maksimal", 0, 0, None, NOT_ASSESSED),
        ("Maksimal", 0, 4, None, NOT_ASSESSED),
    ],
)
def test_raw_capaian(
    arah: str, target: int | None, realisasi: int | None, raw: int | None, label: str
) -> None:
    t = None if target is None else D(target)
    r = None if realisasi is None else D(realisasi)
    assert compute_raw_capaian(arah, t, r) == raw
    assert status(arah, t, r) == label


@pytest.mark.parametrize(
    ("raw", "counted"),
    [("-50", "0"), ("0", "0"), ("119.994", "119.99"), ("120.004", "120"), ("150", "120")],
)
def test_the_cap_and_the_floor(raw: str, counted: str):
    assert compute_counted_capaian(D(raw), D(120)) == D(counted)


@pytest.mark.parametrize(
    ("raw", "rounded"),
    [("90.995", "91.00"), ("90.9949", "90.99"), ("0.005", "0.01"), ("2.675", "2.68"), ("1.005", "1.01")],
)
def test_half_up_on_what_is_written(raw: str, rounded: str):
    """2.675 is below itself as a binary float; as a decimal number it is exactly half, and goes up."""
    assert round_half_up(D(raw)) == D(rounded)
    written = make_decimal(float(raw))
    assert written is not None
    assert round_half_up(written) == D(rounded)


def test_a_target_computed_by_excel_still_rounds_half_up():
    """8 months of 20/12 are 13.33...; 14.25 of it is 106.875 -> 106.88, though 20/12 has only 17 digits."""
    got = measure_one(make_row({8: 14.25}, periods=(20 / 12,) * 12), 8, MONTHLY)
    assert got["capaian"] == 106.88


def test_raw_90_995_counts_as_91():
    """R = 181.99 of T = 200: 100 x 181.99 / 200 = 90.995 -> 91.00, Sangat Tinggi."""
    got = measure_one(make_row({1: 181.99}, target=200), 1)
    assert (got["capaian_mentah"], got["capaian"], got["skala"]) == (90.995, 91.0, "Sangat Tinggi")


@pytest.mark.parametrize(
    ("capaian", "label"),
    [
        ("120", "Sangat Tinggi"),
        ("91", "Sangat Tinggi"),
        ("90.99", "Tinggi"),
        ("76", "Tinggi"),
        ("75.99", "Sedang"),
        ("66", "Sedang"),
        ("65.99", "Rendah"),
        ("51", "Rendah"),
        ("50.99", "Sangat Rendah"),
        ("0", "Sangat Rendah"),
    ],
)
def test_skala(capaian: str, label: str):
    assert skala(D(capaian), DEFAULT.skala) == label


def test_an_office_sets_its_own_cap_and_skala():
    own = Referensi(skala=(SkalaStep(80.5, "Baik"), SkalaStep(40, "Kurang")), capaian_cap=100)
    frame = pd.DataFrame(
        [make_row({1: 15}, target=10), make_row({1: 8.05}, target=10), make_row({1: 1}, target=10)]
    )
    got = measure(frame, make_katalog(referensi=own), 1)
    assert got["capaian"].tolist() == [100, 80.5, 10]
    assert got["skala"].tolist() == ["Baik", "Baik", "Kurang"]


def test_pelanggaran_disiplin_in_a_table():
    """Target 0, Minimal, as a position: 0 violations is 100, 3 violations is 0."""
    rows = [
        make_row({1: 0}, how_combined="terakhir", arah="Minimal", target=0),
        make_row({1: 3}, how_combined="terakhir", arah="Minimal", target=0),
    ]
    got = measure(pd.DataFrame(rows), make_katalog(), 1)
    assert got["capaian"].tolist() == [100, 0]
    assert got["skala"].tolist() == ["Sangat Tinggi", "Sangat Rendah"]


def test_average_of_clamped_figures_with_n_and_left_out():
    """(120 + 0 + 90.995...) as counted: (120 + 0 + 91) / 3 = 70.333... -> 70.33; one has no figure."""
    assert compute_mean(pd.Series([120.0, 0.0, 91.0, math.nan])) == MeanFigure(70.33, 3, 1)
    assert compute_mean(pd.Series([90.0, 91.99])) == MeanFigure(91.0, 2, 0)  # 181.99 / 2 = 90.995
    assert compute_mean(pd.Series([math.nan, math.nan])) == MeanFigure(None, 0, 2)
    assert compute_mean(pd.Series([], dtype="float64")) == MeanFigure(None, 0, 0)


# --- the table


def test_the_table_keeps_index_ids_and_order():
    frame = pd.DataFrame([make_row({1: 1}, target=1), make_row(target=1)], index=["b", "a"])
    got = measure(frame, make_katalog(), 3)
    assert list(got.index) == ["b", "a"]
    assert tuple(got.columns) == MEASURE_COLUMNS
    assert got["bulan_sumber"].dtype == "Int64"
    assert got["basi"].dtype == bool


def test_empty_table():
    frame = pd.DataFrame([make_row()]).iloc[:0]
    got = measure(frame, make_katalog(), 3)
    assert got.empty
    assert tuple(got.columns) == MEASURE_COLUMNS
    assert find_last_bulan(frame) is None


def test_last_month_with_an_entry():
    frame = pd.DataFrame([make_row({2: 1}), make_row({4: 0}), make_row()])
    assert find_last_bulan(frame) == 4
    assert find_last_bulan(frame.iloc[[2]]) is None


def test_every_month_at_once_is_the_same_as_one_by_one():
    frame = pd.DataFrame(
        [make_row({1: 1, 4: 2}, target=9), make_row({3: 2}, how_combined="terakhir", target=3)]
    )
    months = measure_each_bulan(frame, make_katalog(), 5)
    assert list(months) == [1, 2, 3, 4, 5]
    for month, table in months.items():
        pd.testing.assert_frame_equal(table, measure(frame, make_katalog(), month))


def test_20_000_rows_take_seconds():
    """Generous against a busy machine: half a second is usual, row-wise pandas would take minutes."""
    frame = pd.DataFrame([make_row({b: b / 7 for b in range(1, 13)}, target=11)] * 20_000)
    start = time.perf_counter()
    measure(frame, make_katalog(), 12)
    assert time.perf_counter() - start < 10


# --- properties

any_number = st.one_of(st.integers(0, 10**9), st.decimals(0, 10**12, places=3)).map(float)
any_months = st.lists(st.none() | any_number, min_size=12, max_size=12)
how_combined = st.sampled_from(["jumlah", "terakhir", "rata-rata"])
arah = st.sampled_from(["Maksimal", "Minimal"])
any_bulan = st.integers(1, 12)


def make_fraction(value: float) -> Fraction:
    return Fraction(str(value))


def recompute(
    how: str, direction: str, target: float, months: list[float | None], cap: int
) -> Fraction | None:
    """The spec's sentences once more, in exact fractions and without a line of the package."""
    filled = [make_fraction(x) for x in months if x is not None]
    if not filled:
        return None
    r = {"jumlah": sum(filled), "terakhir": filled[-1], "rata-rata": sum(filled) / len(filled)}[how]
    t = make_fraction(target)
    if t == 0:
        if direction == "Maksimal":
            return None
        raw = Fraction(100) if r == 0 else Fraction(0)
    else:
        raw = 100 * r / t if direction == "Maksimal" else 100 * (2 * t - r) / t
    clamped = min(max(raw, Fraction(0)), Fraction(cap))
    return Fraction(math.floor(clamped * 100 + Fraction(1, 2)), 100)


def number_months(months: list[float | None]) -> dict[int, float]:
    return {at: x for at, x in enumerate(months, start=1) if x is not None}


@settings(deadline=None, max_examples=200)
@given(any_months, how_combined, arah, any_number | st.just(0.0), any_bulan, st.integers(100, 200))
def test_agrees_with_exact_fractions(
    months: list[float | None], how: str, direction: str, target: float, bulan: int, cap: int
):
    row = make_row(number_months(months), how_combined=how, arah=direction, target=target)
    own = make_katalog(referensi=Referensi(capaian_cap=cap))
    got = measure(pd.DataFrame([row]), own, bulan).iloc[0]["capaian"]
    expected = recompute(how, direction, target, months[:bulan], cap)
    if expected is None:
        assert math.isnan(got)
    else:
        assert got == float(expected)
        assert 0 <= got <= cap


@settings(deadline=None)
@given(st.lists(any_number, max_size=6), st.lists(st.integers(0, 6), max_size=6))
def test_blanks_never_change_a_kumulatif_sum(values: list[float], at: list[int]):
    without = [make_decimal(x) for x in values]
    with_blanks = list(without)
    for place in at:
        with_blanks.insert(min(place, len(with_blanks)), None)
    assert realisasi_sd("jumlah", with_blanks) == realisasi_sd("jumlah", without)


@settings(deadline=None)
@given(any_months, any_months, how_combined, arah, any_number, any_bulan)
def test_adding_months_after_m_changes_nothing(
    months: list[float | None],
    other: list[float | None],
    how: str,
    direction: str,
    target: float,
    bulan: int,
):
    first = make_row(number_months(months), how_combined=how, arah=direction, target=target)
    second = make_row(
        number_months(months[:bulan] + other[bulan:]), how_combined=how, arah=direction, target=target
    )
    got = measure(pd.DataFrame([first, second]), make_katalog(), bulan)
    pd.testing.assert_series_equal(got.iloc[0], got.iloc[1], check_names=False)
