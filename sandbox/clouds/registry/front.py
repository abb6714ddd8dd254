"""The front of the simulated clouds' registries: HTTPS on loopback, under every host name that a cloud owns."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from aiohttp import web

from sandbox.certificates import Authority
from sandbox.clouds.access import Login, Refusal
from sandbox.clouds.registry import answers, asked, server_names
from sandbox.clouds.registry.answers import Answer
from sandbox.clouds.registry.asked import Content
from sandbox.clouds.registry.gate import Asker, CloudRegistry, Gate
from sandbox.clouds.registry.stored import Stored, Upstream
from sandbox.clouds.tokens import Tokens

_FORM_BYTES = 1 << 16
_STOP_SECONDS = 2.0
_CREATED = 201
_PONG = answers.values(200, {})
_NOWHERE = answers.error(answers.NOT_FOUND, "UNSUPPORTED", "no simulated cloud has a registry with this host name")
_NO_SUCH_PATH = answers.error(answers.NOT_FOUND, "UNSUPPORTED", "the registry has no such address")

_Form = Mapping[str, str]


class Front:
    """The server.

    Args:
        clouds: whose registries are served.
        upstream: what stores the content.
        authority: signs a certificate for each host name.
        tokens: gives and reads the bearer tokens.
        seen: told of each request's registry host, before it is answered; must be quick.
        pushed: told of the host and repository of each manifest that was stored.
        say: told of each request and its status, never of what it carried.
    """

    def __init__(
        self,
        clouds: Sequence[CloudRegistry],
        upstream: Upstream,
        authority: Authority,
        tokens: Tokens,
        *,
        seen: Callable[[str], None],
        pushed: Callable[[str, str], None],
        say: Callable[[str], None],
    ) -> None:
        self._clouds = clouds
        self._upstream = upstream
        self._authority = authority
        self._tokens = tokens
        self._seen = seen
        self._pushed = pushed
        self._say = say
        self._stored: Stored | None = None
        self._runner: web.AppRunner | None = None

    def owns(self, host: str) -> bool:
        """Whether a registry host is one of the clouds', existing or not."""
        return self._owner(host) is not None

    async def start(self, port: int) -> None:
        """Serve on this port of 127.0.0.1, in the running event loop.

        Raises:
            OSError: another program listens there.
        """
        self._stored = Stored(self._upstream)
        app = web.Application(client_max_size=_FORM_BYTES)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_SECONDS)
        await self._runner.setup()
        context = server_names.context(self._authority, self.owns)
        await web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=context).start()

    async def close(self) -> None:
        """End it; requests under way get two seconds."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._stored is not None:
            await self._stored.close()

    def _owner(self, host: str) -> CloudRegistry | None:
        return next((each for each in self._clouds if each.rules.owns(host)), None)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        form = await _form(request)
        host = asked.host(request.query.get("ns"), request.host)
        # A token is fetched where the challenge said, which for a node is no registry's name.
        host = host if self.owns(host) else (form.get("service") or request.query.get("service", ""))
        cloud = self._owner(host)
        host = host if cloud is None else cloud.named(host)
        answer = _NOWHERE if cloud is None else await self._answer(cloud, host, request, form)
        status = answer.status
        self._say(f"{host or request.host} {request.method} {request.path} {status}")
        return _response(answer) if isinstance(answer, Answer) else answer

    async def _answer(
        self, cloud: CloudRegistry, host: str, request: web.Request, form: _Form
    ) -> web.StreamResponse | Answer:
        self._seen(host)
        credentials = asked.credentials(request.headers.get("Authorization", ""))
        if cloud.rules.scheme == "bearer" and request.path == cloud.rules.token_path:
            return self._token(Gate(cloud, self._tokens), host, request, credentials.login, form)
        wanted = asked.content(request.method, request.path)
        if wanted is not None or request.path in ("/v2", "/v2/"):
            refused = Gate(cloud, self._tokens).refused(Asker(host, request.host, credentials), wanted)
            if refused is not None or wanted is None:
                return refused or _PONG
            answer = await self._running().passed(request, _place(cloud, host, wanted), wanted)
            if request.method == "PUT" and wanted.rest.startswith("manifests/") and answer.status == _CREATED:
                # In a thread: it writes to the world, for which it may have to wait.
                await asyncio.to_thread(self._pushed, host, wanted.repository)
            return answer
        if request.method == "POST" and not request.path.startswith("/v2/"):
            return _posted(cloud, host, request.path, form)
        return _NO_SUCH_PATH

    def _token(self, gate: Gate, host: str, request: web.Request, login: Login | None, form: _Form) -> Answer:
        if request.method != "POST":
            return gate.token(host, login, asked.access(request.query.getall("scope", [])))
        if "refresh_token" not in form:
            # Neither ACR nor Google takes a password so; containerd then asks by GET
            # (containerd/containerd: core/remotes/docker/authorizer.go, doBearerAuth).
            return _NO_SUCH_PATH
        return gate.token(host, Login("", form["refresh_token"]), asked.access([form.get("scope", "")]))

    def _running(self) -> Stored:
        assert self._stored is not None, "start comes first"
        return self._stored


def _place(cloud: CloudRegistry, host: str, wanted: Content) -> str:
    store = cloud.rules.store(cloud.scene(), host, wanted.repository)
    place = host.replace(":", "_")  # which no path in a registry may have
    return f"{place}/{store}" if store else place


def _posted(cloud: CloudRegistry, host: str, path: str, form: _Form) -> Answer:
    said = cloud.rules.posted(cloud.scene(), host, path, form)
    if said is None:
        return _NO_SUCH_PATH
    return answers.refusal(said) if isinstance(said, Refusal) else answers.values(200, said)


async def _form(request: web.Request) -> _Form:
    """The fields of a posted form; none of an upload, whatever type a client gave it."""
    is_form = request.method == "POST" and request.content_type == "application/x-www-form-urlencoded"
    if not is_form or asked.content(request.method, request.path) is not None:
        return {}
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _response(answer: Answer) -> web.Response:
    headers = {**answer.headers, "Docker-Distribution-Api-Version": "registry/2.0"}
    return web.Response(status=answer.status, text=answer.body, content_type=answer.content_type, headers=headers)
