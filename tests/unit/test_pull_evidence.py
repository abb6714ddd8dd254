"""What the three witnesses say together: each row is one constellation."""

import pytest

from pulls.causes import CATALOGUE, Class, Code
from pulls.classify import Verdict
from pulls.evidence import Grant, Settled, Witness, settle
from pulls.registry.answer import Answer, Outcome

KUBELET, REGISTRY, GRANT = Witness.KUBELET, Witness.REGISTRY, Witness.GRANT
NOBODY = Grant("anonymous", "", "", "")
OLD = Grant("kubelet-identity", "kubelet", "AcrPull", "acme")
FRESH = Grant("kubelet-identity", "kubelet", "AcrPull", "acme", fresh_seconds=30)
RIGHTS = (Code.NO_CREDENTIALS, Code.CREDENTIALS_REFUSED, Code.FORBIDDEN)


def verdict(code: Code) -> Verdict:
    return Verdict(code, CATALOGUE[code].kind, "evidence", "text")


def settled(
    code: Code, outcome: Outcome | None = None, grant: Grant | None = None, *, with_login: bool = True
) -> Settled:
    answer = None if outcome is None else Answer(outcome, 404, "said", with_login=with_login)
    return settle(verdict(code), answer, grant)


@pytest.mark.parametrize("code", list(Code))
def test_the_kubelet_alone_is_believed(code: Code) -> None:
    assert settled(code) == Settled(code, CATALOGUE[code].kind, (KUBELET,))


def test_a_secret_that_the_cluster_has_is_read_at_the_next_try() -> None:
    found = settle(verdict(Code.PULL_SECRET_MISSING), None, OLD, unread_secret=True)
    assert (found.code, found.kind, found.witnesses) == (Code.PULL_SECRET_MISSING, Class.TRANSIENT, (KUBELET,))
    assert "the secret is there now" in found.notes[0]


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (Code.NOT_FOUND, Outcome.NOT_FOUND),
        (Code.NOT_FOUND, Outcome.REPOSITORY_MISSING),
        (Code.NO_CREDENTIALS, Outcome.REFUSED_WITHOUT_LOGIN),
        (Code.CREDENTIALS_REFUSED, Outcome.REFUSED_LOGIN),
        (Code.CREDENTIALS_EXPIRED, Outcome.REFUSED_LOGIN),
        (Code.FORBIDDEN, Outcome.FORBIDDEN),
        (Code.DNS, Outcome.DNS),
        (Code.UNREACHABLE, Outcome.UNREACHABLE),
        (Code.TLS_UNTRUSTED, Outcome.TLS_UNTRUSTED),
        (Code.TLS_OTHER, Outcome.TLS_OTHER),
        (Code.PLAIN_HTTP, Outcome.PLAIN_HTTP),
        (Code.RATE_LIMITED, Outcome.RATE_LIMITED),
        (Code.REGISTRY_ERROR, Outcome.SERVER_ERROR),
        (Code.MANIFEST_UNSUPPORTED, Outcome.MANIFEST_UNSUPPORTED),
        (Code.MANIFEST_UNSUPPORTED, Outcome.WRONG_DIGEST),
    ],
)
def test_a_registry_that_says_the_same_is_a_second_witness(code: Code, outcome: Outcome) -> None:
    kind = Class.PERMANENT if code in RIGHTS else CATALOGUE[code].kind
    assert settled(code, outcome, OLD) == Settled(code, kind, (KUBELET, REGISTRY))


@pytest.mark.parametrize("code", [*RIGHTS, Code.UNKNOWN])
@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.REPOSITORY_MISSING])
@pytest.mark.parametrize("grant", [None, NOBODY, OLD, FRESH])
def test_a_refusal_of_what_is_not_there_is_a_missing_image(code: Code, outcome: Outcome, grant: Grant | None) -> None:
    found = settled(code, outcome, grant)
    kind = Class.PROPAGATING if grant is FRESH else Class.PERMANENT
    assert (found.code, found.kind, found.witnesses) == (Code.NOT_FOUND, kind, (REGISTRY,))
    assert "said" in found.notes[0]
    assert ("no right would help" in found.notes[0]) is (grant is not FRESH)


@pytest.mark.parametrize("code", RIGHTS)
@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.REPOSITORY_MISSING])
@pytest.mark.parametrize("grant", [None, NOBODY, OLD, FRESH])
def test_what_a_stranger_does_not_find_is_only_a_note_beside_a_refused_right(
    code: Code, outcome: Outcome, grant: Grant | None
) -> None:
    found = settled(code, outcome, grant, with_login=False)
    alone = settled(code, None, grant)
    assert (found.code, found.kind, found.witnesses) == (alone.code, alone.kind, alone.witnesses)
    assert "or hides it from whoever does not log in (said)" in found.notes[-1]


def test_a_text_without_a_cause_is_explained_by_what_a_stranger_does_not_find() -> None:
    assert settled(Code.UNKNOWN, Outcome.NOT_FOUND, with_login=False).code is Code.NOT_FOUND


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_pull_that_only_waits_is_explained_by_a_registry_that_answers_nobody_and_by_nothing_else(
    outcome: Outcome,
) -> None:
    answer = Answer(outcome, missing_platforms=("linux/amd64",), with_login=True)
    found = settle(verdict(Code.UNKNOWN), answer, FRESH, still_pulling=True)
    if outcome is Outcome.UNREACHABLE:
        assert (found.code, found.kind, found.witnesses) == (Code.UNREACHABLE, Class.TRANSIENT, (REGISTRY,))
    else:
        assert (found.code, found.kind, found.witnesses) == (Code.UNKNOWN, None, (KUBELET,))


