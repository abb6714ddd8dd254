"""Asking a served URL until it answers."""

import ssl
import time
import urllib.parse

import httpx

from sandbox.errors import COMMAND, SandboxError

_OK = 200
_PORTS = {"http": 80, "https": 443}


def first_answer(url: str, ready_path: str, *, patience: float) -> str:
    """Ask until the app is ready, then for its version; what `/version` says, or nothing where there is none.

    A name below `.localhost` is asked on 127.0.0.1 with the name as Host: browsers and curl resolve it by
    themselves, others do not.

    Raises:
        SandboxError: no good answer within `patience` seconds.
    """
    parts = urllib.parse.urlsplit(url)
    name = parts.hostname or ""
    port = parts.port or _PORTS.get(parts.scheme, 80)
    address = "127.0.0.1" if name == "localhost" or name.endswith(".localhost") else name
    deadline = time.monotonic() + patience
    last = "no answer"
    base = f"{parts.scheme}://{address}:{port}"
    trusted = ssl.create_default_context()  # by the machine, as curl and browsers: a developer's own authority is there
    with httpx.Client(
        base_url=base, headers={"Host": parts.netloc}, timeout=3, trust_env=False, verify=trusted
    ) as client:
        while time.monotonic() < deadline:
            try:
                status = _get(client, ready_path, name).status_code
                if status == _OK:
                    return _version(client, name)
                last = f"status {status}"
            except httpx.HTTPError as error:
                last = str(error)
            time.sleep(0.1)
    message = f"{url}{ready_path} does not answer after {patience:.0f} s ({last}); type: {COMMAND} status"
    raise SandboxError(message)


def _get(client: httpx.Client, path: str, name: str) -> httpx.Response:
    # A certificate is chosen and checked by the name, not by the address that is asked.
    return client.get(path, extensions={"sni_hostname": name})


def _version(client: httpx.Client, name: str) -> str:
    """The sample web API has it; other apps need not."""
    try:
        answer = _get(client, "/version", name)
    except httpx.HTTPError:
        return ""
    is_short = answer.status_code == _OK and "json" in answer.headers.get("content-type", "")
    return answer.text.strip()[:200] if is_short else ""
