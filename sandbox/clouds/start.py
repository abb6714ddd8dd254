"""Starting the simulated clouds, for `python -m sandbox env --clouds`; what runs already is left alone."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox import base_image, cluster, docker_engine, kubectl, processes, pulumi_home
from sandbox.clouds import shell
from sandbox.clouds.accounts import CLIENT_AZURE, DEPLOYER_GOOGLE, PROJECT
from sandbox.clouds.place import PART, PORTS, SECRET, Place, health_url
from sandbox.cluster_services import answers
from sandbox.errors import COMMAND, SandboxError
from sandbox.pulumi_home import CHECKOUT
from sandbox.site import Site, proxies
from sandbox.state import private_command, private_json

STACKS = ("aks", "eks", "gke")
_HERE = Path(__file__).parent
_COMMANDS = ("aws", "gke-gcloud-auth-plugin", "kubelogin")
_PYTHON = CHECKOUT / ".venv/bin/python"
_SECONDS = 60


def start(site: Site) -> None:
    """Start what is not running of the clouds: their service, a docker engine that reaches it, stacks, commands.

    One command at a time: see `holder.locked`.

    Raises:
        SandboxError: the sandbox does not run, or has a cluster that is not its own; or a part does not start.
    """
    if site.record.cluster != cluster.EMBEDDED:
        message = (
            f"the simulated clouds need the sandbox's own cluster, and this sandbox uses {site.record.cluster}; "
            f"type: {COMMAND} down, then: {COMMAND} up --cluster embedded"
        )
        raise SandboxError(message)
    if processes.running(site.state.folder, "apiserver") is None:
        message = f"the sandbox does not run, and the simulated clouds need its cluster; type: {COMMAND} up"
        raise SandboxError(message)
    place = Place(site.state)
    place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in PORTS:
        site.port(name)
    _write_files(site, place)
    with ThreadPoolExecutor() as pool:
        parts = [pool.submit(part, site, place) for part in (_service, _docker, _stacks)]
        for each in parts:
            each.result()


def repair(site: Site) -> None:
    """Start them again where they were asked for once, and not otherwise.

    Raises:
        SandboxError: a part does not start.
    """
    if Place(site.state).wanted():
        start(site)


def _write_files(site: Site, place: Place) -> None:
    ours = f"127.0.0.1:{site.port('clouds-proxy')}"
    if not place.upstream.exists() or ours not in json.dumps(proxies()):
        # A shell of the clouds has our own proxy, which is no way out.
        private_json(place.upstream, proxies())
    shell.write_roots(place)
    login = {
        "type": "service_account",
        "project_id": PROJECT,
        "client_email": DEPLOYER_GOOGLE,
        "client_id": CLIENT_AZURE,
        "private_key": "simulated",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    private_json(place.google_login, login)
    site.state.secret(SECRET)
    secret = site.state.folder / "secrets" / SECRET
    for name in _COMMANDS:
        words = [_PYTHON, "-I", "-S", _HERE / "commands.py", str(site.port("clouds-metadata")), secret, name]
        private_command(place.commands / name, *words)


def _service(site: Site, place: Place) -> None:
    _apply(site, place)
    command = [_PYTHON, "-m", "sandbox.clouds.service", site.state.folder, f"code={_code()}"]
    environment = {
        **json.loads(place.upstream.read_text()),
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
    }
    url = health_url(site.record.ports)
    if site.keep_running(PART, command, lambda: answers(url), seconds=_SECONDS, environment=environment):
        site.say("the simulated clouds are up")


def _docker(site: Site, place: Place) -> None:
    """The engine that pushes must reach the clouds' registries, which the machine's own cannot."""
    reach = shell.reach(place, site.record.ports)
    if docker_engine.up_with(site, reach):
        site.say("the sandbox's docker engine is started with the clouds' proxy")
        base_image.up(docker_engine.own_host())
    base_image.stand_in(docker_engine.own_host())


def _stacks(site: Site, place: Place) -> None:
    _ = place
    for stack in STACKS:
        pulumi_home.make_stack(site, stack, select=False)


def _apply(site: Site, place: Place) -> None:
    """The deployer's account in the cluster, and the classes of Ingress that the clouds bring."""
    manifest = (_HERE / "cluster.yaml").read_text()
    note = place.folder / "applied.yaml"
    if note.exists() and note.read_text() == manifest:
        return
    done = kubectl.run(site.state, "apply", "--server-side", "--force-conflicts", "-f", "-", text=manifest)
    if done.returncode:
        message = f"the cluster refuses what the simulated clouds put into it: {done.stderr.strip()}"
        raise SandboxError(message)
    note.write_text(manifest)


def _code() -> str:
    """Of the files that the service runs: one that runs older code is started anew."""
    found = hashlib.sha256()
    for file in sorted(_HERE.rglob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()[:12]


def environment(site: Site, path: str) -> dict[str, str]:
    """What `env --clouds` exports beside the sandbox's usual variables, whose PATH is `path`."""
    return shell.variables(Place(site.state), site.record.ports, path)
