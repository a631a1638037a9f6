#!/bin/sh
# Waits until every function answers with an image, and with that image only.
set -eu

if [ $# -ne 2 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/await-rollout.sh FILE SECONDS
Waits, at most SECONDS, until all Knative Services of the namespace are Ready: while traffic still moves to the new revision, they
are not. Then looks whether all of them run the image that FILE names by its digest.
USAGE
  exit 2
fi
image=$(cat "$1")
seconds=$2

if ! kubectl wait services.serving.knative.dev --all --namespace settle --for=condition=Ready --timeout="${seconds}s"; then
  kubectl get services.serving.knative.dev,revisions.serving.knative.dev --namespace settle >&2
  exit 1
fi
"$(dirname "$0")/record-running.sh" .local/delivery/running
if [ "$(cat .local/delivery/running)" != "$image" ]; then
  echo "not $image" >&2
  exit 1
fi
