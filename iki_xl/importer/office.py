"""The office itself, guessed from what stands around the forms: letterhead, decree number, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, Kantor, Penandatangan
from iki_xl.catalog.marks import Tebakan
from iki_xl.catalog.records import kutip
from iki_xl.comparable import comparable
from iki_xl.importer.texts import nama_diri, sebaris
from iki_xl.nip import rapikan_nip, sebab_nip_tidak_sah

if TYPE_CHECKING:
    from collections.abc import Sequence

LEMBAR = "Kantor"
_BULAN = "|".join(BULAN)
_TAHUN = re.compile(r"(?<!\d)2\s?0\s?\d\s?\d(?!\d)")
_BERTAHUN = re.compile(rf"nomor|tahun|tanggal|{_BULAN}", re.IGNORECASE)
_KEPUTUSAN = re.compile(r"keputusan\s+(?P<pejabat>.+)", re.IGNORECASE)
_NOMOR = re.compile(r"nomor\s*:?\s*(?P<nomor>.*\d.*)", re.IGNORECASE)
_PEMDA = re.compile(r"\b(?:kabupaten|kota|provinsi)\s+[a-z][a-z ]*", re.IGNORECASE)
_KANTOR = re.compile(
    r"(?:dinas|badan|kecamatan|kelurahan|inspektorat|sekretariat|satuan polisi|kantor|rsud|rumah sakit)\s.*",
    re.IGNORECASE,
)
_PEJABAT = re.compile(
    r"(?:pl[th]\.?\s+)?(?:camat|lurah|inspektur|direktur|sekretaris daerah|"
    r"kepala (?:dinas|badan|kantor|satuan))\b[^.;:\d]*",
    re.IGNORECASE,
)
_TEMPAT_TANGGAL = re.compile(
    rf"(?P<tempat>[A-Z][\w ]{{2,40}}?)\s*,[\s.…_]*(?P<hari>\d{{1,2}})?[\s.…_]*(?P<bulan>{_BULAN})\s+2[\d\s]*",
    re.IGNORECASE,
)
_DITETAPKAN = re.compile(r"ditetapkan\s+di\s*:?\s*(?P<tempat>.+)", re.IGNORECASE)
_PADA_TANGGAL = re.compile(
    rf"(?:pada\s+)?tanggal\s*:?\s*(?P<hari>\d{{1,2}})?[\s.…_]*(?P<bulan>{_BULAN})\s+2[\d\s]*", re.IGNORECASE
)
_NIP = re.compile(r"nip\b\W*(?P<nip>[\d\s.]{18,})", re.IGNORECASE)
_PANGKAT = re.compile(r"(?:pembina|penata|pengatur|juru)\b", re.IGNORECASE)
# From the pejabat to the name below the room for a signature.
_BARIS_TTD = 5
_KANTOR_PEJABAT = {"camat": "Kecamatan", "lurah": "Kelurahan", "inspektur": "Inspektorat"}
_BUKAN_NAMA = re.compile(
    r"\b(?:iki|indikator|kinerja|individu|utama|keputusan|lampiran|sk|final|fix|revisi|rev|scan|salinan|copy|"
    r"dokumen|draf|draft|tahun|20\d\d|\d+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class KantorTertebak:
    """The office, its guesses, and the lines of the document that they used up."""

    kantor: Kantor
    tebakan: tuple[Tebakan, ...]
    terpakai: frozenset[str]


class _Pembaca:
    """Collects values of Kantor with the line that each comes from; the first finding of a field stays."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.nilai: dict[str, str] = {}
        self.alasan: dict[str, str] = {}
        self.terpakai: set[str] = set()

    def catat(self, kolom: str, nilai: str, baris: str) -> None:
        if nilai and kolom not in self.nilai:
            self.nilai[kolom] = nilai
            self.alasan[kolom] = f"dari baris “{kutip(baris)}” di dokumen"
        if nilai:
            self.terpakai.add(baris)

    def anggap(self, kolom: str, nilai: str, alasan: str) -> None:
        if nilai and kolom not in self.nilai:
            self.nilai[kolom], self.alasan[kolom] = nilai, alasan

    def baca(self) -> None:
        for at, line in enumerate(self.lines):
            self._kop(line)
            self._tempat_tanggal(line)
            self._penandatangan(at, line)
        dated = [line for line in reversed(self.lines) if _BERTAHUN.search(line) and _TAHUN.search(line)]
        for line in dated[:1]:
            self.catat("tahun", re.sub(r"\s", "", _TAHUN.findall(line)[-1]), line)

    def _kop(self, line: str) -> None:
        pemda = _PEMDA.search(line)
        if pemda:
            self.catat("pemda", nama_diri(pemda[0]), line)
        decree, number = _KEPUTUSAN.match(line), _NOMOR.match(line)
        if decree:
            self._pejabat(decree["pejabat"], line)
        elif number:
            self.catat("nomor_keputusan", _nomor(number["nomor"]), line)
        elif _KANTOR.fullmatch(line):
            self.catat("nama", nama_diri(_PEMDA.sub("", line)), line)

    def _pejabat(self, text: str, line: str) -> None:
        """A decree's pejabat is the head of the office: "CAMAT PONCOKUSUMO", "KEPALA DINAS X KABUPATEN Y"."""
        own = _PEJABAT.match(text)
        if own is None:
            return
        title = nama_diri(_PEMDA.sub("", own[0]))
        first, _, rest = re.sub(r"^pl[th]\.?\s+", "", title, flags=re.IGNORECASE).partition(" ")
        office = (
            rest if comparable(first) == "kepala" else _KANTOR_PEJABAT.get(comparable(first), "") + f" {rest}"
        )
        if office.startswith(tuple(_KANTOR_PEJABAT.values())) or comparable(first) == "kepala":
            self.catat("nama", office.strip(), line)
        self.catat("penandatangan_jabatan", title, line)

    def _tempat_tanggal(self, line: str) -> None:
        place = _TEMPAT_TANGGAL.fullmatch(line) or _DITETAPKAN.fullmatch(line)
        date = _TEMPAT_TANGGAL.fullmatch(line) or _PADA_TANGGAL.fullmatch(line)
        if place:
            self.catat("tempat", nama_diri(place["tempat"]), line)
        if date:
            year = re.sub(r"\s", "", (_TAHUN.findall(line) or [""])[-1])
            parts = (date["hari"] or "", date["bulan"].capitalize(), year)
            self.catat("tanggal", " ".join(filter(None, parts)), line)

    def _penandatangan(self, at: int, line: str) -> None:
        """Below the pejabat's own line: name, rank, NIP, in this order and close to each other."""
        if not _PEJABAT.fullmatch(line):
            return
        self._pejabat(line, line)
        below = self.lines[at + 1 : at + 1 + _BARIS_TTD]
        signed = next((n for n, text in enumerate(below) if _NIP.match(text)), None)
        if signed is None:
            return
        match = _NIP.match(below[signed])
        nip = rapikan_nip(match["nip"]) if match else ""
        if sebab_nip_tidak_sah(nip) is None:
            self.catat("penandatangan_nip", nip, below[signed])
        for text in below[:signed]:
            field = "penandatangan_pangkat_golongan" if _PANGKAT.match(text) else "penandatangan_nama"
            self.catat(field, text, text)


