"""What no unit test does by mistake."""

import pytest


@pytest.fixture(autouse=True)
def no_registry_of_others_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack files of tests name real registries with passwords that are none."""

    def takes_it(*_: object) -> None:
        pass

    monkeypatch.setattr("components.platforms.foreign.refuses_login", takes_it)
