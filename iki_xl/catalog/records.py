"""The catalogue as cell values: one record per row, by the field keys of the layout."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from iki_xl.catalog.layout import ANSWER_NO, ANSWER_YES
from iki_xl.catalog.parts import Column, Form, Table
from iki_xl.catalog.public_keys import SIGNATORY_PREFIX, with_public_keys
from iki_xl.errors import FormError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from iki_xl.catalog.marks import DocumentLeftover
    from iki_xl.catalog.model import Indikator, Jabatan, Katalog

RecordValue = str | float | None
Record = dict[str, RecordValue]
GuessReasons = dict[tuple[str, str], str]
"""Why a value was guessed, by the row's id and the field key."""

_FORBIDDEN_LETTERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_QUOTE_LENGTH = 60
# A row of so many letters is still shown in full by Excel's highest row.
_LEFTOVER_LENGTH = 2_500


def records(katalog: Katalog) -> dict[str, list[Record]]:
    """Return the cell values of every form (one record) and table, by the name it has in the layout.

    Raises:
        FormError: a list item holds a newline, or the targets do not fit the rincian target.
    """
    referensi = katalog.referensi
    names = {j.id: j.nama for j in katalog.jabatan}
    settings: Record = {
        "capaian_cap": referensi.capaian_cap,
        "percentage_over_100": ANSWER_YES if referensi.percentage_over_100 else ANSWER_NO,
    }
    return {
        "kantor": [_record_kantor(katalog)],
        "jabatan": [_record_jabatan(item) for item in katalog.jabatan],
        "pegawai": [
            {
                "nip": p.nip,
                "nama": p.nama,
                "pangkat_golongan": p.pangkat_golongan,
                "id_jabatan": p.id_jabatan,
                "nama_jabatan": names.get(p.id_jabatan, ""),
            }
            for p in katalog.pegawai
        ],
        "indikator": [_record_indikator(item, katalog, names) for item in katalog.indikator],
        "satuan": [{"nama": name} for name in referensi.satuan],
        "tipe": [{"nama": tipe.nama, "cara_hitung": tipe.cara_hitung.value} for tipe in referensi.tipe],
        "skala": [with_public_keys(asdict(step)) for step in referensi.skala],
        "pengaturan": [with_public_keys(settings)],
    }


def _record_kantor(katalog: Katalog) -> Record:
    kantor = katalog.kantor
    record: Record = {field.name: getattr(kantor, field.name) for field in fields(kantor)}
    del record["signatory"]
    signer = kantor.signatory
    signed = {SIGNATORY_PREFIX + field.name: getattr(signer, field.name) for field in fields(signer)}
    return with_public_keys(record) | signed | {"rincian_target": kantor.rincian_target.value}


def _record_jabatan(item: Jabatan) -> Record:
    where = f"pada jabatan {item.id} “{quote_short(item.nama)}”"
    goals = item.sasaran_without_indikator
    record: Record = {
        "id": item.id,
        "nama": item.nama,
        "atasan": item.atasan,
        "outside_atasan": item.outside_atasan,
        "tugas": item.tugas,
        "fungsi": _join_lines(item.fungsi, f"Fungsi {where}"),
        "sasaran_without_indikator": _join_lines(goals, f"Sasaran tanpa indikator {where}"),
    }
    return with_public_keys(record)


def _record_indikator(item: Indikator, katalog: Katalog, names: dict[str, str]) -> Record:
    periods = katalog.kantor.rincian_target.period_count
    if len(item.period_targets) not in {0, periods}:
        raise FormError(
            f"Indikator {item.id} mempunyai {len(item.period_targets)} target periode, padahal rincian "
            f"target kantor “{katalog.kantor.rincian_target}”; samakan dahulu keduanya."
        )
    record: Record = {
        "id": item.id,
        "id_jabatan": item.id_jabatan,
        "nama_jabatan": names.get(item.id_jabatan, ""),
        "sasaran": item.sasaran,
        "indikator": item.indikator,
        "satuan": item.satuan,
        "tipe_perhitungan": item.tipe_perhitungan,
        "arah": item.arah.value,
        "formulasi": item.formulasi,
        "sumber_data": item.sumber_data,
        "target": item.target,
        "sebaran": item.sebaran.value,
    }
    return record | {f"target_{at:02d}": value for at, value in enumerate(item.period_targets, start=1)}


