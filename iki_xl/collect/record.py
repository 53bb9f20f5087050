"""What was read from one workbook, as text: on its way between processes, and kept for the next run.

The text knows neither the file's name nor its time, so that it holds for the same bytes wherever they lie. It
depends on the catalogue and on this program's reading; `kunci` stands for both. It is JSON: nothing that is
read back is ever executed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from importlib.metadata import version
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iki_xl import __version__
from iki_xl.collect.condense import condense_books
from iki_xl.collect.crosschecks import periksa_silang
from iki_xl.collect.returned import KOSONG, Lembar, Letak
from iki_xl.collect.rows import Baris, susun_baris
from iki_xl.collect.sheets import kenali_buku
from iki_xl.collect.table import susun_isian
from iki_xl.findings import Temuan, Tingkat
from iki_xl.form.identity import VERSI_FORM
from iki_xl.form.jabatan import SEL_KEPALA
from iki_xl.readers.book import Isi, RefusalKind, TidakTerbacaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iki_xl.catalog import Katalog
    from iki_xl.collect.returned import LembarKembali
    from iki_xl.collect.table import Isian, Nilai
    from iki_xl.form.jabatan import JabatanForm, Sel
    from iki_xl.readers.book import Batas, BukuSel, Mentah

# The parts of this program that decide what a record holds, below the package.
_BAGIAN_PROGRAM = (
    "readers",
    "collect",
    "form",
    "catalog/model.py",
    "comparable.py",
    "findings.py",
    "nip.py",
    "tables.py",
    "typed.py",
)
# Excel's own cells hold at most 32,767 letters.
HURUF_PALING_BANYAK = 100_000
LOST_FORMATS = "format selnya hilang atau rusak (bagian “styles”), sehingga angkanya tidak pasti"


def kunci(katalog: Katalog, batas: Batas) -> str:
    """Return what a record depends on besides the file's bytes, as one short text."""
    # time and memory decide whether a file is read, never what it holds
    what = replace(batas, detik=0, memori_mb=0)
    parts = (__version__, version("xlrd"), VERSI_FORM, _sidik_program(), what, katalog)
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()


@cache
def _sidik_program() -> str:
    """Digest of the program's own text as far as it reads: nobody has to remember to raise a version."""
    root = Path(__file__).parents[1]
    names = [path for part in _BAGIAN_PROGRAM for path in ((root / part).rglob("*.py"), [root / part])]
    files = sorted({path for some in names for path in some if path.is_file()})
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


@dataclass(frozen=True)
class LembarIsian(Lembar):
    """One returned sheet after casting.

    `terisi`: something was entered below the head, so it is a return. `nip` and `nama_pegawai` are who
    reports, "" when not known. `tuang` is what pandera is to check: numbers of cells in `form.sel_isian`,
    columns, values. `tidak_sah` are the cells that could not be read. `baris` are its rows and `silang` the
    findings across their cells, as long as pandera finds no fault. `entri` holds the entries as JSON.
    """

    terisi: bool
    nip: str
    nama_pegawai: str
    tuang: tuple[list[int], list[str], list[Nilai]]
    tidak_sah: frozenset[Sel]
    baris: tuple[Baris, ...]
    silang: tuple[Temuan, ...]
    entri: str

    @cached_property
    def isi(self) -> Mapping[Sel, Isi]:
        """Every filled input cell as it was seen."""
        return {self._sel(at): _isi(written) for at, written in self._entri["isi"]}

    @cached_property
    def nilai(self) -> Mapping[Sel, Nilai]:
        """What each cell was read as; cells that hold nothing to read are not there."""
        return {self._sel(at): value for at, value in self._entri["nilai"]}

    def tertulis(self, sel: Sel) -> str:
        """What stands in a cell, "" when it is blank or holds only spaces."""
        return self.isi.get(sel, KOSONG).terlihat().strip()

    @cached_property
    def _entri(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.entri)
        return found

    def _sel(self, at: int) -> Sel:
        return self.form.sel_isian[at]


@dataclass(frozen=True, slots=True)
class BukuIsian:
    """A workbook's returned sheets, what is said of it, and when (UTC, naive) it says it was last saved."""

    lembar: tuple[LembarIsian, ...]
    temuan: tuple[Temuan, ...]
    disimpan: datetime | None


def catat(book: BukuSel, katalog: Katalog, forms: Mapping[str, JabatanForm]) -> bytes:
    """Recognise and cast a workbook's sheets; return what was read as a record.

    Raises:
        TidakTerbacaError: a text is longer than any spreadsheet program takes, and would stand in it; or the
            number formats are lost, so that nobody knows which figures were percentages.
    """
    if not book.formats_known:
        raise TidakTerbacaError(LOST_FORMATS)
    sheets, said = kenali_buku(book, katalog, forms)
    read = [(sheet, susun_isian(sheet)) for sheet in sheets]
    said = list(condense_books(chain(said, *(isian.temuan for _, isian in read))))
    content = {
        "disimpan": book.disimpan and book.disimpan.isoformat(),
        "temuan": _kemas_temuan(said),
        "lembar": [_kemas_lembar(sheet, isian) for sheet, isian in read],
    }
    record = json.dumps(content, separators=(",", ":")).encode()
    if len(record) > HURUF_PALING_BANYAK:
        _tolak_raksasa(book, {sheet.nama for sheet in sheets})
    return record


def _tolak_raksasa(book: BukuSel, known: set[str]) -> None:
    for sheet in book.lembar:
        texts = (text for isi in sheet.sel.values() for text in (isi.nilai, isi.struck, isi.raised))
        if sheet.nama in known and any(isinstance(t, str) and len(t) > HURUF_PALING_BANYAK for t in texts):
            raise TidakTerbacaError(
                f"ada sel di lembar “{sheet.nama}” berisi lebih dari 100.000 huruf", RefusalKind.LONG_TEXT
            )


