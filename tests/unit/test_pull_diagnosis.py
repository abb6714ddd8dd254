"""A diagnosis as text and as JSON: complete, the same, and without a credential."""

import dataclasses
import json
import re
import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulls import diagnosis as module
from pulls.by_cause import grouped
from pulls.causes import CATALOGUE, Class, Code
from pulls.diagnosis import DOCS, Diagnosis, Facts, as_json, as_text, diagnose
from pulls.evidence import Grant
from pulls.fix.command import Fix
from pulls.fixes import Target
from pulls.kubelet.containers import Role
from pulls.kubelet.symptom import STILL_PULLING, Symptom, SymptomKind
from pulls.kubelet.troubles import TROUBLES
from pulls.registry.answer import Answer, Outcome

IMAGE = "registry.example.com/shop/web:9"
NOT_FOUND = f'failed to resolve reference "{IMAGE}": {IMAGE}: not found'
SECRET = "hunter2-Is-The-Passw0rd"


def symptom(kind: SymptomKind = SymptomKind.PULL, message: str = NOT_FOUND, **change: Any) -> Symptom:
    first = Symptom(
        kind=kind,
        workload="Deployment/web",
        namespace="shop",
        pod="web-1",
        container="web",
        role=Role.CONTAINER,
        node="node-2",
        image=IMAGE,
        reason="ErrImagePull" if kind is SymptomKind.PULL else "",
        message=message,
    )
    return dataclasses.replace(first, **change)


def test_the_text_says_the_cause_first_then_what_says_so_then_what_to_type() -> None:
    answer = Answer(Outcome.NOT_FOUND, 404, "manifest unknown")
    lines = as_text(diagnose(symptom(), Facts(), where="1 of 3 nodes (node-2)", answer=answer)).splitlines()
    assert lines[0] == f"not-found (permanent) on 1 of 3 nodes (node-2): {CATALOGUE[Code.NOT_FOUND].meaning}"
    assert lines[1:5] == [
        f"  image    {IMAGE}",
        "  of       Deployment/web, pod web-1",
        f"  kubelet  {lines[3][11:]}",
        "  registry not-found (404): manifest unknown",
    ]
    assert "not found" in lines[3]
    names = [each.split()[0] for each in lines[5:]]
    assert names == ["agree", *["fix"] * (len(names) - 3), "verify", "more"]
    assert lines[-1] == f"  more     {DOCS}#not-found"
    assert f"docker buildx imagetools inspect {IMAGE}" in lines[-2]


def test_text_and_json_say_the_same() -> None:
    found = diagnose(symptom(role=Role.INIT, container="migrate"), Facts(), where="2 of 2 nodes")
    document = as_json(found)
    text = as_text(found)
    for key in ("code", "class", "meaning", "evidence", "workload", "pod", "image", "where", "verify", "link"):
        assert document[key] in text, key
    assert all(each["command"] in text for each in document["fixes"])
    assert all(each in text for each in document["notes"])
    assert document["notes"] == ["it is the image of an init container, migrate"]
    assert json.loads(json.dumps(document)) == document


def test_an_unknown_cause_is_shown_as_it_is_and_nothing_is_guessed() -> None:
    found = diagnose(symptom(message="the moon is wrong"), Facts())
    assert (found.code, found.kind, found.fixes, found.evidence) == ("unknown", None, (), "")
    assert as_text(found).splitlines()[0] == f"unknown on node-2: {CATALOGUE[Code.UNKNOWN].meaning}"
    assert "  kubelet  the moon is wrong" in as_text(found).splitlines()
    assert as_json(found)["class"] is None


@pytest.mark.parametrize("target", list(Target))
@pytest.mark.parametrize("code", [each for each in Code if CATALOGUE[each].seen])
def test_every_cause_can_be_told_on_every_target(code: Code, target: Target) -> None:
    found = diagnose(symptom(message=CATALOGUE[code].seen), Facts(target))
    text = as_text(found)
    assert 1 <= len(found.fixes) <= 3
    assert found.link in text
    assert "{" not in found.verify.replace("{.", "").replace("{{", "")