def _join_lines(items: tuple[str, ...], where: str) -> str:
    broken = next((item for item in items if "\n" in item), None)
    if broken is not None:
        raise FormError(
            f"{where} memuat butir dengan ganti baris (“{quote_short(broken)}”); satu butir harus satu "
            "baris, jadikan satu baris dahulu."
        )
    return "\n".join(items)


def identify_record(record: Record) -> str:
    """What a row is known by: its id, in a list its name; "" where it has neither."""
    return str(record.get("id") or record.get("nama") or "")


def add_reasons(table: Table, rows: Sequence[Record], reasons: GuessReasons) -> list[Record]:
    """Add to each record what was guessed in it, in words: one line a field, in the order of the columns."""

    def sentence(record: Record) -> str:
        own = ((column.title, reasons.get((identify_record(record), column.key))) for column in table.columns)
        return "\n".join(f"{title}: {reason}" for title, reason in own if reason)

    return [record | {"periksa": sentence(record)} for record in rows]


def record_leftovers(leftovers: Iterable[DocumentLeftover]) -> list[Record]:
    """One record for each leftover, several for a long one; no letter but what no workbook holds is lost."""
    return [
        {"dokumen": _FORBIDDEN_LETTERS.sub(" ", item.document), "halaman": item.page or None, "teks": piece}
        for item in leftovers
        for piece in _cut_leftover(_FORBIDDEN_LETTERS.sub(" ", item.text))
    ]


def _cut_leftover(text: str) -> Iterator[str]:
    for start in range(0, max(len(text), 1), _LEFTOVER_LENGTH):
        yield text[start : start + _LEFTOVER_LENGTH]


def ensure_fits(part: Form | Table, rows: list[Record], limit: int) -> None:
    """Make sure that a workbook can hold every text (at most `limit` UTF-16 units) and number.

    Raises:
        FormError: one cannot be held; the message names the field and its jabatan or indikator.
    """
    columns = part.entries if isinstance(part, Form) else part.columns
    for row in rows:
        for column in columns:
            reason = _find_unfit_reason(row.get(column.key), limit)
            if reason:
                raise FormError(f"{_describe_field(part, column, row)} {reason}")


def _find_unfit_reason(value: RecordValue, limit: int) -> str | None:
    if isinstance(value, str):
        length = len(value.encode("utf-16-le", "surrogatepass")) // 2  # Excel counts UTF-16 units
        if length > limit:
            return (
                f"terlalu panjang: {_group_thousands(length)} huruf, sedangkan satu sel paling banyak memuat "
                f"{_group_thousands(limit)} huruf; ringkaskan dahulu."
            )
        forbidden = _FORBIDDEN_LETTERS.search(value)
        if forbidden:
            code = f"U+{ord(forbidden[0]):04X}"
            return (
                f"memuat karakter {code} yang tidak dapat disimpan di buku kerja; hapus dahulu karakter itu."
            )
    elif value is not None and not math.isfinite(value):
        return "bukan angka; perbaiki atau kosongkan dahulu."
    return None


def _group_thousands(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _describe_field(part: Form | Table, column: Column, row: Record) -> str:
    if part.name in {"jabatan", "indikator"}:
        name = quote_short(str(row["nama" if part.name == "jabatan" else "indikator"]))
        return f"{column.title} pada {part.name} {quote_short(str(row['id']))} “{name}”"
    if part.name == "pegawai":
        return f"{column.title} pegawai {quote_short(str(row['nip']))} “{quote_short(str(row['nama']))}”"
    return f"{column.title} di lembar {part.sheet}"


def quote_short(text: str) -> str:
    """Shorten a text to one printable line for a message."""
    line = _FORBIDDEN_LETTERS.sub("�", " ".join(text.split()))
    return line if len(line) <= _QUOTE_LENGTH else line[: _QUOTE_LENGTH - 1] + "…"
