"""How containerd is led to the fault registry."""

import tomllib
from pathlib import Path

import pytest

from tests.faults.containerd_hosts import hosts_file, hosts_toml


@pytest.mark.parametrize("ca", [None, Path("/etc/faults/ca.pem")])
@pytest.mark.parametrize("skip_verify", [False, True])
def test_hosts_toml_leads_to_the_server_and_nowhere_else(ca: Path | None, skip_verify: bool) -> None:
    url = "https://127.0.0.1:1234"
    read = tomllib.loads(hosts_toml("mycompany.azurecr.io", url, ca, skip_verify=skip_verify))
    host: dict[str, object] = {"capabilities": ["pull", "resolve"]}
    host |= ({"ca": "/etc/faults/ca.pem"} if ca else {}) | ({"skip_verify": True} if skip_verify else {})
    assert read == {"server": url, "capabilities": ["push"], "host": {url: host}}


@pytest.mark.parametrize(
    ("host", "file"), [("gcr.io", "gcr.io/hosts.toml"), ("registry.example:5000", "registry.example_5000_/hosts.toml")]
)
def test_hosts_toml_lies_where_containerd_looks_first(host: str, file: str) -> None:
    assert str(hosts_file(host)) == file
