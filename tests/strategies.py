"""Whole catalogues for property tests: any text a cell can hold, any mix of jabatan, people and targets."""

from __future__ import annotations

from hypothesis import strategies as st

from iki_xl.catalog import (
    Arah,
    CaraHitung,
    Indikator,
    Jabatan,
    Kantor,
    Katalog,
    Pegawai,
    Referensi,
    RincianTarget,
    Sebaran,
    Signatory,
    SkalaStep,
    TipePerhitungan,
)
from iki_xl.comparable import bare, comparable, visible
from iki_xl.tables import REKAP_WORDS

TRICKY = (
    "=1+1",
    "+62 812",
    "-5",
    "@SUM(A1)",
    "'kutip",
    "007",
    "1e5",
    "TRUE",
    "#REF!",
    "_x0041_",
    "_x005F_",
    "_x0041_x0042_",
    "x005F_",
    "<r>tebal</r>",
    "<r><t>&amp;",
    "https://contoh.go.id",
    "👩🏽‍💻 laporan",
    "عربي",
    "1/2",
    "85%",
    "{=A1}",
    "a  b",
)

_CHARS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")


def _stripped(text: str) -> str:
    return text.strip()


_any_line = st.one_of(st.sampled_from(TRICKY), st.text(_CHARS, max_size=30))
# as the catalogue keeps them: what nobody sees stands only where it joins emoji or letters of a text
line = _any_line.map(bare).map(_stripped)
filled_line = line.filter(bool)
_text_line = _any_line.map(visible).map(_stripped)
paragraph = st.one_of(_text_line, st.lists(_text_line, min_size=2, max_size=4).map("\n".join).map(_stripped))
filled_paragraph = paragraph.filter(bool)
items = st.lists(_text_line.filter(bool), max_size=4).map(tuple)
target = st.one_of(
    st.none(),
    st.integers(0, 10**9).map(float),
    st.floats(0, 1e15, allow_nan=False).map(lambda number: float(f"{number:.15g}")),
)


@st.composite
def nips(draw: st.DrawFn) -> str:
    """Return a valid NIP of a PNS or PPPK."""
    born = draw(st.dates()).strftime("%Y%m%d").rjust(8, "0")
    year = draw(st.integers(1970, 2026))
    month = draw(st.one_of(st.integers(1, 12).map(lambda m: f"{m:02d}"), st.integers(21, 29).map(str)))
    return f"{born}{year}{month}{draw(st.sampled_from('12'))}{draw(st.integers(1, 999)):03d}"


def _unique(texts: st.SearchStrategy[str], **size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(texts, unique_by=comparable, **size)


@st.composite
def referensi(draw: st.DrawFn) -> Referensi:
    """Return lists and settings of an office's own."""
    bounds = draw(st.lists(st.integers(0, 150), min_size=1, max_size=6, unique=True))
    allowed = filled_line.filter(
        lambda text: len(text) <= 60 and comparable(text) not in map(comparable, REKAP_WORDS)
    )
    words = draw(_unique(allowed, min_size=len(bounds), max_size=len(bounds)))
    return Referensi(
        satuan=tuple(draw(_unique(filled_line, min_size=1, max_size=6))),
        tipe=tuple(
            TipePerhitungan(name, draw(st.sampled_from(CaraHitung)))
            for name in draw(_unique(filled_line, min_size=1, max_size=3))
        ),
        skala=tuple(map(SkalaStep, map(float, sorted(bounds, reverse=True)), words)),
        capaian_cap=draw(st.sampled_from((100, 120.0, 150.5))),
        percentage_over_100=draw(st.booleans()),
    )


@st.composite
def katalogs(draw: st.DrawFn) -> Katalog:
    """Return a valid catalogue in which texts have no edge whitespace."""
    lists = draw(referensi())
    rincian = draw(st.sampled_from(RincianTarget))
    ids = draw(_unique(filled_line, max_size=5))
    indikator_ids = draw(_unique(filled_line, max_size=6)) if ids else []
    people = draw(st.lists(nips(), max_size=3, unique=True)) if ids else []
    return Katalog(
        kantor=draw(_draw_kantor(rincian)),
        jabatan=tuple(_draw_jabatan(draw, own, ids[:at]) for at, own in enumerate(ids)),
        pegawai=tuple(
            Pegawai(nip, draw(filled_line), draw(st.sampled_from(ids)), draw(line)) for nip in people
        ),
        indikator=tuple(_draw_indikator(draw, own, ids, lists, rincian) for own in indikator_ids),
        referensi=lists,
    )


@st.composite
def _draw_kantor(draw: st.DrawFn, rincian: RincianTarget) -> Kantor:
    return Kantor(
        nama=draw(filled_line),
        pemda=draw(filled_line),
        tahun=draw(st.integers(2000, 2100)),
        decree_number=draw(line),
        place=draw(line),
        dated=draw(line),
        signatory=Signatory(draw(line), draw(line), draw(line), draw(st.one_of(st.just(""), nips()))),
        rincian_target=rincian,
        reporting_deadline=draw(paragraph.map(bare)),
    )


def _draw_jabatan(draw: st.DrawFn, own: str, earlier: list[str]) -> Jabatan:
    return Jabatan(
        id=own,
        nama=draw(filled_paragraph),
        atasan=draw(st.sampled_from(["", *earlier])),
        outside_atasan=draw(line),
        tugas=draw(paragraph),
        fungsi=draw(items),
        sasaran_without_indikator=draw(items),
    )


def _draw_indikator(
    draw: st.DrawFn, own: str, ids: list[str], lists: Referensi, rincian: RincianTarget
) -> Indikator:
    periods = rincian.period_count
    satuan = draw(st.sampled_from(["", *lists.satuan]))
    return Indikator(
        id=own,
        id_jabatan=draw(st.sampled_from(ids)),
        sasaran=draw(filled_paragraph),
        indikator=draw(filled_paragraph),
        satuan=satuan,
        tipe_perhitungan=draw(st.sampled_from(["", *(t.nama for t in lists.tipe)])),
        arah=draw(st.sampled_from(Arah)),
        formulasi=draw(paragraph),
        sumber_data=draw(paragraph),
        target=draw(target),
        period_targets=tuple(draw(st.lists(target, min_size=periods, max_size=periods))),
        sebaran=draw(st.sampled_from(Sebaran)),
    )
