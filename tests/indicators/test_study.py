"""Questions about real neighbourhoods, answered from the shipped sample."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from indicators.finding import Finding, Question
from indicators.gaps import gap
from indicators.quarters import blocks
from indicators.questions import question_of
from indicators.study import study, study_all
from loaders.importing import import_files
from loaders.sample import read_sample
from store.building import build
from store.contribution import Contribution
from store.database import Store, open_store
from store.errors import BadQuestion
from store.folder import REPOSITORY, SHIPPED, Folder, seed
from store.period import month_number, parse_month, parse_window
from store.place import read_place

# The package offers the function of the same name, so the module is fetched by its full name.
study_module = importlib.import_module("indicators.study")
TODAY = date(2026, 11, 22)
FORCE = "devon-and-cornwall"


def ask(store: Store, area: str, indicator: str, **given: object) -> Question:
    return question_of(store, read_place(SHIPPED / "areas", area), indicator, today=TODAY, **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def burglary(sample_store: Store) -> Finding:
    return study(sample_store, ask(sample_store, "north-stonehouse", "burglary"))


# North Stonehouse, burglary --------------------------------------------------------------------------------------


def test_recorded_burglary_fell_from_78_to_34(burglary: Finding) -> None:
    assert burglary.before is not None
    assert burglary.after is not None
    assert (burglary.before.count, burglary.after.count) == (78, 34)
    assert burglary.change_percent == pytest.approx(-56.4, abs=0.05)
    assert burglary.change_lower == pytest.approx(-71.8, abs=0.05)
    assert burglary.change_upper == pytest.approx(-34.0, abs=0.05)
    assert (burglary.before.months_used, burglary.after.months_missing) == (24, 0)


def test_the_break_is_named_with_the_counts_without_it(burglary: Finding, sample_store: Store) -> None:
    said = dict(burglary.caveats)["break-shared"]
    assert said.startswith("5 of the 24 later months (November 2022 to March 2023) lie in Devon and Cornwall Police's")
    assert "78 in 24 months, 27 in 19" in said
    row = next(row for row in burglary.sensitivity if row["change"] == "without break months")
    assert (row["before"], row["after"], row["before_months"], row["after_months"]) == (78, 27, 24, 19)
    without = study(sample_store, ask(sample_store, "north-stonehouse", "burglary", without_breaks=True))
    assert without.after is not None
    assert (without.after.count, without.after.months_used) == (27, 19)
    assert "break-shared" not in dict(without.caveats)
    assert without.comparison is not None
    assert without.comparison.headline.ratio == pytest.approx(row["ratio"])


def test_similar_places_are_many_and_stand_for_no_programme(burglary: Finding) -> None:
    compared = burglary.comparison
    assert compared is not None
    assert len(compared.areas) >= 30
    flat = [code for codes, _ in compared.areas for code in codes]
    assert len(flat) == len(set(flat)) == 2 * len(compared.areas)
    assert not set(flat) & {*burglary.question.members, *compared.ring, *dict(compared.left_out)}
    assert compared.authority == FORCE
    assert compared.before_count == sum(before for before, _ in compared.unit_counts)
    assert compared.after_count == sum(after for _, after in compared.unit_counts)
    assert compared.change_percent == pytest.approx(100 * (compared.after_count / compared.before_count - 1))
    assert compared.placebo_at_least == sum(flag for _, flag in compared.unit_gaps)
    assert sum(compared.quarter_weights) == pytest.approx(1)
    assert burglary.verdict == "Too few events to tell"
    assert burglary.detectable_change_percent is not None
    assert burglary.detectable_change_percent < -60


def test_every_row_of_the_other_ways_of_asking_is_whole(burglary: Finding) -> None:
    assert len(burglary.sensitivity) >= 8
    names = [row["change"] for row in burglary.sensitivity]
    assert len(set(names)) == len(names)
    assert "with programme places put back" in names
    for row in burglary.sensitivity:
        assert row["verdict"] in ("Too few events to tell", "We cannot tell", "About the same as similar places")
        assert float(row["lower"] or 0) <= float(row["ratio"] or 0) <= float(row["upper"] or 0)


@pytest.mark.published
def test_the_headline_is_the_references_on_the_studys_own_matrix(
    burglary: Finding, sample_store: Store, reference: ModuleType
) -> None:
    compared = burglary.comparison
    assert compared is not None
    assert burglary.question.before is not None
    assert burglary.question.after is not None
    codes = sorted({*burglary.question.members, *(code for unit, _ in compared.areas for code in unit)})
    panel = sample_store.monthly(("burglary",), codes, FORCE)
    rows = [panel.loc[list(burglary.question.members)].sum().to_numpy()]
    rows += [panel.loc[list(unit)].sum().to_numpy() for unit, _ in compared.areas]
    table = np.vstack(rows)
    parts = blocks(
        [int(month) for month in panel.columns],
        list(np.isfinite(table[0])),
        burglary.question.before,
        burglary.question.after,
    )
    matrix = parts.sums(table)
    theirs = reference.effect(matrix, len(parts.before))
    ours = compared.headline
    np.testing.assert_allclose(
        [ours.ratio - 1, ours.lower - 1, ours.upper - 1, ours.p, compared.expected_after],
        [theirs[key] for key in ("change", "lo", "hi", "p", "expected")],
        rtol=1e-8,
    )
    assert compared.placebo_at_least == theirs["n_as_large"]
    assert burglary.detectable_change_percent == pytest.approx(-100 * theirs["detectable"])


def test_the_same_question_twice_is_the_same_answer_to_the_last_digit(burglary: Finding, sample_folder: Folder) -> None:
    again = study(open_store(sample_folder), burglary.question)
    assert asdict(again) == asdict(burglary)


_FRESH = """
import sys
from datetime import date
from indicators.questions import question_of
from indicators.study import study
from store.database import open_store
from store.folder import Folder, SHIPPED
from store.place import read_place
from pathlib import Path
store = open_store(Folder(Path(sys.argv[1])))
found = study(store, question_of(store, read_place(SHIPPED / "areas", "north-stonehouse"), "burglary", today=date(2026, 11, 22)))
print(found.plan_hash, found.data_hash, repr(found.comparison.headline.ratio))
print(";".join("+".join(codes) for codes, _ in found.comparison.areas))
"""


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_a_fresh_process_with_other_hashing_gives_the_same_list(
    burglary: Finding, sample_folder: Folder, seed: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FRESH, str(sample_folder.root)],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY)},
        cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    compared = burglary.comparison
    assert compared is not None
    first, second = done.stdout.splitlines()
    assert first == f"{burglary.plan_hash} {burglary.data_hash} {compared.headline.ratio!r}"
    assert second == ";".join("+".join(codes) for codes, _ in compared.areas)


def test_the_plan_follows_the_question_and_the_data(burglary: Finding, sample_store: Store) -> None:
    other = study(
        sample_store, ask(sample_store, "north-stonehouse", "burglary", after=parse_window("2021-07:2023-06"))
    )
    assert other.plan_hash != burglary.plan_hash
    assert other.data_hash == burglary.data_hash
    assert study(sample_store, ask(sample_store, "north-stonehouse", "robbery")).data_hash != burglary.data_hash


def test_every_source_is_named(burglary: Finding) -> None:
    police = next(item for item in burglary.sources if item["name"] == "police_uk")
    assert police["origin"] == "sample"
    assert police["data_to"] == "2025-08"
    assert all(item["licence"] and item["attribution"] and item["sha256"] for item in burglary.sources)


# Where nothing can be compared -----------------------------------------------------------------------------------


def test_claimants_are_not_loaded_and_the_command_is_said(sample_store: Store) -> None:
    (found,) = study_all(sample_store, [ask(sample_store, "north-stonehouse", "claimants")])
    assert found.finding.verdict == "Not loaded"
    assert found.finding.verdict_because == ("To load them, run: python -m loaders refresh nomis_claimants",)
    assert (found.series, found.finding.before, found.finding.sources) == (None, None, ())


def test_a_measure_that_no_source_brings_is_still_said(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "declared_source", lambda *_: None)
    found = study(sample_store, ask(sample_store, "north-stonehouse", "claimants"))
    assert found.verdict_because == ("To load them, run: python -m loaders refresh SOURCE",)


def test_a_sum_of_which_parts_are_missing_is_not_loaded(sample_store: Store) -> None:
    found = study(sample_store, ask(sample_store, "north-stonehouse", "crime"))
    assert found.verdict == "Not loaded"
    assert found.verdict_because[0].startswith("8 of its 13 parts are missing.")


def test_a_community_without_a_start_is_described(sample_store: Store) -> None:
    (found,) = study_all(sample_store, [ask(sample_store, "redruth-north", "burglary")])
    assert found.finding.verdict == "Cannot be compared"
    assert found.finding.verdict_because == ("no start date is known",)
    assert (found.finding.before, found.finding.after, found.finding.comparison) == (None, None, None)
    assert found.series is not None
    assert len(found.series.periods) >= 30
    panel = sample_store.monthly(("burglary",), ["E01018910"], FORCE).iloc[0]
    assert found.series.counts[0] == panel.iloc[:3].sum()
    assert found.series.expected == ()


def test_a_start_inside_the_gap_cannot_be_compared(sample_store: Store) -> None:
    found = study(sample_store, ask(sample_store, "redruth-north", "burglary", start=parse_month("2023-10")))
    assert found.verdict == "Cannot be compared"
    assert found.verdict_because[0].startswith("the start lies inside Devon and Cornwall Police's recording break")
    assert found.comparison is None
    assert found.before is not None
    assert found.before.count is not None
    assert "break-shared" in dict(found.caveats)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"start": parse_month("2018-01")}, "the data hold no whole year before the start"),
        ({"start": parse_month("2026-10")}, "the data hold no whole year after the start"),
        ({"before": parse_window("2018-01:2018-11"), "after": parse_window("2018-12:2019-11")},
         "only 11 months before the start are free of recording breaks, and 12 are needed"),
        ({"before": parse_window("2024-01:2024-12"), "after": parse_window("2025-01:2025-12")},
         "only 8 months after the start have data, and 12 are needed"),
    ],
)  # fmt: skip
def test_too_little_time_cannot_be_compared(sample_store: Store, given: dict[str, object], reason: str) -> None:
    found = study(sample_store, ask(sample_store, "redruth-north", "burglary", **given))
    assert (found.verdict, found.verdict_because) == ("Cannot be compared", (reason,))


def test_windows_of_uneven_years_say_so(sample_store: Store) -> None:
    found = study(sample_store, ask(sample_store, "redruth-north", "burglary", before=parse_window("2018-01:2019-05"),
                                    after=parse_window("2019-06:2020-05")))  # fmt: skip
    assert "seasons-differ" in dict(found.caveats)


def test_a_place_too_large_for_nineteen_units_cannot_be_compared(sample_store: Store) -> None:
    areas = sample_store.small_areas(police_force=FORCE)
    members = tuple(sorted(areas.index[areas["council"] == "Torbay"])[:40])
    asked = Question("large", members, "burglary", parse_window("2018-08:2020-07"), parse_window("2020-08:2022-07"))
    found = study(sample_store, asked)
    assert found.verdict == "Cannot be compared"
    assert "similar places can be made here, and 19 are needed" in found.verdict_because[0]
    said = dict(found.caveats)["own-course"]
    assert "suggestive at most" in said
    assert " %" in said


def test_a_place_with_too_few_events_has_no_course_of_its_own(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indicators.asked.FEWEST_UNITS", 500)
    place = next(one for one in sample_store.places if one.slug == "redruth-north")
    asked = question_of(sample_store, place, "robbery", today=date(2026, 11, 22), start=date(2020, 4, 1))
    found = study(sample_store, asked)
    assert found.verdict == "Cannot be compared"
    assert "own-course" not in dict(found.caveats)


def test_a_place_redrawn_in_2021_cannot_be_compared(
    sample_store: Store, burglary: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Store.small_areas
    monkeypatch.setattr(
        Store,
        "small_areas",
        lambda self, *a, **k: small(self, *a, **k).assign(
            comparable=lambda all_: ~all_.index.isin(["E01015153", "E01015155"])
        ),
    )
    found = study(sample_store, burglary.question)
    assert found.verdict == "Cannot be compared"
    assert "redrawn in 2021" in found.verdict_because[0]


def test_an_outcome_nobody_counted_cannot_be_compared(
    sample_store: Store, burglary: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monthly = Store.monthly
    monkeypatch.setattr(Store, "monthly", lambda self, *a: monthly(self, *a) * 0)
    found = study(sample_store, burglary.question)
    assert found.verdict == "Cannot be compared"
    assert found.verdict_because[0][0].islower()
    assert found.before is not None
    assert found.before.count == 0
    assert found.change_percent is None


def test_questions_that_make_no_sense_are_refused(sample_store: Store, burglary: Finding) -> None:
    question = burglary.question
    with pytest.raises(BadQuestion, match="sorted"):
        study(sample_store, replace(question, members=question.members[::-1]))
    with pytest.raises(BadQuestion, match="sorted"):
        study(sample_store, replace(question, members=()))
    with pytest.raises(BadQuestion, match="before the period before"):
        study(sample_store, replace(question, after=question.before))
    with pytest.raises(BadQuestion, match="no indicator"):
        study(sample_store, replace(question, indicator="laughter"))
    with pytest.raises(BadQuestion, match="no lookup knows"):
        study(sample_store, replace(question, members=("E01999999",)))


# The family ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ((), "Fell more than in similar places"),
        (("burglary",), "Fell more than in similar places"),
        (("burglary", "robbery"), "Fell more than in similar places"),
        (("burglary", "claimants", "criminal-damage", "public-order", "robbery", "violence"), "We cannot tell"),
        (("robbery",), "We cannot tell"),
    ],
)
def test_a_finding_must_stand_out_among_all_that_were_chosen_beforehand(
    sample_store: Store, burglary: Finding, monkeypatch: pytest.MonkeyPatch, family: tuple[str, ...], expected: str
) -> None:
    fell = ("Fell more than in similar places", ("headline p 0.030", "second method p 0.100"))
    monkeypatch.setattr(study_module, "verdict", lambda *_, **__: fell)
    values = {"burglary": 0.03, "robbery": 0.4}
    monkeypatch.setattr("indicators.asked.Asked.p", property(lambda asked: values.get(asked.question.indicator)))
    found = study(sample_store, replace(burglary.question, family=family))
    assert found.verdict == expected
    if family == ("robbery",):
        assert "found by looking" in found.verdict_because[0]
    elif expected == "We cannot tell":
        assert "does not stand out among all" in found.verdict_because[0]


def test_the_family_is_computed_whole_from_the_data(sample_store: Store, burglary: Finding) -> None:
    desk = study_module._Desk(sample_store)
    values = {
        name: desk.asked(replace(burglary.question, indicator=name)).p for name in ("burglary", "claimants", "crime")
    }
    assert burglary.comparison is not None
    assert values == {"burglary": burglary.comparison.headline.p, "claimants": None, "crime": None}


# Suspect and missing months --------------------------------------------------------------------------------------


def _changed(contribution: Contribution, drop: str, thin: str) -> Contribution:
    """The sample's counts with one month's file gone and another month thinned to a third."""
    if not len(contribution.observations):
        return contribution
    observed, covered = contribution.observations, contribution.coverage
    observed = observed[observed["period_start"] != pd.Timestamp(f"{drop}-01")]
    kept = (observed["period_start"] != pd.Timestamp(f"{thin}-01")) | (np.arange(len(observed)) % 3 == 0)
    observed = observed[kept]
    covered = covered[covered["period_start"] != pd.Timestamp(f"{drop}-01")].copy()
    thinned = covered["period_start"] == pd.Timestamp(f"{thin}-01")
    covered.loc[thinned, "rows_placed"] //= 3
    return replace(contribution, observations=observed, coverage=covered)


@pytest.fixture(scope="module")
def holed(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The sample without March 2019, and with a third of what was recorded in May 2019."""
    folder = Folder(tmp_path_factory.mktemp("holed"))
    seed(folder.root)
    reading = read_sample()
    changed = [_changed(item, "2019-03", "2019-05") for item in reading.contributions]
    build(folder, changed, {}, datetime.fromisoformat("2026-11-22"))
    return open_store(folder)


