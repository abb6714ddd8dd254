"""No credential leaves within the words that decide a cause, in whatever form it stands there."""

import base64
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulls.classify import classify
from pulls.text.redact import redact

FORMS = """password:{}|Password:{}|"password":{}|\\"password\\":{}|password {}|password "{}"|password '{}'
password is {}|password := {}|password => {}|password → {}|passwort: {}|<password>{}</password>
passwords: {}|{"auth":["{}"]}|echo {} ¦ docker login --password-stdin|"{}" is not a valid password
docker-password {}|passphrase {}|token:{}|token {}|token "{}"|access-token {}|secret:{}
secret "{}"|the secret {} is right|apikey:{}|api key {}
pass:{}|auth:{}|auth {}|Authorization: {}|Authorization {}|authorization header "Basic {}"|x-vault-token:{}
credentials {}|credentials: bob/{}|username/password bob/{}|login bob {}|-p {}|curl -ubob:{} r.io|--password {}
{Username:bob Password:{} Auth: Email:}|&{Username:bob Password:{} Auth:}|creds={bob {}}|IdentityToken:{},Auth:,}
&AuthConfig{Username:bob,Password:{},Auth:,ServerAddress:,IdentityToken:,}|Username:bob,RegistryToken:{},}
bob:{}@r.io|user:{}@r.example.com/v2/a: 401|parse "user:{}@proxy:3128"|user%3A{}%40r.io|https%3A%2F%2Fme%3A{}%40r.io
_json_key:{}|oauth2accesstoken:{}|AWS:{}|00000000-0000-0000-0000-000000000000:{}|1f0c3a55-0d4c-4b1e-9a44-0c3a5d4c4b1e:{}
Cookie: a=b; session={}|Set-Cookie: a=b; Path=/; session={}|X-JFrog-Art-Api: {}|X-JFrog-Art-Api:{}|X-Api-Key:{}
https://me:{}@r.example.com/v2/|http://a:{}@h,https://b@c|http://tok@h,http://b:{}@c|redis://:{}@h:6379""".replace(
    "\n", "|"
)
PLACES = [each.replace("¦", "|") for each in FORMS.split("|")]
SPANS = [
    "failed to authorize: failed to fetch oauth token: {} : 401 Unauthorized",
    "failed to fetch anonymous token: Get {} : 403 Forbidden",
    "login attempt to {} failed with status: 401 Unauthorized",
    "denied: {} is wrong",
    "requesting bearer token {} 401 Unauthorized",
    "could not fetch content descriptor {} not found",
    "failed to register layer {}: no such device",
    'Head "https://r.example.com/v2/a": {} connection reset by peer',
]
VALUES = ["Sup3rS3cretPw", "hunter22", base64.b64encode(b"bob:Sup3rS3cretPw").decode()]
SECRETS = st.text(string.ascii_letters + string.digits, min_size=8, max_size=40).map("Zq9{}9qZ".format)


def named(text: str, value: str) -> bool:
    """Whether the value may as well be the name of a secret of Kubernetes, which stays readable."""
    return f'secret "{value}" not found' in text and value.islower()


def test_each_form_is_hidden_in_each_span() -> None:
    texts = [
        (text.replace("{}", place.replace("{}", value), 1), value)
        for text in SPANS
        for place in PLACES
        for value in VALUES
    ]
    leaks = [text for text, value in texts if value in repr(classify("ErrImagePull", text)) and not named(text, value)]
    assert leaks == []


def test_each_span_decides_a_cause_by_words_around_the_secret() -> None:
    for text in SPANS:
        assert "X" in classify("ErrImagePull", text.replace("{}", "X")).evidence or "https" in text


@settings(deadline=None)
@given(span=st.sampled_from(SPANS), place=st.sampled_from(PLACES), secret=SECRETS)
def test_any_secret_is_hidden_within_a_span(span: str, place: str, secret: str) -> None:
    text = span.replace("{}", place.replace("{}", secret), 1)
    assert secret not in repr(classify("ErrImagePull", text, [text]))


KEPT = [
    'secret "regcred2" not found',
    'secret "shop-db-1" not found',
    "secret shop/regcred2 does not exist",
    'Unable to retrieve pull secret shop/regcred2 for shop/web-1 due to secret "regcred2" not found.',
    "the image pull secret regcred2 is not there",
    "FailedToRetrieveImagePullSecret (x80136 over 15d): Unable to retrieve",
    "couldn't find key PASSWORD in Secret shop/db1",
    'Failed to pull image "auth:v1.2"',
    'Failed to pull image "token:build42": x',
    "Failed to pull image token:build42",
    "r.io/team/secret:build42 and r.io/team/auth:v2",
    "web:1.2@sha256:" + "0123456789abcdef" * 4,
    "web:1.2@sha256:0123",
    "web:build42@sha2",
    "r.example.com:5000/team/web@sha256:" + "0123456789abcdef" * 4,
    "initializing source docker://nginx:latest",
    "serviceAccount:ci@proj-1.iam.gserviceaccount.com",
    "arn:aws:sts::123456789012:assumed-role/node/i-0123456789abcdef0",
    "unauthorized: HTTP Basic: Access denied. Your account has 2FA enabled",
    "failed to fetch oauth token from https://r1.example.com/token?service=r1",
    "failed to fetch oauth token: unexpected status: 401 Unauthorized: AADSTS7000215: Invalid client secret provided.",
    "requesting bearer token from registry-1.docker.io: 401",
    "docker run -p 8080:80 r.io/a:1",
    "mkdir -p /var/lib/x1",
    "Invalid GPG signature: gpgme.Signature{Summary:128, Status: x}",
    "5 {kubelet gke-hive-n1-pool-4ed8d54a-5v1s} spec.containers{nginx}",
]


@pytest.mark.parametrize("text", KEPT)
def test_names_of_secrets_images_and_hosts_stay_readable(text: str) -> None:
    assert redact(text) == text


def test_a_login_that_a_cut_ends_is_hidden() -> None:
    assert redact('Get "https://me:Sup3rS3c') == 'Get "https://***'
    assert redact("Get https://registry:5000") == "Get https://registry:5000"
