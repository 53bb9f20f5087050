"""From forms to a catalogue: what is guessed, how it is marked in the workbook, and what is read of it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import TRICKY

from iki_xl.catalog import CaraHitung, Katalog, katalog_xlsx, read_katalog, read_office
from iki_xl.catalog.marks import DocumentLeftover, Guess, ImportReview
from iki_xl.importer.forms.records import FormLeftover, IkiForm, IkiRow
from iki_xl.importer.guess.katalog import DocumentContent, ImportedKatalog, build_katalog

THIS_TAHUN = 2026
CIANJUR, PONCOKUSUMO = "dpmd-cianjur", "kecamatan-poncokusumo"
SURROUNDINGS = {
    CIANJUR: (),
    PONCOKUSUMO: (
        "LAMPIRAN",
        "KEPUTUSAN CAMAT PONCOKUSUMO",
        "NOMOR: 188.4 /        /35.07. 07 /20 22",
        "Poncokusumo ,         Januari 20 22",
        "CAMAT PONCOKUSUMO",
    ),
}


def forms(katalog: Katalog, *, with_satuan: bool = False) -> tuple[IkiForm, ...]:
    """Return what a reader would find of an office: without atasan, satuan only where asked for."""
    return tuple(
        IkiForm(
            j.nama,
            j.tugas,
            j.fungsi,
            tuple(
                IkiRow(
                    i.sasaran,
                    i.indikator,
                    i.satuan if with_satuan else "",
                    i.tipe_perhitungan,
                    i.formulasi,
                    i.sumber_data,
                )
                for i in katalog.list_indikator(j.id)
            ),
            j.sasaran_without_indikator,
        )
        for j in katalog.jabatan
    )


def impor(nama: str, *, with_satuan: bool = False) -> ImportedKatalog:
    """Import one sample office's forms."""
    found = forms(read_office(nama), with_satuan=with_satuan)
    return build_katalog(
        [DocumentContent(f"iki-{nama}.pdf", found, tuple(FormLeftover(1, t) for t in SURROUNDINGS[nama]))],
        THIS_TAHUN,
    )


def import_one(
    *forms: IkiForm, nama: str = "iki-kecamatan-uji.pdf", surroundings: tuple[str, ...] = ()
) -> ImportedKatalog:
    """Import one document with these forms."""
    return build_katalog(
        [DocumentContent(nama, forms, tuple(FormLeftover(2, text) for text in surroundings))], THIS_TAHUN
    )


def find_reasons(made: ImportedKatalog, row_id: str, column: str) -> list[str]:
    """Return why a value was guessed; nothing where it was not."""
    return [t.reason for t in made.review.guesses if (t.id, t.column) == (row_id, column)]


