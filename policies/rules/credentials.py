"""Credentials that stay good until somebody takes them back, and secrets that anybody can read."""

from collections.abc import Iterator

from components.secret_like import secret_kind
from components.workload_rules import containers, secrets_in_clear
from policies.own_registry import BUILD_IMAGE, DOCKER_IMAGE
from policies.rule import Resource, Stack, objects_of
from policies.rules.pull_rights import AKS, EKS, GKE
from policies.values import at, mapping, revealed

KEYS = {
    "aws:iam/accessKey:AccessKey": "a key of a user of AWS",
    "gcp:serviceaccount/key:Key": "a key of a service account",
    "azuread:index/applicationPassword:ApplicationPassword": "a password of an application",
    "azuread:index/servicePrincipalPassword:ServicePrincipalPassword": "a password of a service principal",
    "azure-native:containerregistry:Token": "a password of a registry",
}
KUBERNETES_PROVIDER = "pulumi:providers:kubernetes"


def static_credentials(resource: Resource, _: Stack) -> Iterator[str]:
    """Keys, passwords and certificates without an end."""
    inputs = resource.inputs
    if resource.type in KEYS:
        yield f"{resource.shown} is {KEYS[resource.type]} without an end"
    if resource.type == AKS and inputs.get("disableLocalAccounts") in (None, False):
        yield f"{resource.shown} has local accounts, and so a certificate of an administrator that is good for years"
    if resource.type == EKS and at(inputs, "accessConfig", "authenticationMode") == "CONFIG_MAP":
        yield f"{resource.shown} lets in whom the ConfigMap aws-auth names"
    if resource.type == GKE:
        if inputs.get("enableLegacyAbac") is True:
            yield f"{resource.shown} has enableLegacyAbac"
        if at(inputs, "masterAuth", "clientCertificateConfig", "issueClientCertificate") is True:
            yield f"{resource.shown} issues a client certificate"


def secret_in_clear(resource: Resource, _: Stack) -> Iterator[str]:
    """Credentials that stand in the state, in the cluster or in an image for all to read."""
    if resource.type in (DOCKER_IMAGE, BUILD_IMAGE):
        given = at(resource.inputs, *(("build", "args") if resource.type == DOCKER_IMAGE else ("buildArgs",)))
        yield from (f"{resource.shown}: build argument {each}, which stays in the image" for each in _clear(given))
    for seen in objects_of(resource):
        pod = seen.pod
        for each in containers(pod) if pod is not None else ():
            # Of what may hold a credential alone: what else is not known yet does not matter here.
            container = {key: revealed(each[key]) for key in ("name", "env", "command", "args") if key in each}
            where = f"{seen.kind} {seen.name}: container {container.get('name')!r}"
            yield from (f"{where} {wrong}" for wrong in secrets_in_clear(container))
        if seen.kind == "ConfigMap":
            yield from (f"ConfigMap {seen.name}: {each}; use a Secret" for each in _clear(seen.inputs.get("data")))


def _clear(values: object) -> Iterator[str]:
    for name, value in mapping(revealed(values)).items():
        if isinstance(value, str):
            kind = secret_kind(name, value)
            if kind is not None:
                yield f"{name!r} holds a secret in clear ({kind})"


def secret_rendered(resource: Resource, _: Stack) -> Iterator[str]:
    """Providers that write manifests to files, Secrets in clear among them."""
    if resource.inputs.get("renderYamlToDirectory"):
        yield f"{resource.shown} has renderYamlToDirectory, and writes Secrets in clear"
