# What the scripts of this folder share: a bare Debian in a folder, by debootstrap and chroot, with a clone of this checkout in it. Sourced
# after ops/lib.sh, by a script that knows suite (the release), name (the machine's) and keep (yes or no).
# shellcheck shell=bash

# in_namespaces ARGUMENT...: in namespaces of our own nothing that we mount is seen outside, and nothing that is started inside outlives us.
in_namespaces() {
  [ "$(id -u)" = 0 ] || skip 'not root'
  command -v debootstrap >/dev/null || install_packages debootstrap >/dev/null || skip 'no debootstrap'
  if [ -z "${ROBIN_PLATFORM_NAMESPACE:-}" ]; then
    ROBIN_PLATFORM_NAMESPACE=yes exec unshare --mount --pid --fork --kill-child --propagation private "$0" "$@"
  fi
}

: "${root:?}" "${suite:?}" "${name:?}" "${keep:?}"
folder=${ROBIN_PLATFORMS:-/var/tmp/robin-platforms}
machine=$folder/$name
log=$folder/$name.log
clean_up() {
  umount -R "$machine" 2>/dev/null || true
  [ "$keep" = yes ] || rm -rf --one-file-system "$machine"
}

# What this machine needs to reach a mirror, that one needs, too.
give_network() {
  cp /etc/resolv.conf "$machine/etc/"
  cp /etc/ssl/certs/ca-certificates.crt "$machine/etc/ssl/certs/"
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$machine/usr/local/share/ca-certificates/" {} +
  grep -lisE 'proxy|cainfo|verify-peer' /etc/apt/apt.conf.d/* | xargs -r cp -t "$machine/etc/apt/apt.conf.d/"
  # debootstrap does not ask how old a mirror's list is; nor does apt then.
  printf 'Acquire::Check-Valid-Until "false";\n' >"$machine/etc/apt/apt.conf.d/90mirror"
  [ ! -r /root/.npmrc ] || cp /root/.npmrc "$machine/root/"
}

make_machine() {
  if [ "$keep" = yes ] && [ -e "$machine/etc/debian_version" ]; then
    say "taking the machine in $machine"
  else
    rm -rf --one-file-system "$machine"
    mkdir -p "$machine"
    debootstrap --variant=minbase --include=ca-certificates,git "$suite" "$machine" "$(mirror)" >"$log" 2>&1 ||
      { tail -n 5 "$log" >&2; return 1; }
  fi
  give_network
}

# A root that is a mount itself, as of a machine: else nobody inside could have mounts of his own (unshare).
mount_machine() {
  mount --bind "$machine" "$machine" && mount -t proc proc "$machine/proc" && mount --rbind /sys "$machine/sys" &&
    mount --rbind /dev "$machine/dev" && mount -t tmpfs -o mode=1777 tmpfs "$machine/dev/shm"
}

# inside COMMAND...: runs it in the clone, with nothing of our environment but the way to the network.
inside() {
  local names=(http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY NODE_EXTRA_CA_CERTS SSL_CERT_FILE) name settings=()
  for name in "${names[@]}"; do
    [ -z "${!name:-}" ] || settings+=("$name=${!name}")
  done
  # shellcheck disable=SC2016 # the shell inside expands it
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" "${settings[@]}" \
    chroot "$machine" sh -c 'cd /root/robin && exec "$@"' sh "$@"
}

clone() {
  local copy=$machine/root/robin
  if [ "$keep" = yes ] && git -C "$copy" fetch --quiet "$root" HEAD 2>/dev/null; then
    git -C "$copy" reset --quiet --hard FETCH_HEAD
  else
    rm -rf "$copy"
    git clone --quiet --no-hardlinks "$root" "$copy"
  fi
}

# From here on a clone of what this checkout has committed is in a machine that ends with the script.
raise_machine() {
  trap clean_up EXIT
  [ -z "$(git -C "$root" status --porcelain)" ] || say 'What is not committed is not in the clone.'
  stage "$name: a bare Debian" make_machine
  mount_machine
  stage "$name: clone" clone
}
