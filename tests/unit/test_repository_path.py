"""A repository with a registry before it: refused in the files of all targets, and what is offered is accepted."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.settings_models import Settings
from components.stack_file import StackFileError
from tests.unit.settings_loader import Values, checkout, load, with_
from tests.unit.settings_typed import after
from tests.unit.test_settings_clouds import committed

FILES: Mapping[str, Values] = {
    "aks": committed("aks"),
    "eks": committed("eks"),
    "gke": committed("gke"),
    "local": with_("image", repository="other"),
}
WRITTEN = {
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web": "team/web",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web:1": "team/web",
    "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web": "team/web",
    "gcr.io/my-project/web": "my-project/web",
    "europe-west1-docker.pkg.dev/p/r/web": "p/r/web",
    "contoso.azurecr.io/web": "web",
    "contoso.azurecr.io/web:1@sha256:" + "0" * 64: "web",
    "localhost:5000/x": "x",
    "localhost/x": "x",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path)


@pytest.mark.parametrize("section", ["image", "cli"])
@pytest.mark.parametrize("target", FILES)
@pytest.mark.parametrize(("written", "meant"), WRITTEN.items())
def test_a_registry_before_the_path_is_refused_with_the_path(
    root: Path, target: str, section: str, written: str, meant: str
) -> None:
    values = with_repository(FILES[target], section, written)
    with pytest.raises(StackFileError) as caught:
        load(values, root, stack=target)
    (problem,) = caught.value.problems
    assert problem.path == (("image",) if section == "image" else ("cli", "image")) + ("repository",)
    assert "it begins with a registry" in problem.message
    settings, _ = load(after(values, (), [*problem.commands])[0], root, stack=target)
    assert repository(settings, section) == meant


def with_repository(values: Values, section: str, written: str) -> Values:
    if section == "image":
        return values | {"image": {**values["image"], "repository": written}}
    return values | {"cli": {"image": {"context": "webapi", "repository": written}}}


def repository(settings: Settings, section: str) -> str:
    if section == "image":
        return settings.image.repository
    assert settings.cli is not None
    return settings.cli.image.repository
