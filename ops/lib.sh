# Shared by the scripts in ops/: where things are, stages with their times, installing what is missing.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
packages_file=$root/ops/packages.txt
jobs=$(nproc)

say() { printf '%s\n' "$*" >&2; }

# stage NAME COMMAND...: runs the command and prints how long it took, also when it fails.
stage() {
  local name=$1 begin=$SECONDS status=0
  shift
  say "== $name"
  "$@" || status=$?
  say "== $name: $((SECONDS - begin)) s$([ "$status" = 0 ] || printf ', failed with status %s' "$status")"
  return "$status"
}

is_debian() { [ -r /etc/os-release ] && grep -qE '^ID(_LIKE)?=.*debian' /etc/os-release && command -v dpkg-query >/dev/null; }

# Whether a header, command or file shows that a package is there.
probe() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *.h | *.hpp) command -v c++ >/dev/null && printf '#include <%s>\n' "$1" | c++ -std=c++20 -E -x c++ - >/dev/null 2>&1 ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# missing PURPOSE...: the packages of these purposes that are not installed.
missing() {
  local purpose package probe_for _
  while read -r purpose package probe_for _; do
    case " $* " in *" $purpose "*) ;; *) continue ;; esac
    if is_debian; then
      # A command may come from elsewhere; a library counts only as Debian's package.
      [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = 'install ok installed' ] ||
        { [[ $probe_for =~ ^[a-z0-9+-]+$ ]] && command -v "$probe_for" >/dev/null; } || printf '%s\n' "$package"
    else
      probe "$probe_for" || printf '%s\n' "$package"
    fi
  done < <(grep -vE '^(#|$)' "$packages_file") | sort -u
}

install_packages() {
  apt-get -qq update >&2 &&
    apt-get -qq install --no-install-recommends -y "$@" </dev/null >&2
}

# A server's package would start it, listening everywhere; we only want its programs.
without_starting_services() {
  local policy=/usr/sbin/policy-rc.d status=0
  [ ! -e "$policy" ] || { "$@"; return; }
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  "$@" || status=$?
  rm -f "$policy"
  return "$status"
}

# install PURPOSE...: installs what is missing where that is possible, else names it and fails.
install() {
  local wanted
  mapfile -t wanted < <(missing "$@")
  [ "${#wanted[@]}" -gt 0 ] || return 0
  if ! is_debian || [ "$(id -u)" != 0 ]; then
    say "These packages are missing and must be installed first (names as in Debian 12):"
    say "  ${wanted[*]}"
    is_debian && say "For example: sudo apt-get install ${wanted[*]}"
    return 1
  fi
  say "Installing ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  without_starting_services install_packages "${wanted[@]}"
}

# build PRESET [TARGET...]: configures once, then builds.
build() {
  local preset=$1
  shift
  (cd "$root" && cmake --preset "$preset" >/dev/null && cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"} >&2)
}

# cluster_tool [PRESET]: the program that keeps private servers and clusters (ops/cluster): that build's, else that of
# ROBIN_BIN's folder, else that of the first build there is; built where there is none.
cluster_tool() {
  local candidate
  for candidate in ${1:+"$root/build/$1/bin"} ${ROBIN_BIN:+"$ROBIN_BIN"} "$root"/build/{run,release,dev,bench,asan}/bin; do
    [ ! -x "$candidate/robin-cluster" ] || { printf '%s\n' "$candidate/robin-cluster"; return; }
  done
  build "${1:-release}" robin-cluster && printf '%s\n' "$root/build/${1:-release}/bin/robin-cluster"
}

# A RabbitMQ and a PostgreSQL of our own, stopped however this script ends: start_servers [PRESET [FLAG...]].
stop_servers() {
  "$servers_tool" servers stop "$servers"
  rmdir "$(dirname "$servers")"
}
start_servers() {
  servers_tool=$(cluster_tool "${1:-}") || return
  servers=$(mktemp -d "${TMPDIR:-/tmp}/robin-servers.XXXXXX")/run
  # The servers run as users of their own and must get through to their folders.
  chmod 711 "$(dirname "$servers")"
  trap stop_servers EXIT
  "$servers_tool" servers start "$servers" "${@:2}" || return
  set -a
  # shellcheck source=/dev/null
  . "$servers/env"
  set +a
}
