#!/bin/bash
# chaos.sh: the long run of the evidence that a private chat survives anything.
# N texts (10000) pass between two Hushwings, and a fifth of that with a program
# on libotr, while Tor, the server, the way and the programs are broken, once for
# every 25 texts. It ends in one line with the figures. SEED repeats the blows.
. "$(dirname "$0")/common.sh"
build/deps.sh run test
use_go
unset DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS
unset TOR_SOCKS_IPC_PATH TOR_SOCKS_HOST TOR_SOCKS_PORT
texts=${N:-10000}
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
say "seed $seed (SEED=$seed N=$texts make chaos repeats the blows)"
out=$(mktemp)
trap 'rm -f "$out"' EXIT
# -v: without it go test keeps to itself what a test that passes says.
go test -v -count=1 -timeout 5h -run TestChaos ./internal/chaos -texts "$texts" -seed "$seed" -long 2>&1 | tee "$out"
say "once more, without the rest:"
grep '^chaos: ' "$out"
finish "nothing lost, doubled or out of order"
