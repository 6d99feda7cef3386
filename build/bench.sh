#!/bin/bash
# bench.sh: the figures. Each benchmark prints its measure (a bare window, say)
# in the same run, because figures of two days cannot be compared.
. "$(dirname "$0")/common.sh"
build/deps.sh run test
use_go
build_program
# One package at a time, or they would measure each other.
packages=$(grep -rlE '^func Benchmark' --include='*_test.go' . | xargs -r dirname | sort -u)
[ -n "$packages" ] || fail "there are no benchmarks yet"
# shellcheck disable=SC2086
build/withx.sh go test -run '^$' -bench "${BENCH:-.}" -benchmem -count 1 -p 1 -timeout 60m $packages
finish "measured"
