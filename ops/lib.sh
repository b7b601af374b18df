# Shared by the scripts in ops/: where things are, stages with their times, installing what is missing.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
packages_file=$root/ops/packages.txt
jobs=$(nproc)
# Places for tests: each that computes takes two, each that waits for servers one (robin_test in ops/cmake/robin_targets.cmake).
test_jobs=$((2 * jobs))

say() { printf '%s\n' "$*" >&2; }

# What a script ends with that could not do its work on this machine: neither passed nor failed (ctest and automake use it, too).
skipped=77

# skip REASON: ends the script so.
skip() {
  say "SKIPPED: ${0#"$root/"}: $*"
  [ -z "${ROBIN_STAGES:-}" ] || printf 'reason %s\n' "$*" >>"$ROBIN_STAGES"
  exit "$skipped"
}

# stage NAME COMMAND...: runs the command and prints how long it took, also when it fails. One that is skipped is no failure, and is
# counted (count_stages).
stage() {
  local name=$1 begin=$SECONDS status=0 end='' reason=''
  shift
  say "== $name"
  "$@" || status=$?
  case $status in
    0) note_stage passed "$name" ;;
    "$skipped")
      [ -z "${ROBIN_STAGES:-}" ] || reason=$(sed -n 's/^reason //p' "$ROBIN_STAGES" | tail -n 1)
      end=", SKIPPED${reason:+: $reason}"
      note_stage skipped "$name${reason:+ ($reason)}"
      status=0
      ;;
    *) end=", failed with status $status" ;;
  esac
  say "== $name: $((SECONDS - begin)) s$end"
  return "$status"
}

# count_stages: from here on, what passed and what was skipped is noted in build/stages, by the scripts that this one starts, too;
# whoever began to count says it in the end (summary).
counts_stages=no
count_stages() {
  [ -z "${ROBIN_STAGES:-}" ] || return 0
  export ROBIN_STAGES=$root/build/stages
  counts_stages=yes
  mkdir -p "$root/build"
  : >"$ROBIN_STAGES"
}
note_stage() { [ -z "${ROBIN_STAGES:-}" ] || printf '%s %s\n' "$1" "$2" >>"$ROBIN_STAGES"; }
summary() {
  [ "$counts_stages" = yes ] || return 0
  local passed skipped_ones=() tests=() list
  passed=$(grep -c '^passed ' "$ROBIN_STAGES" || true)
  mapfile -t skipped_ones < <(sed -n 's/^skipped //p' "$ROBIN_STAGES")
  mapfile -t tests < <(sed -n 's/^test //p' "$ROBIN_STAGES")
  printf -v list ', %s' "${skipped_ones[@]}"
  say "== $passed stages passed, ${#skipped_ones[@]} skipped${skipped_ones[0]+: ${list#, }}"
  printf -v list ', %s' "${tests[@]}"
  say "== ${#tests[@]} tests skipped${tests[0]+: ${list#, }}"
}

# run_ctest PRESET ARGUMENT...: no test at all is a failure; those that were skipped are counted.
run_ctest() {
  local preset=$1 results=$root/build/$1/tests.xml status=0
  shift
  (cd "$root" && ctest --preset "$preset" -j "$test_jobs" --no-tests=error --output-junit "$results" "$@") || status=$?
  [ -z "${ROBIN_STAGES:-}" ] || sed -n "s/^.*<testcase name=\"\([^\"]*\)\".* status=\"\(notrun\|disabled\)\".*/test \1 (build\/$preset)/p" "$results" >>"$ROBIN_STAGES"
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

# Reads what apt-get says and tells every few seconds how far it is; what goes wrong apt-get itself says on stderr.
tell_progress() {
  local line all=1 done=0 last=$SECONDS
  while read -r line; do
    case $line in
      *' newly installed,'*) read -r all _ line _ <<<"$line" && all=$((2 * (all + line))) ;;
      'Unpacking '* | 'Setting up '*) done=$((done + 1)) ;;
      *) continue ;;
    esac
    [ $((SECONDS - last)) -ge 5 ] || continue
    last=$SECONDS
    say "installing: $((100 * done / all)) % ($line)"
  done
}
install_packages() {
  say 'reading the lists of packages'
  apt-get -qq update >&2 &&
    apt-get -q install --no-install-recommends -y "$@" </dev/null | tell_progress
}

