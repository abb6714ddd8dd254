"""Where paths lead to in the models, and which values fit there."""

import pytest

from components.settings_fields import can_go, field_at, names_at, takes
from components.settings_models import EksSettings, LocalSettings
from components.stack_file import Path

VOLUME = ["path", "claim", "secret", "configMap", "size", "readOnly"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ((), ["image", "app", "cli", "services", "target", "cluster", "registry", "ingress"]),
        (("registry",), ["host", "username", "load"]),
        (("app", "resources", "limits"), ["cpu", "memory"]),
        (("app", "volumes"), []),
        (("app", "volumes", "data"), VOLUME),
        (("app", "volumes", "path"), VOLUME),
        (("app", "egress"), []),
        (("app", "egress", 7), ["cidr", "ports"]),
        (("app", "egress", "x"), []),
        (("app", "volumes", 0), []),
        (("app", "nowhere", "x"), []),
    ],
)
def test_a_path_leads_through_objects_mappings_and_lists(path: Path, names: list[str]) -> None:
    assert names_at(LocalSettings, path) == names


def test_a_choice_between_models_has_the_keys_of_all() -> None:
    assert {"mode", "subnets", "nodeRoles"} < set(names_at(EksSettings, ("cluster",)))
    assert field_at(EksSettings, ("cluster", "subnets", 0)) is not None


@pytest.mark.parametrize(
    ("path", "right", "wrong"),
    [
        (("app", "replicas"), 0, -3),
        (("app", "replicas"), 3, "3"),
        (("app", "host"), "a.example", "a_b"),
        (("app", "host"), None, 5),
        (("app", "rehearsal"), "off", "push"),
        (("app", "egress", 0, "cidr"), "::/0", "all"),
        (("app", "egress", 0, "ports", 0), 443, 0),
        (("app", "environment", "A"), 5, "a\0"),
        (("app", "resources", "limits", "cpu"), 2, True),
        (("target",), "local", "aks"),
        (("image", "allowOutside"), True, "true"),
    ],
)
def test_a_value_is_tried_as_the_file_itself_would_be(path: Path, right: object, wrong: object) -> None:
    field = field_at(LocalSettings, path)
    assert field is not None
    assert takes(field, right)
    assert not takes(field, wrong)


@pytest.mark.parametrize("path", [("app",), ("app", "volumes"), ("app", "egress"), ("app", "autoscaling")])
def test_objects_and_lists_take_no_lone_value(path: Path) -> None:
    field = field_at(LocalSettings, path)
    assert field is not None
    assert not takes(field, "x")
    assert not takes(field, None)


@pytest.mark.parametrize(
    ("path", "absent"),
    [
        (("app",), False),
        (("app", "name"), False),
        (("app", "host"), True),
        (("app", "volumes", "data"), True),
        (("app", "volumes", "data", "path"), False),
        (("app", "egress", 0), True),
    ],
)
def test_what_may_be_absent_is_known(path: Path, *, absent: bool) -> None:
    field = field_at(LocalSettings, path)
    assert field is not None
    assert can_go(field) is absent
