#!/bin/sh
# Says how a deployment ended; of one that was taken back, whether that is done.
set -eu

if [ $# -ne 3 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/verdict.sh STEP FILE SECONDS
Ends with 0 if .local/delivery/passed/STEP is there. Otherwise waits, at most SECONDS, until everything runs the image that FILE names
again, and ends with 1.
USAGE
  exit 2
fi
if [ -e ".local/delivery/passed/$1" ]; then
  echo "deployed: $(cat .local/delivery/image)"
  exit 0
fi
if [ ! -s "$2" ]; then
  echo 'NOT deployed, and nothing ran before' >&2
elif "$(dirname "$0")/await-rollout.sh" "$2" "$3"; then
  echo "NOT deployed; everything runs $(cat "$2") as before" >&2
else
  echo "NOT deployed, and NOT taken back: $(cat "$2") does not run everywhere" >&2
fi
exit 1
