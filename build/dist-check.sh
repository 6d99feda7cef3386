#!/bin/bash
# dist-check.sh: makes the packages twice and compares them; installs the .deb in a bare Debian in
# a folder, with what it asks for and nothing else; starts it there from its desktop file, as an
# ordinary user on a display that nobody sees and without any network; looks for its window, takes
# its picture (OUT/started.png); and takes it away again without a rest. It needs root and some
# minutes. BARE names a folder that debootstrap made, to spare making one.
. "$(dirname "$0")/common.sh"
if [ "${1:-}" != apart ]; then
  [ "$(id -u)" = 0 ] || fail "to install a Debian into a folder one has to be root"
  build/deps.sh run dist
  # Mounts and processes of this script end with it, however it ends.
  exec unshare --mount --pid --fork --kill-child --mount-proc "$0" apart
fi
out=${OUT:-out/dist}
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
cleanup() {
  mountpoint -q "$work/bare/proc" && umount "$work/bare/proc"
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say "making the packages twice"
OUT=$out build/dist.sh
OUT=$work/again build/dist.sh >/dev/null
(cd "$work/again" && sha256sum --quiet -c "$out/SHA256SUMS") || fail "the second time other packages came out"

root=$work/bare
# shellcheck disable=SC2016 # the words are apt's
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -1)
if [ -n "${BARE:-}" ]; then
  cp -a "$BARE" "$root"
else
  [ -n "$mirror" ] || fail "apt knows no source of Debian 12 here; BARE=DIR is a bare one that is there already"
  say "installing a bare Debian 12 from $mirror"
  debootstrap --variant=minbase bookworm "$root" "$mirror" >"$work/log" 2>&1 || {
    tail -20 "$work/log" >&2
    fail "debootstrap could not"
  }
fi
mount -t proc proc "$root/proc"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

# inside COMMAND...: as root, in the folder.
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@"; }
# quiet COMMAND...: what it says is shown only when it fails.
quiet() {
  "$@" >"$work/log" 2>&1 || {
    tail -30 "$work/log" >&2
    fail "failed: $*"
  }
}

say "installing the .deb there, with what it asks for and nothing else"
cp "$out"/hushwing_*.deb "$root/hushwing.deb"
quiet inside apt-get update -q
quiet inside apt-get install -y -q --no-install-recommends /hushwing.deb
inside hushwing --version
for program in /usr/bin/hushwing /usr/libexec/hushwing/hushwing-net; do
  if inside ldd "$program" 2>&1 | grep 'not found'; then fail "$program lacks a library"; fi
done

say "starting it from its desktop file"
# What a desktop has: a bus, something that starts desktop files, the list of what opens what.
quiet inside apt-get install -y -q --no-install-recommends libgtk-3-bin dbus desktop-file-utils libglib2.0-bin
quiet inside useradd -m ana
[ "$(inside gio mime x-scheme-handler/xmpp | head -1 | grep -o 'hushwing.desktop')" = hushwing.desktop ] || fail "a link to an address would not be opened with it"
mkdir -p "$root/tmp/.X11-unix" "$root/run/user/1000"
chmod 1777 "$root/tmp/.X11-unix"
chmod 700 "$root/run/user/1000"
inside chown ana:ana /run/user/1000
# The display's socket is where the folder sees it, and nowhere else: the name in /tmp is the
# machine's.
mount --bind "$root/tmp/.X11-unix" /tmp/.X11-unix 2>/dev/null || { mkdir -p /tmp/.X11-unix && mount --bind "$root/tmp/.X11-unix" /tmp/.X11-unix; }
mkfifo "$work/number"
Xvfb -displayfd 5 -screen 0 1280x800x24 -noreset -nolisten tcp 5>"$work/number" >"$work/xvfb" 2>&1 &
read -r -t 30 number <"$work/number" || fail "Xvfb did not start: $(cat "$work/xvfb")"
export DISPLAY=:$number
unset XAUTHORITY WAYLAND_DISPLAY

# run COMMAND...: as the user, in a network with nothing in it.
run() {
  unshare --net chroot --userspec=ana:ana "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/home/ana LANG=C.UTF-8 \
    DISPLAY="$DISPLAY" XDG_RUNTIME_DIR=/run/user/1000 GSETTINGS_BACKEND=memory "$@"
}
run dbus-run-session -- sh -c 'gtk-launch hushwing xmpp:ben@example.org; exec sleep 600' >"$work/said" 2>&1 &
window=
for _ in $(seq 100); do
  window=$(xdotool search --onlyvisible --name '^Hushwing$' 2>/dev/null | head -1) || true
  [ -z "$window" ] || break
  sleep 0.2
done
[ -n "$window" ] || fail "no window came: $(cat "$work/said")"
sleep 2
xprop -id "$window" WM_CLASS | grep -q "\"$(sed -n 's/^StartupWMClass=//p' "$root/usr/share/applications/hushwing.desktop")\"" || fail "the desktop would not know whose window it is: $(xprop -id "$window" WM_CLASS)"
import -window root "$out/started.png"
[ "$(identify -format %k "$out/started.png")" -gt 200 ] || fail "the window is empty: $out/started.png"
# It is started by a descriptor: its name is in what it was called with.
pgrep -f '^hushwing-net' >/dev/null || fail "its other half does not run"
say "its window is on the screen: $out/started.png"
# Nothing but what this script started lives in this namespace of processes.
for name in hushwing sleep Xvfb; do
  for id in $(pgrep -x "$name"); do kill "$id" || true; done
done
wait

say "taking it away again"
rm "$root/hushwing.deb"
quiet inside apt-get purge -y -q hushwing
quiet inside apt-get purge -y -q --autoremove
# /run is in memory on a machine that runs, and what is in /home is the user's.
rest=$(cd "$root" && find . -xdev \( -path ./proc -o -path ./home -o -path ./run \) -prune -o -iname '*hushwing*' -print)
[ -z "$rest" ] || fail "after purge there is still: $rest"
if grep -rqs hushwing "$root/usr/share/applications" "$root/etc"; then fail "after purge the desktop still knows it"; fi
if inside dpkg-query -W hushwing >/dev/null 2>&1; then fail "dpkg still knows it"; fi
finish "the packages are the same twice, install, start from their desktop file and leave nothing behind; all of it"
