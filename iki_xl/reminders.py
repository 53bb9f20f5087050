"""Reminders: who has not reported or has something to mend, as texts to send (docs/perintah.md).

Texts are for WhatsApp: what people typed in them is on one line and cannot start its formatting.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iki_xl.catalog import BULAN
from iki_xl.comparable import bare, comparable
from iki_xl.findings import needs_mending, shorten
from iki_xl.reporters import ReportState
from iki_xl.storage.output import PERBAIKAN_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from iki_xl.catalog import Katalog
    from iki_xl.catalog.about import Subjects
    from iki_xl.findings import Temuan
    from iki_xl.reporters import Reporter

REMINDER_COLUMNS = (
    "id_jabatan",
    "nip",
    "nama",
    "jabatan",
    "keadaan",
    "bulan",
    "perlu_diperbaiki",
    "salinan",
    "pesan",
)
_SEPARATOR = "\n———\n\n"
# Things that one person is told, people and files that the group is told: WhatsApp takes 65,536 letters.
_THINGS_TOLD, _PEOPLE_TOLD, _FILES_TOLD = 10, 300, 30
# Letters of a name, of the name of a file or sheet, and of what is wrong with one thing.
_NAME_LETTERS, _FILE_LETTERS, _THING_LETTERS = 90, 120, 320
_UNLISTED, _UNNAMED = "bukan pelapor menurut katalog", "nama dan NIP belum ditulis"
# What starts WhatsApp's formatting, and what looks like it and does not; "_" inside a word is none.
_MARKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_LONE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to remind: a reporter of the catalogue, or a sender whom it does not list (`state` None).

    Attributes:
        told: their group in words.
        missing: months without an entry, 1..12.
        wrong: findings that need mending.
    """

    id_jabatan: str
    nip: str
    nama: str
    jabatan: str
    state: ReportState | None
    told: str
    missing: tuple[int, ...]
    wrong: tuple[Temuan, ...]

    @property
    def title(self) -> str:
        """Name and jabatan, the jabatan alone of an open post, the NIP where nothing else is known."""
        nama, jabatan = (quote_for_chat(text, _NAME_LETTERS) for text in (self.nama, self.jabatan))
        return f"{nama} ({jabatan})" if nama and jabatan else nama or jabatan or f"NIP {self.nip}"


@dataclass(frozen=True)
class ReminderContent:
    """What reminders are made of.

    Attributes:
        reporters: all who are expected to report.
        bulan: month reported to, 1..12.
        temuan: all findings.
        copies: name of each returned workbook's copy below the folder of copies.
    """

    katalog: Katalog
    reporters: Sequence[Reporter]
    bulan: int
    temuan: Sequence[Temuan]
    subjects: Subjects
    copies: Mapping[str, str]


def quote_for_chat(text: str, letters: int = _THING_LETTERS) -> str:
    """Return a text that somebody typed on one line, cut, without what a chat would take for formatting."""
    line = " ".join(bare(" ".join(text.split())).split())
    return _LONE_UNDERSCORE.sub("ˍ", shorten(line, letters).translate(_MARKS))


def make_reminder_text(content: ReminderContent) -> str:
    """Return pengingat.txt: one text for the group, then one for each person."""
    people, nobody = _list_recipients(content)
    asked = [person for person in people if person.missing or person.wrong]
    if not asked and not nobody:
        return f"{_phrase_all_done(content)}\n"
    texts = [_write_group_text(content, asked, nobody), *(_write_person_text(content, p) for p in asked)]
    return _SEPARATOR.join(texts)


def make_reminder_rows(content: ReminderContent) -> list[tuple[object, ...]]:
    """Return pengingat.csv's rows, its header first: one for each person to remind."""
    rows: list[tuple[object, ...]] = [REMINDER_COLUMNS]
    for person in _list_recipients(content)[0]:
        if person.missing or person.wrong:
            who = (person.id_jabatan, person.nip, person.nama, person.jabatan, person.told)
            copies = "; ".join(_list_copies(content, person))
            message = " ".join(_write_person_text(content, person).split())
            rows.append((*who, _name_months(person.missing), len(person.wrong), copies, message))
    return rows


