"""What makes a Kubernetes workload unable to pull or to serve, whoever wrote it. Pure.

Takes objects as the wire has them (camelCase). What is not known yet is anything but text, a number, a list or a
mapping, and nothing is said about it. A secret text is a `HiddenText`: it is looked at and never shown.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import cast

from components.secret_like import secret_kind
from components.workload_images import image_fault
from components.workload_pods import is_complete, items, pod_spec, spec_of
from components.workload_ports import Json, mappings
from components.workload_probes import asked_ports, port_names

_POLICIES = ("Always", "IfNotPresent", "Never")


class HiddenText(str):
    """A secret text: compared like any other, quoted like none."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "a secret value"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)


def problems(
    kind: str, name: str, spec: Json, registry_prefix: str | None, made_secrets: Collection[str] | None
) -> list[str]:
    """What is wrong with a workload, one sentence each; nothing for other kinds.

    Args:
        kind: of the object, such as `Deployment`, `DeploymentPatch`, `PodList` or a custom resource's.
        name: by which the program or the cluster knows it.
        spec: of the object, as `workload_pods.spec_of` has it.
        registry_prefix: of this stack, `host[:port][/path]`, where images are deployed by digest only; None if unknown.
        made_secrets: names of the pull secrets in its namespace; None if they are not all known.
    """
    found = [
        each
        for inner, fields in items(kind, spec)
        for each in problems(inner, _inner_name(name, fields), spec_of(inner, fields), registry_prefix, made_secrets)
    ]
    pod = pod_spec(kind, spec)
    if pod is None:
        return found
    here = [
        *_pull_problems(pod, registry_prefix),
        *(wrong for each in containers(pod) for wrong in _container_problems(each, pod, complete=is_complete(kind))),
        *pull_secret_problems(pod, made_secrets),
    ]
    return found + [f"{kind} {name}: {each}" for each in here]


def containers(pod: Json) -> list[Json]:
    """All of a pod's containers, init containers first."""
    keys = ("initContainers", "containers", "ephemeralContainers")
    return [each for key in keys for each in mappings(pod.get(key))]


def _inner_name(name: str, fields: Json) -> str:
    inner = _mapping(fields.get("metadata")).get("name")
    return f"{inner} of {name}" if isinstance(inner, str) else name


def _pull_problems(pod: Json, prefix: str | None) -> Iterator[str]:
    other_login = bool(pod.get("imagePullSecrets"))
    for where, image, policy in each_pull(pod):
        odd = policy_fault(policy)
        if odd is not None:
            yield f"{where} {odd}"
        wrong = image_fault(image, policy, prefix, other_login=other_login) if isinstance(image, str) else None
        if wrong is not None:
            yield f"{where} has image {image!r}: {wrong}"


def policy_fault(policy: object) -> str | None:
    """What is wrong with a pull policy, or None."""
    if policy == "Never":
        return "has imagePullPolicy Never, so it starts only where its image is by chance; use IfNotPresent"
    if isinstance(policy, str) and policy and policy not in _POLICIES:
        return f"has imagePullPolicy {policy!r}, which is none; use IfNotPresent"
    return None


def each_pull(pod: Json) -> Iterator[tuple[str, object, object]]:
    """Who pulls, which image, and by which policy."""
    for each in containers(pod):
        yield _named("container", each), each.get("image"), each.get("imagePullPolicy")
    for each in mappings(pod.get("volumes")):
        source = _mapping(each.get("image"))
        # An empty one is for others to fill in (k8s.io/api/core/v1, ImageVolumeSource).
        yield _named("volume", each), source.get("reference") or None, source.get("pullPolicy")


def _container_problems(container: Json, pod: Json, *, complete: bool) -> Iterator[str]:
    where = _named("container", container)
    asked = asked_ports(container, pod) if complete else ()
    wrong = [*port_names(container), *asked, *secrets_in_clear(container)]
    yield from (f"{where} {each}" for each in wrong)


def secrets_in_clear(container: Json) -> Iterator[str]:
    """Credentials that a container has in clear, in its variables or in its command."""
    yield from _plain_secrets(container)
    yield from _typed_secrets(container)


def _plain_secrets(container: Json) -> Iterator[str]:
    for each in mappings(container.get("env")):
        name, value = each.get("name"), each.get("value")
        # A secret text is encrypted in the state, and its writer knows what it is.
        if not isinstance(name, str) or not isinstance(value, str) or isinstance(value, HiddenText):
            continue
        kind = secret_kind(str.__str__(name), value)
        if kind is not None:
            yield f"has a secret in clear in env {name!r} ({kind}); use valueFrom.secretKeyRef"


def _typed_secrets(container: Json) -> Iterator[str]:
    for where, kind in typed_secrets(container.get("command"), container.get("args")):
        yield f"has a secret in clear in its {where} ({kind}); use $(NAME), of env with valueFrom.secretKeyRef"


def typed_secrets(*lists: object) -> Iterator[tuple[str, str]]:
    """Credentials in the words of a command: where each is, `command after '--password'`, and of what kind."""
    for option, value in _options([word for each in lists for word in _words(each)]):
        kind = secret_kind(option.lstrip("-").replace("-", "_"), value)
        if kind is not None:
            yield f"command after {option!r}" if option else "command", kind


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What a command's words say: `--name=value`, `--name value` and `NAME=value`; a word alone has no name."""
    option = ""
    for word in words:
        name, equals, value = word.partition("=")
        dashed = word.startswith("-")
        if equals and (dashed or (not option and name.isidentifier())):
            yield name, value
        elif not dashed:
            yield option, word
        option = name if dashed and not equals else ""


def _words(value: object) -> list[str]:
    """Of a command; a secret text is encrypted in the state, and what is not known yet is nothing to look at."""
    given = cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()
    return [str.__str__(each) if isinstance(each, str) and not isinstance(each, HiddenText) else "" for each in given]


def pull_secret_problems(pod: Json, made: Collection[str] | None) -> list[str]:
    """Pull secrets that a pod names and nothing makes; `made` as of `problems`."""
    named = [each.get("name") for each in mappings(pod.get("imagePullSecrets"))]
    if made is None:
        return []
    known = ", ".join(sorted(map(str, made))) or "none"
    return [
        f"imagePullSecrets names {name!r}, and nothing makes that pull secret in its namespace (made there: {known})"
        for name in named
        if isinstance(name, str) and name not in made
    ]


def _named(what: str, fields: Json) -> str:
    name = fields.get("name")
    return f"{what} {name!r}" if isinstance(name, str) else f"a {what}"


def _mapping(value: object) -> Json:
    return cast("Json", value) if isinstance(value, Mapping) else {}
