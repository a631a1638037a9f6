#!/bin/sh
# Puts the image from before back, if the deployment did not pass its smoke test.
set -eu

if [ $# -ne 4 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/roll-back.sh STEP FILE BUCKET VARIABLES
Does nothing if .local/delivery/passed/STEP is there. Otherwise deploys the image that FILE names (see record-running.sh), or, if it
names none because this was the first deployment, says so. The schema stays: a migration leaves the version before working.
USAGE
  exit 2
fi
if [ -e ".local/delivery/passed/$1" ]; then
  echo "$1 has passed: nothing to take back"
  exit 0
fi
if [ ! -s "$2" ]; then
  echo "$1 has not passed, and nothing ran before: there is nothing to go back to" >&2
  exit 0
fi
echo "$1 has not passed: going back to $(cat "$2")" >&2
exec "$(dirname "$0")/deploy.sh" "$2" "$3" "$4"