def _list_recipients(content: ReminderContent) -> tuple[list[Recipient], list[Temuan]]:
    """Everybody who may be reminded, in the catalogue's order, and what nobody is known to have sent."""
    wrong: dict[int, list[Temuan]] = defaultdict(list)
    others: dict[tuple[str, str, str], list[Temuan]] = defaultdict(list)
    nobody: list[Temuan] = []
    senders = _Senders(content.reporters)
    for t in filter(needs_mending, content.temuan):
        nip, nama = content.subjects.find_sender(t)
        at = senders.find(t.id_jabatan, nip, nama)
        if at is not None:
            wrong[at].append(t)
        elif t.id_jabatan or nip or nama:
            others[t.id_jabatan, nip, nama].append(t)
        else:
            nobody.append(t)
    known = [
        _build_recipient(person, wrong.get(at, ()), content.bulan)
        for at, person in enumerate(content.reporters)
    ]
    names = {jabatan.id: jabatan.nama for jabatan in content.katalog.jabatan}
    unlisted = [
        Recipient(
            *who, names.get(who[0], ""), None, _UNLISTED if any(who[1:]) else _UNNAMED, (), tuple(found)
        )
        for who, found in others.items()
    ]
    return [*known, *unlisted], nobody


class _Senders:
    """Who of the reporters sent a sheet, by what it says."""

    def __init__(self, reporters: Sequence[Reporter]) -> None:
        self._of_jabatan: dict[str, list[int]] = defaultdict(list)
        self._of_nip: dict[str, list[int]] = defaultdict(list)
        for at, person in enumerate(reporters):
            self._of_jabatan[person.jabatan.id].append(at)
            self._of_nip[person.nip].append(at)
        self._reporters = reporters

    def find(self, id_jabatan: str, nip: str, nama: str) -> int | None:
        """The number of the reporter, None where the sender is none of them or not known.

        A sheet without jabatan is known by its NIP alone. A sheet without NIP or with a wrong one is that of
        the only reporter, or of the one with its name.
        """
        if not id_jabatan:
            same = self._of_nip.get(nip, []) if nip else []
            return same[0] if same else None
        here = self._of_jabatan.get(id_jabatan, [])
        same = [at for at in here if nip and self._reporters[at].nip == nip]
        alike = [at for at in here if nama and comparable(self._reporters[at].nama) == comparable(nama)]
        open_post = here if len(here) == 1 and not (nip and self._reporters[here[0]].nip) else []
        return next(iter((*same, *alike, *open_post)), None)


def _build_recipient(person: Reporter, wrong: Iterable[Temuan], bulan: int) -> Recipient:
    # who never reported owes every month; who only filled in later ones that one month
    first = person.last_bulan + 1 if person.last_bulan < bulan else bulan
    missing = () if person.has_reported else tuple(range(first, bulan + 1))
    jabatan, who = person.jabatan, (person.nip, person.nama)
    return Recipient(jabatan.id, *who, jabatan.nama, person.state, person.told, missing, tuple(wrong))


def _phrase_month(content: ReminderContent) -> str:
    return f"{BULAN[content.bulan - 1]} {content.katalog.kantor.tahun}"


def _phrase_office(content: ReminderContent) -> str:
    return quote_for_chat(f"{content.katalog.kantor.nama}, {content.katalog.kantor.pemda}", 2 * _NAME_LETTERS)


def _phrase_all_done(content: ReminderContent) -> str:
    everyone = f"semua ({len(content.reporters)}) sudah melapor" if content.reporters else "tidak ada pelapor"
    return (
        f"IKI {_phrase_month(content)}, {_phrase_office(content)}: {everyone} dan tidak ada isian yang perlu "
        "diperbaiki, jadi tidak ada yang perlu diingatkan. Terima kasih."
    )


def _list_deadline(content: ReminderContent) -> list[str]:
    text = quote_for_chat(content.katalog.kantor.reporting_deadline)
    return [f"Batas lapor: {text}."] if text else []


def _write_group_text(content: ReminderContent, asked: Sequence[Recipient], nobody: Sequence[Temuan]) -> str:
    done = sum(person.has_reported for person in content.reporters)
    lines = [f"Pelaporan IKI {_phrase_month(content)}", _phrase_office(content), ""]
    lines.append(f"{done} dari {len(content.reporters)} sudah melapor.")
    lines += _list_deadline(content)
    lines += _list_missing(asked)
    mend = [f"{p.title}: {len(p.wrong)} isian" for p in asked if p.wrong]
    lines += _number_lines("Perlu memperbaiki isian", mend, _PEOPLE_TOLD)
    files = dict.fromkeys(t.file for t in nobody)
    first = {t.file: t for t in reversed(nobody)}
    told = [f"{quote_for_chat(name, _FILE_LETTERS)}: {_phrase_wrong(first[name])}" for name in files]
    lines += _number_lines("Berkas bermasalah yang pengirimnya tidak dikenali", told, _FILES_TOLD)
    return "\n".join([*lines, "", "Mohon dilengkapi. Terima kasih.", ""])


