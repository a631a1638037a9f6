#!/bin/sh
# Runs a step of a deployment only if the one before it has passed, and notes that it has.
set -eu

if [ $# -lt 3 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/gate.sh STEP BEFORE COMMAND [ARGUMENT…]
Runs COMMAND if .local/delivery/passed/BEFORE is there (BEFORE may be "-"), and then makes .local/delivery/passed/STEP. In
cloudbuild.yaml these steps are allowed to fail, so that roll-back.sh has its turn; without this they would go on regardless.
USAGE
  exit 2
fi
step=$1
before=$2
shift 2
passed=.local/delivery/passed
mkdir -p "$passed"
rm -f "$passed/$step"

if [ "$before" != - ] && [ ! -e "$passed/$before" ]; then
  echo "$step: left out, $before has not passed" >&2
  exit 1
fi
"$@"
: >"$passed/$step"
