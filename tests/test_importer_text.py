"""Forms read out of plain text: the two samples, their variations, and texts that hold no form."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iki_xl.catalog import read_office
from iki_xl.errors import DocumentError
from iki_xl.importer.forms.forms import FormLeftover, IkiForm, IkiRow, read_iki_forms
from iki_xl.importer.read.document import Document, DocumentTable, Paragraph
from iki_xl.importer.read.text import read_text

DOCUMENTS = Path(__file__).parent / "documents"
SAMPLES = {
    "dpmd-cianjur": "iki-dpmd-cianjur.txt",
    "kecamatan-poncokusumo": "iki-kecamatan-poncokusumo-2022.txt",
}
FIELDS = ("sasaran", "indikator", "satuan", "tipe_perhitungan", "formulasi", "sumber_data")
LEAST_INDIKATOR = 0.95
# (office, id, field) -> why the import differs there from the transcribed catalogue. Letters and digits are
# compared, so words that the copy broke ("Kelura han") and list marks are no differences; none is left.
EXPECTED_DIFFERENCES: dict[tuple[str, str, str], str] = {}


def plain(text: str) -> str:
    """Letters and digits, case-folded."""
    return "".join(c for c in text.casefold() if c.isalnum())


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request):
    """A sample office: its name, its transcribed catalogue, the imported forms and leftovers."""
    forms, left = read_iki_forms(read_text(DOCUMENTS / SAMPLES[request.param]))
    return request.param, read_office(request.param), forms, left


def read(
    tmp_path: Path, text: str, encoding: str = "utf-8"
) -> tuple[tuple[IkiForm, ...], tuple[FormLeftover, ...]]:
    """Write a text and read its forms."""
    path = tmp_path / "dokumen.txt"
    path.write_bytes(text.encode(encoding))
    return read_iki_forms(read_text(path))


def test_samples_give_the_transcribed_jabatan(sample):
    """Every transcribed jabatan comes back in order, with its tugas, fungsi and cut-off goals."""
    _, katalog, forms, _ = sample
    assert [plain(f.jabatan) for f in forms] == [plain(j.nama) for j in katalog.jabatan]
    for form, jabatan in zip(forms, katalog.jabatan, strict=True):
        assert [plain(t) for t in form.tugas.split("\n")] == [plain(t) for t in jabatan.tugas.split("\n")]
        assert [plain(t) for t in form.fungsi] == [plain(t) for t in jabatan.fungsi]
        assert form.sasaran_without_indikator == jabatan.sasaran_without_indikator


def test_samples_give_the_transcribed_rows(sample):
    """At least 95 % of the indikator come back, and every difference in any field is a known one."""
    office, katalog, forms, _ = sample
    differences, same = set(), 0
    for form, jabatan in zip(forms, katalog.jabatan, strict=True):
        transcribed = katalog.list_indikator(jabatan.id)
        assert len(form.rows) == len(transcribed), jabatan.id
        for row, item in zip(form.rows, transcribed, strict=True):
            wrong = [f for f in FIELDS if plain(getattr(row, f)) != plain(getattr(item, f))]
            differences |= {(office, item.id, field) for field in wrong}
            same += "indikator" not in wrong
    assert differences == {key for key in EXPECTED_DIFFERENCES if key[0] == office}
    assert same >= LEAST_INDIKATOR * len(katalog.indikator)


def test_samples_leave_only_decree_and_signature():
    """What has no place in a form is kept: the decree's head and the signature, nothing of the forms."""
    _, left = read_iki_forms(read_text(DOCUMENTS / SAMPLES["kecamatan-poncokusumo"]))
    assert [s.text for s in left] == [
        "LAMPIRAN",
        "KEPUTUSAN CAMAT PONCOKUSUMO",
        "NOMOR: 188.4 / /35.07. 07 /20 22",
        "Poncokusumo , Januari 20 22",
        "CAMAT PONCOKUSUMO",
    ]
    assert read_iki_forms(read_text(DOCUMENTS / SAMPLES["dpmd-cianjur"]))[1] == ()


