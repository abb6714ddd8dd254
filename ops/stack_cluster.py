"""The cluster that a stack's Kubernetes provider leads to, with the login that the state has.

The Kubernetes library wants certificates and keys as files, and would write those of a kubeconfig to the disk. Here
they get files that exist in memory alone, where the system has such (Linux: memfd_create).
"""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from ops.state import State, revealed
from pulls.cluster import ApiCluster, ClusterError, connect, connect_text
from pulls.kubelet.objects import Json, items, part, text

_EMBEDDED = {
    "clusters": ("cluster", ("certificate-authority",)),
    "users": ("user", ("client-certificate", "client-key")),
}
"""List in a kubeconfig → what stands in its entries, and the keys that may be there with `-data` behind them."""


@dataclass(frozen=True)
class Access:
    """How to reach a cluster, as a Kubernetes provider has it."""

    kubeconfig: str = field(default="", repr=False)
    """Its text, or the path of its file; empty for what kubectl would take."""
    context: str = ""
    """Empty for the kubeconfig's own choice."""


def access(state: State, provider: str) -> Access:
    """The access of a provider in state.

    Args:
        state: of the stack.
        provider: `URN::ID`, as a resource names it.
    """
    found = state.by_urn(provider.rpartition("::")[0])
    inputs: Json = {} if found is None else revealed(found.inputs)
    given = inputs.get("kubeconfig") or ""
    kubeconfig = given if isinstance(given, str) else json.dumps(given)
    return Access(kubeconfig, text(inputs, "context") or _current(kubeconfig))


def connect_to(way: Access) -> ApiCluster:
    """The cluster.

    Raises:
        ClusterError: the kubeconfig is none, or gives no login.
    """
    if not way.kubeconfig:
        return connect(way.context or None)
    if _is_file(way.kubeconfig):
        return connect(way.context or None, Path(way.kubeconfig).expanduser())
    document = _parsed(way.kubeconfig)
    return connect_text(json.dumps(_in_memory(document)), way.context or None)


def _current(kubeconfig: str) -> str:
    if not kubeconfig or _is_file(kubeconfig):
        return ""
    try:
        return text(_parsed(kubeconfig), "current-context")
    except ClusterError:
        return ""  # told when it is used


def _is_file(kubeconfig: str) -> bool:
    """The provider takes what exists as a path for one (provider/pkg/provider/util.go, parseKubeconfigString)."""
    try:
        return Path(kubeconfig).expanduser().is_file()
    except (OSError, ValueError, RuntimeError):  # too long, or no path at all
        return False


def _parsed(kubeconfig: str) -> Json:
    try:
        document = yaml.safe_load(kubeconfig)
    except yaml.YAMLError:
        document = None
    if not isinstance(document, dict):
        message = "the kubeconfig in the state is neither JSON nor YAML"
        raise ClusterError(message)
    return cast("Json", document)


def _in_memory(document: Json) -> Json:
    """The same kubeconfig, its embedded certificates and keys as files in memory."""
    changed = dict(document)
    for kind, (inner, keys) in _EMBEDDED.items():
        entries = [{**each, inner: _entry(part(each, inner), keys)} for each in items(document, kind)]
        changed[kind] = entries
    return changed


def _entry(entry: Mapping[str, Any], keys: tuple[str, ...]) -> Json:
    changed = dict(entry)
    for key in keys:
        data = changed.get(f"{key}-data")
        file = _memory_file(data) if isinstance(data, str) else None
        if file is not None:
            changed[key] = file
            del changed[f"{key}-data"]
    return changed


@cache  # a view that looks again and again needs no further ones
def _memory_file(data: str) -> str | None:
    """A path to decoded content for as long as this process runs; None where the system has no such files."""
    create = getattr(os, "memfd_create", None)
    try:
        content = base64.b64decode(data)
        descriptor: int = -1 if create is None else create("kubeconfig")
    except (ValueError, OSError):
        return None  # the library says what is wrong with it
    if descriptor < 0:
        return None
    os.write(descriptor, content)
    return f"/proc/{os.getpid()}/fd/{descriptor}"
