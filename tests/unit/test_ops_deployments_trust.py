"""What makes a cloud trust the runs of a stack, and nobody else."""

import importlib
import shlex
from pathlib import Path
from typing import Any

import pytest

from ops.deployments_model import StackDeployments
from ops.deployments_trust import subjects, trust_commands
from tests.unit.deployments_place import LOGINS, deployments, deployments_place, refused, settings
from tests.unit.deployments_values import DAILY, own_of, stack_of


@pytest.mark.parametrize("target", LOGINS)
def test_each_operation_of_a_run_is_trusted_by_its_whole_subject(target: str) -> None:
    stack, own = stack_of(target), own_of(target)
    named = [f"pulumi:deploy:org:acme:project:web:stack:{target}:operation:{each}:scope:write" for each in (
        "preview", "update", "refresh", "destroy",
    )]  # fmt: skip
    assert subjects(stack, own) == named
    text = "\n".join(trust_commands(stack, own))
    assert all(each in text for each in named)
    with_drift = subjects(stack, own_of(target, drift=DAILY))
    assert [each.split(":")[-3] for each in with_drift[4:]] == ["detect-drift", "remediate-drift"]


def test_trust_is_printed_for_each_stack_and_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before there is a token, and while ids that the commands make are still the example's."""
    with deployments_place(tmp_path, monkeypatch) as place:
        monkeypatch.delenv("PULUMI_ACCESS_TOKEN")
        azure = {**LOGINS["aks"]["azure"], "clientId": "00000000-0000-0000-0000-000000000000"}
        document = settings(aks={"login": {"azure": azure}}, eks={"login": LOGINS["eks"]}, gke={})
        place.write(document)
        told = deployments("--trust")
        assert told.exit_code == 0, told.output
        assert told.stdout.count("\nsubject  pulumi:deploy:org:acme:project:web:stack:") == 8
        assert "\ntype     az identity federated-credential create --name web-aks-preview " in told.stdout
        assert "\ntype     aws iam create-role --path /ci/ --role-name deployments " in told.stdout
        assert "\nnote     the next one replaces whoever the role trusts now: add their statements" in told.stdout
        assert told.stdout.index("\nnote ") < told.stdout.index("aws iam update-assume-role-policy ")
        assert told.stdout.endswith("stack    acme/web/gke has no login of its own, so that no cloud need trust it\n")
        place.write({**document, "organization": "my-organization"})
        assert "organization: is still the example's value" in refused(place, "--trust")


def test_a_stack_without_a_login_needs_no_trust() -> None:
    assert trust_commands(stack_of("eks"), StackDeployments()) == []


def test_the_trust_of_aws_is_made_by_its_commands_and_names_nobody_else() -> None:
    """The words are checked by AWS's own model, and given to moto's IAM."""
    boto3: Any = importlib.import_module("boto3")
    moto: Any = importlib.import_module("moto")
    validate: Any = importlib.import_module("botocore.validate").validate_parameters
    with moto.mock_aws():
        # Not of the default session, which remembers that another test had no login.
        iam: Any = boto3.Session("testing", "testing", region_name="eu-central-1").client("iam")
        for each in trust_commands(stack_of("eks"), own_of("eks")):
            _, _, verb, *options = shlex.split(each)
            method = verb.replace("-", "_")
            shape = iam.meta.service_model.operation_model(iam.meta.method_to_api_mapping[method]).input_shape
            validate(_options(options), shape)
            if method != "add_client_id_to_open_id_connect_provider":  # which moto does not have
                getattr(iam, method)(**_options(options))
        role = iam.get_role(RoleName="deployments")["Role"]
        assert role["Arn"] == "arn:aws:iam::123456789012:role/ci/deployments"
        provider = "arn:aws:iam::123456789012:oidc-provider/api.pulumi.com/oidc"
        assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)["ClientIDList"] == ["acme"]
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Federated": provider}
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {
            "api.pulumi.com/oidc:aud": "acme",
            "api.pulumi.com/oidc:sub": subjects(stack_of("eks"), own_of("eks")),
        }
    }


def _options(words: list[str]) -> dict[str, Any]:
    """Options of the AWS CLI as boto3 takes them."""
    names = dict(zip(words[::2], words[1::2], strict=True))
    given = {_of_boto(name): value for name, value in names.items()}
    return {name: [value] if name.endswith("List") else value for name, value in given.items()}


def _of_boto(option: str) -> str:
    camel = "".join(each.capitalize() for each in option.removeprefix("--").split("-"))
    return {
        "ClientIdList": "ClientIDList",
        "ClientId": "ClientID",
        "OpenIdConnectProviderArn": "OpenIDConnectProviderArn",
    }.get(camel, camel)


def test_the_trust_of_azure_is_one_credential_for_each_operation_of_the_identity() -> None:
    first, *made = trust_commands(stack_of("aks"), own_of("aks"))
    assert first.startswith("az identity create --name deployments --resource-group ci --subscription ")
    options = [_pairs(each, "az identity federated-credential create ") for each in made]
    assert [each["--subject"] for each in options] == subjects(stack_of("aks"), own_of("aks"))
    assert {(each["--issuer"], each["--audiences"], each["--identity-name"]) for each in options} == {
        ("https://api.pulumi.com/oidc", "acme", "deployments")
    }
    assert len({each["--name"] for each in options}) == len(options)
    assert all(len(each["--name"]) <= 120 for each in options)


def test_the_trust_of_google_is_one_member_for_each_operation() -> None:
    pool, provider, account, *bound = trust_commands(stack_of("gke"), own_of("gke"))
    assert pool == "gcloud iam workload-identity-pools create pulumi --location global --project acme-web"
    assert account == "gcloud iam service-accounts create deployments --project acme-web"
    made = _pairs(provider, "gcloud iam workload-identity-pools providers create-oidc pulumi ")
    assert made["--attribute-mapping"] == "google.subject=assertion.sub"
    assert (made["--issuer-uri"], made["--allowed-audiences"]) == ("https://api.pulumi.com/oidc", "acme")
    assert made["--attribute-condition"] == "assertion.sub.startsWith('pulumi:deploy:org:acme:project:web:')"
    members = [_pairs(each, bound[0].split(" --")[0])["--member"] for each in bound]
    whose = (
        "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/pulumi/subject/"
    )
    assert members == [f"{whose}{each}" for each in subjects(stack_of("gke"), own_of("gke"))]


def _pairs(command: str, head: str) -> dict[str, str]:
    assert command.startswith(head)
    words = shlex.split(command.removeprefix(head))
    return dict(zip(words[::2], words[1::2], strict=True))
