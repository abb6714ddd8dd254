"""The app's namespace: what may run in it, and the secret that its pods pull with."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_kubernetes as k8s

POD_SECURITY_VERSION = "v1.34"
"""Version of the Pod Security rules; pinned, so that a cluster upgrade cannot change what may run."""

PULL_SECRET = "registry-pull"  # noqa: S105 - the name of a Secret

TAKEN_OVER = {"pulumi.com/patchForce": "true"}
"""Annotations of what stays after a destroy: the `up` that finds it there sets what the one before it had set."""

_MODES = ("enforce", "warn", "audit")


class AppNamespaceArgs(TypedDict):
    """What an AppNamespace is made from."""

    name: str
    """Name of the namespace."""
    pull_secret: NotRequired[pulumi.Input[str] | None]
    """Text of a `kubernetes.io/dockerconfigjson`, for clusters whose nodes cannot pull as themselves."""
    after: NotRequired[Sequence[pulumi.Resource]]
    """What must have worked before the pull secret is set: a push, so that a login that cannot push replaces none."""
    keep: NotRequired[bool]
    """Whether it stays when the stack is destroyed, for the data in it; an `up` takes it over again (False)."""


class AppNamespace(pulumi.ComponentResource):
    """A namespace under the restricted Pod Security rules, with the pull secret when there is one."""

    name: pulumi.Output[str]
    """The namespace's name; what uses it waits until the namespace and the pull secret exist."""
    pull_secrets: Sequence[pulumi.Output[str]]
    """Names for a pod's `imagePullSecrets`; empty when nodes pull as themselves."""
    pull_secrets_version: pulumi.Output[str] | None = None
    """Changes when what is in them does; None when there are none."""

    def __init__(self, name: str, args: AppNamespaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pipeline:index:AppNamespace", name, {}, opts)
        keep = args.get("keep", False)
        namespace = k8s.core.v1.Namespace(
            name,
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=args["name"], labels=pod_security_labels(), annotations=TAKEN_OVER if keep else None
            ),
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=keep),
        )
        self.name = namespace.metadata.apply(lambda metadata: metadata.name or args["name"])
        text = args.get("pull_secret")
        self.pull_secrets = () if text is None else (self._pull_secret(name, text, args.get("after", ())),)
        self.register_outputs({"name": self.name, "pullSecrets": self.pull_secrets})

    def _pull_secret(self, name: str, text: pulumi.Input[str], after: Sequence[pulumi.Resource]) -> pulumi.Output[str]:
        secret = k8s.core.v1.Secret(
            f"{name}-pull",
            type="kubernetes.io/dockerconfigjson",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=PULL_SECRET, namespace=self.name),
            string_data={".dockerconfigjson": pulumi.Output.secret(text)},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*after]),
        )
        self.pull_secrets_version = secret.metadata.apply(
            lambda metadata: f"{metadata.uid or ''}/{metadata.resource_version or ''}"
        )
        return secret.metadata.apply(lambda metadata: metadata.name or PULL_SECRET)


def pod_security_labels() -> dict[str, str]:
    """Labels that refuse, warn of and record pods that ask for more than the restricted profile gives."""
    rules = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in _MODES}
    versions = {f"pod-security.kubernetes.io/{mode}-version": POD_SECURITY_VERSION for mode in _MODES}
    return rules | versions
