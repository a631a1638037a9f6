#!/bin/sh
# A caller's token from the identity provider, as a service gets one (OAuth 2.0 client credentials, RFC 6749, section 4.4).
set -eu

if [ $# -ne 3 ]; then
  cat >&2 <<'USAGE'
usage: SETTLE_CLIENT_SECRET=… knative/delivery/fetch-token.sh TOKEN-URL CLIENT-ID AUDIENCE
Prints the token and nothing else. The client needs the scopes read, transactions:write and accounts:write.
USAGE
  exit 2
fi

# The secret goes in by standard input: arguments can be read by every process.
answer=$(printf '%s' "$SETTLE_CLIENT_SECRET" | curl --silent --show-error --fail --max-time 30 "$1" \
  --data-urlencode grant_type=client_credentials --data-urlencode "client_id=$2" \
  --data-urlencode client_secret@- --data-urlencode "audience=$3" \
  --data-urlencode 'scope=read transactions:write accounts:write')
printf '%s' "$answer" | node -p 'JSON.parse(fs.readFileSync(0, "utf8")).access_token ?? process.exit(1)'