# A server's package would start it, listening everywhere; we only want its programs. The file that prevents it goes with us, also when we
# are interrupted: else no package would start a service any more. One of ours that nobody holds was left by a process that was killed.
service_policy=/usr/sbin/policy-rc.d
without_starting_services() {
  local mark='# by ops/lib.sh' held
  if [ -e "$service_policy" ] && ! grep -qxF "$mark" "$service_policy"; then
    "$@"
    return
  fi
  (
    exec {held}>>"$service_policy"
    if flock --nonblock "$held"; then
      trap 'rm -f "$service_policy"' EXIT
      printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$service_policy"
      chmod +x "$service_policy"
    fi
    "$@"
  )
}

may_install() { is_debian && [ "$(id -u)" = 0 ]; }

# install PURPOSE...: installs what is missing where that is possible, else names it and fails.
install() {
  local names wanted
  names=$(missing "$@") || return
  [ -n "$names" ] || return 0
  mapfile -t wanted <<<"$names"
  if ! may_install; then
    say "These packages are missing on $(system_name) and must be installed first (names as in Debian):"
    say "  ${wanted[*]}"
    is_debian && say "For example: sudo apt-get install ${wanted[*]}"
    return 1
  fi
  say "Installing ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  without_starting_services install_packages "${wanted[@]}"
}

# fetch_modules FOLDER: what the Node programs of this folder need, fetched once for each lock file into a folder below build (`modules`),
# and the programs beside it.
fetch_modules() {
  modules=$root/build/$(basename "$1")
  mkdir -p "$modules"
  if ! cmp -s "$1/package-lock.json" "$modules/installed"; then
    cp "$1"/package*.json "$1/.npmrc" "$modules/"
    (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
    cp "$1/package-lock.json" "$modules/installed"
  fi
  cp "$1"/*.mjs "$modules/"
}

# build PRESET [TARGET...]: configures once, then builds.
build() {
  local preset=$1
  shift
  (cd "$root" && cmake --preset "$preset" >/dev/null && cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"} >&2)
}

# built PROGRAM [PRESET]: that build's, else that of ROBIN_BIN's folder, else that of the first build there is.
built() {
  local candidate
  for candidate in ${2:+"$root/build/$2/bin"} ${ROBIN_BIN:+"$ROBIN_BIN"} "$root"/build/{run,release,dev,bench,asan}/bin; do
    [ ! -x "$candidate/$1" ] || { printf '%s\n' "$candidate/$1"; return; }
  done
  return 1
}

# cluster_tool [PRESET]: the program that keeps private servers and clusters (ops/cluster), built where there is none.
cluster_tool() { built robin-cluster "${1:-}" || { build "${1:-release}" robin-cluster && built robin-cluster "${1:-release}"; }; }

robin_version() { sed -n 's/^  VERSION \([0-9.]*\)$/\1/p' "$root/CMakeLists.txt"; }

# Where files lie that no crash of the machine has to survive: in memory if there is much of it. A database for each test is
# thousands of files, and a disk is what they would wait for.
folder_for_a_while() {
  local kib=0 available=0
  kib=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || true
  available=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo) || true
  if [ "${kib:-0}" -ge $((4 << 20)) ] && [ "${available:-0}" -ge $((8 << 20)) ] && [ -w /dev/shm ]; then
    echo /dev/shm
  else
    echo "${TMPDIR:-/tmp}"
  fi
}

# passable_folder NAME: a folder in a new one, which servers, as users of their own, must get through.
passable_folder() {
  local new
  new=$(mktemp -d "$1.XXXXXX") && chmod 711 "$new" && printf '%s/run\n' "$new"
}

# A RabbitMQ and a PostgreSQL of our own, stopped however this script ends: start_servers [PRESET [FLAG...]].
stop_servers() {
  "$servers_tool" servers stop "$servers"
  rmdir "$(dirname "$servers")"
}
start_servers() {
  servers_tool=$(cluster_tool "${1:-}") || return
  local folder=${TMPDIR:-/tmp}
  case " ${*:2} " in *' --no-fsync '*) folder=$(folder_for_a_while) ;; esac
  servers=$(passable_folder "$folder/robin-servers") || return
  trap stop_servers EXIT
  "$servers_tool" servers start "$servers" "${@:2}" || return
  set -a
  # shellcheck source=/dev/null
  . "$servers/env"
  set +a
}
