"""GitHub's API as far as a workflow asks it here: comments of one pull request, and tokens that say who a job is."""

import json
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.e2e.oidc_tokens import token_of

ISSUER = "https://token.actions.githubusercontent.com"
REPOSITORY = "team/web"
WRITING, READING = "token-that-may-comment", "token-that-may-read"
"""What `github.token` is, by whether the job may write to pull requests."""
_COMMENTS = re.compile(rf"/repos/{REPOSITORY}/issues/(\d+)/comments")
_COMMENT = re.compile(rf"/repos/{REPOSITORY}/issues/comments/(\d+)")


@dataclass
class Service:
    """What it has, and what it was asked."""

    url: str = ""
    comments: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    """By number; `body` is the text."""
    asked: list[str] = field(default_factory=list[str])

    @property
    def bodies(self) -> list[str]:
        """The texts under the pull request."""
        return [each["body"] for each in self.comments.values()]

    def answer(self, method: str, path: str, token: str, body: Any) -> tuple[int, Any]:
        """Status and document of one request."""
        address = urlsplit(path)
        self.asked.append(f"{method} {address.path}")
        if address.path == "/oidc":
            # The right to ask is the job's subject here.
            return 200, {"value": token_of(ISSUER, token, parse_qs(address.query)["audience"][0])}
        if method != "GET" and token != WRITING:
            return 403, {"message": "Resource not accessible by integration"}
        if _COMMENTS.fullmatch(address.path):
            return self._listed(method, address.query, body)
        found = _COMMENT.fullmatch(address.path)
        if found and method == "PATCH":
            self.comments[int(found[1])]["body"] = body["body"]
            return 200, self.comments[int(found[1])]
        return 404, {"message": "Not Found"}

    def _listed(self, method: str, query: str, body: Any) -> tuple[int, Any]:
        if method == "POST":
            number = len(self.comments) + 1
            self.comments[number] = {"id": number, "body": body["body"], "user": {"type": "Bot"}}
            self.comments[number]["html_url"] = f"{self.url}/comments/{number}"
            return 201, self.comments[number]
        page = int(parse_qs(query).get("page", ["1"])[0])
        return 200, list(self.comments.values()) if page == 1 else []


@contextmanager
def serving() -> Generator[Service]:
    """The service on a port of its own."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            token = (self.headers.get("Authorization") or "").rpartition(" ")[2]
            status, document = service.answer(self.command, self.path, token, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            _ = format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
