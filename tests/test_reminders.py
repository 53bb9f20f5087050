"""Reminders to send: who has not reported or has something to mend, as text for WhatsApp and as CSV."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import pytest
from filled import NIP_ANI, NIP_BUDI, NIP_HEAD, NIP_OTHER, enter_person, make_katalog, write_return
from hypothesis import given
from hypothesis import strategies as st

from iki_xl import pipeline
from iki_xl.catalog import Pegawai
from iki_xl.catalog.about import Subjects
from iki_xl.findings import FINDING_KINDS, Place, temuan
from iki_xl.reminders import ReminderContent, make_reminder_rows, make_reminder_text, quote_for_chat
from iki_xl.reporters import make_reporter
from iki_xl.results import CollectRequest, ReadingSettings

ANI, BUDI = enter_person("Ani", NIP_ANI), enter_person("Budi", NIP_BUDI)
HEAD = enter_person("Kartini", NIP_HEAD)
JAN = "realisasi_01"
DEADLINE = "tanggal 5 bulan berikutnya"
SEPARATOR = "———"


def enter(row_id, *months):
    """Return a figure of 1 in these months of a row."""
    return {(row_id, f"realisasi_{bulan:02d}"): 1 for bulan in months}


def send(folder, name, id_jabatan, entries, katalog=None):
    return write_return(folder / "isian" / name, katalog or make_katalog(), {id_jabatan: entries})


def remind(folder, bulan=6, katalog=None):
    """Collect a folder; return the texts (the group's, then each person's) and the rows of the CSV."""
    (folder / "isian").mkdir(exist_ok=True)
    request = CollectRequest(folder / "isian", folder / "hasil", bulan)
    katalog = katalog or make_katalog(reporting_deadline=DEADLINE)
    pipeline.kumpul(katalog, request, ReadingSettings(workers=1))
    text = (folder / "hasil" / "pengingat.txt").read_bytes().decode()
    with (folder / "hasil" / "pengingat.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [part.strip() for part in text.split(f"\n{SEPARATOR}\n")], rows


SINCE_JANUARY = "Januari, Februari, Maret, April, Mei, Juni"


def find_text(texts, name):
    (text,) = [text for text in texts[1:] if text.startswith(f"Yth. Bapak/Ibu {name}")]
    return text


def test_each_group_is_named_and_each_person_asked_for_their_months(tmp_path):
    """Stopped in March: April, Mei, Juni; came back empty or never came: all since January."""
    send(tmp_path, "ani.xlsx", "J03", {**ANI, **enter("J03-02", 1, 6)})
    send(tmp_path, "budi.xlsx", "J03", {**BUDI, **enter("J03-02", 1, 3)})
    send(tmp_path, "sari.xlsx", "J02", enter_person("Sari", NIP_OTHER))
    texts, rows = remind(tmp_path)
    group = texts[0]
    assert group.startswith("Pelaporan IKI Juni 2026\nDinas Uji, Kabupaten Uji\n")
    assert "1 dari 4 sudah melapor." in group
    assert f"Batas lapor: {DEADLINE}." in group
    assert "1. Budi (Pengelola Data), berhenti di Maret" in group
    assert "Kembali kosong (1):\n2. Sekretaris\nBelum sama sekali (1):\n3. Kartini (Kepala Dinas)" in group
    assert "Perlu memperbaiki" not in group
    budi = find_text(texts, "Budi (Pengelola Data)")
    assert "bulan April, Mei, Juni 2026 belum kami terima. Laporan terakhir: Maret." in budi
    assert f"Batas lapor: {DEADLINE}." in budi
    assert f"masih kosong. Mohon isi laporan bulan {SINCE_JANUARY} 2026." in find_text(texts, "Sekretaris")
    head = find_text(texts, "Kartini (Kepala Dinas)")
    assert f"bulan {SINCE_JANUARY} 2026 belum kami terima. Mohon" in head
    assert not any("Bapak/Ibu Ani" in text for text in texts)
    assert [(r["nama"], r["keadaan"], r["bulan"], r["perlu_diperbaiki"], r["salinan"]) for r in rows] == [
        ("Kartini", "belum sama sekali", SINCE_JANUARY, "0", ""),
        ("", "kembali kosong", SINCE_JANUARY, "0", ""),
        ("Budi", "berhenti di Maret", "April, Mei, Juni", "0", ""),
    ]
    assert list(rows[0]) == (
        ["id_jabatan", "nip", "nama", "jabatan", "keadaan", "bulan", "perlu_diperbaiki", "salinan", "pesan"]
    )
    assert rows[2]["nip"] == NIP_BUDI
    assert rows[2]["pesan"] == " ".join(budi.split())


def test_what_is_to_be_mended_is_told_with_its_place_and_copy(tmp_path):
    """A galat and a number of two readings: where, which indikator, what to do, the copy's name; no code."""
    entries = {**ANI, ("J03-02", JAN): "sekitar 12", ("J03-02", "realisasi_02"): "1.250"}
    send(tmp_path, "bidang/ani.xlsx", "J03", entries | enter("J03-02", 6))
    texts, rows = remind(tmp_path)
    ani = find_text(texts, "Ani (Pengelola Data)")
    assert "Mohon perbaiki 2 isian pada laporan IKI sampai Juni 2026, berkas bidang/ani.xlsx:" in ani
    assert (
        "1. lembar 03 Pengelola Data, sel L9, indikator “Desa terdata”: "
        "“sekitar 12” bukan angka. Ketik angkanya saja;"
    ) in ani
    assert "2. lembar 03 Pengelola Data, sel M9" in ani
    assert "Pakai salinan terlampir (perbaikan/bidang/ani.xlsx):" in ani
    assert (tmp_path / "hasil" / "perbaikan" / "bidang" / "ani.xlsx").exists()
    assert "Perlu memperbaiki isian (1):\n1. Ani (Pengelola Data): 2 isian" in texts[0]
    assert not re.search(r"\b[A-Z]\d\d\b", re.sub("sel [A-Z]+[0-9]+", "", "".join(texts)))
    (row,) = [r for r in rows if r["nama"] == "Ani"]
    assert (row["keadaan"], row["bulan"], row["perlu_diperbaiki"]) == ("melapor", "", "2")
    assert row["salinan"] == "bidang/ani.xlsx"


