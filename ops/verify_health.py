"""What is wrong with what a stack uses, and what to type. Pure."""

import shlex
from collections.abc import Iterator, Mapping

from ops.stack_finding import Finding, diagnose_command, kubectl
from ops.stack_grant import grants
from ops.stack_pods import Pod
from ops.stack_workloads import Route
from ops.state import IMAGE_TYPE
from ops.status_health import broken_url, cannot_look, wrong_pods
from ops.verify import BY_STATE, ImageProof, RouteProof, Seen, Verdict, Verification, strangers
from pulls.registry.answer import Answer, Outcome
from pulls.text.redact import redact

_GONE = (Outcome.NOT_FOUND, Outcome.REPOSITORY_MISSING)


def findings(found: Verification) -> list[Finding]:
    """All that is wrong or not known, each once."""
    stack = found.stack.reference
    unseen = [each for each in found.workloads if each.unseen]
    every = [
        *(cannot_look(each.deployed, each.context, each.unseen, each.status, stack) for each in unseen),
        *(row for each in found.images for row in _of_image(each, found)),
        *(row for each in found.workloads for row in wrong_pods(each.deployed, each.pods, stack)),
        *_of_route(found.route, found),
    ]
    return list(dict.fromkeys(every))


def _of_image(proof: ImageProof, found: Verification) -> Iterator[Finding]:
    if proof.verdict in (Verdict.PULLABLE, Verdict.RUNS, Verdict.LOADED):
        return
    image = redact(proof.use.image)
    inspect = f"docker buildx imagetools inspect {shlex.quote(image)}"
    if proof.answer is None:
        text = f"{image} cannot be asked for: its pods' pull secret may not be read, or the name is no reference"
        yield Finding(text, inspect, known=False)
    elif proof.as_pushed and proof.verdict is Verdict.UNKNOWN:
        text = f"{image} is in the registry; whether the nodes may still pull it, only they can show: they pull as "
        yield Finding(f"{text}themselves{_by_right(found)}", inspect, known=False)
    elif proof.verdict is Verdict.UNKNOWN:
        text = f"whether {image} can be pulled is not known: the registry says {said(proof.answer)}"
        yield Finding(f"{text}{_stranger(proof.answer)}", inspect, known=False)
    else:
        again = _again(found) if proof.answer.outcome in _GONE and BY_STATE in proof.use.by else ""
        users = ", ".join(each for each in proof.use.by if each != BY_STATE) or "the state alone"
        yield Finding(f"{image} cannot be pulled ({said(proof.answer)}); used by {users}", again or inspect)


def said(answer: Answer) -> str:
    """The registry's answer in a few words."""
    if answer.missing_platforms:
        return f"no image for {', '.join(answer.missing_platforms)}"
    status = "" if answer.status is None else f" ({answer.status})"
    return f"{answer.outcome}{status}{f': {answer.said}' if answer.said else ''}"


def _stranger(answer: Answer) -> str:
    """Nodes of a cloud pull as themselves, which nothing here can."""
    return "" if answer.with_login else "; it was asked without a login, as the pods have none of their own"


def _by_right(found: Verification) -> str:
    given = [f"{each.role} on {each.resource}" for each in grants(found.stack.state)]
    return f", by {' and '.join(given)}" if given else ""


def _again(found: Verification) -> str:
    """Builds and pushes what is gone: the engine itself does not notice (pulumi-docker, provider/image.go, Read)."""
    built = found.stack.state.of_type(IMAGE_TYPE)
    if not built:
        return ""
    # Which of several it is, the state does not say.
    which = built[0].urn if len(built) == 1 else f"**{IMAGE_TYPE}::**"
    return f"pulumi up{found.stack.option} --replace {shlex.quote(which)}   # pushes it again"


def _of_route(proof: RouteProof, found: Verification) -> Iterator[Finding]:
    if proof.answer is not None:
        yield from broken_url(proof.answer)
    if any(each.unseen for each in found.workloads):
        return
    pods = {pod.name: pod for each in found.workloads for pod in each.pods}
    for name in strangers(proof, pods):
        command = f"curl -s {shlex.quote(found.stack.url)}/version"
        yield Finding(f"pod {name} answers at {found.stack.url}, and is none of this stack's", command)
    behind = next((each for each in found.workloads if proof.service and proof.service.leads_to(each.deployed)), None)
    if proof.service is not None and behind is not None:
        yield from _of_service(proof.service, proof, behind, pods)


def _of_service(service: Route, proof: RouteProof, of: Seen, pods: Mapping[str, Pod]) -> Iterator[Finding]:
    if not proof.behind:
        command = diagnose_command(of.context, service.namespace, of.deployed.title)
        yield Finding(f"no ready pod is behind the Service {service.service}", command)
    for pod in proof.behind:
        if pod.name not in pods:
            command = kubectl(of.context, service.namespace, "get", "pod", pod.name, "-o", "wide")
            yield Finding(f"pod {pod.name} is behind the Service {service.service}, and none of this stack's", command)
