"""The way of an image as hops: source → image → registry → grant → node → pod → URL. Pure.

Where the stack asks for a signature, that is one more hop, behind the registry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ops.report.gathered import Gathered
from ops.stack_pods import Pod, short
from ops.stack_workloads import Deployed
from ops.state import APP_IMAGE_TYPE, IMAGE_TYPE, revealed
from ops.status import Workload
from ops.verify import BY_STATE, Attached, ImageProof, Verdict, signed
from pulls.causes import Code
from pulls.kubelet.objects import text
from pulls.kubelet.symptom import SymptomKind


class Sign(StrEnum):
    """How a hop is."""

    GOOD = "good"
    BAD = "bad"
    OPEN = "open"
    """Nobody can tell, or nothing is to be told."""


@dataclass(frozen=True)
class Hop:
    """One of them."""

    name: str
    sign: Sign
    short: str
    """A few words for the picture."""
    lines: tuple[str, ...] = ()
    """What there is to say."""


_SIGNATURE = "signature"
_HOP_OF: Mapping[str, str] = {
    **dict.fromkeys((Code.NAME_INVALID, Code.POLICY_NEVER, Code.NOT_LOADED), "image"),
    **dict.fromkeys((Code.PLATFORM_MISMATCH, Code.WRONG_ARCHITECTURE, Code.SIGNATURE_REFUSED), "image"),
    **dict.fromkeys((Code.NOT_FOUND, Code.RATE_LIMITED, Code.REGISTRY_ERROR, Code.MANIFEST_UNSUPPORTED), "registry"),
    **dict.fromkeys((Code.NO_CREDENTIALS, Code.CREDENTIALS_REFUSED, Code.CREDENTIALS_EXPIRED), "grant"),
    **dict.fromkeys((Code.FORBIDDEN, Code.PULL_SECRET_MISSING), "grant"),
    **dict.fromkeys((Code.DNS, Code.UNREACHABLE, Code.INTERRUPTED, Code.NODE_QPS, Code.DISK_FULL), "node"),
    **dict.fromkeys((each for each in SymptomKind if each.startswith("ingress-")), "URL"),
    **dict.fromkeys((Code.TLS_UNTRUSTED, Code.TLS_OTHER, Code.PLAIN_HTTP, Code.RUNTIME_BROKEN), "node"),
}
"""Cause → the hop at which it is mended; every other trouble is the pod's."""


def hops(found: Gathered) -> list[Hop]:
    """The way of the stack's image; what a diagnosis names is red whatever else is seen there."""
    workload = _workload(found)
    drawn = [
        _source(found),
        _image(found, workload),
        _registry(found),
        *_signature(found),
        _grant(found, workload),
        _node(workload),
        _pod(workload),
        _url(found),
    ]
    return [_named(each, found) for each in drawn]


def _named(hop: Hop, found: Gathered) -> Hop:
    causes = [each for each in found.diagnoses if _HOP_OF.get(each.code, "pod") == hop.name]
    if not causes:
        return hop
    said = tuple(f"{each.code}: {each.meaning}" for each in causes)
    return Hop(hop.name, Sign.BAD, causes[0].code, (*said, *hop.lines))


def _workload(found: Gathered) -> Workload | None:
    """The workload that runs the stack's image; the first one where the stack names none."""
    repository = found.stack.output("image").partition("@")[0]
    own = [each for each in found.status.workloads if _runs(each.deployed, repository)]
    return next(iter([*own, *found.status.workloads]), None)


def _runs(deployed: Deployed, repository: str) -> bool:
    return any(each.partition("@")[0] == repository for each in deployed.images.values())


def _source(found: Gathered) -> Hop:
    built = found.stack.state.of_type(IMAGE_TYPE)
    if not built:
        return Hop("source", Sign.OPEN, "built elsewhere", ("the stack deploys an image that was built before",))
    inputs = revealed(built[0].inputs)
    context, dockerfile = text(inputs, "build", "context"), text(inputs, "build", "dockerfile")
    platform = text(inputs, "build", "platform")
    lines = [f"context {context}", f"Dockerfile {dockerfile}", f"for {platform}"]
    return Hop("source", Sign.GOOD, platform or "built", tuple(each for each in lines if not each.endswith(" ")))


def _image(found: Gathered, workload: Workload | None) -> Hop:
    image = found.stack.output("image")
    images = [image] if image else list(workload.deployed.images.values()) if workload else []
    if not images:
        return Hop("image", Sign.OPEN, "none", ("the state names no image",))
    return Hop("image", Sign.GOOD, short(images[0]), tuple(images))


