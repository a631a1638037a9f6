#!/bin/sh
# Rolls an image out: Terraform's platform stage, with that image.
set -eu

if [ $# -ne 3 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/deploy.sh FILE BUCKET VARIABLES
Applies terraform/platform with the image that FILE names by its digest. BUCKET keeps Terraform's state; VARIABLES is a file of
values in terraform/platform, such as production.tfvars. A state that is locked is waited for, five minutes. Ends when everything is
applied: whether every function has come up with the image, await-rollout.sh says.
USAGE
  exit 2
fi
image=$(cat "$1")
bucket=$2
variables=$3
case $image in
  *@sha256:*) ;;
  *)
    echo "$1 names no image by its digest: $image" >&2
    exit 1
    ;;
esac

terraform -chdir=terraform/platform init -input=false -backend-config="bucket=$bucket"
# In place of this shell, so that a signal reaches Terraform: it then ends in order, and gives the lock of the state back.
exec terraform -chdir=terraform/platform apply -input=false -auto-approve -lock-timeout=5m \
  -var-file="$variables" -var="state_bucket=$bucket" -var="image=$image"
