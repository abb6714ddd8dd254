"""Which plain variables are taken for a credential, and which of the many that look alike are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.secret_like import looks_secret, secret_kind

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc-_123"
SECRET = [
    ("DB_PASSWORD", "hunter2"),
    ("db_pass", "hunter2"),
    ("Smtp__Password", "x y z"),
    ("PASSPHRASE", "correct horse"),
    ("JWT_SECRET", "abc"),
    ("SESSION_TOKEN", "abc"),
    ("GITHUB_PAT", "abc"),
    ("API_KEY", "0123"),
    ("apikey", "0123"),
    ("clientSecret", "q"),
    ("SIGNING_KEY", "c2VjcmV0"),
    ("PRIVATE_KEY", "/8b+cQ=="),
    ("CONNECTION_STRING", "hunter2"),
    ("X", JWT),
    ("X", f"Bearer {JWT}"),
    ("X", "AKIA" + "IOSFODNN7EXAMPLE"),
    ("X", "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIE"),
    ("X", "-----BEGIN PRIVATE " + "KEY-----\\nMIIE"),
    ("DATABASE_URL", "postgres://app:hunter2@db:5432/app"),
    ("REDIS_URL", "redis://:hunter2@cache:6379/0"),
    ("X", "Server=db;Database=app;User Id=app;Password=hunter2;"),
    ("X", "host=db user=app password=hunter2"),
    ("X", "cache:6380,password=hunter2,ssl=True"),
    ("ConnectionStrings__Main", "Server=db;Pwd=hunter2"),
    ("X", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abc==;EndpointSuffix=core.windows.net"),
    ("X", "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=abc="),
    ("X", "https://a.blob.core.windows.net/b?sv=2022&sig=" + "a%2Fb" * 8),
    ("X", "ghp_" + "a1" * 18),
    ("X", "github_pat_" + "a1" * 20),
    ("X", "glpat-" + "a1" * 10),
    ("X", "xoxb-" + "1234567890-abc"),
    ("X", "https://hooks.slack.com/services/T0/B0/xyz"),
    ("X", "AIza" + "a" * 35),
    ("X", "npm_" + "a1" * 18),
    ("X", "dckr_pat_" + "a1" * 12),
    ("X", "sk_live_" + "a1" * 12),
    ("X", "sk-ant-api03-" + "a1" * 12),
    ("X", "abc8Q~" + "a1" * 17),
    ("X", "hvs." + "a1" * 14),
    ("X", "pul-" + "a1" * 20),
    ("SECRET_KEY_BASE", "abcd1234"),
    ("DBPASS", "hunter2"),
    ("smtpPass", "hunter2"),
    ("RAILS_MASTER_KEY", "0123456789abcdef" * 2),
    ("MASTER_KEY", "hunter2"),
    ("SESSION_KEY", "hunter2"),
    ("DB_CREDENTIAL", "hunter2"),
    ("CREDENTIALS", "hunter2"),
    ("HTTP_AUTH", "Basic " + "dXNlcjpwYXNz"),
    ("AUTH_HEADER", "Bearer abcdefghijkl"),
    ("AUTH_HEADER", "Authorization: Bearer abcdefghijkl"),
    ("X", "Bearer " + "a1b2" * 5),
    ("DOCKER_AUTH_CONFIG", '{"auths":{"r.io":{"auth":"' + "dXNlcjpwYXNz" + '"}}}'),
    ("X", '{\\"auths\\": {\\"r.io\\": {\\"password\\": \\"hunter2\\"}}}'),
    ("NPM_CONFIG__AUTH", "dXNlcjpwYXNz"),
    ("X", "eyJhbGciOiJIUzI1NiJ9.e30.abc"),
    ("X", "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"),
]
PLAIN = [
    ("TOKEN_URL", "https://login.example.com/token"),
    ("PASSWORD_MIN_LENGTH", "8"),
    ("MAX_TOKENS", "4096"),
    ("PASSWORD_FILE", "/run/secrets/password"),
    ("DB_PASSWORD", "/run/secrets/password"),
    ("SECRET_NAME", "app-secrets"),
    ("PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----\nMIIB"),
    ("SSL_CERT", "-----BEGIN CERTIFICATE-----\nMIIB"),
    ("KEY", "value"),
    ("COMPASS", "north"),
    ("DB_PASSWORD", ""),
    ("DB_PASSWORD", " "),
    ("REQUIRE_PASSWORD", "true"),
    ("USE_TOKEN", "False"),
    ("DB_PASSWORD", "$(OTHER_VARIABLE)"),
    ("DB_PASSWORD", "${OTHER_VARIABLE}"),
    ("DB_PASSWORD", "<from the vault>"),
    ("API_TOKEN", "https://vault.example.com/v1/secret"),
    ("CLIENT_SECRET", "arn:aws:secretsmanager:eu-west-1:1:secret:a"),
    ("PWD", "/app"),
    ("CONNECTION_STRING", "Data Source=/data/app.db"),
    ("ConnectionStrings__Main", "Server=db;Database=app;Integrated Security=true"),
    ("DATABASE_URL", "postgres://app@db:5432/app"),
    ("DATABASE_URL", "postgres://app:$(DB_PASSWORD)@db:5432/app"),
    ("DATABASE_URL", "postgres://app:${DB_PASSWORD}@db:5432/app"),
    ("X", "Server=db;Password=${DB_PASSWORD}"),
    ("LLM_URL", "http://ollama:11434"),
    ("X", "http://[::1]:8080/a@b"),
    ("X", "user@example.com"),
    ("X", "sk-learn-and-other-words"),
    ("X", "a password=required in a sentence"[:10]),
    ("LOGGING__LEVEL", "Information"),
    ("ASPNETCORE_URLS", "http://+:8080"),
    ("IMAGE", "registry.example.com:5000/web@sha256:" + "a1" * 32),
    ("COMMIT", "a1" * 20),
    ("COMMIT", "0123456789ABCDEF0123456789ABCDEF01234567"),
    ("X", "/Applications/MyProduct/Version2/Binary1"),
    ("X", "MyCompany/MyProduct/Application2/Service"),
    ("X", "ThisIsTheNameOfAClassWithFortyLetters123"),
    ("GOOGLE_APPLICATION_CREDENTIALS", "/run/secrets/key.json"),
    ("GOOGLE_APPLICATION_CREDENTIALS", "key.json"),
    ("CORS_ALLOW_CREDENTIALS", "true"),
    ("FETCH_CREDENTIALS", "same-origin"),
    ("HTTP_AUTH", "Basic authentication"),
    ("HTTP_AUTH", "basic"),
    ("AUTH_HEADER", "Bearer $(TOKEN_OF_ANOTHER)"),
    ("AUTH_HEADER", "Bearer {{ token }}"),
    ("AUTH_MODE", "token"),
    ("GREETING", "Bearer of good news"),
    ("DOCKER_AUTH_CONFIG", '{"auths":{"r.io":{}}}'),
    ("DOCKER_AUTH_CONFIG", '{"auths":{"r.io":{"auth":""}}}'),
    ("X", '{"auth":"required-by-all"}'),
    ("NPM_CONFIG_REGISTRY", "npm"),
    ("BYPASS", "on-monday"),
    ("COMPASS", "north-west"),
    ("MONKEY", "banana"),
]


@pytest.mark.parametrize(("name", "value"), SECRET)
def test_a_credential_is_known(name: str, value: str) -> None:
    assert secret_kind(name, value) is not None


@pytest.mark.parametrize(("name", "value"), PLAIN)
def test_what_only_looks_like_one_is_left_alone(name: str, value: str) -> None:
    assert secret_kind(name, value) is None


@given(st.text(), st.text())
def test_no_kind_shows_the_value(name: str, value: str) -> None:
    kinds = {secret_kind(name, value), secret_kind("PASSWORD", value), secret_kind(name, f"a://b:{value}@c")}
    assert kinds <= {None, "known by its name"} | {secret_kind("X", each) for _, each in SECRET}


@pytest.mark.parametrize(
    "name",
    ["DB_PASSWORD", "Api-Token", "apikey", "ConnectionStrings__Main", "AWS_ACCESS_KEY", "SECRET_KEY_BASE", "DBPASS"],
)
def test_the_name_of_a_credential_is_known(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name", ["MAX_TOKENS", "PASSWORD_FILE", "SECRET_NAME", "KEY", "TOKEN_URL", "MyConnectionStrings", "BYPASS"]
)
def test_a_name_that_only_has_such_a_word_in_it_is_not_taken_for_one(name: str) -> None:
    assert not looks_secret(name)
