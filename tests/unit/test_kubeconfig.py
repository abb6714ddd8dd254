"""One context out of kubeconfig files, by kubectl's rules and never the current one."""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.errors import InvalidValueError
from components.kubeconfig import kubeconfig_paths, read_context


def config(name: str, server: str = "https://127.0.0.1:6443", **cluster: str) -> dict[str, Any]:
    return {
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": f"{name}-cluster", "user": f"{name}-user"}}],
        "clusters": [{"name": f"{name}-cluster", "cluster": {"server": server, **cluster}}],
        "users": [{"name": f"{name}-user", "user": {"token": f"{name}-token"}}],
    }


def write(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document))
    return path


def test_only_the_named_context_is_in_the_result(tmp_path: Path) -> None:
    document = config("one")
    for section, entries in config("two", "https://two:1").items():
        if section != "current-context":
            document[section] += entries
    context = read_context("two", [write(tmp_path / "config", document)])
    own = yaml.safe_load(context.text)
    assert context.server == "https://two:1"
    assert own["current-context"] == "two"
    assert [own[section][0]["name"] for section in ("contexts", "clusters", "users")] == [
        "two",
        "two-cluster",
        "two-user",
    ]
    assert "one-token" not in context.text


def test_the_first_file_that_defines_a_name_wins(tmp_path: Path) -> None:
    first = write(tmp_path / "a", config("x", "https://first:1"))
    second = write(tmp_path / "b", config("x", "https://second:1"))
    assert read_context("x", [tmp_path / "missing", first, second]).server == "https://first:1"


def test_files_it_points_to_become_contents(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(b"authority")
    path = write(tmp_path / "config", config("x", **{"certificate-authority": "ca.pem"}))
    cluster = yaml.safe_load(read_context("x", [path]).text)["clusters"][0]["cluster"]
    assert cluster["certificate-authority-data"] == base64.b64encode(b"authority").decode()
    assert "certificate-authority" not in cluster


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "config", config("x", **{"certificate-authority": "gone.pem"}))
    with pytest.raises(InvalidValueError, match=r"points to .*gone\.pem, which cannot be read"):
        read_context("x", [path])


def test_a_context_that_does_not_exist_is_answered_with_those_that_do(tmp_path: Path) -> None:
    path = write(tmp_path / "config", config("kind-dev"))
    with pytest.raises(InvalidValueError, match="there are kind-dev") as caught:
        read_context("kind-dv", [path])
    assert caught.value.suggestion == "kind-dev"


@pytest.mark.parametrize(
    ("text", "reason"),
    [(None, "there is no kubeconfig at"), ("{}", "nor any other"), ("a: [", "cannot read the kubeconfig")],
)
def test_no_file_an_empty_one_and_a_broken_one_are_told_apart(tmp_path: Path, text: str | None, reason: str) -> None:
    if text is not None:
        (tmp_path / "config").write_text(text)
    with pytest.raises(InvalidValueError, match=reason):
        read_context("x", [tmp_path / "config"])


@pytest.mark.parametrize("given", ["~nobody/k", "~", "~no-such-user/k"])
def test_another_persons_home_is_not_looked_for(given: str) -> None:
    with pytest.raises(InvalidValueError, match=f"there is no kubeconfig at {given}, so no context 'x'"):
        read_context("x", kubeconfig_paths(given, {}, Path("/home/a")))


def test_a_context_without_its_cluster_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="names cluster 'x-cluster', which no kubeconfig defines"):
        read_context("x", [write(tmp_path / "config", config("x") | {"clusters": list[Any]()})])


def test_credentials_are_not_shown_by_accident(tmp_path: Path) -> None:
    assert "x-token" not in repr(read_context("x", [write(tmp_path / "config", config("x"))]))


def test_the_setting_comes_before_the_environment_and_that_before_home() -> None:
    home, environment = Path("/home/a"), {"KUBECONFIG": "/one:/two"}
    assert kubeconfig_paths("~/k", environment, home) == (home / "k",)
    assert kubeconfig_paths("~nobody/k", environment, home) == (Path("~nobody/k"),)
    assert kubeconfig_paths(None, environment, home) == (Path("/one"), Path("/two"))
    assert kubeconfig_paths(None, {"KUBECONFIG": ""}, home) == (home / ".kube" / "config",)
