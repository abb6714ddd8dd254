import pulumi
import pulumi_kubernetes as k8s

from components.errors import one_message
from components.namespace import AppNamespace
from components.pipeline_app import PipelineApp

config, name = pulumi.Config(), f"shop-{pulumi.get_stack()}"
kubeconfig = config.require_secret("kubeconfig")
cluster = pulumi.ResourceOptions(provider=k8s.Provider("cluster", kubeconfig=kubeconfig))
space = AppNamespace("shop", {"name": name, "pull_secret": config.get_secret("pullSecret")}, cluster)
with one_message():
    app = PipelineApp(
        "shop",
        {
            "image": config.require("image"),
            "image_pull_secrets": space.pull_secrets,
            "namespace": space.name,
            "port": 9000,
            "health_path": "/healthz",
            "ready_path": "/readyz",
            "guard": {"kubeconfig": kubeconfig},
        },
        cluster,
    )
    pulumi.export("url", app.url)
