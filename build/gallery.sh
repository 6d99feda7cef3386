#!/bin/bash
# gallery.sh: every screen in every state and look, as pictures in OUT (out/gallery)
# with a page to see them all: light, dark, narrow, from right to left, with
# text at 200 %, in German and in Arabic. They are drawn from the model alone, on a display that nobody sees.
. "$(dirname "$0")/common.sh"
build/deps.sh run test
use_go
out=${OUT:-out/gallery}
mkdir -p "$out"
out=$(cd "$out" && pwd)
# Pictures of screens that are no more would stay otherwise. Only ours are removed.
for look in light dark narrow rtl large german arabic; do
  if [ -d "$out/$look" ]; then find "$out/$look" -maxdepth 1 -name '*.png' -delete; fi
done
say "drawing every screen"
# The tests of gui bring a display of their own.
go test ./gui -count=1 -run '^TestPictures$' -shots "$out" >"$out/log" 2>&1 || {
  cat "$out/log" >&2
  fail "not every screen could be drawn; what there is lies in $out"
}
rm "$out/log"
finish "$(find "$out" -name '*.png' | wc -l) pictures, to be seen in $out/index.html,"
