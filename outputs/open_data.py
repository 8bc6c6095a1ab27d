"""Open data about one place: a tidy CSV, and its metadata in the vocabulary of CSV on the Web."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from outputs.observations import Observation, observations
from outputs.open_data_columns import COLUMNS, Column
from outputs.pack import Pack
from outputs.pack_words import about, cautions, replies
from outputs.table import Table
from store.database import Store

METADATA = ".csv-metadata.json"
_CONTEXT = ("http://www.w3.org/ns/csvw", {"@language": "en"})
# Licences with an address of their own; the names of all others are told in words.
_ADDRESSES = {
    "Open Government Licence v3.0": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
}


def make(pack: Pack, store: Store) -> Mapping[str, bytes]:
    """The CSV, named after the place, and its metadata.

    The use statement, the cautions and who drew the place stand in the metadata: CSV has no room for them
    (docs/decisions.md, 46).
    """
    rows = observations(pack, store)
    header = tuple(column.name for column in COLUMNS)
    table = Table(header, tuple(row.cells for row in rows))
    document = _metadata(pack, rows, f"{pack.place.slug}.csv")
    # As every other download: spreadsheets take a file without the mark for one in another alphabet.
    return {".csv": table.csv().encode("utf-8-sig"), METADATA: _written(document)}


def named(metadata: bytes, name: str) -> bytes:
    """The metadata of a CSV that lies beside it under another name."""
    return _written(json.loads(metadata) | {"url": name})


def _written(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _metadata(pack: Pack, rows: Sequence[Observation], name: str) -> dict[str, Any]:
    licences = _distinct(row.licence for row in rows)
    return {
        "@context": list(_CONTEXT),
        "@type": "Table",
        "url": name,
        "dc:title": f"Neighbourhood outcomes: {pack.title}",
        "dc:description": pack.headline,
        "dc:spatial": pack.title,
        "dc:creator": pack.drawn_by,
        "dc:created": {"@value": pack.made_on.isoformat(), "@type": "xsd:date"},
        "dc:source": list(pack.sources),
        "dc:license": [{"@id": _ADDRESSES[one]} if one in _ADDRESSES else one for one in licences],
        "dc:rights": pack.use,
        "notes": _notes(pack),
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"'},
        "tableSchema": {"columns": [_column(column) for column in COLUMNS]},
    }


def _distinct(texts: Any) -> list[str]:
    return [one for one in dict.fromkeys(part for text in texts for part in text.split("; ")) if one]


def _column(column: Column) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": column.name,
        "titles": [column.name],
        "dc:title": column.title,
        "dc:description": column.meaning,
        "datatype": column.datatype,
    }
    if column.required:
        written["required"] = True
    if column.separator:
        written["separator"] = column.separator
    return written


def _notes(pack: Pack) -> list[dict[str, Any]]:
    """One note a line: about the file, then about each outcome the cautions and what people here answer to its number."""
    notes = [{"about": what, "text": words} for what, words in about(pack)]
    findings = [*pack.findings, *(item.finding for item in pack.background)]
    for finding in findings:
        indicator = finding.question.indicator
        notes += [{"about": finding.title, "indicator": indicator, "text": text} for text in cautions(pack, indicator)]
    answered = [
        {"about": f"People here answer: {title}", "indicator": indicator, "text": words}
        for indicator, title, words in replies(pack)
    ]
    return [{"type": "Note", **note} for note in [*notes, *answered]]