def test_a_missing_and_a_suspect_month_are_never_zero(holed: Store, burglary: Finding) -> None:
    states = holed.coverage(["burglary"], FORCE).set_index("month")["state"]
    assert states[month_number(parse_month("2019-03"))] == "absent"
    assert states[month_number(parse_month("2019-05"))] == "suspect"
    grid = holed.monthly(("burglary",), list(burglary.question.members), FORCE)
    for month in ("2019-03", "2019-05"):
        assert grid[month_number(parse_month(month))].isna().all()
    assert grid[month_number(parse_month("2019-04"))].notna().all()

    (found,) = study_all(holed, [burglary.question])
    before = found.finding.before
    assert before is not None
    assert burglary.before is not None
    assert (before.months_used, before.months_missing) == (22, 2)
    whole = grid[list(before.window.numbers)].to_numpy()
    assert before.count == np.nansum(whole)
    assert before.count < (burglary.before.count or 0)
    said = dict(found.finding.caveats)["months-missing"]
    assert said.startswith("2 of the 24 earlier months are missing or suspect (2019-03, 2019-05)")
    assert found.series is not None
    gone = [day for day, count in zip(found.series.periods, found.series.counts, strict=True) if count is None]
    assert date(2019, 2, 1) in gone
    assert date(2019, 5, 1) in gone
    # A month is a month: the change is of monthly counts.
    assert found.finding.after is not None
    expected = (found.finding.after.count or 0) / 24 / (before.count / 22) - 1
    assert found.finding.change_percent == pytest.approx(100 * expected)
    assert found.finding.comparison is not None
    headline = gap_of(holed, found.finding)
    assert found.finding.comparison.headline.ratio == pytest.approx(headline)


