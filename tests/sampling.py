"""Which tests of the sandbox a run takes: some of each long family and file, others each time. Pure.

Each takes seconds of a real engine and cluster. All of them take more than an hour on two cores, and a run should take
ten minutes; `--whole` takes all, as the weekly run does.
"""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

AT_MOST: Mapping[str, int] = {
    "tests/clouds/test_cli.py": 1,
    "tests/clouds/test_existing.py tests/clouds/test_foreign.py tests/clouds/test_later.py": 1,
    "tests/clouds/test_mutations.py": 2,
    "tests/clouds/test_refusals.py": 2,
    "tests/clouds/test_reviews.py": 1,
    "tests/clouds/test_stacks.py": 2,
    "tests/e2e/test_backends.py": 2,
    "tests/e2e/test_deploy_ways.py": 2,
    "tests/e2e/test_docs_deployment.py tests/e2e/test_docs_migration.py tests/e2e/test_library.py": 1,
    "tests/e2e/test_engine_plugins.py": 3,
    "tests/e2e/test_given_cluster.py tests/e2e/test_parts_down.py tests/e2e/test_three_nodes.py": 1,
    "tests/e2e/test_cli_workload.py tests/e2e/test_loaded.py": 1,
    "tests/e2e/test_ops_doctor.py": 1,
    "tests/e2e/test_ops_expired.py": 1,
    "tests/e2e/test_ops_recover.py": 1,
    "tests/e2e/test_ops_report.py tests/e2e/test_ops_rollback.py tests/e2e/test_ops_status.py": 1,
    "tests/e2e/test_package_typescript.py": 0,
    "tests/e2e/test_policies.py": 2,
    "tests/e2e/test_pr_comment.py": 1,
    "tests/e2e/test_refusals.py": 3,
    "tests/e2e/test_rehearsal.py": 1,
    "tests/e2e/test_sandbox.py": 2,
    "tests/e2e/test_services.py": 2,
    "tests/e2e/test_services_jaeger.py": 0,
    "tests/e2e/test_services_data.py": 1,
    "tests/e2e/test_signature.py tests/e2e/test_supply_chain_steps.py": 1,
    "tests/e2e/test_workflow_steps.py": 3,
    "tests/faults/test_diagnoses.py": 6,
    "tests/faults/test_interrupted.py": 1,
    "tests/faults/test_updates.py": 4,
}
"""Of each file, or of several together, that has more; files that are not named here are taken whole.

None of those with 0, unless the run is `--whole`.
"""


@dataclass(frozen=True)
class Family:
    """Tests that are alike, of which a run takes some."""

    name: str
    count: int


def left_out(tests: Sequence[tuple[str, Family | None]], seed: str) -> set[str]:
    """Those that a run leaves out: the same in each of its workers, and others in the next run.

    Args:
        tests: node id, and the family of one that is marked `sampled`.
        seed: of the run.
    """
    families: dict[Family, list[str]] = {}
    for nodeid, family in tests:
        if family is not None:
            families.setdefault(family, []).append(nodeid)
    left = {each for family, known in families.items() for each in _rest(known, family.count, f"{seed}{family.name}")}
    for files, count in AT_MOST.items():
        known = [nodeid for nodeid, _ in tests if nodeid.partition("::")[0] in files.split() and nodeid not in left]
        left |= _rest(known, count, f"{seed}{files}")
    return left


def sample(family: Collection[str], count: int, seed: str) -> list[str]:
    """Some tests of a family: the same for one seed, whatever their order is."""
    return random.Random(seed).sample(sorted(family), min(count, len(family)))  # noqa: S311 - no secret


def _rest(known: Iterable[str], count: int, seed: str) -> set[str]:
    every = set(known)
    return every - set(sample(every, count, seed))
