"""Small .xls files made record by record, for what no program writes, or not on purpose."""

from __future__ import annotations

import struct

_SECTOR, _MINI, _MINI_CUTOFF, _END = 512, 64, 4096, 0xFFFFFFFE
_GLOBAL, _WORKSHEET = 0x0005, 0x0010
TEXT, NUMBER, BOOLEAN_OR_ERROR, FORMULA, STRING, PROTECT, FILEPASS = (
    0x0204,
    0x0203,
    0x0205,
    0x0006,
    0x0207,
    0x12,
    0x2F,
)
FORMAT = ("General", "0%", "yyyy\\-mm\\-dd", "hh:mm", "[h]:mm", '0"%"')


def record(number, data=b""):
    return struct.pack("<HH", number, len(data)) + data


def bof(kind):
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))


EOF = record(0x000A)


def number(row, column, value, fmt=0):
    """Return a NUMBER record; `fmt` counts in FORMAT."""
    return record(NUMBER, struct.pack("<HHHd", row, column, fmt, value))


def text(row, column, value):
    return record(TEXT, struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le"))


def boolean(row, column, value, *, error=False):
    return record(BOOLEAN_OR_ERROR, struct.pack("<HHHBB", row, column, 0, value, error))


def formula(row, column, result, fmt=0):
    """Return a FORMULA record: result a float, a text, or (kind, value) as the format has it."""
    if isinstance(result, float):
        cached = struct.pack("<d", result)
    else:
        kind, value = (0, 0) if isinstance(result, str) else result
        cached = struct.pack("<BBBBHH", kind, 0, value, 0, 0, 0xFFFF)
    rest = struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00"
    made = record(FORMULA, struct.pack("<HHH", row, column, fmt) + cached + rest)
    if isinstance(result, str):
        made += record(STRING, struct.pack("<HB", len(result), 1) + result.encode("utf-16-le"))
    return made


def stream(sheets, extra=b"", *, datemode=0, places=None):
    """Return a Workbook stream: {name: records}; `extra` stands among the global records."""
    head = bof(_GLOBAL) + extra + record(0x0022, struct.pack("<H", datemode))
    head += record(0x0031, struct.pack("<HHHHHBBBBBB", 200, 0, 8, 400, 0, 0, 0, 0, 0, 1, 0) + b"A")
    for key, code in enumerate(FORMAT, 164):
        head += record(0x041E, struct.pack("<HHB", key, len(code), 0) + code.encode("ascii"))
    for key in range(164, 164 + len(FORMAT)):
        head += record(0x00E0, struct.pack("<HHHBBBBIIH", 0, key, 1, 0, 0, 0, 0, 0, 0, 0))
    bodies = [bof(_WORKSHEET) + body + EOF for body in sheets.values()]
    names = [name.encode("utf-16-le") for name in sheets]
    at = len(head) + sum(4 + 8 + len(name) for name in names) + len(EOF)
    for index, (name, body) in enumerate(zip(names, bodies, strict=True)):
        place = at if places is None else places[index]
        head += record(0x0085, struct.pack("<IBBBB", place, 0, 0, len(name) // 2, 1) + name)
        at += len(body)
    return head + EOF + b"".join(bodies)


def ole(**streams):
    """Return a compound file with these streams at its top level; short ones stand in the mini stream."""
    short = {name: data for name, data in streams.items() if len(data) < _MINI_CUTOFF}
    mini, mini_fat, starts = b"", [], {}
    for name, data in short.items():
        count = -(-len(data) // _MINI)
        starts[name] = len(mini_fat) if count else _END
        mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), _END] if count else []
        mini += data.ljust(count * _MINI, b"\0")
    table = struct.pack(f"<{len(mini_fat)}I", *mini_fat)
    directory = -(-(len(streams) + 1) // 4)
    blocks = [bytes(directory * _SECTOR), table.ljust(-(-len(table) // _SECTOR) * _SECTOR, b"\xff"), mini]
    blocks += [data for name, data in streams.items() if name not in short]
    pages = [-(-len(block) // _SECTOR) for block in blocks]
    tables = 1
    while tables * 128 < tables + sum(pages):
        tables += 1
    fat, places = [0xFFFFFFFD] * tables, []
    for count in pages:
        places.append(len(fat) if count else _END)
        fat += [*range(len(fat) + 1, len(fat) + count), _END] if count else []
    fat += [0xFFFFFFFF] * (tables * 128 - len(fat))
    starts |= dict(zip([name for name in streams if name not in short], places[3:], strict=True))
    entries = [_entry("Root Entry", 5, places[2], len(mini), 1 if streams else 0xFFFFFFFF)]
    for index, (name, data) in enumerate(streams.items(), 1):
        right = index + 1 if index < len(streams) else 0xFFFFFFFF
        entries.append(_entry(name, 2, starts[name], len(data), 0xFFFFFFFF, right))
    blocks[0] = b"".join(entries).ljust(directory * _SECTOR, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, tables, places[0], 0, _MINI_CUTOFF, places[1], pages[1], _END, 0)
    header += struct.pack("<109I", *range(tables), *[0xFFFFFFFF] * (109 - tables))
    body = b"".join(block.ljust(count * _SECTOR, b"\0") for block, count in zip(blocks, pages, strict=True))
    return header + struct.pack(f"<{len(fat)}I", *fat) + body


def _entry(name, kind, start, size, child=0xFFFFFFFF, right=0xFFFFFFFF):
    data = name.encode("utf-16-le") + b"\0\0"
    place = struct.pack("<HBBIII", len(data), kind, 1, 0xFFFFFFFF, right, child)
    return (data.ljust(64, b"\0") + place).ljust(116, b"\0") + struct.pack("<III", start, size, 0)


def xls(sheets, extra=b"", **options):
    """Return an .xls file: {sheet name: records}."""
    return ole(Workbook=stream(sheets, extra, **options))
