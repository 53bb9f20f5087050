"""The office itself, guessed from what stands around the forms: letterhead, decree number, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN, Kantor, Signatory
from iki_xl.catalog.marks import Guess
from iki_xl.catalog.public_keys import PUBLIC_KEYS, SIGNATORY_PREFIX
from iki_xl.catalog.records import quote_short
from iki_xl.comparable import comparable
from iki_xl.importer.guess.texts import capitalise_name, tidy_line
from iki_xl.nip import explain_invalid_nip, tidy_nip

if TYPE_CHECKING:
    from collections.abc import Sequence

KANTOR_SHEET = "Kantor"
_BULAN = "|".join(BULAN)
_TAHUN = re.compile(r"(?<!\d)2\s?0\s?\d\s?\d(?!\d)")
_DATED = re.compile(rf"nomor|tahun|tanggal|{_BULAN}", re.IGNORECASE)
_DECREE = re.compile(r"keputusan\s+(?P<pejabat>.+)", re.IGNORECASE)
_DECREE_NUMBER = re.compile(r"nomor\s*:?\s*(?P<nomor>.*\d.*)", re.IGNORECASE)
_PEMDA = re.compile(r"\b(?:kabupaten|kota|provinsi)\s+[a-z][a-z ]*", re.IGNORECASE)
_KANTOR = re.compile(
    r"(?:dinas|badan|kecamatan|kelurahan|inspektorat|sekretariat|satuan polisi|kantor|rsud|rumah sakit)\s.*",
    re.IGNORECASE,
)
_OFFICIAL = re.compile(
    r"(?:pl[th]\.?\s+)?(?:camat|lurah|inspektur|direktur|sekretaris daerah|"
    r"kepala (?:dinas|badan|kantor|satuan))\b[^.;:\d]*",
    re.IGNORECASE,
)
_PLACE_AND_DATE = re.compile(
    rf"(?P<tempat>[A-Z][\w ]{{2,40}}?)\s*,[\s.…_]*(?P<hari>\d{{1,2}})?[\s.…_]*(?P<bulan>{_BULAN})\s+2[\d\s]*",
    re.IGNORECASE,
)
_DECREED_AT = re.compile(r"ditetapkan\s+di\s*:?\s*(?P<tempat>.+)", re.IGNORECASE)
_DECREED_ON = re.compile(
    rf"(?:pada\s+)?tanggal\s*:?\s*(?P<hari>\d{{1,2}})?[\s.…_]*(?P<bulan>{_BULAN})\s+2[\d\s]*", re.IGNORECASE
)
_NIP = re.compile(r"nip\b\W*(?P<nip>[\d\s.]{18,})", re.IGNORECASE)
_PANGKAT = re.compile(r"(?:pembina|penata|pengatur|juru)\b", re.IGNORECASE)
# From the pejabat to the name below the room for a signature.
_SIGNATURE_LINES = 5
_KANTOR_OF_OFFICIAL = {"camat": "Kecamatan", "lurah": "Kelurahan", "inspektur": "Inspektorat"}
_NOT_A_NAME = re.compile(
    r"\b(?:iki|indikator|kinerja|individu|utama|keputusan|lampiran|sk|final|fix|revisi|rev|scan|salinan|copy|"
    r"dokumen|draf|draft|tahun|20\d\d|\d+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class GuessedKantor:
    """The office, its guesses, and the lines of the document that they used up."""

    kantor: Kantor
    guesses: tuple[Guess, ...]
    used: frozenset[str]


class _KantorReader:
    """Collects values of Kantor with the line that each comes from; the first finding of a field stays."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.values: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self.used: set[str] = set()

    def record(self, column: str, value: str, line: str) -> None:
        if value and column not in self.values:
            self.values[column] = value
            self.reasons[column] = f"dari baris “{quote_short(line)}” di dokumen"
        if value:
            self.used.add(line)

    def assume(self, column: str, value: str, reason: str) -> None:
        if value and column not in self.values:
            self.values[column], self.reasons[column] = value, reason

    def read(self) -> None:
        for at, line in enumerate(self.lines):
            self._read_letterhead_line(line)
            self._read_place_and_date(line)
            self._read_signatory(at, line)
        dated = [line for line in reversed(self.lines) if _DATED.search(line) and _TAHUN.search(line)]
        for line in dated[:1]:
            self.record("tahun", re.sub(r"\s", "", _TAHUN.findall(line)[-1]), line)

    def _read_letterhead_line(self, line: str) -> None:
        pemda = _PEMDA.search(line)
        if pemda:
            self.record("pemda", capitalise_name(pemda[0]), line)
        decree, number = _DECREE.match(line), _DECREE_NUMBER.match(line)
        if decree:
            self._read_official(decree["pejabat"], line)
        elif number:
            self.record(PUBLIC_KEYS["decree_number"], _tidy_decree_number(number["nomor"]), line)
        elif _KANTOR.fullmatch(line):
            self.record("nama", capitalise_name(_PEMDA.sub("", line)), line)

    def _read_official(self, text: str, line: str) -> None:
        """A decree's pejabat is the head of the office: "CAMAT PONCOKUSUMO", "KEPALA DINAS X KABUPATEN Y"."""
        own = _OFFICIAL.match(text)
        if own is None:
            return
        title = capitalise_name(_PEMDA.sub("", own[0]))
        first, _, rest = re.sub(r"^pl[th]\.?\s+", "", title, flags=re.IGNORECASE).partition(" ")
        office = (
            rest
            if comparable(first) == "kepala"
            else _KANTOR_OF_OFFICIAL.get(comparable(first), "") + f" {rest}"
        )
        if office.startswith(tuple(_KANTOR_OF_OFFICIAL.values())) or comparable(first) == "kepala":
            self.record("nama", office.strip(), line)
        self.record(f"{SIGNATORY_PREFIX}jabatan", title, line)

    def _read_place_and_date(self, line: str) -> None:
        place = _PLACE_AND_DATE.fullmatch(line) or _DECREED_AT.fullmatch(line)
        date = _PLACE_AND_DATE.fullmatch(line) or _DECREED_ON.fullmatch(line)
        if place:
            self.record(PUBLIC_KEYS["place"], capitalise_name(place["tempat"]), line)
        if date:
            year = re.sub(r"\s", "", (_TAHUN.findall(line) or [""])[-1])
            parts = (date["hari"] or "", date["bulan"].capitalize(), year)
            self.record(PUBLIC_KEYS["dated"], " ".join(filter(None, parts)), line)

    def _read_signatory(self, at: int, line: str) -> None:
        """Below the pejabat's own line: name, rank, NIP, in this order and close to each other."""
        if not _OFFICIAL.fullmatch(line):
            return
        self._read_official(line, line)
        below = self.lines[at + 1 : at + 1 + _SIGNATURE_LINES]
        signed = next((n for n, text in enumerate(below) if _NIP.match(text)), None)
        if signed is None:
            return
        match = _NIP.match(below[signed])
        nip = tidy_nip(match["nip"]) if match else ""
        if explain_invalid_nip(nip) is None:
            self.record(f"{SIGNATORY_PREFIX}nip", nip, below[signed])
        for text in below[:signed]:
            field = "pangkat_golongan" if _PANGKAT.match(text) else "nama"
            self.record(SIGNATORY_PREFIX + field, text, text)


