"""What the stack of a pull request has for itself, so that no two of them share what both would make. Pure.

What is there already (`mode: existing`) is shared, and so is the right to pull from it: a stack that gave it once more
would take it from all others when it is destroyed.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.dns_names import LABEL_LIMIT
from components.settings_app import AppSettings
from components.settings_cli import CliImageSettings
from components.settings_gke import NewArtifactRegistry
from components.stack_file import Path
from pulls.kubelet.objects import Json, part, text

_AKS_GROUP = 80 - len("MC___")
"""Azure keeps the nodes in MC_GROUP_CLUSTER_LOCATION, of 80 characters at most."""
_LIMITS: Mapping[str, int] = {"eks": 100, "gke": 40}
_ACR, _ECR, _GROUP = 50, 256, 90
_NAMESPACE = LABEL_LIMIT - len("-services")
"""The services beside the app have a namespace of that name."""
_TELLING = 4
"""Hexadecimal digits that tell names apart that were cut."""
_CLOUDS = ("aks", "eks", "gke")
TARGETS = (*_CLOUDS, "local")
_WITH_DATA = ("llm", "vectors")


@dataclass(frozen=True)
class Change:
    """A setting of the stack of a pull request that differs from the stack file that it is made of."""

    path: Path
    value: str
    """As it is typed: pulumi makes a boolean of `true` and `false`."""


def changes(settings: Mapping[str, Any], number: int) -> list[Change]:
    """What is different for one pull request.

    Args:
        settings: of the stack file, without the project's name before the keys; a secret is any object.
        number: of the pull request.
    """
    whole, mark = dict(settings), f"-pr-{number}"
    return [
        Change(("app", "namespace"), own(_or(whole, _default_of(AppSettings, "namespace"), *_AT), mark, _NAMESPACE)),
        *_host(whole, mark),
        *_cluster(whole, mark),
        *_registry(whole, mark),
        *_right(whole),
        *(Change(("services", each, "deleteData"), "true") for each in _WITH_DATA if _runs(whole, each)),
        # By which a person finds what a cloud has made for it.
        *([Change(("tags", "pull-request"), f"pr-{number}")] if text(whole, "target") in _CLOUDS else []),
    ]


def refusal(settings: Mapping[str, Any]) -> str | None:
    """Why no stacks of pull requests can be made of a stack file, for the end of a sentence; None where they can."""
    whole = dict(settings)
    target, registry = text(whole, "target"), part(whole, "registry")
    if target not in TARGETS:
        return f"its target is none of {', '.join(TARGETS)}"
    if text(whole, "profile") == "production":
        return "it is marked production; take one with profile: test"
    if target == "gke" and _made(registry) and "." in text(registry, "repository"):
        return f"a project has only one registry.repository {text(registry, 'repository')}; take mode: existing"
    if target == "eks" and registry.get("writePolicy") is True and _made(part(whole, "cluster")):
        return "registry.writePolicy would take the right to pull from all other clusters; take an existing cluster"
    return None


def own(base: str, mark: str, limit: int) -> str:
    """A name with a mark at its end; one that would be too long is cut, and told from others by its hash."""
    if len(base) + len(mark) <= limit:
        return f"{base}{mark}"
    tell = hashlib.sha256(base.encode()).hexdigest()[:_TELLING]
    return f"{base[: limit - len(mark) - _TELLING - 1].rstrip('-._')}-{tell}{mark}"


_AT = ("app", "namespace")


def _host(whole: Json, mark: str) -> Iterator[Change]:
    """In the first label, as a certificate for *.example.com is for one label only."""
    first, dot, rest = text(whole, "app", "host").partition(".")
    if first:
        yield Change(("app", "host"), f"{own(first, mark, LABEL_LIMIT)}{dot}{rest}")


def _cluster(whole: Json, mark: str) -> Iterator[Change]:
    target, cluster = text(whole, "target"), part(whole, "cluster")
    if not _made(cluster):
        return
    # Half of what the group of the nodes leaves to both.
    limit = _LIMITS.get(target) or (_AKS_GROUP - len(text(cluster, "location"))) // 2
    yield Change(("cluster", "name"), own(text(cluster, "name"), mark, limit))
    if target == "aks":
        yield Change(("cluster", "resourceGroup"), own(text(cluster, "resourceGroup"), mark, min(limit, _GROUP)))


def _registry(whole: Json, mark: str) -> Iterator[Change]:
    target, registry = text(whole, "target"), part(whole, "registry")
    if not _made(registry):
        return
    if target == "aks" and text(registry, "name"):  # else Azure chooses one
        yield Change(("registry", "name"), own(text(registry, "name"), mark, _ACR).replace("-", ""))
    if target == "gke":
        named = text(registry, "repository") or _default_of(NewArtifactRegistry, "repository")
        yield Change(("registry", "repository"), own(named, mark, LABEL_LIMIT))
    if target == "eks":  # where each image is a registry of its own
        yield Change(("image", "repository"), own(text(whole, "image", "repository"), mark, _ECR))
        if part(whole, "cli"):
            path, usual = ("cli", "image", "repository"), _default_of(CliImageSettings, "repository")
            yield Change(path, own(_or(whole, usual, *path), mark, _ECR))


def _right(whole: Json) -> Iterator[Change]:
    """The right to pull of a cluster that is shared, as whoever made it gave it."""
    target, cluster, registry = text(whole, "target"), part(whole, "cluster"), part(whole, "registry")
    if text(cluster, "mode") != "existing":
        return
    if target == "eks":
        yield Change(("cluster", "attachPull"), "false")
        if registry.get("writePolicy") is True:
            yield Change(("registry", "writePolicy"), "false")
    elif text(registry, "mode") == "existing":
        yield Change(("registry", "attachPull"), "false")


def _made(section: Json) -> bool:
    return text(section, "mode") == "create"


def _runs(whole: Json, service: str) -> bool:
    return text(whole, "services", service, "mode") == "in-cluster"


def _or(whole: Json, usual: str, *path: str) -> str:
    return text(whole, *path) or usual


def _default_of(model: Any, field: str) -> str:
    return str(model.model_fields[field].default)