def test_a_copy_under_a_short_name_is_named_so(tmp_path):
    """Where the copy could not have its own name, the text says the one it has."""
    send(tmp_path, "CON.xlsx", "J03", {**ANI, ("J03-02", JAN): -1})
    _, rows = remind(tmp_path)
    (copy,) = {r["salinan"] for r in rows if r["salinan"]}
    assert copy.startswith("CON-")
    assert (tmp_path / "hasil" / "perbaikan" / copy).exists()


def test_no_more_than_ten_things_a_person(tmp_path):
    """The others are counted, and the copy's own list has them."""
    months = {("J03-02", f"realisasi_{n:02d}"): -1 for n in range(1, 13)}
    send(tmp_path, "ani.xlsx", "J03", {**ANI, **months})
    ani = find_text(remind(tmp_path)[0], "Ani")
    assert "10. lembar" in ani
    assert "11. " not in ani
    assert "dan 2 lainnya, lihat lembar Temuan di salinan." in ani


def test_a_file_of_nobody_is_told_to_the_group(tmp_path):
    """A broken workbook has no person: the group hears its name and what is wrong, nobody else."""
    send(tmp_path, "ani.xlsx", "J03", {**ANI, **enter("J03-02", 6)})
    (tmp_path / "isian" / "rusak.xlsx").write_bytes(b"PK\x03\x04 potong")
    texts, rows = remind(tmp_path)
    assert "pengirimnya tidak dikenali (1):\n1. rusak.xlsx: Berkas tidak dapat dibuka" in texts[0]
    assert not any("rusak" in text for text in texts[1:])
    assert not any("rusak" in row["pesan"] for row in rows)


def test_a_sender_whom_the_catalogue_does_not_list_has_a_text_of_their_own(tmp_path):
    """An acting official with another NIP mends their own sheet; the holder is not blamed."""
    send(tmp_path, "sari.xlsx", "J01", {**enter_person("Sari", NIP_OTHER), ("J01-02", JAN): -1})
    texts, rows = remind(tmp_path, 1)
    assert "berkas sari.xlsx" in find_text(texts, "Sari (Kepala Dinas)")
    assert not any(text.startswith("Yth. Bapak/Ibu Kartini") for text in texts)
    (row,) = [r for r in rows if r["nama"] == "Sari"]
    assert (row["id_jabatan"], row["nip"], row["keadaan"]) == (
        "J01",
        NIP_OTHER,
        "bukan pelapor menurut katalog",
    )


def test_a_sheet_without_a_name_is_told_by_its_jabatan(tmp_path):
    """Where several hold the jabatan nobody knows whose it is: a text of its own for the jabatan."""
    send(tmp_path, "tanpa.xlsx", "J03", {("J03-02", JAN): 3})
    texts, rows = remind(tmp_path, 1)
    assert "berkas tanpa.xlsx" in find_text(texts, "Pengelola Data")
    (row,) = [r for r in rows if r["perlu_diperbaiki"] != "0"]
    assert (row["nama"], row["jabatan"], row["keadaan"]) == (
        "",
        "Pengelola Data",
        "nama dan NIP belum ditulis",
    )


