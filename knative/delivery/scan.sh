#!/bin/sh
# Refuses an image with known vulnerabilities that are high or critical.
set -eu

if [ $# -ne 2 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/scan.sh FILE SECONDS
Waits, at most SECONDS, until Artifact Analysis has looked at the image that FILE names by its digest, as it does with each that is
pushed. Ends with 1 if it found a vulnerability whose effective severity is HIGH or CRITICAL and that
knative/delivery/accepted-vulnerabilities.txt does not name, and also if it could not look.
USAGE
  exit 2
fi
image=$(cat "$1")
seconds=$2
accepted=$(dirname "$0")/accepted-vulnerabilities.txt

waited=0
while :; do
  state=$(gcloud artifacts docker images describe "$image" --show-all-metadata \
    --format='value(discovery_summary.discovery[0].discovery.analysisStatus)')
  case $state in
    FINISHED_SUCCESS) break ;;
    FINISHED_* | COMPLETE)
      echo "the scan of $image ended with $state" >&2
      exit 1
      ;;
  esac
  if [ "$waited" -ge "$seconds" ]; then
    echo "no scan of $image after $seconds s: ${state:-none begun; is containerscanning.googleapis.com enabled?}" >&2
    exit 1
  fi
  sleep 10
  waited=$((waited + 10))
done
found=$(gcloud artifacts vulnerabilities list "$image" \
  --format='value[separator=" "](occurrence.vulnerability.effectiveSeverity, occurrence.noteName.basename())')

status=0
while read -r severity name; do
  case $severity in
    HIGH | CRITICAL)
      if grep -qxF -- "$name" "$accepted"; then
        echo "$severity $name, accepted"
      else
        echo "$severity $name" >&2
        status=1
      fi
      ;;
  esac
done <<FOUND
$found
FOUND
exit "$status"
