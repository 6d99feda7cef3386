#!/bin/bash
# go.sh: prints the path of a Go that is new enough for go.mod, and gets one
# if there is none. Everything else that it says goes to standard error.
#
# A newer Go comes as a module, golang.org/toolchain, which any Go since 1.13
# can download and check: against the public checksum database, and here also
# against build/toolchain.txt. It is kept in the user's cache folder and
# changes nothing else on the machine:
#   rm -rf of ~/.cache/hushwing (after chmod -R u+w) removes it.
. "$(dirname "$0")/common.sh"
exec 3>&1 1>&2

want=$(awk '$1 == "go" {print $2; exit}' go.mod)
pin=$(awk '$1 == "toolchain" {print $2; exit}' go.mod)

# new_enough GO: is it at least the version of go.mod? Asked outside the tree,
# because an old Go cannot read this go.mod, and with GOTOOLCHAIN=local,
# because a newer one would answer for the version it could fetch.
new_enough() {
  local v
  v=$(cd / && GOTOOLCHAIN=local "$1" version 2>/dev/null | awk '{print $3}') || return 1
  v=${v#go}
  [ -n "$v" ] && printf '%s\n%s\n' "$want" "$v" | sort -V -C
}

answer() {
  printf '%s\n' "$1" >&3
  exit 0
}

in_path=$(command -v go || true)
if [ -n "$in_path" ] && new_enough "$in_path"; then answer "$in_path"; fi
if new_enough /usr/local/go/bin/go; then answer /usr/local/go/bin/go; fi

case $(uname -sm) in
  "Linux x86_64") platform=linux-amd64 ;;
  "Linux aarch64") platform=linux-arm64 ;;
  *) fail "Go $want or newer is needed; this machine ($(uname -sm)) has ${in_path:-none}" ;;
esac

cache=${HUSHWING_GO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hushwing/go}
module=golang.org/toolchain
tag=v0.0.1-$pin.$platform
folder=$cache/$module@$tag
# The mark is made last: a fetch that was cut short is done again.
mark=$cache/$pin.$platform.complete
if [ -e "$mark" ] && new_enough "$folder/bin/go"; then answer "$folder/bin/go"; fi

old=$in_path
if [ -z "$old" ]; then
  for g in /usr/local/go/bin/go /usr/lib/go/bin/go /usr/lib/go-*/bin/go; do
    [ -x "$g" ] && old=$g
  done
fi
if [ -z "$old" ]; then
  say "there is no Go on this machine; installing the system's, to fetch $pin with"
  build/deps.sh go
  old=$(command -v go) || fail "the system's Go did not arrive"
fi

say "$("$old" version 2>/dev/null | awk '{print $3}') is older than the $want that go.mod asks for; fetching $pin into $cache (about 70 MB, once)"
mkdir -p "$cache"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In an empty folder, so that no go.mod is read; without GOFLAGS, which an old
# Go may not know; and without the settings that switch the checksum database
# off for some modules.
if ! (cd "$work" && env -u GOFLAGS -u GONOSUMDB -u GOPRIVATE -u GOINSECURE -u GOROOT \
  GO111MODULE=on GOTOOLCHAIN=local GOMODCACHE="$cache" \
  "$old" mod download -json "$module@$tag") >"$work/answer"; then
  cat "$work/answer" >&2
  fail "could not fetch $pin; is this machine connected to the Internet?"
fi
field() { sed -n "s/^.*\"$1\": \"\(.*\)\".*\$/\1/p" "$work/answer"; }
sum=$(field Sum)
if ! grep -qxF "$tag $sum" build/toolchain.txt; then
  # What does not match is not left where it could be used.
  chmod -R u+w "$folder" && rm -rf "$folder"
  fail "the Go that was fetched ($tag, $sum) is not the one of build/toolchain.txt; it was removed"
fi
[ "$(field Dir)" = "$folder" ] || fail "the Go that was fetched is in $(field Dir), not in $folder"

# A module has no executable files; these are the ones that must be.
chmod +x "$folder"/bin/* "$folder"/pkg/tool/*/*
new_enough "$folder/bin/go" || fail "the Go that was fetched does not run"
: >"$mark"
say "$pin is ready"
answer "$folder/bin/go"
