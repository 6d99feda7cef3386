#!/bin/bash
# leak.sh: the long run of the evidence that nothing leaves but through Tor. It
# hits Tor BLOWS times (100), over all states of an account, and ends in one line
# with the blows and the packets, after a table. SEED repeats a run.
. "$(dirname "$0")/common.sh"
build/deps.sh run test
use_go
unset DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS
blows=${BLOWS:-100}
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
say "seed $seed (SEED=$seed BLOWS=$blows make leak repeats this run)"
out=$(mktemp)
trap 'rm -f "$out"' EXIT
# -v: without it go test keeps to itself what a test that passes says.
build/withx.sh go test -v -count=1 -timeout 90m ./internal/leak -blows "$blows" -seed "$seed" -long 2>&1 | tee "$out"
say "once more, without the rest:"
grep -E '^(figure|leak): ' "$out"
finish "nothing left but through Tor"
