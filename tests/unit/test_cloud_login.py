"""Whether a machine is logged in to a stack's cloud, by its variables, files, programs and firmware."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.platforms.cloud_login import check_login
from components.platforms.machine import Machine, this_machine
from components.settings_models import CloudSettings
from components.stack_file import Problem, StackFile
from tests.unit.local_machine import cloud_settings, settings

STACK = StackFile("prod")
SUBSCRIPTION = "33333333-3333-4333-8333-333333333333"
ACCOUNT: dict[str, Any] = {"id": SUBSCRIPTION, "isDefault": True, "user": {"name": "me", "type": "user"}}
SP = {"ARM_CLIENT_ID": "c", "ARM_CLIENT_SECRET": "s", "ARM_TENANT_ID": "t", "ARM_SUBSCRIPTION_ID": SUBSCRIPTION}
PROGRAMS = ("az", "kubelogin", "aws", "gke-gcloud-auth-plugin")


def machine(
    home: Path,
    environment: Mapping[str, str] | None = None,
    config: Mapping[str, str] | None = None,
    programs: tuple[str, ...] = PROGRAMS,
    hardware: str = "LENOVO",
) -> Machine:
    return Machine(environment or {}, home, (config or {}).get, programs.__contains__, hardware)


def write(home: Path, name: str, text: str) -> None:
    file = home / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def found(target: str, on: Machine, **cluster: object) -> list[Problem]:
    given = settings(target, cluster=cluster, registry={"mode": "create"}) if cluster else cloud_settings(target)
    assert isinstance(given, CloudSettings)
    return check_login(given, on, STACK)


def only(target: str, on: Machine, **cluster: object) -> Problem:
    (problem,) = found(target, on, **cluster)
    return problem


# AWS


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn"},
        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"},
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials"},
    ],
)
def test_variables_log_in_to_aws(tmp_path: Path, environment: dict[str, str]) -> None:
    assert found("eks", machine(tmp_path, environment)) == []


@pytest.mark.parametrize("file", [".aws/credentials", ".aws/config"])
def test_a_default_profile_logs_in_to_aws(tmp_path: Path, file: str) -> None:
    write(tmp_path, file, "# mine\n[default]\nregion = x\n")
    assert found("eks", machine(tmp_path)) == []


def test_keys_of_the_stack_and_a_machine_of_aws_log_in_to_aws(tmp_path: Path) -> None:
    keys = {"aws:accessKey": "a", "aws:secretKey": "b"}
    assert found("eks", machine(tmp_path, config=keys)) == []
    assert found("eks", machine(tmp_path, hardware="Amazon EC2 t3.medium")) == []
    off = {"AWS_EC2_METADATA_DISABLED": "true"}
    assert found("eks", machine(tmp_path, off, hardware="Amazon EC2 t3.medium")) != []


def test_half_a_key_is_no_login(tmp_path: Path) -> None:
    assert only("eks", machine(tmp_path, {"AWS_ACCESS_KEY_ID": "a"})).path == ("aws",)


def test_nobody_in_aws_says_which_login_and_which_command(tmp_path: Path) -> None:
    write(tmp_path, ".aws/config", "[profile work]\nsso_session = acme\n[sso-session acme]\n")
    problem = only("eks", machine(tmp_path))
    assert problem.message.startswith("not logged in: no keys in the environment, and no profile `default`")
    assert problem.message.endswith("there are the profiles work")
    assert problem.commands[0] == "pulumi config set aws:profile work -s prod  # uses that profile"
    assert problem.commands[1].startswith("aws configure sso")


def test_a_profile_that_does_not_exist_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere", "[profile home]\n[profile work]\n")
    files = {"AWS_CONFIG_FILE": str(tmp_path / "elsewhere")}
    problem = only("eks", machine(tmp_path, {**files, "AWS_PROFILE": "wrok"}))
    assert problem.path == ("aws",)
    assert "no profile 'wrok' in ~/.aws; there are home, work" in problem.message
    assert problem.commands[0] == "pulumi config set aws:profile work -s prod"
    of_stack = only("eks", machine(tmp_path, files, config={"aws:profile": "wrok"}))
    assert of_stack.path == ("aws:profile",)
    assert found("eks", machine(tmp_path, {**files, "AWS_PROFILE": "work"})) == []


def test_a_web_identity_of_the_stack_logs_in_to_aws(tmp_path: Path) -> None:
    given = {"roleArn": "arn:aws:iam::123456789012:role/ci", "webIdentityTokenFile": str(tmp_path / "token")}
    on = machine(tmp_path, config={"aws:assumeRoleWithWebIdentity": json.dumps(given)})
    problem = only("eks", on)
    assert problem.message.startswith(f"not logged in: {tmp_path}/token cannot be read")
    assert problem.commands == (
        "pulumi config set --path aws:assumeRoleWithWebIdentity.webIdentityTokenFile '<file>' -s prod",
    )
    write(tmp_path, "token", "t")
    assert found("eks", on) == []


@pytest.mark.parametrize("key", ["sharedCredentialsFiles", "sharedConfigFiles"])
@pytest.mark.parametrize("file", ["~/elsewhere", "/elsewhere"])
def test_a_profile_in_a_file_that_the_stack_names_is_one(tmp_path: Path, key: str, file: str) -> None:
    write(tmp_path, "elsewhere", "[work]\n")
    named = file if file.startswith("~") else str(tmp_path / "elsewhere")
    config = {f"aws:{key}": json.dumps([named]), "aws:profile": "work"}
    assert found("eks", machine(tmp_path, config=config)) == []
    assert only("eks", machine(tmp_path, config={"aws:profile": "work"})).path == ("aws:profile",)


def test_a_key_of_the_provider_that_holds_something_else_is_said_beside_the_login(tmp_path: Path) -> None:
    config = {"aws:assumeRoles": "arn", "aws:sharedConfigFiles": "{", "aws:assumeRoleWithWebIdentity": "x"}
    assert {each.path[0] for each in found("eks", machine(tmp_path, config=config))} == set(config)


# Azure


def log_in_to_azure(home: Path, *accounts: Mapping[str, Any]) -> None:
    # With a mark of byte order, as the Azure CLI writes it.
    write(home, ".azure/azureProfile.json", "\ufeff" + json.dumps({"subscriptions": accounts}))


def test_a_service_principal_by_variables_logs_in_to_azure(tmp_path: Path) -> None:
    assert found("aks", machine(tmp_path, SP)) == []
    keys = {f"azure-native:{key}": "x" for key in ("clientId", "clientSecret", "tenantId", "subscriptionId")}
    assert found("aks", machine(tmp_path, config=keys)) == []


def test_all_that_a_service_principal_lacks_is_named_at_once(tmp_path: Path) -> None:
    problems = found("aks", machine(tmp_path, {"ARM_CLIENT_SECRET": "s"}))
    assert [each.path[0] for each in problems] == [
        "azure-native:clientId",
        "azure-native:tenantId",
        "azure-native:subscriptionId",
    ]
    assert problems[1].message == "is missing: the login by ARM_CLIENT_SECRET needs it"
    assert problems[1].commands == (
        "export ARM_TENANT_ID=<id>",
        "pulumi config set azure-native:tenantId '<id>' -s prod",
    )


def test_the_subscription_of_the_cluster_is_one(tmp_path: Path) -> None:
    without = {key: value for key, value in SP.items() if key != "ARM_SUBSCRIPTION_ID"}
    assert only("aks", machine(tmp_path, without)).path == ("azure-native:subscriptionId",)
    cluster = {"mode": "existing", "name": "prod", "resourceGroup": "prod", "subscription": SUBSCRIPTION}
    assert found("aks", machine(tmp_path, without), **cluster) == []


def test_open_id_connect_needs_a_token(tmp_path: Path) -> None:
    on = {key: value for key, value in SP.items() if key != "ARM_CLIENT_SECRET"} | {"ARM_USE_OIDC": "true"}
    assert "no token is given" in only("aks", machine(tmp_path, on)).message
    assert found("aks", machine(tmp_path, on | {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"})) == []


@pytest.mark.parametrize("switch", ["ARM_USE_MSI", "ARM_USE_DEFAULT_AZURE_CREDENTIAL"])
def test_an_identity_of_the_machine_needs_a_subscription(tmp_path: Path, switch: str) -> None:
    assert only("aks", machine(tmp_path, {switch: "true"})).path == ("azure-native:subscriptionId",)
    assert found("aks", machine(tmp_path, {switch: "true", "ARM_SUBSCRIPTION_ID": SUBSCRIPTION})) == []


def test_somebody_in_the_azure_cli_is_logged_in(tmp_path: Path) -> None:
    log_in_to_azure(tmp_path, {"id": "other"}, ACCOUNT)
    assert found("aks", machine(tmp_path)) == []
    assert "command az is not on the PATH" in only("aks", machine(tmp_path, programs=())).message


def test_nobody_in_azure_says_which_login_and_which_command(tmp_path: Path) -> None:
    problem = only("aks", machine(tmp_path))
    assert problem.path == ("azure",)
    assert problem.message.startswith(
        "not logged in: no ARM_… variables of a service principal, and nobody in the Azure"
    )
    assert problem.commands[0] == "az login"
    of_azure = machine(tmp_path, hardware="Microsoft Corporation 7783-7084-3265-9085-8269-3286-77")
    assert any("ARM_USE_MSI=true" in each for each in only("aks", of_azure).commands)


def test_an_azure_cli_without_a_usable_subscription_is_refused(tmp_path: Path) -> None:
    log_in_to_azure(tmp_path, {"id": "other"})
    assert "no default subscription" in only("aks", machine(tmp_path)).message
    problem = only("aks", machine(tmp_path, {"ARM_SUBSCRIPTION_ID": SUBSCRIPTION}))
    assert f"not logged in to subscription {SUBSCRIPTION}" in problem.message
    assert problem.commands[0] == "az account list --refresh -o table"


def test_a_service_principal_in_the_azure_cli_is_of_no_use_to_pulumi(tmp_path: Path) -> None:
    log_in_to_azure(tmp_path, ACCOUNT | {"user": {"type": "servicePrincipal"}})
    assert "which Pulumi cannot use" in only("aks", machine(tmp_path)).message


@pytest.mark.parametrize("text", ["", "[]", "{", '{"subscriptions": 1}'])
def test_a_broken_file_of_the_azure_cli_is_nobody(tmp_path: Path, text: str) -> None:
    write(tmp_path, ".azure/azureProfile.json", text)
    assert only("aks", machine(tmp_path)).commands[0] == "az login"


NEW_AKS = {"mode": "create", "name": "prod", "resourceGroup": "prod", "location": "westeurope"}


@pytest.mark.parametrize(
    "given",
    [
        {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "canary"},
        {"ARM_USE_DEFAULT_AZURE_CREDENTIAL": "true"},
    ],
)
def test_a_login_that_kubelogin_does_not_have_is_refused_for_a_new_cluster(
    tmp_path: Path, given: dict[str, str]
) -> None:
    on = {key: value for key, value in SP.items() if key != "ARM_CLIENT_SECRET"} | given
    problem = only("aks", machine(tmp_path, on), **NEW_AKS)
    assert problem.path == ("kubelogin",)
    assert f"has no login like {next(iter(given))}" in problem.message
    assert "canary" not in str(problem)
    first = "ARM_OIDC_TOKEN_FILE_PATH=<file>" if "ARM_USE_OIDC" in given else "ARM_USE_MSI=true"
    assert first in problem.commands[0]
    assert found("aks", machine(tmp_path, on | {"AAD_LOGIN_METHOD": "msi"}), **NEW_AKS) == []
    log_in_to_azure(tmp_path, ACCOUNT)
    assert found("aks", machine(tmp_path, on), **NEW_AKS) == []


@pytest.mark.parametrize(
    "given",
    [
        SP,
        {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": "/t"},
        {"ARM_USE_OIDC": "true", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"},
        {"ARM_USE_MSI": "true"},
        {"ARM_USE_DEFAULT_AZURE_CREDENTIAL": "true", "AZURE_FEDERATED_TOKEN_FILE": "/t"},
    ],
)
def test_a_login_that_kubelogin_has_is_one(tmp_path: Path, given: dict[str, str]) -> None:
    ids = {key: value for key, value in SP.items() if key != "ARM_CLIENT_SECRET"}
    assert found("aks", machine(tmp_path, ids | given), **NEW_AKS) == []


def test_of_half_a_login_kubelogin_says_nothing(tmp_path: Path) -> None:
    half = {"ARM_CLIENT_SECRET": "s"}
    assert ("kubelogin",) not in [each.path for each in found("aks", machine(tmp_path, half), **NEW_AKS)]


# Google Cloud


OWN_OF_GOOGLE = ("GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN", "GCLOUD_KEYFILE_JSON")


@pytest.mark.parametrize("name", [*OWN_OF_GOOGLE, "gcp:credentials", "gcp:accessToken"])
def test_a_login_of_the_provider_alone_is_none_for_the_cluster(tmp_path: Path, name: str) -> None:
    given = {name: "canary"}
    on = machine(tmp_path, config=given) if name.startswith("gcp:") else machine(tmp_path, given)
    problem = only("gke", on)
    assert problem.path == (name if name.startswith("gcp:") else "google",)
    assert f"{name} is a login for Pulumi alone, and `gke-gcloud-auth-plugin`" in problem.message
    assert problem.commands[0].startswith("export GOOGLE_APPLICATION_CREDENTIALS=<file>")
    assert "canary" not in str(problem)
    write(tmp_path, ".config/gcloud/application_default_credentials.json", "{}")
    assert found("gke", on) == []


def test_default_credentials_and_machines_of_google_log_in(tmp_path: Path) -> None:
    assert found("gke", machine(tmp_path, hardware="Google Compute Engine")) == []
    write(tmp_path, ".config/gcloud/application_default_credentials.json", "{}")
    assert found("gke", machine(tmp_path)) == []
    assert found("gke", machine(tmp_path / "x", {"CLOUDSDK_CONFIG": str(tmp_path / ".config/gcloud")})) == []


def test_nobody_in_google_says_which_login_and_which_command(tmp_path: Path) -> None:
    write(tmp_path, ".config/gcloud/credentials.db", "gcloud's own")
    problem = only("gke", machine(tmp_path))
    assert problem.path == ("google",)
    assert "`gcloud auth login` makes none" in problem.message
    assert problem.commands[0] == "gcloud auth application-default login"
    assert "gcp:credentials" not in str(problem)


def test_a_file_of_credentials_that_is_not_there_is_named(tmp_path: Path) -> None:
    named = {"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "key.json")}
    assert f"names {tmp_path}/key.json, which cannot be read" in only("gke", machine(tmp_path, named)).message
    write(tmp_path, "key.json", "{}")
    assert found("gke", machine(tmp_path, named)) == []


# What logs in to clusters


@pytest.mark.parametrize(
    ("target", "command", "install", "environment"),
    [
        ("eks", "aws", "sudo ./aws/install", {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}),
        ("gke", "gke-gcloud-auth-plugin", "gcloud components install", {"GOOGLE_APPLICATION_CREDENTIALS": __file__}),
    ],
)
def test_a_command_that_logs_in_to_the_cluster_is_missed_with_what_installs_it(
    tmp_path: Path, target: str, command: str, install: str, environment: dict[str, str]
) -> None:
    problem = only(target, machine(tmp_path, environment, programs=()))
    assert problem.path == (command,)
    assert install in problem.commands[0]


def test_only_a_new_aks_cluster_surely_has_users_of_entra(tmp_path: Path) -> None:
    bare = machine(tmp_path, SP, programs=())
    assert found("aks", bare) == []
    cluster = {"mode": "create", "name": "prod", "resourceGroup": "prod", "location": "westeurope"}
    assert only("aks", bare, **cluster).commands[0] == "az aks install-cli"


def test_login_and_command_are_missed_at_once(tmp_path: Path) -> None:
    assert [each.path for each in found("eks", machine(tmp_path, programs=()))] == [("aws",), ("aws",)]


def test_this_machine_is_looked_at_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_TENANT_ID", "here")
    here = this_machine()
    assert here.environment["ARM_TENANT_ID"] == "here"
    assert here.has_program("sh")
    assert not here.has_program("no-such-program")
    assert here.config("aws:profile") is None
