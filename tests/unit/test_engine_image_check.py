"""What the docker provider accepts: defaults, paths and options, refused in the official provider's words."""

from pathlib import Path

import pytest

from sandbox.engine import image_check, property_values
from sandbox.engine.image_inputs import ImageError, build_of
from sandbox.engine.property_values import UNKNOWN, Properties, Value

NAME = "registry.test:5000/team/web:v1"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(**inputs: Value) -> tuple[Properties, list[str]]:
    told: list[str] = []
    return image_check.checked({"imageName": NAME, **inputs}, told.append), told


def build_options(checked: Properties) -> Properties:
    return property_values.as_object(checked["build"])


def test_check_fills_in_what_was_not_given(project: Path) -> None:
    assert project
    checked, told = check(build={"context": "app"})
    options = build_options(checked)
    assert options["dockerfile"] == "app/Dockerfile"
    assert options["platform"] == image_check.host_platform()
    assert len(str(options["contextDigest"])) == 64
    assert checked["buildOnPreview"] is False
    assert "consider explicitly setting the `platform` field" in told[0]


def test_check_keeps_what_was_given(project: Path) -> None:
    (project / "other").write_text("FROM scratch")
    checked, told = check(build={"context": "app", "dockerfile": "other", "platform": "linux/arm64"})
    assert build_options(checked)["dockerfile"] == "other"
    assert build_options(checked)["platform"] == "linux/arm64"
    assert told == []


def test_check_does_not_hash_what_is_not_known_yet(project: Path) -> None:
    assert project
    checked, _ = check(build={"context": UNKNOWN, "dockerfile": UNKNOWN})
    assert "contextDigest" not in build_options(checked)
    assert build_options(checked)["context"] == UNKNOWN


def test_check_leaves_a_build_alone_that_is_not_known_yet(project: Path) -> None:
    (project / "Dockerfile").unlink(missing_ok=True)
    checked, told = check(build=UNKNOWN)
    assert (checked["build"], told) == (UNKNOWN, [])


def test_check_accepts_a_build_argument_that_is_not_known_yet(project: Path) -> None:
    assert project
    checked, _ = check(build={"context": "app", "args": {"VERSION": UNKNOWN}})
    assert build_options(checked)["args"] == {"VERSION": UNKNOWN}


@pytest.mark.parametrize(
    ("dockerfile", "message"),
    [
        ("Dockerfile", 'relative path "Dockerfile". Try setting `dockerfile` to "app/Dockerfile"'),
        ("nowhere", 'relative path "nowhere": stat nowhere: no such file or directory'),
        ("/nowhere", 'expected a relative Dockerfile path; got "/nowhere" instead'),
    ],
)
def test_a_missing_dockerfile_is_named_as_the_official_provider_names_it(
    project: Path, dockerfile: str, message: str
) -> None:
    assert project
    with pytest.raises(ImageError) as refused:
        check(build={"context": "app", "dockerfile": dockerfile})
    assert message in str(refused.value)


def test_a_name_that_is_pushed_must_be_fully_qualified(project: Path) -> None:
    assert project
    with pytest.raises(ImageError, match="requires all image names to be fully qualified"):
        check(imageName="web:v1", build={"context": "app"})
    checked, _ = check(imageName="web:v1", build={"context": "app"}, skipPush=True)
    assert checked["imageName"] == "web:v1"


def test_unknown_properties_are_refused_by_name() -> None:
    found = image_check.failures({"build": {"contxt": "app"}, "registry": {"user": "me"}, "tag": "1"})
    assert [one.property for one in found] == ["tag", "build.contxt", "registry.user", "imageName"]
    assert "it has context, dockerfile" in found[1].reason


@pytest.mark.parametrize(
    ("build", "message"),
    [
        ({"builderVersion": "3"}, "invalid Docker Builder version"),
        ({"cacheFrom": {}}, "cacheFrom requires an `images` field"),
        ({"cacheFrom": {"images": "x"}}, "the `images` field must be a list of strings"),
    ],
)
def test_build_options_are_refused_as_the_official_provider_refuses_them(build: Properties, message: str) -> None:
    with pytest.raises(ImageError, match=message):
        build_of({"build": build})
