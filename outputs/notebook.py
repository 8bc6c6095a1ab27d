"""A notebook that rebuilds one finding: from the database, and from its counts alone, to the last digit."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from indicators import Finding
from indicators.frozen_plan import plan_of
from indicators.inputs import Inputs, inputs_of
from outputs import sentence
from outputs.markup import escape, unmarked
from outputs.pack import Pack
from outputs.source_words import source_lines
from store.database import Store
from store.errors import BadQuestion

_ENVIRONMENT = "Run it in the project's folder, with the environment that `python3 run.py setup` makes."
_DATABASE = """import json

from indicators import study
from indicators.frozen_plan import question_from
from store.database import open_store
from store.folder import data_folder

PLAN = json.loads({plan!r})
finding = study(open_store(data_folder()), question_from(PLAN))
print("before", finding.before.count, "in", finding.before.months_used, "months")
print("after", finding.after.count, "in", finding.after.months_used, "months")
print("change", finding.change_percent, "%, limits", finding.change_lower, "to", finding.change_upper)
if finding.comparison is not None:
    print("similar places", len(finding.comparison.areas))
    print("ratio", finding.comparison.headline.ratio)
    print("limits", finding.comparison.headline.lower, "to", finding.comparison.headline.upper)
print(finding.verdict)"""
_SAME = """WRITTEN = {written!r}
REBUILT = {rebuilt}
for name, value in WRITTEN.items():
    assert REBUILT[name] == value, (name, REBUILT[name], value)
print("All", len(WRITTEN), "numbers are those of the finding, to the last digit.")"""
_FROM_FINDING = """{
    "before": finding.before.count, "after": finding.after.count, "change": finding.change_percent,
    "ratio": finding.comparison.headline.ratio if finding.comparison else None,
    "lower": finding.comparison.headline.lower if finding.comparison else None,
    "upper": finding.comparison.headline.upper if finding.comparison else None,
    "p": finding.comparison.headline.p if finding.comparison else None,
}"""
_TABLES = """import io

import pandas as pd

from indicators.comparison import compare


def table(text):
    frame = pd.read_csv(io.StringIO(text), index_col=0)
    return frame.set_axis(pd.PeriodIndex(frame.columns, freq="M"), axis=1)


COUNTS = table({counts!r})
RESIDENTS = {residents}
again = compare(
    COUNTS, {treated!r}, {before!r}, {after!r}, population=RESIDENTS,
    units={units!r},
)
print("before", again.before, "after", again.after)
print("ratio", again.ratio, "limits", again.lower, "to", again.upper)
again.table().head()"""
_FROM_TABLES = """{"before": again.before, "after": again.after, "ratio": again.ratio, "lower": again.lower, "upper": again.upper,
           "p": again.p}"""


def make(pack: Pack, store: Store) -> Mapping[str, bytes]:
    """The notebook of the first outcome that is compared, else of the first that has two counts.

    Raises BadQuestion where the place has neither.
    """
    compared = [one for one in pack.findings if one.comparison is not None]
    counted = [one for one in pack.findings if one.before is not None and one.after is not None]
    for one in (*compared, *counted):
        if can_be_rebuilt(one):
            return {".ipynb": notebook_of(pack, store, one)}
    raise BadQuestion("There is no finding to rebuild here", do="Give the place a start, or choose another place.")


def can_be_rebuilt(finding: Finding) -> bool:
    """Whether a finding has two counts that may be shown: what a community brought is not rebuilt outside its machine."""
    before, after = finding.before, finding.after
    local = finding.question.indicator.startswith("local")
    return (
        not local and before is not None and after is not None and before.count is not None and after.count is not None
    )


def notebook_of(pack: Pack, store: Store, finding: Finding) -> bytes:
    """The notebook of one finding, with the outputs of its cells, as JSON (nbformat 4)."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    namespace: dict[str, Any] = {"__name__": "notebook"}
    cells = []
    for at, (kind, source) in enumerate(_cells(pack, finding, inputs_of(store, finding)), start=1):
        # Identifiers are numbered, not drawn by lot: the same finding gives the same file.
        if kind == "markdown":
            cells.append(new_markdown_cell(source, id=f"cell-{at}"))
            continue
        text = _run(source, namespace)
        printed = [new_output("stream", name="stdout", text=text)] if text else []
        cells.append(new_code_cell(source, id=f"cell-{at}", execution_count=at, outputs=printed))
    document = new_notebook(
        cells=cells, metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    )
    nbformat.validate(document)
    return str(nbformat.writes(document)).encode("utf-8")


