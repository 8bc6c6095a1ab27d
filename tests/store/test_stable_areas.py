"""Stable areas of the shipped lookup, and what the code refuses."""

from __future__ import annotations

import pandas as pd
import pytest

from store.errors import SourceChanged
from store.folder import SHIPPED
from store.lookups import read_lookups
from store.stable_areas import one_meaning, stable_areas


@pytest.fixture(scope="module")
def exact_fit() -> pd.DataFrame:
    return read_lookups(SHIPPED / "lookups").exact_fit


@pytest.fixture(scope="module")
def areas(exact_fit: pd.DataFrame) -> pd.DataFrame:
    return stable_areas(exact_fit)


def small(*links: tuple[str, str, str]) -> pd.DataFrame:
    rows = [(old, f"Old {old}", new, f"New {new}", change) for old, new, change in links]
    return pd.DataFrame(rows, columns=["lsoa11", "lsoa11_name", "lsoa21", "lsoa21_name", "change"])


def test_england_and_wales_hold_34630_stable_areas_of_four_kinds(areas: pd.DataFrame) -> None:
    stable = areas.drop_duplicates("stable").set_index("stable")
    assert len(stable) == 34_630
    parts = areas.groupby(["stable", "edition"]).size().unstack()
    whole = stable["comparable"].reindex(parts.index)
    assert int((whole & (parts["2011"] == 1) & (parts["2021"] == 1)).sum()) == 33_647
    assert int((whole & (parts["2011"] == 1) & (parts["2021"] > 1)).sum()) == 861
    assert int((whole & (parts["2011"] > 1) & (parts["2021"] == 1)).sum()) == 119
    assert int((~stable["comparable"]).sum()) == 3


def test_every_area_is_named_by_the_rule_of_its_kind(areas: pd.DataFrame) -> None:
    codes = areas.groupby(["stable", "edition"])["published"].agg(set).unstack()
    comparable = areas.drop_duplicates("stable").set_index("stable")["comparable"]
    for stable, old, new in codes.itertuples():
        if not comparable[stable]:
            assert stable == min(old)
        elif len(new) > 1:
            assert {stable} == old
        elif len(old) > 1:
            assert {stable} == new
        else:
            assert {stable} == old == new


def test_no_published_code_means_two_things(areas: pd.DataFrame) -> None:
    assert areas.groupby("published")["stable"].nunique().max() == 1
    assert len(one_meaning(areas)) == areas["published"].nunique()


def test_repeated_labelling_finds_the_same_components(exact_fit: pd.DataFrame, areas: pd.DataFrame) -> None:
    # A second way to the components: every link takes the smaller label of its two ends until nothing moves.
    label = {code: code for code in [*("11" + exact_fit["lsoa11"]), *("21" + exact_fit["lsoa21"])]}
    links = list(zip("11" + exact_fit["lsoa11"], "21" + exact_fit["lsoa21"], strict=True))
    moved = True
    while moved:
        moved = False
        for one, other in links:
            least = min(label[one], label[other])
            if label[one] != least or label[other] != least:
                label[one] = label[other] = least
                moved = True
    slow: dict[str, set[str]] = {}
    for code, root in label.items():
        slow.setdefault(root, set()).add(code)
    ours: dict[str, set[str]] = {}
    for published, edition, stable in areas[["published", "edition", "stable"]].itertuples(index=False):
        ours.setdefault(stable, set()).add(edition[2:] + published)
    assert {frozenset(codes) for codes in slow.values()} == {frozenset(codes) for codes in ours.values()}


def test_a_split_a_merger_and_an_irregular_change() -> None:
    found = stable_areas(
        small(
            ("E1", "E1", "U"), ("E2", "E8", "S"), ("E2", "E9", "S"), ("E3", "E7", "M"), ("E4", "E7", "M"),
            ("E6", "E11", "X"), ("E5", "E11", "X"), ("E5", "E12", "X"),
        )
    )  # fmt: skip
    assert dict(zip(found["published"], found["stable"], strict=False)) == {
        "E1": "E1", "E2": "E2", "E8": "E2", "E9": "E2", "E3": "E7", "E4": "E7", "E7": "E7",
        "E5": "E5", "E6": "E5", "E11": "E5", "E12": "E5",
    }  # fmt: skip
    assert set(found["stable"][~found["comparable"]]) == {"E5"}
    assert set(found["stable_name"][found["stable"] == "E2"]) == {"Old E2"}
    assert set(found["stable_name"][found["stable"] == "E7"]) == {"New E7"}


def test_the_order_of_the_rows_changes_nothing(exact_fit: pd.DataFrame, areas: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(stable_areas(exact_fit.sample(frac=1, random_state=1)), areas)


def test_a_tangle_that_is_not_marked_irregular_is_refused() -> None:
    with pytest.raises(SourceChanged, match="E1, E2 became E8, E9") as error:
        stable_areas(small(("E1", "E8", "S"), ("E1", "E9", "S"), ("E2", "E9", "M")))
    assert error.value.column == "CHGIND"


def test_a_code_with_two_meanings_is_refused() -> None:
    found = stable_areas(small(("E1", "E2", "U"), ("E2", "E3", "U")))
    with pytest.raises(SourceChanged, match="E2 belongs to two stable areas"):
        one_meaning(found)


def test_a_lookup_is_known_by_what_it_holds_and_an_answer_is_the_callers_own(exact_fit: pd.DataFrame) -> None:
    first = stable_areas(exact_fit)
    first["stable"] = ""
    again = stable_areas(exact_fit.copy())
    assert (again["stable"] != "").all()
    changed = exact_fit.copy()
    changed.loc[changed.index[0], "lsoa11_name"] = "Another name"
    assert "Another name" in set(stable_areas(changed)["name"])
