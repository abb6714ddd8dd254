"""Which test runs a command that a page of docs/ shows, and which commands none can."""

import re
from collections.abc import Mapping

LOOKS = re.compile(
    r"kubectl (-n \S+ |--context \S+ )?(get|describe|logs|config get-contexts|rollout history|version)\b.*"
)
"""What only reads."""
RUN: Mapping[str, tuple[str, ...]] = {
    "tests/e2e/test_sandbox.py::test_a_second_up_starts_nothing": (r"(sudo env PATH=\S+ )?make up",),
    "tests/e2e/test_sandbox.py::test_a_port_that_is_taken_is_named_with_who_holds_it": (
        r"make up ARGS=--http-port .*",
    ),
    "tests/e2e/test_sandbox.py::test_down_leaves_nothing_and_up_starts_anew": (r"make down( ARGS=--force)?",),
    "tests/e2e/test_sandbox.py::test_status_names_a_part_that_runs_and_does_not_answer_and_up_repairs_it": (
        r"\S+python -m sandbox (status|logs apiserver)",
    ),
    "tests/e2e/test_three_nodes.py::test_fewer_nodes_are_refused_with_what_to_type": (r"make up ARGS=--nodes 3",),
    "tests/e2e/test_given_cluster.py::"
    "test_a_running_cluster_of_any_name_is_deployed_to_under_its_own_name_and_the_sandboxs": (
        r"make up ARGS=--cluster context:.*",
    ),
    "tests/unit/test_sandbox_parts.py::test_the_environment_is_read_by_a_shell_as_it_is_meant": (
        r"eval \$\(\S+python -m sandbox env\)",
    ),
    "tests/unit/test_simulated_images.py": (r"\S+python -m sandbox\.services",),
    "tests/clouds/test_stacks.py::test_a_stack_goes_up_answers_stays_and_leaves_nothing": (
        r"eval \$\(\S+python -m sandbox env --clouds\)",
        r"(DOCKER_HOST=\S+ )?pulumi (preview|up|destroy) -s (aks|eks|gke)",
    ),
    "tests/plugins/test_docker_provider.py::test_an_ssh_host_is_not_contacted": (
        r"DOCKER_HOST=\S+ pulumi preview -s local",
    ),
    "tests/e2e/test_docs_deployment.py::test_a_stack_goes_up_is_looked_at_goes_back_and_away_as_the_page_says": (
        r"\S+python -m ops (doctor|status|verify) -s local",
        r"\S+python -m ops report -s local --out report\.html",
        r"\S+python -m ops rollback -s local( --yes)?",
        r"pulumi (preview|up|destroy) -s local",
        r"curl \$\(pulumi stack output url -s local\)/version",
    ),
    "tests/e2e/test_deploy.py::test_up_serves_the_source_by_digest": (
        r"pulumi stack output image -s local",
        r"curl -i http://monadic-pipeline\.localhost:8080",
    ),
    "tests/unit/test_ops_status_command.py::test_a_view_looks_again_until_it_is_ended": (
        r"\S+python -m ops status -s local --watch",
    ),
    "tests/e2e/test_ops_status.py::test_a_digest_that_somebody_changed_is_told_and_the_command_sets_it_back": (
        r"pulumi up --refresh -s local",
    ),
    "tests/e2e/test_ops_recover.py::test_an_update_that_is_killed_at_a_step_is_recovered_and_goes_on": (
        r"\S+python -m ops recover -s local( --yes)?",
        r"pulumi cancel -s local",
    ),
    "tests/e2e/test_loaded.py::test_an_image_that_docker_has_no_more_is_refused_and_built_again_by_the_command_shown": (
        r"pulumi up -s local --replace \S+",
    ),
    "tests/unit/test_ops_status.py::test_a_rollout_is_told_as_kubectl_tells_it": (
        r"kubectl -n monadic-pipeline rollout resume \S+",
    ),
    "tests/faults/test_diagnoses.py::test_a_fault_is_named_for_anything_that_runs_in_a_cluster": (
        r"\S+python -m ops diagnose .*",
    ),
    "tests/e2e/test_pr_comment.py::test_a_pull_request_is_told_what_it_does": (
        r"PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview -s local --json .*",
        r"\S+python -m ops pr-comment previews/aks\.json previews/local\.json( --out comment\.md)?",
    ),
    "tests/e2e/test_policies.py::test_nothing_is_found_in_the_committed_stack_and_what_a_preview_cannot_know_is_said": (
        r"pulumi preview -s local --policy-pack policies",
    ),
    "tests/clouds/test_reviews.py::test_two_pull_requests_have_nothing_in_common_and_one_ends_without_the_other": (
        r"\S+python -m ops review-stack aks --number 12 --hours 4",
        r"pulumi up -s pr-12-aks",
    ),
    "tests/e2e/test_ops_expired.py::test_exactly_what_is_past_its_time_is_named_and_then_destroyed": (
        r"\S+python -m ops expired( --yes)?",
        r"pulumi stack tag set (expires \S+ -s pr-12-aks|profile production -s local)",
    ),
    "tests/e2e/test_ops_expired.py::test_a_closed_pull_request_ends_its_stacks_and_no_others": (
        r"\S+python -m ops expired --yes --closed 12",
    ),
    "tests/e2e/test_signature.py::"
    "test_a_build_is_pushed_and_refused_until_it_is_signed_and_then_comes_up_without_a_build": (
        r"cosign (generate-key-pair|signing-config create --out \S+|sign --key cosign\.key .*)",
    ),
    "tests/e2e/test_package.py::test_the_app_is_deployed_served_and_guarded_and_leaves_nothing": (
        r"pulumi package add \S+",
        r"pulumi (preview|up|destroy)",
    ),
    "tests/unit/test_workflow_jobs.py::"
    "test_a_job_that_a_cloud_does_not_trust_says_who_has_to_trust_it_and_the_comment_has_it": (
        r"\S+python -m ops trust aks",
    ),
    "tests/unit/test_ops_deployments.py::"
    "test_with_yes_the_service_has_what_the_file_says_and_a_second_run_sends_nothing": (
        r"\S+python -m ops deployments( -s eks)?( --yes)?",
    ),
    "tests/unit/test_ops_deployments_trust.py::test_trust_is_printed_for_each_stack_and_nobody_is_asked": (
        r"\S+python -m ops deployments --trust",
    ),
    "tests/unit/test_docs_commands.py::test_what_only_looks_is_known_to_kubectl": (LOOKS.pattern,),
}
"""A test that runs a command, or what is behind it where the sandbox is another one for tests → commands."""
ONLY_HERE = re.compile(
    r"export \S+.*|unset \S+|cd \S+|docker (system prune|image ls)|pulumi login --local|sudo usermod .*|helm upgrade .*"
)
"""What changes the shell or the machine of a person, so that no test runs it."""
