"""The few parts of a .docx that hold its text, taken out of the zip within limits.

The directory of a zip is written by whoever made the file. Parts are inflated in small pieces and counted,
and only what is needed is handed on: pictures, headers, comments and broken links to them are left behind.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from iki_xl.comparable import visible
from iki_xl.importer.kinds import rusak, tidak_dapat, tidak_terbaca

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BAGIAN_TERBESAR = 96 << 20  # a decree of 500 pages has about 30 MB
_POTONG = 1 << 18
_LUAR = re.compile(r"word/(?:header|footer|footnotes|endnotes|comments)[0-9]*\.xml")
_LUAR_TERBESAR = 8 << 20
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TIPE_ISI = "[Content_Types].xml"
_HUBUNGAN_AKAR = "_rels/.rels"
_HUBUNGAN_DIPAKAI = ("/officeDocument", "/styles", "/numbering")
# Documents with macros, templates and the strict kind differ from a .docx in these names only.
_UTAMA = b"openxmlformats-officedocument.wordprocessingml.document.main+xml"
_KETAT, _BIASA = b"http://purl.oclc.org/ooxml/", b"http://schemas.openxmlformats.org/"
_NAMA_LAIN = (
    (b"ms-word.document.macroEnabled.main+xml", _UTAMA),
    (b"ms-word.template.macroEnabledTemplate.main+xml", _UTAMA),
    (b"openxmlformats-officedocument.wordprocessingml.template.main+xml", _UTAMA),
    (_KETAT + b"wordprocessingml/main", _BIASA + b"wordprocessingml/2006/main"),
    (_KETAT + b"officeDocument/relationships", _BIASA + b"officeDocument/2006/relationships"),
    (_KETAT + b"officeDocument/math", _BIASA + b"officeDocument/2006/math"),
)
RUSAK = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    ParseError,
    RuntimeError,
    ValueError,
)


class _TerlaluBesarError(Exception):
    """The parts are over the limit once inflated."""


def salin(path: Path) -> io.BytesIO:
    """Return a small .docx, as python-docx opens it, with the text, styles and numbering of the document.

    Raises:
        DocumentError: the zip is damaged, or too large once inflated.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _salinan(archive)
    except _TerlaluBesarError as exc:
        raise tidak_dapat(path, "isinya terlalu besar setelah dibuka: bagi menjadi beberapa dokumen") from exc
    except OSError as exc:
        raise tidak_terbaca(path, exc) from exc
    except RUSAK as exc:
        raise rusak(path) from exc


def teks_luar(path: Path) -> tuple[str, ...]:
    """Return the texts outside a .docx's body, each once: heads and feet of pages, notes, comments.

    Raises:
        DocumentError: a part is damaged, or too large once inflated.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [name for name in archive.namelist() if _LUAR.fullmatch(name)]
            contents = [_baca(archive, name, _LUAR_TERBESAR) for name in parts]
            return tuple(dict.fromkeys(text for content in contents for text in _alinea(content)))
    except _TerlaluBesarError as exc:
        raise tidak_dapat(path, "isinya terlalu besar setelah dibuka: bagi menjadi beberapa dokumen") from exc
    except OSError as exc:
        raise tidak_terbaca(path, exc) from exc
    except RUSAK as exc:
        raise rusak(path) from exc


def _alinea(content: bytes) -> Iterator[str]:
    from defusedxml.ElementTree import fromstring

    for paragraph in fromstring(content).iter(f"{_W}p"):
        text = " ".join(visible("".join(part.text or "" for part in paragraph.iter(f"{_W}t"))).split())
        if text:
            yield text


def _salinan(archive: zipfile.ZipFile) -> io.BytesIO:
    result = io.BytesIO()
    left = _BAGIAN_TERBESAR
    roots, targets = _hubungan(archive, _HUBUNGAN_AKAR)
    with zipfile.ZipFile(result, "w") as copy:
        copy.writestr(_HUBUNGAN_AKAR, roots)
        for main in targets:
            folder, name = posixpath.split(main)
            links = posixpath.join(folder, "_rels", f"{name}.rels")
            parts = [_TIPE_ISI, main]
            if links in archive.namelist():
                kept, others = _hubungan(archive, links, folder)
                copy.writestr(links, kept)
                parts += others
            for part in dict.fromkeys(parts):
                content = _baca(archive, part, left)
                left -= len(content)
                copy.writestr(part, content)
    result.seek(0)
    return result


def _hubungan(archive: zipfile.ZipFile, name: str, folder: str = "") -> tuple[bytes, list[str]]:
    """Return the links that are needed, and the parts of the package they lead to."""
    from xml.etree.ElementTree import tostring  # only writes; what is read goes through defusedxml

    from defusedxml.ElementTree import fromstring

    root = fromstring(_baca(archive, name, _BAGIAN_TERBESAR))
    targets = []
    for link in list(root):
        needed = link.get("Type", "").endswith(_HUBUNGAN_DIPAKAI) and link.get("TargetMode") != "External"
        part = posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
        if needed and part in archive.namelist():
            targets.append(part)
        else:
            root.remove(link)
    return tostring(root), targets


def _baca(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    content = io.BytesIO()
    with archive.open(name) as part:
        while piece := part.read(_POTONG):
            content.write(piece)
            if content.tell() > most:
                raise _TerlaluBesarError
    text = content.getvalue()
    for other, usual in _NAMA_LAIN:
        text = text.replace(other, usual)
    return text
