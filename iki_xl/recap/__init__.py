"""The recap: accepted rows, measures and findings become the workbook that the leader reads."""

from iki_xl.recap.susun import IsiRekap
from iki_xl.recap.waktu import zona_setempat
from iki_xl.recap.writer import rekap_xlsx

__all__ = ["IsiRekap", "rekap_xlsx", "zona_setempat"]
