"""Commands of the catalogue, as a person pastes them: each is one that its tool takes."""

import re
import shlex
import subprocess
from itertools import groupby
from pathlib import Path

import pytest

from docs.pull_prose import PLACEHOLDERS
from pulls.causes import CATALOGUE, Code
from pulls.fix.command import Fix
from pulls.fixes import Target, fixes_for
from pulls.kubelet.troubles import TROUBLES

FIXES = list(dict.fromkeys(fix for code in Code for target in Target for fix in fixes_for(code, target)))
EVERY = list(
    dict.fromkeys(
        [
            *FIXES,
            *(Fix("", each.verify) for each in CATALOGUE.values() if each.verify),
            *(Fix("", each.look) for each in TROUBLES.values()),
        ]
    )
)
DIGEST = "sha256:" + "a" * 64
FACTS = dict.fromkeys(PLACEHOLDERS, "x") | {
    "registry": "r.io:5000",
    "registry_host": "r.io",
    "registry_port": "5000",
    "repository": "team/web",
    "image": f"r.io:5000/team/web@{DIGEST}",
    "new_image": f"r.io:5000/team/web@{DIGEST}",
    "new_tag": "2",
    "workload": "statefulset/web",
    "container": "migrate",
    "node": "node-1",
    "replicas": "1",
}
# Each verb of kubectl that is used: how many words follow it, and which of its options take a value or none
# (kubectl <verb> --help).
ANY = 99
KUBECTL: dict[str, tuple[int, int, set[str], set[str]]] = {
    "apply": (0, 0, {"-f"}, set()),
    "create secret generic": (1, 1, {"--type", "--from-file", "--dry-run", "-o"}, set()),
    "debug": (1, 1, {"--image", "--profile"}, {"-it"}),
    "delete pod": (1, 1, set(), set()),
    "describe": (1, 2, set(), set()),
    "drain": (1, 1, set(), {"--ignore-daemonsets", "--delete-emptydir-data"}),
    "get": (1, 2, {"--field-selector", "--sort-by", "-o"}, {"-A"}),
    "logs": (1, 1, {"-c"}, {"--previous"}),
    "patch": (2, 2, {"-p"}, set()),
    "replace": (0, 0, {"-f"}, set()),
    "scale": (1, 1, {"--replicas"}, set()),
    "set image": (2, ANY, set(), set()),
}
TOOLS = {
    *("kubectl", "docker", "az", "aws", "eksctl", "gcloud", "kind", "minikube", "k3d", "skopeo", "cosign", "pulumi"),
    *("make", "curl", "openssl", "sed", "printf", "mkdir", "sleep", "systemctl", ".venv/bin/python"),
}


