# shellcheck shell=bash
# What every table of figures needs; source it.

# The machine and the day, as a table's first line begins.
machine() {
  printf '%s, %s cores, %s' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$(date -u +%F)"
}

# version_in FOLDER: of the program there.
version_in() { "$1/robin" --version | cut -d' ' -f2-; }

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
