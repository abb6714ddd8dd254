"""Who may import whom: the rules of docs/architecture.md."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack_files import ROOT

CLOUD_SDKS = {"pulumi_azure_native", "pulumi_aws", "pulumi_gcp"}
OWN_SDK = {"aks": "pulumi_azure_native", "eks": "pulumi_aws", "gke": "pulumi_gcp"}
MAY_IMPORT = {
    "components": {"components", "pulls"},
    "sandbox": {"sandbox"},
    "webapi": {"webapi"},
    "bench": {"bench", "pulls", "sandbox", "tests"},
    "docs": {"docs", "components", "policies", "pulls"},
    # What would be refused at preview is asked of the very parts that refuse it.
    "ops": {"ops", "components", "pulls"},
    "pulls": {"pulls"},
    "package": {"package", "components"},
    "policies": {"policies", "components", "pulls"},
}
"""Part → the parts that it may import; tests may import all of them, and nothing but bench imports tests."""


def _parsed(text: str) -> ast.Module:
    """A program's syntax; once more where another thread parsed at the same time (python/cpython#106905, in 3.11)."""
    try:
        return ast.parse(text)
    except SystemError:
        return ast.parse(text)


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, at its top or in a function."""
    for node in ast.walk(_parsed(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def tops(file: Path) -> set[str]:
    return {each.split(".")[0] for each in imports(file)}


def target_of(stem: str) -> str:
    """`aks` of `aks` and of `aks_registry`; anything else of a file that all platforms share."""
    return stem.partition("_")[0]


def file_of(module: str) -> Path:
    """The file of a module of this project; of another module, a file that is not there."""
    return ROOT / Path(*module.split(".")).with_suffix(".py")


def reached(module: str) -> set[str]:
    """The modules of this project that one of them needs, directly or through others."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        waiting += [each for each in imports(file_of(here)) if file_of(each).is_file()]
    return seen


def says_standard_library_only() -> list[Path]:
    """Files of the sandbox whose docstring promises it."""
    said = {file: ast.get_docstring(_parsed(file.read_text())) or "" for file in files("sandbox")}
    return [file for file, text in said.items() if "standard library only" in text.lower()]


@pytest.mark.parametrize(
    ("part", "file"),
    [pytest.param(part, file, id=str(file.relative_to(ROOT))) for part in MAY_IMPORT for file in files(part)],
)
def test_a_part_imports_only_the_parts_that_it_may(part: str, file: Path) -> None:
    assert tops(file) & {*MAY_IMPORT, "tests", "__main__"} <= MAY_IMPORT[part]


def test_each_folder_of_python_files_has_a_rule() -> None:
    folders = {folder.name for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith(".")}
    assert {each for each in folders if files(each)} == {*MAY_IMPORT, "tests"}


@pytest.mark.parametrize("file", files("components"), ids=lambda file: file.name)
def test_only_a_platform_file_imports_a_cloud_and_only_its_own(file: Path) -> None:
    own = OWN_SDK.get(target_of(file.stem)) if file.parent.name == "platforms" else None
    assert tops(file) & CLOUD_SDKS <= {own}


def test_the_app_knows_no_cloud_no_settings_and_no_platform() -> None:
    needed = reached("components.pipeline_app")
    assert not [each for each in needed if each.startswith(("components.settings", "components.platforms"))]
    assert "components.stack_file" not in needed


def test_a_platform_file_is_imported_only_where_its_target_was_chosen() -> None:
    for file in [*files("components"), ROOT / "__main__.py"]:
        top = _parsed(file.read_text())
        top.body = [each for each in top.body if isinstance(each, ast.Import | ast.ImportFrom)]
        named = {each.module or "" for each in top.body if isinstance(each, ast.ImportFrom)}
        platforms = {each.removeprefix("components.platforms.") for each in named if ".platforms." in each}
        of_targets = {target_of(each) for each in platforms} & {"aks", "eks", "gke", "local"}
        assert of_targets <= {target_of(file.stem)}, file.name
        assert not platforms & {"aks", "eks", "gke", "local"}, file.name


@pytest.mark.parametrize("file", says_standard_library_only(), ids=lambda file: file.stem)
def test_what_runs_before_the_virtual_environment_needs_only_the_standard_library(file: Path) -> None:
    for module in reached(".".join(file.relative_to(ROOT).with_suffix("").parts)):
        assert tops(file_of(module)) <= set(sys.stdlib_module_names) | {"sandbox"}, module


def test_each_file_of_the_bootstrap_says_that_it_needs_only_the_standard_library() -> None:
    assert set((ROOT / "sandbox").glob("bootstrap*.py")) <= set(says_standard_library_only())


@pytest.mark.parametrize("file", files("webapi"), ids=lambda file: file.name)
def test_the_sample_needs_only_the_standard_library(file: Path) -> None:
    assert tops(file) <= set(sys.stdlib_module_names) | {"webapi", "__main__"}


def test_the_root_imports_nothing_but_components() -> None:
    assert tops(ROOT / "__main__.py") <= {"pathlib", "pulumi", "components"}


def test_the_root_reads_like_one_line_and_never_asks_for_the_target() -> None:
    text = (ROOT / "__main__.py").read_text()
    branches = [each for each in ast.walk(_parsed(text)) if isinstance(each, ast.If | ast.Match | ast.IfExp)]
    assert len(text.splitlines()) <= 45
    assert branches == []


def test_the_local_target_loads_no_cloud_sdk() -> None:
    modules = "components.app_args, components.image_source, components.platforms.local, components.image"
    script = f"import sys, {modules}, components.platforms.choice; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not CLOUD_SDKS & set(found.stdout.split())
    assert "pulumi_kubernetes" in found.stdout.split()


@pytest.mark.parametrize(
    ("own", "kept"), [("", 50_000), ("gc.set_threshold(0);", 0), ("gc.set_threshold(90_000);", 90_000)]
)
def test_imports_are_not_held_up_by_looks_for_garbage_and_a_threshold_of_ones_own_stays(own: str, kept: int) -> None:
    script = f"import gc; {own} before = gc.get_threshold(); import components; print(gc.get_threshold(), before)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    after, before = ast.literal_eval(f"[{done.stdout.replace(') (', '), (')}]")
    assert after == (kept, *before[1:])
