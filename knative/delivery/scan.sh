#!/bin/sh
# Refuses an image with known vulnerabilities that are high or critical.
set -eu

if [ $# -ne 2 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/scan.sh FILE us|europe|asia
Scans the image that FILE names by its digest, in that multi-region, and ends with 1 if it has a vulnerability whose effective
severity is HIGH or CRITICAL and that knative/delivery/accepted-vulnerabilities.txt does not name.
USAGE
  exit 2
fi
image=$(cat "$1")
location=$2
accepted=$(dirname "$0")/accepted-vulnerabilities.txt

scan=$(gcloud artifacts docker images scan "$image" --remote --location="$location" --format='value(response.scan)')
if [ -z "$scan" ]; then
  echo "no scan of $image" >&2
  exit 1
fi
found=$(gcloud artifacts docker images list-vulnerabilities "$scan" --location="$location" \
  --format='value[separator=" "](vulnerability.effectiveSeverity, noteName.basename())')

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
