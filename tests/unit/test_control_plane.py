"""The control plane's command lines, as far as no cluster is needed to judge them."""

from pathlib import Path

import pytest

from sandbox.control_plane import etcd_command

COMMAND = etcd_command(
    Path("/data"), client=1, peer=2, certificate=Path("/c"), key=Path("/k"), trusted=Path("/authority")
)


def test_etcd_speaks_tls_on_loopback_only() -> None:
    urls = [word.rpartition("=")[2] for word in COMMAND if "://" in word]
    assert set(urls) == {"https://127.0.0.1:1", "https://127.0.0.1:2"}


@pytest.mark.parametrize("side", ["", "peer-"])
def test_neither_port_of_etcd_lets_in_who_has_no_certificate_of_the_cluster(side: str) -> None:
    assert f"--{side}client-cert-auth" in COMMAND
    assert f"--{side}trusted-ca-file=/authority" in COMMAND
