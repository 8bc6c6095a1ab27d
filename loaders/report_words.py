"""Reports of a refresh and of a check in plain lines of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

# How many rows of a list are printed; the whole list is in the JSON.
SHOWN = 20

Row = Mapping[str, Any]


def _list(title: str, rows: Sequence[Row], line: Callable[[Row], str]) -> list[str]:
    if not rows:
        return []
    more = [f"  … and {len(rows) - SHOWN:,} more (--json shows all)"] if len(rows) > SHOWN else []
    return [title, *(f"  {line(row)}" for row in rows[:SHOWN]), *more]


def _number(value: float | None) -> str:
    return "not published" if value is None else f"{value:,.10g}"


def _changed(row: Row) -> str:
    parts = (("new", "new"), ("revised", "published anew"), ("from_sample", "in place of the sample"))
    told = ", ".join(f"{row[key]:,} {words}" for key, words in parts if row[key])
    span = row["first"] if row["first"] == row["last"] else f"{row['first']} to {row['last']}"
    return f"{row['source']} {row['measure']}, {span}: {told}"


def _revised(row: Row) -> str:
    total = "" if row["before"] is None or row["after"] is None else (
        f", in all {_number(row['before'])} before and {_number(row['after'])} now"
    )  # fmt: skip
    areas = "1 area" if row["areas"] == 1 else f"{row['areas']:,} areas"
    return f"{row['source']} {row['measure']} {row['period']}: {areas} moved{total}"


def _move(row: Row) -> str:
    return (
        f"{row['measure']} {row['period']}, {row['name']} ({row['area']}): {_number(row['was'])} before, "
        f"{_number(row['is'])} now"
    )


def _stale(row: Row) -> str:
    sample = ", and it is the sample" if row["is_sample"] else ""
    return f"{row['source']}: held to {row['data_to']}; more was expected by {row['expected_by']} ({row['frequency']}){sample}"


def refresh_lines(report: Row) -> list[str]:
    """What a refresh's report (loaders.refresh_report) says beyond how each source fared."""
    missing = report["missing"]
    lines = [
        *_list("What changed (a measure by one authority in one period):", report["changed"], _changed),
        *_list("Past figures that were revised:", report["revised"], _revised),
        *_list("Largest moves:", report["moves"], _move),
        *_list("Older than it need be:", report["stale"], _stale),
        *_list(
            "Months no file holds:",
            missing["absent"],
            lambda row: f"{row['source']} {row['authority']}: {row['months']} between {row['first']} and {row['last']}",
        ),
    ]
    if missing["never_loaded"]:
        lines.append(f"Never loaded: {', '.join(missing['never_loaded'])}.")
    if missing["from_sample"]:
        lines.append(f"Still the sample that comes with the project: {', '.join(missing['from_sample'])}.")
    return lines


def check_lines(report: Row) -> list[str]:
    """What a check (loaders.checking) says."""
    lines = [
        f"{row['source']} {row['authority']} {row['measure']}: {row['first']} to {row['last']}, "
        f"{row['reported']} periods reported, {row['suspect']} suspect, {row['absent']} absent"
        for row in report["coverage"]
    ]
    lines += [
        f"{row['state'].capitalize()}: {row['authority']} {row['measure']} {row['month']}. {row['reason']}."
        for row in (*report["suspect"], *report["absent"])
    ]
    return [
        *lines,
        *_list("Far off their neighbours in time:", report["spikes"], _spike),
        *_list("Rows of a file without a place or with codes nobody knows:", report["unmatched"], _unmatched),
        *_list("Older than it need be:", report["stale"], _stale),
        *_list(
            "Authorities whose newest period is older than others':",
            report["behind"],
            lambda row: f"{row['source']} {row['authority']}: {row['last']}, where others have {row['newest']}",
        ),
        *_list(
            "Neighbourhood files:",
            report["places"],
            lambda row: (
                f"{row['place']}: {row['message']}"
                + (f" ({row['column']}): {', '.join(row['codes'])}" if row["codes"] else "")
            ),
        ),
        *([f"Never loaded: {', '.join(report['never_loaded'])}."] if report["never_loaded"] else []),
    ]


def _spike(row: Row) -> str:
    where = row.get("authority") or row.get("place")
    return f"{row['measure']} {where} {row['period']}: {_number(row['count'])}, where about {_number(row['usual'])} are usual"


def _unmatched(row: Row) -> str:
    return (
        f"{row['source']} {row['file']}: {row['rows_unlocated']:,} without a place and {row['rows_refused']:,} refused, "
        f"of {row['rows_read']:,}"
    )


def publish_lines(report: Mapping[str, Any]) -> list[str]:
    """What a publication says about itself, in words."""
    lines = []
    for kind, of in (("Snapshot", report["snapshot"]), ("Parquet", report["parquet"])):
        if of is None:
            continue
        if kind == "Parquet":
            lines.append(f"Parquet files: {of['folder']}")
        elif of["state"] == "unchanged":
            lines.append(f"Snapshot {of['name']} is published already.")
        else:
            areas = sum(name.startswith("areas/") for name in of["files"])
            lines.append(f"Snapshot {of['name']}: {of['bytes']:,} bytes, {areas:,} area files with their stories.")
        if of["local_left_out"]:
            lines.append(f"{of['local_left_out']:,} figures that communities brought stay on this machine.")
    return lines


def fetched_lines(report: Mapping[str, Any]) -> list[str]:
    """What fetching a snapshot says about itself, in words."""
    if report["state"] == "unchanged":
        return ["The published snapshot is in use already."]
    files, database = report["files"], report["database"]
    return [
        f"{files['written']:,} area files and rules written, {files['gone']:,} taken away.",
        f"Database in use: {database['stamp']}" if database["swapped"] else "The database is as it was.",
    ]