def simple_commands(command: str) -> list[list[str]]:
    """The words of each simple command in a line of shell; what it redirects is left out."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|&;<>()")
    lexer.commenters, lexer.whitespace_split = "", True
    words = [*lexer]
    parts = [[*group] for ends, group in groupby(words, key=lambda each: each in ("|", "&&", "||", ";")) if not ends]
    return [part[: next((at for at, each in enumerate(part) if each in "<>"), None)] for part in parts]


def kubectl_fault(words: list[str]) -> str | None:
    """Why kubectl would not take its words, or None."""
    rest = words[1:]
    while rest and rest[0] in ("-n", "--context"):
        rest = rest[2:]
    verb = next((each for each in KUBECTL if rest[: len(each.split())] == each.split()), None)
    if verb is None:
        return "unknown verb"
    fewest, most, valued, plain = KUBECTL[verb]
    rest = rest[len(verb.split()) :]
    rest = rest[: rest.index("--")] if "--" in rest else rest
    count = 0
    while rest:
        word, *rest = rest
        option, equals, _ = word.partition("=")
        if not word.startswith("-") or word == "-":
            count += 1
        elif option in valued:
            rest = rest if equals else rest[1:]
        elif word not in plain:
            return f"unknown option {word}"
    return None if fewest <= count <= most else f"{count} words"


@pytest.mark.parametrize("fix", EVERY, ids=lambda fix: fix.command[:60])
def test_each_command_is_one_that_its_tool_takes(fix: Fix) -> None:
    for words in simple_commands(fix.rendered(FACTS)):
        assert words[0] in TOOLS, words
        if words[0] == "kubectl":
            assert kubectl_fault(words) is None, words
        assert not re.search(r"(?<!<)<\w+>", " ".join(words)), words


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("kubectl -n a get pods -A -o yaml", None),
        ("kubectl --context c -n a delete pod b", None),
        ("kubectl -n a remove pod b", "unknown verb"),
        ("kubectl -n a delete pod", "0 words"),
        ("kubectl -n a scale web --replica=1", "unknown option --replica=1"),
        ("kubectl -n a set image web", "1 words"),
        ("kubectl debug node/a -it --image=busybox -- chroot --x", None),
    ],
)
def test_the_test_knows_what_kubectl_does_not_take(command: str, fault: str | None) -> None:
    assert kubectl_fault(command.split()) == fault


@pytest.mark.parametrize("fix", EVERY, ids=lambda fix: fix.command[:60])
def test_each_field_is_one_that_the_page_explains(fix: Fix) -> None:
    assert set(fix.needs) <= {*PLACEHOLDERS}


@pytest.mark.parametrize("fix", EVERY, ids=lambda fix: fix.command[:60])
def test_what_is_pushed_has_a_tag_and_a_host_has_no_port_in_it(fix: Fix) -> None:
    command = fix.rendered(FACTS)
    for target in re.findall(r"--tag (\S+)|docker push (\S+)|skopeo copy .* docker://(\S+)$", command):
        assert "@" not in "".join(target), command
    for host in re.findall(r"getent hosts (\S+)|nslookup (\S+)|-servername (\S+)", command):
        assert "".join(host) == "r.io", command
    assert not re.search(r":\d+:\d+", command), command


def test_the_reference_that_does_not_parse_is_not_set_again() -> None:
    for fix in fixes_for(Code.NAME_INVALID, Target.ANY):
        assert "{image}" not in fix.command
    assert "{image}" not in CATALOGUE[Code.NAME_INVALID].verify


@pytest.mark.parametrize("code", [Code.NAME_INVALID, Code.PLATFORM_MISMATCH, Code.MANIFEST_UNSUPPORTED])
def test_the_old_image_does_not_verify_a_new_one(code: Code) -> None:
    assert any("{new_image}" in fix.command for fix in fixes_for(code, Target.ANY))
    assert "{image}" not in CATALOGUE[code].verify


def test_a_workload_is_changed_by_the_name_of_its_container() -> None:
    for fix in EVERY:
        assert "containers/0" not in fix.command
        assert "{deployment}" not in fix.command
    (fix,) = (each for each in fixes_for(Code.NAME_INVALID, Target.ANY) if "set image" in each.command)
    assert f"set image statefulset/web migrate=r.io:5000/team/web@{DIGEST}" in fix.rendered(FACTS)


def test_the_policy_of_every_container_is_changed() -> None:
    (fix,) = fixes_for(Code.POLICY_NEVER, Target.ANY)
    change = next(words for words in simple_commands(fix.command) if words[0] == "sed")
    before = "initContainers:\n- imagePullPolicy: Never\ncontainers:\n- imagePullPolicy: Never\n"
    done = subprocess.run(change, input=before, capture_output=True, text=True, check=True)
    assert done.stdout == before.replace("Never", "IfNotPresent")


@pytest.mark.parametrize("code", [Code.CREDENTIALS_REFUSED, Code.CREDENTIALS_EXPIRED, Code.NO_CREDENTIALS])
def test_a_login_that_fails_leaves_the_secret_as_it_is(code: Code) -> None:
    for fix in fixes_for(code, Target.ANY):
        assert "delete secret" not in fix.command
        if "docker login" in fix.command:
            assert re.fullmatch(
                r"docker login \S+ && kubectl .* --dry-run=client -o yaml \| kubectl .* apply -f -", fix.command
            )


@pytest.mark.parametrize(
    "code",
    [Code.NO_CREDENTIALS, Code.CREDENTIALS_REFUSED, Code.CREDENTIALS_EXPIRED, Code.FORBIDDEN, Code.TLS_UNTRUSTED],
)
def test_the_kubelet_itself_verifies_what_only_it_has(code: Code) -> None:
    assert CATALOGUE[code].verify.startswith("kubectl -n {namespace} delete pod {pod} && ")
    assert "crictl pull" not in CATALOGUE[code].verify


def test_the_kubelets_file_is_edited_on_a_local_node_only_and_twice_is_as_once(tmp_path: Path) -> None:
    edits = {
        target: [fix for fix in fixes_for(Code.NODE_QPS, target) if "config.yaml" in fix.command] for target in Target
    }
    assert [target for target, found in edits.items() if found] == [Target.LOCAL]
    file = tmp_path / "config.yaml"
    file.write_text("kind: KubeletConfiguration\nregistryPullQPS: 5\n")
    words = simple_commands(edits[Target.LOCAL][0].rendered(FACTS))[0]
    script = words[-1].replace("/var/lib/kubelet/config.yaml", str(file)).replace("systemctl restart kubelet", "true")
    for _ in range(2):
        subprocess.run(["sh", "-c", script], check=True)
    assert file.read_text() == "kind: KubeletConfiguration\nregistryPullQPS: 20\nregistryBurst: 40\n"
