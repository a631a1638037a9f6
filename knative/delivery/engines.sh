#!/bin/sh
# MySQL and Redis in containers, for the tests; a step of cloudbuild.yaml, and for anyone with Docker.
set -eu

if [ $# -ne 2 ] || { [ "$1" != up ] && [ "$1" != down ]; }; then
  cat >&2 <<'USAGE'
usage: knative/delivery/engines.sh up|down NETWORK
Starts MySQL 8.4 and Redis 7.2 as `settle-mysql` and `settle-redis` in a Docker network and waits until both answer, at most two
minutes each; down ends them. In a container of that network the tests find them at
  MYSQL_URL=mysql://root@settle-mysql:3306/settle  REDIS_URL=redis://settle-redis:6379
USAGE
  exit 2
fi
command=$1
network=$2

if [ "$command" = down ]; then
  exec docker rm --force --volumes settle-mysql settle-redis
fi

# await NAME COMMAND...: asks inside the container until the command succeeds.
await() {
  name=$1
  shift
  attempts=0
  until docker exec "$name" "$@" >/dev/null 2>&1; do
    attempts=$((attempts + 1))
    if [ "$attempts" -ge 60 ]; then
      docker logs --tail 30 "$name" >&2
      echo "$name does not answer" >&2
      exit 1
    fi
    sleep 2
  done
  echo "$name answers"
}

# What the private engines of the tests are told (knative/local/engines/mysql-settings.ts), as far as it is not the default.
docker run --detach --name settle-mysql --network "$network" \
  --env MYSQL_ALLOW_EMPTY_PASSWORD=1 --env MYSQL_ROOT_HOST=% --env MYSQL_DATABASE=settle \
  mysql:8.4.6 \
  --character-set-server=utf8mb4 --default-time-zone=+00:00 --transaction-isolation=READ-COMMITTED \
  --innodb-lock-wait-timeout=5 --innodb-buffer-pool-size=256M --max-connections=200 --max-allowed-packet=64M \
  --skip-log-bin --skip-name-resolve
docker run --detach --name settle-redis --network "$network" redis:7.2.10 --save '' --appendonly no

# Over TCP: while the image initialises its data, a server without a port answers on the socket.
await settle-mysql mysqladmin --protocol=tcp --host=127.0.0.1 --user=root ping
await settle-redis redis-cli ping
