#!/bin/bash
# apt.sh NAME...: installs packages as root, and leaves no server behind.
# A NAME may be "a|b": the first that apt knows.
#
# Debian starts and enables a server as soon as its package is installed. The
# lab needs the programs tor, prosody and ejabberd, not the servers (nor epmd,
# which comes with Erlang and has a socket of systemd's), and a Tor that a
# person did not ask for is not ours to start. So:
#
# - While packages are installed, /usr/sbin/policy-rc.d says "no" (101) to
#   everything that would start, stop or restart a service: Debian's own
#   mechanism. A policy-rc.d of the machine's owner is put aside meanwhile and
#   put back at the end, also after an error, Ctrl-C or a hang-up. Should this
#   script be killed so that it cannot, its next run does it first.
# - Afterwards the services of packages that were not installed before are
#   disabled, so that they do not start with the machine either. Services that
#   were there before are never touched.
. "$(dirname "$0")/common.sh"

policy=/usr/sbin/policy-rc.d
kept=/usr/sbin/policy-rc.d.kept-by-hushwing
mark='written by Hushwing build/apt.sh'

restore() {
  if [ -e "$kept" ] || [ -L "$kept" ]; then
    mv -f "$kept" "$policy"
  elif [ -f "$policy" ] && grep -qF "$mark" "$policy"; then
    rm -f "$policy"
  fi
}

hold_services() {
  if [ -e "$policy" ] || [ -L "$policy" ]; then mv "$policy" "$kept"; fi
  printf '#!/bin/sh\n# %s: no service starts while it installs packages\nexit 101\n' "$mark" >"$policy.new"
  chmod 755 "$policy.new"
  mv "$policy.new" "$policy"
}

# listed: the packages that are installed now, one a line, sorted.
listed() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' | awk '$1 == "installed" {print $2}' | sort -u; }

# services PACKAGE...: the services that these packages brought. The system's
# own parts are left alone: a bare machine may get systemd and dbus (the bus
# between the programs of a desktop) because GTK's packages ask for them, and
# without theirs it would not start up.
services() {
  local p packages=()
  for p in "$@"; do
    case $p in
      systemd* | udev | dbus* | libpam-*) ;;
      *) packages+=("$p") ;;
    esac
  done
  [ ${#packages[@]} -gt 0 ] || return 0
  dpkg -L "${packages[@]}" | sed -nE \
    -e 's#^/etc/init\.d/([^/]+)$#\1.service#p' \
    -e 's#^(/usr)?/lib/systemd/system/([^/@]+\.(service|socket|timer|path))$#\2#p' | sort -u
}

disable_services() {
  local s
  for s in $(services "$@"); do
    # An answer of "static" or "no such unit" is fine: then it is not enabled.
    if command -v systemctl >/dev/null; then
      systemctl --quiet disable "$s" >/dev/null 2>&1 || true
    fi
    # Machines without systemd: the links of /etc/rc?.d.
    s=${s%.service}
    if [ -e "/etc/init.d/$s" ] && command -v update-rc.d >/dev/null; then
      update-rc.d "$s" disable >/dev/null
    fi
  done
}

# known NAME: does apt know a version to install?
known() { [ -n "$(apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)"')" ]; }

choose() {
  local n
  for n in ${1//|/ }; do
    if known "$n"; then
      printf '%s\n' "$n"
      return 0
    fi
  done
  return 1
}

choose_all() {
  local n
  names=()
  for n in "$@"; do
    n=$(choose "$n") || return 1
    names+=("$n")
  done
}

update() {
  say "asking for the lists of packages (apt-get update)"
  apt-get update -q
}

install() {
  apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "${names[@]}"
}

[ "$(id -u)" = 0 ] || fail "build/apt.sh has to run as root"
[ $# -gt 0 ] || exit 0
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
# Two of us at once would take each other's policy for the owner's.
exec 9>/run/hushwing-apt.lock
flock 9

restore
trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
hold_services
before=$(listed)

updated=
if ! choose_all "$@"; then
  update
  updated=yes
  choose_all "$@" || fail "apt does not know a package among: $*"
fi
ok=yes
if ! install; then
  ok=
  # Old lists name files that the mirror has replaced since.
  if [ -z "$updated" ] && update && choose_all "$@" && install; then ok=yes; fi
fi

# Also after a failure: a part of them may be there.
# shellcheck disable=SC2046
disable_services $(comm -13 <(printf '%s\n' "$before") <(listed))
[ -n "$ok" ] || fail "apt could not install: ${names[*]}"
