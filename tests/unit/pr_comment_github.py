"""GitHub's REST API for comments on loopback: what is there, what was asked, and answers that it is told to give.

Shapes and status codes as docs.github.com/rest/issues/comments (2022-11-28) has them.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ops.pr_comment.place import Place

TOKEN = "ghs_" + "16C7e42F292c6912E7710c838347Ae178B4a"
REPOSITORY, NUMBER = "octo/web", 7


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Answers = Callable[[Asked], Answer | None]
"""None leaves the answer to the API."""


@dataclass
class GitHub:
    """A repository with one pull request."""

    api: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    asked: list[Asked] = field(default_factory=list[Asked])
    first: list[Answer | None] = field(default_factory=list[Answer | None])
    """Answers to the first requests; None is the usual one."""
    overrides: list[Answers] = field(default_factory=list[Answers])

    @property
    def place(self) -> Place:
        return Place(api=self.api, repository=REPOSITORY, number=NUMBER, token=TOKEN)

    def has(self, body: str, *, kind: str = "Bot", association: str = "NONE") -> int:
        """A comment that is there; its id."""
        identity = 1000 + len(self.comments)
        url = f"https://github.com/{REPOSITORY}/pull/{NUMBER}#issuecomment-{identity}"
        author = {"login": "x", "type": kind}
        self.comments.append(
            {"id": identity, "html_url": url, "body": body, "user": author, "author_association": association}
        )
        return identity

    @property
    def bodies(self) -> list[str]:
        return [each["body"] for each in self.comments]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        told = self.first.pop(0) if self.first else None
        if told is not None:
            return told
        for each in self.overrides:
            if reply := each(asked):
                return reply
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer(401, {"message": "Bad credentials"})
        return self._usual(asked)

    def _usual(self, asked: Asked) -> Answer:
        issues = f"/repos/{REPOSITORY}/issues"
        if asked.method == "GET" and asked.path == f"{issues}/{NUMBER}/comments":
            size, page = int(asked.query["per_page"][0]), int(asked.query["page"][0])
            return Answer(200, self.comments[(page - 1) * size : page * size])
        if asked.method == "POST" and asked.path == f"{issues}/{NUMBER}/comments":
            self.has(asked.body["body"])
            return Answer(201, self.comments[-1])
        for each in self.comments:
            if asked.method == "PATCH" and asked.path == f"{issues}/comments/{each['id']}":
                each["body"] = asked.body["body"]
                return Answer(200, each)
        return Answer(404, {"message": "Not Found"})


@contextlib.contextmanager
def github() -> Generator[GitHub]:
    """The API, running."""
    served = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            content = self.rfile.read(length)
            url = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(content) if content else None
            reply = served.answer(Asked(self.command, url.path, parse_qs(url.query), headers, body))
            data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - names of the base class

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.api = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
