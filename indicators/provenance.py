"""Where figures come from: what is said of every file that was read, once for all the outcomes that share it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from store.database import Store

# What was read of one slice: source, authority, measure, period, sha256 of the file.
Cell = tuple[str, str, str, str, str]


def files_read(store: Store, numbers: Collection[int]) -> dict[int, Mapping[str, str]]:
    """What a finding says of each of these files, in the order of their numbers; ``data_to`` is left to it."""
    known: dict[int, Mapping[str, str]] = store.once("files read", dict)
    if new := sorted({*numbers} - known.keys()):
        for row in store.files(new).to_dict("records"):
            known[int(row["file_id"])] = {
                "name": str(row["source"]), "title": str(row["title"]), "publisher": str(row["publisher"]),
                "licence": str(row["licence"]), "attribution": str(row["attribution"]), "file": str(row["original_name"]),
                "sha256": str(row["sha256"]), "edition": str(row["edition"]), "fetched_on": f"{row['fetched_at']:%Y-%m-%d}",
                "data_to": "", "origin": str(row["origin"]),
            }  # fmt: skip
    return {number: known[number] for number in sorted({*numbers})}


def with_last_month(files: Mapping[int, Mapping[str, str]], last: str) -> tuple[Mapping[str, str], ...]:
    """The same as a finding's sources, whose data reach to the month ``last`` (YYYY-MM, or empty)."""
    return tuple({**said, "data_to": last} for said in files.values())
