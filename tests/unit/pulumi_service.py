"""Pulumi Cloud's REST API as far as deployment settings use it, on loopback: recorded, and as strict as its own types.

What is written is checked by the types of pulumi-pulumiservice, whose names differ from the API's in three places.
How it merges, what it answers and what it leaves out: pulumi v3.274.1, sdk/go/common/apitype/deployments.go and
schedules.go; pulumi/docs, reference/cloud-rest-api/deployments (Patch Settings).
"""

import copy
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from pulls.kubelet.objects import part
from sandbox.clouds.sdk_types import problems, resource
from tests.unit.plain_api import Asked, PlainApi, Reply, plain_api

Json = dict[str, Any]

TOKEN = "pul-0123456789abcdef0123456789abcdef01234567"
ORGANIZATION = "acme"
_OF_SDK = {"roleArn": "roleARN", "policyArns": "policyARNs", "agentPoolID": "agentPoolId"}
_OF_STACK = {"organization": ORGANIZATION, "project": "p", "stack": "s"}
_OPERATIONS = {"drift": "detect-drift", "ttl": "destroy"}


@dataclass
class Stack:
    tags: dict[str, str] = field(default_factory=dict[str, str])
    settings: Json | None = None
    schedules: list[Json] = field(default_factory=list[Json])
    resources: list[Json] = field(default_factory=list[Json])
    runs: list[Json] = field(default_factory=list[Json])


@dataclass
class Cloud:
    """What the service has, and what it does in place of an answer."""

    stacks: dict[str, Stack]
    refuses: dict[str, list[Reply | None]] = field(default_factory=dict[str, "list[Reply | None]"])
    """Method and end of the path → what it answers to the next requests; None for its own answer."""
    forgets: set[str] = field(default_factory=set[str])
    """Top-level settings that it takes and does not keep."""
    api: PlainApi | None = None
    made: int = 0

    def answer(self, asked: Asked) -> Reply | None:
        if asked.authorization != f"token {TOKEN}":
            return Reply(401, {"code": 401, "message": "Unauthorized: No credentials provided or are invalid."})
        for end, replies in self.refuses.items():
            method, _, path = end.partition(" ")
            if asked.method == method and asked.path.endswith(path) and replies:
                first = replies.pop(0)
                if first is not None:
                    return first
        _, _, _, *name, below = [*asked.path.split("/", 6), ""][:7]
        stack = self.stacks.get("/".join(name))
        if stack is None:
            return Reply(404, {"code": 404, "message": "Not Found: Stack not found"})
        return _Answers(self, stack, asked).to(below)

    @property
    def written(self) -> list[tuple[str, str, Json | None]]:
        """Method, path below the stack, and body of what changes something."""
        asked = self.api.asked if self.api is not None else []
        return [(each.method, each.path.split("/", 6)[-1], each.body) for each in asked if each.method != "GET"]


@dataclass(frozen=True)
class _Answers:
    cloud: Cloud
    stack: Stack
    asked: Asked

    def to(self, below: str) -> Reply | None:
        if self.asked.method == "GET":
            return self._read(below)
        match self.asked.method, below.split("/"):
            case "POST", ["deployments", "settings"]:
                return self._patched()
            case "POST", ["deployments", kind, "schedules", *identifier]:
                return self._scheduled(kind, next(iter(identifier), None))
            case "DELETE", ["deployments", "schedules", identifier]:
                self.stack.schedules[:] = [each for each in self.stack.schedules if each["id"] != identifier]
                return Reply(204, b"")
            case _:
                return None

    def _read(self, below: str) -> Reply | None:
        settings = self.stack.settings
        found: dict[str, object] = {
            "": {"orgName": ORGANIZATION, "tags": self.stack.tags, "version": 3},
            "export": {"version": 3, "deployment": {"resources": self.stack.resources}},
            "deployments": {"deployments": self.stack.runs[:1], "total": len(self.stack.runs)},
            "deployments/settings": None if settings is None else shown(settings),
            "deployments/schedules": {"schedules": self.stack.schedules},
        }
        return None if found.get(below) is None else Reply(200, found[below])

    def _patched(self) -> Reply:
        body = self.asked.body or {}
        merged = merge(self.stack.settings or {}, body)
        wrong = unknown(merged)
        if wrong:
            return Reply(400, {"code": 400, "message": f"Bad Request: {'; '.join(wrong)}"})
        self.stack.settings = {key: each for key, each in merged.items() if key not in self.cloud.forgets}
        return Reply(200, shown(self.stack.settings))

    def _scheduled(self, kind: str, identifier: str | None) -> Reply:
        if self.stack.settings is None:
            return Reply(400, {"code": 400, "message": "Bad Request: the stack has no deployment settings"})
        body = self.asked.body or {}
        name = {"drift": "DriftSchedule", "ttl": "TtlSchedule"}[kind]
        wrong = problems(resource("pulumi_pulumiservice", name), {**_OF_STACK, **body})
        if wrong:
            return Reply(400, {"code": 400, "message": f"Bad Request: {'; '.join(wrong)}"})
        if identifier is None:
            self.cloud.made += 1
        made = schedule(kind, identifier or f"schedule-{self.cloud.made}", body)
        self.stack.schedules[:] = [each for each in self.stack.schedules if each["id"] != made["id"]] + [made]
        return Reply(200, made)


