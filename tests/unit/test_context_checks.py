"""What a build context must not hold."""

import pytest

from components.build_inputs import FILE_MODE, Entry
from components.context_checks import append_command, check_links, check_secrets, check_size, size_text
from components.errors import InvalidValueError
from components.private_keys import holds_private_key, ignore_line, reason_to_stay

KEY = b"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7v\n"


def entry(path: str, size: int = 1) -> Entry:
    return Entry(path, FILE_MODE, size, "x")


def link(path: str, target: str) -> Entry:
    return Entry(path, 0, 0, target)


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "src/.env.production",
        ".git/config",
        "lib/.git",
        "deploy/id_rsa",
        "a.pfx",
        ".aws/credentials",
        "a.JKS",
        ".git-credentials",
        ".netrc",
    ],
)
def test_names_of_credentials_are_known(path: str) -> None:
    assert reason_to_stay(path) is not None


@pytest.mark.parametrize("path", [".env.example", "environment.py", ".gitignore", ".github/x", "tokens.py", "a.pem"])
def test_harmless_names_pass(path: str) -> None:
    assert reason_to_stay(path) is None


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (KEY, True),
        (b"bag attributes\n" + KEY, True),
        (KEY.replace(b"RSA ", b""), True),
        (KEY.replace(b"\n", b"\r\n"), True),
        (b"-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA7v\n", False),
        (b'marker = "-----BEGIN PRIVATE KEY-----"', False),
    ],
)
def test_a_private_key_is_known_by_its_content(head: bytes, found: bool) -> None:
    assert holds_private_key(head) is found


def test_a_refusal_names_files_sizes_and_the_lines_to_add() -> None:
    entries = [entry(".env", 20), entry(".git/a", 2048), entry(".git/b", 1024), entry("tls.pem"), entry("app.py")]
    with pytest.raises(InvalidValueError) as caught:
        check_secrets(entries, {"tls.pem": "a private key"}, "webapi/.dockerignore")
    message = str(caught.value)
    assert ".env (20 bytes, environment files hold secrets)" in message
    assert ".git (3.0 KiB, the repository's whole history)" in message
    assert "tls.pem (1 bytes, a private key)" in message
    assert "app.py" not in message
    assert caught.value.suggestion == "printf '%s\\n' '.env' '.git' 'tls.pem' >> webapi/.dockerignore"


def test_a_context_without_credentials_passes() -> None:
    check_secrets([entry("app.py"), entry(".env.example")], {}, ".dockerignore")


def test_the_line_for_a_nested_repository_is_its_folder() -> None:
    assert ignore_line("lib/x/.git/objects/1") == "lib/x/.git"


def test_a_huge_context_is_refused_with_its_biggest_part() -> None:
    sizes = {"models/a.bin": 3 * 2**30, "models/b.bin": 2**30, "app.py": 10}
    with pytest.raises(InvalidValueError, match=r"is 4\.0 GiB big, more than 512\.0 MiB") as caught:
        check_size(sizes, 512 * 2**20, ".dockerignore")
    assert "models (4.0 GiB)" in str(caught.value)
    assert caught.value.suggestion == "printf '%s\\n' 'models' >> .dockerignore"


def test_a_context_of_just_the_limit_passes() -> None:
    check_size({"a": 5, "b": 5}, 10, ".dockerignore")


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x", "missing", "../../src/app.py"])
def test_a_link_out_of_the_context_is_refused(target: str) -> None:
    with pytest.raises(InvalidValueError, match="links that lead to nothing in it: src/l →"):
        check_links([link("src/l", target), entry("src/app.py")], ".dockerignore")


@pytest.mark.parametrize("target", ["app.py", "../src/app.py", ".", "../src", "other"])
def test_a_link_inside_of_the_context_passes(target: str) -> None:
    check_links([link("src/l", target), link("src/other", "app.py"), entry("src/app.py")], ".dockerignore")


def test_a_quote_in_a_name_survives_the_shell() -> None:
    assert append_command(["it's"], "f") == "printf '%s\\n' 'it'\\''s' >> f"


@pytest.mark.parametrize(("size", "text"), [(12, "12 bytes"), (1536, "1.5 KiB"), (2**40, "1024.0 GiB")])
def test_sizes_read_well(size: int, text: str) -> None:
    assert size_text(size) == text
