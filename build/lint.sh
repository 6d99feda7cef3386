#!/bin/bash
# lint.sh: gofumpt, go vet, staticcheck. lint.sh fmt: formats instead.
#
# The tools have their versions here and live in .tools/: what they say must
# not change from one day to the next.
. "$(dirname "$0")/common.sh"
gofumpt=mvdan.cc/gofumpt@v0.12.0
staticcheck=honnef.co/go/tools/cmd/staticcheck@v0.8.2

build/deps.sh run
use_go

# tool MODULE@VERSION: the path of the program, built when it is not there.
tool() {
  local dir=$HUSHWING/.tools/${1##*@} name=${1%@*}
  name=${name##*/}
  if [ ! -x "$dir/$name" ]; then
    say "building $name ${1##*@}" >&2
    GOBIN=$dir go install "$1" >&2
  fi
  printf '%s\n' "$dir/$name"
}

# Only files of the tree: not of .tools, nor of a build's leavings.
go_files() { find . -path ./.git -prune -o -path ./.tools -prune -o -path ./bin -prune -o -path ./out -prune -o -name '*.go' -print; }

gofumpt=$(tool "$gofumpt")
if [ "${1:-}" = fmt ]; then
  go_files | xargs "$gofumpt" -l -w
  finish "formatted"
  exit
fi

say "gofumpt"
bad=$(go_files | xargs "$gofumpt" -l)
[ -z "$bad" ] || fail "not formatted (make fmt does it):"$'\n'"$bad"
staticcheck=$(tool "$staticcheck")
say "go vet"
go vet ./...
say "staticcheck"
"$staticcheck" ./...
finish "nothing to complain about,"
