"""The authenticating registry, and the docker login that opens it."""

import base64
import os
from pathlib import Path

import bcrypt
import httpx

from sandbox import docker_logins
from sandbox.errors import SandboxError
from sandbox.site import Site
from sandbox.state import private_file, private_json

USER = "pipeline"
_UNAUTHORIZED, _OK = 401, 200
_ACCEPT = {"Accept": "application/vnd.docker.distribution.manifest.v2+json"}


def host(site: Site) -> str:
    """What image names start with."""
    return host_at(site.port("registry"))


def host_at(port: int) -> str:
    """What image names start with when the registry listens on this port."""
    return f"127.0.0.1:{port}"


def up(site: Site) -> bool:
    """Start the registry and write the login beside the user's own; whether it had to be started.

    Raises:
        SandboxError: it does not start, or something that is not our registry answers there.
    """
    folder = site.state.folder / "registry"
    password = site.state.secret("registry-password")
    htpasswd = folder / "htpasswd"
    if not htpasswd.exists():
        hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=4)).decode()
        private_file(htpasswd, f"{USER}:{hashed}\n")
    private_json(
        folder / "config.json",  # JSON is YAML
        {
            "version": "0.1",
            "log": {"level": "info", "accesslog": {"disabled": False}},
            "storage": {"filesystem": {"rootdirectory": str(folder / "data")}, "delete": {"enabled": True}},
            "http": {"addr": host(site)},
            "auth": {"htpasswd": {"realm": "sandbox", "path": str(htpasswd)}},
        },
    )
    _write_logins(site, password)
    started = site.keep_running("registry", ["docker-registry", "serve", folder / "config.json"], lambda: opens(site))
    _must_refuse_strangers(site)
    return started


def _write_logins(site: Site, password: str) -> None:
    """Only who pushes reads this file: a kubelet has a home of its own, and pulls with what the cluster gives it."""
    own = site.state.docker_config
    users, problem = docker_logins.read(docker_logins.users_file(os.environ, Path.home(), own))
    if problem:
        site.say(problem)
    login = base64.b64encode(f"{USER}:{password}".encode()).decode()
    private_json(own / "config.json", docker_logins.with_login(users, host(site), login))


def opens(site: Site) -> bool:
    """Whether the registry lets the login in."""
    return _status(site, _login(site)) == _OK


def has_tag(site: Site, repository: str, tag: str) -> bool:
    """Whether the registry has a manifest under this tag."""
    return _status(site, _login(site), f"{repository}/manifests/{tag}") == _OK


def _must_refuse_strangers(site: Site) -> None:
    if _status(site, None) != _UNAUTHORIZED:
        message = f"the registry on {host(site)} lets anybody in: that is not the sandbox's registry"
        raise SandboxError(message)


def _login(site: Site) -> tuple[str, str]:
    return USER, site.state.secret("registry-password")


def _status(site: Site, login: tuple[str, str] | None, path: str = "") -> int:
    url = f"http://{host(site)}/v2/{path}"
    try:
        return httpx.get(url, auth=login, headers=_ACCEPT, timeout=2, trust_env=False).status_code
    except httpx.HTTPError:
        return 0
