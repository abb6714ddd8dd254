"""The specs of an app: what follows from its arguments."""

from typing import Any

import pytest

from components.errors import InvalidValueError
from components.manifests import autoscaler_spec, deployment_spec, disruption_budget_spec
from components.naming import selector
from components.pipeline_args import PipelineAppArgs
from components.pod import pod_spec
from components.storage import Mounted
from components.traffic import ingress_spec, network_policy_spec, service_spec

LABELS = selector("web")


def app(**more: Any) -> PipelineAppArgs:
    given: dict[str, Any] = {"image": "r.io/web@sha256:" + "0" * 64, "namespace": "apps", "port": 8080, **more}
    return PipelineAppArgs(**given)


def deployment(**more: Any) -> dict[str, Any]:
    return dict(deployment_spec(app(**more), "web", LABELS, LABELS, Mounted("web")))


def pod(mounted: Mounted | None = None, **more: Any) -> dict[str, Any]:
    return dict(pod_spec(app(**more), "web", LABELS, mounted or Mounted("web")))


def container(mounted: Mounted | None = None, **more: Any) -> dict[str, Any]:
    return pod(mounted, **more)["containers"][0]


def test_a_rollout_never_takes_away_what_serves() -> None:
    strategy = deployment()["strategy"]["rolling_update"]
    assert strategy == {"max_surge": 1, "max_unavailable": 0}


def test_an_autoscaler_and_not_the_deployment_holds_the_number_of_pods() -> None:
    scaling = {"min_replicas": 2, "max_replicas": 5, "cpu_percent": 60}
    assert deployment()["replicas"] == 2
    assert deployment(replicas=0)["replicas"] == 0
    assert "replicas" not in deployment(autoscaling=scaling)
    spec = autoscaler_spec(app(autoscaling=scaling), "web")
    assert spec is not None
    assert (spec["min_replicas"], spec["max_replicas"]) == (2, 5)  # pyright: ignore[reportTypedDictNotRequiredAccess]
    assert autoscaler_spec(app(), "web") is None


@pytest.mark.parametrize(
    ("more", "budget"),
    [
        ({}, True),
        ({"replicas": 1}, False),
        ({"replicas": 0}, False),
        ({"replicas": 1, "autoscaling": {"min_replicas": 2, "max_replicas": 3, "cpu_percent": 1}}, True),
        ({"autoscaling": {"min_replicas": 1, "max_replicas": 3, "cpu_percent": 1}}, False),
    ],
)
def test_only_an_app_of_several_pods_has_a_disruption_budget(more: dict[str, Any], budget: bool) -> None:
    assert (disruption_budget_spec(app(**more), LABELS) is not None) is budget


def test_the_deployment_gives_up_before_pulumi_does_and_not_before_a_slow_start() -> None:
    assert deployment()["progress_deadline_seconds"] == 150
    assert deployment(start_seconds=200, min_ready_seconds=20)["progress_deadline_seconds"] == 280
    with pytest.raises(InvalidValueError, match="too little for pods that may take 300 s to start"):
        deployment(start_seconds=300)


def test_the_pod_satisfies_the_restricted_profile() -> None:
    spec = pod()
    security, own = spec["security_context"], spec["containers"][0]["security_context"]
    assert security["run_as_non_root"] is own["run_as_non_root"] is True
    assert security["run_as_user"] == 1654
    assert security["seccomp_profile"] == {"type": "RuntimeDefault"}
    assert own["allow_privilege_escalation"] is False
    assert own["capabilities"] == {"drop": ["ALL"]}
    assert own["read_only_root_filesystem"] is True
    assert spec["automount_service_account_token"] is False
    assert not {"host_network", "host_pid", "host_ipc"} & spec.keys()


def test_a_pod_that_ends_outlives_the_requests_it_still_gets() -> None:
    spec = pod(drain_seconds=7, shutdown_seconds=20)
    assert spec["containers"][0]["lifecycle"] == {"pre_stop": {"sleep": {"seconds": 7}}}
    assert spec["termination_grace_period_seconds"] == 7 + 20 + 5


def test_a_pod_that_need_not_drain_has_no_sleep_of_nothing() -> None:
    assert "lifecycle" not in container(drain_seconds=0)


def test_probes_ask_the_two_paths_at_the_containers_port() -> None:
    own = container(ready_path="/r", health_path="/h", start_seconds=90)
    assert own["ports"] == [{"name": "http", "container_port": 8080, "protocol": "TCP"}]
    probes = [own[f"{each}_probe"]["http_get"] for each in ("startup", "readiness", "liveness")]
    assert probes == [{"path": path, "port": "http"} for path in ("/h", "/r", "/h")]
    startup = own["startup_probe"]
    assert (startup["period_seconds"], startup["failure_threshold"]) == (1, 90)


def test_the_image_is_pulled_once_and_never_assumed() -> None:
    assert container()["image_pull_policy"] == "IfNotPresent"


def test_tmp_is_writable_and_limited() -> None:
    spec = pod()
    assert spec["volumes"] == [{"name": "tmp", "empty_dir": {"size_limit": "64Mi"}}]
    assert spec["containers"][0]["volume_mounts"] == [{"name": "tmp", "mount_path": "/tmp"}]  # noqa: S108 - in the pod


def test_secrets_are_variables_unless_files_are_asked_for() -> None:
    mounted = Mounted("web", secret="s")
    secrets = {"secrets": {"B": "x", "A": "y"}}
    variables = container(mounted, **secrets)["env"]
    assert [each["name"] for each in variables] == ["A", "B"]
    assert variables[0]["value_from"] == {"secret_key_ref": {"name": "s", "key": "A"}}
    files = pod(mounted, **secrets, secrets_as_files=True)
    assert files["containers"][0]["env"] == []
    assert files["volumes"][1]["secret"] == {"secret_name": "s", "default_mode": 0o440}
    assert files["containers"][0]["volume_mounts"][1]["mount_path"] == "/etc/app/secrets"