def test_lists_and_fractions_of_a_cell_keep_their_lines():
    """A list after a colon stays a dashed list, notes stay lines, and a drawn fraction is written out."""
    forms, _ = read_iki_forms(read_text(DOCUMENTS / SAMPLES["kecamatan-poncokusumo"]))
    rows = {plain(r.indikator): r for f in forms for r in f.rows}
    listed = next(r.indikator for key, r in rows.items() if "antaralain" in key)
    assert [line[:2] for line in listed.split("\n")[1:]] == ["- "] * 8
    fraction = rows["persentasepartisipasimasyarakatdalammusrenbangcam"].formulasi
    assert fraction == (
        "Jumlah Kehadiran Stakeholder Non PNS / Jumlah Keseluruhan Undangan yang Hadir x 100%"
    )
    noted = rows["jumlahmonitoringpembangunandidesayangterealisasi"]
    assert noted.formulasi.split("\n")[1].startswith("Catatan :")
    assert noted.sumber_data.split("\n") == ["Seksi Pembangunan dan Pemberdayaan Masyarakat", "Seluruh Desa"]


WRAPPED_SEVEN = """\
1 . JABATAN  :  KEPALA BIDANG  PERIKANAN TANGKAP
2. TUGAS  : Melaksanakan urusan perikanan tangkap dan 
pemberdayaan nelayan.  
3. FUNGSI :
A. perumusan kebijakan; 
A. pelaksanaan 
kebijakan; dan 
C. pelaporan. 

NO  SASARAN  INDIKATOR KINERJA 
INDIVIDU  SATUAN  TIPE 
PERHITUNGAN  FORMULASI PERHITUNGAN  SUMBER DATA  

1  Meningkatnya produksi 
perikanan tangkap  

Jumlah produksi ikan 
yang didaratkan  

Ton  

Kumulatif  

Jumlah produksi ikan yang 
didaratkan selama setahun  

Bidang Perikanan 
Tangkap  

2  Meningkatnya kesejahteraan 
nelayan  

Persentase nelayan 
yang diasuransikan  

Persentase  Non Kumulatif  

Jumlah nelayan diasuransikan dibagi 
jumlah nelayan x 100%  

Bidang Perikanan 
Tangkap  
\f
4

Jumlah kelompok nelayan 
yang dibina  

Kelompok  Non Kumulatif  Jumlah kelompok nelayan 
yang dibina  

Bidang Perikanan 
Tangkap  

Rembang,   2 Januari 2023
KEPALA DINAS
Drs. BUDI
"""  # noqa: W291 - the blanks at line ends are what is read


def test_wrapped_table_of_seven_columns_over_two_pages(tmp_path):
    """Seven columns without ruling are told apart; a page number and the signature are no cells."""
    (form,), left = read(tmp_path, WRAPPED_SEVEN)
    assert form.jabatan == "KEPALA BIDANG PERIKANAN TANGKAP"
    assert form.fungsi == ("perumusan kebijakan;", "pelaksanaan kebijakan; dan", "pelaporan.")
    assert [(r.satuan, r.tipe_perhitungan, r.page) for r in form.rows] == [
        ("Ton", "Kumulatif", 1),
        ("Persentase", "Non Kumulatif", 1),
        ("Kelompok", "Non Kumulatif", 2),
    ]
    assert form.rows[2].sasaran == "Meningkatnya kesejahteraan nelayan"
    assert [s.text for s in left] == ["Rembang, 2 Januari 2023", "KEPALA DINAS", "Drs. BUDI"]
    assert {s.page for s in left} == {2}


