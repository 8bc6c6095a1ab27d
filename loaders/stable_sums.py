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


def over_whole_country(sums: pd.DataFrame, context: Context, by: str) -> pd.DataFrame:
    """``sums`` (``code, *by*, …``) with a row for every stable area of each country and ``by`` met, NaN where nothing
    whole was published.

    A period reported for a country means zero wherever a row is absent, so what is not known has to be said.
    """
    everywhere = pd.Series(sorted(set(context.placement.stable.values())), name="code")
    met = sums.assign(letter=sums["code"].str[0])[["letter", by]].drop_duplicates()
    grid = pd.DataFrame({"code": everywhere, "letter": everywhere.str[0]}).merge(met, on="letter")
    return grid[["code", by]].merge(sums, on=["code", by], how="left")


def not_known(observations: pd.DataFrame, name: str, column: str) -> tuple[Problem, ...]:
    """A warning that some stable areas of ``observations`` stand as missing in some period; none if none."""
    unknown = observations[(observations["status"] == "missing") & (observations["area_kind"] == "stable")]
    if unknown.empty:
        return ()
    areas = unknown["area_code"].nunique()
    return (
        Problem(
            "warning", name, column, (),
            f"{areas:,} small areas of the same country have no whole figure in some period of the file",
            "They stand as not known in those periods. Import all areas of a country together: a newer file of a period "
            "takes the place of an older one.",
        ),
    )  # fmt: skip


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
