"""Which cluster and account a resource goes to."""

from collections.abc import Iterator

from policies.rule import Resource, Stack

_DEFAULT = "default"
"""How the engine names a provider that no program asked for: `default_4_25_0` (pulumi/pulumi:pkg/resource/deploy)."""
_WHERE = {
    "kubernetes": "kubeconfig context",
    "aws": "account and region",
    "azure-native": "subscription",
    "gcp": "project",
}


def default_provider(resource: Resource, _: Stack) -> Iterator[str]:
    """Resources that go wherever whoever runs Pulumi happens to be logged in."""
    package = resource.type.partition(":")[0]
    provider = resource.provider
    if provider is None or package not in _WHERE:
        return
    if provider.name == _DEFAULT or provider.name.startswith(f"{_DEFAULT}_"):
        yield f"{resource.shown} has the default provider, the current {_WHERE[package]} of whoever runs Pulumi"


def ambient_cluster(resource: Resource, _: Stack) -> Iterator[str]:
    """Providers of Kubernetes that take what happens to be current, or forget what they cannot reach."""
    inputs = resource.inputs
    default = resource.name == _DEFAULT or resource.name.startswith(f"{_DEFAULT}_")
    if not default and not {"kubeconfig", "context", "cluster"} & {*inputs}:
        yield f"{resource.shown} has neither kubeconfig nor context, and takes the current one"
    if not default and "clusterIdentifier" not in inputs:
        yield f"{resource.shown} has no clusterIdentifier: another text of the kubeconfig replaces all that is in it"
    if inputs.get("deleteUnreachable") in (True, "true"):
        yield f"{resource.shown} has deleteUnreachable, and forgets what runs while the cluster is away"
