"""Credentials that stay good until somebody takes them back."""

from collections.abc import Iterator

from policies.rule import Resource, Stack
from policies.rules.pull_rights import AKS, EKS, GKE
from policies.values import at

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