def buka_catatan(record: bytes, berkas: str, forms: Mapping[str, JabatanForm]) -> BukuIsian:
    """Return what a record holds, under the file's present name."""
    content = json.loads(record)
    saved = content["disimpan"]
    return BukuIsian(
        tuple(_urai_lembar(item, berkas, forms) for item in content["lembar"]),
        _urai_temuan(content["temuan"], berkas),
        datetime.fromisoformat(saved) if saved else None,
    )


def _kemas_lembar(sheet: LembarKembali, isian: Isian) -> dict[str, Any]:
    form = sheet.form
    at = {sel: number for number, sel in enumerate(form.sel_isian)}
    rows = susun_baris(form, isian.nilai, isian.tidak_sah) if sheet.terisi else ()
    crossed = [t for row in rows for t in periksa_silang(row, sheet, None)]
    entries = {
        "isi": [(at[sel], _kemas_isi(isi)) for sel, isi in sheet.masukan()],
        "nilai": [(at[sel], value) for sel, value in isian.nilai.items()],
    }
    return {
        "nama": sheet.nama,
        "sidik": sheet.sidik,
        "jabatan": form.jabatan.id,
        "letak": _kemas_letak(sheet.letak, form),
        "terisi": sheet.terisi,
        "pelapor": [str(isian.nilai.get(sel, "")) for sel in SEL_KEPALA],
        "tuang": ([at[sel] for sel in isian.tuang.sel], isian.tuang.kolom, isian.tuang.nilai),
        "tidak_sah": sorted(at[sel] for sel in isian.tidak_sah),
        "baris": [_kemas_baris(row) for row in rows],
        "silang": _kemas_temuan(crossed),
        "entri": json.dumps(entries, separators=(",", ":")),
    }


def _urai_lembar(item: dict[str, Any], berkas: str, forms: Mapping[str, JabatanForm]) -> LembarIsian:
    form = forms[item["jabatan"]]
    name, nip = item["pelapor"]
    return LembarIsian(
        berkas,
        item["nama"],
        item["sidik"],
        form,
        _urai_letak(item["letak"], form),
        item["terisi"],
        nip,
        name,
        tuple(item["tuang"]),
        frozenset(form.sel_isian[at] for at in item["tidak_sah"]),
        tuple(_urai_baris(row, form) for row in item["baris"]),
        _urai_temuan(item["silang"], berkas),
        item["entri"],
    )


def _kemas_letak(places: Letak, form: JabatanForm) -> list[list[tuple[str, int]]] | None:
    """Return the form's own rows and columns; None where all stand where the form put them."""
    rows = [row_id for row_id, _ in SEL_KEPALA] + [item.id for item in form.indikator]
    moved = any(places.baris.get(row_id) != form.layout.row(row_id) for row_id in rows)
    if not moved and all(places.kolom.get(key) == form.layout.column(key) for key in form.kunci_kolom):
        return None
    return [
        [(row_id, places.baris[row_id]) for row_id in rows if row_id in places.baris],
        [(key, places.kolom[key]) for key in form.kunci_kolom if key in places.kolom],
    ]


def _urai_letak(written: list[list[list[Any]]] | None, form: JabatanForm) -> Letak:
    if written is None:
        return Letak(form.layout.rows, form.layout.columns)
    rows, columns = written
    return Letak(dict(rows), dict(columns))


def _kemas_baris(row: Baris) -> list[Any]:
    return [
        row.id_indikator,
        row.satuan,
        row.tipe_perhitungan,
        row.arah,
        row.target,
        row.target_periode,
        row.realisasi,
        row.penjelasan,
        row.tidak_sah,
    ]


def _urai_baris(item: list[Any], form: JabatanForm) -> Baris:
    row_id, satuan, name, arah, target, periods, months, words, invalid = item
    tipe = form.katalog.referensi.cari_tipe(name)
    how = tipe.cara_hitung if tipe else None
    lists = (tuple(periods), tuple(months), tuple(words), tuple(invalid))
    return Baris(row_id, satuan, name, how, arah, target, *lists)


def _kemas_temuan(said: Iterable[Temuan]) -> list[tuple[str, ...]]:
    return [
        (t.kode, t.tingkat, t.lembar, t.sel, t.id_jabatan, t.id_indikator, t.nilai, t.pesan, t.perbaikan)
        for t in said
    ]


def _urai_temuan(items: list[list[str]], berkas: str) -> tuple[Temuan, ...]:
    return tuple(Temuan(kode, Tingkat(tingkat), berkas, *rest) for kode, tingkat, *rest in items)


# A cell: its value alone where nothing else is to say, else [value, and the other fields of `Isi` in order].
_others = attrgetter(*(item.name for item in fields(Isi)[1:]))
_SAAT = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat}


def _kemas_isi(isi: Isi) -> object:
    value = _kemas_nilai(isi.nilai)
    others = _others(isi)
    plain = not any(others) and not isinstance(value, list)
    return value if plain else [value, *others]


def _kemas_nilai(value: Mentah) -> object:
    if isinstance(value, timedelta):
        return ["timedelta", value.total_seconds()]
    if isinstance(value, (date, time)):
        return [type(value).__name__, value.isoformat()]
    return value


def _isi(written: Any) -> Isi:  # noqa: ANN401 - JSON
    if not isinstance(written, list):
        return Isi(written)
    value, *rest = written
    if isinstance(value, list):
        kind, text = value
        value = timedelta(seconds=text) if kind == "timedelta" else _SAAT[kind](text)
    return Isi(value, *rest)
