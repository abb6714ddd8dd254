"""A status as a person reads it. Pure."""

from collections.abc import Iterator, Sequence

from ops.stack import Stack
from ops.stack_finding import Finding
from ops.stack_grant import StackGrant
from ops.stack_pods import Pod, same, short
from ops.stack_show import BAD, GOOD, OPEN, PLAIN, Row, columns, finding_rows
from ops.stack_url import UrlAnswer
from ops.stack_words import lasted
from ops.status import Status, Workload
from pulls.kubelet.rollout import Rollout

_HEAD = ("pod", "node", "ready", "restarts", "age", "runs")


def rows(status: Status, findings: Sequence[Finding]) -> list[Row]:
    """All of it: what there is, then what is wrong with it."""
    return [
        *_stack(status),
        *(row for each in status.workloads for row in _workload(each, status)),
        *url_rows(status.stack, status.url),
        *_grants(status),
        *finding_rows(findings),
    ]


def _stack(status: Status) -> Iterator[Row]:
    stack = status.stack
    age = status.age(stack.state.written)
    updated = "" if age is None else f", last updated {lasted(age)} ago"
    yield Row("stack", f"{stack.name} of {stack.project}, target {stack.target}{updated}")
    for each in stack.locks or ():
        if not each.is_left:
            yield Row("update", f"is running: {each.text}", OPEN)


def _workload(each: Workload, status: Status) -> Iterator[Row]:
    deployed = each.deployed
    place = f"{deployed.title} in namespace {deployed.namespace}"
    if each.rollout is None:
        yield Row("rollout", f"{place}: {'not seen' if each.unseen else 'not there'}", OPEN if each.unseen else BAD)
    else:
        yield Row("rollout", f"{place}: {_progress(each.rollout)}", GOOD if each.rollout.complete else BAD)
    for container, image in deployed.images.items():
        yield Row("image", image)
        yield from _compared(each, container)
    if each.pods:
        lines = [_HEAD, *(_pod(pod, each, status) for pod in each.pods)]
        for line, text in enumerate(columns(lines)):
            yield Row("pods" if line == 0 else "", text, _pod_style(each, line))


def _compared(each: Workload, container: str) -> Iterator[Row]:
    """What runs of it, counted, beside what the state says."""
    if each.rollout is None:
        return
    want = each.deployed.images[container]
    alive = [pod for pod in each.pods if not pod.goes and container in pod.images]
    equal = sum(same(pod.images[container], want) for pod in alive)
    drifts = container in each.differs or equal < len(alive)
    text = f"{equal} of {len(alive)} pods run what the state says"
    if container in each.differs:
        text += f"; the {each.deployed.kind} asks for {each.images[container]}"
    yield Row("", text, BAD if drifts else GOOD)


def _progress(rollout: Rollout) -> str:
    word = "complete" if rollout.complete else "stuck" if rollout.stuck else "under way"
    paused = ", paused" if rollout.paused else ""
    return (
        f"{word}{paused}, generation {rollout.generation}, {rollout.updated} updated and {rollout.available} available "
        f"of {rollout.desired}"
    )


def _pod(pod: Pod, each: Workload, status: Status) -> tuple[str, ...]:
    ready = "yes" if pod.ready else pod.reason or "no"
    runs = " ".join(dict.fromkeys(short(pod.images[one]) for one in each.deployed.images if one in pod.images))
    return (pod.name, pod.node or "-", ready, str(pod.restarts), lasted(status.age(pod.made)), runs)


def _pod_style(each: Workload, line: int) -> str:
    if line == 0:
        return "bold"
    pod = each.pods[line - 1]
    if pod.goes:
        return OPEN
    return BAD if pod.differs or not pod.ready else PLAIN


def url_rows(stack: Stack, answer: UrlAnswer | None) -> Iterator[Row]:
    """The URL, and what it answered."""
    if not stack.url:
        return
    if answer is None:
        yield Row("url", f"{stack.url} means something inside of the cluster only, so it is not asked")
    elif answer.status is None:
        yield Row("url", f"{answer.url} does not answer: {answer.said}", BAD)
    else:
        text = f"{answer.url} answers {answer.status} in {answer.seconds * 1000:.0f} ms"
        yield Row("url", text, GOOD if answer.well else BAD)


def _grants(status: Status) -> Iterator[Row]:
    if not status.grants:
        yield Row("grant", "none in this stack: anybody may pull, somebody else gave the right, or the image is loaded")
    for each in status.grants:
        yield Row("grant", f"{each.described}{_since(each, status)}")


def _since(grant: StackGrant, status: Status) -> str:
    age = status.age(grant.since)
    return "" if age is None else f", given {lasted(age)} ago"
