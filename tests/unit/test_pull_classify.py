"""Which cause a text names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulls.causes import Class, Code
from pulls.classify import PlatformFacts, classify
from pulls.text.mask import masked
from pulls.text.patterns import RULES
from tests.unit.pull_texts import Written, written

WRITTEN = written()
PULLS = [each for each in WRITTEN if each.reason in ("", "Failed", "ErrImagePull") and each.cause != "unknown"]
HEAD = 'failed to do request: Head "https://r.example.com/v2/web/manifests/1": '

# What an image may be called, made of the very words that rules look for.
NAMES = """no such host not found 403 401 429 404 500 503 forbidden unauthorized denied x509 toomanyrequests eof timeout
no-space-left-on-device manifest-unknown connection-refused exec-format-error expired token tls dns lookup"""
WORDS = st.sampled_from(NAMES.split())
PARTS = st.lists(WORDS, min_size=1, max_size=4).map("-".join)
IMAGES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "team/", "r.io/", "localhost:5000/", "10.0.0.1:403/"]),
    st.lists(PARTS, min_size=1, max_size=3).map("/".join),
    st.one_of(st.just(""), PARTS.map(":{}".format), st.just("@sha256:" + "4290" * 16)),
)
FRAMES = st.sampled_from(
    [
        'Failed to pull image "{}"',
        "Failed to pull image {}: ",
        'Back-off pulling image "{}": ErrImagePull: ',
        'failed to pull and unpack image "{}": failed to resolve reference "{}":',
        r"failed to \"StartContainer\" for \"web\" with ImagePullBackOff: \"Back-off pulling image \\\"{}\\\"\"",
        "initializing source docker://{}: ",
        "reading manifest {} in {}: ",
        'failed to do request: Head "https://{}": ',
        'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://r.io/v2/{}/blobs/sha256:40342"',
        "(Mirrors also failed: [{}: x",
    ]
)


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: f"{case.cause}-{case.text[-40:]}")
def test_a_text_names_its_cause(case: Written) -> None:
    assert classify(case.reason, case.text).code == case.cause


def test_the_table_has_every_cause() -> None:
    assert {each.cause for each in WRITTEN} == set(Code)


def test_each_rule_decides_a_text() -> None:
    flat = [masked(each.text) for each in WRITTEN]
    deciding = {next((rule for rule in RULES if rule.pattern.search(each)), None) for each in flat}
    assert [rule.phrase for rule in RULES if rule not in deciding] == []


@given(frame=FRAMES, image=IMAGES, reason=st.sampled_from(["", "Failed", "ErrImagePull", "ImagePullBackOff"]))
def test_no_name_looks_like_a_cause(frame: str, image: str, reason: str) -> None:
    assert classify(reason, frame.replace("{}", image)).code is Code.UNKNOWN


@given(case=st.sampled_from(PULLS), image=IMAGES)
def test_a_name_changes_no_cause(case: Written, image: str) -> None:
    text = f'Failed to pull image "{image}": rpc error: code = Unknown desc = {case.text}'
    assert classify(case.reason, text).code == case.cause


@given(case=st.sampled_from(PULLS))
def test_a_back_off_text_with_a_cause_names_it(case: Written) -> None:
    assert classify("ImagePullBackOff", f'Back-off pulling image "web:1": ErrImagePull: {case.text}').code == case.cause


@given(case=st.sampled_from([each for each in PULLS if "\n" not in each.text and '\\"' not in each.text]))
def test_escaped_quotes_line_breaks_and_letter_case_change_nothing(case: Written) -> None:
    assert classify(case.reason, case.text.replace('"', r"\"")).code == case.cause
    assert classify(case.reason, case.text.replace(": ", ":\n  ")).code == case.cause
    assert classify("failed", case.text.replace("Failed to pull", "failed to pull")).code == case.cause


@given(st.text())
def test_any_text_gets_a_verdict_with_evidence_from_it(text: str) -> None:
    found = classify("ErrImagePull", text)
    assert (found.code is Code.UNKNOWN) == (found.evidence == "")


def test_the_evidence_is_verbatim() -> None:
    text = f'Failed to pull image "web:1": {HEAD}dial tcp: lookup r.example.com on 10.0.0.1:53: No such HOST'
    assert classify("ErrImagePull", text).evidence in text


@pytest.mark.parametrize("size", range(200, 340, 7))
def test_a_text_that_is_cut_names_the_right_cause_or_none(size: int) -> None:
    text = f'Failed to pull image "web:1": failed to pull and unpack image "web:1": {HEAD}' + (
        "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    )
    assert classify("Failed", text[:size]).code in {"unknown", "tls-other", "tls-untrusted"}


# What hides behind the words of another cause, and what is none although it has the words of one.
HIDDEN = [
    ("signature-refused", "veryfing leaf certificate failed: x509: certificate signed by unknown authority"),
    ("signature-refused", "trust data missing for remote repository web or remote repository not found"),
    (
        "runtime-broken",
        "resolve pulled image web:1: not found in container storage (image not known) or artifact store",
    ),
    ("tls-untrusted", "x509: certificate signed bt unknown authority"),
    ("unknown", "http: TLS handshake error from 10.1.1.1:58584: tls: first record does not look like a TLS handshake"),
    ("unknown", "http: TLS handshake error from 10.1.1.1:58584: read tcp 10.1.1.2:443: read: connection reset by peer"),
    ("unknown", "http: proxy error: dial tcp 127.0.0.1:8080: connect: connection refused"),
    (
        "unknown",
        'error retrieving resource lock: Get "https://10.96.0.1:443/apis": dial tcp 10.96.0.1:443: i/o timeout',
    ),
    ("unknown", 'Error syncing pod, skipping: secrets "myregistrykey" not found'),
    ("unknown", "failed to register layer: ApplyLayer exit status 1 stderr: lchown /etc/x: operation not permitted"),
    ("unknown", "unexpected status from HEAD request to https://r.io/v2/web/manifests/1: 412 Precondition Failed"),
]


@pytest.mark.parametrize(("code", "text"), HIDDEN)
def test_words_of_another_cause_do_not_mislead(code: str, text: str) -> None:
    assert classify("", text).code == code


def test_words_that_a_terminal_broke_are_read_in_one_piece() -> None:
    text = 'failed to pull and unp\n\u2502 ack image "web:1": write /var/lib/x: no spa \u2502\n\u2502 ce left on device'
    assert classify("Failed", text).code is Code.DISK_FULL


@pytest.mark.parametrize(
    "reason",
    [
        *("ContainerCreating", "Pulling", "PodInitializing", "Pulled", "Unhealthy", "CrashLoopBackOff"),
        *("FailedPostStartHook", "FailedPreStopHook", "FailedGetResourceMetric", "FailedComputeMetricsReplicas"),
        *("SyncLoadBalancerFailed", "CertificateNotReady", "ScaleDown", "FailedToUpdateEndpoint", "ProvisioningFailed"),
    ],
)
def test_a_pod_that_pulls_or_runs_has_no_pull_failure(reason: str) -> None:
    assert classify(reason, HEAD + "dial tcp 10.0.0.1:443: connect: connection refused").code is Code.UNKNOWN


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("InvalidImageName", "name-invalid"),
        ("ErrImageNeverPull", "policy-never"),
        ("Init:ErrImageNeverPull", "policy-never"),
        ("ImageInspectError", "runtime-broken"),
        ("SignatureValidationFailed", "signature-refused"),
        ("RegistryUnavailable", "unreachable"),
        ("FailedToRetrieveImagePullSecret", "pull-secret-missing"),
        ("ErrImagePull", "unknown"),
        ("ImagePullBackOff", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_reason_without_a_text(reason: str, code: str) -> None:
    found = classify(reason, "")
    assert found.code == code
    assert found.evidence == ("" if code == "unknown" else reason)


ENGINE = (
    "API error (500): {}",
    '500 Server Error: Internal Server Error ("{}")',
    '500 Server Error for http+docker://localhost/v1.41/images/create?tag=1: Internal Server Error ("{}")',
    "(HTTP code 500) server error - {}",
)


@pytest.mark.parametrize("frame", ENGINE)
@given(case=st.sampled_from([each for each in PULLS if '"' not in each.text and not each.text[0].isdigit()]))
def test_the_500_of_a_docker_engine_around_a_cause_is_no_answer_of_a_registry(frame: str, case: Written) -> None:
    assert classify("", frame.replace("{}", case.text)).code == case.cause


def test_a_back_off_text_without_a_cause_takes_it_from_the_newest_event_that_has_one() -> None:
    events = [HEAD + "EOF", "web:1: not found", "Error: ErrImagePull", 'Back-off pulling image "web:1"']
    assert classify("ImagePullBackOff", 'Back-off pulling image "web:1"', events).code is Code.NOT_FOUND


def test_events_do_not_overrule_a_text_that_names_a_cause() -> None:
    assert classify("ErrImagePull", "web:1: not found", [HEAD + "EOF"]).code is Code.NOT_FOUND


NO_SECRET = ["Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed."]


@pytest.mark.parametrize(
    "text",
    [
        "authorization failed: no basic auth credentials",
        "failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 403 Forbidden",
        "unexpected status from HEAD request to https://r.example.com/v2/web/manifests/1: 403 Forbidden",
        'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "r" (or it may not',
        "denied: access forbidden",
        "denied: denied",
        "unauthorized: project web not found: project web not found",
    ],
)
def test_a_missing_secret_is_why_a_registry_hides_what_it_has(text: str) -> None:
    assert classify("ErrImagePull", text).code is not Code.PULL_SECRET_MISSING
    assert classify("ErrImagePull", text, NO_SECRET).code is Code.PULL_SECRET_MISSING
    assert classify("ErrImagePull", text, [*NO_SECRET, "Error: ErrImagePull"]).code is Code.PULL_SECRET_MISSING


@pytest.mark.parametrize(
    "text",
    [
        "web:1: not found",
        "failed to fetch oauth token: unexpected status: 403 Forbidden",
        "denied: client with IP '10.1.1.1' is not allowed access, refer https://aka.ms/acr/firewall",
        "403 Forbidden: User: x is not authorized to perform: ecr:BatchGetImage because of an explicit deny",
        "unauthorized: incorrect username or password",
    ],
)
def test_a_missing_secret_is_not_why_anybody_would_be_refused(text: str) -> None:
    assert classify("ErrImagePull", text, NO_SECRET).code is classify("ErrImagePull", text).code


def test_with_a_login_sent_a_missing_secret_is_for_another_registry() -> None:
    text, facts = HEAD + "403 Forbidden", PlatformFacts(credentials_sent=True)
    assert classify("ErrImagePull", text, NO_SECRET, facts).code is Code.FORBIDDEN


def test_a_plain_401_with_credentials_sent_is_a_refusal() -> None:
    text = "unexpected status from HEAD request to https://r.example.com/v2/web/manifests/1: 401 Unauthorized"
    assert classify("ErrImagePull", text).code is Code.NO_CREDENTIALS
    assert classify("ErrImagePull", text, facts=PlatformFacts(credentials_sent=True)).code is Code.CREDENTIALS_REFUSED
    assert classify("ErrImagePull", text, facts=PlatformFacts(credentials_sent=False)).code is Code.NO_CREDENTIALS


def test_a_text_that_says_that_none_were_sent_is_believed() -> None:
    found = classify("ErrImagePull", "no basic auth credentials", facts=PlatformFacts(credentials_sent=True))
    assert found.code is Code.NO_CREDENTIALS


def test_a_verdict_has_the_class_of_its_cause() -> None:
    assert classify("ErrImagePull", "web:1: not found").kind is Class.PERMANENT
    assert classify("ErrImagePull", HEAD + "403 Forbidden").kind is Class.PROPAGATING
    assert classify("ErrImagePull", HEAD + "dial tcp: i/o timeout").lasts
    assert classify("ErrImagePull", "?").kind is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ('Failed to pull image "r.example.com/web:1": x', "r.example.com"),
        ('Failed to pull image "localhost:5000/web:1": x', "localhost:5000"),
        ('Failed to pull image "registry:5000/web:1": x', "registry:5000"),
        (
            'Failed to pull image "team/web:1": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53',
            "registry-1.docker.io",
        ),
        ('failed to do request: Head "https://R.example.com:8443/v2/": EOF', "r.example.com:8443"),
        ('Get "https://me:secret@r.example.com/v2/": EOF', "r.example.com"),
        ("pinging container registry quay.io: x", "quay.io"),
        ('Failed to pull image "web:1"', None),
    ],
)
def test_the_registry_of_a_text(text: str, host: str | None) -> None:
    assert classify("ErrImagePull", text).host == host


def test_a_long_text_is_answered() -> None:
    ends = ("a", " ", '"', "a/", "a.", "lookup a ", "failed to fetch oauth token ", "://a:b@", '\\"', "\u2502 \n")
    for each in (*ends, "failed to register layer ", "(after reconnecting, ", "ref a "):
        assert classify("ErrImagePull", each * 20_000).code is Code.UNKNOWN
