#!/bin/bash
# test.sh: everything that has to hold before a change lands.
#
# All of it runs, also after a failure, so that one look shows all that is
# wrong. Nothing is skipped: what the tests need is installed first, and a
# test that skips itself counts as failed (internal/testreport).
. "$(dirname "$0")/common.sh"
build/deps.sh run test
use_go

# No test may lean on the display, the Tor or the session of whoever runs it.
unset DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS
unset TOR_SOCKS_IPC_PATH TOR_SOCKS_HOST TOR_SOCKS_PORT

failed=()
# stage NAME COMMAND...: one part, with its time.
stage() {
  local name=$1 begun=$SECONDS
  shift
  say "== $name"
  if "$@"; then
    say "$name: fine ($((SECONDS - begun))s)"
  else
    say "$name: FAILED ($((SECONDS - begun))s)"
    failed+=("$name")
  fi
}

# Everything but the window builds without C, for every system.
cross() {
  local os pure
  pure=$(go list ./... | awk '
    /^hushwing\/gui\/model(\/|$)/ {print; next}
    !/^hushwing\/(gui(\/|$)|cmd\/hushwing$)/')
  for os in linux darwin windows; do
    say "$os: go build, go vet"
    # shellcheck disable=SC2086
    CGO_ENABLED=0 GOOS=$os go build $pure || return 1
    # shellcheck disable=SC2086
    CGO_ENABLED=0 GOOS=$os go vet $pure || return 1
  done
}

# tests: each package that has tests, after a word on what it takes to run
# them: "window" if GTK is in the test's program (no race detector there: it
# would build gotk3 anew for six minutes), "lab" if the test brings up real
# servers (they mostly wait, so four packages at a time), else "plain". They are
# started in this order: the longest first, lest one of them begin when all others
# are done.
tests() {
  go list -test -f '{{if and (eq .Name "main") (not .ForTest)}}{{.ImportPath}} {{join .Deps " "}}{{end}}' ./... |
    awk 'sub(/\.test$/, "", $1) {
      kind = "plain"
      for (i = 2; i <= NF; i++) {
        if ($i ~ /^hushwing\/internal\/lab( |$)/) kind = "lab"
        if ($i ~ /^github.com\/gotk3\//) { kind = "window"; break }
      }
      print ($1 ~ /\/(client|story|xmpp)$/ ? 1 : 2), kind, $1
    }' | sort | cut -d ' ' -f 2-
}

# race: the race detector, in all but pure arithmetic. There it takes ten times as
# long (a key exchange), and the packages have neither goroutines nor state.
race=(-race)
for p in math/big github.com/coyim/constbn filippo.io/bigmod golang.org/x/crypto/scrypt; do
  race+=("-gcflags=$p=-race=false")
done

# run KIND FLAGS...: go test, through the report that fails what was skipped.
# -count=1: a result of an earlier day says nothing about today's Tor.
run() {
  local kind=$1 wrap=() packages
  shift
  packages=$(awk -v kind="$kind" '$1 == kind {print $2}' "$list")
  if [ -z "$packages" ]; then
    say "there are no $kind tests"
    return 1
  fi
  if [ "$kind" = window ]; then wrap=(build/withx.sh); fi
  # shellcheck disable=SC2086
  "${wrap[@]}" go test -json -count=1 -timeout 15m "$@" $packages | "$work/testreport" -title "$kind tests"
}

# window: those with a window, in two processes on two displays: one alone draws
# every screen to measure its contrasts, which takes as long as all the others.
window() {
  local screens='^TestEveryScreen$' status=0 other
  run window -p 1 -run "$screens" >"$work/screens" 2>&1 &
  other=$!
  run window -p 1 -skip "$screens" || status=1
  wait "$other" || status=1
  cat "$work/screens"
  return $status
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
list=$work/list

stage "format, vet, staticcheck" build/lint.sh
stage "other systems, without C" cross
go build -o "$work/testreport" ./internal/testreport || fail "FAILED after $(took): internal/testreport does not build"
if ! tests >"$list" || [ ! -s "$list" ]; then
  fail "FAILED after $(took): a package cannot be read, so no test was run (see above)"
fi
stage "tests, with the race detector" run plain "${race[@]}" -p 2
stage "tests on real servers, with the race detector" run lab "${race[@]}" -p 4 -parallel 8
stage "tests with a window" window

if [ ${#failed[@]} -gt 0 ]; then
  printf -v all '%s; ' "${failed[@]}"
  fail "FAILED after $(took): ${all%; }"
fi
finish "all tests passed"
