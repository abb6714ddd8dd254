"""The cluster of a stack's provider, reached with what the state has and without a file on the disk."""

import base64
import json
import tempfile
from pathlib import Path

import pytest
import yaml

from ops.stack_cluster import Access, access, connect_to
from ops.state import read_state
from pulls.cluster import ClusterError
from sandbox.certificates import Authority
from tests.unit import stack_exports as export
from tests.unit.cluster_server import cluster_server
from tests.unit.plain_api import TOKEN, Asked, Reply, plain_api
from tests.unit.stack_exports import exported


def empty(_: Asked) -> Reply:
    return Reply(200, {"items": []})


def found(*resources: export.Json, provider: str = export.REFERENCE) -> Access:
    return access(read_state(exported(*resources)), provider)


def test_the_login_of_the_state_is_used_with_its_context() -> None:
    with plain_api(empty) as api:
        way = found(export.provider(api.kubeconfig, "other"))
        assert connect_to(way).list("pods") == []
        assert api.asked[0].authorization == f"Bearer other-{TOKEN}"
    assert way.context == "other"
    assert TOKEN not in repr(way)


def test_without_a_context_it_is_the_kubeconfigs_own() -> None:
    way = found(export.provider(json.dumps({"current-context": "mine"}), ""))
    assert way.context == "mine"


def test_a_kubeconfig_may_be_an_object_too() -> None:
    with plain_api(empty) as api:
        resource = export.provider("", "c")
        resource["inputs"]["kubeconfig"] = json.loads(api.kubeconfig)
        assert connect_to(found(resource)).list("pods") == []


def test_a_kubeconfig_may_be_the_path_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    with plain_api(empty) as api:
        file.write_text(api.kubeconfig)
        assert connect_to(found(export.provider(str(file), "other"))).list("pods") == []
        assert api.asked[0].authorization == f"Bearer other-{TOKEN}"


@pytest.mark.parametrize("provider", ["", "urn:pulumi:local::p::pulumi:providers:kubernetes::default::id"])
def test_a_provider_without_a_kubeconfig_takes_the_one_of_the_shell(
    provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kubeconfig"
    with plain_api(empty) as api:
        file.write_text(api.kubeconfig)
        # The library reads the variable when it is imported.
        monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(file))
        way = found(export.root(), provider=provider)
        assert way == Access()
        assert connect_to(way).list("pods") == []


@pytest.mark.parametrize("text", ["[", "- a", "hello", "{"])
def test_what_is_no_kubeconfig_is_told_without_its_text(text: str) -> None:
    way = found(export.provider(text, ""))
    assert way.context == ""
    with pytest.raises(ClusterError, match="the kubeconfig in the state is neither JSON nor YAML"):
        connect_to(way)


def test_certificates_and_keys_get_no_file_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    folder = tmp_path / "certificates"
    folder.mkdir()
    with cluster_server(folder) as (server, _):
        text = _with_certificates(folder, f"https://127.0.0.1:{server.server_port}")
        server.lists["/api/v1/namespaces/shop/pods"] = [{"metadata": {"name": "a"}}]
        cluster = connect_to(Access(text, "c"))
        assert cluster.list("pods", "shop") == [{"metadata": {"name": "a"}}]
        assert list((tmp_path / "temporary").iterdir()) == []


def test_a_certificate_that_is_none_is_told_by_the_library() -> None:
    user = {"client-certificate-data": "é", "client-key-data": 3}
    document = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "c", "user": user}],
    }
    with pytest.raises(ClusterError):
        connect_to(Access(yaml.safe_dump(document), "c")).list("pods")


def _with_certificates(folder: Path, server: str) -> str:
    authority = Authority(folder)
    certificate, key = authority.issue("me", "me", hosts=["127.0.0.1"])

    def data(file: Path) -> str:
        return base64.b64encode(file.read_bytes()).decode()

    user = {"client-certificate-data": data(certificate), "client-key-data": data(key)}
    cluster = {"server": server, "certificate-authority-data": data(authority.certificate_file)}
    return json.dumps(
        {
            "current-context": "c",
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
            "clusters": [{"name": "c", "cluster": cluster}],
            "users": [{"name": "c", "user": user}],
        }
    )