def test_everybody_reported_and_nothing_is_to_mend(tmp_path):
    """One friendly sentence; the CSV has its header alone."""
    send(tmp_path, "ani.xlsx", "J03", {**ANI, **enter("J03-02", 6)})
    send(tmp_path, "budi.xlsx", "J03", {**BUDI, **enter("J03-02", 6)})
    send(tmp_path, "sari.xlsx", "J02", {**enter_person("Sari", NIP_OTHER), **enter("J02-01", 6)})
    send(tmp_path, "kartini.xlsx", "J01", {**HEAD, **enter("J01-02", 6)})
    texts, rows = remind(tmp_path)
    sentence = (
        "IKI Juni 2026, Dinas Uji, Kabupaten Uji: semua (4) sudah melapor dan tidak ada isian yang perlu "
        "diperbaiki, jadi tidak ada yang perlu diingatkan. Terima kasih."
    )
    assert texts == [sentence]
    assert rows == []


def test_nobody_reported(tmp_path):
    """Everybody is asked, and none is left out."""
    texts, rows = remind(tmp_path)
    assert "0 dari 4 sudah melapor." in texts[0]
    assert "4. Budi (Pengelola Data)" in texts[0]
    assert len(texts) == 5
    assert [r["keadaan"] for r in rows] == ["belum sama sekali"] * 4


def test_reminders_are_written_anew_each_time(tmp_path):
    """They are the program's own, like temuan.csv: what somebody wrote into one is gone."""
    remind(tmp_path)
    path = tmp_path / "hasil" / "pengingat.txt"
    before = path.read_bytes()
    path.write_text("catatan saya", encoding="utf-8")
    remind(tmp_path)
    assert path.read_bytes() == before


HOSTILE = "*Ani*\n———\nYth. _Bos_ ~x~ ```y``` \u202ezzz\u2028=cmd|'/c calc'!A1"


def test_hostile_names_and_values_stay_in_their_place(tmp_path):
    """No line of their own, no formatting, no formula in the CSV, whoever typed it."""
    katalog = make_katalog(reporting_deadline=f"{DEADLINE} {HOSTILE}")
    people = tuple(replace(p, nama=f"{HOSTILE}{p.nama}") for p in katalog.pegawai)
    entries = {**enter_person(people[1].nama, NIP_ANI), ("J03-02", JAN): HOSTILE}
    katalog = replace(katalog, pegawai=people)
    send(tmp_path, "_a*n`i~_.xlsx", "J03", entries, katalog)
    texts, rows = remind(tmp_path, 1, katalog)
    text = "\n".join(texts)
    assert len(texts) == 5
    assert not set("*~`\x07\u202e\u2028\r") & set(text)
    assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", text)
    assert text.count("\n———") == 0
    for row in rows:
        assert not row["nama"] or row["nama"].startswith("*Ani*")
        assert len(row["pesan"].splitlines()) == 1
    raw = (tmp_path / "hasil" / "pengingat.csv").read_bytes().decode()
    assert not re.search(r"(?:^|[,;\n\"]|\s{2})=cmd", raw)


@given(st.text("ab*_~`\n\r\t\u200b\u202e\u2028 \"'=", max_size=60))
def test_a_quoted_text_is_one_line_without_marks(text):
    """Whatever is typed: words and their order stay, marks become their likenesses."""
    quoted = quote_for_chat(text)
    assert len(quoted.splitlines()) <= 1
    assert not set("*~`") & set(quoted)
    assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", quoted)
    assert [c for c in quoted if c in "ab"] == [c for c in text if c in "ab"]


def make_content(count, wrong=()):
    """Return what reminders are made of in an office with so many people, none of whom has reported."""
    katalog = make_katalog()
    people = tuple(Pegawai(f"{n:018d}", f"Pegawai {n} {'panjang ' * 30}", "J03") for n in range(count))
    jabatan = katalog.jabatan_by_id["J03"]
    reporters = [make_reporter(jabatan, (p.nip, p.nama), None, 6) for p in people]
    katalog = replace(katalog, pegawai=people)
    return ReminderContent(katalog, reporters, 6, wrong, Subjects(katalog), {})


@pytest.mark.parametrize("count", [300, 2_000])
def test_many_people_fit_one_message(count):
    """WhatsApp takes 65,536 letters; the CSV has everybody."""
    content = make_content(count)
    group = make_reminder_text(content).partition(SEPARATOR)[0]
    assert len(group) < 65_536
    assert "300. Pegawai 299" in group
    assert ("dan 1700 lainnya, lihat pengingat.csv" in group) == (count == 2_000)
    assert len(make_reminder_rows(content)) == 1 + count


@pytest.mark.parametrize("code", sorted(FINDING_KINDS))
def test_no_text_holds_a_code(code):
    """Counted findings name their kind; a person does not need to know it."""
    from iki_xl.findings import rest_elsewhere, rest_on_sheet

    words = dict.fromkeys(
        re.findall(r"\{(\w+)\}", FINDING_KINDS[code].message + FINDING_KINDS[code].remedy), "x"
    )
    words.pop("nilai", None)
    first = temuan(code, Place("a.xlsx", "Lembar", "L9", "J03", "J03-02"), "x", **words)
    found = (first, rest_on_sheet(first, 5, ["L10"], "x"), rest_elsewhere(first, 2, ["Lain"], "x"))
    text = make_reminder_text(make_content(1, found))
    assert code not in text
