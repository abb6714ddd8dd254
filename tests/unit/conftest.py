"""What no unit test does by mistake."""

# Commands import it in a thread that may outlive a test. The end of a test puts the filters of warnings back while
# `requests`, which it needs, has set one aside: a warning is an error then, and the module stays torn for all others.
import kubernetes.config  # noqa: F401  # pyright: ignore[reportMissingTypeStubs, reportUnusedImport]
import pytest


@pytest.fixture(autouse=True)
def no_registry_of_others_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack files of tests name real registries with passwords that are none."""

    def takes_it(*_: object) -> None:
        pass

    monkeypatch.setattr("components.platforms.foreign.refuses_login", takes_it)
