"""The two lookups of the Open Geography portal, as the project holds them: exact fit, and best fit to wards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from loaders.csv_table import AGAIN, need, refuse
from loaders.reading import LookupFile
from store.areas import area_rows
from store.errors import SourceChanged
from store.lookups import EXACT_FIT, WARDS_AND_COUNCILS, Lookups
from store.stable_areas import CHANGES, one_meaning, stable_areas

EXACT_COLUMNS = {
    "LSOA11CD": "lsoa11", "LSOA11NM": "lsoa11_name", "LSOA21CD": "lsoa21", "LSOA21NM": "lsoa21_name",
    "CHGIND": "change",
}  # fmt: skip
_WARD = re.compile(r"WD(\d\d)CD")


def kind_of(headings: Sequence[str]) -> str:
    """Which lookup has these headings: ``exact fit``, ``wards``, or the empty string for neither.

    A heading or two may have changed: the reader then says which, rather than that the file is of no kind.
    """
    if "CHGIND" in headings or {"LSOA11CD", "LSOA21CD"} <= set(headings):
        return "exact fit"
    return "wards" if any(_WARD.fullmatch(heading) for heading in headings) else ""


def exact_fit(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The exact-fit lookup in the project's columns, checked row by row and for stable areas that can be made of it."""
    need(table, EXACT_COLUMNS, name, {})
    for column in ("LSOA11CD", "LSOA21CD"):
        refuse(
            table, ~table[column].str.fullmatch(r"[EW]01\d{6}"), column, "something that is not a small-area code", name
        )
    refuse(table, ~table["CHGIND"].isin(CHANGES), "CHGIND", f"a change other than {', '.join(CHANGES)}", name)
    refuse(table, table.duplicated(["LSOA11CD", "LSOA21CD"]), "LSOA21CD", "a link twice", name)
    frame = table[list(EXACT_COLUMNS)].rename(columns=EXACT_COLUMNS)
    frame = frame.sort_values(["lsoa11", "lsoa21"], ignore_index=True)
    try:
        one_meaning(stable_areas(frame))
    except SourceChanged as error:
        raise SourceChanged(error.message, file=name, column=error.column, do=error.do) from error
    return frame


def wards(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, str]:
    """The best-fit lookup in the project's columns, and its year (``2024``)."""
    year = next(found[1] for heading in table.columns if (found := _WARD.fullmatch(heading)))
    columns = {
        "LSOA21CD": "lsoa21", f"WD{year}CD": "ward", f"WD{year}NM": "ward_name", f"LAD{year}CD": "council",
        f"LAD{year}NM": "council_name",
    }  # fmt: skip
    need(table, columns, name, {})
    for column, pattern in (
        ("LSOA21CD", r"[EW]01\d{6}"), (f"WD{year}CD", r"[EW]05\d{6}"), (f"LAD{year}CD", r"[EW]0[6-9]\d{6}"),
    ):  # fmt: skip
        refuse(table, ~table[column].str.fullmatch(pattern), column, "something that is not a code of its kind", name)
    refuse(table, table["LSOA21CD"].duplicated(), "LSOA21CD", "an area twice", name)
    frame = table[list(columns)].rename(columns=columns).sort_values("lsoa21", ignore_index=True)
    return frame, f"20{year}"


def _not_fewer(new: pd.Series, held: pd.Series, name: str, column: str) -> None:
    if new.nunique() < held.nunique():
        raise SourceChanged(
            f"The lookup has {new.nunique():,} small areas where the one in use has {held.nunique():,}",
            file=name, column=column, do="Fetch it again, whole: a lookup of part of the country cannot be used.",
        )  # fmt: skip


def check_against(
    lookups: Lookups, exact: tuple[str, pd.DataFrame] | None, best: tuple[str, pd.DataFrame] | None
) -> None:
    """Raise SourceChanged unless the new lookups, (name, frame) each, are whole and fit one another and the rest."""
    known = lookups.exact_fit if exact is None else exact[1]
    if exact is not None:
        _not_fewer(known["lsoa11"], lookups.exact_fit["lsoa11"], exact[0], "LSOA11CD")
        _not_fewer(known["lsoa21"], lookups.exact_fit["lsoa21"], exact[0], "LSOA21CD")
    if best is not None:
        name, frame = best
        _not_fewer(frame["lsoa21"], lookups.wards["lsoa21"], name, "LSOA21CD")
        strange = frame["lsoa21"][~frame["lsoa21"].isin(known["lsoa21"])]
        if len(strange):
            raise SourceChanged(
                f"{len(strange):,} small areas are in no exact-fit lookup, such as {strange.iloc[0]}",
                file=name, column="LSOA21CD", do="Import the exact-fit lookup of the same edition with it.",
            )  # fmt: skip
    # Whatever the area tables would stumble over later has to be said now, before a lookup is put in place.
    try:
        area_rows(replace(lookups, exact_fit=known, wards=lookups.wards if best is None else best[1]))
    except SourceChanged as error:
        name = (best or exact or ("", None))[0]
        raise SourceChanged(
            error.message, file=error.file or name, column=error.column, do=error.do or AGAIN
        ) from error


def lookup_file(
    kind: str, frame: pd.DataFrame, names: Sequence[str], hashes: Sequence[str], edition: str
) -> LookupFile:
    """The lookup as it goes into the data folder, with the publisher's file it came from."""
    name = EXACT_FIT if kind == "exact fit" else WARDS_AND_COUNCILS
    sha256 = hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    said: dict[str, str | int] = {
        "file": name, "publisher_file": names[0] + (f" and {len(names) - 1} more pages" if len(names) > 1 else ""),
        "sha256": sha256, "edition": edition, "rows": len(frame),
    }  # fmt: skip
    return LookupFile(name, frame, said)
