#!/bin/sh
# The smoke test, with a token of the client that is made for it.
set -eu

if [ $# -ne 6 ]; then
  cat >&2 <<'USAGE'
usage: SETTLE_CLIENT_SECRET=… knative/delivery/smoke-with-client.sh TOKEN-URL CLIENT-ID AUDIENCE URL NAME CURRENCY
See fetch-token.sh and smoke.sh. The secret is not passed on.
USAGE
  exit 2
fi
here=$(dirname "$0")
SETTLE_TOKEN=$("$here/fetch-token.sh" "$1" "$2" "$3")
export SETTLE_TOKEN
unset SETTLE_CLIENT_SECRET
exec "$here/smoke.sh" "$4" "$5" "$6"