def _run(source: str, namespace: dict[str, Any]) -> str:
    """What a cell prints. It is the project's own text, with codes, counts and months in it and nothing anybody typed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "notebook", "exec"), namespace)  # noqa: S102
    return printed.getvalue()


def _cells(pack: Pack, finding: Finding, inputs: Inputs | None) -> Sequence[tuple[str, str]]:
    written = _written(finding)
    cells = [
        ("markdown", _title(pack, finding)),
        ("markdown", f"## From the database\n\nThe plan names everything the answer depends on. {_ENVIRONMENT}"),
        ("code", _DATABASE.format(plan=json.dumps(plan_of(finding), ensure_ascii=False))),
        ("code", _SAME.format(written=written, rebuilt=_FROM_FINDING)),
    ]
    if inputs is None:
        return [*cells, ("markdown", "## From the counts alone\n\nThis finding does not come from monthly counts of small "
                         "areas, so it is rebuilt from the database only.")]  # fmt: skip
    before, after = finding.question.before, finding.question.after
    assert before is not None
    assert after is not None
    residents = "None" if inputs.residents is None else f"table({inputs.residents.to_csv()!r})"
    cells += [
        ("markdown", "## From the counts alone\n\nNo database: the monthly counts of the place and of the similar places stand "
         "in the cell itself, one row a small area. `compare` takes any such table, so other places can be tried here."),
        ("code", _TABLES.format(
            counts=inputs.counts.to_csv(), residents=residents, treated=inputs.treated, units=inputs.units,
            before=(f"{before.first:%Y-%m}", f"{before.last:%Y-%m}"), after=(f"{after.first:%Y-%m}", f"{after.last:%Y-%m}"),
        )),
        ("code", _SAME.format(written={k: v for k, v in written.items() if k != "change"}, rebuilt=_FROM_TABLES)),
    ]  # fmt: skip
    return cells


def _written(finding: Finding) -> dict[str, float | None]:
    assert finding.before is not None
    assert finding.after is not None
    headline = finding.comparison.headline if finding.comparison else None
    return {
        "before": finding.before.count,
        "after": finding.after.count,
        "change": finding.change_percent,
        "ratio": headline.ratio if headline else None,
        "lower": headline.lower if headline else None,
        "upper": headline.upper if headline else None,
        "p": headline.p if headline else None,
    }


def _title(pack: Pack, finding: Finding) -> str:
    caveats = "".join(f"\n- {_plain(text)}" for _, text in finding.caveats)
    sample = "\n\nThis is a sample." if pack.is_sample else ""
    return (
        f"# {_plain(finding.title)}: {_plain(pack.title)}\n\n{_plain(sentence.of(finding))}\n\nTo be read with it:{caveats}\n\n"
        f"Plan {finding.plan_hash}, data {finding.data_hash[:16]}, software {finding.software_version}, made on "
        f"{pack.made_on.isoformat()}.{sample}\n\n{_plain(pack.drawn_by)}\n\nSources: {_plain(' '.join(source_lines([finding])))}\n\n{pack.use}"
    )


def _plain(text: str) -> str:
    """Text in which nothing is Markdown or HTML."""
    return unmarked(escape(text).replace("&#x27;", "'").replace("&quot;", '"'))
