"""GitLab's notes or Azure DevOps' threads of one request, on a port of this machine."""

import json
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Forge:
    """What it has, and what it was asked."""

    kind: str
    url: str = ""
    texts: list[str] = field(default_factory=list[str])
    status: int = 200
    asked: list[str] = field(default_factory=list[str])
    busy: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """What the first requests are answered: status, and Retry-After or "". What they ask for is done all the same."""

    def environment(self) -> dict[str, str]:
        """What a job knows of it."""
        if self.kind == "gitlab":
            own = {"CI_API_V4_URL": self.url, "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "7", "COMMENT_TOKEN": "t"}
            return {"GITLAB_CI": "true", **own}
        return {
            "SYSTEM_COLLECTIONURI": f"{self.url}/",
            "SYSTEM_TEAMPROJECTID": "p",
            "BUILD_REPOSITORY_ID": "r",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
            "SYSTEM_ACCESSTOKEN": "t",
        }

    def answer(self, method: str, path: str, body: Any) -> Any:
        """The document of one answer."""
        address = urlsplit(path)
        self.asked.append(f"{method} {address.path}")
        if method == "GET":
            return self._listed(parse_qs(address.query))
        text = body.get("body") or body.get("content") or body["comments"][0]["content"]
        if method == "POST":
            self.texts.append(text)
        else:
            parts = address.path.split("/")
            self.texts[int(parts[-1 if self.kind == "gitlab" else -3])] = text
        return {}

    def _listed(self, query: dict[str, list[str]]) -> Any:
        if self.kind == "gitlab":
            page, size = int(query["page"][0]), int(query["per_page"][0])
            some = list(enumerate(self.texts))[(page - 1) * size : page * size]
            return [{"id": number, "body": text} for number, text in some]
        empty: dict[str, Any] = {"id": 99, "comments": []}
        threads: list[Any] = [
            {"id": number, "comments": [{"id": 1, "content": text}]} for number, text in enumerate(self.texts)
        ]
        return {"value": [empty, *threads]}


@contextmanager
def forge(kind: str, *texts: str, status: int = 200, busy: Sequence[tuple[int, str]] = ()) -> Generator[Forge]:
    """One with comments.

    Args:
        kind: `gitlab` or `azure`.
        texts: of the comments that are there.
        status: of every answer.
        busy: status and Retry-After, or "", of the first answers.
    """
    found = Forge(kind, texts=list(texts), status=status, busy=list(busy))

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            right = self.headers.get("PRIVATE-TOKEN") == "t" or self.headers.get("Authorization") == "Bearer t"
            status, wait = found.busy.pop(0) if found.busy else (found.status, "")
            self.send_response(status if right else 401)
            if wait:
                self.send_header("Retry-After", wait)
            self.end_headers()
            self.wfile.write(json.dumps(found.answer(self.command, self.path, body)).encode())

        do_GET = do_POST = do_PATCH = do_PUT = _answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            _ = format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
