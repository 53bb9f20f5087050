"""The recap: accepted rows, measures and findings become the workbook that the leader reads."""

from iki_xl.recap.content import RecapContent
from iki_xl.recap.moments import find_local_zone
from iki_xl.recap.writer import rekap_xlsx

__all__ = ["RecapContent", "find_local_zone", "rekap_xlsx"]
