"""What a stack uses, beside what the registry, the URL and the cluster say of it. Pure: values in, findings out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ops.stack import Stack
from ops.stack_pods import Pod, running
from ops.stack_url import UrlAnswer
from ops.stack_workloads import Deployed, Route
from pulls.kubelet.containers import Role, containers
from pulls.kubelet.objects import Json, name, part
from pulls.loaded import is_loaded
from pulls.registry.answer import Answer, Outcome

BY_STATE = "state"
"""Who uses an image that the state names."""


class Verdict(StrEnum):
    """Whether an image can still be pulled."""

    PULLABLE = "pullable"
    RUNS = "runs"
    """In its registry, by the login of the last update, and run by a ready pod; its nodes pull as themselves."""
    NOT_PULLABLE = "not-pullable"
    LOADED = "loaded"
    """In no registry: it was loaded into the nodes."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Use:
    """An image that is in use."""

    image: str
    namespace: str
    by: tuple[str, ...]
    """`state`, and names of pods."""
    pod_spec: Json = field(repr=False)
    """Of one that uses it: with its login the registry is asked."""


@dataclass(frozen=True)
class Attached:
    """What a registry says is attached to an image (OCI distribution specification v1.1, referrers)."""

    asked: bool = False
    """Whether the registry answered."""
    api: bool = False
    """Whether it has the API for it; without it, only what was pushed under the specification's tag is found."""
    kinds: tuple[str, ...] = ()
    """Artifact types."""


@dataclass(frozen=True)
class ImageProof:
    """An image that is in use, and what its registry says."""

    use: Use
    answer: Answer | None
    """None where it could not be asked with the pod's login."""
    attached: Attached = Attached()
    as_pushed: bool = False
    """Whether it was asked for with the login of the last update, as the pods have none: nodes pull as themselves."""
    ready: str = ""
    """A ready pod of the stack that runs it; empty where none is seen."""

    @property
    def verdict(self) -> Verdict:
        """Whether the pod could pull it again."""
        if is_loaded(self.use.image):
            return Verdict.LOADED
        said = Verdict.UNKNOWN if self.answer is None else judged(self.answer)
        if not self.as_pushed or said is not Verdict.PULLABLE:
            return said
        # That it is there is known then; that the nodes may have it is shown by those alone that have pulled it.
        return Verdict.RUNS if self.ready else Verdict.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class RouteProof:
    """What answers at the stack's URL."""

    answer: UrlAnswer | None
    """None where there is no URL that means something outside of the cluster."""
    named: tuple[str, ...] = ()
    """Pods that named themselves in answers to `/version`."""
    service: Route | None = None
    behind: Sequence[Pod] = ()
    """The ready pods behind the Service."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A workload of the state and its pods, or why they are not seen."""

    deployed: Deployed
    context: str
    pods: Sequence[Pod] = ()
    unseen: str = ""
    status: int = 0
    """Of HTTP, where the cluster refused."""


@dataclass(frozen=True, kw_only=True)
class Verification:
    """All that was looked at."""

    stack: Stack
    workloads: Sequence[Seen]
    images: Sequence[ImageProof]
    route: RouteProof


_LOST = {
    Outcome.NOT_FOUND,
    Outcome.REPOSITORY_MISSING,
    Outcome.REFUSED_LOGIN,
    Outcome.WRONG_DIGEST,
    Outcome.MANIFEST_UNSUPPORTED,
}


def judged(answer: Answer) -> Verdict:
    """What an answer to the pod's login says; what a registry tells a stranger may be no word to the nodes."""
    if answer.outcome is Outcome.PRESENT:
        return Verdict.NOT_PULLABLE if answer.missing_platforms else Verdict.PULLABLE
    if answer.outcome in _LOST or (answer.outcome is Outcome.FORBIDDEN and answer.with_login):
        return Verdict.NOT_PULLABLE
    return Verdict.UNKNOWN


def beside_pods(proof: ImageProof, workloads: Sequence[Seen]) -> ImageProof:
    """The same, with a ready pod that runs this very image, where there is one."""
    pods = (pod for each in workloads for pod in each.pods if pod.ready)
    return replace(proof, ready=next((pod.name for pod in pods if proof.use.image in pod.images.values()), ""))


def uses(deployed: Deployed, pods: Sequence[Json]) -> list[Use]:
    """Each image that the pods of a workload run, and each that the state says they should, once."""
    found: dict[str, tuple[list[str], Json]] = {}
    for pod in pods:
        for each in containers(pod):
            if each.role is not Role.EPHEMERAL:
                found.setdefault(running(each), ([], part(pod, "spec")))[0].append(name(pod))
    for image in deployed.images.values():
        found.setdefault(image, ([], deployed.pod_spec))[0].insert(0, BY_STATE)
    return [
        Use(image=image, namespace=deployed.namespace, by=tuple(dict.fromkeys(by)), pod_spec=spec)
        for image, (by, spec) in found.items()
    ]


def named_pod(body: bytes) -> str:
    """The pod that an answer to `/version` names, as the sample web API does; empty where it names none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    pod = document.get("pod") if isinstance(document, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return pod if isinstance(pod, str) else ""


def strangers(proof: RouteProof, pods: Mapping[str, Pod]) -> Iterator[str]:
    """Pods that answered and are none of the stack's."""
    return (each for each in proof.named if each not in pods)


def signed(attached: Attached) -> bool:
    """Whether a signature is attached: of cosign, Sigstore or the Notary Project."""
    return any(word in kind for kind in attached.kinds for word in ("cosign", "sigstore", "notary", "signature"))


def has_sbom(attached: Attached) -> bool:
    """Whether a list of what is in the image is attached: SPDX, CycloneDX or Syft's own."""
    return any(word in kind for kind in attached.kinds for word in ("spdx", "cyclonedx", "syft", "sbom"))
