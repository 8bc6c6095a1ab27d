"""Finding the indicators."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from indicators import discovery
from indicators.discovery import all_indicators, indicator
from store.errors import BadQuestion

CONTRACT = {
    "burglary", "anti-social-behaviour", "criminal-damage", "public-order", "robbery", "violence", "crime",
    "crime-five-categories", "claimants",
}  # fmt: skip


def test_every_indicator_of_the_contract_is_there() -> None:
    found = all_indicators()
    assert set(found) >= CONTRACT
    assert list(found) == sorted(found)
    assert all(name == declared.name for name, declared in found.items())
    assert len(found["crime"].measures) == 13
    assert "anti-social-behaviour" not in found["crime"].measures
    assert set(found["crime-five-categories"].measures) == {
        "burglary", "criminal-damage", "public-order", "robbery", "violence",
    }  # fmt: skip


def test_what_an_indicator_declares_fits_together() -> None:
    for declared in all_indicators().values():
        assert declared.measures
        assert len(set(declared.measures)) == len(declared.measures)
        assert declared.question.endswith("?")
        if declared.kind == "events" and declared.unit.startswith("per"):
            assert f"{declared.per:,.0f} " in declared.unit
        if declared.kind == "proportion":
            assert (declared.per, declared.unit[:5]) == (100.0, "% of ")
        assert declared.suppress_below >= 0


def test_an_unknown_indicator_names_those_there_are() -> None:
    with pytest.raises(BadQuestion, match="no indicator called “burglery”") as error:
        indicator("burglery")
    assert "burglary" in (error.value.do or "")
    assert indicator("burglary").title == "Burglary"


def test_private_modules_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [SimpleNamespace(name="_private"), SimpleNamespace(name="__main__"), SimpleNamespace(name="burglary")]
    monkeypatch.setattr(discovery.pkgutil, "iter_modules", lambda _: names)
    assert list(all_indicators.__wrapped__()) == ["burglary"]
