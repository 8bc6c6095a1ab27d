"""Yearly values for tests, as a loader would bring them, and two worlds made of them on top of the shipped sample."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from indicators.finding import Question
from indicators.questions import question_of
from store.building import build
from store.contribution import Contribution, LoadedFile, Measure, MeasureKind
from store.database import Store, open_store
from store.folder import SHIPPED, Folder
from store.period import Window, month_number, parse_month
from store.place import read_place
from store.source import Source

SOURCE = Source(
    name="yearly", title="Yearly figures", publisher="The tests", landing_page="https://example.org/",
    licence="Open Government Licence v3.0", attribution="The tests.", geography="Small areas", frequency="Yearly",
    caveats=(), format_evidence="documented header",
)  # fmt: skip
TODAY = date(2026, 11, 22)
EARLY, LATE = Window(date(2016, 1, 1), 36), Window(date(2019, 1, 1), 36)
ENGLAND = "E92000001"
PLYMOUTH = "E06000026"
FORCE = "devon-and-cornwall"
YEARS = range(2014, 2024)
OURS = ("E01015153", "E01015155")
# Schools of North Stonehouse in these worlds, and of elsewhere.
SCHOOLS, OTHER_SCHOOLS = ("900001", "900002"), tuple(f"9001{number:02d}" for number in range(25))
PRACTICES = tuple(f"L83{number:03d}" for number in range(40))
HIDDEN_MONTH = "2019-01"
BREAK = """
[[break]]
name = "flat-gap"
authority = ""
country = "England"
measures = ["flat"]
starts = "2019-06"
ends = "2019-08"
kind = "gap"
shared_by = "everyone"
reason = "Nobody counted: in the summer of 2019."
evidence = "The tests."
"""


def small_areas(store: Store) -> list[str]:
    """The small areas of the police force, sorted."""
    return list(store.small_areas(police_force=FORCE).index)


def ask(store: Store, name: str, area: str = "north-stonehouse", **given: Window | None) -> Question:
    """The question about a place as the shipped file describes it."""
    return question_of(store, read_place(SHIPPED / "areas", area), name, today=TODAY, **given)  # type: ignore[arg-type]


def yearly(
    measure: str, kind: MeasureKind, rows: Sequence[Mapping[str, object]], *, area_kind: str = "stable", months: int = 12,
    unit: str = "", areas: pd.DataFrame | None = None, members: pd.DataFrame | None = None,
    authority: tuple[str, str] = ("country", ENGLAND), rule: str = "",
) -> Contribution:  # fmt: skip
    """One file: each row has ``code``, ``start`` (YYYY-MM) and any of the observation's own columns.

    With the name of a ``rule`` it is what a community brought itself.
    """
    blank = {
        "numerator": np.nan,
        "denominator": np.nan,
        "value": np.nan,
        "status": "observed",
        "low": np.nan,
        "high": np.nan,
    }
    frame = pd.DataFrame([{**blank, **row} for row in rows])
    starts = pd.to_datetime(frame.pop("start") + "-01")
    shared = {
        "file": 0,
        "measure": measure,
        "period_months": months,
        "authority_kind": authority[0],
        "authority": authority[1],
    }
    observations = frame.rename(columns={"code": "area_code"}).assign(
        period_start=starts, area_kind=area_kind, **shared
    )
    coverage = observations.groupby("period_start", as_index=False).size().rename(columns={"size": "rows_placed"})
    file = LoadedFile(
        f"{measure}.csv", f"{abs(hash((measure, len(frame), area_kind))):064x}", 1, "", datetime.fromisoformat("2026-01-01"), "2026",
        "local" if rule else "publisher", len(frame), len(frame),
    )  # fmt: skip
    extra = {name: frame for name, frame in (("areas", areas), ("members", members)) if frame is not None}
    if rule:
        extra["details"] = observations[
            ["file", "area_kind", "area_code", "measure", "period_start", "period_months"]
        ].assign(
            title=measure.removeprefix("local-").capitalize(), better="lower", rule=rule, provider="", note="",
            standard_deviation=np.nan, people_answered=np.nan, people_asked=np.nan, design_effect=np.nan,
        )  # fmt: skip
    return Contribution(
        SOURCE, (file,), (Measure(measure, kind, unit),), observations,
        coverage.assign(**shared, rows_unlocated=0), **extra,
    )  # fmt: skip


def prices(codes: Sequence[str], fall: float = 1.0) -> Contribution:
    """A price a year in each small area; in the place itself multiplied by ``fall`` from 2021 on."""
    random = np.random.default_rng(11)
    rows: list[dict[str, object]] = []
    for code in codes:
        level, drift = random.normal(12, 0.2), random.normal(0, 0.01)
        for year in YEARS:
            own = fall if code in OURS and year > 2020 else 1.0
            value = np.exp(level + 0.03 * (year - 2014) + drift * (year - 2014) + random.normal(0, 0.02)) * own
            if not (code == codes[0] and year == 2019):
                rows.append({"code": code, "start": f"{year}-01", "value": float(value)})
    return yearly("house-price-median", "median", rows, unit="pounds")


def sales(codes: Sequence[str]) -> Contribution:
    """Sales a year; in every tenth area none in 2019, which is said by leaving the row out; one year is suppressed."""
    random = np.random.default_rng(12)
    rows: list[dict[str, object]] = []
    for number, code in enumerate(codes):
        for year in YEARS:
            if number % 10 == 0 and year == 2019:
                continue
            hidden = code == OURS[0] and year == 2022
            cell = (
                {"status": "suppressed", "low": 1.0, "high": 4.0}
                if hidden
                else {"numerator": float(random.poisson(30))}
            )
            rows.append({"code": code, "start": f"{year}-01", **cell})
    return yearly("house-sales", "events", rows)


def councils() -> list[Contribution]:
    """Figures of Plymouth, and of Devon's county council where the districts have none."""
    plans = [{"code": code, "start": f"{year}-03", "numerator": 300.0 + 10 * (year - 2014), "denominator": 50_000.0}
             for code in (PLYMOUTH, "E10000008") for year in YEARS]  # fmt: skip
    poor = [{"code": PLYMOUTH, "start": f"{year}-04", "numerator": 9_000.0 + 100 * (year - 2014), "denominator": 45_000.0}
            for year in YEARS if year != 2019]  # fmt: skip
    exams = [{"code": PLYMOUTH, "start": f"{year}-09", "value": 45.0 + 0.1 * (year - 2014), "low": 44.0, "high": 46.2}
             for year in YEARS]  # fmt: skip
    injuries = [{"code": PLYMOUTH, "start": f"{year}-04", "numerator": 500.0, "denominator": 44_000.0,
                 "status": "inherited" if year == 2021 else "rounded"} for year in YEARS]  # fmt: skip
    return [
        yearly("children-in-care", "stock", plans, area_kind="council", months=0),
        yearly("children-in-relative-low-income", "proportion", poor, area_kind="council"),
        yearly("key-stage-4-attainment-8", "mean", exams, area_kind="council"),
        yearly("hospital-admissions-of-children-for-injuries", "events", injuries, area_kind="council"),
    ]


