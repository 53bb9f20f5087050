"""The few parts of a .docx that hold its text, taken out of the zip within limits.

The directory of a zip is written by whoever made the file. Parts are inflated in small pieces and counted,
and only what is needed is handed on: pictures, headers, comments and broken links to them are left behind.
"""

from __future__ import annotations

import contextlib
import io
import posixpath
import re
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from iki_xl.comparable import visible
from iki_xl.importer.read.kinds import build_damage_error, build_import_error, build_reading_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LARGEST_PART = 96 << 20  # a decree of 500 pages has about 30 MB
_PIECE = 1 << 18
_OUTSIDE_PARTS = re.compile(r"word/(?:header|footer|footnotes|endnotes|comments)[0-9]*\.xml")
_LARGEST_OUTSIDE_PART = 8 << 20
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CONTENT_TYPES = "[Content_Types].xml"
_ROOT_LINKS = "_rels/.rels"
_USED_LINKS = ("/officeDocument", "/styles", "/numbering")
# Documents with macros, templates and the strict kind differ from a .docx in these names only.
_MAIN_TYPE = b"openxmlformats-officedocument.wordprocessingml.document.main+xml"
_STRICT, _USUAL = b"http://purl.oclc.org/ooxml/", b"http://schemas.openxmlformats.org/"
_OTHER_NAMES = (
    (b"ms-word.document.macroEnabled.main+xml", _MAIN_TYPE),
    (b"ms-word.template.macroEnabledTemplate.main+xml", _MAIN_TYPE),
    (b"openxmlformats-officedocument.wordprocessingml.template.main+xml", _MAIN_TYPE),
    (_STRICT + b"wordprocessingml/main", _USUAL + b"wordprocessingml/2006/main"),
    (_STRICT + b"officeDocument/relationships", _USUAL + b"officeDocument/2006/relationships"),
    (_STRICT + b"officeDocument/math", _USUAL + b"officeDocument/2006/math"),
)
BROKEN_PACKAGE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    ParseError,
    RuntimeError,
    ValueError,
)


class _TooLargeError(Exception):
    """The parts are over the limit once inflated."""


@contextlib.contextmanager
def _open_package(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a .docx; whatever goes wrong while it is open is told as what it means for the person."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _TooLargeError as exc:
        raise build_import_error(
            path, "isinya terlalu besar setelah dibuka: bagi menjadi beberapa dokumen"
        ) from exc
    except OSError as exc:
        raise build_reading_error(path, exc) from exc
    except BROKEN_PACKAGE_ERRORS as exc:
        raise build_damage_error(path) from exc


def copy_text_parts(path: Path) -> io.BytesIO:
    """Return a small .docx, as python-docx opens it, with the text, styles and numbering of the document.

    Raises:
        DocumentError: the zip is damaged, or too large once inflated.
    """
    with _open_package(path) as archive:
        return _copy_package(archive)


def read_outside_texts(path: Path) -> tuple[str, ...]:
    """Return the texts outside a .docx's body, each once: heads and feet of pages, notes, comments.

    Raises:
        DocumentError: a part is damaged, or too large once inflated.
    """
    with _open_package(path) as archive:
        parts = [name for name in archive.namelist() if _OUTSIDE_PARTS.fullmatch(name)]
        contents = [_read_limited_part(archive, name, _LARGEST_OUTSIDE_PART) for name in parts]
        return tuple(dict.fromkeys(text for content in contents for text in _read_xml_paragraphs(content)))


def _read_xml_paragraphs(content: bytes) -> Iterator[str]:
    from defusedxml.ElementTree import fromstring

    for paragraph in fromstring(content).iter(f"{_W}p"):
        text = " ".join(visible("".join(part.text or "" for part in paragraph.iter(f"{_W}t"))).split())
        if text:
            yield text


def _copy_package(archive: zipfile.ZipFile) -> io.BytesIO:
    result = io.BytesIO()
    left = _LARGEST_PART
    roots, targets = _read_links(archive, _ROOT_LINKS)
    with zipfile.ZipFile(result, "w") as copy:
        copy.writestr(_ROOT_LINKS, roots)
        for main in targets:
            folder, name = posixpath.split(main)
            links = posixpath.join(folder, "_rels", f"{name}.rels")
            parts = [_CONTENT_TYPES, main]
            if links in archive.namelist():
                kept, others = _read_links(archive, links, folder)
                copy.writestr(links, kept)
                parts += others
            for part in dict.fromkeys(parts):
                content = _read_limited_part(archive, part, left)
                left -= len(content)
                copy.writestr(part, content)
    result.seek(0)
    return result


def _read_links(archive: zipfile.ZipFile, name: str, folder: str = "") -> tuple[bytes, list[str]]:
    """Return the links that are needed, and the parts of the package they lead to."""
    from xml.etree.ElementTree import tostring  # only writes; what is read goes through defusedxml

    from defusedxml.ElementTree import fromstring

    root = fromstring(_read_limited_part(archive, name, _LARGEST_PART))
    targets = []
    for link in list(root):
        needed = link.get("Type", "").endswith(_USED_LINKS) and link.get("TargetMode") != "External"
        part = posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
        if needed and part in archive.namelist():
            targets.append(part)
        else:
            root.remove(link)
    return tostring(root), targets


def _read_limited_part(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    content = io.BytesIO()
    with archive.open(name) as part:
        while piece := part.read(_PIECE):
            content.write(piece)
            if content.tell() > most:
                raise _TooLargeError
    text = content.getvalue()
    for other, usual in _OTHER_NAMES:
        text = text.replace(other, usual)
    return text
