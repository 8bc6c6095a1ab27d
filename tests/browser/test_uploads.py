"""A file beyond the limit: the page says so before sending it, and the server takes it from nobody who sends it all the same."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visitor
from tests.browser.serving import settle

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

_SEND = """async ([url, token, megabytes]) => {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(megabytes * 1024 * 1024)]), 'line.geojson');
  return (await fetch(url, {method: 'PUT', body: form, headers: {'X-Xsrftoken': token}, credentials: 'include'})).status;
}"""


def test_a_file_beyond_the_limit_is_refused_by_page_and_server(visitor: Visitor) -> None:
    page = visitor("add", fresh=True).page
    page.get_by_text("Take it from a line drawn elsewhere (GeoJSON)").click()
    chooser = page.locator(".st-key-add-boundary input[type=file]")
    with page.expect_request(lambda request: request.method == "PUT") as sent:
        chooser.set_input_files({"name": "line.geojson", "mimeType": "application/geo+json", "buffer": b"{}"})
    page.get_by_role("alert").first.wait_for()
    settle(page)
    token = sent.value.header_value("x-xsrftoken")
    # What the page sends is taken, so that a refusal is about the size alone.
    assert page.evaluate(_SEND, [sent.value.url, token, 1]) == 204
    assert page.evaluate(_SEND, [sent.value.url, token, 6]) == 413
    puts: list[str] = []
    page.on("request", lambda request: puts.append(request.url) if request.method == "PUT" else None)
    chooser.set_input_files({"name": "line.geojson", "mimeType": "application/geo+json", "buffer": bytes(6_000_000)})
    page.get_by_text("File must be 5.0MB or smaller.").wait_for()
    assert puts == []
