#!/bin/sh
# Builds and pushes the one image of all functions.
set -eu

if [ $# -ne 2 ]; then
  cat >&2 <<'USAGE'
usage: knative/delivery/build-image.sh IMAGE:TAG COMMIT
Builds knative/image/Dockerfile, pushes it, and writes the name with its digest, which no later push can change, to
.local/delivery/image. COMMIT becomes the image's label org.opencontainers.image.revision.
USAGE
  exit 2
fi
image=$1
commit=$2
mkdir -p .local/delivery

docker build --file knative/image/Dockerfile --build-arg "REVISION=$commit" --tag "$image" .
docker push "$image"

# A digest is known once the image is pushed.
digest=$(docker inspect --format '{{index .RepoDigests 0}}' "$image")
case $digest in
  *@sha256:*) ;;
  *)
    echo "no digest for $image: $digest" >&2
    exit 1
    ;;
esac
echo "$digest" >.local/delivery/image
echo "$digest"
