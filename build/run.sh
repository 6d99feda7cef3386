#!/bin/bash
# run.sh: builds Hushwing and starts it.
. "$(dirname "$0")/common.sh"
# Asked first: nobody should wait for a build to hear this.
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  fail "there is no display here (DISPLAY and WAYLAND_DISPLAY are empty), so no window can be shown. To see Hushwing at work without one: make demo OUT=out/demo"
fi
build/deps.sh run
use_go
build_program
say "starting bin/hushwing"
exec bin/hushwing