def _list_missing(asked: Sequence[Recipient]) -> list[str]:
    """Who has not reported: each group with its number, numbered on through the groups."""
    missing = [person for person in asked if person.missing]
    lines = ["", f"Belum melapor ({len(missing)}):"] if missing else []
    number = 0
    for state in ReportState:
        group = [person for person in missing if person.state is state]
        if group and number < _PEOPLE_TOLD:
            lines.append(f"{str(state).capitalize()} ({len(group)}):")
        for person in group[: _PEOPLE_TOLD - number]:
            number += 1
            since = f", {person.told}" if state is ReportState.STOPPED else ""
            lines.append(f"{number}. {person.title}{since}")
    if len(missing) > number:
        lines.append(f"dan {len(missing) - number} lainnya, lihat pengingat.csv")
    return lines


def _number_lines(title: str, texts: Sequence[str], most: int) -> list[str]:
    if not texts:
        return []
    lines = [f"{number}. {text}" for number, text in enumerate(texts[:most], start=1)]
    rest = len(texts) - most
    return ["", f"{title} ({len(texts)}):", *lines, *([f"dan {rest} lainnya"] if rest > 0 else [])]


def _write_person_text(content: ReminderContent, person: Recipient) -> str:
    lines = [f"Yth. Bapak/Ibu {person.title}", "", *_phrase_missing(content, person)]
    if person.wrong:
        lines += [*([""] if person.missing else []), *_phrase_mending(content, person)]
    return "\n".join([*lines, *_list_deadline(content), "", "Terima kasih.", ""])


def _phrase_missing(content: ReminderContent, person: Recipient) -> list[str]:
    if not person.missing:
        return []
    months = f"{_name_months(person.missing)} {content.katalog.kantor.tahun}"
    if person.state is ReportState.BLANK:
        return [f"Berkas IKI sudah kami terima, tetapi masih kosong. Mohon isi laporan bulan {months}."]
    since = (
        f" Laporan terakhir: {person.told.rpartition(' ')[2]}." if person.state is ReportState.STOPPED else ""
    )
    return [f"Laporan IKI bulan {months} belum kami terima.{since} Mohon dikirimkan."]


def _phrase_mending(content: ReminderContent, person: Recipient) -> list[str]:
    told, rest = person.wrong[:_THINGS_TOLD], len(person.wrong) - _THINGS_TOLD
    copies = _list_copies(content, person)
    files = dict.fromkeys(t.file for t in person.wrong)
    # one file is named once, above the list
    file = f", berkas {quote_for_chat(next(iter(files)), _FILE_LETTERS)}" if len(files) == 1 else ""
    lines = [
        f"Mohon perbaiki {len(person.wrong)} isian pada laporan IKI sampai {_phrase_month(content)}{file}:"
    ]
    things = (_phrase_thing(content, t, with_file=not file) for t in told)
    lines += [f"{number}. {thing}" for number, thing in enumerate(things, start=1)]
    if rest > 0:
        where = "lembar Temuan di salinan" if copies else "rekap"
        lines.append(f"dan {rest} lainnya, lihat {where}.")
    if not copies:
        return [*lines, "Perbaiki di berkas semula, simpan, lalu kirim kembali."]
    names = ", ".join(
        quote_for_chat(f"{PERBAIKAN_FOLDER}/{name}", _FILE_LETTERS) for name in copies[:_THINGS_TOLD]
    )
    how = "perbaiki sel yang berwarna, simpan, lalu kirim kembali."
    return [*lines, f"Pakai salinan terlampir ({names}): {how}"]


def _list_copies(content: ReminderContent, person: Recipient) -> list[str]:
    names = (content.copies.get(t.file, "") for t in person.wrong)
    return list(dict.fromkeys(name for name in names if name))


def _phrase_thing(content: ReminderContent, t: Temuan, *, with_file: bool) -> str:
    """Where it is, which indikator, what is wrong and what to do."""
    indikator = content.subjects.about(t).indikator
    parts = (
        f"berkas {quote_for_chat(t.file, _FILE_LETTERS)}" if with_file else "",
        f"lembar {quote_for_chat(t.sheet, _FILE_LETTERS)}" if t.sheet else "",
        f"sel {t.cell}" if t.cell else "",
        f"indikator “{quote_for_chat(indikator, _NAME_LETTERS)}”" if indikator else "",
    )
    where = ", ".join(part for part in parts if part)
    return f"{where}: {_phrase_wrong(t)}" if where else _phrase_wrong(t)


def _phrase_wrong(t: Temuan) -> str:
    """What is wrong and what to do, without the code by which a counted finding names its kind."""
    message = t.message.replace(f"emuan {t.code} ", "emuan serupa ")
    return f"{quote_for_chat(message)} {quote_for_chat(t.remedy)}"


def _name_months(months: Iterable[int]) -> str:
    return ", ".join(BULAN[bulan - 1] for bulan in months)
