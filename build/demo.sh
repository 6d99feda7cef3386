#!/bin/bash
# demo.sh: Ana and Ben, each with a window of their own, on a private Tor
# network and a chat server of their own, on this machine alone. Without a
# display it plays the whole story by itself and leaves pictures in OUT.
. "$(dirname "$0")/common.sh"
build/deps.sh run test
use_go
build_program
out=${OUT:-}
if [ -z "$out" ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then out=out/demo; fi
go build -o bin/hushwing-demo ./internal/demo
bin/hushwing-demo -program bin/hushwing ${out:+-out "$out"}
finish "the demo ended well"
