"""Time and memory of a whole board against the same placebos through regression packages, in one run, as ratios.

    python -m benchmarks.board [--json]

Ours: ten indicators, sixty comparison places, twenty earlier and eight later quarters; the headline and the second
method, every comparison place as a placebo. The packages fit one two-way regression a place (pyfixest and statsmodels:
Poisson with place and quarter effects; diff-diff: synthetic difference-in-differences), as their users would; they are
timed on a few places and the time is multiplied. Install them first: ``pip install pyfixest diff-diff``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from indicators.synthetic_did import synthetic_did
from indicators.weighted_baseline import weighted_baseline

INDICATORS, PLACES, BEFORE, AFTER = 10, 60, 20, 8
_PLACES_TIMED = 3
_RUNS = 5


def boards(seed: int = 1) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Counts by place (ours first) and quarter, one table an indicator."""
    random = np.random.default_rng(seed)
    tables = []
    for _ in range(INDICATORS):
        level = random.gamma(4, 10, size=(PLACES + 1, 1))
        wander = np.exp(np.cumsum(random.normal(0, 0.05, size=(PLACES + 1, BEFORE + AFTER)), axis=1))
        tables.append(random.poisson(level * wander).astype(float))
    return tables


def ours(tables: list[np.ndarray[Any, np.dtype[np.float64]]]) -> None:
    """The whole board: both methods, all placebos."""
    for table in tables:
        weighted_baseline(table, BEFORE)
        synthetic_did(table, BEFORE)


def long(table: np.ndarray[Any, np.dtype[np.float64]], treated: int) -> pd.DataFrame:
    """One row a place and quarter, as regression packages want it."""
    places, quarters = np.indices(table.shape)
    frame = pd.DataFrame({"place": places.ravel(), "quarter": quarters.ravel(), "events": table.ravel()})
    frame["treated"] = (frame["place"] == treated).astype(int)
    frame["later"] = (frame["quarter"] >= BEFORE).astype(int)
    frame["effect"] = frame["treated"] * frame["later"]
    return frame


def through_pyfixest(frame: pd.DataFrame) -> None:
    """Poisson with place and quarter effects."""
    importlib.import_module("pyfixest").fepois("events ~ effect | place + quarter", data=frame, vcov={"CRV1": "place"})


def through_statsmodels(frame: pd.DataFrame) -> None:
    """The same regression with dummies."""
    formulas = importlib.import_module("statsmodels.formula.api")
    families = importlib.import_module("statsmodels.api").families
    formulas.glm("events ~ effect + C(place) + C(quarter)", data=frame, family=families.Poisson()).fit()


def through_diff_diff(frame: pd.DataFrame) -> None:
    """The package's own synthetic difference-in-differences on log counts, with the fewest placebos it takes."""
    package = importlib.import_module("diff_diff")
    frame = frame.assign(log_events=np.log(frame["events"] + 0.5))
    later = list(range(BEFORE, BEFORE + AFTER))
    package.SyntheticDiD(n_bootstrap=2, seed=1).fit(
        frame, outcome="log_events", treatment="treated", unit="place", time="quarter", post_periods=later
    )


def seconds(work: Callable[[], None], runs: int) -> float:
    """The median of several runs."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def peak(work: Callable[[], None]) -> float:
    """Peak memory of one run in megabytes, as Python counts it."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    tables = boards()
    ours(tables)  # warm
    own = seconds(lambda: ours(tables), _RUNS)
    rows: list[dict[str, Any]] = [
        {"what": "both methods, all placebos", "seconds": own, "megabytes": peak(lambda: ours(tables)), "ratio": 1.0}
    ]
    fits = INDICATORS * (PLACES + 1)
    for name, module, work in (
        ("pyfixest", "pyfixest", through_pyfixest),
        ("diff-diff", "diff_diff", through_diff_diff),
        ("statsmodels", "statsmodels", through_statsmodels),
    ):
        try:
            importlib.import_module(module)
        except ImportError:
            rows.append({"what": name, "seconds": None, "megabytes": None, "ratio": None})
            continue
        frames = [long(tables[0], place) for place in range(_PLACES_TIMED)]
        work(frames[0])  # warm
        one = seconds(lambda work=work, frames=frames: [work(frame) for frame in frames], 3) / _PLACES_TIMED  # type: ignore[misc]
        rows.append(
            {"what": f"{name}, one fit a place", "seconds": one * fits, "megabytes": peak(lambda work=work, frames=frames: work(frames[0])),  # type: ignore[misc]
             "ratio": one * fits / own}
        )  # fmt: skip
    if as_json:
        print(json.dumps({"machine": platform.processor() or platform.machine(), "rows": rows}))
        return
    for row in rows:
        told = "not installed" if row["seconds"] is None else (
            f"{row['seconds']:.3f} s, {row['megabytes']:.0f} MB, {row['ratio']:.0f} times ours"
        )  # fmt: skip
        print(f"{row['what']}: {told}")


if __name__ == "__main__":
    main()
