"""PipelineApp from a program in TypeScript: the one of docs/package.md, with the SDK that is made from the schema.

Only `--whole` runs take it: it fetches 130 MB of npm packages. What it does not prove: `pulumi package add` in a
project in TypeScript, which needs Pulumi's language host for Node.js; that cannot be built from a Go module.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from rich.console import Console

from package import schema
from sandbox.state import State
from sandbox.toolchain import ensure_tools
from tests.e2e.conftest import give_up
from tests.e2e.project import ROOT, Run, run
from tests.e2e.waiting import until
from tests.e2e.yaml_program import PACKAGE, PAGE, YamlProgram, make_program
from tests.unit.clouds_page import blocks
from tests.unit.docs_pages import text_of

pytestmark = pytest.mark.e2e

_SOURCE = ROOT / "tests" / "typescript"


class TypeScript:
    """The program in TypeScript, beside one in YAML that makes its namespace and the right to pull."""

    def __init__(self, folder: Path, around: YamlProgram) -> None:
        self.folder, self.around = folder, around
        shutil.copytree(_SOURCE, folder, ignore=shutil.ignore_patterns("node_modules"))
        generator = ensure_tools(["typescript-sdk"], Console(stderr=True))["typescript-sdk"].path
        subprocess.run([generator, schema.FILE, folder / "pipeline"], check=True)
        self.must("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")

    def must(self, *words: str) -> None:
        done = run([*words], cwd=self.folder, environment=self.around.environment)
        assert done.code == 0, done.output

    def write(self, image: str, port: str = "8080") -> None:
        """Write the program of the page, with names of the sandbox and what its image needs."""
        (text,) = blocks("ts", text_of(PAGE))
        stack = self.around.stack
        more = (
            'imagePullSecrets: ["pull"], command: ["python3", "-m", "http.server", "8080"], readyPath: "/", '
            'healthPath: "/", replicas: 1, drainSeconds: 1, shutdownSeconds: 1, minReadySeconds: 0,'
        )
        for on_page, here in {
            '"@pulumi/pipeline"': '"./pipeline"',
            r"registry\.example\.com/shop@sha256:[^\"]+": image,
            'namespace: "shop",': f'namespace: "{stack}", {more}',
            "port: 8080": f"port: {port}",
            'className: "nginx", host: "shop.example.com"': f'className: "traefik", host: "{stack}.localhost", '
            f"urlPort: {self.around.port}",
        }.items():
            text, found = re.subn(on_page, here, text)
            assert found == 1, on_page
        (self.folder / "page.ts").write_text(text)

    def compile(self) -> Run:
        done = run(["node_modules/.bin/tsc"], cwd=self.folder, environment=self.around.environment)
        shutil.copy2(self.folder / "pipeline" / "package.json", self.folder / "bin" / "pipeline")
        return done

    def node(self, command: str) -> Run:
        environment = {
            **self.around.environment,
            "STACK": f"{self.around.stack}-ts",
            "PACKAGE": str(PACKAGE),
            "KUBECONFIG_TEXT": self.around.state.kubeconfig.read_text(),
        }
        return run(["node", "bin/run.js", command], cwd=self.folder, environment=environment)


@pytest.fixture
def program(state: State, tmp_path: Path) -> Generator[TypeScript]:
    if shutil.which("npm") is None:
        give_up("npm is missing: https://nodejs.org/en/download", os.environ)
    around = make_program(tmp_path / "around", state)
    login = ("--type=kubernetes.io/dockerconfigjson", f"--from-file=.dockerconfigjson={around.logins}")
    for words in (("namespace", around.stack), ("secret", "generic", "pull", "-n", around.stack, *login)):
        done = around.kubectl("create", *words)
        assert done.code == 0, done.output
    # Makes the package's environment, as in a project of any language.
    added = around.pulumi("package", "add", str(PACKAGE))
    assert added.code == 0, added.output
    made = TypeScript(tmp_path / "typescript", around)
    yield made
    made.node("destroy")
    around.kubectl("delete", "namespace", around.stack)
    around.on_stack("stack", "rm", "--yes")


def test_the_program_of_the_page_compiles_runs_is_guarded_and_leaves_nothing(program: TypeScript) -> None:
    image, around = program.around.image, program.around
    program.write(image)
    assert program.compile().code == 0, program.compile().output
    up = program.node("up")
    assert up.code == 0, up.output
    assert f'"http://{around.stack}.localhost:{around.port}"' in up.output
    assert f"pull rehearsal: {image}" in up.output
    until(lambda: around.answer().status_code == 200, seconds=10)
    quiet = program.node("preview")
    assert re.fullmatch(r'\{"same":\d+\}', quiet.output.splitlines()[-1]), quiet.output

    program.write(re.sub("[0-9a-f]{64}", "1" * 64, image))
    assert program.compile().code == 0
    refused = program.node("up")
    assert refused.code != 0
    assert "the new version cannot be pulled or run; the Deployment was not touched" in refused.output
    assert around.answer().status_code == 200

    program.write(image, port="99_999")
    assert program.compile().code == 0
    assert "port: 99999 is not a port: they run from 1 to 65535" in program.node("preview").output

    program.write(image, port='"8080"')
    typed = program.compile()
    assert "Type 'string' is not assignable to type 'number'" in typed.output

    program.write(image)
    assert program.compile().code == 0
    gone = program.node("destroy")
    assert gone.code == 0, gone.output
    assert around.kubectl("get", "deployments", "-n", around.stack, "-o", "name").output == ""
    until(lambda: not around.package_processes(), seconds=10)