@pytest.mark.parametrize(
    ("kind", "reason", "message", "code"),
    [
        (SymptomKind.NO_POD, "FailedCreate", CATALOGUE[Code.ADMISSION_DENIED].seen, "admission-denied"),
        (SymptomKind.NO_POD, "FailedCreate", "exceeded quota: pods=10", "no-pod"),
        (SymptomKind.EXEC_FORMAT, "Error", "exec /app: exec format error", "wrong-architecture"),
        (SymptomKind.EXEC_FORMAT, "Error", "", "exec-format"),
        (SymptomKind.EVICTED, "Evicted", "The node had condition: [DiskPressure].", "disk-full"),
        (SymptomKind.EVICTED, "Evicted", "The node was low on resource: memory.", "evicted"),
        (SymptomKind.CRASH_LOOP, "CrashLoopBackOff", NOT_FOUND, "crash-loop"),
    ],
)
def test_a_trouble_is_a_cause_of_the_catalogue_only_where_its_text_says_so(
    kind: SymptomKind, reason: str, message: str, code: str
) -> None:
    assert diagnose(symptom(kind, message, reason=reason), Facts()).code == code


@pytest.mark.parametrize("kind", [each for each in SymptomKind if each is not SymptomKind.PULL])
def test_every_trouble_has_its_meaning_and_one_command_that_can_be_typed(kind: SymptomKind) -> None:
    found = diagnose(symptom(kind, "something", reason="Reason"), Facts())
    ((does, command),) = found.fixes
    assert (found.code, found.kind, found.meaning) == (kind, None, TROUBLES[kind].meaning)
    assert does == TROUBLES[kind].fix
    assert command.startswith("kubectl ")
    assert not set("<>{}") & set(command)
    assert (found.link, found.evidence) == ("", "Reason: something")
    assert found.evidence in as_text(found)


FIELDS = {"namespace", "pod", "container", "node", "workload"}


@pytest.mark.parametrize("kind", list(SymptomKind))
def test_every_kind_of_symptom_has_a_trouble_with_documented_fields(kind: SymptomKind) -> None:
    trouble = TROUBLES[kind]
    assert {field for _, field, _, _ in string.Formatter().parse(trouble.look) if field} <= FIELDS
    assert trouble.meaning.endswith(".")
    assert trouble.fix


def test_events_speak_where_a_trouble_has_no_text() -> None:
    found = diagnose(symptom(SymptomKind.VOLUME, "", reason="FailedMount", events=("newest", "older")), Facts())
    assert found.evidence == "FailedMount: newest"


def test_a_pull_whose_state_says_nothing_is_told_by_the_newest_event_that_does() -> None:
    events = ("Back-off pulling image", NOT_FOUND, "503 Service Unavailable")  # newest first
    assert diagnose(symptom(message="Back-off pulling image", events=events), Facts()).code == "not-found"


def test_what_was_given_is_a_witness() -> None:
    grant = Grant("node-role", "nodes", "ReadOnly", "repository", fresh_seconds=20)
    refused = symptom(message=CATALOGUE[Code.FORBIDDEN].seen)
    found = diagnose(refused, Facts(Target.EKS, grant))
    assert (found.kind, found.witnesses) == (Class.PROPAGATING, ("kubelet", "grant"))
    assert diagnose(refused, Facts(Target.EKS)).witnesses == ("kubelet",)


def test_a_deadline_names_the_workload_in_a_command_that_works() -> None:
    found = diagnose(symptom(SymptomKind.DEADLINE, "", pod=None), Facts())
    assert found.fixes[0][1] == "kubectl -n shop describe deployment/web"


def test_a_long_text_is_cut_for_a_terminal_and_whole_for_a_script() -> None:
    found = diagnose(symptom(message=f"something\nstrange {'x ' * 2000}"), Facts())
    (line,) = [each for each in as_text(found).splitlines() if each.startswith("  kubelet")]
    assert len(line) < 700
    assert line.endswith("…")
    assert as_json(found)["text"].count("x") == 2000


# Values of commands

SECRET_MISSING = "Unable to retrieve some image pull secrets (regcred, other); attempting to pull may not succeed."