def tebak_kantor(lines: Sequence[str], berkas: str, tahun_ini: int) -> KantorTertebak:
    """Guess Kantor from the lines around the forms and the first document's file name.

    Obligatory fields always get a value: nothing has to be typed before templates can be made.
    """
    reader = _Pembaca([line for line in map(sebaris, lines) if line])
    reader.baca()
    reader.anggap(
        "nama", _dari_nama_berkas(berkas), f"dari nama berkas “{kutip(berkas)}”; dokumen tidak menyebutnya"
    )
    reader.anggap(
        "pemda", "Pemerintah daerah", "dokumen tidak menyebutnya; tulis nama kabupaten atau kotanya"
    )
    reader.anggap("tahun", str(tahun_ini), "dokumen tidak menyebutnya; ini tahun sekarang")
    return KantorTertebak(_kantor(reader.nilai), _tebakan(reader), frozenset(reader.terpakai))


def _nomor(text: str) -> str:
    """Return a decree's number without the spaces that copying brings in, but with room for a blank part."""
    number = re.sub(r"(?<=\d\.)\s+(?=\d)", "", re.sub(r"\s*/\s*", "/", text))
    number = _TAHUN.sub(lambda year: re.sub(r"\s", "", year[0]), number)
    return number.replace("//", "/     /").strip()


def _dari_nama_berkas(berkas: str) -> str:
    words = _BUKAN_NAMA.sub(" ", re.sub(r"[^\w]|_", " ", sebaris(PurePath(berkas).stem))).split()
    named = " ".join(w.upper() if not re.search("[aeiou]", w.lower()) else w for w in words)
    return (named.title() if named == named.lower() else _berhuruf_besar(named)) or "Kantor kami"


def _berhuruf_besar(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in name.split())


def _kantor(values: dict[str, str]) -> Kantor:
    prefix = "penandatangan_"
    signer = {key.removeprefix(prefix): text for key, text in values.items() if key.startswith(prefix)}
    number, place, date = (values.get(key, "") for key in ("nomor_keputusan", "tempat", "tanggal"))
    fixed = values["nama"], values["pemda"], int(values["tahun"])
    return Kantor(*fixed, number, place, date, Penandatangan(**signer))


def _tebakan(reader: _Pembaca) -> tuple[Tebakan, ...]:
    return tuple(
        Tebakan(LEMBAR, "", kolom, nilai, reader.alasan[kolom]) for kolom, nilai in reader.nilai.items()
    )
