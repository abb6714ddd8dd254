#!/usr/bin/env bash
# What the jobs of azure-pipelines.yml do, each in the login of its service connection (AzureCLI@2):
# azure.sh preview | test-cluster | expired | deploy
set -euo pipefail

# A variable that nobody has set arrives as it is written in the pipeline.
for each in PULUMI_ACCESS_TOKEN PULUMI_CONFIG_PASSPHRASE; do
  if [ "${!each-}" = "\$($each)" ]; then unset "$each"; fi
done

curl -fsSL https://get.pulumi.com | sh -s -- --version 3.274.1
export PATH="$HOME/.pulumi/bin:$PATH"
python3 -m sandbox.bootstrap python

token=$(mktemp)
printf %s "$idToken" > "$token"
export ARM_USE_OIDC=true ARM_OIDC_TOKEN_FILE_PATH="$token" ARM_CLIENT_ID="$servicePrincipalId"
ARM_SUBSCRIPTION_ID=$(az account show --query id --output tsv)
export ARM_TENANT_ID="$tenantId" ARM_SUBSCRIPTION_ID
sudo az aks install-cli --only-show-errors # kubelogin, which the Kubernetes provider calls

up() {
  pulumi up -s "$1" --yes --skip-preview --non-interactive --policy-pack policies
  .venv/bin/python -m ops verify -s "$1"
}

case "$1" in
  preview)
    mkdir -p previews
    # A preview builds nothing; the provider never asks such a host. The events have findings of policies, too.
    export DOCKER_HOST=ssh://preview.invalid PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true
    failed=0
    pulumi preview -s "$STACK" --json --color never --non-interactive --policy-pack policies \
      > "previews/$STACK.json" 2> "previews/$STACK.err" || failed=$?
    cat "previews/$STACK.err" >&2
    exit "$failed"
    ;;
  test-cluster)
    number=$SYSTEM_PULLREQUEST_PULLREQUESTID
    # First of all: a stack that fails half-way has its end, too.
    .venv/bin/python -m ops review-stack "$TEST_STACK" --number "$number" --hours "${TEST_HOURS:-8}"
    up "pr-$number-$TEST_STACK"
    ;;
  expired) .venv/bin/python -m ops expired --yes ;;
  deploy) up "$DEPLOY_STACK" ;;
  *)
    echo "$0: no job $1; preview, test-cluster, expired or deploy" >&2
    exit 2
    ;;
esac