def read_made_katalog(content: bytes) -> Katalog:
    """Read a catalogue's workbook as the program does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "katalog.xlsx"
        path.write_bytes(content)
        return read_katalog(path)


# Guesses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("nama", [CIANJUR, PONCOKUSUMO])
def test_every_superior_of_the_sample_offices_is_guessed_as_it_was_transcribed(nama):
    """All 21 and all 20; the transcription holds assumptions itself, and the guesses were tuned on it."""
    known, made = read_office(nama), impor(nama)
    guessed = {j.id: (j.nama, j.atasan, j.outside_atasan) for j in made.katalog.jabatan}
    assert guessed == {j.id: (j.nama, j.atasan, j.outside_atasan) for j in known.jabatan}
    assert all(
        find_reasons(made, j.id, "atasan") or find_reasons(made, j.id, "atasan_luar") for j in known.jabatan
    )


def test_ten_of_the_thirteen_satuan_that_a_document_gives_can_be_told_from_the_wording():
    """The other three count what their wording does not say, such as Sub bagian where it says kegiatan."""
    known, made = read_office(CIANJUR), impor(CIANJUR)
    wrong = {
        item.id: (item.satuan, made.katalog.indikator_by_id[item.id].satuan)
        for item in known.indikator
        if item.satuan
        and made.katalog.referensi.find_satuan(item.satuan) != made.katalog.indikator_by_id[item.id].satuan
    }
    assert sum(bool(item.satuan) for item in known.indikator) == 13
    assert wrong == {
        "J13-01": ("Sub bagian", "Kegiatan"),
        "J16-01": ("kecamatan", "Kegiatan"),
        "J16-02": ("Sub kegiatan", "Kegiatan"),
    }


@pytest.mark.parametrize("nama", [CIANJUR, PONCOKUSUMO])
def test_ids_texts_and_given_satuan_are_the_documents_own(nama):
    """Only what no document says differs from the transcribed catalogue: satuan, and arah in one case."""
    known, made = read_office(nama), impor(nama, with_satuan=True).katalog
    assert [(j.id, j.tugas, j.fungsi, j.sasaran_without_indikator) for j in made.jabatan] == [
        (j.id, j.tugas, j.fungsi, j.sasaran_without_indikator) for j in known.jabatan
    ]
    for mine, theirs in zip(made.indikator, known.indikator, strict=True):
        assert replace(mine, satuan=theirs.satuan, arah=theirs.arah) == theirs
        assert mine.satuan == theirs.satuan or not theirs.satuan


@pytest.mark.parametrize(
    ("indikator", "satuan"),
    [
        ("Jumlah laporan kependudukan", "Laporan"),
        ("Persentase desa yang melapor", "Persentase"),
        ("Persentas e Partisipasi Masyarakat", "Persentase"),
        ("Jumlah desa yang mengikuti pembinaan", "Desa"),
        ("Jumlah draft dokumen SKM", "Draf"),
        ("jumlah sub kegiatan yang selesai", "Sub kegiatan"),
        ("Jumlah asset yang terdokumentasi", "Aset"),
        ("Indeks kepuasan masyarakat", "Indeks"),
        ("Jumlah kehadiran PNS", ""),
        ("Terlaksananya pekerjaan yang menjadi laporan", ""),
        ("", ""),
    ],
)
def test_satuan_is_what_the_wording_counts(indikator, satuan):
    """The first thing that is named before its description begins; "" where the wording names none."""
    made = import_one(IkiForm("Kasi Uji", rows=(IkiRow("Sasaran", indikator),)))
    assert made.katalog.indikator[0].satuan == satuan
    assert bool(find_reasons(made, "J01-01", "satuan")) == bool(satuan)


def test_a_satuan_of_the_document_joins_the_list_and_is_said():
    """It is kept as the document writes it; one that the list knows in other letters is no guess."""
    made = import_one(
        IkiForm("Kasi Uji", rows=(IkiRow("S", "Jumlah pohon", "Batang"), IkiRow("S", "Desa", "desa")))
    )
    assert [item.satuan for item in made.katalog.indikator] == ["Batang", "desa"]
    assert made.katalog.referensi.satuan[-1] == "Batang"
    assert find_reasons(made, "Batang", "nama") == ["satuan dari dokumen, ditambahkan ke daftar"]
    assert find_reasons(made, "J01-02", "satuan") == []


@pytest.mark.parametrize(
    ("document", "tipe", "marked"),
    [
        ("Kumulatif", "Kumulatif", False),
        ("non  kumulatif", "Non Kumulatif", False),
        ("Non-Kumulatif", "Non Kumulatif", True),
        ("rata-rata", "Rata-rata", True),
        ("Bertahap", "", True),
        ("", "", False),
    ],
)
def test_tipe_comes_from_the_document_alone(document, tipe, marked):
    """Never guessed: blank stays blank; another spelling or an unknown word is marked."""
    made = import_one(IkiForm("Kasi Uji", rows=(IkiRow("S", "Jumlah laporan", "Laporan", document),)))
    assert made.katalog.indikator[0].tipe_perhitungan == tipe
    assert bool(find_reasons(made, "J01-01", "tipe_perhitungan")) == marked
    assert read_made_katalog(katalog_xlsx(made.katalog, made.review)) == made.katalog


def test_an_average_that_the_list_lacks_joins_it():
    """Staff can choose it, and it is counted as an average."""
    made = import_one(IkiForm("Kasi Uji", rows=(IkiRow("S", "Indeks", "Indeks", "Rata-Rata"),)))
    tipe = made.katalog.referensi.find_tipe("Rata-rata")
    assert tipe is not None
    assert tipe.cara_hitung is CaraHitung.MEAN


def atasan(*nama: str, tugas: dict[str, str] | None = None) -> dict[str, str]:
    """Return {jabatan: its superior's name} of forms in this order."""
    made = import_one(*(IkiForm(n, (tugas or {}).get(n, "")) for n in nama), nama="dinas-uji.docx").katalog
    names = {j.id: j.nama for j in made.jabatan}
    return {j.nama: names.get(j.atasan, "") or f"luar: {j.outside_atasan}" for j in made.jabatan}


def test_a_whole_dinas_hangs_together():
    """Head, secretary with kasubag, bidang with kasi, staff of each; only the head has no superior."""
    names = (
        "Kepala Dinas Pertanian", "Sekretaris", "Kasubag Umum", "Pengemudi", "Kasubbag. Keuangan",
        "Bendahara",
        "Kepala Bidang Tanaman Pangan", "Kasi Benih", "Pengelola Benih", "Kepala Seksi Pupuk", "Analis Pupuk",
        "Kabid Peternakan", "Sub Koordinator Ternak", "Pengawas Ternak", "Kepala UPTD Balai Benih",
    )  # fmt: skip
    assert atasan(*names) == {
        "Kepala Dinas Pertanian": "luar: ",
        "Sekretaris": "Kepala Dinas Pertanian",
        "Kasubag Umum": "Sekretaris",
        "Pengemudi": "Kasubag Umum",
        "Kasubbag. Keuangan": "Sekretaris",
        "Bendahara": "Kasubbag. Keuangan",
        "Kepala Bidang Tanaman Pangan": "Kepala Dinas Pertanian",
        "Kasi Benih": "Kepala Bidang Tanaman Pangan",
        "Pengelola Benih": "Kasi Benih",
        "Kepala Seksi Pupuk": "Kepala Bidang Tanaman Pangan",
        "Analis Pupuk": "Kepala Seksi Pupuk",
        "Kabid Peternakan": "Kepala Dinas Pertanian",
        "Sub Koordinator Ternak": "Kabid Peternakan",
        "Pengawas Ternak": "Sub Koordinator Ternak",
        "Kepala UPTD Balai Benih": "Kepala Dinas Pertanian",
    }


def test_staff_right_below_a_bidang_without_seksi_belong_to_it():
    """Where one bidang has no seksi, its functional staff do not go to another bidang's."""
    lines = atasan("Kabid Benih", "Kasi Padi", "Kabid Ternak", "Analis Kebijakan Ahli Muda")
    assert lines["Analis Kebijakan Ahli Muda"] == "Kabid Ternak"


def test_a_superior_named_in_the_tugas_counts_more_than_the_order():
    """Staff go to the kasi who gives them their work; a superior without form is named."""
    gives = "Melaksanakan tugas lain yang diberikan oleh {} sesuai dengan bidang tugasnya."
    lines = atasan(
        "Kasi Pemerintahan", "Kasi Pelayanan", "Pengolah Data", "Kasubag Umum",
        tugas={
            "Pengolah Data": gives.format("Kasi Pemerintahan"), "Kasubag Umum": gives.format("Sekretaris")
        },
    )  # fmt: skip
    assert lines["Pengolah Data"] == "Kasi Pemerintahan"
    assert lines["Kasubag Umum"] == "luar: Sekretaris Dinas"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Camat",
                "Lurah Uji",
                "Sekretaris",
                "Kabid A",
                "Kasi B",
                "Kasubag C",
                "Staf",
                "Bendahara",
                "",
                "…",
            ]
        ),
        min_size=1,
        max_size=12,
    )
)
def test_no_order_of_titles_makes_a_circle(names):
    """Whatever stands in whatever order, every line of atasan ends, and what is written can be read."""
    made = import_one(*(IkiForm(name) for name in names))
    above = {j.id: j.atasan for j in made.katalog.jabatan}
    for start in above:
        seen, at = set(), start
        while at:
            assert at not in seen
            seen.add(at)
            at = above[at]


