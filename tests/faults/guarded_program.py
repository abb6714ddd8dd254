"""The program of the app under fault, as text: `faults:` keys of its stack file say what the next version is."""

PROGRAM = """
import pathlib
import pulumi
import pulumi_kubernetes as k8s
from components.namespace import AppNamespace
from components.pipeline_app import PipelineApp
from tests.faults.patched_pod import patching

config = pulumi.Config()
kubeconfig = pathlib.Path(config.require("kubeconfig")).read_text()
cluster = k8s.Provider("cluster", kubeconfig=kubeconfig, context="sandbox", enable_secret_mutable=True)
here = pulumi.ResourceOptions(provider=cluster)
login = pulumi.Output.secret(config.require("login"))
space = AppNamespace("faults", {"name": config.require("space"), "pull_secret": login}, here)
given = config.get_object("pullSecrets") or space.pull_secrets
patched = pulumi.ResourceOptions(transformations=[patching(config.get_object("patch") or {})])
app = PipelineApp(
    "web",
    {
        "image": config.require("image"),
        "image_pull_secrets": given,
        "namespace": space.name,
        "port": 8080,
        "min_ready_seconds": 0,
        "drain_seconds": 1,
        "start_seconds": config.get_int("start") or 20,
        "timeout_seconds": config.get_int("timeout") or 90,
        "replicas": 1,
        "ingress": {
            "host": config.require("host"), "class_name": "traefik", "url_port": 8080, "await_address": False,
        },
        "guard": {
            "kubeconfig": kubeconfig,
            "context": "sandbox",
            "target": "local",
            "rehearsal": config.get("rehearsal") or "pull",
            "rehearsal_seconds": config.get_int("seconds") or 30,
            "fresh_seconds": config.get_int("freshSeconds") or 0,
            "pull_right": {
                "kind": config.require("grantKind"),
                "identity": config.require("grantIdentity"),
                "role": config.require("grantRole"),
                "resource": config.require("grantResource"),
            },
        },
    },
    pulumi.ResourceOptions.merge(here, patched),
)
pulumi.export("image", app.image)
"""
