"""The department's statistics API, played: one publication, its data sets, their metadata and files."""

from __future__ import annotations

import json
from typing import Any

from tests.loaders.publishers import Asked, Reply

SUSPENSIONS = "Suspensions and permanent exclusions in England"
_HEADINGS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,"
    "new_la_code,la_name,school_type,headcount,perm_excl,suspension,susp_rate"
)
_ROW = "202324,Academic year,Local authority,E92000001,England,E12000009,South West,908,E06000052,Cornwall,Total,80000,9,90000,1"


def as_json(said: Any) -> Reply:
    return Reply(json.dumps(said).encode(), headers={"Content-Type": "application/json; charset=utf-8"})


def columns_of(filters: list[str], indicators: list[str]) -> dict[str, Any]:
    """Metadata as version 1 gives it, with ids nobody can read."""
    return {
        "filters": [{"id": f"f{n}", "column": name, "label": name, "options": []} for n, name in enumerate(filters)],
        "indicators": [{"id": f"i{n}", "column": name, "label": name} for n, name in enumerate(indicators)],
        "geographicLevels": [], "locations": [], "timePeriods": [],
    }  # fmt: skip


class Api:
    """An API of one publication: a list in pages of two, data sets with their metadata, and their files."""

    def __init__(self, title: str = SUSPENSIONS) -> None:
        self.title = title
        self.publications = ["Another one", "Attendance in education", title]
        self.data_sets: dict[str, tuple[list[str], dict[str, Any]]] = {
            "aaa-1": (["National"], columns_of([], ["suspension", "headcount"])),
            "bbb-2": (["National", "Local authority"], columns_of(["school_type", "sex"], ["suspension", "headcount"])),
            "ccc-3": (["National", "Local authority"], columns_of(["school_type"], ["suspension", "headcount"])),
            "ddd-4": (["Local authority"], columns_of([], ["perm_excl"])),
        }
        self.body = f"{_HEADINGS}\n{_ROW}\n".encode()
        self.headers = {"Content-Type": "text/csv"}

    def page(self, results: list[dict[str, Any]], asked: Asked) -> Reply:
        page = int(asked.params["page"])
        pages = max(-(-len(results) // 2), 1)
        paging = {"page": page, "pageSize": 2, "totalResults": len(results), "totalPages": pages}
        return as_json({"paging": paging, "results": results[2 * page - 2 : 2 * page]})

    def __call__(self, asked: Asked) -> Reply:
        parts = asked.path.strip("/").split("/")
        if parts == ["publications"]:
            assert asked.params["search"]
            listed = [{"id": f"p-{n}", "title": title} for n, title in enumerate(self.publications)]
            return self.page(listed, asked)
        if parts[0] == "publications":
            assert parts[1:] == [f"p-{self.publications.index(self.title)}", "data-sets"]
            sets = [
                {"id": number, "title": number, "latestVersion": {"geographicLevels": levels}}
                for number, (levels, _) in self.data_sets.items()
            ]
            return self.page(sets, asked)
        if parts[2] == "meta":
            return as_json(self.data_sets[parts[1]][1])
        assert parts[2] == "csv"
        return Reply(self.body, headers=self.headers)
