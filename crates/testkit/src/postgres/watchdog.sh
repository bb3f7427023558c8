# Starts a PostgreSQL cluster from the programs in $1, prints its folder, and removes it when standard input ends.
set -eu
bin=$1
folder=$(mktemp -d "${TMPDIR:-/tmp}/pramaan-postgres-XXXXXXXX")

finish() {
    "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 0' HUP INT PIPE TERM

"$bin/initdb" -D "$folder/data" -U pramaan --auth=trust --encoding=UTF8 --no-locale --no-sync \
    >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
cat >>"$folder/data/postgresql.conf" <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 300
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
deadlock_timeout = 20ms
shared_buffers = 64MB
max_wal_size = 4GB
SETTINGS
# With a certificate, its key and a port, also over TCP with TLS.
if [ $# -eq 4 ]; then
    (umask 077 && printf '%s' "$2" >"$folder/data/server.crt" && printf '%s' "$3" >"$folder/data/server.key")
    cat >>"$folder/data/postgresql.conf" <<SETTINGS
listen_addresses = '127.0.0.1'
port = $4
ssl = on
SETTINGS
fi
"$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null 2>&1 </dev/null \
    || { cat "$folder/log" >&2; exit 1; }

echo "$folder"
cat >/dev/null
