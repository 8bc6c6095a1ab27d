"""Editions of the indices of deprivation of England, Wales and Scotland: their files, columns and publishers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from store.source import Source

ENGLAND = Source(
    name="deprivation",
    title="English indices of deprivation",
    publisher="Ministry of Housing, Communities and Local Government",
    landing_page="https://www.gov.uk/government/collections/english-indices-of-deprivation",
    licence="Open Government Licence v3.0",
    attribution="Source: English indices of deprivation 2019 and 2025, Ministry of Housing, Communities and Local "
    "Government. Open Government Licence v3.0.",
    geography="Lower layer super output areas of 2011 (2019 edition) and 2021 (2025 edition), England",
    frequency="Every few years",
    caveats=(
        "Ranks order the small areas of England in one edition; they do not show change from one edition to the next.",
        "They are used here only to find similar areas.",
    ),
    format_evidence="documented header",
    address="https://assets.publishing.service.gov.uk/media/",
)
WALES = Source(
    name="deprivation_wales",
    title="Welsh Index of Multiple Deprivation 2019",
    publisher="Welsh Government",
    landing_page="https://www.gov.wales/welsh-index-multiple-deprivation",
    licence="Open Government Licence v3.0",
    attribution="Source: Welsh Index of Multiple Deprivation 2019, Welsh Government. Open Government Licence v3.0.",
    geography="Lower layer super output areas of 2011, Wales",
    frequency="Every few years",
    caveats=("Ranks order the small areas of Wales in one edition and cannot be set beside those of England.",),
    format_evidence="documented header",
)
SCOTLAND = Source(
    name="deprivation_scotland",
    title="Scottish Index of Multiple Deprivation 2020",
    publisher="Scottish Government",
    landing_page="https://www.gov.scot/collections/scottish-index-of-multiple-deprivation-2020/",
    licence="Open Government Licence v3.0",
    attribution="Source: Scottish Index of Multiple Deprivation 2020 (version 2), Scottish Government. Open Government "
    "Licence v3.0.",
    geography="Data Zones of 2011, Scotland",
    frequency="Every few years",
    caveats=("Ranks order the Data Zones of Scotland in one edition and cannot be set beside those of England.",),
    format_evidence="documented header",
)

_RANK = "Rank (where 1 is most deprived)"
# Domain → heading, in File 7 of the English indices.
DOMAINS: Mapping[str, str] = {
    "overall": f"Index of Multiple Deprivation (IMD) {_RANK}",
    "income": f"Income {_RANK}",
    "employment": f"Employment {_RANK}",
    "education": f"Education, Skills and Training {_RANK}",
    "health": f"Health Deprivation and Disability {_RANK}",
    "crime": f"Crime {_RANK}",
    "housing": f"Barriers to Housing and Services {_RANK}",
    "environment": f"Living Environment {_RANK}",
}
# Welsh Government, index and domain ranks by small area, sheet WIMD_2019_ranks.
_WELSH_DOMAINS: Mapping[str, str] = {
    "overall": "WIMD 2019", "income": "Income", "employment": "Employment", "education": "Education", "health": "Health",
    "crime": "Community Safety", "housing": "Housing", "environment": "Physical Environment", "access": "Access to Services",
}  # fmt: skip
# Scottish Government, Data Zone lookup and ranks of SIMD 2020 version 2: only the whole and income were revised.
_SCOTTISH_DOMAINS: Mapping[str, str] = {
    "overall": "SIMD2020v2_Rank", "income": "SIMD2020v2_Income_Domain_Rank",
    **{name: f"SIMD2020_{name.capitalize()}_Domain_Rank"
       for name in ("employment", "education", "health", "crime", "housing", "access")},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition: whose it is, the columns it is known by (``code_columns``: any one of them), how many areas it ranks.

    ``small_areas`` is "2011", "2021" or "data_zone"; ``halves`` says that areas with equal scores share the middle rank;
    ``path`` is where its file lies below the source's address, where that is fixed.
    """

    source: Source
    country: str
    year: int
    code_columns: tuple[str, ...]
    known_by: str
    domains: Mapping[str, str]
    small_areas: str
    areas_ranked: int
    halves: bool = False
    path: str | None = None


EDITIONS = (
    Edition(
        ENGLAND, "England", 2019, ("LSOA code (2011)",), "Local Authority District code (2019)", DOMAINS, "2011", 32_844,
        path="5dc407b440f0b6379a7acc8d/File_7_-_All_IoD2019_Scores__Ranks__Deciles_and_Population_Denominators_3.csv",
    ),
    Edition(
        ENGLAND, "England", 2025, ("LSOA code (2021)",), "Local Authority District code (2024)", DOMAINS, "2021", 33_755,
        path="691ded56d140bbbaa59a2a7d/File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv",
    ),
    Edition(WALES, "Wales", 2019, ("LSOA code",), "WIMD 2019", _WELSH_DOMAINS, "2011", 1_909),
    Edition(
        SCOTLAND, "Scotland", 2020, ("Data_Zone", "DZ"), "SIMD2020v2_Rank", _SCOTTISH_DOMAINS, "data_zone", 6_976,
        halves=True,
    ),
)  # fmt: skip
TIDIED: Mapping[str, tuple[str, ...]] = {
    "an extract of the Scottish index of 2020 tidied by somebody else": ("dz11_code", "IMD_rank"),
    "an extract of the Welsh index of 2019 tidied by somebody else": ("lsoa11_code", "IMD_rank", "Access_rank"),
    "an extract of the 2019 edition tidied by somebody else": ("lsoa11_code", "IMD_rank"),
    "an extract of the 2025 edition tidied by somebody else": ("lsoa21_code", "IMD_rank"),
}
# Names and residents of Data Zones, by the headings of the two files of the Scottish Government.
ZONE_NAMES = ("DZname", "IZname", "Intermediate_Zone")
ZONE_RESIDENTS = ("Population", "Total_population")
ZONE_RESIDENTS_IN = 2017
