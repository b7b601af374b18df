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
    /*) compgen -G "$1" >/dev/null ;;
    *.h | *.hpp) command -v c++ >/dev/null && printf '#include <%s>\n' "$1" | c++ -std=c++20 -E -x c++ - >/dev/null 2>&1 ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# The release of Debian that this is, or that a system like it was made from: 12, 13; what comes after the newest release is 14.
release() {
  local version
  version=$(cat /etc/debian_version 2>/dev/null) || version=''
  case $version in
    [0-9]*) printf '%s\n' "${version%%.*}" ;;
    bookworm/*) echo 12 ;;
    trixie/*) echo 13 ;;
    *) echo 14 ;;
  esac
}

# The system's name for itself.
system_name() { (. /etc/os-release 2>/dev/null && printf '%s\n' "${PRETTY_NAME:-this system}") || echo 'this system'; }

# rows PURPOSE...: package and probe of what this release needs for these purposes.
rows() {
  local now purpose package releases probe_for _
  now=$(release)
  while read -r purpose package releases probe_for _; do
    case " $* " in *" $purpose "*) ;; *) continue ;; esac
    case $releases in
      all) ;;
      -*) [ "$now" -le "${releases#-}" ] || continue ;;
      *-) [ "$now" -ge "${releases%-}" ] || continue ;;
      *) say "ops/packages.txt: $package is for the releases '$releases': write all, -12 or 13-"; return 1 ;;
    esac
    printf '%s %s\n' "$package" "$probe_for"
  done < <(grep -vE '^(#|$)' "$packages_file") | sort -u
}

# missing PURPOSE...: the packages of these purposes that are not installed.
missing() {
  local package probe_for wanted
  wanted=$(rows "$@") || return
  while read -r package probe_for; do
    if is_debian; then
      # A command or a file may come from elsewhere, or by a package with a version in its name; a library counts only as Debian's package.
      [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = 'install ok installed' ] ||
        { [[ ! $probe_for =~ \.hp*$ ]] && probe "$probe_for"; } || printf '%s\n' "$package"
    else
      probe "$probe_for" || printf '%s\n' "$package"
    fi
  done <<<"$wanted" | sort -u
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
  local names wanted
  names=$(missing "$@") || return
  [ -n "$names" ] || return 0
  mapfile -t wanted <<<"$names"
  if ! is_debian || [ "$(id -u)" != 0 ]; then
    say "These packages are missing on $(system_name) and must be installed first (names as in Debian):"
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

# A port on loopback that nobody listens on, below those that the kernel gives to clients (32768 and up): one of these
# could be taken by any connection before our server binds it.
free_port() {
  local port
  while true; do
    port=$((12000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { printf '%s\n' "$port"; return; }
  done
}

# A RabbitMQ and a PostgreSQL of our own, stopped however this script ends.
stop_servers() {
  "$root/ops/servers" stop "$servers"
  rmdir "$(dirname "$servers")"
}
start_servers() {
  servers=$(mktemp -d "${TMPDIR:-/tmp}/robin-servers.XXXXXX")/run
  # The servers run as users of their own and must get through to their folders.
  chmod 711 "$(dirname "$servers")"
  trap stop_servers EXIT
  "$root/ops/servers" start "$servers" || return
  set -a
  # shellcheck source=/dev/null
  . "$servers/env"
  set +a
}
