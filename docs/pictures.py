"""`make pictures`: render the README's two pictures from the sample office, with LibreOffice and pdftoppm."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from iki_xl.contoh import make_sample_office

PICTURES = Path(__file__).parent / "gambar"
# Page and visible part (pixels) of each picture at this resolution.
DPI = 110
TEMPLAT = {"page": 2, "x": 20, "y": 40, "W": 1400, "H": 660}
REKAP = {"page": 1, "x": 20, "y": 30, "W": 900, "H": 1240}


def main() -> None:
    """Make a sample office in a temporary folder and render one template and its recap."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_sample_office("dpmd-cianjur", folder, lambda _text: None)
        returned = next((folder / "workbooks").glob("*j17*.xlsx"))
        recap = next((folder / "reports").glob("rekap-*.xlsx"))
        _render_picture(returned, TEMPLAT, PICTURES / "templat.png")
        _render_picture(recap, REKAP, PICTURES / "rekap.png")


def _render_picture(workbook: Path, part: dict[str, int], target: Path) -> None:
    folder = workbook.parent
    office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(office, check=True, capture_output=True)
    page = str(part["page"])
    crop = [word for option in ("x", "y", "W", "H") for word in (f"-{option}", str(part[option]))]
    program = ["pdftoppm", "-png", "-singlefile", "-r", str(DPI), "-f", page, "-l", page, *crop]
    pdf = str(workbook.with_suffix(".pdf"))
    subprocess.run([*program, pdf, str(target.with_suffix(""))], check=True)


if __name__ == "__main__":
    main()
