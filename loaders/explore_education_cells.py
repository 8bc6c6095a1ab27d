"""Cells of the department's tables: numbers, and symbols that are statuses, never noughts."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from loaders.csv_table import refuse

# The symbols of the government's statisticians (dfe-published-data-qa: z not applicable, x not available, c suppressed,
# low rounds to nought but is not nought; ~ and : are the older ones). “u” and “k” stand in published files without being
# listed there: u in place of a council's whole return that is not reliable, k in place of rates under 0.05.
SYMBOLS: Mapping[str, str] = {
    "": "missing", "z": "missing", "x": "missing", ":": "missing", "c": "suppressed", "u": "low_reliability",
    "low": "rounded", "k": "rounded", "~": "rounded",
}  # fmt: skip
# What a count that rounds to nought stands for: data/suppression.toml, the rule dfe_rounded_to_nought.
ROUNDED_TO_NOUGHT = (0.0, 5.0)
_NUMBER = r"-?\d+(?:\.\d+)?"


def cells(
    table: pd.DataFrame, column: str, name: str, most: float = float("inf"), symbols: Mapping[str, str] = SYMBOLS
) -> pd.DataFrame:
    """The column as ``number`` (NaN under a symbol, 0 under one that rounds to nought) and ``status``.

    Raises SourceChanged naming the rows of a symbol that is not among ``symbols``, of a number below nought and of one
    over ``most``.
    """
    text = table[column]
    plain = text.str.fullmatch(_NUMBER).to_numpy(dtype=bool)
    refuse(table, pd.Series(~plain & ~text.isin(list(symbols)).to_numpy()), column, "a symbol that is not known", name,
           "This loader must be told first what it means.")  # fmt: skip
    status = text.map(dict(symbols)).where(~plain, "observed")
    number = pd.to_numeric(text.where(plain), errors="coerce").astype(float).mask(status == "rounded", 0.0)
    refuse(table, number < 0, column, "numbers below nought", name)
    refuse(table, number > most, column, f"numbers over {most:g}", name)
    return pd.DataFrame({"number": number, "status": status})
