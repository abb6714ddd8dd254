"""A node that was asked to run Debian's containerd 1.x runs that, or says why it cannot."""

from pathlib import Path

import pytest

from sandbox import debian_containerd, node
from sandbox.errors import SandboxError
from sandbox.site import Site
from sandbox.state import Options, State, new_record


def binary(folder: Path, says: str) -> Path:
    path = folder / "containerd"
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    "says",
    [
        "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1",
        "containerd github.com/containerd/containerd 1.7.24~ds1 1.7.24~ds1-6+b4",
        "containerd containerd.io v1.7.29 442cb34bda9a6a0fed82a2ca7cade05c5c749582",
    ],
)
def test_any_containerd_1_will_do(tmp_path: Path, says: str) -> None:
    path = binary(tmp_path, says)
    assert debian_containerd.executable(path) == path


@pytest.mark.parametrize(
    "says", ["containerd github.com/containerd/containerd/v2 2.1.4 1.0", "containerd containerd.io v10.0.0 x", ""]
)
def test_another_containerd_is_refused_with_what_it_says(tmp_path: Path, says: str) -> None:
    path = binary(tmp_path, says)
    with pytest.raises(SandboxError) as refused:
        debian_containerd.executable(path)
    assert f"{path} is not containerd 1.x (it says: {says or 'nothing'})" in str(refused.value)
    assert "--debian-nodes 0" in str(refused.value)


def test_a_containerd_that_cannot_be_run_is_refused(tmp_path: Path) -> None:
    path = binary(tmp_path, "containerd x 1.6.20")
    path.chmod(0o644)
    with pytest.raises(SandboxError, match="Permission denied"):
        debian_containerd.executable(path)


def test_without_debians_containerd_its_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"--debian-nodes.*Debian package containerd.*--debian-nodes 0"):
        debian_containerd.executable(tmp_path / "containerd")


def test_a_node_asks_for_it_before_it_starts_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        message = "no containerd 1.x"
        raise SandboxError(message)

    monkeypatch.setattr(debian_containerd, "executable", refuse)
    site = Site(State(tmp_path), new_record(Options(), "embedded", "", tmp_path), {"containerd": Path("/bin/false")})
    with pytest.raises(SandboxError, match=r"no containerd 1\.x"):
        node.start_containerd(site, node.Node(2, debian=True))
    assert list(tmp_path.iterdir()) == []
