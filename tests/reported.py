"""A run of billing-verify with its reports, and a service whose responses are markup and bytes."""

from __future__ import annotations

import http.server
import json
import threading
from contextlib import contextmanager
from importlib.resources import files

from jsonschema import Draft202012Validator

from tests.page import Page
from tests.processes import run

SHAPE = json.loads(
    files("billing_verify.report").joinpath("report.schema.json").read_text()
)
RUNS = ("conforming", "broken", "unreachable")
HOSTILE = b"<script>alert(1)</script><img src=//example.test/x>"


class Reported:
    """A run: what it printed, and the reports that it wrote."""

    def __init__(self, url, *arguments, folder):
        json_file, page, junit = (
            folder / name for name in ("r.json", "r.html", "r.xml")
        )
        files = ("--json", json_file, "--html", page, "--junit", junit)
        self.ended = run("billing_verify", url, *arguments, *files, cwd=folder)
        self.json = json.loads(json_file.read_text(encoding="utf-8"))
        self.page = Page(page.read_text(encoding="utf-8"))
        self.junit = junit.read_text(encoding="utf-8")


@contextmanager
def serving_nonsense():
    """Serve a service whose debits answer with markup, bytes and a long tail."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.response(b'{"balance": 10.0, "allowed": true}', "application/json")

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("debit"):
                body = HOSTILE + bytes(range(256)) + b"A" * 5000
                self.response(body, "text/<script>alert(2)</script>")
            else:
                self.do_GET()

        def response(self, body, content_type):
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    with serving_handler(Handler) as url:
        yield url


@contextmanager
def serving_handler(handler):
    """Serve by a handler of http.server on a free port of 127.0.0.1, and yield the URL."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def objects(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects(part)


def problems(report):
    return [error.message for error in Draft202012Validator(SHAPE).iter_errors(report)]


def of(report, clause_id):
    return next(each for each in report["clauses"] if each["id"] == clause_id)
