"""pandera's verdict on a frame, as plain records. The only module that knows pandera's error format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd
    import pandera.pandas as pa


@dataclass(frozen=True, slots=True)
class FailureCase:
    """One failed check: the frame's index label, the column, and the check's name."""

    rows: Hashable
    column: str
    check: str


def find_failures(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> tuple[FailureCase, ...]:
    """Validate the frame once, lazily; return every failed check once, in frame order.

    Every check of the schema must have a name. Failures without an index (a missing column, a
    check that raised) are faults of the program, not of the data, and are raised.
    """
    import pandas as pd
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as exc:
        cases = exc.failure_cases
        if cases["index"].isna().any():
            raise
        columns = zip(cases["index"], cases["column"], cases["check"], strict=True)
        found = dict.fromkeys(FailureCase(label, str(column), str(check)) for label, column, check in columns)
        labels = pd.Index([failure.rows for failure in found])
        places = dict(zip(found, frame.index.get_indexer(labels), strict=True))
        return tuple(sorted(found, key=places.__getitem__))
    return ()
