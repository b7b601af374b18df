# What the Node programs of this folder need, fetched once for each lock file into build/k8s: shared by run and rules.
# shellcheck shell=bash

modules=${root:?}/build/k8s
fetch_modules() {
  mkdir -p "$modules"
  if ! cmp -s "$root/tests/k8s/package-lock.json" "$modules/installed"; then
    cp "$root"/tests/k8s/package*.json "$root/tests/k8s/.npmrc" "$modules/"
    (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
    cp "$root/tests/k8s/package-lock.json" "$modules/installed"
  fi
  cp "$root"/tests/k8s/*.mjs "$modules/"
}
