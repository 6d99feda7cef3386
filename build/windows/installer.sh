#!/bin/bash
# installer.sh: the installer for Windows in OUT (out/windows), in MSYS2's UCRT64
# shell:
#
#   pacman -S mingw-w64-ucrt-x86_64-{go,gcc,pkgconf,gtk3,libhandy,tor,nsis,librsvg,imagemagick}
#
# It has been run on no Windows by whoever wrote it; docs/known-issues.md says so.
. "$(dirname "$0")/../common.sh"
[ "${MSYSTEM:-}" = UCRT64 ] || fail "the installer for Windows is made in MSYS2's UCRT64 shell"
root=${MINGW_PREFIX:?}
for program in go pkg-config makensis rsvg-convert magick glib-compile-schemas; do
  command -v "$program" >/dev/null || fail "$program is missing: the head of build/windows/installer.sh names the packages"
done
out=${OUT:-out/windows}
mkdir -p "$out"
out=$(cd "$out" && pwd)
stage=$out/stage
rm -rf "$stage"
mkdir -p "$stage/bin" "$stage/share/glib-2.0/schemas"
next=$(<build/package/version.txt)

say "building"
# windowsgui: no console opens beside the window.
go build -ldflags "-H windowsgui -X main.version=$(version)" -o "$stage/bin/hushwing.exe" ./cmd/hushwing
tor=$(command -v tor || true)
[ -n "$tor" ] || fail "tor is missing: without it an installed Hushwing would not reach anything"
cp "$tor" "$stage/bin/tor.exe"
cp LICENSE "$stage/LICENSE"
build/notices.sh >"$stage/NOTICES"

# Every library that is MSYS2's, until no new one turns up.
added=yes
while [ -n "$added" ]; do
  added=
  while read -r library; do
    if [ ! -e "$stage/bin/$(basename "$library")" ]; then
      cp "$library" "$stage/bin/"
      added=yes
    fi
  done < <(ldd "$stage"/bin/*.exe "$stage"/bin/*.dll 2>/dev/null | awk -v root="$root/" 'index($3, root) == 1 {print $3}' | sort -u)
done
# GTK starts programs for this one by it.
cp "$root"/bin/gspawn-win64-helper*.exe "$stage/bin/"
cp "$root"/share/glib-2.0/schemas/*.xml "$stage/share/glib-2.0/schemas/"
glib-compile-schemas "$stage/share/glib-2.0/schemas"

icons=$(mktemp -d)
for size in 16 24 32 48 64 256; do rsvg-convert -w "$size" -h "$size" gui/icons/src/hushwing.svg -o "$icons/$size.png"; done
magick "$icons"/{16,24,32,48,64,256}.png "$out/hushwing.ico"
rm -rf "$icons"

makensis -V2 -WX "-DSTAGE=$(cygpath -w "$stage")" "-DVERSION=$next" "-DOUT=$(cygpath -w "$out")\\Hushwing-$next.exe" "-DICON=$(cygpath -w "$out/hushwing.ico")" build/windows/hushwing.nsi
finish "$out/Hushwing-$next.exe"
