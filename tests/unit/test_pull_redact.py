"""No credential leaves a text."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulls.classify import classify
from pulls.text.redact import Redacted, redact
from tests.unit.pull_texts import Written, written

# A secret as people have them: never a word of the texts themselves.
SECRETS = st.text(string.ascii_letters + string.digits + "-._~+/", min_size=12, max_size=60).map("Zq9{}9qZ".format)
PLAIN_SECRETS = st.text(string.ascii_letters + string.digits, min_size=20, max_size=60).map("Zq9{}9qZ".format)
FIELDS = [
    'Get "https://me:{}@r.example.com/v2/": EOF',
    "https://{}@r.example.com/v2/",
    "https://me:a/{}@r.example.com/v2/",
    "Authorization: Basic {}",
    "Authorization: Bearer {}",
    "Authorization: Negotiate {}",
    "Authorization: AWS4-HMAC-SHA256 Credential=x/y, Signature={}",
    "authorization={}",
    "Basic {}",
    '"authorization": "Bearer {}"',
    r"\"Authorization\": \"Basic {}\"",
    "map[Authorization:[Bearer {}]]",
    "X-Registry-Auth: {}",
    "Set-Cookie: session={}",
    "Bearer {}",
    '{{"auths":{{"r.example.com":{{"username":"me","password":"{}"}}}}}}',
    '{{"auths":{{"r.example.com":{{"auth": "{}"}}}}}}',
    r"{{\"auths\":{{\"r.example.com\":{{\"auth\":\"{}\"}}}}}}",
    r"{{\\\"password\\\":\\\"{}\\\"}}",
    '{{"refresh_token":"{}"',
    '"access_token": "{}"',
    '"identitytoken":"{}"',
    '{{"SecretAccessKey": "{}"}}',
    "grant_type=refresh_token&refresh_token={}",
    "access_token={}",
    "password={}",
    "password='{}'",
    'password="{} and more"',
    "PASSWORD: {}",
    "token: {}",
    "REGISTRY_PASSWORD={}",
    "registry-password: {}",
    "client_secret={}&scope=x",
    "aws_secret_access_key = {}",
    "AWS_SESSION_TOKEN={}",
    "--docker-password={}",
    "--docker-password {}",
    "docker login -u me -p {} r.example.com",
    "curl -u me:{} https://r.example.com/v2/",
    "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4&X-Amz-Signature={}&X-Amz-Expires=1",
    r"https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4\u0026X-Amz-Security-Token={}",
    "https://a.blob.core.windows.net/c?sv=2020&se=2030-01-01&sr=b&sp=r&sig={}",
    "https://storage.googleapis.com/a?GoogleAccessId=x&Signature={}",
    r"https://b.example.com/k?scope=x\u0026verify={}",
    "https://cdn.example.com/blob?verify={}",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};EndpointSuffix=core.windows.net",
    "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
]
# Tokens that are known by how they begin; their characters are fixed.
TOKENS = [
    "eyJ{}.{}.{}",
    "AKIA0123456789ABCDEF and IQoJb3JpZ2lu{}",
    "ghp_{}",
    "a1b8Q~{}",
    "{}ABCDEFGHIJabcdefghij0123456789+ACRabcdef",
    "key {}abcdefghij0123456789ABCDEFGHIJ now",
    "glpat-{}",
    "dckr_pat_{}",
    "ya29.{}",
]
KEPT = [
    'Failed to pull image "r.example.com:5000/team/web:1@sha256:' + "0123456789abcdef" * 4 + '"',
    "docker://r.example.com:5000/team/web@sha256:" + "0123456789abcdef" * 4,
    "unable to retrieve auth token: invalid username/password: unauthorized: authentication required",
    "may require authorization: authorization failed: no basic auth credentials",
    "failed to authorize: failed to fetch oauth token: unexpected status from GET request to "
    "https://auth.docker.io/token?scope=repository%3Alibrary%2Fnginx%3Apull&service=registry.docker.io: 401",
    "denied: Your authorization token has expired. Reauthenticate and try again.",
    'www-authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
    'secret "regcred" not found',
    "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
]


@pytest.mark.parametrize("place", [*FIELDS, *TOKENS])
@settings(deadline=None)
@given(secret=PLAIN_SECRETS, around=st.sampled_from(written()), front=st.booleans())
def test_a_planted_secret_is_in_no_part_of_a_verdict(place: str, secret: str, around: Written, front: bool) -> None:
    planted = place.replace("{{", "{").replace("}}", "}").replace("{}", secret)
    text = f"{planted} {around.text}" if front else f"{around.text} {planted}"
    assert secret not in repr(classify(around.reason, text, [text]))
    assert secret not in repr(classify("ImagePullBackOff", "", [text]))


@pytest.mark.parametrize("place", [each for each in FIELDS if "://" not in each and "-----" not in each])
@settings(deadline=None)
@given(secret=SECRETS)
def test_a_secret_with_other_characters_is_replaced_as_a_whole(place: str, secret: str) -> None:
    shown = redact(place.replace("{{", "{").replace("}}", "}").replace("{}", secret))
    assert secret not in shown
    assert not any(part in shown for part in (secret[:8], secret[-8:]))


@pytest.mark.parametrize("text", KEPT)
def test_names_digests_and_answers_stay_readable(text: str) -> None:
    assert redact(text) == text


@settings(deadline=None)
@given(case=st.sampled_from(written()))
def test_redaction_changes_no_cause(case: Written) -> None:
    assert classify(case.reason, redact(case.text)).code == case.cause


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"])
def test_a_key_of_a_cloud_is_known_wherever_it_stands(key: str) -> None:
    assert redact(f"not authorized: {key} may not") == "not authorized: *** may not"


def test_a_host_keeps_its_place_when_its_login_goes() -> None:
    assert redact("Get https://me:p@ss/w@r.example.com:5000/v2/: EOF") == "Get https://***@r.example.com:5000/v2/: EOF"


def test_a_part_that_begins_within_a_secret_does_not_show_the_rest_of_it() -> None:
    assert Redacted("password=abcdef no").part(12, 18) == "*** no"
