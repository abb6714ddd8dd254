"""An engine's side of a policy pack: what a program registered, as the protocol has it, and what the pack answers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, resource_pb2

from policies.server import Pack
from policies.suppression import Suppression
from tests.graph import Graph, Registration
from tests.stack_files import PROJECT

TODAY = dt.date(2026, 11, 26)
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
CONTEXT = cast("grpc.ServicerContext", None)
"""The pack uses it for nothing but refusals."""


@dataclass(frozen=True)
class Said:
    """A finding as the engine gets it."""

    code: str
    level: str
    severity: str
    message: str
    urn: str


@dataclass
class Engine:
    """One run of a pack."""

    config: Mapping[str, str] = field(default_factory=dict[str, str])
    suppressions: tuple[Suppression, ...] = ()
    stack: str = "test"
    today: dt.date = TODAY

    def __post_init__(self) -> None:
        self.pack = Pack(self.suppressions, lambda: self.today)
        self.pack.ConfigureStack(
            analyzer_pb2.AnalyzerStackConfigureRequest(project=PROJECT, stack=self.stack, config=self.config), CONTEXT
        )

    def level(self, code: str, level: "analyzer_pb2.EnforcementLevel.ValueType") -> None:
        """What `--policy-pack-config` does."""
        given = analyzer_pb2.PolicyConfig(enforcementLevel=level)
        self.pack.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig={code: given}), CONTEXT)

    def levels(self) -> dict[str, str]:
        """Code → level, as the pack tells them."""
        info = self.pack.GetAnalyzerInfo(empty_pb2.Empty(), CONTEXT)
        return {each.name: analyzer_pb2.EnforcementLevel.Name(each.enforcementLevel) for each in info.policies}

    def judge(self, *resources: analyzer_pb2.AnalyzeRequest) -> list[Said]:
        """All that the pack says of a program, resource by resource and at the end."""
        answers = [self.pack.Analyze(each, CONTEXT) for each in resources]
        answers.append(
            self.pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=map(at_end, resources)), CONTEXT)
        )
        return [said(each) for answer in answers for each in answer.diagnostics]

    def codes(self, *resources: analyzer_pb2.AnalyzeRequest) -> list[str]:
        """The codes of what it says, without notes."""
        return sorted({each.code for each in self.judge(*resources)} - {"known-later"})


def said(each: analyzer_pb2.AnalyzeDiagnostic) -> Said:
    """A finding in plain values."""
    return Said(
        each.policyName,
        analyzer_pb2.EnforcementLevel.Name(each.enforcementLevel),
        analyzer_pb2.PolicySeverity.Name(each.severity),
        each.message,
        each.urn,
    )


def at_end(sent: analyzer_pb2.AnalyzeRequest) -> analyzer_pb2.AnalyzerResource:
    """A resource as AnalyzeStack has it."""
    return analyzer_pb2.AnalyzerResource(
        type=sent.type,
        properties=sent.properties,
        urn=sent.urn,
        name=sent.name,
        options=sent.options,
        provider=sent.provider if sent.HasField("provider") else None,
    )


def resource(
    type_: str, name: str = "it", /, *, protect: bool = False, provider: str | None = "own", **inputs: Any
) -> analyzer_pb2.AnalyzeRequest:
    """A resource as Analyze has it.

    Args:
        type_: token.
        name: in the program.
        protect: Pulumi's own.
        provider: its name; None for a component.
        inputs: by their names on the wire.
    """
    request = analyzer_pb2.AnalyzeRequest(
        type=type_,
        properties=json_format.ParseDict(inputs, struct_pb2.Struct()),
        urn=f"urn:pulumi:test::{PROJECT}::{type_}::{name}",
        name=name,
        options=analyzer_pb2.AnalyzerResourceOptions(protect=protect),
    )
    if provider is not None:
        package = type_.partition(":")[0]
        request.provider.CopyFrom(
            analyzer_pb2.AnalyzerProviderResource(type=f"pulumi:providers:{package}", name=provider)
        )
    return request


def kube(kind: str, name: str = "it", **inputs: Any) -> analyzer_pb2.AnalyzeRequest:
    """A Kubernetes object; `kind` with its group and version: `apps/v1:Deployment`."""
    given: dict[str, Any] = {"metadata": {"name": name}, **inputs}
    return resource(f"kubernetes:{kind}", name, **given)


def requests(graph: Graph) -> list[analyzer_pb2.AnalyzeRequest]:
    """What a program registered, as the engine sends it to a pack."""
    names = {each.urn: each.name for each in graph.registrations.values()}
    return [_request(each, names) for each in graph.registrations.values()]


def _request(each: Registration, names: Mapping[str, str]) -> analyzer_pb2.AnalyzeRequest:
    sent: resource_pb2.RegisterResourceRequest = each.request
    request = analyzer_pb2.AnalyzeRequest(
        type=each.type,
        properties=sent.object,
        urn=each.urn,
        name=each.name,
        options=analyzer_pb2.AnalyzerResourceOptions(protect=sent.protect),
    )
    if each.custom and not each.type.startswith("pulumi:"):
        # The engine makes a default one where the program gives none.
        name = names[each.provider_urn] if each.provider else "default_1_0_0"
        request.provider.CopyFrom(analyzer_pb2.AnalyzerProviderResource(name=name))
    return request
