"""Figures that the decisions quote from the calibration are those of the rows it saved."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields

import pytest

from outputs.calibration_words import SHOWN, Measured, mean_share, real_series
from outputs.words import number
from tests.docs import reading
from tests.docs.reading import REPOSITORY

FIXED, RANDOM, BAD_YEAR, SMALL = (
    "fixed date, 4 small areas", "random date, 4 small areas", "after a bad year, 4 small areas", "random date, 2 small areas",
)  # fmt: skip
ROWS = {
    "one fixed date, 4 small areas": FIXED,
    "a random date, 4 small areas": RANDOM,
    "own highest year, 4 small areas": BAD_YEAR,
    "a random date, 2 small areas": SMALL,
}
ALL_SIX = ("all six together",)


def measured(file: str) -> list[Measured]:
    """The rows that the project's own calibration saved."""
    names = [field.name for field in fields(Measured)]
    rows = json.loads((REPOSITORY / "data" / "calibration" / f"{file}.json").read_text(encoding="utf-8"))
    return [Measured(**{name: row[name] for name in names}) for row in rows]


@pytest.fixture(scope="module")
def real() -> list[Measured]:
    return real_series(measured("real"))


@pytest.fixture(scope="module")
def words() -> str:
    return " ".join(reading.section("docs/decisions.md", "20. What the calibration found").split())


def power(rows: Sequence[Measured], scenarios: Sequence[str], indicators: Sequence[str]) -> float:
    """The verdict's power at −30 % in 100: the mean over scenarios and indicators."""
    shares = [mean_share(rows, "power", scenario=one, indicators=indicators, effect=-30.0) for one in scenarios]
    return sum(share for share in shares if share is not None) / len(scenarios)


def test_the_table_is_the_means_of_each_kind_of_date(real: list[Measured]) -> None:
    table = {
        row[0]: row[1:] for row in reading.rows(reading.section("docs/decisions.md", "20. What the calibration found"))
    }
    assert set(table) == set(ROWS)
    for name, scenario in ROWS.items():
        expected = [
            number(mean_share(real, "false_findings", scenario=scenario), 1),
            number(mean_share(real, "false_findings", rule="headline", scenario=scenario), 1),
            number(mean_share(real, "coverage", rule="headline", scenario=scenario), 1),
            number(power(real, [scenario], SHOWN)),
            number(power(real, [scenario], ALL_SIX)),
            number(mean_share(real, "no_answer", scenario=scenario)),
        ]
        assert table[name] == expected, name


def test_means_over_real_series_are_those_said(real: list[Measured], words: str) -> None:
    verdicts = [row for row in real if row.rule == "verdict" and row.effect_percent == 0]
    assert f"Over all {len(verdicts)} " in words
    alarms, headline = (mean_share(real, "false_findings", rule=rule) for rule in ("verdict", "headline"))
    assert f"false findings {number(alarms, 1)} % for the verdict and {number(headline, 1)} % for the headline" in words
    assert f"coverage {number(mean_share(real, 'coverage', rule='headline'), 1)} %" in words
    larger = (FIXED, RANDOM, BAD_YEAR)
    assert f"mean {number(power(real, larger, SHOWN))} % over the four (bar 45)" in words
    assert f"and {number(power(real, larger, ALL_SIX))} % for all six together (bar 70)" in words
    with_small = (*larger, SMALL)
    assert (
        f"counted in: {number(power(real, with_small, SHOWN))} and {number(power(real, with_small, ALL_SIX))} %"
        in words
    )
    assert f"without them it is {number(power(real, (FIXED, RANDOM), SHOWN))} %" in words
    other = ("criminal-damage", "violence", "anti-social-behaviour", "burglary")
    third, fourth, fifth = (number(power(real, [scenario], other)) for scenario in (FIXED, RANDOM, BAD_YEAR))
    assert f"the four would have {third}, {fourth} and {fifth} %" in words


@pytest.mark.parametrize(
    ("says", "rule", "scenario", "what"),
    [
        (
            "False findings of the verdict {} to {} % where there are enough events",
            "verdict",
            "rare counts",
            "false_findings",
        ),
        ("of the headline {} to {} % (bar 6)", "headline", "", "false_findings"),
        ("ranges that hold the truth {} to {} %", "headline", "", "coverage"),
    ],
)
def test_simulated_figures_are_those_measured(words: str, says: str, rule: str, scenario: str, what: str) -> None:
    shares = [
        100 * getattr(row, what)
        for row in measured("simulated")
        if row.rule == rule and row.effect_percent == 0 and row.scenario != scenario
    ]
    assert says.format(number(min(shares), 1), number(max(shares), 1)) in words


def test_simulated_power_is_that_measured(words: str) -> None:
    rows = measured("simulated")
    found = [
        f"{name} {number(mean_share(rows, 'power', scenario=scenario, effect=-30.0))}"
        for name, scenario in (("stable", "stable"), ("typical", "typical"), ("drifting", "drifting"),
                               ("drifting and chosen after a bad year", "chosen after a bad year and drifting"))
    ]  # fmt: skip
    assert f"{', '.join(found[:3])}, {found[3]} %" in words


def test_single_scenarios_beyond_a_bar_are_named(real: list[Measured], words: str) -> None:
    def of(indicator: str, rule: str, what: str, pick: Callable[[list[float]], float]) -> float:
        return pick([100 * (getattr(row, what) or 0.0) for row in real
                     if (row.indicator, row.rule, row.effect_percent, row.scenario) == (indicator, rule, 0.0, BAD_YEAR)])  # fmt: skip

    high, low = of("burglary", "headline", "false_findings", max), of("burglary", "headline", "coverage", min)
    assert f"burglary alone has {number(high, 1)} and {number(low, 1)} %" in words
    assert (
        f"violence the most false findings of the verdict, {number(of('violence', 'verdict', 'false_findings', max), 1)} %"
        in words
    )
    beyond = {row.scenario for row in real if row.rule == "headline" and row.effect_percent == 0
              and (mean_share(real, "coverage", rule="headline", scenario=row.scenario) or 0) < 93}  # fmt: skip
    assert beyond == {BAD_YEAR}
    rare = next(row for row in measured("real") if row.scenario.startswith(SMALL + ", 12") and row.indicator == "burglary"
                and row.rule == "headline" and row.effect_percent == 0)  # fmt: skip
    assert f"the headline alone finds something in {number(100 * (rare.false_findings or 0), 1)} %" in words
    board = mean_share(measured("real"), "false_findings", indicators=("any of six chosen beforehand",))
    assert f"at least one false alarm in {number(board, 1)} %" in words