def test_row_per_line_with_tabs(tmp_path):
    """A table copied as one line per row, heads without colons, a letterhead above."""
    text = (
        "PEMERINTAH KABUPATEN SLEMAN\nIndikator Kinerja Individu\nJABATAN Kepala Seksi Ketertiban\n"
        "TUGAS POKOK\tMembantu camat\nFUNGSI\n1) menyusun rencana;\n2) melaksanakan;\n"
        "NO\tSASARAN\tINDIKATOR KINERJA\tSATUAN\tFORMULASI\tSUMBER DATA\n"
        "1\tTertib wilayah\tJumlah patroli\tKali\tJumlah patroli\tSeksi Trantib\n"
        "2\t\tJumlah laporan\tLaporan\tJumlah laporan\t\n"
    )
    (form,), left = read(tmp_path, text)
    assert (form.jabatan, form.tugas) == ("Kepala Seksi Ketertiban", "Membantu camat")
    assert form.fungsi == ("menyusun rencana;", "melaksanakan;")
    assert form.rows[1] == IkiRow(
        "Tertib wilayah", "Jumlah laporan", "Laporan", "", "Jumlah laporan", "Seksi Trantib", 1
    )
    assert left == (FormLeftover(1, "PEMERINTAH KABUPATEN SLEMAN"),)


def test_cells_per_line_over_three_pages(tmp_path):
    """A table repeated with its head on one page and without on the next, page numbers between."""
    head = "\tSASARAN\n\tINDIKATOR KINERJA INDIVIDU\n\tFORMULASI PERHITUNGAN\n\tSUMBER DATA\n\n"
    text = (
        f"JABATAN : Pengelola Arsip\nTUGAS : menata arsip\nFUNGSI : -\n{head}"
        "\tTertib arsip\n\tJumlah boks\n\tJumlah boks\n\tSubbag Umum\n\n"
        f"\f12\n{head}\t\n\tJumlah map\n\tJumlah map\n\t\n\n"
        "\f- 3 -\n\t\n\tJumlah label\n\tJumlah label\n\t\n"
    )
    (form,), left = read(tmp_path, text)
    assert form.fungsi == ()
    assert [(r.indikator, r.sumber_data, r.page) for r in form.rows] == [
        ("Jumlah boks", "Subbag Umum", 1),
        ("Jumlah map", "Subbag Umum", 2),
        ("Jumlah label", "Subbag Umum", 3),
    ]
    assert left == ()


def test_heads_and_lists_in_cells_of_a_word_table():
    """Heads set out in a table, a column head over two rows, column numbers, a goal without an indikator."""
    heads = DocumentTable(
        (
            ("JABATAN", ":", "Kasi Umum"),
            ("TUGAS", ":", "Membantu camat\nMengurus surat"),
            ("FUNGSI", ":", "a. satu; b. dua."),
        )
    )
    table = DocumentTable(
        (
            ("NO", "SASARAN/ KINERJA", "INDIKATOR KINERJA", "PENJELASAN/", "SUMBER"),
            ("", "UTAMA", "INDIVIDU", "FORMULASI PENGHITUNGAN", "DATA"),
            ("(1)", "(2)", "(3)", "(4)", "(5)"),
            ("1", "Tertib surat", "- Jumlah surat", "Jumlah surat", "- Seksi A\n- Seksi B"),
            ("", "", "Jumlah agenda", "Jumlah agenda", ""),
            ("2", "Tertib arsip", "", "", ""),
        )
    )
    (form,), left = read_iki_forms(
        Document("x.docx", (Paragraph("INDIKATOR KINERJA INDIVIDU"), heads, table))
    )
    assert (form.tugas, form.fungsi) == ("Membantu camat\nMengurus surat", ("satu;", "dua."))
    assert [r.indikator for r in form.rows] == ["Jumlah surat", "Jumlah agenda"]
    assert {r.sumber_data for r in form.rows} == {"Seksi A\nSeksi B"}
    assert form.sasaran_without_indikator == ("Tertib arsip",)
    assert left == ()


def test_rows_cut_by_a_page_are_joined():
    """The first row of the next page that goes on in small letters is the rest of the last row."""
    head = ("SASARAN", "INDIKATOR KINERJA UTAMA", "PENJELASAN/FORMULASI", "SUMBER DATA")
    document = Document(
        "x.pdf",
        (
            Paragraph("1. Jabatan : Pranata Komputer", 1),
            DocumentTable(
                (head, ("Lancarnya jaringan", "Jumlah gangguan", "Jumlah gangguan yang", "Bidang TIK")), 1
            ),
            Paragraph("2", 1),
            DocumentTable(
                (("", "yang ditangani", "ditangani", ""), ("", "jumlah laporan", "jumlah laporan", "")), 2
            ),
        ),
    )
    (form,), left = read_iki_forms(document)
    assert [r.indikator for r in form.rows] == ["Jumlah gangguan yang ditangani", "jumlah laporan"]
    assert form.rows[0].formulasi.split() == ["Jumlah", "gangguan", "yang", "ditangani"]
    assert left == ()