def schedule(kind: str, identifier: str, body: Json) -> Json:
    """A schedule as the service answers it; a moment with a blank in place of T, as it is."""
    options = {
        "remediateIfDriftDetected": body.get("autoRemediate", False),
        "deleteAfterDestroy": body.get("deleteAfterDestroy", False),
    }
    request = {"operation": _OPERATIONS[kind], "inheritSettings": True, "operationContext": {"options": options}}
    once = str(body.get("timestamp", "")).replace("T", " ").replace("Z", ".000")
    when = {"scheduleCron": body["scheduleCron"]} if kind == "drift" else {"scheduleOnce": once}
    return {"id": identifier, "kind": "deployment", "paused": False, "definition": {"request": request}, **when}


def unknown(settings: Json) -> list[str]:
    """What the types of the SDK do not know in settings as they are sent, each with its path."""
    return problems(resource("pulumi_pulumiservice", "DeploymentSettings"), {**_OF_STACK, **as_sdk(settings)})


def as_sdk(settings: Json) -> Json:
    """Settings of the API by the SDK's names: an image there is its reference, and what is absent is not there."""
    named = cast("Json", _renamed(settings))
    image = part(named, "executorContext", "executorImage")
    named.pop("executorContext", None)
    if image:
        named["executorContext"] = {"executorImage": image.get("reference")}
    variables = part(named, "operationContext", "environmentVariables")
    for name, value in variables.items():
        variables[name] = value if isinstance(value, str) else "hidden"
    return named


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        items = cast("Json", value).items()
        return {_OF_SDK.get(key, key): _renamed(each) for key, each in items if each is not None}
    return value


def merge(have: Json, change: Json) -> Json:
    """As the service does it: an object key by key, null removes, vcs and all else as a whole."""
    merged = copy.deepcopy(have)
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and key != "vcs" and isinstance(merged.get(key, {}), dict):
            merged[key] = merge(merged.get(key, {}), cast("Json", value))
        else:
            merged[key] = value
    return merged


def shown(settings: Json) -> Json:
    """What it answers: without what is empty, with what is its own."""
    kept = cast("Json", _without_empty(settings))
    variables = part(settings, "operationContext", "environmentVariables")
    if variables:
        kept["operationContext"]["environmentVariables"] = variables
    image = kept.setdefault("executorContext", {}).get("executorImage")
    if image is None:
        kept["executorContext"]["executorImage"] = {"reference": "pulumi/pulumi:latest", "isDefault": True}
    return {**kept, "version": 7, "source": "api"}


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        items = {key: _without_empty(each) for key, each in cast("Json", value).items()}
        return {key: each for key, each in items.items() if each not in (None, "", False) and each not in ([], {})}
    return value


@contextmanager
def pulumi_service(**stacks: Stack) -> Generator[tuple[Cloud, str]]:
    """Serve stacks of the project `web`, by their names; gives what it has, and its URL."""
    cloud = Cloud({f"{ORGANIZATION}/web/{name}": stack for name, stack in stacks.items()})
    with plain_api(cloud.answer) as api:
        cloud.api = api
        yield cloud, api.url
