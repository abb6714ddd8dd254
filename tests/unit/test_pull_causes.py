"""The catalogue of causes and its fixes."""

import string
import subprocess

import pytest

from pulls.causes import CATALOGUE, Class, Code
from pulls.classify import classify
from pulls.fix.command import Fix
from pulls.fixes import Target, fixes_for

PERMANENT = {
    "policy-never",
    "not-loaded",
    "name-invalid",
    "not-found",
    "platform-mismatch",
    "wrong-architecture",
    "credentials-expired",
    "pull-secret-missing",
    "tls-untrusted",
    "tls-other",
    "plain-http",
    "disk-full",
    "manifest-unsupported",
    "signature-refused",
    "admission-denied",
}
PROPAGATING = {"no-credentials", "credentials-refused", "forbidden"}
TRANSIENT = {"rate-limited", "registry-error", "interrupted", "node-qps"}
TRANSIENT_UNLESS_LASTING = {"dns", "unreachable", "runtime-broken"}
KNOWN = [code for code in Code if code is not Code.UNKNOWN]
STEPS = list(dict.fromkeys(fix for code in Code for target in Target for fix in fixes_for(code, target)))


def codes(kind: Class | None, *, lasts: bool = False) -> set[str]:
    return {each.code for each in CATALOGUE.values() if each.kind is kind and each.lasts is lasts}


def test_the_codes_and_their_classes_are_the_agreed_ones() -> None:
    assert codes(Class.PERMANENT) == PERMANENT
    assert codes(Class.PROPAGATING) == PROPAGATING
    assert codes(Class.TRANSIENT) == TRANSIENT
    assert codes(Class.TRANSIENT, lasts=True) == TRANSIENT_UNLESS_LASTING
    assert codes(None) == {"unknown"}
    assert len(CATALOGUE) == 26


@pytest.mark.parametrize("code", Code)
def test_each_code_has_its_own_entry_with_one_sentence(code: Code) -> None:
    cause = CATALOGUE[code]
    assert cause.code is code
    assert cause.meaning.endswith(".")
    assert ". " not in cause.meaning


@pytest.mark.parametrize("code", KNOWN)
def test_what_the_catalogue_shows_as_seen_is_classified_as_that_cause(code: Code) -> None:
    assert classify("", CATALOGUE[code].seen).code is code


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("code", KNOWN)
def test_each_cause_has_a_fix_on_each_target(code: Code, target: Target) -> None:
    assert fixes_for(code, target)


def test_what_is_not_known_has_no_fix() -> None:
    assert not any(fixes_for(Code.UNKNOWN, target) for target in Target)


def test_a_fix_of_the_target_comes_before_those_for_any_cluster() -> None:
    ours = fixes_for(Code.NO_CREDENTIALS, Target.EKS)
    assert "AmazonEC2ContainerRegistryPullOnly" in ours[0].command
    assert ours[-len(fixes_for(Code.NO_CREDENTIALS, Target.ANY)) :] == fixes_for(Code.NO_CREDENTIALS, Target.ANY)


def test_a_fix_without_facts_shows_what_it_needs() -> None:
    hidden = [(fix, name) for fix in STEPS for name in fix.needs if f"<{name}>" not in fix.rendered({})]
    assert hidden == []


def test_a_fix_with_its_facts_is_a_command_that_a_shell_reads() -> None:
    commands = [fix.rendered(dict.fromkeys(fix.needs, "example.com/a:1")) for fix in STEPS]
    assert [each for each in commands if "<" in each.replace("</dev/null", "")] == []
    # Each in a function of its own, so that one does not close what another opened.
    script = "\n".join(f"f{number}() {{\n{each}\n}}" for number, each in enumerate(commands))
    done = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_a_fix_says_its_needs_once_each_in_order() -> None:
    assert Fix("", "a {host} {image} {host} {{x}}").needs == ("host", "image")


@pytest.mark.parametrize("fact", ["$(reboot)", "a b", "x';reboot;'", "", "--all", "a\nb", "`id`", "a;b", "é"])
def test_a_fact_that_a_shell_would_not_take_as_one_word_stays_a_placeholder(fact: str) -> None:
    assert Fix("", "docker pull {image}").rendered({"image": fact}) == "docker pull <image>"


@pytest.mark.parametrize("fact", ["r.io:5000/team/web@sha256:" + "a" * 64, "arn:aws:iam::1:role/x", "default"])
def test_a_plain_fact_is_put_in_place(fact: str) -> None:
    assert Fix("", "docker pull {image}").rendered({"image": fact}) == f"docker pull {fact}"


@pytest.mark.parametrize("code", KNOWN)
def test_each_cause_says_how_to_verify_it(code: Code) -> None:
    fields = {name for _, name, _, _ in string.Formatter().parse(CATALOGUE[code].verify) if name}
    assert fields <= {
        *("namespace", "pod", "image", "node", "secret", "key"),
        *("registry", "registry_host", "registry_port"),
    }
    subprocess.run(["bash", "-n", "-c", CATALOGUE[code].verify.format_map(dict.fromkeys(fields, "x"))], check=True)