def _named(kind: str, codes: Sequence[str], name: str) -> pd.DataFrame:
    return pd.DataFrame({"kind": kind, "code": codes, "name": [f"{name} {code}" for code in codes], "country": "England",
                         "longitude": np.nan, "latitude": np.nan})  # fmt: skip


def practices(members: pd.DataFrame) -> list[Contribution]:
    """Forty practices with a register and items prescribed; the first two look after people of the place."""
    random = np.random.default_rng(13)
    rows, items = [], []
    for code in PRACTICES:
        size, share = float(random.integers(5_000, 9_000)), random.uniform(0.08, 0.14)
        rows += [{"code": code, "start": f"{year}-04", "numerator": float(random.binomial(int(size), share)),
                  "denominator": size} for year in YEARS]  # fmt: skip
        items += [
            {"code": code, "start": f"{year}-04", "numerator": float(random.poisson(size * 0.4))} for year in YEARS
        ]
    sizes = [{"code": code, "start": "2024-01", "numerator": 6_000.0} for code in PRACTICES]
    here = [{"code": code, "start": "2024-01", "numerator": 1_800.0} for code in OURS]
    named = _named("practice", PRACTICES, "Surgery")
    return [
        yearly("depression-register", "proportion", rows, area_kind="practice", areas=named, members=members),
        yearly("antidepressants", "events", items, area_kind="practice"),
        yearly("registered-patients", "stock", sizes, area_kind="practice", months=0),
        yearly("registered-patients-living-here", "stock", here, months=0),
    ]


def patients(shares: tuple[float, float]) -> pd.DataFrame:
    """Which share of each of the place's small areas is with the first practice and with the second."""
    return pd.DataFrame([
        {"parent_kind": "practice", "parent_code": f"L83{number:03d}", "member_kind": "stable", "member_code": code,
         "relation": "patients", "share": share, "basis": "the tests"}
        for code in OURS for number, share in enumerate(shares)
    ])  # fmt: skip


