"""What is wrong with the pinned images or cannot be known, and what to type. Pure."""

from collections.abc import Iterator, Sequence

from ops.images import Seen, TagState, lacking, raised
from ops.stack_finding import Finding
from ops.verify_health import said
from pulls.registry.answer import Answer, Outcome
from pulls.registry.reference import is_loopback, parse_reference

RAISE = ".venv/bin/python -m ops images --raise"
_GONE = (Outcome.NOT_FOUND, Outcome.REPOSITORY_MISSING)
_LOGIN_MAY_HELP = (Outcome.RATE_LIMITED, Outcome.REFUSED_WITHOUT_LOGIN, Outcome.REFUSED_LOGIN, Outcome.HIDDEN)


def findings(found: Sequence[Seen]) -> list[Finding]:
    """All that is wrong or not known."""
    return [finding for each in found for finding in (*_of_tag(each), *_of_newest(each))]


def _of_tag(seen: Seen) -> Iterator[Finding]:
    image, state = seen.pin.image, seen.tag_state
    tag = f"{image.repository}:{image.tag}"
    inspect = f"docker buildx imagetools inspect {tag}"
    command = inspect if raised(seen) is None else RAISE
    if state is TagState.UNKNOWN:
        yield _not_known(tag, seen.tag, image.repository)
    elif state is TagState.MOVED:
        text = f"{tag} is another image now, {seen.tag.digest}, than the pinned {image.digest}{_still(seen)}"
        yield Finding(text, command)
    elif seen.tag.outcome is Outcome.REPOSITORY_MISSING:
        yield Finding(
            f"the registry has no repository {image.repository}, so {seen.pin.name} cannot be pulled", inspect
        )
    elif state is TagState.GONE:
        yield Finding(f"the registry has no {tag} any more{_still(seen)}", command)
    elif lacks := lacking(seen.tag):
        yield Finding(f"{tag} is not for {' and '.join(lacks)}", command)


def _still(seen: Seen) -> str:
    """Whether pods can still pull what is pinned."""
    if seen.digest is not None and seen.digest.outcome is Outcome.PRESENT:
        return "; the pinned one can still be pulled"
    if seen.digest is not None and seen.digest.outcome in _GONE:
        return "; the pinned one is gone, and cannot be pulled"
    return "; whether the pinned one can still be pulled is not known"


def _of_newest(seen: Seen) -> Iterator[Finding]:
    image = seen.pin.image
    if seen.unlisted is not None:
        yield _not_known(f"the list of tags of {image.repository}", seen.unlisted, image.repository)
    if seen.newer is None or seen.newest_answer is None:
        return
    tag, answer = f"{image.repository}:{seen.newer}", seen.newest_answer
    if answer.outcome is not Outcome.PRESENT:
        yield _not_known(tag, answer, image.repository)
    elif lacks := lacking(answer):
        text = f"{tag} is newer than the pinned {image.tag}, and is not taken: it is not for {' and '.join(lacks)}"
        yield Finding(text, f"docker buildx imagetools inspect {tag}")
    else:
        yield Finding(f"{tag} is newer than the pinned {image.tag}", RAISE)


def _not_known(what: str, answer: Answer, repository: str) -> Finding:
    wait = "" if answer.retry_after is None else f"; ask again in {answer.retry_after} s"
    return Finding(f"{what} cannot be asked for: {said(answer)}{wait}", _mend(answer, repository), known=False)


def _mend(answer: Answer, repository: str) -> str:
    reference = parse_reference(repository)
    if answer.outcome in _LOGIN_MAY_HELP:
        return f"docker login {reference.host}   # its login is used here, too"
    scheme = "http" if is_loopback(reference.host) else "https"
    return f"curl -v {scheme}://{reference.registry}/v2/"
