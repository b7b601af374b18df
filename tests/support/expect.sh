# Shared by the tests of what is installed (tests/package/run, tests/compose/run), which have a folder $work.
# shellcheck shell=bash

# Where this machine's Debian packages come from.
mirror() {
  awk '/^URIs:/ { print $2; exit } /^deb / { for (i = 2; i <= NF; ++i) if ($i ~ /^http/) { print $i; exit } }' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null
}

# expect WHAT COMMAND...: says whether it succeeds; what it printed only if it does not.
expect() {
  local what=$1
  shift
  if "$@" >"${work:?}/last.log" 2>&1; then
    say "ok    $what"
  else
    say "WRONG $what"
    tail -n 30 "$work/last.log" >&2
    return 1
  fi
}
