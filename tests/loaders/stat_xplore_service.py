"""A Stat-Xplore that answers tables from a function of area, date and other values."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from loaders.stat_xplore import TOTAL, Cube
from tests.loaders.publishers import Asked, Reply, Script

KEY = "a-very-secret-key"


def answer_to(question: dict[str, Any], dates: list[str], value: Callable[[dict[str, str]], Any]) -> dict[str, Any]:
    """The service's answer to ``question``; ``dates`` are those a field without a map has."""
    (measure,) = question["measures"]
    fields, axes = [], []
    for (name,) in question["dimensions"]:
        recode = question.get("recodes", {}).get(name)
        uris = [uri for (uri,) in recode["map"]] if recode else dates
        items: list[dict[str, Any]] = [{"type": "RecodeItem", "labels": [uri[-6:]], "uris": [uri]} for uri in uris]
        if recode and recode["total"]:
            items.append({"type": "Total", "labels": ["Total"]})
        fields.append({"uri": name, "label": name, "items": items})
        axes.append((name, [item.get("uris", [TOTAL])[0].rpartition(":")[2] for item in items]))

    def cells(left: list[tuple[str, list[str]]], here: dict[str, str]) -> Any:
        if not left:
            return value(here)
        (name, codes), rest = left[0], left[1:]
        return [cells(rest, {**here, name: code}) for code in codes]

    cubes = {measure: {"values": cells(axes, {}), "precision": 0}}
    return {"query": question, "database": {}, "measures": [{"uri": measure}], "fields": fields, "cubes": cubes}


def service(cubes: list[Cube], dates: dict[str, list[str]], value: Callable[[dict[str, str]], Any]) -> Script:
    """Answers every table asked for with the right key; ``dates`` by database."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("apikey") != KEY:
            return Reply(b"{}", 401)
        question = json.loads(asked.body)
        database = question["database"].rpartition(":")[2]
        assert any(cube.database == database for cube in cubes)
        said = answer_to(question, dates[database], value)
        return Reply(json.dumps(said).encode(), headers={"Content-Type": "application/json"})

    return answer
