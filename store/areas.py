"""The area tables, made from the lookups: small areas, wards, councils, police forces, countries."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from store.errors import SourceChanged
from store.lookups import FORCES_WITHOUT_COUNCILS, Lookups, force_name
from store.stable_areas import stable_areas

COUNTRIES = {"E": ("E92000001", "England"), "W": ("W92000004", "Wales")}
STABLE_EDITION = "2011-2021"
WARD_EDITION = "2024"


def _country(codes: pd.Series) -> pd.Series:
    return codes.str[0].map({letter: name for letter, (_, name) in COUNTRIES.items()})


@lru_cache(maxsize=2)
def area_rows(lookups: Lookups) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All areas and their memberships.

    Returns ``areas`` (``kind, code, edition, name, country, comparable``, in the order of their ids) and ``members``
    (``parent_kind, parent_code, parent_edition, member_kind, member_code, member_edition, relation, fit, share,
    basis``). A stable area's ward and council are those in which most of its 2021 residents live. Nobody changes the
    frames: they are kept for who asks next.
    """
    published = stable_areas(lookups.exact_fit)
    stable = published.drop_duplicates("stable")[["stable", "stable_name", "comparable"]]
    councils = lookups.wards.drop_duplicates("council")
    wards = lookups.wards.drop_duplicates("ward")
    counties = lookups.counties.drop_duplicates("county_code")
    forces = sorted({*lookups.forces["police_force"], *FORCES_WITHOUT_COUNCILS})
    parts = [
        pd.DataFrame({"kind": "country", "code": [c for c, _ in COUNTRIES.values()], "edition": "",
                      "name": [n for _, n in COUNTRIES.values()], "country": [n for _, n in COUNTRIES.values()]}),
        pd.DataFrame({"kind": "police_force", "code": forces, "edition": "", "name": [force_name(f) for f in forces]}),
        pd.DataFrame({"kind": "council", "code": councils["council"], "edition": WARD_EDITION,
                      "name": councils["council_name"], "country": _country(councils["council"])}),
        pd.DataFrame({"kind": "council", "code": counties["county_code"], "edition": WARD_EDITION,
                      "name": counties["county_name"], "country": _country(counties["county_code"])}),
        pd.DataFrame({"kind": "ward", "code": wards["ward"], "edition": WARD_EDITION, "name": wards["ward_name"],
                      "country": _country(wards["ward"])}),
        pd.DataFrame({"kind": "stable", "code": stable["stable"], "edition": STABLE_EDITION,
                      "name": stable["stable_name"], "country": _country(stable["stable"]),
                      "comparable": stable["comparable"]}),
        pd.DataFrame({"kind": "lsoa", "code": published["published"], "edition": published["edition"],
                      "name": published["name"], "country": _country(published["published"]),
                      "comparable": published["comparable"]}),
    ]  # fmt: skip
    areas = pd.concat([part.sort_values(["code", "edition"]) for part in parts], ignore_index=True)
    areas["comparable"] = areas["comparable"].fillna(True).astype(bool)
    return areas, _members(lookups, published)


def _members(lookups: Lookups, published: pd.DataFrame) -> pd.DataFrame:
    contains = pd.DataFrame({
        "parent_kind": "stable", "parent_code": published["stable"], "parent_edition": STABLE_EDITION,
        "member_kind": "lsoa", "member_code": published["published"], "member_edition": published["edition"],
        "relation": "contains", "fit": "exact", "share": 1.0, "basis": "ONS exact-fit lookup",
    })  # fmt: skip
    new = published[published["edition"] == "2021"].rename(columns={"published": "lsoa21"})[["lsoa21", "stable"]]
    placed = new.merge(lookups.wards, on="lsoa21", how="left").merge(lookups.residents, on="lsoa21", how="left")
    if placed["council"].isna().any():
        raise SourceChanged(
            f"{placed['lsoa21'][placed['council'].isna()].iloc[0]} has no ward and council in the best-fit lookup",
            column="LSOA21CD",
            do="Import a best-fit lookup that covers all of England and Wales.",
        )
    forces = dict(zip(lookups.forces["council_code"], lookups.forces["police_force"], strict=True))
    placed["police_force"] = placed["council"].map(forces)
    if placed["police_force"].isna().any():
        council = placed["council_name"][placed["police_force"].isna()].iloc[0]
        raise SourceChanged(
            f"No police force is known for the council {council}",
            file="council_to_police_force.csv",
            do="Add a line for it.",
        )
    placed["residents"] = placed["residents"].fillna(1.0)
    parts = [contains]
    for kind in ("ward", "council", "police_force"):
        parts.append(_best_fit(placed, kind))
    county = dict(zip(lookups.counties["council_code"], lookups.counties["county_code"], strict=True))
    inside = parts[2][parts[2]["parent_code"].isin(county.keys())]
    parts.append(inside.assign(parent_code=inside["parent_code"].map(county), relation="in_county"))
    return pd.concat(parts, ignore_index=True)


def _best_fit(placed: pd.DataFrame, kind: str) -> pd.DataFrame:
    inside = pd.DataFrame(placed.groupby(["stable", kind], as_index=False)["residents"].sum())
    inside = inside.assign(share=inside["residents"] / inside.groupby("stable")["residents"].transform("sum"))
    # Ties go to the smaller code, so that the same lookup always gives the same place.
    best = inside.sort_values(["stable", "share", kind], ascending=[True, False, True]).drop_duplicates("stable")
    return pd.DataFrame({
        "parent_kind": kind, "parent_code": best[kind], "parent_edition": "" if kind == "police_force" else WARD_EDITION,
        "member_kind": "stable", "member_code": best["stable"], "member_edition": STABLE_EDITION,
        "relation": f"in_{kind}", "fit": "best_fit", "share": best["share"],
        "basis": "ONS best-fit lookup 2024, residents mid-2021",
    })  # fmt: skip
