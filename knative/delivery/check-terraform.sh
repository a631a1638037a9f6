#!/bin/sh
# Holds Terraform's modules against their providers, which `npm run check` does without, and runs their tests.
set -eu

if [ $# -ne 1 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/check-terraform.sh FOLDER
Fetches the providers of each module in FOLDER, such as terraform, and ends with 1 if one is not formatted, has an argument that its
provider does not know, or a test that fails. Calls no cloud and reads no state.
USAGE
  exit 2
fi
cd "$1"

terraform fmt -check -recursive -diff
for module in */; do
  echo "$module"
  terraform -chdir="$module" init -input=false -backend=false
  terraform -chdir="$module" validate
  terraform -chdir="$module" test
done
