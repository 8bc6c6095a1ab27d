"""Published studies that the project's arithmetic, or an oracle kept here, must reproduce; each from its own data."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy.optimize import minimize

from indicators.simplex_weights import smallest_mixtures

Array = npt.NDArray[np.float64]
pytestmark = pytest.mark.published


def must(benchmarks: Path, name: str) -> Any:
    return json.loads((benchmarks / f"{name}.json").read_text())["must_reproduce"]


@pytest.mark.parametrize("line", ["using_published_weights", "pysyncon_BFGS"])
def test_cigarettes_under_published_weights(benchmarks: Path, line: str) -> None:
    """Abadie, Diamond & Hainmueller 2010: their weights applied to their data."""
    expect = must(benchmarks, "abadie_prop99")[line]
    published = json.loads((benchmarks / "abadie_prop99.json").read_text())["published"]["weights"]
    packs = pd.read_csv(benchmarks / "prop99.csv").pivot(index="Year", columns="State", values="PacksPerCapita")
    weights = pd.Series(expect.get("weights", published))
    gap = packs["California"] - packs[weights.index] @ weights
    before, after = (gap.loc[:1988] ** 2).mean(), (gap.loc[1989:] ** 2).mean()
    assert gap[2000] == pytest.approx(expect["gap_2000"], abs=0.05)
    assert before == pytest.approx(expect["pre_MSPE"], rel=0.01)
    if line == "using_published_weights":
        assert gap.loc[1989:].mean() == pytest.approx(expect["mean_gap_1989_2000"], abs=0.005)
        assert after / before == pytest.approx(expect["post_pre_MSPE_ratio"], rel=0.01)


def test_the_minimum_wage_in_new_jersey(benchmarks: Path) -> None:
    """Card & Krueger 1994, table 3."""
    expect = must(benchmarks, "card_krueger")
    shops = pd.read_csv(benchmarks / "card_krueger.csv")[["id", "nj", "d", "fte"]]
    mean, error = {}, {}
    for state in (0, 1):
        for wave in (0, 1):
            jobs = shops.loc[(shops.nj == state) & (shops.d == wave), "fte"].dropna()
            mean[state, wave], error[state, wave] = jobs.mean(), jobs.var() / len(jobs)
    assert [mean[1, 0], mean[1, 1]] == pytest.approx(expect["NJ"], abs=1e-4)
    assert [mean[0, 0], mean[0, 1]] == pytest.approx(expect["PA"], abs=1e-4)
    assert mean[1, 1] - mean[1, 0] - (mean[0, 1] - mean[0, 0]) == pytest.approx(expect["did"], abs=1e-4)
    assert math.sqrt(sum(error.values())) == pytest.approx(expect["se_unpaired"], abs=1e-4)
    change = shops.pivot(index=["id", "nj"], columns="d", values="fte").dropna().diff(axis=1)[1]
    there, here = (change.xs(state, level="nj") for state in (1, 0))
    assert there.mean() - here.mean() == pytest.approx(expect["balanced"], abs=1e-4)
    assert math.sqrt(there.var() / len(there) + here.var() / len(here)) == pytest.approx(
        expect["balanced_se"], abs=1e-4
    )


def test_the_basque_country_with_predictors(benchmarks: Path) -> None:
    """Abadie & Gardeazabal 2003, as the Synth package's example has it (Spain among the donors)."""
    published = json.loads((benchmarks / "basque.json").read_text())
    table = pd.read_csv(benchmarks / "basque.csv")
    basque = "Basque Country (Pais Vasco)"

    def means(names: list[str], first: int, last: int) -> pd.DataFrame:
        return table[table.year.between(first, last)].groupby("regionname")[names].mean()

    names = list(table.columns)
    predictors = pd.concat(
        [
            means([name for name in names if name.startswith("school") or name == "invest"], 1964, 1969),
            means(["gdpcap"], 1960, 1969),
            means([name for name in names if name.startswith("sec.")], 1961, 1969),
            means(["popdens"], 1969, 1969),
        ],
        axis=1,
    )
    predictors /= predictors.std()
    income = table.pivot(index="regionname", columns="year", values="gdpcap").loc[:, 1960:1969]
    apart = (predictors.drop(basque) - predictors.loc[basque]).to_numpy()
    donors, ours = income.drop(basque).to_numpy(), income.loc[basque].to_numpy()

    def weights(importance: Array) -> Array:
        scaled = apart * np.sqrt(np.abs(importance) / np.abs(importance).sum())
        return np.asarray(smallest_mixtures((scaled @ scaled.T)[None])[0])

    def misfit(importance: Array) -> float:
        return float(((ours - weights(importance) @ donors) ** 2).mean())

    equal = np.full(apart.shape[1], 1 / apart.shape[1])
    found = weights(minimize(misfit, equal, method="Nelder-Mead", options={"maxiter": 1500}).x)
    got = dict(zip(income.drop(basque).index, found, strict=True))
    tolerance = published["tolerance"]["weight_abs"]
    assert got["Cataluna"] == pytest.approx(published["published"]["weights"]["Cataluna"], abs=tolerance)
    assert got["Madrid (Comunidad De)"] == pytest.approx(published["published"]["weights"]["Madrid"], abs=tolerance)


def two_way(outcome: Array, table: pd.DataFrame, extra: Array) -> tuple[float, float]:
    """Weighted least squares of ``post`` with state and year effects; errors clustered by state."""
    state = (table.sid.to_numpy()[:, None] == np.unique(table.sid)).astype(float)
    year = (table.year.to_numpy()[:, None] == np.unique(table.year)[1:]).astype(float)
    design = np.column_stack([table.post.to_numpy(dtype=float), state, year, extra])
    weight = table.popwt.to_numpy()
    bread = np.linalg.pinv((design * weight[:, None]).T @ design)
    beta = bread @ (design * weight[:, None]).T @ outcome
    scores = design * (weight * (outcome - design @ beta))[:, None]
    clusters = state.T @ scores
    groups, rows, rank = state.shape[1], len(design), np.linalg.matrix_rank(design)
    small = groups / (groups - 1) * (rows - 1) / (rows - rank)
    return float(beta[0]), math.sqrt(small * (bread @ clusters.T @ clusters @ bread)[0, 0])


def test_castle_doctrine_is_roughly_reproduced(benchmarks: Path) -> None:
    """Cheng & Hoekstra 2013: a smoke test, the data set not being quite the paper's."""
    expect = must(benchmarks, "castle_doctrine")
    table = pd.read_csv(benchmarks / "castle.csv")
    regions = table[[name for name in table.columns if name.startswith("r20")]].to_numpy(dtype=float)
    none = np.zeros((len(table), 0))
    homicide, burglary = table.l_homicide.to_numpy(), np.log(table.burglary.to_numpy())
    assert two_way(homicide, table, none) == pytest.approx(expect["weighted"], abs=1e-4)
    assert two_way(homicide, table, regions) == pytest.approx(expect["region_year"], abs=1e-3)
    assert two_way(burglary, table, none) == pytest.approx(expect["burglary"], abs=1e-4)
    assert two_way(burglary, table, regions) == pytest.approx(expect["burglary_region_year"], abs=1e-3)
