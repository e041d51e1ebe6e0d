# What the scripts share: packages, the build, a private PostgreSQL server. Sourced by bash.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
jobs=$(nproc)

say() { if [ -t 1 ]; then printf '\033[1m== %s\033[0m\n' "$*"; else printf '== %s\n' "$*"; fi; }
die() { printf 'quire: %s\n' "$*" >&2; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# --- packages ---------------------------------------------------------------------------------------------------------

has_package() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# The major that quire is built for: PG_MAJOR, or the one that the distribution ships.
find_major() {
    [ -n "${PG_MAJOR:-}" ] && return
    PG_MAJOR=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'postgresql-server-dev-[0-9]*' 2>/dev/null |
        sed -n 's/^installed postgresql-server-dev-\([0-9]*\)$/\1/p' | sort -n | tail -1 || true)
    [ -n "$PG_MAJOR" ] || PG_MAJOR=$(apt-cache depends postgresql 2>/dev/null |
        sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -1 || true)
}

# require_packages NAME...: PGMAJOR in a name stands for the major.
require_packages() {
    command -v dpkg-query >/dev/null || die "this script installs Debian packages, and this is no Debian; see README.md, Install"
    find_major
    if [ -z "$PG_MAJOR" ]; then
        as_root apt-get update -qq || die "apt-get update failed"
        find_major
    fi
    [ -n "$PG_MAJOR" ] || die "no PostgreSQL package to be found; set PG_MAJOR"

    local missing=() name
    for name in "${@//PGMAJOR/$PG_MAJOR}"; do has_package "$name" || missing+=("$name"); done
    if [ ${#missing[@]} -gt 0 ]; then
        say "Installing with apt: ${missing[*]}"
        [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
            die "these packages are missing, and only root can install them: apt-get install ${missing[*]}"
        install_packages "${missing[@]}" || die "could not install: ${missing[*]}"
    fi
    pg_bin=/usr/lib/postgresql/$PG_MAJOR/bin
    export PG_CONFIG=$pg_bin/pg_config
    [ -x "$PG_CONFIG" ] || die "there is no $PG_CONFIG"
}

# Node's client of PostgreSQL: Debian's, or npm's where Node is not Debian's, whose packages then cannot be installed.
require_node_client() {
    if command -v npm >/dev/null && ! has_package node-pg; then
        export NODE_PATH=$root/build/node/node_modules
        [ -d "$NODE_PATH/pg" ] || npm install --silent --no-audit --no-fund --prefix "$root/build/node" pg@8 >&2 ||
            die "npm could not install pg"
    else
        require_packages nodejs node-pg
    fi
}

# Debian's server package would create and start a cluster for the whole machine, which nobody asked for here.
install_packages() {
    local keep=/etc/postgresql-common/createcluster.d/quire-none.conf log rc=0
    log=$(mktemp)
    has_package "postgresql-$PG_MAJOR" || echo 'create_main_cluster = false' | as_root install -D -m 644 /dev/stdin $keep
    { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
        >"$log" 2>&1 </dev/null || { rc=1; cat "$log" >&2; }
    as_root rm -f $keep "$log"
    return $rc
}

# --- the build --------------------------------------------------------------------------------------------------------

build_extension() {
    say "Building quire $(version) for PostgreSQL $PG_MAJOR"
    make -s -C "$root" -j"$jobs" COPT=-Werror "$@" >&2
}

version() { sed -n "s/^default_version *= *'\(.*\)'/\1/p" "$root/quire.control"; }

# --- a private server -------------------------------------------------------------------------------------------------
# A copy of the server's programs beside links to the rest of its files, so that quire can be installed into it without
# touching the system: PostgreSQL finds its files by the place of its program.

# private_server NAME: a fresh server of that name, running, with quire installed, psql's environment set.
private_server() {
    server_user=$(id -un)
    [ "$(id -u)" = 0 ] && server_user=postgres
    server=$(server_folder "$1")
    stop_server
    rm -rf "$server"
    mkdir -p "$server/log"
    copy_programs
    install_extension

    # A socket's path may have 107 bytes.
    sockets=$server/s
    [ ${#sockets} -lt 80 ] || sockets=$(mktemp -d /tmp/quire.XXXXXX)
    mkdir -p "$sockets"
    [ "$(id -u)" != 0 ] || chown -R "$server_user" "$server/log" "$sockets"
    chmod 700 "$sockets"
    [ "$(id -u)" != 0 ] || install -d -o "$server_user" -m 700 "$server/data"

    server_preload=
    as_server initdb -D "$server/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >"$server/log.initdb" 2>&1 ||
        { cat "$server/log.initdb" >&2; die "initdb failed"; }
    as_server tee -a "$server/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$sockets'
fsync = off
max_prepared_transactions = 10
CONF
    start_server
    trap leave EXIT
    export PGHOST=$sockets PGUSER=postgres PGDATABASE=postgres PGPORT=5432 PGTZ=UTC PGOPTIONS='' PGDATA=$server/data
    export PATH=$pg_bin:$PATH
}

# Inside the checkout, unless the user that the server runs as cannot get there.
server_folder() {
    local inside=$root/build/server/$1
    mkdir -p "$inside"
    if [ "$(id -u)" != 0 ] || runuser -u postgres -- test -x "$inside"; then
        echo "$inside"
    else
        echo "/var/tmp/quire-$(echo "$root" | cksum | cut -d' ' -f1)/$1"
    fi
}

copy_programs() {
    local here=$server/root program
    mkdir -p "$here$pg_bin" "$here/usr/share/postgresql/$PG_MAJOR" "$here/usr/lib/postgresql/$PG_MAJOR/lib"
    for program in postgres initdb pg_ctl; do cp "$pg_bin/$program" "$here$pg_bin/"; done
    cp -rs "$("$PG_CONFIG" --sharedir)/." "$here$("$PG_CONFIG" --sharedir)/"
    cp -rs "$("$PG_CONFIG" --pkglibdir)/." "$here$("$PG_CONFIG" --pkglibdir)/"
}

# What the system may have of quire must not be written through a link.
install_extension() {
    rm -rf "$server/root$("$PG_CONFIG" --sharedir)/extension/"quire{.control,--*} "$server/root$("$PG_CONFIG" --pkglibdir)/quire.so"
    make -s -C "$root" install DESTDIR="$server/root" >"$server/log.install" 2>&1 ||
        { cat "$server/log.install" >&2; die "make install failed"; }
}

as_server() {
    local program=$1; shift
    [ "$program" = tee ] || program=$server/root$pg_bin/$program
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u "$server_user" -- "$program" "$@")
    else
        "$program" "$@"
    fi
}

start_server() {
    LD_PRELOAD=$server_preload as_server pg_ctl -D "$server/data" -l "$server/log/server.log" -w -s start >/dev/null ||
        { tail -20 "$server/log/server.log" >&2; die "the private server did not start"; }
}

stop_server() {
    [ -f "$server/data/postmaster.pid" ] || return 0
    as_server pg_ctl -D "$server/data" -m fast -w -s stop >/dev/null 2>&1 || true
}

leave() {
    stop_server
    [ -z "${discard:-}" ] || rm -rf "$server"
    case $sockets in /tmp/quire.*) rmdir "$sockets" 2>/dev/null || true ;; esac
}

# run_psql ARGUMENT...: without the user's own settings, stopping at the first error.
run_psql() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }
