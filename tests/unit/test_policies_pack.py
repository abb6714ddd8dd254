"""The pack as the engine asks it: levels by profile, what a preview cannot know, what is never shown."""

import json
from typing import Any, NoReturn, cast
from unittest.mock import Mock

import grpc
import pytest
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2

from components.platforms import aks_grant, eks_roles
from policies.catalogue import CODES, RULES
from policies.notes import NOTES
from policies.rule import Level, ResourceRule
from policies.rules import pull_rights
from policies.server import VERSION, Pack
from tests.stack_files import ROOT
from tests.unit.policies_engine import CONTEXT, TODAY, Engine, at_end, kube, resource, said
from tests.unit.policies_planted import PLANTED
from tests.unit.policies_world import AKS, DIGEST, HOST, IMAGE, PROVIDER, TAG, Change, requests_of

PRODUCTION = {"monadic-pipeline:profile": "production"}
ADVISORY, MANDATORY, DISABLED = "ADVISORY", "MANDATORY", "DISABLED"


def pod(name: str = "web", **container: Any) -> analyzer_pb2.AnalyzeRequest:
    return kube("core/v1:Pod", name, spec={"containers": [{"name": "web", **container}]})


def test_a_finding_has_code_level_severity_and_resource_and_says_what_to_do() -> None:
    sent = pod(image=f"{HOST}/x{DIGEST}", imagePullPolicy="Never")
    (found,) = Engine().judge(sent)
    assert (found.code, found.level) == ("pull-policy", MANDATORY)
    assert (found.severity, found.urn) == ("POLICY_SEVERITY_CRITICAL", sent.urn)
    assert found.message.splitlines() == [
        "A pull policy lets a node pull.",
        "Pod web: container 'web' has imagePullPolicy Never, so it starts only where its image is by chance; "
        "use IfNotPresent",
        "fix: set imagePullPolicy: IfNotPresent",
        "more: docs/policies.md#pull-policy",
    ]


def test_a_command_of_a_finding_is_for_the_stack_that_it_is_about() -> None:
    sent = requests_of(PLANTED["AKS answers everywhere"][1].world())
    (found,) = Engine(PRODUCTION, stack="eu").judge(*sent)
    command = "pulumi config set --path 'cluster.apiRanges[0]' 203.0.113.0/24 -s eu"
    assert f"\nfix: {command}\n" in found.message
    engine = Engine(PRODUCTION, stack="my stack")
    assert " -s 'my stack'\n" in engine.judge(*sent)[0].message
    told = {
        each.name: each.remediation_steps for each in engine.pack.GetAnalyzerInfo(empty_pb2.Empty(), CONTEXT).policies
    }
    assert told["api-open"].endswith(" -s 'my stack'")


@pytest.mark.parametrize(("config", "level"), [({}, DISABLED), (PRODUCTION, MANDATORY)])
def test_the_profile_of_the_stack_file_decides_the_level(config: dict[str, str], level: str) -> None:
    assert Engine(config).levels()["api-open"] == level
    found = Engine(config).judge(*requests_of(Change({"aks/apiServerAccessProfile": None}).world()))
    assert [each.code for each in found if each.level == MANDATORY] == (["api-open"] if level == MANDATORY else [])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_planted_mistake_of_each_rule_is_told_at_the_level_of_the_profile(rule: Any) -> None:
    change = next(change for code, change in PLANTED.values() if code == rule.code)
    for config, level in ((PRODUCTION, rule.production), ({}, rule.test)):
        found = [each for each in Engine(config).judge(*requests_of(change.world())) if each.code == rule.code]
        assert [each.level.lower() for each in found] == ([] if level is Level.OFF else [level] * len(found))
        assert bool(found) is (level is not Level.OFF)


def test_production_is_never_less_careful_than_test() -> None:
    order = [Level.OFF, Level.ADVISORY, Level.MANDATORY]
    assert [each.code for each in RULES if order.index(each.production) < order.index(each.test)] == []


def test_a_pack_without_a_stack_takes_the_levels_of_production() -> None:
    pack = Pack((), lambda: TODAY)
    info = pack.GetAnalyzerInfo(empty_pb2.Empty(), CONTEXT)
    levels = {each.name: analyzer_pb2.EnforcementLevel.Name(each.enforcementLevel) for each in info.policies}
    assert levels == Engine(PRODUCTION).levels()


def test_a_level_that_pulumi_is_given_counts_in_place_of_the_rules() -> None:
    engine, sent = Engine(), pod(image=f"{HOST}/x{DIGEST}", imagePullPolicy="Never")
    engine.level("pull-policy", analyzer_pb2.ADVISORY)
    assert engine.judge(sent)[0].level == ADVISORY
    engine.level("pull-policy", analyzer_pb2.DISABLED)
    assert engine.judge(sent) == []


def test_a_profile_that_is_none_is_refused_with_what_to_type() -> None:
    refused: list[str] = []

    def abort(_: object, text: str) -> NoReturn:
        refused.append(text)
        raise RuntimeError

    context = cast("grpc.ServicerContext", Mock(abort=abort))
    request = analyzer_pb2.AnalyzerStackConfigureRequest(project="p", stack="eu", config={"p:profile": "prod"})
    with pytest.raises(RuntimeError):
        Pack((), lambda: TODAY).ConfigureStack(request, context)
    assert refused == [
        "Pulumi.eu.yaml: profile: 'prod' is neither test nor production\n"
        "  type: pulumi config set profile production -s eu"
    ]


def test_the_engine_is_told_each_rule_with_its_kind_and_the_version_of_the_project_file() -> None:
    info = Engine().pack.GetAnalyzerInfo(empty_pb2.Empty(), CONTEXT)
    assert {each.name for each in info.policies} == CODES | {each.code for each in NOTES}
    kinds = {each.name: each.policy_type == analyzer_pb2.POLICY_TYPE_RESOURCE for each in info.policies}
    assert {code for code, alone in kinds.items() if alone} == {
        each.code for each in RULES if isinstance(each, ResourceRule)
    }
    assert yaml.safe_load((ROOT / "policies" / "PulumiPolicy.yaml").read_text())["version"] == VERSION == info.version


def test_what_the_engine_takes_from_outputs_at_the_end_does_not_count_where_inputs_were_seen() -> None:
    engine = Engine(PRODUCTION)
    sent = requests_of(Change().world())
    for each in sent:
        assert not engine.pack.Analyze(each, CONTEXT).diagnostics
    outputs = [at_end(each) for each in sent]
    for each in outputs:
        each.properties.Clear()
    answer = engine.pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=outputs), CONTEXT)
    assert [said(each) for each in answer.diagnostics] == []


def test_a_resource_that_was_not_looked_at_alone_counts_at_the_end() -> None:
    pushed = resource(IMAGE, "a", imageName=f"{HOST}/x:{TAG}", build={"platform": "linux/amd64"})
    twin = at_end(resource(IMAGE, "b", imageName=f"{HOST}/x:{TAG}", build={"platform": "linux/amd64"}))
    engine = Engine()
    engine.pack.Analyze(pushed, CONTEXT)
    stack = analyzer_pb2.AnalyzeStackRequest(resources=[at_end(pushed), twin])
    assert [each.policyName for each in engine.pack.AnalyzeStack(stack, CONTEXT).diagnostics] == ["tag-shared"]


def test_protection_of_pulumis_own_counts_in_every_cloud() -> None:
    ranges = {"authorizedIPRanges": ["203.0.113.0/24"]}
    bare: dict[str, Any] = {"disableLocalAccounts": True, "apiServerAccessProfile": ranges}
    assert Engine(PRODUCTION).codes(resource(AKS, protect=True, **bare)) == []
    assert Engine(PRODUCTION).codes(resource(AKS, **bare)) == ["deletion-protection"]


@pytest.mark.parametrize(
    ("config", "image", "codes"),
    [
        ({"host": "reg.io:5000"}, "reg.io:5000/web:1", ["image-digest"]),
        ({"host": "reg.io:5000"}, "other.azurecr.io/web:1", ["image-registry"]),
        ({"load": "kind"}, f"loaded.invalid/web:{TAG}", []),
        ({"load": "kind"}, "loaded.invalid/web:1", ["image-registry"]),
        ({"host": "reg.io"}, f"loaded.invalid/web:{TAG}", ["image-registry"]),
        ({}, "quay.io/x/web:1", ["image-tag"]),
        ({"host": "reg.io"}, f"quay.io/x/web:1{DIGEST}", []),
    ],
)
def test_the_registry_of_the_stack_file_is_its_own(config: dict[str, str], image: str, codes: list[str]) -> None:
    assert Engine({"monadic-pipeline:registry": json.dumps(config)}).codes(pod(image=image)) == codes


def test_a_tag_of_docker_hub_is_told_to_tests_too_and_its_limit_to_production_alone() -> None:
    sent = pod(image="docker.io/library/redis:7")
    said = {each.code: each.level for each in Engine(PRODUCTION).judge(sent)}
    assert said == {"image-tag": MANDATORY, "pull-limit": ADVISORY}
    assert {each.code: each.level for each in Engine().judge(sent)} == {"image-tag": ADVISORY}


def test_the_registry_that_a_stack_pushes_to_is_its_own() -> None:
    pushed = resource(IMAGE, imageName=f"acme.azurecr.io/web:{TAG}", build={"platform": "linux/amd64"})
    assert Engine().codes(pushed, pod(image="acme.azurecr.io/web:1")) == ["image-digest"]
    assert Engine().codes(pushed, pod(image=f"other.azurecr.io/web{DIGEST}")) == ["image-registry"]
    assert Engine().codes(pushed, pod(image=f"acme.azurecr.io/web{DIGEST}")) == []


def test_a_mistake_in_a_list_of_objects_is_found() -> None:
    inner = {"metadata": {"name": "x"}, "spec": {"containers": [{"name": "c", "image": "web"}]}}
    assert Engine().codes(kube("core/v1:PodList", items=[inner])) == ["image-registry"]


def test_a_default_provider_itself_is_not_blamed_twice() -> None:
    assert Engine(PRODUCTION).codes(resource(PROVIDER, "default_4_25_0", provider=None)) == []


def test_the_roles_that_pull_are_those_that_the_platforms_give() -> None:
    assert (aks_grant.ACR_PULL.id, aks_grant.REPOSITORY_READER.id) == (pull_rights.ACR_PULL, pull_rights.ACR_READER)
    assert eks_roles.PULL_POLICY in pull_rights.ECR_POLICIES
