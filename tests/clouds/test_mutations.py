"""A piece of the wiring that is missing or bent: the pull truly fails, and the piece is named before anything runs."""

import pytest

from tests.clouds.conftest import MakeStack
from tests.clouds.mutations import MUTATIONS, Mutation
from tests.clouds.sky import Sky

_SECONDS = 3
"""In place of the minutes in which a fresh right may go unknown, and that a wrong one is waited for."""


@pytest.mark.e2e
@pytest.mark.sampled(1, True)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_a_bent_piece_is_caught_and_named(mutation: Mutation, make_stack: MakeStack, sky: Sky) -> None:
    with sky.having(mutation.there()):
        stack = make_stack(mutation.target)
        for file, old, new in mutation.edits:
            path = stack.folder / "components" / "platforms" / file
            text = path.read_text()
            assert text.count(old) == 1, f"{file} has {text.count(old)} of {old!r}"
            path.write_text(text.replace(old, new))
        for section, values in mutation.config.items():
            stack.configure(section, **values)
        stack.configure("app", propagationSeconds=_SECONDS, rehearsalSeconds=5)
        done = stack.up()
        assert done.code != 0, f"it worked: the simulation lets in who has no right\n{done.output}"
        if mutation.code:
            assert "the Deployment was not touched" in done.output, done.output
            assert f"\n{mutation.code} (" in done.output.replace("    ", ""), done.output
            assert stack.kubectl("get", "deployments,pods")["items"] == []
        for words in mutation.says:
            assert words in done.output, done.output
