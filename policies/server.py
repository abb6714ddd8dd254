"""The engine's view of the pack: the protocol of analyzers (pulumi/pulumi:proto/pulumi/analyzer.proto).

Not by `pulumi-policy`: its release for Python takes no protobuf 6, which other pins need, unpacks the properties of
each resource anew for each rule, and shows secrets as any other text.
"""

import datetime as dt
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from policies.catalogue import RULES
from policies.facts import NO_STACK, Facts, PackError, facts
from policies.judge import Finding, Judge
from policies.notes import NOTES
from policies.rule import Level, Provider, Resource, Rule, Severity, StackRule, plain_type
from policies.suppression import Suppression
from policies.values import read

NAME: Final = "monadic-pipeline"
VERSION: Final = "0.1.0"
"""That of PulumiPolicy.yaml, which the engine shows."""
_LEVELS = {
    Level.OFF: analyzer_pb2.DISABLED,
    Level.ADVISORY: analyzer_pb2.ADVISORY,
    Level.MANDATORY: analyzer_pb2.MANDATORY,
}
_SEVERITIES = {
    Severity.LOW: analyzer_pb2.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: analyzer_pb2.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: analyzer_pb2.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: analyzer_pb2.POLICY_SEVERITY_CRITICAL,
}
_MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's own limit (pulumi/pulumi:sdk/go/common/util/rpcutil)."""
_PARENT_SECONDS = 1.0
_EVERY_RULE = (*RULES, *NOTES)


class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    """Serves one run of the engine."""

    def __init__(self, suppressions: tuple[Suppression, ...], today: Callable[[], dt.date]) -> None:
        self._suppressions = suppressions
        self._today = today
        self._levels: Mapping[str, int] = {}
        self._start(NO_STACK)

    def _start(self, known: Facts) -> None:
        self._facts = known
        self._judge = Judge(known, self._suppressions, self._today())

    def Handshake(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.AnalyzerHandshakeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerHandshakeResponse:
        """The engine is there; nothing is asked of it."""
        _ = request, context
        return analyzer_pb2.AnalyzerHandshakeResponse()

    def ConfigureStack(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """Which stack it is; comes before all else, and not at all where a pack is published."""
        try:
            self._start(facts(request.project, request.stack, request.config))
        except PackError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Configure(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.ConfigureAnalyzerRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Levels that `--policy-pack-config`, or Pulumi Cloud, sets in place of the rules' own."""
        _ = context
        self._levels = {code: each.enforcementLevel for code, each in request.policyConfig.items()}
        return empty_pb2.Empty()

    def GetPluginInfo(  # noqa: N802 - the protocol's name
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """Its version."""
        _ = request, context
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetAnalyzerInfo(  # noqa: N802 - the protocol's name
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerInfo:
        """The rules, with the levels of this stack's profile."""
        _ = request, context
        return analyzer_pb2.AnalyzerInfo(
            name=NAME, version=VERSION, supportsConfig=True, policies=[self._policy(each) for each in _EVERY_RULE]
        )

    def _policy(self, rule: Rule) -> analyzer_pb2.PolicyInfo:
        of_stack = isinstance(rule, StackRule) or rule in NOTES
        return analyzer_pb2.PolicyInfo(
            name=rule.code,
            description=rule.what,
            enforcementLevel=_LEVELS[rule.level(self._facts.profile)],
            severity=_SEVERITIES[rule.severity],
            remediation_steps=rule.advice(self._facts.stack),
            policy_type=analyzer_pb2.POLICY_TYPE_STACK if of_stack else analyzer_pb2.POLICY_TYPE_RESOURCE,
        )

    def Analyze(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Look at a resource before it is made or changed."""
        _ = context
        return self._answer(self._judge.resource(_resource(request)))

    def AnalyzeStack(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Look at all resources at the end."""
        _ = context
        return self._answer(self._judge.stack([_resource(each) for each in request.resources]))

    def Remediate(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.RemediateResponse:
        """Change nothing: a person decides."""
        _ = request, context
        return analyzer_pb2.RemediateResponse()

    def Cancel(  # noqa: N802 - the protocol's name
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Nothing runs on."""
        _ = request, context
        return empty_pb2.Empty()

    def _answer(self, found: list[Finding]) -> analyzer_pb2.AnalyzeResponse:
        levels = [(each, self._level(each.rule)) for each in found]
        return analyzer_pb2.AnalyzeResponse(
            diagnostics=[_diagnostic(each, level) for each, level in levels if level != analyzer_pb2.DISABLED]
        )

    def _level(self, rule: Rule) -> int:
        return self._levels.get(rule.code, _LEVELS[rule.level(self._facts.profile)])


def _diagnostic(found: Finding, level: int) -> analyzer_pb2.AnalyzeDiagnostic:
    return analyzer_pb2.AnalyzeDiagnostic(
        policyName=found.rule.code,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description=found.rule.what,
        message=found.message,
        enforcementLevel=level,  # pyright: ignore[reportArgumentType] - the stubs have no plain numbers
        severity=_SEVERITIES[found.rule.severity],
        urn=found.urn,
    )


def _resource(sent: analyzer_pb2.AnalyzeRequest | analyzer_pb2.AnalyzerResource) -> Resource:
    provider = Provider(sent.provider.name, read(sent.provider.properties)) if sent.HasField("provider") else None
    return Resource(plain_type(sent.type), sent.name, sent.urn, read(sent.properties), sent.options.protect, provider)


def serve(pack: Pack) -> None:
    """Serve on a free port of loopback, which is the first line that the engine reads, until whoever started this ends.

    The engine kills a pack at its own end; one that was killed itself leaves the pack to see that.
    """
    parent = os.getppid()
    server = grpc.server(ThreadPoolExecutor(1), options=[("grpc.max_receive_message_length", _MESSAGE_BYTES)])
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(pack, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - the protocol
    with suppress(KeyboardInterrupt):  # Ctrl-C is for the engine, and reaches all that it started
        while server.wait_for_termination(_PARENT_SECONDS) and os.getppid() == parent:
            pass
    server.stop(None)
