# shellcheck shell=bash
# Sourced by the scripts beside it, not run.
#
# say: what is going on. fail: the one clear sentence before a non-zero end.
# finish: the clear line at a good end, with the time that it took.

set -euo pipefail

HUSHWING=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$HUSHWING"

say() { printf 'Hushwing: %s\n' "$*"; }

fail() {
  printf 'Hushwing: %s\n' "$*" >&2
  exit 1
}

# took: the time since the script began, as people say it.
took() {
  if ((SECONDS >= 60)); then
    printf '%dm%02ds' $((SECONDS / 60)) $((SECONDS % 60))
  else
    printf '%ds' "$SECONDS"
  fi
}

finish() { say "$* in $(took)"; }

# use_go: puts a Go that is new enough first in PATH, fetching it when needed.
#
# The flags are the same wherever Go is called, by people and by scripts: gotk3
# takes six to eight minutes to build, and any other -trimpath, -race,
# -buildmode or CGO_CFLAGS would build it again. -buildvcs=false costs nothing,
# and spares an error where the tree belongs to somebody else (sudo).
use_go() {
  local go
  go=$("$HUSHWING/build/go.sh") || exit 1
  PATH=$(dirname "$go"):$PATH
  # Without this a later Go of the module cache could take over.
  export PATH GOTOOLCHAIN=local
  unset GOROOT
  case " ${GOFLAGS:-} " in
    *" -buildvcs"*) ;;
    *) export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false" ;;
  esac
}

# version: what --version will say.
version() {
  git -c safe.directory="$HUSHWING" -C "$HUSHWING" describe --tags --always --dirty 2>/dev/null || echo development
}

# cold: would GTK's bindings be built now?
cold() { go build -n github.com/gotk3/gotk3/gtk 2>&1 | grep -q '/cgo '; }

# build_program: bin/hushwing, and bin/hushwing-net, which has the network for
# it and no C.
build_program() {
  if cold; then
    say "building bin/hushwing. The first time GTK's bindings take 6 to 8 minutes; later it takes seconds"
  else
    say "building bin/hushwing"
  fi
  CGO_ENABLED=0 go build -o bin/hushwing-net ./cmd/hushwing-net
  go build -ldflags "-X main.version=$(version)" -o bin/hushwing ./cmd/hushwing
}
