#!/bin/sh
# Has Artifact Analysis write the bill of materials of an image.
set -eu

if [ $# -ne 1 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/sbom.sh FILE
Exports the SBOM (SPDX) of the image that FILE names by its digest to Cloud Storage, and notes it at the image in Artifact Registry.
USAGE
  exit 2
fi
gcloud artifacts sbom export --uri="$(cat "$1")"