def test_config_files_are_mounted_read_only() -> None:
    spec = pod(Mounted("web", config="c"), config_path="/conf")
    assert {"name": "config", "config_map": {"name": "c"}} in spec["volumes"]
    mount = {"name": "config", "mount_path": "/conf", "read_only": True}
    assert mount in spec["containers"][0]["volume_mounts"]


@pytest.mark.parametrize(
    ("volume", "source", "read_only"),
    [
        ({}, {"empty_dir": {}}, False),
        ({"size": "1Gi"}, {"empty_dir": {"size_limit": "1Gi"}}, False),
        ({"claim": "c"}, {"persistent_volume_claim": {"claim_name": "c"}}, False),
        ({"claim": "c", "read_only": True}, {"persistent_volume_claim": {"claim_name": "c"}}, True),
        ({"secret": "s"}, {"secret": {"secret_name": "s", "default_mode": 0o440}}, True),
        ({"config_map": "m"}, {"config_map": {"name": "m"}}, True),
    ],
)
def test_a_volume_comes_from_its_one_source(volume: dict[str, Any], source: dict[str, Any], read_only: bool) -> None:
    spec = pod(volumes={"data": {"path": "/data", **volume}})
    assert spec["volumes"][1] == {"name": "volume-data", **source}
    mount = spec["containers"][0]["volume_mounts"][1]
    assert mount == {"name": "volume-data", "mount_path": "/data", "read_only": read_only}


@pytest.mark.parametrize(
    ("given", "requests", "limits"),
    [
        ({}, ("100m", "256Mi"), ("1", "256Mi")),
        ({"limits": {"memory": "1Gi"}}, ("100m", "1Gi"), ("1", "1Gi")),
        ({"requests": {"memory": "1Gi"}}, ("100m", "1Gi"), ("1", "1Gi")),
        ({"requests": {"memory": "1Gi"}, "limits": {"memory": "2Gi"}}, ("100m", "1Gi"), ("1", "2Gi")),
        ({"requests": {"cpu": "2"}}, ("2", "256Mi"), ("2", "256Mi")),
        ({"limits": {"cpu": "50m"}}, ("50m", "256Mi"), ("50m", "256Mi")),
    ],
)
def test_requests_never_exceed_limits_whichever_is_given(
    given: dict[str, Any], requests: tuple[str, str], limits: tuple[str, str]
) -> None:
    assert container(resources=given)["resources"] == {
        "requests": {"cpu": requests[0], "memory": requests[1]},
        "limits": {"cpu": limits[0], "memory": limits[1]},
    }


def test_pods_go_to_nodes_that_can_run_the_image() -> None:
    assert pod(architecture="arm64")["node_selector"] == {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "arm64",
    }


def test_environment_is_in_the_order_of_names() -> None:
    assert container(environment={"B": "2", "A": "1"})["env"] == [
        {"name": "A", "value": "1"},
        {"name": "B", "value": "2"},
    ]


def test_the_service_port_leads_to_the_containers_by_name() -> None:
    ports: Any = service_spec(app(service_port=8000), LABELS)["ports"]  # pyright: ignore[reportTypedDictNotRequiredAccess]
    assert ports == [{"name": "http", "port": 8000, "target_port": "http", "protocol": "TCP"}]


def test_an_ingress_gives_the_whole_host_to_the_service() -> None:
    spec: Any = ingress_spec({"host": "w.io", "class_name": "traefik", "tls_secret": "cert"}, "web")
    assert spec["ingress_class_name"] == "traefik"
    assert spec["tls"] == [{"hosts": ["w.io"], "secret_name": "cert"}]
    path = spec["rules"][0]["http"]["paths"][0]
    assert path["backend"] == {"service": {"name": "web", "port": {"name": "http"}}}
    assert "tls" not in ingress_spec({"host": "w.io", "class_name": "traefik"}, "web")


def test_only_the_apps_port_can_be_reached() -> None:
    spec: Any = network_policy_spec(app(port=5000), LABELS)
    assert spec["ingress"] == [{"ports": [{"port": 5000, "protocol": "TCP"}]}]
    assert spec["pod_selector"] == {"match_labels": LABELS}
    assert spec["policy_types"] == ["Ingress", "Egress"]


def test_the_app_may_connect_anywhere_but_to_the_nodes_credentials() -> None:
    spec: Any = network_policy_spec(app(), LABELS)
    dns, anywhere = spec["egress"]
    assert dns == {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}
    blocks = [each["ip_block"] for each in anywhere["to"]]
    assert blocks[0] == {"cidr": "0.0.0.0/0", "except_": ["169.254.0.0/16", "168.63.129.16/32"]}
    # A pod's own identity on EKS is in that range, and for the pod.
    assert {"cidr": "169.254.170.23/32"} in blocks


def test_given_destinations_are_the_only_ones_beside_dns() -> None:
    spec: Any = network_policy_spec(app(egress=[{"cidr": "10.0.0.0/8", "ports": [5432]}]), LABELS)
    _, database = spec["egress"]
    assert database == {
        "to": [{"ip_block": {"cidr": "10.0.0.0/8"}}],
        "ports": [{"port": 5432, "protocol": "TCP"}],
    }
    nowhere: Any = network_policy_spec(app(egress=[]), LABELS)
    assert len(nowhere["egress"]) == 1
