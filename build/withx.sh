#!/bin/bash
# withx.sh COMMAND...: runs it with a display and a session bus of its own,
# both gone when it ends.
#
# -displayfd lets the server choose a free number itself; without -noreset it
# starts over whenever its last window closes, and the next one may meet it
# halfway.
. "$(dirname "$0")/common.sh"
dir=$(mktemp -d)
server=
cleanup() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
chmod 700 "$dir"
mkfifo "$dir/number"
Xvfb -displayfd 5 -screen 0 "${SCREEN:-1280x800x24}" -noreset -nolisten tcp 5>"$dir/number" >"$dir/log" 2>&1 &
server=$!
if ! read -r -t 30 number <"$dir/number"; then
  cat "$dir/log" >&2
  fail "Xvfb did not start"
fi
export DISPLAY=:$number XDG_RUNTIME_DIR=$dir GDK_BACKEND=x11 GSETTINGS_BACKEND=memory LIBGL_ALWAYS_SOFTWARE=1
unset WAYLAND_DISPLAY XAUTHORITY
status=0
# The bus talks about itself; everything else on standard error is wanted.
dbus-run-session -- "$@" 2> >(grep -v --line-buffered '^dbus-daemon\[' >&2) || status=$?
exit "$status"
