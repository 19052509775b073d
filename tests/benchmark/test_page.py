"""Timing a page: pages made of the standard library, and programs that serve none."""

from __future__ import annotations

import pytest

from qa.benchmark.page import seconds_to_page
from qa.benchmark.page_server import PageError

PAGE = """
import http.server, sys, time
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(STATUS)
        self.end_headers()
        self.wfile.write(b"<!doctype html><html>")
time.sleep(.3)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""


def test_the_time_to_a_page_is_measured() -> None:
    assert 0.3 < seconds_to_page(PAGE.replace("STATUS", "200")) < 60


@pytest.mark.parametrize("program", ["pass", PAGE.replace("STATUS", "nothing")])
def test_a_program_without_a_page_is_an_error(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.benchmark.page_server._SECONDS", 2)
    with pytest.raises(PageError, match=r"did not come: (the program ended|not within 2)"):
        seconds_to_page(program)