def test_a_table_without_jabatan_is_left_over():
    """Rows that no jabatan owns are said, cell by cell, and never given to another form."""
    table = DocumentTable((("SASARAN", "INDIKATOR", "FORMULASI"), ("Tertib", "Jumlah a", "Jumlah b")), 3)
    assert read_iki_forms(Document("x", (table,))) == ((), (FormLeftover(3, "Tertib | Jumlah a | Jumlah b"),))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(tmp_path, encoding):
    """The encodings that Notepad and Word write are told apart."""
    (form,), _ = read(tmp_path, "JABATAN : Pengelola – Data\r\nTUGAS : • mendata\r\n", encoding)
    assert form.jabatan == "Pengelola – Data"
    assert form.tugas == "mendata"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"\xef\xbb\xbf \r\n\f ", "kosong"),
        (b"%PDF-1.7\n%text", "bukan teks"),
        (bytes(range(256)) * 20, "bukan teks"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 50, "bukan teks"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, content, words):
    """An empty file and a binary one named .txt get one sentence that names the file."""
    path = tmp_path / "iki.txt"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=rf"iki\.txt.*{words}"):
        read_text(path)


def test_a_missing_file_is_one_sentence(tmp_path):
    """A path that does not exist says so."""
    with pytest.raises(DocumentError, match=r"hilang\.txt tidak dapat dibaca: tidak ada"):
        read_text(tmp_path / "hilang.txt")


def test_a_text_without_any_form_is_all_left_over(tmp_path):
    """A letter gives no form, and every line of it is listed with its page."""
    forms, left = read(tmp_path, "Dengan hormat,\nkami sampaikan undangan.\fHormat kami")
    assert forms == ()
    assert [(s.page, s.text) for s in left] == [
        (1, "Dengan hormat,"),
        (1, "kami sampaikan undangan."),
        (2, "Hormat kami"),
    ]


WORDS = (
    "arsip",
    "desa",
    "nelayan",
    "pupuk",
    "jalan",
    "sekolah",
    "balita",
    "pasar",
    "izin",
    "waduk",
    "ternak",
)
tail = st.lists(st.sampled_from(WORDS), min_size=2, max_size=6).map(" ".join)


def phrase(*starts: str) -> st.SearchStrategy[str]:
    return st.builds("{} {}".format, st.sampled_from(starts), tail)


@st.composite
def row(draw):
    """A row as such documents word them: the formulasi repeats the indikator or counts something."""
    indikator = draw(phrase("Jumlah", "Persentase", "Jumlah laporan"))
    return IkiRow(
        sasaran=draw(st.one_of(st.just(""), phrase("Meningkatnya", "Terwujudnya", "Tertib administrasi"))),
        indikator=indikator,
        formulasi=draw(st.one_of(st.just(indikator), phrase("Jumlah kegiatan"))),
        sumber_data=draw(phrase("Seksi", "Bidang", "Subbag")),
    )


@st.composite
def form(draw):
    rows = draw(st.lists(row(), min_size=1, max_size=4))
    rows[0] = IkiRow("Terwujudnya " + draw(tail), *[getattr(rows[0], f) for f in FIELDS[1:]])
    fungsi = tuple(f"{t};" for t in draw(st.lists(tail, max_size=3)))
    return IkiForm("Pengelola " + draw(tail), "Membantu " + draw(tail), fungsi, tuple(rows))


def filled(rows: tuple[IkiRow, ...]) -> list[tuple[str, ...]]:
    """Rows as they are read: a blank sasaran is the one above."""
    result, above = [], ""
    for r in rows:
        above = r.sasaran or above
        result.append((above, r.indikator, r.formulasi, r.sumber_data))
    return result


