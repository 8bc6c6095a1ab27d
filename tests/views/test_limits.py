"""What a host sets in the environment: kept where it makes sense, refused in one sentence where it does not."""

from __future__ import annotations

import contextlib
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from views.limits import BadSetting, Limits, limits_from


def test_nothing_set_is_the_safe_default() -> None:
    assert limits_from({}) == limits_from({"OUTCOMES_SESSIONS": " "}) == Limits()
    assert (Limits().upload_megabytes, Limits().log, Limits().tls, Limits().search_engines) == (5, "off", False, False)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("upload_megabytes", "1", 1),
        ("sessions", "40", 40),
        ("query_seconds", " 5 ", 5),
        ("message_kilobytes", "64", 64),
        ("log", "JSON", "json"),
        ("log", "plain", "plain"),
        ("tls", "on", True),
        ("search_engines", "allow", True),
        ("hosts", "Outcomes.example.org, localhost", ("outcomes.example.org", "localhost")),
    ],
)
def test_a_setting_is_read(name: str, text: str, value: object) -> None:
    read = limits_from({f"OUTCOMES_{name.upper()}": text})
    assert getattr(read, name) == value
    others = [field.name for field in fields(Limits) if field.name != name]
    assert [getattr(read, other) for other in others] == [getattr(Limits(), other) for other in others]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("UPLOAD_MEGABYTES", "6"),
        ("UPLOAD_MEGABYTES", "0"),
        ("SESSIONS", "-3"),
        ("SESSIONS", "many"),
        ("SESSIONS", "9" * 5000),
        ("QUERY_SECONDS", "1.5"),
        ("MESSAGE_KILOBYTES", "1"),
        ("LOG", "xml"),
        ("TLS", "yes please"),
        ("HOSTS", "https://outcomes.example.org"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_a_sentence(name: str, text: str) -> None:
    with pytest.raises(BadSetting, match=rf"^OUTCOMES_{name} is “.+”\. Set it to .+\.$") as refused:
        limits_from({f"OUTCOMES_{name}": text})
    assert refused.value.exit_code == 2


@given(st.dictionaries(st.sampled_from([f"OUTCOMES_{field.name.upper()}" for field in fields(Limits)]), st.text()))
def test_whatever_is_set_there_are_limits_or_a_sentence(environment: dict[str, str]) -> None:
    with contextlib.suppress(BadSetting):
        read = limits_from(environment)
        assert read.sessions > 0
        assert 0 < read.upload_megabytes <= 5
