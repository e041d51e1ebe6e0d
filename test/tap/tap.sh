# What the TAP tests in bash share. Each makes a private server of its own, named after itself.

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
require_packages postgresql-PGMAJOR postgresql-server-dev-PGMAJOR

tests=0 failures=0

# ok CONDITION-STATUS NAME [DETAIL]
ok() {
    tests=$((tests + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tests - $2"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $2"
        [ -z "${3:-}" ] || sed 's/^/#   /' <<<"$3"
    fi
}

# is GOT EXPECTED NAME
is() {
    if [ "$1" = "$2" ]; then ok 0 "$3"; else ok 1 "$3" "$(diff <(echo "$2") <(echo "$1") | head -40)"; fi
}

# matches GOT PATTERN NAME
matches() {
    if grep -qE -- "$2" <<<"$1"; then ok 0 "$3"; else ok 1 "$3" "does not match $2: $1"; fi
}

# What passed leaves no server behind: all of them together fill a small disk.
finish() {
    echo "1..$tests"
    [ "$failures" != 0 ] || discard=yes
}

# query DATABASE SQL: the bare answer, errors included.
query() { psql -X -q -A -t -d "$1" -c "$2" 2>&1 || true; }
