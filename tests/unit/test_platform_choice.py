"""Which platform a stack gets."""

import pytest

from components.errors import ConfigError
from components.platforms.choice import check_platform, require_platform
from components.settings import Secrets
from components.stack_file import StackFile
from tests.unit.local_machine import cloud_settings, settings


@pytest.mark.parametrize("target", ["aks", "eks", "gke"])
def test_a_target_without_a_platform_is_refused_with_one_that_has(target: str) -> None:
    given = cloud_settings(target)
    stack = StackFile("prod")
    expected = rf"stack prod: the {target.upper()} platform is not part .*`pulumi up -s local`"
    with pytest.raises(ConfigError, match=expected):
        require_platform(given, stack)
    with pytest.raises(ConfigError, match=expected):
        check_platform(given, Secrets(), stack)


def test_the_local_target_is_not_refused_and_not_looked_for_yet() -> None:
    # Nothing of it exists: looking would be a refusal.
    local = settings("local", cluster={"context": "none"}, registry={"host": "127.0.0.1:1"})
    require_platform(local, StackFile("local"))
