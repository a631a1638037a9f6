#!/bin/sh
# Notes which image runs, so that a deployment that fails can be taken back.
set -eu

if [ $# -ne 1 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/record-running.sh FILE
Writes to FILE the image that the functions run, by its digest; nothing if there are none yet. Ends with 1 if they do not all run
the same: then an earlier deployment was left half done, and a person is to say which one to go back to.
USAGE
  exit 2
fi
mkdir -p "$(dirname "$1")"

images=$(kubectl get services.serving.knative.dev --namespace settle \
  --output 'jsonpath={range .items[*]}{.spec.template.spec.containers[0].image}{"\n"}{end}')
running=$(printf '%s\n' "$images" | sort -u)
if [ "$(printf '%s\n' "$running" | wc -l)" -gt 1 ]; then
  printf 'The functions run several images:\n%s\n' "$running" >&2
  exit 1
fi
printf '%s' "$running" >"$1"
echo "running: ${running:-nothing yet}"
