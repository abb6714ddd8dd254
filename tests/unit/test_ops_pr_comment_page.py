"""What the comment on previews says, on what a real engine wrote and on what it may write."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.pr_comment.page import page
from ops.pr_comment.reading import read_preview
from tests.unit.pr_comment_events import (
    RECORDED,
    Event,
    drawn,
    first,
    outputs,
    policy,
    preview,
    recorded,
    said,
    step,
    stream,
    text,
    urn,
)

CLUSTER = "azure-native:containerservice:ManagedCluster"


def test_nothing_changes_is_all_that_is_said_where_nothing_does() -> None:
    comment = text(recorded("same", "local"), preview(step("same"), title="other"))
    assert comment == "<!-- preview of shop -->\n## Preview of `shop`\n\n2 stacks: nothing changes.\n"


def test_a_changed_line_of_source_is_an_image_that_changes_and_nothing_else() -> None:
    comment = text(recorded("source", "local"))
    assert first(comment) == "1 stack: image changes; nothing is replaced or deleted."
    assert "CAUTION" not in comment


def test_stacks_are_counted_and_those_that_stay_are_told() -> None:
    both = [recorded("source", "a"), recorded("source", "b")]
    assert first(text(*both)) == "2 stacks: image changes; nothing is replaced or deleted."
    assert first(text(*both, recorded("same", "c"))).startswith("2 of 3 stacks: image changes;")


def test_what_is_deleted_comes_first_and_loud() -> None:
    comment = text(recorded("gone", "local"))
    assert first(comment) == "1 stack: **1 resource is deleted**; image and rollout change."
    assert "> [!CAUTION]\n> Look at this first: 1 **deleted**.\n" in comment
    gone = "> - `local` **deleted**: `monadic-pipeline-webapi` (`kubernetes:networking.k8s.io/v1:Ingress`)"
    assert comment.index(gone) < comment.index("| stack |")


def test_a_replacement_is_told_once_with_its_reasons() -> None:
    old, new, differs = {"location": "a"}, {"location": "b"}, {"location": "update-replace"}
    two = [
        step(op, CLUSTER, keys=["location"], old=old, new=new, differs=differs)
        for op in ("create-replacement", "replace")
    ]
    comment = drawn(*two, step("delete-replaced", CLUSTER, old=old))
    assert first(comment) == "1 stack: **1 resource is replaced**; cluster changes."
    assert comment.count("**replaced**: `web`") == 1
    assert f"> - `dev` **replaced**: `web` (`{CLUSTER}`), because of `location`\n" in comment
    assert "| `dev` | 1 |  |  |  |  | went well |" in comment


def test_a_protected_resource_and_one_that_stays_where_it_is_are_told_as_such() -> None:
    comment = drawn(step("delete", protect=True), step("delete", name="kept", retainOnDelete=True))
    assert "1 of them is protected, so that `pulumi up` refuses." in comment
    assert "`kept` (`kubernetes:core/v1:ConfigMap`), only the stack forgets it, the thing itself stays" in comment


def test_an_output_alone_is_told() -> None:
    comment = drawn(step("same"), outputs({"url": "a", "same": 1}, {"url": "b", "same": 1}))
    assert first(comment) == "1 stack: nothing changes but 1 output."
    assert "outputs of the stack that differ: `url`" in comment


def test_outputs_that_are_not_told_yet_are_no_change() -> None:
    assert "nothing changes." in drawn(outputs({"url": "a"}, {}), outputs({"url": "a"}, {"url": "a"}))


def test_what_only_the_update_tells_does_not_count_as_a_change_of_a_part() -> None:
    comment = text(recorded("nodes", "aks"))
    assert "image, registry, right to pull, cluster and provider change; 7 resources may change" in first(comment)
    assert '["rollout<br/>○ may change"]:::changed' in comment


def test_the_way_of_the_image_marks_the_hops_that_change() -> None:
    comment = text(recorded("source", "local"))
    for hop in ("source<br/>● changes", "image<br/>● changes", "registry<br/>stays", "rollout<br/>● changes"):
        assert f'["{hop}"]' in comment
    assert "h0 --> h1 --> h2 --> h3 --> h4 --> h5\n" in comment


@pytest.mark.parametrize(
    ("kind", "inputs", "hop"),
    [
        (
            "azure-native:authorization:RoleAssignment",
            {"roleDefinitionId": "x/7f951dda-4ed3-4680-a7ca-43fe172d538d"},
            3,
        ),
        ("azure-native:authorization:RoleAssignment", {"roleDefinitionId": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, 3),
        ("azure-native:authorization:RoleAssignment", {"roleDefinitionId": "x/of-somebody-else"}, 4),
        ("kubernetes:core/v1:Secret", {"type": "kubernetes.io/dockerconfigjson"}, 3),
        ("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", {"role": "roles/artifactregistry.reader"}, 3),
        ("gcp:artifactregistry/repository:Repository", {}, 2),
        ("aws:ecr/repository:Repository", {}, 2),
        ("azure-native:containerregistry/v20230701:Registry", {}, 2),
        ("aws:eks/nodeGroup:NodeGroup", {}, 4),
        ("kubernetes:apps/v1:StatefulSet", {}, 5),
        ("docker-build:index:Image", {}, 1),
    ],
)
def test_a_new_resource_is_marked_on_its_hop(kind: str, inputs: dict[str, str], hop: int) -> None:
    comment = drawn(step("create", kind, new=inputs))
    lines = [each for each in comment.splitlines() if each.startswith("  h") and "new" in each]
    assert [each[:4] for each in lines] == [f"  h{hop}"]


ONE, OTHER = {"publicKey": "cosign.pub", "sha256": "ab"}, {"publicKey": "cosign.pub", "sha256": "cd"}


@pytest.mark.parametrize(
    ("op", "old", "new", "sign", "told"),
    [
        ("update", None, ONE, "✚ new", "signature changes"),
        ("update", ONE, OTHER, "● changes", "signature changes"),
        ("update", ONE, None, "✗ goes", "signature changes"),
        ("create", None, ONE, "✚ new", "1 resource is new"),
    ],
)
def test_a_signature_that_is_asked_for_is_a_hop_behind_the_registry(
    op: str, old: object, new: object, sign: str, told: str
) -> None:
    before, then = ({"signature": each} if each else {} for each in (old, new))
    comment = drawn(step(op, "pipeline:index:AppImage", "image", old=before or None, new=then))
    assert first(comment) == f"1 stack: {told}; nothing is replaced or deleted."
    assert f'h3["signature<br/>{sign}"]' in comment
    assert "h0 --> h1 --> h2 --> h3 --> h4 --> h5 --> h6\n" in comment
    assert f'h1["image<br/>{"✚ new" if op == "create" else "stays"}"]' in comment


def test_a_signature_that_stays_is_drawn_where_something_changes_on_the_way() -> None:
    stays = step("same", "pipeline:index:AppImage", "image", old={"signature": ONE}, new={"signature": ONE})
    assert "mermaid" not in drawn(stays)
    comment = drawn(stays, step("create", "docker:index/image:Image", "image", new={}))
    assert 'h3["signature<br/>stays"]' in comment


def test_a_digest_that_was_built_elsewhere_changes_the_image_and_no_source() -> None:
    image = "spec.template.spec.containers[0].image"
    comment = drawn(
        step(
            "update",
            "kubernetes:apps/v1:Deployment",
            old={"spec": {"template": {"spec": {"containers": [{"image": "r/a@sha256:1"}]}}}},
            new={"spec": {"template": {"spec": {"containers": [{"image": "r/a@sha256:2"}]}}}},
            differs={image: "update"},
        )
    )
    assert first(comment) == "1 stack: image changes; nothing is replaced or deleted."
    assert 'h0["source<br/>stays"]' in comment
    assert 'h1["image<br/>● changes"]' in comment
    assert f"`{image}`: `r/a@sha256:1` → `r/a@sha256:2`" in comment


def test_stacks_with_the_same_way_share_a_picture() -> None:
    comment = text(recorded("source", "a"), recorded("source", "b"), recorded("nodes", "aks"))
    assert comment.count("```mermaid") == 2
    assert "`a`, `b`\n\n```mermaid" in comment


def test_a_new_login_to_a_cluster_is_no_new_cluster() -> None:
    comment = drawn(step("create", "pulumi:providers:kubernetes", new={"context": "a"}))
    assert first(comment) == "1 stack: 1 resource is new; nothing is replaced or deleted."
    assert "mermaid" not in comment


def test_one_that_goes_while_another_comes_is_marked_as_replaced() -> None:
    kind, right = "kubernetes:core/v1:Secret", {"type": "kubernetes.io/dockerconfigjson"}
    comment = drawn(step("delete", kind, "old", old=right), step("create", kind, "new", new=right))
    assert 'h3["right to pull<br/>✗ is replaced"]:::bad' in comment


def test_where_nothing_is_on_the_way_there_is_no_picture() -> None:
    assert "mermaid" not in drawn(step("update", differs={"metadata.labels.a": "update"}))


def test_a_policy_that_refuses_is_told_first_with_its_fix() -> None:
    comment = text(recorded("policy", "aks"))
    assert first(comment).startswith("A policy refuses the update of `aks`. 1 stack: 19 resources are new;")
    assert "**2 findings refuse the update.** 2 findings only advise." in comment
    hard = comment.index("- `public-api` **refuses**, `high`, in `aks`: `cluster`: The API of a cluster")
    assert hard < comment.index("- `admin-user` advises, in `aks`: `image`")
    assert "<br>fix: `pulumi config set --path cluster.apiAccess '[\"203.0.113.0/24\"]' -s aks`" in comment
    assert "<br>more: `docs/policies.md#public-api`" in comment
    assert "Why the preview" not in comment


def test_a_finding_is_told_once_for_all_stacks_and_an_excepted_one_with_its_reason() -> None:
    same = policy("open", "The API is open.\nfix: close it", resourceUrn=urn("a:b:C", "api"))
    excepted = policy("old", "It is old.", "mandatory", exceptions=[{"id": "E-1", "reason": "until June"}])
    comment = text(preview(same, title="a"), preview(same, excepted, title="b"))
    assert comment.count("The API is open") == 1
    assert "- `open` advises, in `a`, `b`: `api`:" in comment
    assert "- `old` excepted, in `b`:" in comment
    assert "excepted: until June" in comment
    assert "refuses" not in comment


def test_findings_are_in_the_order_of_their_codes_and_what_does_not_count_comes_last() -> None:
    excepted = policy("a", "x", "mandatory", exceptions=[{"id": "E-1", "reason": "y"}])
    comment = text(preview(policy("c", "x"), excepted, title="one"), preview(policy("b", "x"), title="two"))
    assert [each[3] for each in comment.splitlines() if each.startswith("- `") and ", in `" in each] == ["b", "c", "a"]


def test_a_level_that_a_newer_engine_has_is_taken_to_refuse() -> None:
    assert "**1 finding refuses the update.**" in drawn(policy("x", "y", "absolute"))


def test_a_failed_preview_shows_what_was_said_and_what_to_type() -> None:
    comment = text(recorded("mistake", "local"), recorded("source", "other"))
    assert first(comment) == (
        "The preview of `local` failed. 1 of 2 stacks: image changes; nothing is replaced or deleted."
    )
    assert "app.replicaz: unknown key; did you mean replicas?" in comment
    assert "pulumi config set --path app.replicas 3 -s local" in comment
    assert "To see it where you are: `pulumi preview -s local`." in comment
    assert "| `local` |  |  |  |  |  | **failed** |" in comment


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ((RECORDED / "passphrase.err").read_text(), "`gh secret set PULUMI_CONFIG_PASSPHRASE`"),
        ("error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE", "env: PULUMI_CONFIG_PASSPHRASE"),
        ("error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions", "`pulumi login URL`"),
        ("error: no stack named 'dev' found", "`pulumi stack init dev`"),
        ("error: the stack is currently locked by 1 lock(s)", "`pulumi cancel -s dev`"),
        ("error: no Pulumi.yaml project file found", "`working-directory: FOLDER`"),
        ("error: AADSTS700213: No matching federated identity record found", "python -m ops trust aks"),
        ("error: Not authorized to perform sts:AssumeRoleWithWebIdentity", "python -m ops trust eks"),
        ("error: The given credential is rejected by the attribute condition.", "python -m ops trust gke"),
    ],
)
def test_what_pulumi_says_before_a_preview_begins_is_explained(words: str, advice: str) -> None:
    comment = text(read_preview("dev", b"", words.encode()))
    assert first(comment) == "The preview of `dev` failed."
    assert advice in comment
    assert "Pulumi ended before the preview began" in comment


def test_warnings_are_told_with_the_details() -> None:
    twice = [said("it is deprecated", "warning", urn("a:b:C", name)) for name in "ab"]
    comment = drawn(step("create"), *twice, said("noise", "info"))
    assert comment.count("- warning: `it is deprecated`") == 1
    assert "noise" not in comment


def test_a_warning_is_told_where_nothing_changes() -> None:
    warned = preview(step("same"), said("it is not signed yet", "warning"), title="a")
    comment = text(warned, preview(step("same"), title="b"))
    assert first(comment) == "2 stacks: nothing changes; 1 warning, in the details."
    assert "<summary><code>a</code>: 0 changes, 1 warning</summary>\n\n- warning: `it is not signed yet`" in comment
    assert "<code>b</code>" not in comment


def test_stacks_in_which_nothing_changes_are_not_counted_for_what_a_policy_found() -> None:
    advised = preview(step("same"), policy("x", "y"), title="a")
    assert first(text(advised, preview(step("same"), title="b"))) == "2 stacks: nothing changes."


def test_an_image_says_its_tag_and_not_three_times_the_same() -> None:
    comment = text(recorded("source", "local"))
    assert "`imageName`: " in comment
    assert "build.context" not in comment


def test_a_difference_of_an_object_is_told_by_what_differs_in_it() -> None:
    old, new = {"build": {"args": {"A": "1"}, "platform": "x"}}, {"build": {"args": {"A": "2"}, "platform": "x"}}
    comment = drawn(step("update", old=old, new=new, differs={"build": "update"}))
    assert "- `build.args.A`: `1` → `2`\n" in comment
    assert "platform" not in comment


CHANGES: list[Event] = [
    step("create-replacement", CLUSTER, keys=["location"], differs={"location": "update-replace"}),
    step("delete-replaced", CLUSTER),
    step("update", name="b", old={"a": 1}, new={"a": 2}, differs={"a": "update"}),
    step("update", name="a", old={"a": 1}, new={"a": 2}, differs={"a": "update"}),
    step("delete", name="c"),
    policy("x", "y"),
    policy("a", "b"),
]


def _traceback(checkout: str, address: str) -> Event:
    frame = f'  File "{checkout}/components/a.py", line 3\n    x()\n'
    return said(f"Traceback (most recent call last):\n{frame}E: at {address}")


@given(st.permutations(CHANGES), st.integers(0, 2**31))
def test_the_same_change_gives_the_same_text_whatever_the_order_the_time_and_the_place(
    mixed: list[Event], time: int
) -> None:
    usual = preview(*CHANGES, _traceback("/home/ann/web", "0x7f00aa"), result="failed")
    elsewhere = [_traceback("/home/runner/work/web/web", "0x7f1234567890"), *mixed]
    end = {"summaryEvent": {"result": "failed", "durationSeconds": time, "resourceChanges": {"same": time}}}
    other = stream(*({**each, "timestamp": time} for each in (*elsewhere, end)), result=None)
    beside = preview(step("update", name="z"), title="a")
    assert page([usual, beside], "shop") == page([beside, read_preview("dev", other, b"")], "shop")


def test_frames_of_libraries_are_not_told() -> None:
    trace = (
        "Traceback (most recent call last):\n"
        '  File "/opt/python/lib/python3.12/asyncio/x.py", line 3, in run\n    return future.result()\n    ^^^^^\n'
        '  File "/home/ann/web/__main__.py", line 7, in <module>\n    raise ValueError("no")\nValueError: no\n'
    )
    comment = text(preview(said(trace), result="failed"))
    assert 'File "…/__main__.py", line 7, in <module>\n    raise ValueError("no")\nValueError: no\n```' in comment
    assert "asyncio" not in comment
    assert "future" not in comment


def test_a_stack_of_another_name_than_its_file_is_told() -> None:
    assert "| `prod` (stack `dev`) |" in text(replace(preview(step("create"), title="prod")))


def test_the_first_line_is_the_same_mark_for_a_project_whatever_happened() -> None:
    marks = {
        text(each).splitlines()[0] for each in (recorded("same"), recorded("mistake"), read_preview("a", None, None))
    }
    assert marks == {"<!-- preview of shop -->"}
    assert page([recorded("same")], "a-->b <b>").splitlines()[0] == "<!-- preview of a-b-b- -->"