def test_the_office_is_read_from_what_stands_around_the_forms():
    """Decree, number, place, month and signer; the lines that gave them are no leftovers."""
    made = impor(PONCOKUSUMO)
    kantor = made.katalog.kantor
    known = read_office(PONCOKUSUMO).kantor
    assert replace(kantor, pemda=known.pemda) == known
    assert [item.text for item in made.review.leftovers] == ["LAMPIRAN"]
    assert {t.column for t in made.review.guesses if t.sheet == "Kantor"} == {
        "nama", "pemda", "tahun", "nomor_keputusan", "tempat", "tanggal", "penandatangan_jabatan"
    }  # fmt: skip


def test_a_dinas_with_its_signature_in_full():
    """Head, name, rank and NIP below each other; the kabupaten of the letterhead is the pemda."""
    lines = (
        "PEMERINTAH KABUPATEN CIANJUR",
        "DINAS PERTANIAN",
        "KEPUTUSAN KEPALA DINAS PERTANIAN KABUPATEN CIANJUR",
        "Ditetapkan di Cianjur",
        "pada tanggal 3 Januari 2025",
        "KEPALA DINAS PERTANIAN,",
        "Ir. SITI AMINAH, M.Si.",
        "Pembina Utama Muda",
        "NIP. 19680101 199003 1 001",
    )
    kantor = import_one(IkiForm("Kasi Benih"), surroundings=lines).katalog.kantor
    assert (kantor.nama, kantor.pemda, kantor.tahun) == ("Dinas Pertanian", "Kabupaten Cianjur", 2025)
    assert (kantor.place, kantor.dated) == ("Cianjur", "3 Januari 2025")
    signer = kantor.signatory
    assert signer.jabatan == "Kepala Dinas Pertanian"
    assert (signer.nama, signer.pangkat_golongan) == ("Ir. SITI AMINAH, M.Si.", "Pembina Utama Muda")
    assert signer.nip == "196801011990031001"


