"""A text in what people put around it: a table, a mail, a log, a web page."""

import html
import json
import textwrap
from collections.abc import Callable

import pytest

from pulls.causes import Code
from pulls.classify import classify
from tests.unit.pull_texts import written

PULLS = [each for each in written() if each.reason in ("", "Failed", "ErrImagePull") and each.cause != "unknown"]


def folded(text: str, width: int) -> list[str]:
    lines = [textwrap.wrap(each, width, break_long_words=False, break_on_hyphens=False) for each in text.splitlines()]
    return [part for line in lines for part in line]


def row(text: str) -> str:
    return f"""  Normal   Pulling    34s (x4 over 2m)   kubelet  Pulling image "web:1"
  Warning  Failed     33s (x4 over 2m)   kubelet  {text}
  Warning  Failed     33s (x4 over 2m)   kubelet  Error: ErrImagePull
  Normal   BackOff    8s (x6 over 2m)    kubelet  Back-off pulling image "web:1" """


FRAMES: dict[str, Callable[[str], str]] = {
    "a table of events": row,
    "an event of kubectl 1.33": "spec.containers{{web}}: {}".format,
    "many events in one": "(combined from similar events): {}".format,
    "a mail that cites": lambda text: "\n".join(f"> {line}" for line in folded(text, 76)),
    "a mail that cites a mail": lambda text: "\n".join(f"> > {line}" for line in folded(text, 76)),
    "a narrow mail that cites": lambda text: "\n".join(f"> {line}" for line in folded(text, 44)),
    "a folded line of YAML": lambda text: "message: '" + "\n  ".join(folded(text, 80)) + "'",
    "an object of JSON": lambda text: json.dumps({"reason": "Failed", "message": text}),
    "JSON within JSON": lambda text: json.dumps(json.dumps({"message": text})),
    "a coloured log": "\x1b[31m{}\x1b[0m".format,
    "a web page": lambda text: html.escape(text, quote=False).replace('"', "&quot;"),
    "a sentence": "{}.".format,
}


@pytest.mark.parametrize("frame", FRAMES)
def test_what_stands_around_a_text_changes_no_cause(frame: str) -> None:
    found = {each: classify(each.reason, FRAMES[frame](each.text)).code for each in PULLS}
    assert {each.text: code for each, code in found.items() if code != each.cause} == {}


def test_a_status_and_its_words_may_stand_on_two_lines() -> None:
    text = "> failed to resolve image: unexpected status from HEAD request: 403\n>   Forbidden"
    assert classify("Failed", text).code is Code.FORBIDDEN


# Other troubles of a cluster, and what programs write, with the words of a failed pull in them.
OTHERS = (
    "Error: UPGRADE FAILED: timed out waiting for the condition",
    'Error: Kubernetes cluster unreachable: Get "https://10.0.0.1:6443/version": dial tcp 10.0.0.1:6443: i/o timeout',
    "error: error upgrading connection: unable to upgrade connection: Unauthorized",
    "Error: 'dial tcp 172.18.0.2:8080: connect: connection refused'\nTrying to reach: 'http://172.18.0.2:8080/'",
    'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node',
    "failed to provision volume: UnauthorizedOperation: You are not authorized to perform this operation",
    "Failed to verify ACME account: dial tcp: lookup acme.example.com: no such host",
    "panic: dial tcp: lookup db on 10.96.0.10:53: no such host",
    "redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.",
    "java.net.UnknownHostException: db: Name or service not known",
    'FATAL:  password authentication failed for user "web"',
    "npm ERR! 404 Not Found - GET https://r.example.com/x - Not found",
    "GitRepository reconciliation failed: unable to clone 'https://git.example.com/a': authentication required",
    "Error syncing: error from git fetch: dial tcp: lookup git.example.com on 10.96.0.10:53: no such host",
    "chart pull error: failed to download chart: failed to fetch https://r.example.com/index.yaml : 401 Unauthorized",
    'failed to download openapi: Get "https://10.0.0.1:6443/openapi/v2": dial tcp 10.0.0.1:6443: i/o timeout',
    "error determining status: rpc error: code = DeadlineExceeded desc = context deadline exceeded",
    "connect() failed (111: Connection refused) while connecting to upstream",
    'level=error msg="failed to connect to database" err="dial tcp: lookup db on 10.96.0.10:53: no such host"',
    "remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://git.example.com/a.git/'",
)


@pytest.mark.parametrize("text", OTHERS)
def test_another_trouble_is_no_failed_pull(text: str) -> None:
    assert classify("", text).code is Code.UNKNOWN


def test_a_program_that_pulls_says_why_it_did_not() -> None:
    text = 'docker.errors.APIError: 500 Server Error: Internal Server Error ("Get https://r.io/v2/: EOF")'
    assert classify("", text).code is Code.UNREACHABLE


@pytest.mark.parametrize(
    "event",
    [
        'FailedMount  MountVolume.SetUp failed for volume "cert" : secret "cert" not found',
        "Unhealthy  Readiness probe failed: HTTP probe failed with statuscode: 503",
        "BackOff  Back-off restarting failed container sidecar in pod web-5f6b_shop(0c6d)",
    ],
)
def test_another_trouble_beside_a_failed_pull_does_not_hide_it(event: str) -> None:
    pull = 'Warning  Failed  8s  kubelet  Failed to pull image "r.io/web:9": r.io/web:9: not found'
    assert classify("", f"Warning  {event}").code is Code.UNKNOWN
    assert classify("", f"Warning  {event}\n{pull}").code is Code.NOT_FOUND
    assert classify("", f"{pull}\nWarning  {event}").code is Code.NOT_FOUND


def test_a_quote_that_nobody_closed_hides_no_cause() -> None:
    text = 'Failed to pull image ": rpc error: code = Unknown desc = no basic auth credentials\nPulling image "web:1"'
    assert classify("Failed", text).code is Code.NO_CREDENTIALS


@pytest.mark.parametrize("name", ["InvalidImageName", "ErrImageNeverPull", "ImageInspectError"])
def test_a_row_of_kubectl_names_the_cause_that_is_its_status(name: str) -> None:
    assert classify("", f"web-5f6b   0/1     {name}   0          12s").code is classify(name, "").code


def test_a_long_text_in_a_frame_is_answered() -> None:
    for each in ("> ", "\n> ", "\\", "\\\\n", "&quot;", "\x1b[31m", "a.error", "error: '", "panic: pull "):
        assert classify("ErrImagePull", each * 20_000).code is Code.UNKNOWN
