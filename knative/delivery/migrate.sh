#!/bin/sh
# Brings the schema up to date, before functions that need it are rolled out.
set -eu

if [ $# -ne 2 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/migrate.sh FILE SECONDS
Runs knative/jobs/migrate.yaml with the image that FILE names by its digest, and waits at most SECONDS for it. Prints its log. What
has been migrated before is left alone, so it may run again at any time.
USAGE
  exit 2
fi
image=$(cat "$1")
seconds=$2

# A Job's template cannot be changed: the one of the last deployment goes first.
kubectl delete job migrate --namespace settle --ignore-not-found
job=$(kubectl set image --local --filename knative/jobs/migrate.yaml "*=$image" --output yaml)
# As its own account, as the overlay for GKE has it: it may read the database's secret, and nothing else.
job=$(printf '%s\n' "$job" | kubectl set serviceaccount --local --filename - migrate --output yaml)
printf '%s\n' "$job" | kubectl apply --namespace settle --filename -

waited=0
while :; do
  # Which of the two conditions comes is not known, and kubectl waits for one only.
  state=$(kubectl get job migrate --namespace settle \
    --output 'jsonpath={.status.conditions[?(@.status=="True")].type}')
  case $state in
    *Complete*)
      kubectl logs job/migrate --namespace settle
      exit 0
      ;;
    *Failed*) break ;;
  esac
  if [ "$waited" -ge "$seconds" ]; then
    echo "the migration is not done after $seconds s" >&2
    break
  fi
  sleep 2
  waited=$((waited + 2))
done
kubectl describe job migrate --namespace settle >&2
kubectl logs job/migrate --namespace settle >&2 || true
exit 1