def commands(found: Diagnosis) -> str:
    return "\n".join((*(command for _, command in found.fixes), found.verify))


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a fix with these fields gets of a symptom."""

    def of(fields: str, **change: Any) -> str:
        def fixes(*_: object) -> tuple[Fix, ...]:
            return (Fix("does", fields),)

        monkeypatch.setattr(module, "fixes_for", fixes)
        return diagnose(symptom(**change), Facts()).fixes[0][1]

    return of


def test_commands_name_the_workload_the_account_and_the_image_that_the_symptom_knows(
    values: Callable[..., str],
) -> None:
    assert values("{workload} {deployment} {service_account}", service_account="robot") == "deployment/web web robot"
    assert values("{workload} {deployment}", workload="StatefulSet/db") == "statefulset/db <deployment>"
    assert values("{registry}/{repository}:{tag}") == IMAGE
    assert values("{workload} {service_account}", workload="") == "<workload> <service_account>"


@pytest.mark.parametrize(
    ("host", "partition"),
    [
        ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", "aws"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "aws-cn"),
        ("123456789012.dkr.ecr.us-gov-west-1.amazonaws.com", "aws-us-gov"),
        ("123456789012.dkr.ecr-fips.us-gov-east-1.amazonaws.com", "aws-us-gov"),
        ("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "aws-eusc"),
    ],
)
def test_the_right_to_pull_from_ecr_is_of_the_registrys_partition(host: str, partition: str) -> None:
    refused = symptom(image=f"{host}/web:9", message=f"{host}/web:9: 403 Forbidden")
    commands = [command for _, command in diagnose(refused, Facts(target=Target.EKS)).fixes]
    assert any(f"--policy-arn arn:{partition}:iam::aws:policy/" in each for each in commands), commands


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (IMAGE, "registry.example.com 443"),
        ("127.0.0.1:5000/team/web:1", "127.0.0.1 5000"),
        ("nginx", "registry-1.docker.io 443"),
        (None, "<registry_host> <registry_port>"),
    ],
)
def test_a_registry_is_named_with_the_port_that_it_is_served_on(
    image: str | None, said: str, values: Callable[..., str]
) -> None:
    assert values("{registry_host} {registry_port}", image=image, message="not found") == said


@pytest.mark.parametrize(
    ("message", "events", "secrets", "secret"),
    [
        (SECRET_MISSING, (), (), "regcred"),
        ("Back-off pulling image", (SECRET_MISSING,), ("a", "b"), "regcred"),
        ("", (), ("only",), "only"),
        ("", (), ("a", "b"), "<secret>"),
        ("", (), (), "<secret>"),
    ],
)
def test_a_secret_is_the_one_that_a_text_names_or_the_pods_only_one(
    *, message: str, events: tuple[str, ...], secrets: tuple[str, ...], secret: str, values: Callable[..., str]
) -> None:
    assert values("{secret}", message=message, events=events, pull_secrets=secrets) == secret


@pytest.mark.parametrize(
    ("context", "written"),
    [
        ("prod", "prod"),
        ("arn:aws:eks:eu-west-1:1:cluster/prod", "arn:aws:eks:eu-west-1:1:cluster/prod"),
        ("my cluster", "'my cluster'"),
        ("a{b}; rm -rf x", "'a{b}; rm -rf x'"),
    ],
)
@pytest.mark.parametrize("code", [each for each in Code if CATALOGUE[each].seen])
def test_each_kubectl_asks_the_cluster_that_was_looked_at(code: Code, context: str, written: str) -> None:
    known = symptom(message=CATALOGUE[code].seen, namespace="kubectl", service_account="kubectl")
    plain, told = (commands(diagnose(known, Facts(kube_context=each))) for each in ("", context))
    calls = len(re.findall(r"(?<!-n )(?<!account )\bkubectl ", plain))
    assert told.count(f"kubectl --context {written} ") == told.count("--context") == calls
    assert told.replace(f" --context {written}", "") == plain


@pytest.mark.parametrize("kind", [each for each in SymptomKind if each is not SymptomKind.PULL])
def test_each_trouble_is_looked_at_in_the_cluster_that_was_looked_at(kind: SymptomKind) -> None:
    found = diagnose(symptom(kind, "something", reason="Reason"), Facts(kube_context="prod"))
    assert found.fixes[0][1].startswith("kubectl --context prod ")


# A pull that hangs


def test_a_pull_that_hangs_is_unknown_and_says_since_when() -> None:
    hangs = symptom(message="pulling since 10:00", reason="Pulling")
    found = diagnose(hangs, Facts(), answer=Answer(Outcome.NOT_FOUND, 404, "x", with_login=True))
    assert (found.code, found.text, found.kind) == ("unknown", "pulling since 10:00", None)
    silent = diagnose(hangs, Facts(kube_context="prod"), answer=Answer(Outcome.UNREACHABLE, said="no answer in time"))
    assert (silent.code, silent.witnesses) == ("unreachable", ("registry",))
    assert silent.text == "pulling since 10:00"


# No credential


PLANTED = st.sampled_from([
    "https://user:{}@registry.example.com/v2/",
    "Authorization: Bearer {}",
    "https://registry.example.com/token?access_token={}&scope=pull",
    "password={}",
    '{{"auth": "{}"}}',
    "docker login -u user -p {} registry.example.com",
])  # fmt: skip
TOKENS = st.text(string.ascii_letters + string.digits, min_size=24, max_size=40).map(lambda each: f"aZ9{each}")


def shown(found: Diagnosis) -> str:
    return as_text(found) + json.dumps(as_json(found)) + repr(found)


@settings(deadline=None)
@given(form=PLANTED, secret=TOKENS, kind=st.sampled_from(list(SymptomKind)), before=st.sampled_from([NOT_FOUND, "x"]))
def test_no_text_brings_a_credential_into_a_diagnosis(form: str, secret: str, kind: SymptomKind, before: str) -> None:
    text = f"{before}: {form.format(secret)}"
    assert secret not in shown(diagnose(symptom(kind, text, reason="Failed"), Facts()))
    assert secret not in shown(diagnose(symptom(kind, "", events=(text, text)), Facts()))


@pytest.mark.parametrize("kind", list(SymptomKind))
def test_an_image_that_holds_a_login_is_told_without_it(kind: SymptomKind) -> None:
    image = f"https://user:{SECRET}@registry.example.com/shop/web:9"
    found = diagnose(
        symptom(kind, f'couldn\'t parse image name "{image}": invalid reference format', image=image), Facts()
    )
    assert SECRET not in shown(found)
    assert found.image == "https://***@registry.example.com/shop/web:9"


def test_an_ordinary_image_stays_readable() -> None:
    image = f"registry.example.com:5000/team/token/web@sha256:{'0123456789abcdef' * 4}"
    assert diagnose(symptom(image=image), Facts()).image == image


# Together


def test_the_same_on_several_pods_is_one_group_and_other_images_are_others() -> None:
    first, second = symptom(), symptom(pod="web-2", node="node-3")
    other, container = symptom(image="registry.example.com/log:1"), symptom(container="log")
    assert grouped([first, other, second, container]) == [[first, second], [other], [container]]


def test_a_container_that_only_waits_goes_with_another_of_its_image_that_says_why() -> None:
    waits = symptom(message='Back-off pulling image "registry.example.com/web:1"', container="side")
    why, other = symptom(), symptom(message="Back-off", image="registry.example.com/log:1", container="log")
    strange = symptom(message="words that nobody knows", container="third")
    assert grouped([waits, why, strange, other]) == [[why, waits], [strange], [other]]
    pulls = symptom(message="pulling since noon", reason=STILL_PULLING, container="slow")
    echo = symptom(message="", events=("Error: ImagePullBackOff",), container="fourth")
    assert grouped([pulls, echo, why]) == [[why, pulls, echo]]
    assert grouped([pulls]) == [[pulls]]
    assert grouped([waits]) == [[waits]]


def test_nodes_that_fail_for_different_reasons_are_told_apart() -> None:
    missing, silent, unknown = symptom(), symptom(message=CATALOGUE[Code.DNS].seen), symptom(message="Back-off")
    assert grouped([unknown, missing, silent, missing]) == [[missing, missing, unknown], [silent]]
    assert grouped([unknown, unknown]) == [[unknown, unknown]]
    crashes = [symptom(SymptomKind.CRASH_LOOP, each.message) for each in (missing, silent)]
    assert grouped(crashes) == [crashes]