@pytest.mark.parametrize("code", [each for each in Code if each not in (*RIGHTS, Code.UNKNOWN, Code.NOT_FOUND)])
def test_what_the_kubelet_saw_of_the_network_is_not_settled_by_a_registry_without_the_image(code: Code) -> None:
    assert settled(code, Outcome.NOT_FOUND).code is code


@pytest.mark.parametrize("code", list(Code))
def test_what_a_registry_hides_is_never_asserted(code: Code) -> None:
    found = settled(code, Outcome.HIDDEN)
    assert (found.code, found.kind, found.witnesses) == (code, CATALOGUE[code].kind, (KUBELET,))
    assert "answers alike" in found.notes[0]


@pytest.mark.parametrize("code", [Code.NOT_FOUND, Code.UNKNOWN])
def test_an_image_for_other_nodes_is_told_with_both_platforms(code: Code) -> None:
    answer = Answer(Outcome.PRESENT, 200, platforms=("linux/arm64",), missing_platforms=("linux/amd64",))
    found = settle(verdict(code), answer)
    assert found == Settled(
        Code.PLATFORM_MISMATCH, Class.PERMANENT, (REGISTRY,), ("the image has linux/arm64; the nodes are linux/amd64",)
    )


@pytest.mark.parametrize("code", RIGHTS)
def test_no_platform_explains_a_refused_right(code: Code) -> None:
    answer = Answer(Outcome.PRESENT, 200, platforms=("linux/arm64",), missing_platforms=("linux/amd64",))
    assert settle(verdict(code), answer).code is code


@pytest.mark.parametrize("code", RIGHTS)
def test_a_right_that_was_just_given_may_be_on_its_way(code: Code) -> None:
    found = settled(code, None, FRESH)
    assert (found.code, found.kind, found.witnesses) == (code, Class.PROPAGATING, (KUBELET, GRANT))
    assert found.notes[0].startswith("AcrPull on acme was given to kubelet a moment ago")


@pytest.mark.parametrize("code", [each for each in Code if each not in RIGHTS])
def test_a_fresh_right_explains_nothing_else(code: Code) -> None:
    assert settled(code, None, FRESH) == settled(code)


def test_where_no_right_was_given_none_will_come() -> None:
    found = settled(Code.NO_CREDENTIALS, None, NOBODY)
    assert (found.kind, found.witnesses) == (Class.PERMANENT, (KUBELET, GRANT))
    both = settled(Code.NO_CREDENTIALS, Outcome.REFUSED_WITHOUT_LOGIN, NOBODY)
    assert both.witnesses == (KUBELET, REGISTRY, GRANT)


def test_a_right_whose_time_to_become_known_is_over_comes_no_more() -> None:
    assert {settled(each, None, OLD).kind for each in RIGHTS} == {Class.PERMANENT}
    assert {settled(each, None, FRESH).kind for each in RIGHTS} == {Class.PROPAGATING}
    assert {settled(each, None, None).kind for each in RIGHTS} == {Class.PROPAGATING}


@pytest.mark.parametrize("code", RIGHTS)
def test_a_right_that_was_waited_for_in_vain_is_another_than_the_one_needed(code: Code) -> None:
    found = settled(code, None, FRESH.after(31))
    assert (found.code, found.kind, found.witnesses) == (code, Class.PERMANENT, (KUBELET, GRANT))
    assert found.notes[0].startswith("AcrPull on acme was given, and is refused to kubelet for 30 s since")
    assert settled(code, None, FRESH.after(29)).kind is Class.PROPAGATING


def test_a_bare_401_is_a_refused_login_when_the_pods_own_is_refused_here_too() -> None:
    found = settled(Code.NO_CREDENTIALS, Outcome.REFUSED_LOGIN, None)
    assert (found.code, found.witnesses) == (Code.CREDENTIALS_REFUSED, (REGISTRY,))


@pytest.mark.parametrize(
    ("code", "outcome", "note"),
    [
        (Code.NO_CREDENTIALS, Outcome.PRESENT, "it is the node that may not pull it"),
        (Code.FORBIDDEN, Outcome.PRESENT, "it is the node that may not pull it"),
        (Code.NOT_FOUND, Outcome.PRESENT, "it came later"),
        (Code.DNS, Outcome.PRESENT, "look at the node"),
        (Code.FORBIDDEN, Outcome.REFUSED_LOGIN, "answered otherwise (said)"),
        (Code.DNS, Outcome.UNREACHABLE, None),
    ],
)
def test_what_speaks_against_the_kubelet_is_a_note(code: Code, outcome: Outcome, note: str | None) -> None:
    found = settled(code, outcome)
    assert (found.code, found.witnesses) == (code, (KUBELET,))
    assert [note in each for each in found.notes if note] == ([True] if note else [])


def test_notes_stay_beside_a_fresh_right() -> None:
    given, against = settled(Code.FORBIDDEN, Outcome.PRESENT, FRESH).notes
    assert "a moment ago" in given
    assert "the image is there" in against


@pytest.mark.parametrize("code", [Code.PLATFORM_MISMATCH, Code.WRONG_ARCHITECTURE])
def test_a_registry_whose_image_lacks_the_nodes_platform_is_a_second_witness(code: Code) -> None:
    lacks = Answer(Outcome.PRESENT, 200, platforms=("linux/arm64",), missing_platforms=("linux/amd64",))
    assert settle(verdict(code), lacks).witnesses == (KUBELET, REGISTRY)
    has = Answer(Outcome.PRESENT, 200, platforms=("linux/amd64",))
    assert settle(verdict(code), has).witnesses == (KUBELET,)
