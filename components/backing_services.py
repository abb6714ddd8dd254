"""BackingServices: what stands beside an app in the cluster, each in one pod that only the app's pods may reach.

    services = BackingServices(
        "services",
        {"namespace": "web-services", "services": [...], "clients": Clients("web", {"app": "web"})},
        pulumi.ResourceOptions(provider=cluster),
    )

A volume outlives its pod, an update, a replacement and, unless its service says otherwise, the stack: its claim is
then left in the cluster, and the next `up` takes it over again. The namespace has to stay for that too.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_kubernetes as k8s

from components import naming
from components.checksums import checksum
from components.namespace import TAKEN_OVER
from components.rollout_guard import RolloutGuard, RolloutGuardArgs
from components.rollout_inputs import PULL_SECRETS_MARK
from components.services import manifests, traffic
from components.services.claim_guard import before_claim
from components.services.manifests import Around
from components.services.model_guard import after_failed_pull
from components.services.model_pull import model_pull_spec
from components.services.service import Model, Service, Volume
from components.services.traffic import Clients

_TIMEOUT_SECONDS = 900
_SKIP_AWAIT = {"pulumi.com/skipAwait": "true"}
_REPLACED_WHEN_FAILED = {"pulumi.com/replaceUnready": "true"}


class BackingServicesArgs(TypedDict):
    """What they are made from."""

    namespace: pulumi.Input[str]
    services: Sequence[Service]
    clients: Clients
    """The pods that may connect to them."""
    open_clients: NotRequired[bool]
    """Whether the clients may connect to listed addresses only, and need a policy to reach the services (False)."""
    image_pull_secrets: NotRequired[Sequence[pulumi.Input[str]]]
    pull_secrets_version: NotRequired[pulumi.Input[str] | None]
    """Changes when what is in them does."""
    guard: NotRequired[RolloutGuardArgs | None]
    """Tries pulls before pods change, asks for StorageClasses, and names what goes wrong."""


class BackingServices(pulumi.ComponentResource):
    """ServiceAccount, NetworkPolicy, claim, controller and Service of each, and the pull of a model."""

    keys: Mapping[str, pulumi.Output[str]]
    """The key that each service asks for, secret, by the service's name; made once and kept in the stack's state."""

    def __init__(self, name: str, args: BackingServicesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pipeline:index:BackingServices", name, {}, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self.keys = {each.name: self._key(each) for each in args["services"] if each.key_variable is not None}
        for each in args["services"]:
            self._make(each)
        if args.get("open_clients", False):
            self._open_clients()
        self.register_outputs({"namespace": args["namespace"]})

    def _make(self, service: Service) -> None:
        policy = self._policy(service.name, traffic.service_policy_spec(service, self._args["clients"]))
        around = Around(self._account(service), self._args.get("image_pull_secrets", ()), self._key_secret(service))
        controller = self._controller(service, around, [policy, *self._claim(service)])
        address = k8s.core.v1.Service(
            self._called(service.name),
            metadata=self._metadata(service.name, service.address, _SKIP_AWAIT),
            spec=manifests.service_spec(service),
            opts=self._child,
        )
        if service.model is not None:
            self._model_pull(service, service.model, around, [controller, address])

    def _called(self, name: str) -> str:
        return f"{self._name}-{name}"

    def _labels(self, name: str) -> dict[str, str]:
        return naming.labels(name, pulumi.get_project())

    def _metadata(
        self, of: str, name: str, annotations: Mapping[str, pulumi.Input[str]] | None = None
    ) -> k8s.meta.v1.ObjectMetaArgsDict:
        metadata: k8s.meta.v1.ObjectMetaArgsDict = {
            "name": name,
            "namespace": self._args["namespace"],
            "labels": self._labels(of),
        }
        if annotations:
            metadata["annotations"] = annotations
        return metadata

    def _policy(self, name: str, spec: k8s.networking.v1.NetworkPolicySpecArgsDict) -> pulumi.Resource:
        return k8s.networking.v1.NetworkPolicy(
            self._called(name), metadata=self._metadata(name, name), spec=spec, opts=self._child
        )

    def _account(self, service: Service) -> pulumi.Output[str]:
        account = k8s.core.v1.ServiceAccount(
            self._called(service.name),
            metadata=self._metadata(service.name, service.name),
            automount_service_account_token=False,
            opts=self._child,
        )
        return account.metadata.apply(lambda metadata: metadata.name or service.name)

    def _key(self, service: Service) -> pulumi.Output[str]:
        # Each run offers another one, which is ignored.
        stash = pulumi.Stash(
            self._called(f"{service.name}-key"),
            input=pulumi.Output.secret(secrets.token_hex(32)),
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["input"]),
        )
        return pulumi.Output.secret(stash.output)

    def _key_secret(self, service: Service) -> pulumi.Output[str] | None:
        if service.name not in self.keys:
            return None
        secret = k8s.core.v1.Secret(
            self._called(service.name),
            metadata=self._metadata(service.name, f"{service.name}-key"),
            type="Opaque",
            string_data={manifests.API_KEY: self.keys[service.name]},
            opts=self._child,
        )
        return secret.metadata.apply(lambda metadata: metadata.name or f"{service.name}-key")

    def _claim(self, service: Service) -> list[pulumi.Resource]:
        spec, volume = manifests.claim_spec(service), service.volume
        if spec is None or volume is None:
            return []
        claim = k8s.core.v1.PersistentVolumeClaim(
            self._called(service.name),
            # Not waited for: many classes give a volume to a pod only, and the pod is waited for.
            metadata=self._metadata(service.name, service.claim, {**TAKEN_OVER, **_SKIP_AWAIT}),
            spec=spec,
            opts=pulumi.ResourceOptions(
                parent=self, retain_on_delete=not volume.delete, hooks=self._claim_hooks(service.claim, volume)
            ),
        )
        return [claim]

    def _claim_hooks(self, name: str, volume: Volume) -> pulumi.ResourceHookBinding | None:
        guard = self._args.get("guard")
        return None if guard is None else pulumi.ResourceHookBinding(before_create=[before_claim(name, volume, guard)])

    def _controller(self, service: Service, around: Around, after: list[pulumi.Resource]) -> pulumi.Resource:
        version, guard = self._args.get("pull_secrets_version"), self._args.get("guard")
        metadata = self._metadata(service.name, service.name, None if version is None else {PULL_SECRETS_MARK: version})
        options = pulumi.ResourceOptions(
            parent=self,
            depends_on=after,
            hooks=None if guard is None else RolloutGuard(self, self._called(service.name), guard).hooks(),
            custom_timeouts=pulumi.CustomTimeouts(create=f"{_TIMEOUT_SECONDS}s", update=f"{_TIMEOUT_SECONDS}s"),
        )
        labels = self._labels(service.name)
        if service.stateful:
            spec = manifests.stateful_set_spec(service, around, labels)
            return k8s.apps.v1.StatefulSet(self._called(service.name), metadata=metadata, spec=spec, opts=options)
        deployment = manifests.deployment_spec(service, around, labels)
        return k8s.apps.v1.Deployment(self._called(service.name), metadata=metadata, spec=deployment, opts=options)

    def _model_pull(self, service: Service, model: Model, around: Around, after: list[pulumi.Resource]) -> None:
        name = traffic.model_pull_name(service)
        policy = self._policy(name, traffic.model_pull_policy_spec(service))
        # A Job cannot change: another model or program is another Job.
        job = f"{name}-{checksum({'image': service.image, 'model': model.name})}"
        k8s.batch.v1.Job(
            self._called(name),
            metadata=self._metadata(name, job, _REPLACED_WHEN_FAILED),
            spec=model_pull_spec(service, model, around, self._labels(name)),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[policy, *after],
                hooks=self._pull_hooks(job, model),
                custom_timeouts=pulumi.CustomTimeouts(create=f"{model.seconds + 60}s"),
            ),
        )

    def _pull_hooks(self, job: str, model: Model) -> pulumi.ResourceHookBinding | None:
        guard = self._args.get("guard")
        if guard is None:
            return None
        return pulumi.ResourceHookBinding(
            on_error=[after_failed_pull(self, job, self._args["namespace"], model, guard)]
        )

    def _open_clients(self) -> None:
        clients = self._args["clients"]
        self._open_client("clients", clients.labels)
        for name, labels in clients.others.items():
            self._open_client(f"clients-{name}", labels)

    def _open_client(self, name: str, labels: Mapping[str, str]) -> None:
        namespace = self._args["clients"].namespace
        k8s.networking.v1.NetworkPolicy(
            self._called(name),
            metadata={**self._metadata(self._name, self._called(name)), "namespace": namespace},
            spec=traffic.client_policy_spec(self._args["services"], self._args["namespace"], labels),
            opts=self._child,
        )