def gap_of(store: Store, finding: Finding) -> float:
    compared = finding.comparison
    assert compared is not None
    assert finding.question.before is not None
    assert finding.question.after is not None
    codes = sorted({*finding.question.members, *(code for unit, _ in compared.areas for code in unit)})
    panel = store.monthly(("burglary",), codes, FORCE)
    ours = panel.loc[list(finding.question.members)].sum(skipna=False).to_numpy()
    units = np.vstack([panel.loc[list(unit)].sum(skipna=False).to_numpy() for unit, _ in compared.areas])
    found = gap(ours, units, [int(m) for m in panel.columns], finding.question.before, finding.question.after)
    assert found.headline is not None
    return found.headline.ratio


def test_one_missing_month_is_said_in_the_singular(holed: Store, burglary: Finding) -> None:
    after = replace(burglary.question, before=parse_window("2019-04:2020-07"))
    said = dict(study(holed, after).caveats)["months-missing"]
    assert said.startswith("1 of the 16 earlier months is missing or suspect (May 2019)")


def test_a_bad_year_before_the_start_is_said(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch, burglary: Finding
) -> None:
    monthly = Store.monthly
    end = month_number(parse_month("2020-07"))

    def worse(self: Store, *given: object) -> pd.DataFrame:
        found: pd.DataFrame = monthly(self, *given)  # type: ignore[arg-type]
        found.loc[:, [m for m in found.columns if end - 12 < m <= end]] *= 3
        return found

    assert "bad-year" not in dict(burglary.caveats)
    monkeypatch.setattr(Store, "monthly", worse)
    assert "bad-year" in dict(study(sample_store, burglary.question).caveats)
    short = replace(burglary.question, before=parse_window("2018-01:2019-01"), after=parse_window("2019-02:2020-07"))
    assert "bad-year" not in dict(study(sample_store, short).caveats)


