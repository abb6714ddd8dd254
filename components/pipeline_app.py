"""PipelineApp: a web API in a Kubernetes cluster, from an image reference to a URL; or pods that listen to nothing.

    app = PipelineApp(
        "web",
        {"image": "registry.example.com/web@sha256:…", "namespace": "web", "port": 8080},
        pulumi.ResourceOptions(providers=[cluster]),
    )
    pulumi.export("url", app.url)

Knows no cloud, no stack file and no registry. The Kubernetes provider is the one of its options.
"""

import secrets
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_kubernetes as k8s

from components import manifests, naming, traffic
from components.args_check import check_args, checked_image, one_refusal
from components.checksums import checksum, keyed_checksum
from components.pipeline_args import IngressArgs, PipelineAppArgs
from components.references import short_digest
from components.rollout_guard import RolloutGuard
from components.rollout_inputs import PULL_SECRETS_MARK
from components.rollout_time import TIMEOUT_SECONDS
from components.storage import Mounted

_DELETE_SECONDS = 300


class PipelineApp(pulumi.ComponentResource):
    """A web API: ServiceAccount, Deployment, Service if it has a port, and what its arguments ask for beside."""

    url: pulumi.Output[str]
    """Where it answers; an address inside of the cluster if nothing leads to it from outside, or not yet.

    Empty without a port.
    """
    image: pulumi.Output[str]
    """What runs, `repository@sha256:…`."""
    name: str
    """Name of its objects in the cluster."""

    def __init__(self, name: str, args: PipelineAppArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Register the app's objects.

        Raises:
            ConfigError: an argument cannot work.
        """
        check_args(name, args)  # before it is registered: a refusal leaves nothing half-made
        super().__init__("pipeline:index:PipelineApp", name, {}, opts)
        with one_refusal(name):
            self._make(name, args)

    def _make(self, name: str, args: PipelineAppArgs) -> None:
        self._resource_name = name
        self.name = naming.check_app_name(args.get("name", name))
        self.image = pulumi.Output.from_input(args["image"]).apply(lambda image: self._by_content(image, args))
        self._args: PipelineAppArgs = {**args, "image": self.image}
        self._selector = naming.selector(self.name)
        self._labels = naming.labels(self.name, pulumi.get_project(), args.get("labels"))
        self._child = pulumi.ResourceOptions(parent=self)

        policy = self._network_policy()
        deployment = self._deployment(self._mounted(), [policy, *args.get("depends_on", ())])
        self._disruption_budget()
        self._autoscaler(deployment)
        self.url = self._reached(deployment) if "port" in args else pulumi.Output.from_input("")
        self.register_outputs({"url": self.url, "image": self.image, "name": self.name})

    def _by_content(self, image: str, args: PipelineAppArgs) -> str:
        with one_refusal(self._resource_name):
            return checked_image(args, image)

    def _metadata(
        self,
        name: pulumi.Input[str] | None = None,
        annotations: Mapping[str, pulumi.Input[str]] | None = None,
    ) -> k8s.meta.v1.ObjectMetaArgsDict:
        metadata: k8s.meta.v1.ObjectMetaArgsDict = {
            "name": self.name if name is None else name,
            "namespace": self._args["namespace"],
            "labels": self._labels,
        }
        if annotations:
            metadata["annotations"] = annotations
        return metadata

    def _service_account(self) -> pulumi.Output[str]:
        account = k8s.core.v1.ServiceAccount(
            self._resource_name,
            metadata=self._metadata(),
            automount_service_account_token=False,
            opts=self._child,
        )
        return account.metadata.apply(lambda metadata: metadata.name or self.name)

    def _network_policy(self) -> pulumi.Resource:
        return k8s.networking.v1.NetworkPolicy(
            self._resource_name,
            metadata=self._metadata(),
            spec=traffic.network_policy_spec(self._args, self._selector),
            opts=self._child,
        )

    def _mounted(self) -> Mounted:
        config, config_checksum = self._config()
        secret, secret_checksum = self._secret()
        marks = {"checksum/config": config_checksum, "checksum/secrets": secret_checksum}
        annotations = {key: value for key, value in marks.items() if value is not None}
        return Mounted(self._service_account(), config, secret, annotations)

    def _config(self) -> tuple[pulumi.Output[str] | None, str | None]:
        files = self._args.get("config_files", {})
        if not files:
            return None, None
        mark = checksum(files)
        # A name for each content: pods of the old version keep what they were started with.
        config = k8s.core.v1.ConfigMap(
            self._resource_name,
            metadata=self._metadata(f"{self.name}-config-{mark}"),
            data=files,
            immutable=True,
            opts=self._child,
        )
        return config.metadata.apply(lambda metadata: metadata.name or ""), mark

    def _secret(self) -> tuple[pulumi.Output[str] | None, pulumi.Output[str] | None]:
        values = self._args.get("secrets", {})
        if not values:
            return None, None
        hidden = pulumi.Output.secret(pulumi.Output.from_input(values))
        # The checksum itself may be seen: it leaves the values out of reach, and names the Secret.
        mark = pulumi.Output.unsecret(
            pulumi.Output.all(self._checksum_key(), hidden).apply(lambda both: keyed_checksum(both[0], both[1]))
        )
        secret = k8s.core.v1.Secret(
            self._resource_name,
            metadata=self._metadata(mark.apply(lambda text: f"{self.name}-secrets-{text}")),
            type="Opaque",
            string_data=hidden,
            immutable=True,
            opts=self._child,
        )
        return secret.metadata.apply(lambda metadata: metadata.name or ""), mark

    def _checksum_key(self) -> pulumi.Output[str]:
        # Random, made once and kept in the stack's state: each run offers another one, which is ignored.
        stash = pulumi.Stash(
            f"{self._resource_name}-checksum-key",
            input=pulumi.Output.secret(secrets.token_hex(32)),
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["input"]),
        )
        return stash.output

    def _deployment(self, mounted: Mounted, depends_on: Sequence[pulumi.Resource]) -> k8s.apps.v1.Deployment:
        seconds = self._args.get("timeout_seconds", TIMEOUT_SECONDS)
        version = {"app.kubernetes.io/version": self.image.apply(short_digest)}
        pull_secrets = self._args.get("pull_secrets_version")
        return k8s.apps.v1.Deployment(
            self._resource_name,
            # Of the Deployment and not of its pods: a new password is tried, and nothing rolls for it.
            metadata=self._metadata(annotations=None if pull_secrets is None else {PULL_SECRETS_MARK: pull_secrets}),
            spec=manifests.deployment_spec(self._args, self.name, {**self._labels, **version}, self._selector, mounted),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=list(depends_on),
                hooks=self._hooks(),
                custom_timeouts=pulumi.CustomTimeouts(
                    create=f"{seconds}s", update=f"{seconds}s", delete=f"{_DELETE_SECONDS}s"
                ),
            ),
        )

    def _hooks(self) -> pulumi.ResourceHookBinding | None:
        guard = self._args.get("guard")
        return None if guard is None else RolloutGuard(self, self._resource_name, guard).hooks()

    def _disruption_budget(self) -> None:
        spec = manifests.disruption_budget_spec(self._args, self._selector)
        if spec is not None:
            k8s.policy.v1.PodDisruptionBudget(
                self._resource_name, metadata=self._metadata(), spec=spec, opts=self._child
            )

    def _autoscaler(self, deployment: pulumi.Resource) -> None:
        spec = manifests.autoscaler_spec(self._args, self.name)
        if spec is not None:
            k8s.autoscaling.v2.HorizontalPodAutoscaler(
                self._resource_name,
                metadata=self._metadata(),
                spec=spec,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[deployment]),
            )

    def _reached(self, deployment: pulumi.Resource) -> pulumi.Output[str]:
        """Register what leads to the pods, and give the URL."""
        service, ingress = self._service(deployment), self._args.get("ingress")
        if ingress is None:
            return self._url_inside()
        host, tls = ingress.get("host"), ingress.get("tls_secret") is not None
        status: pulumi.Output[traffic.Status | None]
        if ingress["class_name"] is None:
            status, port = service.status, self._args.get("service_port", 80)
        else:
            status, port = self._ingress(ingress, [service, deployment]).status, ingress.get("url_port")
        if host is not None:
            return pulumi.Output.from_input(naming.url(host, tls=tls, port=port))
        return pulumi.Output.all(status.apply(traffic.address), self._url_inside()).apply(
            lambda both: both[1] if both[0] is None else naming.url(both[0], tls=tls, port=port)
        )

    def _service(self, deployment: pulumi.Resource) -> k8s.core.v1.Service:
        # A load balancer is made for pods that run; one that is refused has cost nothing then.
        after = [] if traffic.load_balancer(self._args) is None else [deployment]
        return k8s.core.v1.Service(
            self._resource_name,
            metadata=self._metadata(annotations=traffic.service_annotations(self._args)),
            spec=traffic.service_spec(self._args, self._selector),
            opts=pulumi.ResourceOptions(parent=self, depends_on=after),
        )

    def _ingress(self, ingress: IngressArgs, depends_on: list[pulumi.Resource]) -> k8s.networking.v1.Ingress:
        return k8s.networking.v1.Ingress(
            self._resource_name,
            metadata=self._metadata(annotations=traffic.ingress_annotations(ingress)),
            spec=traffic.ingress_spec(ingress, self.name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=depends_on),
        )

    def _url_inside(self) -> pulumi.Output[str]:
        port = self._args.get("service_port", 80)
        return pulumi.Output.from_input(self._args["namespace"]).apply(
            lambda namespace: naming.url(f"{self.name}.{namespace}.svc.cluster.local", tls=False, port=port)
        )
