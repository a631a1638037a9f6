#!/bin/sh
# One transfer, from the first account to the last digit, at the address that callers use.
set -eu

if [ $# -ne 3 ]; then
  cat >&2 <<'USAGE'
usage: SETTLE_TOKEN=… knative/delivery/smoke.sh URL NAME CURRENCY
Opens the accounts smoke-NAME-a and smoke-NAME-b, moves 0.25 from one to the other, waits for COMPLETED (a minute at most), looks at
both balances, and takes everything back. Ends with 0 if all was as it should be. A run that fails leaves at most 1.00, which came
from the currency's world account and is in the books like any money. NAME is to be a new one each time.
The token needs the scopes read, transactions:write and accounts:write.
USAGE
  exit 2
fi
export SETTLE_URL=$1
a=smoke-$2-a
b=smoke-$2-b
transfer=smoke-$2
currency=$3

client() {
  npm run --silent client -- "$@"
}

# moves COMMAND...: sends a transaction; the answer may come before the decision, which is waited for.
moves() {
  client "$@" --transactionId "$id" >/dev/null || true
  client wait "$id" --seconds 60
}

# has ACCOUNT BALANCE
has() {
  balance=$(client balance "$1")
  case $balance in
    *"\"balance\": $2,"*) ;;
    *)
      printf '%s has not %s: %s\n' "$1" "$2" "$balance" >&2
      exit 1
      ;;
  esac
}

# An account belongs to a user that its caller has made; made again, it is the same.
client user smoke --userId smoke
client open "$a" "$currency" --userId smoke --openingBalance 1
client open "$b" "$currency" --userId smoke
id=$transfer
moves transfer "$a" "$b" 0.25
has "$a" 0.75
has "$b" 0.25

# An account is closed when it is empty.
id=$transfer-reversed
moves reverse "$transfer"
id=$transfer-withdrawn
moves withdraw "$a" 1 "$currency"
client close "$a"
client close "$b"
echo "a transfer was applied at $1"