@pytest.mark.parametrize(
    ("file", "nama"),
    [
        ("iki-dpmd-cianjur.txt", "DPMD Cianjur"),
        ("IKI Kecamatan Poncokusumo 2022 (final).docx", "Kecamatan Poncokusumo"),
        ("dokumen_IKI.pdf", "Kantor kami"),
    ],
)
def test_an_office_that_no_line_names_gets_the_files_name(file, nama):
    """Obligatory fields are never blank: year now, and a pemda that plainly waits to be written."""
    made = import_one(IkiForm("Kasi Uji"), nama=file)
    assert (made.katalog.kantor.nama, made.katalog.kantor.tahun) == (nama, THIS_TAHUN)
    assert find_reasons(made, "", "pemda") == ["dokumen tidak menyebutnya; tulis nama kabupaten atau kotanya"]


# Several documents, leftovers, the workbook -----------------------------------------------------


def test_ids_go_on_from_one_document_to_the_next():
    """Two documents make one catalogue; leftovers keep the document and page they come from."""
    one = DocumentContent(
        "satu.docx", (IkiForm("Kasi A", rows=(IkiRow("S", "Jumlah desa"),)),), (FormLeftover(0, "Catatan"),)
    )
    two = DocumentContent(
        "dua.pdf", (IkiForm("Staf B", rows=(IkiRow("S", "Jumlah data"),)),), (FormLeftover(7, "Lain"),)
    )
    made = build_katalog([one, two], THIS_TAHUN)
    assert [j.id for j in made.katalog.jabatan] == ["J01", "J02"]
    assert [i.id for i in made.katalog.indikator] == ["J01-01", "J02-01"]
    assert made.katalog.jabatan[1].atasan == "J01"
    assert made.review.leftovers == (
        DocumentLeftover("satu.docx", 0, "Catatan"),
        DocumentLeftover("dua.pdf", 7, "Lain"),
    )


def test_what_the_catalogue_requires_is_never_blank():
    """A jabatan, sasaran or indikator that could not be read gets words that say so, and is marked."""
    made = import_one(IkiForm("", rows=(IkiRow("", "  "),)))
    assert made.katalog.jabatan[0].nama == "Jabatan tanpa nama"
    assert (
        made.katalog.indikator[0].sasaran
        == made.katalog.indikator[0].indikator
        == "Belum terbaca dari dokumen"
    )
    assert all(
        find_reasons(made, *cell)
        for cell in [("J01", "nama"), ("J01-01", "sasaran"), ("J01-01", "indikator")]
    )
    assert read_made_katalog(katalog_xlsx(made.katalog, made.review)) == made.katalog


@pytest.mark.parametrize("nama", [CIANJUR, PONCOKUSUMO])
def test_a_marked_catalogue_reads_as_the_plain_one(nama):
    """Colours, comments, the column and the sheet of leftovers change nothing of what is read."""
    made = impor(nama)
    again = read_made_katalog(katalog_xlsx(made.katalog, made.review))
    assert again == made.katalog
    assert again.fingerprint == made.katalog.fingerprint


def open_marked(made: ImportedKatalog) -> openpyxl.Workbook:
    """Return the marked workbook as another program sees it."""
    return openpyxl.load_workbook(BytesIO(katalog_xlsx(made.katalog, made.review)))


def test_every_guess_is_coloured_italic_and_explained_in_a_comment_and_a_column():
    """Each guessed cell, and no other one: its reason stands in its comment and in its row's column."""
    made = impor(PONCOKUSUMO)
    workbook = open_marked(made)
    marked = 0
    for sheet in workbook:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                coloured = cell.fill.fgColor.rgb == "FFFFD966"
                assert coloured == (cell.comment is not None), cell.coordinate
                marked += coloured
                if coloured:
                    assert cell.font.italic
                    assert cell.comment.text in " ".join(str(other.value) for other in row)
    assert marked == len(made.review.guesses)


