"""Whether what a stack file wants built is there, on real folders."""

from pathlib import Path

import pytest

from components.settings_paths import missing_paths
from components.stack_file import Problem, StackFile

STACK = StackFile("local")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    touch(tmp_path, "webapi/Dockerfile")
    return tmp_path


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def one(image: object, root: Path) -> Problem:
    (problem,) = missing_paths(image, root, STACK)
    return problem


def set_(key: str, value: str) -> tuple[str]:
    return (f"pulumi config set --path image.{key} {value} -s local",)


@pytest.mark.parametrize(
    "image",
    [
        {"context": "webapi"},
        {"context": "./webapi/"},
        {"context": ".", "dockerfile": "webapi/Dockerfile"},
        {"context": "webapi", "dockerfile": "webapi/Dockerfile"},
    ],
)
def test_what_is_there_is_no_mistake(image: object, root: Path) -> None:
    assert missing_paths(image, root, STACK) == []


def test_a_folder_outside_of_the_project_may_be_named_in_full(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    touch(other, "Dockerfile")
    assert missing_paths({"context": str(other)}, root, STACK) == []
    assert one({"context": str(other / "gone")}, root).path == ("image", "context")


@pytest.mark.parametrize("image", [None, "webapi", [], {}, {"context": 3}, {"context": None}])
def test_wrong_types_are_left_to_those_who_check_types(image: object, root: Path) -> None:
    assert missing_paths(image, root, STACK) == []


def test_a_digest_is_deployed_without_looking_at_folders(root: Path) -> None:
    assert missing_paths({"context": "gone", "digest": "sha256:0"}, root, STACK) == []
    assert len(missing_paths({"context": "gone", "digest": None}, root, STACK)) == 1


def test_a_misspelt_folder_is_answered_with_the_nearest_that_has_a_dockerfile(root: Path) -> None:
    touch(root, "aaa/Dockerfile", "worker/Dockerfile", "webapp-2/api.Dockerfile", "docs/index.md")
    problem = one({"context": "webpai"}, root)
    assert problem.message == "webpai: there is no such folder; near are webapi, webapp-2, worker"
    assert problem.commands == set_("context", "webapi")


def test_a_file_is_told_apart_from_nothing(root: Path) -> None:
    problem = one({"context": "webapi/Dockerfile"}, root)
    assert problem.message == "webapi/Dockerfile: is a file, not a folder; near are webapi"


def test_without_any_dockerfile_the_command_has_a_gap_to_fill(tmp_path: Path) -> None:
    problem = one({"context": "webapi"}, tmp_path)
    assert problem.message == "webapi: there is no such folder, and no Dockerfile near it"
    assert problem.commands == set_("context", "'<path>'")


def test_the_dockerfile_is_looked_for_in_the_context_when_not_given(root: Path) -> None:
    touch(root, "tools/notes.txt", "tools/build/Dockerfile.prod")
    problem = one({"context": "tools"}, root)
    assert problem.path == ("image", "dockerfile")
    assert problem.message == ("tools/Dockerfile: there is no such file; near are tools/build/Dockerfile.prod")
    assert problem.commands == set_("dockerfile", "tools/build/Dockerfile.prod")


def test_a_given_dockerfile_starts_from_the_project_and_not_from_the_context(root: Path) -> None:
    problem = one({"context": "webapi", "dockerfile": "Dockerfile"}, root)
    assert problem.message == "Dockerfile: there is no such file; near are webapi/Dockerfile"


def test_a_folder_is_not_a_dockerfile(root: Path) -> None:
    (root / "odd" / "Dockerfile").mkdir(parents=True)
    assert one({"context": "odd"}, root).message.startswith("odd/Dockerfile: there is no such file")


def test_at_most_three_are_offered(root: Path) -> None:
    touch(root, *(f"api{number}/Dockerfile" for number in range(9)))
    assert one({"context": "api"}, root).message.count(", ") == 2


@pytest.mark.parametrize("name", ["node_modules/x", ".cache", "a/b/c/d", "bin", "obj", "__pycache__"])
def test_what_people_did_not_write_and_what_is_far_down_is_not_offered(name: str, tmp_path: Path) -> None:
    touch(tmp_path, f"{name}/Dockerfile")
    assert one({"context": "gone"}, tmp_path).message.endswith("no Dockerfile near it")


def test_three_folders_down_is_still_near(tmp_path: Path) -> None:
    touch(tmp_path, "a/b/c/Dockerfile")
    assert one({"context": "gone"}, tmp_path).message.endswith("near are a/b/c")
