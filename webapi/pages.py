"""What each path answers: pure, from a path and the state of the process to a status and a body."""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

PROBES = frozenset({"/health", "/ready"})
"""Paths that Kubernetes asks for all the time."""


@dataclass(frozen=True)
class Page:
    """One answer."""

    status: HTTPStatus
    content_type: str
    body: bytes


@dataclass(frozen=True)
class View:
    """What a page may depend on."""

    build: str
    pod: str
    ready: bool
    requests: int
    """Requests that this process has answered."""


def page(path: str, view: View) -> Page:
    """The page of a path without its query; an unknown one is a 404."""
    if path == "/health":
        return json_page(HTTPStatus.OK, {"status": "healthy"})
    if path == "/ready":
        return _ready(view)
    if path == "/version":
        return json_page(HTTPStatus.OK, {"build": view.build, "pod": view.pod})
    if path == "/":
        return Page(HTTPStatus.OK, "text/html; charset=utf-8", _front(view).encode())
    return problem(HTTPStatus.NOT_FOUND, f"nothing at {path}; there are /, /health, /ready and /version")


def problem(status: HTTPStatus, reason: str) -> Page:
    """An error as JSON."""
    return json_page(status, {"status": status.value, "error": reason})


def _ready(view: View) -> Page:
    if view.ready:
        return json_page(HTTPStatus.OK, {"status": "ready"})
    return json_page(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "not ready"})


def json_page(status: HTTPStatus, values: Mapping[str, object]) -> Page:
    """An object as JSON."""
    return Page(status, "application/json", json.dumps(dict(values)).encode() + b"\n")


def _front(view: View) -> str:
    rows = (("build", view.build), ("pod", view.pod), ("requests answered", str(view.requests)))
    table = "".join(f"<tr><th>{name}</th><td>{html.escape(value)}</td></tr>" for name, value in rows)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>webapi</title>'
        '<meta name="viewport" content="width=device-width"><style>'
        ":root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:15vh auto;"
        "padding:0 1rem}th{text-align:left;font-weight:400;opacity:.6;padding-right:1.5rem}"
        "td{font-family:ui-monospace,monospace}</style></head><body><h1>It runs.</h1>"
        f"<table>{table}</table>"
        '<p><a href="/version">/version</a> · <a href="/ready">/ready</a> · <a href="/health">/health</a></p>'
        "</body></html>\n"
    )
