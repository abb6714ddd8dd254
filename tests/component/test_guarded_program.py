"""The program of the app under fault, on a recording engine: each version that meets a fault is one that it takes."""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.engine import DIGEST, run_program
from tests.faults.guarded import App
from tests.faults.guarded_program import PROGRAM
from tests.faults.place import Place
from tests.faults.update import NextVersion
from tests.faults.update_faults import UPDATE_FAULTS, UpdateFault

IMAGE = f"127.0.0.1:5000/faults/web@{DIGEST}"
GRANT = {"grantKind": "pull-secret", "grantIdentity": "node", "grantRole": "login", "grantResource": "registry"}
BROKEN_NODE = {
    "secret-in-another-namespace", "no-route", "node-qps", "disk-full", "lost-content", "refusing-verifier",
    "admission-policy", "runtime-stopped",
}  # fmt: skip
"""What cannot be met without a sandbox."""
OF_THE_POD = [each for each in UPDATE_FAULTS if each.name not in BROKEN_NODE]


def deployment(version: NextVersion, folder: Path) -> dict[str, Any]:
    kubeconfig = folder / "kubeconfig"
    kubeconfig.write_text("apiVersion: v1\nkind: Config\n")
    config = {"kubeconfig": str(kubeconfig), "space": "s", "host": "s.localhost", "image": version.image, "login": "{}"}
    keys = {f"faults:{key}": value for key, value in {**config, **GRANT, **version.more}.items()}
    program = folder / "__main__.py"
    program.write_text(PROGRAM)
    graph = run_program(lambda: runpy.run_path(str(program)), project="faults", config=keys)
    return graph.one("kubernetes:apps/v1:Deployment").inputs["spec"]


@pytest.mark.parametrize("fault", OF_THE_POD, ids=lambda fault: fault.name)
def test_a_version_that_meets_a_fault_differs_from_the_good_one(fault: UpdateFault, tmp_path: Path) -> None:
    good = deployment(NextVersion(IMAGE), tmp_path)
    with fault.meet(cast("App", SimpleNamespace(good_image=IMAGE)), cast("Place", None), "seed") as version:
        bad = deployment(version, tmp_path)
    assert bad["template"]["spec"] != good["template"]["spec"]
    assert (bad["progressDeadlineSeconds"] < good["progressDeadlineSeconds"]) is not fault.refused
