"""Event streams of previews: those that a real engine wrote for this program, and ones that are made up."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ops.pr_comment.model import Preview
from ops.pr_comment.page import page
from ops.pr_comment.plain import one_line
from ops.pr_comment.reading import read_preview

RECORDED = Path(__file__).parent / "pr_comment"
"""Of pulumi v3.274.1 on the sandbox, without debug messages, outputs, and inputs of what stays: an image from a changed
source, an Ingress that goes, a mistake in the stack file, a policy that refuses, another node size, and no change."""
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
Event = dict[str, Any]


def recorded(name: str, title: str | None = None) -> Preview:
    return read_preview(title or name, (RECORDED / f"{name}.json").read_bytes(), b"")


def urn(kind: str, name: str, stack: str = "dev") -> str:
    return f"urn:pulumi:{stack}::shop::{kind}::{name}"


def step(
    op: str,
    kind: str = "kubernetes:core/v1:ConfigMap",
    name: str = "web",
    *,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    differs: Mapping[str, str] | None = None,
    keys: Iterable[str] = (),
    **more: Any,
) -> Event:
    """A step with the inputs before and afterwards, and the kinds of its differences by path."""
    own = urn(kind, name)

    def state(inputs: Mapping[str, Any] | None) -> Any:
        return None if inputs is None else {"type": kind, "urn": own, "inputs": dict(inputs), "outputs": {}, **more}

    detailed = {path: {"diffKind": each, "inputDiff": False} for path, each in (differs or {}).items()}
    if old is None and op not in ("create", "import"):
        old = {}
    if new is None and not op.startswith("delete"):
        new = {}
    metadata = {"op": op, "urn": own, "type": kind, "old": state(old), "new": state(new), "keys": [*keys]}
    return {"resourcePreEvent": {"metadata": {**metadata, "detailedDiff": detailed or None}}}


def said(text: str, severity: str = "error", about: str = "") -> Event:
    return {"diagnosticEvent": {"urn": about, "message": text, "color": "never", "severity": severity}}


def policy(code: str, text: str, level: str = "advisory", **more: Any) -> Event:
    return {"policyEvent": {"policyName": code, "message": text, "enforcementLevel": level, **more}}


def outputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Event:
    """The last word on the stack's outputs."""
    kind = "pulumi:pulumi:Stack"
    states = {"old": {"outputs": dict(old)}, "new": {"outputs": dict(new)}}
    return {"resOutputsEvent": {"metadata": {"op": "same", "urn": urn(kind, "shop-dev"), "type": kind, **states}}}


def stream(*events: Event, result: str | None = "succeeded") -> bytes:
    """What pulumi writes; None for one that does not end."""
    root = step("same", "pulumi:pulumi:Stack", "shop-dev")
    end: list[Event] = [] if result is None else [{"summaryEvent": {"result": result}}, {"cancelEvent": {}}]
    numbered = [{"sequence": number, **each} for number, each in enumerate([root, *events, *end])]
    return "".join(json.dumps(each) + "\n" for each in numbered).encode()


def preview(*events: Event, title: str = "dev", result: str | None = "succeeded") -> Preview:
    return read_preview(title, stream(*events, result=result), b"")


def text(*previews: Preview) -> str:
    """The comment."""
    return page(previews, "shop")


def drawn(*events: Event) -> str:
    """The comment on one stack."""
    return text(preview(*events))


def first(comment: str) -> str:
    """Its first sentence."""
    return comment.split("\n\n")[1].strip()


def deployment(number: int, op: str = "update") -> Event:
    """A workload of which three properties differ."""

    def inputs(tag: str) -> dict[str, Any]:
        containers = [{"image": f"registry.example.com/team/service-{number}:{tag}", "name": "app", "cpu": tag * 10}]
        return {"spec": {"replicas": len(tag), "template": {"spec": {"containers": containers}}}}

    paths = {f"spec.template.spec.containers[0].{each}": "update" for each in ("image", "cpu")}
    differs = {"spec.replicas": "update", **paths}
    name = f"a-service-with-a-rather-long-name-of-its-own-{number:04}"
    return step(op, "kubernetes:apps/v1:Deployment", name, old=inputs("a"), new=inputs("bb"), differs=differs)


def many(count: int, op: str = "update") -> bytes:
    """A preview in which so many of them change."""
    return stream(*(deployment(number, op) for number in range(count)))


def rendered(data: bytes) -> str:
    """The comment on one stack, as a process makes it that has made none before."""
    one_line.cache_clear()
    return page([read_preview("dev", data, b"")], "shop")
