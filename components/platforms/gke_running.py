"""A GKE cluster that runs, made by this stack or found: what registry, kubeconfig and app need of it."""

from dataclasses import dataclass

import pulumi

from components.platforms.node_sizes import AMD64


@dataclass(frozen=True)
class RunningCluster:
    """A cluster and its nodes."""

    endpoint: pulumi.Input[str]
    """Host of its API server, without scheme."""
    authority: pulumi.Input[str] | None
    """Certificate authority of its API server, PEM in base64; None where a public one signs."""
    accounts: tuple[pulumi.Input[str], ...]
    """E-mail addresses of the service accounts that the nodes are to pull as."""
    pulls_as: pulumi.Input[str]
    """The same as the cluster itself says it, so that a diagnosis does not repeat a mistake of the grant."""
    node_pool: pulumi.Input[str] | None = None
    """Name of its one node pool; None where there are several, or none that has a name (Autopilot)."""
    platforms: tuple[str, ...] = (AMD64,)
    """What its nodes run, as `os/arch`."""
    needs: tuple[pulumi.Resource, ...] = ()
    """What must outlive everything that runs in it."""
