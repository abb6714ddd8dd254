"""The proxy by which programs and the docker engine reach the simulated clouds' names, and everything else as ever."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from sandbox.clouds.proxy_routes import Head, Route, Routes, bad_head

_HEAD_BYTES = 1 << 16
_CHUNK = 1 << 16
_HEAD_SECONDS, _CONNECT_SECONDS = 30, 10
_END = b"\r\n\r\n"


class Proxy:
    """An HTTP proxy on loopback: CONNECT, and plain requests, one a connection.

    Args:
        routes: what leads where.
        say: told of each request and where it goes.
    """

    def __init__(self, routes: Routes, *, say: Callable[[str], None]) -> None:
        self._routes = routes
        self._say = say
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> None:
        """Serve on this port of 127.0.0.1, in the running event loop.

        Raises:
            OSError: another program listens there.
        """
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", port, limit=_HEAD_BYTES)

    async def close(self) -> None:
        """End it and all connections."""
        if self._server is not None:
            self._server.close()
        for each in self._connections:
            each.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError):
            pass  # the client has gone, or is none
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_HEAD_SECONDS):
            head = Head.read(await reader.readuntil(_END))
        route = bad_head() if head is None else self._routes.of(head)
        self._say(f"{head.method if head else '?'} {head.target if head else ''}: {route.said}")
        if route.address is None:
            await _refuse(writer, route.said)
            return
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                there = await asyncio.open_connection(*route.address, limit=_HEAD_BYTES)
        except (OSError, TimeoutError) as error:
            await _refuse(writer, f"{route.said} does not answer: {error or 'no connection in time'}")
            return
        await _joined((reader, writer), there, route)


async def _joined(
    here: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    there: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    route: Route,
) -> None:
    """Both directions, until the far side has said all."""
    (from_client, to_client), (from_server, to_server) = here, there
    try:
        to_client.write(route.first_back)
        to_server.write(route.first_on)
        up = asyncio.create_task(_piped(from_client, to_server))
        try:
            await _piped(from_server, to_client)
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)
    finally:
        to_server.close()


async def _piped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes, at the pace of who takes it."""
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
        writer.write_eof()


async def _refuse(writer: asyncio.StreamWriter, said: str) -> None:
    body = f"{said}\n".encode()
    head = f"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close"
    writer.write(head.encode() + _END + body)
    await writer.drain()
