"""What the sandbox's own programs ask of the simulated clouds, by HTTP on loopback: logins of nodes, cluster tokens.

    GET  /healthz                               200 when all is served
    GET  /node-login?image=<image>              {"username", "password"}; 204 where the nodes get no login
    GET  /cluster-token?cloud=<c>&cluster=<n>   {"token", "expires"}; 404 without such a cluster
    POST /expire                                tokens that were given before now are void

Loopback is every user's of this machine, so all but the first need the sandbox's secret as a bearer token.
"""

import asyncio
import hmac
import time
from collections.abc import Callable, Sequence
from typing import cast, get_args

from aiohttp import web

from sandbox.clouds import clusters, deployer
from sandbox.clouds.access import RegistryRules, Scene
from sandbox.clouds.behaviour import CloudName
from sandbox.clouds.cluster_api import ClusterApi
from sandbox.errors import SandboxError

_STOP_SECONDS = 1.0
_Handler = Callable[[web.Request], "web.StreamResponse"]


class Metadata:
    """The server.

    Args:
        rules: of all clouds.
        scene: the clouds at this moment.
        api: the sandbox's cluster.
        secret: what askers must know.
        expire: makes all tokens of the clouds void that were given before a moment (seconds since 1970).
        seen: told of the registry's host before a node pulls from it.
    """

    def __init__(
        self,
        rules: Sequence[RegistryRules],
        scene: Callable[[], Scene],
        api: ClusterApi,
        secret: str,
        *,
        expire: Callable[[float], None],
        seen: Callable[[str], None],
    ) -> None:
        self._rules = rules
        self._scene = scene
        self._api = api
        self._secret = secret
        self._expire = expire
        self._seen = seen
        self._runner: web.AppRunner | None = None

    async def start(self, port: int) -> None:
        """Serve on this port of 127.0.0.1, in the running event loop.

        Raises:
            OSError: another program listens there.
        """
        app = web.Application()
        app.router.add_get("/healthz", _healthy)
        for method, path, answer in (
            ("GET", "/node-login", self._node_login),
            ("GET", "/cluster-token", self._cluster_token),
            ("POST", "/expire", self._expired),
        ):
            app.router.add_route(method, path, self._guarded(answer))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()

    async def close(self) -> None:
        """End it."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _guarded(self, answer: _Handler) -> Callable[[web.Request], "asyncio.Future[web.StreamResponse]"]:
        async def handle(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {self._secret}".encode()):
                return _problem(403, "the sandbox's secret is missing")
            try:
                return await asyncio.to_thread(answer, request)
            except SandboxError as error:
                return _problem(502, str(error))

        return cast("Callable[[web.Request], asyncio.Future[web.StreamResponse]]", handle)

    def _node_login(self, request: web.Request) -> web.StreamResponse:
        image = request.query.get("image", "")
        host = image.partition("/")[0]
        rules = next((each for each in self._rules if each.owns(host)), None)
        if rules is None:
            return web.Response(status=204)
        self._seen(host)
        login = rules.node_login(self._scene(), image)
        if login is None:
            return web.Response(status=204)
        return web.json_response({"username": login.username, "password": login.password})

    def _cluster_token(self, request: web.Request) -> web.StreamResponse:
        cloud, name = request.query.get("cloud", ""), request.query.get("cluster", "")
        if cloud not in get_args(CloudName):
            return _problem(404, f"there is no simulated cloud {cloud!r}")
        if clusters.named(self._scene().content, cast("CloudName", cloud), name) is None:
            return _problem(404, f"the simulated {cloud} has no cluster {name}".rstrip())
        token, expires = deployer.token(self._api)
        return web.json_response({"token": token, "expires": expires})

    def _expired(self, request: web.Request) -> web.StreamResponse:
        _ = request
        self._expire(time.time())
        deployer.expire(self._api)
        return web.Response(status=204)


async def _healthy(request: web.Request) -> web.StreamResponse:
    _ = request
    return web.Response(text="well\n")


def _problem(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)
