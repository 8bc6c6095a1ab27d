"""From published small areas to stable ones: exact sums over all parts of one edition, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from loaders.reading import Context, Problem
from store.lookups import Lookups
from store.stable_areas import stable_areas


def parts_of(lookups: Lookups) -> pd.DataFrame:
    """Every published code: ``code, edition ("2011", "2021"), stable, parts`` (how many its stable area has)."""
    parts = stable_areas(lookups.exact_fit).rename(columns={"published": "code"})[["code", "edition", "stable"]]
    return parts.assign(parts=parts.groupby(["stable", "edition"])["code"].transform("count"))


def sum_over_parts(
    rows: pd.DataFrame, parts: pd.DataFrame, by: Sequence[str], values: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sums of ``values`` on stable areas, and the areas that could not be summed.

    ``rows`` holds ``code``, the keys ``by`` and ``values``, one row a code and key; a row whose first value is NaN
    counts as absent. Returns (``stable, *by, *values``, sorted) for areas of which one edition is whole, that of 2011
    where both are, and (``stable, *by``) for areas of which some part was given but no edition is whole.
    """
    given = rows.merge(parts, on="code")
    key = ["stable", *by]
    there = given[given[values[0]].notna()]
    sums = there.groupby([*key, "edition"], as_index=False).agg(
        **{value: (value, "sum") for value in values}, found=("code", "count"), parts=("parts", "first")
    )
    whole = sums[sums["found"] == sums["parts"]].sort_values([*key, "edition"]).drop_duplicates(key)
    asked = given[key].drop_duplicates()
    left = asked.merge(whole[key], on=key, how="left", indicator=True)
    return (
        whole[[*key, *values]].reset_index(drop=True),
        left[left["_merge"] == "left_only"][key].sort_values(key, ignore_index=True),
    )


def incomplete(name: str, column: str, areas: pd.Series, what: str) -> tuple[Problem, ...]:
    """A warning that these stable areas got no ``what``, some of their parts not being in the file; none if none."""
    codes = sorted(set(areas))
    if not codes:
        return ()
    return (
        Problem(
            "warning", name, column, (),
            f"{len(codes):,} small areas get no {what}, parts of them not being in the file: {', '.join(codes[:3])}"
            + (" and others" if len(codes) > 3 else ""),
            "Import a file that covers them whole, if you need them.",
        ),
    )  # fmt: skip


def unknown_codes(name: str, column: str, codes: pd.Series, context: Context, do: str) -> tuple[Problem, ...]:
    """The problem that rows with these codes, known to no lookup, amount to; an error unless so many were accepted."""
    if codes.empty:
        return ()
    accepted = len(codes) <= context.accept_refused
    return (
        Problem(
            "warning" if accepted else "error", name, column, tuple(int(row) for row in codes.index[:20]),
            f"{len(codes):,} rows have an area code that no lookup knows, such as {codes.iloc[0]}",
            f"{do} Or repeat with --accept-refused {len(codes)} to leave these rows out.",
        ),
    )  # fmt: skip