def schools() -> list[Contribution]:
    """Exam scores of the place's two schools and 25 others; results at 11 of others only."""
    random = np.random.default_rng(14)
    scores = [{"code": code, "start": f"{year}-09", "value": float(random.normal(45, 1)), "denominator": 150.0}
              for code in (*SCHOOLS, *OTHER_SCHOOLS) for year in YEARS]  # fmt: skip
    few = [{"code": code, "start": f"{year}-09", "numerator": 40.0, "denominator": 60.0}
           for code in OTHER_SCHOOLS[:5] for year in YEARS]  # fmt: skip
    named = _named("school", (*SCHOOLS, *OTHER_SCHOOLS), "School")
    return [
        yearly("key-stage-4-attainment-8-in-schools", "mean", scores, area_kind="school", areas=named),
        yearly("key-stage-2-expected-standard-in-schools", "proportion", few, area_kind="school"),
    ]


def shares(codes: Sequence[str]) -> Contribution:
    """So many out of 300 in every small area and year."""
    random = np.random.default_rng(4)
    return yearly("share", "proportion", [
        {"code": code, "start": f"{year}-01", "numerator": float(random.binomial(300, 0.3)), "denominator": 300.0}
        for code in codes for year in YEARS
    ])  # fmt: skip


def noughts(codes: Sequence[str]) -> Contribution:
    """Values of nothing at all."""
    rows = [{"code": code, "start": f"{year}-01", "value": 0.0} for code in codes for year in YEARS]
    return yearly("nought", "proportion", rows)


def flat(codes: Sequence[str]) -> Contribution:
    """Values that differ in 2016 and in no other year."""
    random = np.random.default_rng(5)
    rows = [{"code": code, "start": f"{year}-01", "value": 30.0 + (float(random.normal()) if year == 2016 else 0.0)}
            for code in codes for year in YEARS]  # fmt: skip
    return yearly("flat", "proportion", rows)


def one_month_suppressed(sample: Store, codes: Sequence[str]) -> Contribution:
    """The sample's burglaries of one month as the police's publisher would bring them, one of the place's own hidden."""
    month = month_number(parse_month(HIDDEN_MONTH))
    counts = sample.monthly(["burglary"], list(codes), FORCE)[month]
    rows: list[dict[str, object]] = [
        {"code": code, "start": HIDDEN_MONTH, "numerator": float(count)}
        for code, count in counts.items()
        if count and code != OURS[0]
    ]
    hidden = {"code": OURS[0], "start": HIDDEN_MONTH, "status": "suppressed", "low": 1.0, "high": 4.0}
    return yearly("burglary", "events", [*rows, hidden], months=1, authority=("police_force", FORCE))


def brought_here(units: Sequence[Sequence[str]]) -> list[Contribution]:
    """What services brought of the place and of ``units`` alone: visits (sensitive), helpers (people), and mothers.

    In the place the visits halve and the helpers stay as they are.
    """
    random = np.random.default_rng(15)
    codes = [*OURS, *(code for unit in units for code in unit)]
    council, recent = ("council", PLYMOUTH), range(2018, 2024)
    visits = [{"code": code, "start": f"{year}-01",
               "numerator": float(random.poisson(80 if code in OURS and year > 2020 else 160))}
              for code in codes for year in recent]  # fmt: skip
    helpers = [{"code": code, "start": f"{year}-01", "numerator": float(10 + random.poisson(30))}
               for code in codes for year in recent]  # fmt: skip
    mothers = [{"code": code, "start": f"{year}-01", "numerator": float(12 + random.binomial(60, 0.3)), "denominator": 93.0}
               for code in codes[:50] for year in (2020, 2021)]  # fmt: skip
    return [
        yearly("local-visits", "events", visits, authority=council, rule="local_sensitive"),
        yearly("local-helpers", "events", helpers, authority=council, rule="local"),
        yearly("local-mothers", "proportion", mothers, authority=council, rule="local_sensitive"),
    ]


def world(sample: Folder, root: Path, contributions: Sequence[Contribution]) -> Store:
    """The sample with more contributions on top, a break in the flat values, and schools in North Stonehouse."""
    shutil.copytree(sample.root, root)
    folder = Folder(root)
    with folder.breaks.open("a", encoding="utf-8") as file:
        file.write(BREAK)
    path = folder.areas / "north-stonehouse.toml"
    named = ", ".join(f'"{code}"' for code in SCHOOLS)
    text = path.read_text(encoding="utf-8")
    assert text.count("schools = []") == 1
    path.write_text(text.replace("schools = []", f"schools = [{named}]"), encoding="utf-8")
    build(folder, contributions, {}, datetime.fromisoformat("2026-11-22T06:00"))
    return open_store(folder)
