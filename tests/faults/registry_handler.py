"""One connection to the fault registry: reads requests, and answers, hangs or breaks as decided."""

import http.client
import json
import os
import select
import socket
import struct
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.faults.images import digest_of
from tests.faults.registry_answers import NAME_UNKNOWN, Answer, Headers
from tests.faults.registry_behaviour import CONTENT, Behaviour, Break, Broken, Hang, Reset, Token
from tests.faults.registry_content import Content, Upstream, of_image
from tests.faults.registry_requests import Part, Request, read_request
from tests.faults.registry_state import RegistryState

_FORM_LIMIT = 1 << 16
_PONG = Answer(200, "{}")
_NOT_ALLOWED = Answer(405, '{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}')
_NO_UPSTREAM = Answer(502, "the upstream of the fault registry does not answer\n", content_type="text/plain")
_TOKEN_SECONDS = 300


class RegistryHandler(BaseHTTPRequestHandler):
    """HTTP/1.1, kept alive. Also what is not HTTP gets an HTTP answer, as from a plain server that is spoken TLS to."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.1"
    server_version = "fault-registry"
    sys_version = ""
    disable_nagle_algorithm = True

    def __init__(self, state: RegistryState, upstream: Upstream | None, scheme: str, *rest: Any) -> None:
        self._state = state
        self._upstream = upstream
        self._scheme = scheme
        self._recorded = False
        super().__init__(*rest)

    def _serve(self) -> None:
        size = min(int(self.headers.get("Content-Length", 0)), _FORM_LIMIT)
        form = self.rfile.read(size).decode(errors="replace")
        request = read_request(self.command, self.path, self._lower_headers(), form)
        behaviour, decision = self._state.decide(request, f"{self._scheme}://{self.headers.get('Host', '')}")
        self._recorded = False
        action = decision.action
        if isinstance(action, Reset):
            self._record(request, 0)
            self._reset()
        elif isinstance(action, Hang):
            self._record(request, 0)
            if self._released():
                self._pass(request, behaviour, None)
        elif isinstance(action, Answer):
            self._answer(request, action, decision.headers)
        elif isinstance(action, Token):
            self._answer(request, _token(action))
        else:
            self._pass(request, behaviour, action)

    # http.server names its methods so.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _lower_headers(self) -> dict[str, str]:
        return {name.lower(): ", ".join(self.headers.get_all(name, [])) for name in self.headers}

    def _pass(self, request: Request, behaviour: Behaviour, broken: Broken | None) -> None:
        """Answer with what is behind the repository."""
        if request.method not in ("GET", "HEAD"):
            self._answer(request, _NOT_ALLOWED)
        elif request.part is Part.PING:
            self._answer(request, _PONG)
        elif request.part not in CONTENT:
            self._answer(request, NAME_UNKNOWN)
        else:
            self._content(request, behaviour, broken)

    def _content(self, request: Request, behaviour: Behaviour, broken: Broken | None) -> None:
        headers = self._lower_headers()
        with ExitStack() as stack:
            if behaviour.image is not None:
                content = of_image(behaviour.image, request, headers)
            elif self._upstream is None:
                content = NAME_UNKNOWN
            else:
                repository = behaviour.source or request.repository
                try:
                    content = stack.enter_context(self._upstream.content(request, repository, headers))
                except (OSError, http.client.HTTPException):
                    content = _NO_UPSTREAM
            if isinstance(content, Answer):
                self._answer(request, content)
            elif broken is None:
                self._send(request, content)
            else:
                self._send_broken(request, content, broken.how)

    def _answer(self, request: Request, answer: Answer, headers: Headers = ()) -> None:
        body = answer.rendered(request.host, request.repository, request.reference)
        named = (("Docker-Content-Digest", digest_of(body)),) if answer.digest else ()
        kind = ("Content-Type", answer.content_type)
        self._send(request, Content(answer.status, (kind, *answer.headers, *named, *headers), iter([body]), len(body)))

    def _send(self, request: Request, content: Content) -> None:
        self._head(request, content, content.length)
        if request.method != "HEAD":
            for chunk in content.chunks:
                self.wfile.write(chunk)

    def _send_broken(self, request: Request, content: Content, how: Break) -> None:
        """Send content up to its middle, and then what `how` says."""
        body = b"".join(content.chunks)
        if how is Break.OTHER_BYTES:
            changed = bytes([body[0] ^ 0xFF]) + body[1:] if body and content.start == 0 else body
            self._head(request, content, len(body))
            self.wfile.write(changed)
            return
        middle = max(0, (content.start + len(body)) // 2 - content.start)
        self._head(request, content, middle if how is Break.SHORT else len(body))
        self.wfile.write(body[:middle])
        if how is Break.RESET:
            self._reset()
        elif how is Break.END:
            self.close_connection = True
        elif how is Break.HANG and self._released():
            self.wfile.write(body[middle:])

    def _head(self, request: Request, content: Content, length: int | None) -> None:
        self._record(request, content.status)
        self.send_response(content.status)
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        for name, value in content.headers:
            self.send_header(name, value)
        if length is None:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _record(self, request: Request, status: int) -> None:
        """Before the answer leaves, so that who has it also finds it recorded; once for each request."""
        if not self._recorded:
            self._state.record(request, status)
            self._recorded = True

    def _released(self) -> bool:
        """Hang; false when the connection has ended meanwhile, from either side."""
        poll = select.poll()
        poll.register(self.connection, select.POLLRDHUP)  # POLLHUP and POLLERR are always told
        return self._state.hang(lambda: bool(poll.poll(0)))

    def _reset(self) -> None:
        """Close with a RST: nothing is left to linger for (socket(7), SO_LINGER)."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Keep quiet; the state has the requests."""


def _token(token: Token) -> Answer:
    """The answer of a token endpoint (distribution/distribution: docs/content/spec/auth/token.md)."""
    fields = {"token": token, "access_token": token, "expires_in": _TOKEN_SECONDS}
    return Answer(200, json.dumps(fields))
