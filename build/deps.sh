#!/bin/bash
# deps.sh LIST...: what of build/packages-LIST.txt is missing is installed
# (Debian, Ubuntu and their kin, as root or with sudo), or named (anywhere
# else), with a non-zero end. Where nothing is missing it asks nobody for
# anything: no network, no password.
. "$(dirname "$0")/common.sh"

# entries: "names probe" of every line of the lists, without comments.
entries() {
  local list
  for list in "$@"; do
    awk '{sub(/#.*/, "")} NF {print $1, $2}' "build/packages-$list.txt"
  done
}

# installed NAME: has dpkg got it, whole?
installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# there PROBE: on a system without dpkg, is the part there?
there() {
  case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null || [ -x "/usr/sbin/${1#cmd:}" ] ;;
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    file:*) [ -e "${1#file:}" ] ;;
    -) true ;;
    *) fail "build/packages-*.txt: no such probe: $1" ;;
  esac
}

# missing LIST...: the first names of the entries that are not there.
missing() {
  local names probe name found
  entries "$@" | while read -r names probe; do
    found=
    if $debian; then
      for name in ${names//|/ }; do
        if installed "$name"; then found=yes; fi
      done
    elif there "$probe"; then
      found=yes
    fi
    [ -n "$found" ] || printf '%s\n' "$names"
  done
}

debian=false
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then debian=true; fi

want=$(missing "$@")
[ -n "$want" ] || exit 0
want=${want//$'\n'/ }" "

if ! $debian; then
  fail "on this system the missing parts have to be installed by hand. By Debian's names: $want(what each is for: build/packages-*.txt)"
fi
if [ "$(id -u)" = 0 ]; then
  say "installing what is missing: $want"
  # shellcheck disable=SC2086
  exec build/apt.sh $want
fi
if command -v sudo >/dev/null; then
  say "installing what is missing, with sudo: $want"
  # shellcheck disable=SC2086
  exec sudo "$PWD/build/apt.sh" $want
fi
fail "these packages are missing, and there is no sudo here. As root: apt-get install --no-install-recommends $want"
