"""Time of a whole board with its sensitivity tables on one core, as the pages ask for it.

    python -m benchmarks.studied_board [--area north-stonehouse] [--runs 5] [--json]

First the default board of a shipped neighbourhood through ``indicators.study``, from the sample's database to findings:
its questions, its findings with their sensitivity tables, and the reading of the whole place. Then the arithmetic alone of
the largest board there can be, ten indicators that are all loaded and have sixty similar places each. The bar is 3 s. The
seconds are the processor's, which other work on the machine does not lengthen much, and the best of several runs is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np

from benchmarks.board import INDICATORS, PLACES
from indicators import study_all
from indicators.gaps import gap
from indicators.questions import board_indicators, question_of
from indicators.sensitivity import Setting, rows
from indicators.whole_area import whole_area
from loaders.importing import ensure_database
from store.database import open_store
from store.folder import data_folder, is_shipped_folder
from store.period import Window, month_number
from store.place import read_place

BAR = 3.0
_FIRST, _MONTHS = month_number(date(2015, 8, 1)), 84
_BEFORE, _AFTER = Window(date(2018, 8, 1), 24), Window(date(2020, 8, 1), 24)


def on_one_core() -> bool:
    """Keep this process to one core; False where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return True


def studied(area: str) -> Mapping[str, float]:
    """Seconds of each part of the default board of ``area``, read from a database that has just been opened."""
    folder = data_folder()
    store, place = open_store(folder), read_place(folder.areas, area)
    start = time.process_time()
    names = board_indicators(place)
    questions = [question_of(store, place, name, today=date(2026, 11, 22)) for name in names]
    asked = time.process_time()
    findings = [item.finding for item in study_all(store, questions)]
    answered = time.process_time()
    whole_area(store, findings)
    end = time.process_time()
    return {
        "indicators": len(names),
        "compared": sum(finding.comparison is not None for finding in findings),
        "sensitivity rows": sum(len(finding.sensitivity) for finding in findings),
        "questions": asked - start,
        "findings with sensitivity": answered - asked,
        "whole place": end - answered,
        "seconds": end - start,
    }


def arithmetic() -> Mapping[str, float]:
    """Seconds of both methods, all placebos and every sensitivity row, for ten indicators of counts made up here."""
    random = np.random.default_rng(1)
    months = tuple(range(_FIRST, _FIRST + _MONTHS))
    tables = [
        random.poisson(random.gamma(4, 3, (PLACES + 1, 1)), (PLACES + 1, _MONTHS)).astype(float)
        for _ in range(INDICATORS)
    ]
    names = tuple(f"Place {number}" for number in range(PLACES))
    start, made = time.process_time(), 0
    for table in tables:
        main = gap(table[0], table[1:], months, _BEFORE, _AFTER)
        found = rows(
            Setting(table[0], table[1:], months, _BEFORE, _AFTER, frozenset()), main,
            break_months={months[-3]}, settling_in_months=6, members={"E1": np.minimum(table[0], 3), "E2": np.minimum(table[0], 2)},
            ring=table[1] + table[2], programmes_back=table[2:], unit_names=names,
        )  # fmt: skip
        made += len(found)
    return {
        "indicators": INDICATORS,
        "compared": INDICATORS,
        "sensitivity rows": made,
        "seconds": time.process_time() - start,
    }


def best(work: Callable[[], Mapping[str, float]], runs: int) -> Mapping[str, float]:
    """The fastest of several runs."""
    return min((work() for _ in range(runs)), key=lambda run: run["seconds"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--area", default="north-stonehouse")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    alone = on_one_core()
    if is_shipped_folder():
        ensure_database(data_folder())
    found: dict[str, Any] = {
        f"default board of {given.area}": best(lambda: studied(given.area), given.runs),
        "arithmetic of a full board": best(arithmetic, given.runs),
    }
    if given.json:
        print(json.dumps({"one_core": alone, "bar": BAR, "runs": given.runs, "boards": found}))
        return
    print("on one core" if alone else "on all cores")
    for name, parts in found.items():
        print(f"{name}: {parts['seconds']:.2f} s of at most {BAR:.0f}, best of {given.runs}")
        for part, value in parts.items():
            if part != "seconds":
                print(f"  {part}: {value if isinstance(value, int) else f'{value:.2f} s'}")


if __name__ == "__main__":
    main()
