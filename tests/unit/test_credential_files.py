"""Files that hold a credential are known by what stands in them; their like without one pass."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from components.context_files import read_context_files
from components.credential_files import credential_in
from components.ignore_rules import parse_rules
from components.private_keys import HEAD

KUBECONFIG = "apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user:\n    "
LOGIN = {"auths": {"r.example.com": {"auth": "Y2k6cHc="}}}
GOOGLE = {"type": "service_account", "private_key_id": "1", "private_key": "-----BEGIN PRIVATE KEY-----\nMII"}
GCLOUD = {"client_id": "a", "client_secret": "b", "refresh_token": "1//0x", "type": "authorized_user"}
NUGET = '<packageSourceCredentials><a><add key="Username" value="ci" /><add key="ClearTextPassword" value="{}" />'
DER_RSA = bytes.fromhex("308204a40201000282010100bb")


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        (".npmrc", "registry=https://r/\n//r.example.com/:_authToken=npm_canary\n", "a token of npm"),
        ("web/.npmrc", "_auth = Y2k6cHc=", "a token of npm"),
        (".npmrc", "//r/:_password=cHc=", "a token of npm"),
        (".yarnrc.yml", 'npmScopes:\n  a:\n    npmAuthToken: "canary"\n', "a token of npm"),
        (".pypirc", "[pypi]\nusername = __token__\npassword = pypi-canary\n", "a password of PyPI"),
        ("pip.conf", "[global]\nindex-url = https://ci:canary@pypi.example.com/simple\n", "a password of pip"),
        ("NuGet.Config", NUGET.format("canary"), "a password of NuGet"),
        (".docker/config.json", json.dumps(LOGIN, indent=2), "a docker login"),
        ("pull.json", json.dumps(LOGIN), "a docker login"),
        ("kubeconfig", KUBECONFIG + "client-key-data: LS0tLS1CRUdJTiBSU0E=\n", "a kubeconfig's private key"),
        ("deploy/admin.conf", KUBECONFIG + "token: canary-canary\n", "a kubeconfig's token"),
        (
            "k.json",
            json.dumps({"kind": "Config", "users": [{"user": {"token": "canary-canary"}}]}),
            "a kubeconfig's token",
        ),
        ("google.json", json.dumps(GOOGLE), "the private key of a Google service account"),
        ("application_default_credentials.json", json.dumps(GCLOUD), "a login of gcloud"),
        ("credentials", f"[default]\naws_secret_access_key = {'a' * 40}\n", "an AWS secret key"),
        ("server.key", "0123456789abcdef", "a key"),
        ("server.key", "-----BEGIN EC PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7v\n", "a private key"),
    ],
)
def test_a_credential_is_named(path: str, text: str, what: str) -> None:
    assert credential_in(path, text.encode()) == what


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".npmrc", "registry=https://registry.example.com/\nsave-exact=true\n"),
        (".npmrc", "//r.example.com/:_authToken=${NPM_TOKEN}\n"),
        (".npmrc", "# _authToken=put yours here\n;_password=x\n"),
        (".yarnrc.yml", 'npmAuthToken: "${NPM_TOKEN}"\nnodeLinker: node-modules\n'),
        (".pypirc", "[distutils]\nindex-servers = pypi\n[pypi]\nusername = ci\n"),
        ("pip.conf", "index-url = https://pypi.example.com:8443/simple\n"),
        ("nuget.config", NUGET.format("%NUGET_PASSWORD%")),
        ("config.json", json.dumps({"auths": {}, "credsStore": "desktop"})),
        ("config.json", json.dumps({"auths": {"r.example.com": {}}, "credsStore": "desktop"})),
        ("appsettings.json", json.dumps({"auth": "oidc", "password": "", "token": "none-of-these"})),
        ("kubeconfig", KUBECONFIG + "exec:\n      command: aws\n"),
        ("values.yaml", "kind: ConfigMap\ntoken: some-long-text\n"),
        ("package.json", json.dumps({"name": "authorized_user"})),
        ("README.md", "Set aws_secret_access_key = <yours>, and see client-key-data: in your kubeconfig.\n"),
        ("public.key", "-----BEGIN PUBLIC KEY-----\nMII\n"),
        ("slides.key", "PK\x03\x04"),
        ("empty.key", ""),
    ],
)
def test_a_file_without_a_credential_passes(path: str, text: str) -> None:
    assert credential_in(path, text.encode()) is None


@pytest.mark.parametrize(
    "head",
    [DER_RSA, bytes.fromhex("302e020100300506032b6570"), bytes.fromhex("307702010104201234")],
    ids=["rsa", "ed25519", "elliptic curve"],
)
def test_a_private_key_in_der_form_is_known_by_its_content(head: bytes) -> None:
    assert credential_in("server.der", head) == "a private key"


def test_a_certificate_in_der_form_passes() -> None:
    assert credential_in("server.der", bytes.fromhex("308203a130820289a003020102")) is None


@pytest.mark.parametrize(
    "kind",
    [["genrsa", "1024"], ["genpkey", "-algorithm", "ed25519"], ["ecparam", "-genkey", "-noout", "-name", "prime256v1"]],
)
def test_what_openssl_writes_is_known(kind: list[str]) -> None:
    pem = subprocess.run(["openssl", *kind], capture_output=True, check=True).stdout
    for form in (["pkey"], ["pkcs8", "-topk8", "-nocrypt"]):
        der = subprocess.run(["openssl", *form, "-outform", "DER"], input=pem, capture_output=True, check=True).stdout
        assert credential_in("any.bin", der) == "a private key"
    public = subprocess.run(
        ["openssl", "pkey", "-pubout", "-outform", "DER"], input=pem, capture_output=True, check=True
    )
    assert credential_in("any.bin", public.stdout) is None


def test_a_context_tells_what_its_files_hold_and_only_the_start_is_searched(tmp_path: Path) -> None:
    (tmp_path / ".npmrc").write_text("//r/:_authToken=canary\n")
    (tmp_path / "late.txt").write_bytes(b"\n" * HEAD + b"client-key-data: LS0tLS1CRUdJTiBSU0E=\n")
    found = read_context_files(tmp_path, parse_rules("", tmp_path / ".dockerignore"))
    assert found.credentials == {".npmrc": "a token of npm"}


@pytest.mark.parametrize(
    "part",
    [
        "a",
        "\n",
        " ",
        "://",
        "://a:",
        '"auths":{"a":{',
        '"',
        ":",
        "_auth",
        '"refresh_token":"a"',
        "client-key-data:",
        "\ntoken:",
    ],
)
def test_no_file_makes_the_search_long(part: str) -> None:
    head = (part.encode() * HEAD)[:HEAD]
    before = time.process_time()
    for path in (".npmrc", "pip.conf", "a.json", "nuget.config", "x.yaml"):
        credential_in(path, head)
    assert time.process_time() - before < 2  # about 10 ms; a pattern that starts anew at each place needs 10 s
