"""`python -m ops classify`: a filter for scripts."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ops.classify import classify_lines
from tests.stack_files import ROOT

COMMAND = [sys.executable, "-m", "ops", "classify"]
NOT_FOUND = {"reason": "ErrImagePull", "message": "web:1: not found"}
DNS = {"reason": "", "message": "dial tcp: lookup r.example.com: no such host"}


def run(text: str | bytes) -> subprocess.CompletedProcess[bytes]:
    given = text.encode() if isinstance(text, str) else text
    return subprocess.run(COMMAND, cwd=ROOT, input=given, capture_output=True, check=False)


def lines(*given: object) -> str:
    return "".join(json.dumps(each) + "\n" for each in given)


def answered(given: str | bytes) -> tuple[list[dict[str, object]], str, int]:
    out, mistakes = io.StringIO(), io.StringIO()
    raw = given.encode() if isinstance(given, str) else given
    code = classify_lines(io.BytesIO(raw), out, mistakes)
    return [json.loads(line) for line in out.getvalue().splitlines()], mistakes.getvalue(), code


def test_each_line_gets_an_answer_in_the_same_order() -> None:
    done = run(lines(NOT_FOUND, DNS, {"reason": "ErrImagePull", "message": "?"}))
    assert done.returncode == 0, done.stderr.decode()
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"code": "not-found", "class": "permanent", "evidence": "web:1: not found"},
        {"code": "dns", "class": "transient", "evidence": "dial tcp: lookup"},
        {"code": "unknown", "class": None, "evidence": ""},
    ]
    assert done.stderr == b""


def test_events_are_asked_when_the_message_names_no_cause() -> None:
    answers, _, _ = answered(
        lines({"reason": "ImagePullBackOff", "message": "Back-off", "events": ["pull QPS exceeded"]})
    )
    assert answers[0]["code"] == "node-qps"


def test_other_keys_are_left_alone_and_missing_or_empty_ones_are_empty_texts() -> None:
    answers, mistakes, code = answered(
        lines({**NOT_FOUND, "link": 1}, {"reason": "InvalidImageName"}, {"message": "x", "reason": None})
    )
    assert [each["code"] for each in answers] == ["not-found", "name-invalid", "unknown"]
    assert (mistakes, code) == ("", 0)


@pytest.mark.parametrize("nothing", ["", "\n", "\r\n\n"])
def test_no_lines_are_no_mistake(nothing: str) -> None:
    assert answered(nothing) == ([], "", 0)


def test_a_last_line_without_a_line_break_and_a_byte_order_mark_are_read() -> None:
    assert len(answered(b"\xef\xbb\xbf" + lines(DNS).strip().encode())[0]) == 1


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"{", "is not JSON"),
        (b"[]", "is not an object"),
        (b'"text"', "is not an object"),
        (b"{}", 'has neither "reason" nor "message"'),
        (b'{"reason": 1, "message": ""}', '"reason" must be a string'),
        (b'{"reason": "", "message": ["x"]}', '"message" must be a string'),
        (b'{"message": "", "events": "x"}', '"events" must be a list of strings'),
        (b'{"message": "", "events": [1]}', '"events" must be a list of strings'),
        (b'{"message": "\xff"}', "is not UTF-8"),
        (b"[" * 200_000, "is not"),
        (b'{"message": ' + b"1" * 5000 + b"}", "is not JSON"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_the_others_are_answered(bad: bytes, said: str) -> None:
    given = lines(DNS).encode()
    answers, mistakes, code = answered(given + bad + b"\n" + given)
    assert [each["code"] for each in answers] == ["dns", "dns"]
    assert mistakes.startswith("line 2: ")
    assert said in mistakes
    assert code == 2


def test_a_mistake_ends_with_exit_code_2_and_no_traceback() -> None:
    done = run("{\n" + lines(DNS))
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.decode().startswith("line 1: is not JSON")
    assert b"Traceback" not in done.stderr


def test_a_bad_line_is_not_repeated_since_it_may_hold_a_credential() -> None:
    _, mistakes, _ = answered('{"message": "password=Zq9abcdefgh\n')
    assert "Zq9abcdefgh" not in mistakes


def test_no_answer_holds_a_credential() -> None:
    text = "Get https://me:Zq9abcdefgh@r.example.com/v2/: unauthorized: password=Zq9abcdefgh"
    done = run(lines({"reason": "ErrImagePull", "message": text, "events": [text]}))
    assert json.loads(done.stdout)["code"] == "no-credentials"
    assert b"Zq9abcdefgh" not in done.stdout + done.stderr


class Flushed(io.StringIO):
    """What a reader at the other end of a pipe has."""

    there = ""

    def flush(self) -> None:
        self.there = self.getvalue()


def test_each_answer_is_there_before_the_next_line_is_asked_for() -> None:
    out = Flushed()

    def asked() -> Iterator[bytes]:
        for number in range(3):
            assert len(out.there.splitlines()) == number
            yield lines(DNS).encode()

    assert classify_lines(asked(), out, io.StringIO()) == 0
    assert len(out.there.splitlines()) == 3


def test_what_a_text_holds_cannot_break_the_answer_apart() -> None:
    done = run(lines({"reason": "Failed", "message": "web:1: not\n\u2028 found \ud800"}))
    assert len(done.stdout.splitlines()) == 1
    assert done.stdout.isascii()


def test_the_command_is_listed() -> None:
    done = subprocess.run([sys.executable, "-m", "ops", "--help"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"classify" in done.stdout
