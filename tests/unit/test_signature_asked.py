"""How a registry is asked for signatures, and what of its answers is waited for."""

from threading import Event

import pytest

from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.login import Login
from pulls.registry.reference import InvalidReference
from pulls.signature import Finding, Patience, Verdict, check_signature
from pulls.signature_key import public_key
from tests import signing
from tests.unit.registry_server import PASSWORD, USER, Reply, Request
from tests.unit.signed_image import KEY, OTHER, PATH, Signed, image

__all__ = ["image"]


def test_an_image_that_is_not_there_is_not_called_unsigned(image: Signed) -> None:
    del image.registry.content[f"/v2/{PATH}/manifests/{image.digest}"]
    assert image.fault().outcome is Outcome.NOT_FOUND
    del image.registry.tags[PATH]
    assert image.fault().outcome is Outcome.REPOSITORY_MISSING


def test_a_registry_is_asked_with_the_login(image: Signed) -> None:
    image.registry.auth = "bearer"
    image.tag(image.simple())
    assert image.verdict(login=Login(USER, PASSWORD)).finding is Finding.SIGNED
    image.registry.auth = "basic"
    fault = image.fault()
    assert (fault.outcome, PASSWORD in fault.said) == (Outcome.REFUSED_WITHOUT_LOGIN, False)
    assert image.fault(Login(USER, "wrong")).outcome is Outcome.REFUSED_LOGIN


def test_a_registry_that_refuses_the_api_is_asked_for_the_tag_all_the_same(image: Signed) -> None:
    image.registry.always(Reply(500), f"/v2/{PATH}/referrers/")
    image.tag(image.simple())
    assert image.verdict().finding is Finding.SIGNED
    image.tag(image.simple(OTHER))
    assert image.fault().outcome is Outcome.SERVER_ERROR  # what it has there may be the one


def test_every_page_of_what_is_attached_is_read(image: Signed) -> None:
    first, second = image.bundled(OTHER), image.bundled()
    image.attach(first, second)
    pages = {
        "": Reply(200, signing.index_of(first), {"Content-Type": signing.INDEX, "Link": '</x?last=1>; rel="next"'}),
        "last=1": Reply(200, signing.index_of(second), {"Content-Type": signing.INDEX}),
    }
    image.registry.overrides.append(lambda asked: pages[asked.query] if "/referrers/" in asked.path else None)
    assert image.verdict() == Verdict(Finding.SIGNED, count=2)


def test_pages_that_do_not_end_are_given_up(image: Signed) -> None:
    page = Reply(200, signing.index_of(), {"Content-Type": signing.INDEX, "Link": '</x?last=1>; rel="next"'})
    image.registry.always(page, f"/v2/{PATH}/referrers/")
    assert "pages of what is attached" in image.fault().said


class Clock:
    """Time that passes by waiting only."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def patience(self, seconds: float) -> Patience:
        return Patience(seconds, self.sleep, lambda: self.now)


def test_a_registry_that_is_busy_is_asked_again_and_longer_each_time(image: Signed) -> None:
    clock, busy = Clock(), [Reply(503)] * 6
    image.tag(image.simple())
    image.registry.overrides.append(lambda _: busy.pop() if busy else None)
    key = public_key(signing.public_pem(KEY))
    assert check_signature(image.image, key, None, clock.patience(30)).finding is Finding.SIGNED
    assert clock.waits == [1, 2, 4]


def test_a_registry_that_stays_busy_is_given_up_in_time(image: Signed) -> None:
    clock = Clock()
    image.registry.always(Reply(503))
    with pytest.raises(RegistryFaultError):
        check_signature(image.image, public_key(signing.public_pem(KEY)), None, clock.patience(30))
    assert clock.waits == [1, 2, 4, 8, 8]


@pytest.mark.parametrize(("asks", "waits"), [("5", [5, 5, 5, 8]), ("60", [])])
def test_a_registry_that_says_when_to_come_back_is_believed(image: Signed, asks: str, waits: list[float]) -> None:
    clock = Clock()
    image.registry.always(Reply(429, b"", {"Retry-After": asks}))
    with pytest.raises(RegistryFaultError) as caught:
        check_signature(image.image, public_key(signing.public_pem(KEY)), None, clock.patience(25))
    assert (clock.waits, caught.value.outcome) == (waits, Outcome.RATE_LIMITED)


def test_what_will_not_pass_is_not_asked_again(image: Signed) -> None:
    clock = Clock()
    image.registry.always(Reply(403))
    with pytest.raises(RegistryFaultError):
        check_signature(image.image, public_key(signing.public_pem(KEY)), None, clock.patience(30))
    assert clock.waits == []


def test_a_registry_that_hangs_ends_in_time(image: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulls.signature._STEP", 0.1)
    monkeypatch.setattr("pulls.signature._TOTAL", 0.3)
    over = Event()

    def hang(_: Request) -> Reply | None:
        over.wait(5)
        return None

    image.registry.overrides.append(hang)
    try:
        assert image.fault().outcome is Outcome.UNREACHABLE
    finally:
        over.set()


def test_only_a_digest_is_signed() -> None:
    with pytest.raises(InvalidReference):
        check_signature("r.example.com/web:1", public_key(signing.public_pem(KEY)), None)
