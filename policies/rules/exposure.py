"""From where the API server of a cluster can be reached."""

from collections.abc import Iterator

from policies.rule import Resource, Stack
from policies.rules.pull_rights import AKS, EKS, GKE
from policies.values import LATER, Json, at, listed, texts

_EVERYWHERE = ("0.0.0.0/0", "::/0")


def api_open(resource: Resource, _: Stack) -> Iterator[str]:
    """Clusters whose API answers everywhere."""
    if {AKS: _of_aks, EKS: _of_eks, GKE: _of_gke}[resource.type](resource.inputs):
        yield f"{resource.shown}: its API server answers everywhere"


def _of_aks(inputs: Json) -> bool:
    access = at(inputs, "apiServerAccessProfile")
    return at(access, "enablePrivateCluster") in (None, False) and _open(at(access, "authorizedIPRanges"))


def _of_eks(inputs: Json) -> bool:
    config = at(inputs, "vpcConfig")
    return at(config, "endpointPublicAccess") in (None, True) and _open(at(config, "publicAccessCidrs"))


def _of_gke(inputs: Json) -> bool:
    if at(inputs, "privateClusterConfig", "enablePrivateEndpoint") is True:
        return False
    config = at(inputs, "masterAuthorizedNetworksConfig")
    blocks = at(config, "cidrBlocks")
    return _open(blocks if blocks is LATER else [at(each, "cidrBlock") for each in listed(blocks)])


def _open(ranges: object) -> bool:
    """Whether ranges leave everybody in; not known yet is no."""
    return ranges is not LATER and (not listed(ranges) or any(each in _EVERYWHERE for each in texts(ranges)))