def heads_of(f: IkiForm) -> str:
    items = "".join(f"{chr(97 + n)}. {item}\n" for n, item in enumerate(f.fungsi))
    title = "INDIKATOR KINERJA INDIVIDU"
    return f"{title}\n\n1. Jabatan  : {f.jabatan}\n2. Tugas : {f.tugas}\n3. Fungsi : \n{items}"


def wrapped(text: str) -> str:
    """A cell as a page printed to text has it: one blank after a wrapped line, two after the last."""
    return " \n".join(textwrap.wrap(text, 28)) + "  \n"


def as_wrapped(f: IkiForm) -> str:
    titles = (
        "SASARAN/ KINERJA \nUTAMA",
        "INDIKATOR KINERJA  \nINDIVIDU",
        "PENJELASAN/FORMULASI",
        "SUMBER DATA",
    )
    cells = [(r.sasaran, r.indikator, r.formulasi, r.sumber_data) for r in f.rows]
    body = "\n".join(wrapped(cell) if cell else " \n" for line in cells for cell in line)
    return heads_of(f) + "\n" + "  \n\n".join(titles) + "  \n\n" + body + "\n \n"


def as_tabbed(f: IkiForm) -> str:
    lines = [("SASARAN", "INDIKATOR KINERJA INDIVIDU", "FORMULASI PERHITUNGAN", "SUMBER DATA")]
    lines += [(r.sasaran, r.indikator, r.formulasi, r.sumber_data) for r in f.rows]
    return heads_of(f) + "\n".join("".join(f"\t{cell}\n" for cell in line) for line in lines) + "\n\n"


@pytest.mark.parametrize("shape", [as_wrapped, as_tabbed])
@given(forms=st.lists(form(), min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_random_forms_come_back(tmp_path_factory, shape, forms):
    """Forms written in either shape come back whole, in order, with nothing left over."""
    found, left = read(tmp_path_factory.mktemp("acak"), "".join(shape(f) for f in forms))
    assert [(f.jabatan, f.tugas, f.fungsi) for f in found] == [(f.jabatan, f.tugas, f.fungsi) for f in forms]
    for got, wanted in zip(found, forms, strict=True):
        rows = [(r.sasaran, r.indikator, r.formulasi, r.sumber_data) for r in got.rows]
        assert rows == filled(wanted.rows)
    assert left == ()


PIECES = (
    "JABATAN : {}",
    "TUGAS : {}",
    "FUNGSI :\na. {}",
    "{} ",
    "- {}  ",
    "\tSASARAN\n\tINDIKATOR\n\tFORMULASI\n\tSUMBER DATA\n",
    "\t{}",
    "SASARAN  INDIKATOR KINERJA  FORMULASI  SUMBER DATA  ",
    "Jumlah {}  ",
    "Catatan : {}",
    "LAMPIRAN {}",
    "NO\tSASARAN\tINDIKATOR\tFORMULASI",
    "{}\t{}\tJumlah {}",
    "",
    "\f",
    " ",
    "12",
    "Ditetapkan di {}",
)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25))
@settings(max_examples=150, deadline=None)
def test_no_word_vanishes(tmp_path_factory, pieces):
    """However a text is mixed up, each of its own words stands in a form or among the leftovers."""
    counter = iter(range(10_000))
    lines = [p.replace("{}", "X") for p in pieces]
    lines = ["".join(f"Kata{next(counter)}x" if c == "X" else c for c in line) for line in lines]
    text = "\n".join([*lines, "akhir"])
    forms, left = read(tmp_path_factory.mktemp("campur"), text)
    said = repr(forms) + repr(left)
    total = next(counter)
    assert [n for n in range(total) if f"Kata{n}x" not in said] == []


def with_table(*rows: tuple[str, ...]) -> Document:
    """A Word document of one form, its last part a table of these rows, and a closing remark."""
    heads = ("INDIKATOR KINERJA INDIVIDU", "JABATAN : CAMAT", "TUGAS : Memimpin", "FUNGSI :", "a. melapor")
    return Document("x.docx", (*map(Paragraph, heads), DocumentTable(rows), Paragraph("Harap maklum")))


