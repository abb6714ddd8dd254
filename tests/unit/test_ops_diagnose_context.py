"""`diagnose --context` with a context that is not there."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.__main__ import app


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("othr", "there are kind, other, test; did you mean other?"),
        ("zzz", "there are kind, other, test; did you mean kind?"),
        ("kind", "context 'kind' names cluster 'gone', which no kubeconfig defines"),
    ],
)
def test_a_context_that_is_not_there_is_told_with_those_that_are_and_the_nearest(
    asked: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "kubeconfig"
    names = {"test": "c", "other": "c", "kind": "gone"}
    contexts = [{"name": each, "context": {"cluster": cluster}} for each, cluster in names.items()]
    clusters = [{"name": "c", "cluster": {"server": "http://127.0.0.1:9"}}]
    file.write_text(json.dumps({"contexts": contexts, "clusters": clusters}))
    done = CliRunner().invoke(app, ["diagnose", "--context", asked, "--kubeconfig", str(file)])
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert done.output.strip().endswith(said)


def test_without_a_kubeconfig_that_is_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["diagnose", "--context", "x", "--kubeconfig", str(tmp_path / "none")])
    assert done.exit_code == 1
    assert f"there is no kubeconfig at {tmp_path / 'none'}, so no context 'x'" in done.output
