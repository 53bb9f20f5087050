"""How the figures are to be read, and the signature, at the foot of the first page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, CaraHitung, Referensi, RincianTarget, Sebaran
from iki_xl.recap import page_layout
from iki_xl.recap.grid import FirstPage, cut_text, measure_text_height
from iki_xl.recap.page_sources import NAME_LINES, SMALL_FONT_SIZE, write_indonesian_number
from iki_xl.recap.styles import TABLE_FONT_SIZE
from iki_xl.reporters import count_reporters, list_lone_bulan

if TYPE_CHECKING:
    from iki_xl.catalog import Katalog
    from iki_xl.recap.content import RecapContent
    from iki_xl.recap.styles import FormatProperties


CARA_HITUNG_WORDS = {
    CaraHitung.TOTAL: "jumlah isian",
    CaraHitung.LAST: "isian terakhir",
    CaraHitung.MEAN: "rata-rata isian",
}
_PERIOD_NOTE = (
    "Target per {0}, tidak dibagi rata per bulan: yang dijumlah memakai jumlah target sampai dengan {0} "
    "yang memuat bulan ini, lainnya memakai target {0} itu."
)
TARGET_NOTES = {
    RincianTarget.YEARLY: "Capaian dihitung terhadap target tahunan; target tidak dibagi per bulan, "
    "sehingga capaian di awal tahun wajar masih rendah untuk tipe yang dijumlah.",
    RincianTarget.TRIWULAN: _PERIOD_NOTE.format("triwulan"),
    RincianTarget.MONTHLY: _PERIOD_NOTE.format("bulan"),
}
SEBARAN_NOTES = {
    Sebaran.EVEN: "{} indikator memakai target yang dibagi rata menurut bulan (pilihan kantor).",
    Sebaran.YEAR_END: "{} indikator dinilai akhir tahun (pilihan kantor): tanpa capaian sebelum Desember.",
}
_SIGNING_ROOM = 36.0  # points


def explain_figures(katalog: Katalog, bulan: int) -> list[str]:
    """Sentences on how the figures are made (spec sections 3 and 4)."""
    referensi = katalog.referensi
    cap = write_indonesian_number(referensi.capaian_cap)
    ways = "; ".join(f"{tipe.nama}: {CARA_HITUNG_WORDS[tipe.cara_hitung]}" for tipe in referensi.tipe)
    notes = [
        f"Realisasi sampai dengan {BULAN[bulan - 1]}: {ways}. Sel kosong berarti belum dilaporkan, bukan 0.",
        TARGET_NOTES[katalog.kantor.rincian_target],
        (
            "Capaian Maksimal = 100 × realisasi / target; Minimal = 100 × (2 × target − realisasi) / target; "
            f"yang dihitung dibatasi 0 sampai {cap} dan dibulatkan dua desimal."
        ),
        "Rata-rata adalah rata-rata sederhana capaian yang ada (n); yang tanpa nilai tidak dianggap 0.",
        "Skala capaian ditetapkan oleh kantor.",
        "Angka ini capaian indikator, bukan predikat kinerja pegawai (PermenPANRB 6/2022).",
    ]
    if referensi.skala == Referensi().skala:
        notes[4] = (
            "Skala menurut Permendagri 86/2017, yang hanya memuat bilangan bulat (76–90, 91–100): "
            "capaian 90,99 di rekap ini dibaca Tinggi."
        )
    return notes


def _tell_sebaran(content: RecapContent) -> list[str]:
    """How many indikator of the counted returns follow a sebaran (spec section 3)."""
    find = content.katalog.find_sebaran
    used = {(row["id_indikator"], find(row["id_indikator"], row["cara_hitung"])) for row in content.records}
    count = Counter(sebaran for _, sebaran in used)
    return [text.format(count[sebaran]) for sebaran, text in SEBARAN_NOTES.items() if count[sebaran]]


def _tell_lone_months(content: RecapContent) -> list[str]:
    """Months beyond the one reported to, which too few filled in to be the one."""
    everyone = count_reporters(content.rows)
    return [item.tell(everyone) for item in list_lone_bulan(content.rows, content.bulan)]


def _list_page_notes(content: RecapContent) -> list[str]:
    """What changed since an earlier recap, how the figures are made, and months that do not count yet."""
    changed = [content.since.tell()] if content.since else []
    realisasi, target, *others = explain_figures(content.katalog, content.bulan)
    return [*changed, realisasi, target, *_tell_sebaran(content), *others, *_tell_lone_months(content)]


@dataclass(frozen=True, slots=True)
class _NotesBlock:
    """The notes, the lines of the signature block beside them, and the heights of their rows."""

    text: str
    signature: tuple[tuple[str, FormatProperties], ...]
    height: tuple[float, ...]


def compose_notes_block(content: RecapContent) -> _NotesBlock:
    space, beside = page_layout.NOTES_SPAN, page_layout.SIGNATURE_SPAN
    notes = "\n".join(cut_text(f"• {note}", space, 3, SMALL_FONT_SIZE) for note in _list_page_notes(content))
    lines = [
        (cut_text(text, beside, NAME_LINES, TABLE_FONT_SIZE), look)
        for text, look in _compose_signature_lines(content)
    ]
    heights = [
        measure_text_height(text, beside, TABLE_FONT_SIZE) if text else _SIGNING_ROOM for text, _ in lines
    ]
    rest = max(measure_text_height(notes, space, SMALL_FONT_SIZE) - sum(heights), 3.0)
    return _NotesBlock(notes, (*lines, ("", {})), (*heights, rest))


def write_notes_and_signature(page: FirstPage, content: RecapContent) -> None:
    """How the figures are made, and beside it the signature block of the head of the office."""
    page.write_block_title("Catatan")
    made = compose_notes_block(content)
    first = page.rows
    for height, (text, look) in zip(made.height, made.signature, strict=True):
        page.write(page.take_row(height), page_layout.SIGNATURE_SPAN, text, {"text_wrap": True, **look})
    small: FormatProperties = {"font_size": SMALL_FONT_SIZE, "text_wrap": True, "valign": "top"}
    page.write(first, page_layout.NOTES_SPAN, made.text, small, height=len(made.height))


def _compose_signature_lines(content: RecapContent) -> list[tuple[str, FormatProperties]]:
    """Lines of the signature block: the date is written by hand, the empty line is the room to sign in."""
    kantor, signer = content.katalog.kantor, content.katalog.kantor.signatory
    place = f"{kantor.place}, " if kantor.place else ""
    rank: list[tuple[str, FormatProperties]] = (
        [(signer.pangkat_golongan, {})] if signer.pangkat_golongan else []
    )
    return [
        (f"{place}.................... {kantor.tahun}", {}),
        (f"{signer.jabatan or 'Kepala'},", {}),
        ("", {}),
        (signer.nama or "." * 40, {"bold": True, "underline": 1 if signer.nama else 0}),
        *rank,
        (f"NIP {signer.nip or '.' * 36}", {}),
    ]
