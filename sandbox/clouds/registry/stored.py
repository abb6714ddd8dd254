"""What is stored: the sandbox's own registry, where each cloud's content lies below `clouds/<host>/`."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from sandbox.clouds.access import Login
from sandbox.clouds.registry import answers
from sandbox.clouds.registry.answers import Answer
from sandbox.clouds.registry.asked import Content

_CHUNK = 1 << 16
_CONNECT_SECONDS, _SILENCE_SECONDS = 5, 60
_ERRORS_FROM = 400
_SENT = ("Accept", "Range", "If-None-Match", "Content-Type", "Content-Length", "Content-Range")
_DROPPED = frozenset({"connection", "keep-alive", "transfer-encoding", "www-authenticate", "date", "server"})
_NOT_PASSED = frozenset({"ns", "mount", "from"})
"""Of the query. A mount would reach for a repository that the asker may have no right to, and the API allows an upload
in its place (opencontainers/distribution-spec: spec.md, "Mounting a blob from another repository")."""


@dataclass(frozen=True)
class Upstream:
    """The registry that stores."""

    url: str
    """`http://127.0.0.1:5050`."""
    login: Login


class Stored:
    """Passes requests on to the registry and its answers back, both streamed: an image's layer fits no memory."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._login = aiohttp.encode_basic_auth(upstream.login.username, upstream.login.password)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=_SILENCE_SECONDS)
        self._session = aiohttp.ClientSession(
            # A connection that waits may be gone when the registry was restarted; a new one on loopback costs little.
            connector=aiohttp.TCPConnector(force_close=True, limit=0),
            timeout=timeout,
            auto_decompress=False,
        )

    async def close(self) -> None:
        """End all connections to it."""
        await self._session.close()

    async def passed(self, request: web.Request, place: str, wanted: Content) -> web.StreamResponse | Answer:
        """The registry's answer to a request that may pass, about what lies in a place below `clouds/`."""
        prefix = f"clouds/{place}/"
        url = URL(f"{self._upstream.url}/v2/{prefix}{wanted.repository}/{wanted.rest}")
        query = [(name, value) for name, value in request.query.items() if name not in _NOT_PASSED]
        try:
            answer = await self._session.request(
                request.method,
                url.with_query(query),
                headers={"Authorization": self._login, **_sent(request)},
                data=_body(request) if request.can_read_body else None,
                allow_redirects=False,
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return _silent(error)
        async with answer:
            if answer.status == answers.UNAUTHORIZED:
                return _silent("it refuses the sandbox's own login")
            return await self._back(request, answer, prefix)

    async def _back(self, request: web.Request, answer: aiohttp.ClientResponse, prefix: str) -> web.StreamResponse:
        headers = _headers(answer.headers, self._upstream.url, prefix)
        if request.method != "HEAD" and (answer.status >= _ERRORS_FROM or request.path.endswith("/tags/list")):
            body = (await answer.read()).replace(prefix.encode(), b"")
            headers.pop("Content-Length", None)
            return web.Response(status=answer.status, body=body, headers=headers)
        response = web.StreamResponse(status=answer.status, headers=headers)
        await response.prepare(request)
        if request.method != "HEAD":
            async for chunk in answer.content.iter_chunked(_CHUNK):
                await response.write(chunk)
        await response.write_eof()
        return response


def _headers(given: Mapping[str, str], url: str, prefix: str) -> CIMultiDict[str]:
    """The answer's headers, with addresses on this side of the front."""
    kept = CIMultiDict((name, value) for name, value in given.items() if name.lower() not in _DROPPED)
    for name in ("Location", "Link"):
        if name in kept:
            kept[name] = kept[name].replace(f"{url}/", "/").replace(f"/v2/{prefix}", "/v2/")
    return kept


def _sent(request: web.Request) -> dict[str, str]:
    return {name: request.headers[name] for name in _SENT if name in request.headers}


async def _body(request: web.Request) -> AsyncIterator[bytes]:
    async for chunk in request.content.iter_chunked(_CHUNK):
        yield chunk


def _silent(reason: object) -> Answer:
    text = f"the sandbox's registry does not answer: {reason}"
    return answers.error(answers.BAD_GATEWAY, "UNKNOWN", text)
