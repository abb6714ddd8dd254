"""What docs/policies.md says beside the rules themselves."""

TOP = """\
# Policies

A policy pack looks at everything that a stack would make, and ends a preview or an update where it must not be. This
one is the folder `policies/` of this project. It looks for what scanners of manifests do not see: whether *these* nodes
may pull *that* image from *this* registry, and whether it will still be there next month.

```sh
pulumi preview -s local --policy-pack policies
```

The same words go behind `pulumi up`. A finding says what must hold, what does not, and what to do:

```text
Policies:
    ❌ monadic-pipeline@v0.1.0 (local: policies)
        - [mandatory] [severity: critical]  secret-in-clear  (kubernetes:core/v1:ConfigMap: leaky)
          No credential stands in clear in a variable, a command, a probe, a ConfigMap, a chart or a build argument.
          ConfigMap leaky: 'DB_PASSWORD' holds a secret in clear (known by its name); use a Secret
          fix: pulumi config set --secret --path appSecrets.NAME -s local  # and valueFrom.secretKeyRef in the pod
          more: docs/policies.md#secret-in-clear
```

In a pull request the findings stand in the comment: [pr-comment.md](pr-comment.md).

## Test and production

`advisory` is a warning, `mandatory` ends the preview with an error, and an update before the resource is made; where a
rule looks at all resources together, at the end of the update. Which of the two a rule is, hangs on the stack's own key
`profile`, `test` or `production`; without it a stack is one for tests. Another level for a rule, whatever the stack, is
Pulumi's own way: a file such as `{"single-pod": "mandatory"}`, given with `--policy-pack-config FILE`.

## Letting a finding be

Somebody looks at it, writes down why, and until when: in `policies/suppressions.yaml`.

```yaml
suppressions:
  - code: api-open
    resource: cluster        # its name in the program, or its URN
    stack: eks               # left out: any stack
    reason: The office has no fixed addresses until the new line is there.
    until: 2027-03-31        # the last day, by UTC
```

On the day after, the finding counts again, and [suppression-ended](#suppression-ended) names the entry. A code that
does not exist, an entry without a reason (ten characters at least) or without a day: the preview ends with all of them
in one message. Newer releases of Pulumi have exceptions of their own in the file of `--policy-pack-config`; they count
too, and have no last day.

## What a preview cannot know

The digest of an image that is still to be built is not known, nor is the address of a registry that is still to be
made. A rule that would have read such a value says so, in one note ([known-later](#known-later)), and looks at
everything else. In an update each resource is looked at before it is made, when all of its values are known.

Secrets are looked at and never shown. A text that Pulumi knows as a secret is encrypted in the state; in a variable, a
ConfigMap or a build argument it is in clear all the same, and a finding of [secret-in-clear](#secret-in-clear). Among
the values of a Helm chart it is none: Helm keeps a release in a Secret.

## With the official Pulumi

The pack runs with the project's own virtual environment, `.venv`, as `policies/PulumiPolicy.yaml` says; it needs no
package beside those of `requirements.txt`. It serves the engine's protocol itself: the release of `pulumi-policy` that
there is takes no protobuf 6, and shows a rule neither which text is a secret nor the stack's settings. The tests run it
on the real engine in the sandbox, with the sandbox's own language host for Python. On Pulumi's official one, and on
Pulumi Cloud by `pulumi policy publish`, it has not run. Published, it has the levels of production.

## The rules
"""

NEW_RULE = """\
## A rule of your own

A rule is a function in `policies/rules/` that takes a resource, or the whole stack, and gives sentences; its code,
reason and fix stand beside it in `policies/catalogue_*.py`. Where the program refuses the same at preview, both call
one function of `components/`. Then `.venv/bin/python -m docs.policies` writes this page anew, and
`tests/unit/policies_planted_*.py` gets a mistake that only the new rule finds: a test asks for one.
"""
