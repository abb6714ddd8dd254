"""What `recover`, `rollback` and `report` print with `--json`, held against their forms in docs/."""

import json
from typing import Any

from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from ops import recover_document, rollback_document
from ops.__main__ import app
from ops.report import document as report_document
from tests.stack_files import ROOT
from tests.unit import stack_exports as export
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.stack_cluster import rolled_out
from tests.unit.stack_exports import PASSWORD, exported
from tests.unit.stack_place import Place
from tests.unit.test_ops_good_versions import update, version

Json = dict[str, Any]
VERSIONS = {
    "recover": recover_document.SCHEMA,
    "rollback": rollback_document.SCHEMA,
    "report": report_document.SCHEMA,
}
FORMS: dict[str, Json] = {each: json.loads((ROOT / "docs" / f"{each}.schema.json").read_text()) for each in VERSIONS}
DONE, LEFT, UNKNOWN = 0, 3, 4
"""Exit codes."""


def mistakes(form: str, value: Json) -> list[str]:
    check: Any = Draft202012Validator(FORMS[form])
    return [f"{each.json_path}: {each.message}" for each in check.iter_errors(value)]


def ask(*words: str) -> Result:
    done = CliRunner().invoke(app, [*words, "-s", "local", "--json"])
    assert PASSWORD not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def told(*words: str, code: int) -> Json:
    """A command's document, which is all that it writes to standard output."""
    done = ask(*words)
    assert done.exit_code == code, done.output
    value: Json = json.loads(done.stdout)
    assert mistakes(words[0], value) == []
    return value


def left(*, asks: bool = False) -> str:
    """A state in which an update of something was cut off, and perhaps the making of what no cluster can tell of."""
    made = export.resource("aws:eks/cluster:Cluster", "prod", "prod")
    pending = ({"type": "updating", "resource": export.service()}, {"type": "creating", "resource": made})
    return exported(export.root(), export.service(), pending=pending[: 1 + asks])


def good_before(here: Place, pulumi: FakePulumi) -> None:
    """A stack with an earlier version that was good: one whose digest is of `c`."""
    here.cluster.objects["web"] = rolled_out()
    here.cluster.lists["replicasets"] = [version(1, "c", 10), version(2, "a", 110)]
    pulumi.answers("export", here.exported())
    pulumi.answers("history", json.dumps([update(100, 120), update(0, 20)]))