def test_numbers_are_the_same_whichever_way_the_board_is_asked(sample_store: Store, burglary: Finding) -> None:
    names = ["violence", "burglary", "claimants"]
    together = study_all(sample_store, [replace(burglary.question, indicator=name) for name in names])
    assert asdict(together[1].finding) == asdict(burglary)
    assert [item.finding.question.indicator for item in together] == names
    violence = together[0].finding
    assert violence.verdict in (
        "We cannot tell",
        "About the same as similar places",
        "Too few events to tell",
        "Cannot be compared",
    )


def test_a_stock_is_averaged_everywhere(
    sample_store: Store, burglary: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indicators.burglary import INDICATOR

    assert burglary.comparison is not None
    monkeypatch.setattr(study_module, "indicator", lambda _: replace(INDICATOR, kind="stock"))
    found = study(sample_store, burglary.question)
    assert found.before is not None
    assert found.after is not None
    assert found.before.count == pytest.approx(78 / 24)
    assert found.change_percent == pytest.approx(100 * (34 / 78 - 1))
    assert (found.change_lower, found.change_upper) == (None, None)
    assert found.comparison is not None
    assert found.comparison.before_count == pytest.approx(burglary.comparison.before_count / 24)
    assert found.comparison.change_percent == pytest.approx(burglary.comparison.change_percent)
    # A month's level stands beside a month's level, and the middle of the estimate moves little.
    assert found.comparison.expected_after == pytest.approx(burglary.comparison.expected_after / 24, rel=0.3)
    assert found.comparison.expected_after == pytest.approx((34 / 24) / found.comparison.headline.ratio, rel=0.5)
    assert found.verdict == "Too few events to tell"
    assert all(row["before"] == pytest.approx(78 / 24) for row in found.sensitivity[:1])


def test_without_residents_by_age_a_stock_says_so(
    sample_store: Store, burglary: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indicators.burglary import INDICATOR

    monkeypatch.setattr(study_module, "indicator", lambda _: replace(INDICATOR, kind="stock"))
    assert "all-ages" in dict(study(sample_store, burglary.question).caveats)
    assert "all-ages" not in dict(burglary.caveats)


def test_a_future_start_in_the_neighbourhoods_own_file_is_refused_whatever_is_compared(sample_store: Store) -> None:
    place = replace(
        read_place(SHIPPED / "areas", "north-stonehouse"), start=date(2030, 8, 1), before=parse_window("2018-01:2019-12"),
        after=parse_window("2020-01:2021-12"),
    )  # fmt: skip
    with pytest.raises(BadQuestion, match="2030-08 is in the future"):
        question_of(sample_store, place, "burglary", today=date(2026, 11, 22))


def test_a_future_month_in_the_neighbourhoods_own_file_is_refused(sample_store: Store) -> None:
    place = replace(read_place(SHIPPED / "areas", "north-stonehouse"), after=parse_window("2030-01:2032-12"))
    with pytest.raises(BadQuestion, match="2032-12 is in the future"):
        question_of(sample_store, place, "burglary", today=TODAY)


def test_what_another_force_recorded_here_is_counted_said_and_hashed_but_moves_no_window(
    own_folder: Folder, street: Callable[..., Path], burglary: Finding
) -> None:
    before = ask(open_store(own_folder), "north-stonehouse", "burglary", start=parse_month("2020-08"))
    rows = [("E01015153", "Burglary"), ("E01026105", "Burglary")]
    path = street("2016-05", rows, force="lincolnshire", within="Lincolnshire Police")
    later = street("2019-05", rows, force="lincolnshire", within="Lincolnshire Police")
    import_files(own_folder, "police_uk", [path, later])
    store = open_store(own_folder)
    assert ask(store, "north-stonehouse", "burglary", start=parse_month("2020-08")) == before
    found = study(store, burglary.question)
    assert found.before is not None
    assert found.before.count == 79
    assert "2 records" in dict(found.caveats)["other-forces"]
    assert found.data_hash != burglary.data_hash
    assert {source["file"] for source in found.sources} >= {"counts.parquet", later.name}