@pytest.mark.parametrize(
    "rows",
    [
        [("1", "Mutu", "Jumlah laporan", "Dinas"), ("2", "Tertib", "", "")],
        [("NO", "RENCANA HASIL KERJA", "INDIKATOR"), ("1", "Mutu", "Jumlah laporan")],
        [("Uraian", "Catatan"), ("", "penting")],
    ],
    ids=["no titles", "foreign titles", "two columns"],
)
def test_a_table_without_a_known_head_is_left_over_row_by_row(rows):
    """Such a table never flows into the fungsi above it: each row is a leftover, cells set apart."""
    (form,), left = read_iki_forms(with_table(*rows))
    assert form == IkiForm("CAMAT", "Memimpin", ("melapor",))
    assert [s.text for s in left] == [*(" | ".join(filter(None, row)) for row in rows), "Harap maklum"]


def test_sasaran_and_indikator_alone_make_a_head():
    """Two known titles are enough in a table; cells of the columns beside them are leftovers."""
    rows = [("SASARAN", "INDIKATOR KINERJA", "TARGET"), ("Mutu", "Jumlah laporan", "12")]
    (form,), left = read_iki_forms(with_table(*rows))
    assert (form.fungsi, form.rows) == (("melapor",), (IkiRow("Mutu", "Jumlah laporan"),))
    assert [s.text for s in left] == ["12", "Harap maklum"]


def test_a_column_named_twice_counts_once():
    """The first column of a name is read; title and cells of the second are leftovers."""
    titles = ("NO", "SASARAN", "KINERJA UTAMA", "INDIKATOR", "SUMBER DATA")
    (form,), left = read_iki_forms(with_table(titles, ("1", "Mutu", "Ku", "Jumlah dokumen", "Dinas")))
    assert form.rows == (IkiRow("Mutu", "Jumlah dokumen", sumber_data="Dinas"),)
    assert [s.text for s in left] == ["KINERJA UTAMA", "Ku", "Harap maklum"]


def test_a_number_alone_is_text_where_there_are_no_pages():
    """A Word document gives no page numbers: a line that is only a number stays in its tugas."""
    lines = ("JABATAN : CAMAT", "TUGAS : Memimpin", "2022", "FUNGSI :", "a. melapor")
    (form,), left = read_iki_forms(Document("x.docx", tuple(map(Paragraph, lines))))
    assert (form.tugas.split(), form.fungsi, left) == (["Memimpin", "2022"], ("melapor",), ())


def test_a_jabatan_only_named_before_the_first_form_is_left_over():
    """Who signs an agreement is no form of its own; a last form that is cut off stays one."""
    lines = ("Nama : Budi", "Jabatan : Kepala Dinas", "selanjutnya pihak pertama")
    forms = ("JABATAN : CAMAT", "TUGAS : Memimpin", "JABATAN : SEKRETARIS")
    found, left = read_iki_forms(Document("x.docx", tuple(map(Paragraph, lines + forms))))
    assert [f.jabatan for f in found] == ["CAMAT", "SEKRETARIS"]
    assert [s.text for s in left] == ["Nama : Budi", "JABATAN : Kepala Dinas", "selanjutnya pihak pertama"]


def test_heads_and_feet_of_a_word_document_are_left_over(tmp_path):
    """What stands outside the body is no form's, and is told once."""
    from docx import Document

    from iki_xl.importer.read.docx import read_docx

    document = Document()
    document.sections[0].header.paragraphs[0].text = "KOP DINAS"
    document.sections[0].footer.paragraphs[0].text = "=HYPERLINK(1)"
    document.add_paragraph("JABATAN : Sekretaris")
    document.add_paragraph("TUGAS : membantu Kepala")
    path = tmp_path / "a.docx"
    document.save(path)
    forms, left = read_iki_forms(read_docx(path))
    assert [form.jabatan for form in forms] == ["Sekretaris"]
    assert [item.text.rpartition(": ")[2] for item in left] == ["KOP DINAS", "=HYPERLINK(1)"]
