"""What a build context must not hold."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.build_inputs import FILE_MODE, Entry
from components.context_checks import append_command, check_links, check_secrets, check_size, size_text
from components.errors import InvalidValueError
from components.ignore_rules import read_rules
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
    assert caught.value.suggestion == "printf '%s\\n' '' .env .git tls.pem >> webapi/.dockerignore"


def test_a_context_without_credentials_passes() -> None:
    check_secrets([entry("app.py"), entry(".env.example")], {}, ".dockerignore")


def test_the_line_for_a_nested_repository_is_its_folder() -> None:
    assert ignore_line("lib/x/.git/objects/1") == "lib/x/.git"


def test_a_huge_context_is_refused_with_its_biggest_part() -> None:
    sizes = {"models/a.bin": 3 * 2**30, "models/b.bin": 2**30, "app.py": 10}
    with pytest.raises(InvalidValueError, match=r"is 4\.0 GiB big, more than 512\.0 MiB") as caught:
        check_size(sizes, 512 * 2**20, ".dockerignore")
    assert "models (4.0 GiB)" in str(caught.value)
    assert caught.value.suggestion == "printf '%s\\n' '' models >> .dockerignore"


def test_a_context_of_just_the_limit_passes() -> None:
    check_size({"a": 5, "b": 5}, 10, ".dockerignore")


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x", "missing", "../../src/app.py"])
def test_a_link_out_of_the_context_is_refused(target: str) -> None:
    with pytest.raises(InvalidValueError, match="links that lead to nothing in it: src/l →"):
        check_links([link("src/l", target), entry("src/app.py")], ".dockerignore")


@pytest.mark.parametrize("target", ["app.py", "../src/app.py", ".", "../src", "other"])
def test_a_link_inside_of_the_context_passes(target: str) -> None:
    check_links([link("src/l", target), link("src/other", "app.py"), entry("src/app.py")], ".dockerignore")


RELEASE = [entry("releases/1/app/run.py"), link("current", "releases/1")]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("app", "current/app"),
        ("app", "current/app/run.py"),
        ("app", "current/app/../app/run.py"),
        ("app", "current/../1/app"),  # above what `current` leads to
        ("a/b/app", "../../current/app"),
    ],
)
def test_a_link_over_another_link_passes(path: str, target: str) -> None:
    check_links([*RELEASE, link(path, target)], ".dockerignore")


@pytest.mark.parametrize(
    "links",
    [
        {"app": "current/none"},
        {"app": "current/../app"},
        {"app": "current/app/run.py/x"},
        {"app": "current/../../.."},
        {"loop": "loop"},
        {"one": "two", "two": "one"},
        {"folder": "folder/x"},
        {"out": "/", "app": "out/etc"},
    ],
)
def test_a_link_over_others_to_nothing_or_in_a_circle_is_refused(links: dict[str, str]) -> None:
    with pytest.raises(InvalidValueError, match="links that lead to nothing in it: ") as caught:
        check_links([*RELEASE, *(link(path, target) for path, target in links.items())], ".dockerignore")
    assert all(f"{path} → {target}" in str(caught.value) for path, target in links.items())


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c", "d/a", "d/b"]),
        st.lists(st.sampled_from(["a", "b", "c", "d", "f", "..", "."]), min_size=1, max_size=4).map("/".join),
    )
)
def test_a_link_is_followed_as_the_system_does(links: dict[str, str]) -> None:
    with TemporaryDirectory() as name:
        context = Path(name, "context")
        (context / "d").mkdir(parents=True)
        (context / "d" / "f").touch()
        for path, target in links.items():
            (context / path).symlink_to(target)
        lost = {path for path in links if not inside(context, path)}
        try:
            check_links([entry("d/f"), *(link(path, target) for path, target in links.items())], ".dockerignore")
            refused = set[str]()
        except InvalidValueError as error:
            refused = {each.partition(" → ")[0] for each in str(error).partition("in it: ")[2].split(", ")}
    assert refused == lost


def inside(context: Path, path: str) -> bool:
    """Whether a path of a context leads to something in it, and on its way never out."""
    try:
        (context / path).stat()  # Python's own resolving takes `file/.` for the file
        return (context / path).resolve(strict=True).is_relative_to(context.resolve())
    except (OSError, RuntimeError):
        return False


NAMES = ["it's", "a b", " a ", "keys/a[1].pfx", "#a", "!a", "sub/#a", "a*?\\", "-n", "$(touch x)", "a\nb", ".env"]


@pytest.mark.parametrize("before", ["", "node_modules", "node_modules\n", "!app.py\r\nnode_modules"])
def test_what_the_command_adds_is_for_those_files_and_no_others(tmp_path: Path, before: str) -> None:
    file = tmp_path / "it's a context" / ".dockerignore"
    file.parent.mkdir()
    file.write_text(before, newline="")
    subprocess.run(["sh", "-c", append_command(NAMES, str(file))], check=True, cwd=tmp_path)
    rules = read_rules(file.parent, file.with_name("Dockerfile"))
    assert [each for each in NAMES if not rules.ignores(each)] == []
    assert not any(rules.ignores(each) for each in ("keys/a1.pfx", "a", "n", "axx\\", "app.py", "node_modules.env"))
    assert rules.ignores("node_modules") is ("node_modules" in before)
    assert list(tmp_path.iterdir()) == [file.parent]


@pytest.mark.parametrize(("size", "text"), [(12, "12 bytes"), (1536, "1.5 KiB"), (2**40, "1024.0 GiB")])
def test_sizes_read_well(size: int, text: str) -> None:
    assert size_text(size) == text
