"""The data files of Explore Education Statistics this project reads: their columns, and the measures made of them.

Columns marked [K] stand in no file the project has met; they are the publisher's as others' code names them, and a
file without them is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from loaders.csv_table import need
from store.contribution import Measure, MeasureKind

UNKNOWN = float("nan")
ENGLISH_LEVELS: Mapping[str, tuple[str, str, str]] = {
    "National": ("country", "country_code", "country_name"),
    "Regional": ("region", "region_code", "region_name"),
    "Local authority": ("council", "new_la_code", "la_name"),
}
_GROUP_COLUMN = "social_care_group"
# Outcomes are published for three groups that do not overlap: a child is in the last of them that applies.
GROUPS = {
    "CINO at 31 March": ("children-in-need", "of children in need who have no protection plan and are not looked after"),
    "CPPO at 31 March": ("protection-plans", "of children on a protection plan who are not looked after"),
    "CLA 12 months at 31 March": ("looked-after", "of children looked after for at least twelve months"),
}  # fmt: skip
_ALL = ("Total", "All", "All pupils", "All schools", "All state-funded", "All state funded", "All state-funded schools")
# Columns by which a file may divide its pupils; the row of everybody is taken in each that is there.
_DIVIDED = (
    "sex", "gender", "breakdown_topic", "breakdown", "characteristic_group", "characteristic", "disadvantage_status",
    "fsm_status", "ethnicity_major", "ethnicity_minor", "first_language", "month_of_birth", "sen_provision", "sen_status",
    "sen_primary_need", "prior_attainment", "mobility", "education_phase", "school_type", "phase_type_grouping",
    "establishment_type_group", "type_of_establishment", "hospital_school", "placement", "period_of_care_length",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One measure of a file and the columns it comes from; those not there are empty.

    ``hidden`` is the range a suppressed count stands for (data/suppression.toml, the rules dfe_children_in_need,
    dfe_social_care_outcomes and dfe_absence); an upper end that is not known is the denominator, if any.
    """

    measure: str
    kind: MeasureKind
    unit: str
    numerator: str = ""
    denominator: str = ""
    value: str = ""
    hidden: tuple[float, float] = (0.0, UNKNOWN)
    most: float = float("inf")

    def measure_of(self, group: str) -> Measure:
        """The measure of this column for one of GROUPS, or for everybody (the empty text)."""
        if not group:
            return Measure(self.measure, self.kind, self.unit)
        suffix, whose = GROUPS[group]
        return Measure(f"{self.measure}-{suffix}", self.kind, f"{self.unit}, {whose}")


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of data file.

    ``telling`` are the columns by which it is known: most of them are there. ``kept`` are the values a column must have
    in a row that is used. ``identifier`` is the only kind of period used; ``day`` (month, day) is when its figures
    stand, None for all of it. ``grouped`` says whether rows are of one of GROUPS (None: where the column is there).
    Counts of regions and England are multiples of ``rounded``. ``total`` (column, value) names the rows that hold the
    denominators. ``smallest`` is the level a file must have. ``optional`` columns may be absent. ``in_api`` says that the
    publisher's API is known to hold it; where that is not known it is fetched if it is there.
    """

    slug: str
    title: str
    publication: str
    telling: tuple[str, ...]
    columns: tuple[Column, ...]
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    identifier: str = "Academic year"
    day: tuple[int, int] | None = None
    grouped: bool | None = None
    rounded: int = 1
    total: tuple[str, str] | None = None
    levels: Mapping[str, tuple[str, str, str]] = field(default_factory=lambda: ENGLISH_LEVELS)
    smallest: str = "Local authority"
    optional: tuple[str, ...] = ()
    in_api: bool = False

    @property
    def needed(self) -> tuple[str, ...]:
        """The figures' columns and those that choose rows, in the order in which their absence is reported."""
        figures = [name for item in self.columns for name in (item.numerator, item.denominator, item.value) if name]
        chosen = [name for name in self.kept if name not in _DIVIDED]
        group = [_GROUP_COLUMN] if self.grouped else []
        return tuple(name for name in dict.fromkeys([*group, *chosen, *figures]) if name not in self.optional)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure a file of this kind can bring."""
        groups = ["", *GROUPS] if self.grouped is None else list(GROUPS) if self.grouped else [""]
        return tuple(item.measure_of(group) for item in self.columns for group in groups)

    def group_column(self, table: pd.DataFrame) -> str:
        """The column that says whose outcomes a row holds; empty for a file of everybody."""
        return _GROUP_COLUMN if self.grouped is not False and _GROUP_COLUMN in table.columns else ""


_ABSENCE = Column(
    "absence", "proportion", "half days missed, of all half days", "sess_overall", "sess_possible",
    "sess_overall_percent", most=100,
)  # fmt: skip
_PERSISTENT = Column(
    "persistent-absence", "proportion", "pupils who missed a tenth of their half days or more",
    "enrolments_pa_10_exact", "enrolments", "enrolments_pa_10_exact_percent", most=100,
)  # fmt: skip
EXPECTED = Column(
    "key-stage-2-expected-standard", "proportion", "pupils who met the expected standard in reading, writing and maths",
    "expected_standard_pupil_count", "eligible_pupil_count", "expected_standard_pupil_percent", (0.0, 5.0), 100,
)  # fmt: skip
ATTAINMENT = Column(
    "key-stage-4-attainment-8", "mean", "Attainment 8 points a pupil, out of 90", "", "pupil_count",
    "attainment8_average", most=90,
)  # fmt: skip
_GRADE_5 = Column(
    "key-stage-4-english-maths-grade-5", "proportion", "pupils with grade 5 or above in English and maths",
    "engmath_95_total", "pupil_count", "engmath_95_percent", (0.0, 5.0), 100,
)  # fmt: skip
RWM = {"subject": ("Reading, writing and maths",)}
_OUTCOMES = "Outcomes for children in need, including children looked after by local authorities in England"
_IN_NEED = "Children in need"

FORMATS = (
    Format(
        "absence", "absence from school", "Pupil absence in schools in England",
        ("sess_overall", "sess_possible", "enrolments_pa_10_exact"), (_ABSENCE, _PERSISTENT), grouped=False, in_api=True,
    ),
    Format(
        "absence-social-care", "absence of children in social care", _OUTCOMES,
        ("t_sess_overall", "t_sess_possible", "t_pupils_pa_10_exact"),
        (
            replace(_ABSENCE, numerator="t_sess_overall", denominator="t_sess_possible", value="pt_overall"),
            replace(_PERSISTENT, numerator="t_pupils_pa_10_exact", denominator="t_pupils", value="pt_pupils_pa_10_exact"),
        ),
        kept={"absence_terms": ("six half terms",)}, grouped=True, rounded=10,
    ),
    # [K] the three counts' names; met in code that reads the file, never in the file.
    Format(
        "key-stage-2", "key stage 2 results", "Key stage 2 attainment",
        ("subject", "higher_standard_pupil_percent", "expected_standard_pupil_count"), (EXPECTED,), kept=RWM,
        in_api=True,
    ),
    Format(
        "key-stage-2-social-care", "key stage 2 results of children in social care", _OUTCOMES,
        ("t_rwm_eligible_pupils", "t_rwm_met_expected_standard", "pt_rwm_met_expected_standard"),
        (
            replace(EXPECTED, numerator="t_rwm_met_expected_standard", denominator="t_rwm_eligible_pupils",
                    value="pt_rwm_met_expected_standard"),
        ),
        grouped=True, rounded=10,
    ),
    # [K] as above.
    Format(
        "key-stage-4", "key stage 4 results", "Key stage 4 performance",
        ("attainment8_average", "engmath_95_total", "engmath_95_percent"), (ATTAINMENT, _GRADE_5),
        kept={"geography_basis": ("School location",)}, optional=("geography_basis",), in_api=True,
    ),
    Format(
        "key-stage-4-social-care", "key stage 4 results of children in social care", _OUTCOMES,
        ("avg_att8", "t_l2basics_95", "pt_l2basics_95"),
        (
            replace(ATTAINMENT, denominator="t_pupils", value="avg_att8"),
            replace(_GRADE_5, numerator="t_l2basics_95", denominator="t_pupils", value="pt_l2basics_95"),
        ),
        grouped=True, rounded=10,
    ),
    Format(
        "children-in-need", "children in need", _IN_NEED, ("At31_episodes", "Anypoint_episodes", "awaiting_assessment"),
        (Column("children-in-need", "stock", "children in need on 31 March", "At31_episodes", hidden=(1.0, 5.0)),),
        identifier="Reporting year", day=(3, 31), grouped=False, rounded=10,
    ),
    Format(
        "child-protection-plans", "child protection plans", _IN_NEED,
        ("CPP_At31", "3_months_or_less", "2_years_or_more"),
        (
            Column("child-protection-plans", "stock", "children on a protection plan on 31 March", "CPP_At31",
                   hidden=(1.0, 5.0)),
        ),
        identifier="Reporting year", day=(3, 31), grouped=False, rounded=10,
    ),
    Format(
        "children", "children who live here", _IN_NEED, ("population_estimate", "age_group"),
        (Column("children-aged-0-to-17", "stock", "residents aged 0 to 17 at mid-year", "population_estimate"),),
        kept={"age_group": ("Children aged 0 to 17 years",)}, identifier="Reporting year", day=(6, 30), grouped=False,
    ),
    # [K] names and values.
    Format(
        "free-school-meals", "free school meals", "Schools, pupils and their characteristics", ("fsm",),
        (
            Column("free-school-meals", "proportion", "pupils known to be eligible for free school meals", "headcount",
                   "headcount of everybody", "percent_of_pupils", most=100),
        ),
        kept={"fsm": ("known to be eligible for free school meals",)}, grouped=False, total=("fsm", "Total"),
        optional=("headcount of everybody",),
    ),
    # [K] names.
    Format(
        "suspensions", "suspensions from school", "Suspensions and permanent exclusions in England",
        ("suspension", "susp_rate", "perm_excl"),
        (Column("suspensions", "events", "suspensions", "suspension", "headcount"),), grouped=False, in_api=True,
    ),
)  # fmt: skip


def format_of(table: pd.DataFrame, name: str, formats: tuple[Format, ...]) -> Format | None:
    """The kind of file this is, by the headings it is known by; None for a file of something else.

    Raises SourceChanged where a heading of a known kind is not there.
    """
    best = max(formats, key=lambda item: sum(column in table.columns for column in item.telling) / len(item.telling))
    met = sum(column in table.columns for column in best.telling)
    if 2 * met <= len(best.telling):
        return None
    need(table, best.needed, name, {})
    return best


def totals_kept(table: pd.DataFrame, declared: Format) -> dict[str, tuple[str, ...]]:
    """The values each column of ``table`` must have in a row that is used."""
    everybody = {column: _ALL for column in _DIVIDED if column in table.columns}
    return {**everybody, **{column: values for column, values in declared.kept.items() if column in table.columns}}