def _registry(found: Gathered) -> Hop:
    proofs = [each for each in found.verification.images if BY_STATE in each.use.by]
    if not proofs:
        return Hop("registry", Sign.OPEN, "not asked", ("no registry was asked, as the cluster is not seen",))
    lines = tuple(f"{each.use.image}: {_said(each)}" for each in proofs)
    host = (found.stack.output("image") or proofs[0].use.image).partition("/")[0]
    if any(each.verdict is Verdict.NOT_PULLABLE for each in proofs):
        return Hop("registry", Sign.BAD, "not pullable", lines)
    known = all(each.verdict in (Verdict.PULLABLE, Verdict.RUNS) for each in proofs)
    return Hop("registry", Sign.GOOD if known else Sign.OPEN, host, lines)


def _signature(found: Gathered) -> list[Hop]:
    """None where the stack asks for no signature."""
    image = found.stack.output("image")
    own = (each for each in found.stack.state.of_type(APP_IMAGE_TYPE) if text(each.outputs, "reference") == image)
    key = next((text(each.inputs, "signature", "publicKey") for each in own), "")
    if not key:
        return []
    attached = next((each.attached for each in found.verification.images if each.use.image == image), Attached())
    checked = f"the update asked for one with the key {key}, and rolled the image out when it was there"
    if signed(attached):
        return [Hop(_SIGNATURE, Sign.GOOD, key, (checked, f"attached: {', '.join(attached.kinds)}"))]
    if attached.asked:
        gone = "no signature is attached any more: the next update is refused"
        return [Hop(_SIGNATURE, Sign.BAD, "gone", (gone, checked))]
    return [Hop(_SIGNATURE, Sign.OPEN, key, (checked, "the registry does not say whether it is still there"))]


def _said(proof: ImageProof) -> str:
    if proof.verdict is Verdict.LOADED:
        return "loaded into the nodes, and in no registry"
    if proof.answer is None:
        return "could not be asked with the pod's login"
    kinds = f"; attached: {', '.join(proof.attached.kinds)}" if proof.attached.kinds else ""
    return f"{proof.verdict} ({proof.answer.outcome}){kinds}"


def _grant(found: Gathered, workload: Workload | None) -> Hop:
    lines = tuple(each.described for each in found.status.grants)
    pulled = workload is not None and any(each.ready for each in workload.pods)
    if not lines:
        note = "none in this stack: anybody may pull, somebody else gave the right, or the image is loaded"
        return Hop("grant", Sign.GOOD if pulled else Sign.OPEN, "none needed", (note,))
    return Hop("grant", Sign.GOOD if pulled else Sign.OPEN, found.status.grants[0].role, lines)


def _node(workload: Workload | None) -> Hop:
    if workload is None or workload.unseen:
        return Hop("node", Sign.OPEN, "not seen", (workload.unseen,) if workload else ())
    nodes = sorted({each.node for each in workload.pods if each.node})
    if not nodes:
        return Hop("node", Sign.OPEN, "none", ("no pod has a node",))
    return Hop("node", Sign.GOOD, nodes[0] if len(nodes) == 1 else f"{len(nodes)} nodes", tuple(nodes))


def _pod(workload: Workload | None) -> Hop:
    if workload is None or workload.unseen:
        return Hop("pod", Sign.OPEN, "not seen", (workload.unseen,) if workload else ())
    rollout = workload.rollout
    if rollout is None:
        return Hop("pod", Sign.BAD, "not there", (f"{workload.deployed.title} is not in the cluster",))
    lines = tuple(_line(each) for each in workload.pods)
    well = rollout.complete and not workload.differs and not _astray(workload.pods)
    ready = f"{rollout.available} of {rollout.desired} ready"
    return Hop("pod", Sign.GOOD if well else Sign.BAD, ready, lines)


def _line(pod: Pod) -> str:
    how = "ready" if pod.ready else pod.reason or "not ready"
    return f"{pod.name} on {pod.node or 'no node'}: {how}"


def _astray(pods: Sequence[Pod]) -> bool:
    return any(each.differs and not each.goes for each in pods)


def _url(found: Gathered) -> Hop:
    answer = found.status.url
    if answer is None:
        note = "it means something inside of the cluster only" if found.stack.url else "the stack has no URL"
        return Hop("URL", Sign.OPEN, "not asked", (note,))
    if answer.status is None:
        return Hop("URL", Sign.BAD, "no answer", (f"{answer.url}: {answer.said}",))
    line = f"{answer.url} answers {answer.status} in {answer.seconds * 1000:.0f} ms"
    return Hop("URL", Sign.GOOD if answer.well else Sign.BAD, str(answer.status), (line,))
