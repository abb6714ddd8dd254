"""Secrets that whoever may look at a workload, at the state or at an image can read."""

import base64
import binascii
from collections.abc import Iterator, Sequence

from components.secret_like import secret_kind
from components.workload_rules import containers, secrets_in_clear, typed_secrets
from policies.own_registry import BUILD_IMAGE, DOCKER_IMAGE
from policies.rule import Resource, Stack, objects_of
from policies.rules.chart_values import CHARTS, chart_secrets
from policies.values import Json, at, listed, mapping, revealed

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")


def secret_in_clear(resource: Resource, _: Stack) -> Iterator[str]:
    """Credentials that stand in the state, in the cluster or in an image for all to read."""
    if resource.type in (DOCKER_IMAGE, BUILD_IMAGE):
        given = at(resource.inputs, *(("build", "args") if resource.type == DOCKER_IMAGE else ("buildArgs",)))
        yield from (f"{resource.shown}: build argument {each}, which stays in the image" for each in _clear(given))
    if resource.type in CHARTS:
        yield from (f"{resource.shown}: {each}" for each in chart_secrets(resource.inputs.get("values")))
    for seen in objects_of(resource):
        pod = seen.pod
        for each in containers(pod) if pod is not None else ():
            where = f"{seen.kind} {seen.name}: container {revealed(each.get('name'))!r}"
            yield from (f"{where} {wrong}" for wrong in _of_container(each))
        if seen.kind in ("ConfigMap", "ConfigMapPatch"):
            texts = (*_clear(seen.inputs.get("data")), *_clear(_decoded(seen.inputs.get("binaryData"))))
            yield from (f"{seen.kind} {seen.name}: {each}; use a Secret" for each in texts)


def _of_container(container: Json) -> Iterator[str]:
    # Of what may hold a credential alone: what else is not known yet does not matter here.
    yield from secrets_in_clear(
        {key: revealed(container[key]) for key in ("env", "command", "args") if key in container}
    )
    asked = [(each, at(container, each)) for each in _PROBES]
    asked += [(each, at(container, "lifecycle", each)) for each in _HOOKS]
    for name, action in asked:
        for where, kind in typed_secrets(revealed(at(action, "exec", "command"))):
            yield f"has a secret in clear in the {where} of its {name} ({kind}); use an env with valueFrom.secretKeyRef"
        for header, kind in _headers(listed(at(action, "httpGet", "httpHeaders"))):
            yield f"has a secret in clear in header {header!r} of its {name} ({kind}); ask a path that needs no login"


def _headers(given: Sequence[object]) -> Iterator[tuple[str, str]]:
    """The headers that hold a credential, each with its kind."""
    for each in given:
        name, value = revealed(at(each, "name")), revealed(at(each, "value"))
        kind = secret_kind(name.replace("-", "_"), value) if isinstance(name, str) and isinstance(value, str) else None
        if kind is not None:
            yield str(name), kind


def _clear(values: object) -> Iterator[str]:
    for name, value in mapping(revealed(values)).items():
        if isinstance(value, str):
            kind = secret_kind(name, value)
            if kind is not None:
                yield f"{name!r} holds a secret in clear ({kind})"


def _decoded(values: object) -> dict[str, str]:
    """The texts in `binaryData`; what is none, such as a picture, is left out."""
    found: dict[str, str] = {}
    for name, value in mapping(revealed(values)).items():
        try:
            found[name] = base64.b64decode(value if isinstance(value, str) else "").decode()
        except (binascii.Error, ValueError):
            continue
    return found


def secret_rendered(resource: Resource, _: Stack) -> Iterator[str]:
    """Providers that write manifests to files, Secrets in clear among them."""
    if resource.inputs.get("renderYamlToDirectory"):
        yield f"{resource.shown} has renderYamlToDirectory, and writes Secrets in clear"