def test_the_column_says_in_words_what_was_guessed_in_its_row():
    """Beside the id, on Kantor beside the value; field and reason, one line each."""
    workbook = open_marked(impor(PONCOKUSUMO))
    assert [workbook[name]["C1"].value for name in ("Kantor", "Jabatan", "Indikator")] == [
        "Perlu diperiksa"
    ] * 3
    assert workbook["Jabatan"]["C3"].value == "Atasan (ID): tugasnya menyebut “Kasi Pemerintahan”"
    assert workbook["Indikator"]["C4"].value == "Satuan: dari kata indikatornya; dokumen tidak menyebutnya"
    assert workbook["Kantor"]["C4"].value == "dari baris “Poncokusumo , Januari 20 22” di dokumen"


def test_a_plain_catalogue_has_neither_column_nor_sheet():
    """Nor has an import that guessed nothing on a sheet the column there."""
    plain = openpyxl.load_workbook(BytesIO(katalog_xlsx(read_office(CIANJUR))))
    assert "Sisa dokumen" not in plain.sheetnames
    assert all(cell.value != "Perlu diperiksa" for sheet in plain for cell in sheet[1])
    partly = ImportReview((Guess("Jabatan", "J02", "atasan", "J01", "dari urutan"),))
    workbook = openpyxl.load_workbook(BytesIO(katalog_xlsx(read_office(CIANJUR), partly)))
    assert workbook["Jabatan"]["C1"].value == "Perlu diperiksa"
    assert all(cell.value != "Perlu diperiksa" for cell in workbook["Indikator"][1])


def test_the_column_and_the_leftovers_may_be_changed_or_deleted(tmp_path):
    """A person empties the column, writes in it, deletes it or the sheet: the catalogue stays the same."""
    staff = IkiForm("Pengadministrasi", rows=(IkiRow("Tertib", "Jumlah laporan"),))
    made = import_one(IkiForm("Kasi Uji"), staff, surroundings=("CATATAN",))
    for edit in (
        lambda book: book["Jabatan"].delete_cols(3),
        lambda book: book.remove(book["Sisa dokumen"]),
        lambda book: book["Indikator"].__setitem__("C2", "sudah diperiksa"),
        lambda book: book["Indikator"].__setitem__("C200", "catatan tanpa baris"),
        lambda book: book["Kantor"].__setitem__("C1", None),
    ):
        workbook = open_marked(made)
        edit(workbook)
        path = tmp_path / "katalog.xlsx"
        workbook.save(path)
        assert read_katalog(path) == made.katalog


def test_leftovers_are_listed_whole_with_document_and_page():
    """Also a text longer than a cell shows, and one like a formula: nothing is dropped or computed."""
    long = "kata " * 9_000
    left = (
        DocumentLeftover("a.pdf", 3, "=1+1"),
        DocumentLeftover("=b.docx", 0, long),
        DocumentLeftover("a.pdf", 4, "\x0bx"),
    )
    made = import_one(IkiForm("Kasi Uji"))
    sheet = open_marked(replace(made, review=ImportReview(leftovers=left)))["Sisa dokumen"]
    rows = [row for row in sheet.iter_rows(min_row=2, max_col=3) if row[0].value]
    assert [(cell.value, cell.data_type) for cell in rows[0]] == [("a.pdf", "s"), (3, "n"), ("=1+1", "s")]
    assert "".join(row[2].value for row in rows if row[0].value == "=b.docx") == long
    assert {row[1].value for row in rows if row[0].value == "=b.docx"} == {None}
    assert rows[-1][2].value == " x"


ANY_TEXT = st.one_of(st.sampled_from(TRICKY), st.text(max_size=30))
ANY_ROW = st.builds(IkiRow, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
ANY_FORM = st.builds(
    IkiForm,
    ANY_TEXT,
    ANY_TEXT,
    st.lists(ANY_TEXT, max_size=3).map(tuple),
    st.lists(ANY_ROW, max_size=3).map(tuple),
    st.lists(ANY_TEXT, max_size=2).map(tuple),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANY_FORM, min_size=1, max_size=3), st.lists(ANY_TEXT, max_size=5), ANY_TEXT)
def test_whatever_a_document_holds_the_catalogue_can_be_read_again(found, around, name):
    """Formulas, control characters, lone surrogates, lists in one line: written, marked, read, equal."""
    made = import_one(*found, nama=name, surroundings=tuple(around))
    assert read_made_katalog(katalog_xlsx(made.katalog, made.review)) == made.katalog