def guess_kantor(lines: Sequence[str], file: str, this_year: int) -> GuessedKantor:
    """Guess Kantor from the lines around the forms and the first document's file name.

    Obligatory fields always get a value: nothing has to be typed before templates can be made.
    """
    reader = _KantorReader([line for line in map(tidy_line, lines) if line])
    reader.read()
    reader.assume(
        "nama",
        _guess_name_from_file(file),
        f"dari nama berkas “{quote_short(file)}”; dokumen tidak menyebutnya",
    )
    reader.assume(
        "pemda", "Pemerintah daerah", "dokumen tidak menyebutnya; tulis nama kabupaten atau kotanya"
    )
    reader.assume("tahun", str(this_year), "dokumen tidak menyebutnya; ini tahun sekarang")
    return GuessedKantor(
        _build_guessed_kantor(reader.values), _list_kantor_guesses(reader), frozenset(reader.used)
    )


def _tidy_decree_number(text: str) -> str:
    """Return a decree's number without the spaces that copying brings in, but with room for a blank part."""
    number = re.sub(r"(?<=\d\.)\s+(?=\d)", "", re.sub(r"\s*/\s*", "/", text))
    number = _TAHUN.sub(lambda year: re.sub(r"\s", "", year[0]), number)
    return number.replace("//", "/     /").strip()


def _guess_name_from_file(file: str) -> str:
    words = _NOT_A_NAME.sub(" ", re.sub(r"[^\w]|_", " ", tidy_line(PurePath(file).stem))).split()
    named = " ".join(w.upper() if not re.search("[aeiou]", w.lower()) else w for w in words)
    return (named.title() if named == named.lower() else _capitalise_words(named)) or "Kantor kami"


def _capitalise_words(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in name.split())


def _build_guessed_kantor(values: dict[str, str]) -> Kantor:
    prefix = SIGNATORY_PREFIX
    signer = {key.removeprefix(prefix): text for key, text in values.items() if key.startswith(prefix)}
    number, place, date = (values.get(PUBLIC_KEYS[name], "") for name in ("decree_number", "place", "dated"))
    fixed = values["nama"], values["pemda"], int(values["tahun"])
    return Kantor(*fixed, number, place, date, Signatory(**signer))


def _list_kantor_guesses(reader: _KantorReader) -> tuple[Guess, ...]:
    return tuple(
        Guess(KANTOR_SHEET, "", column, value, reader.reasons[column])
        for column, value in reader.values.items()
    )
