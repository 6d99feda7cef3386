#!/bin/bash
# bundle.sh: Hushwing.app and a .dmg in OUT (out/macos), on macOS with Homebrew:
#
#   brew install go gtk+3 libhandy tor librsvg pkg-config
#
# Every library that is not macOS's own is copied into the bundle and looked for
# there. The bundle is signed ad hoc: macOS asks whoever opens it the first time.
# It has been run on no Mac by whoever wrote it; docs/known-issues.md says so.
. "$(dirname "$0")/../common.sh"
[ "$(uname)" = Darwin ] || fail "the bundle for macOS can be made on macOS alone"
for program in go brew pkg-config otool install_name_tool codesign hdiutil iconutil rsvg-convert tor; do
  command -v "$program" >/dev/null || fail "$program is missing: brew install go gtk+3 libhandy tor librsvg pkg-config"
done
out=${OUT:-out/macos}
mkdir -p "$out"
out=$(cd "$out" && pwd)
app=$out/Hushwing.app
rm -rf "$app"
contents=$app/Contents
mkdir -p "$contents/MacOS" "$contents/Frameworks" "$contents/Resources/bin" "$contents/Resources/share/glib-2.0/schemas"
next=$(<build/package/version.txt)

say "building"
go build -ldflags "-X main.version=$(version)" -o "$contents/MacOS/hushwing" ./cmd/hushwing
install -m 755 build/macos/start.sh "$contents/MacOS/Hushwing.start"
# macOS's file system does not tell Hushwing from hushwing, so the script has a name of its own.
sed "s,<string>0.1.0</string>,<string>$next</string>,g" build/macos/Info.plist >"$contents/Info.plist"
install -m 755 "$(command -v tor)" "$contents/Resources/bin/tor"
if command -v obfs4proxy >/dev/null; then install -m 755 "$(command -v obfs4proxy)" "$contents/Resources/bin/obfs4proxy"; fi
cp LICENSE "$contents/Resources/"
build/notices.sh >"$contents/Resources/NOTICES"

# foreign FILE: the libraries that it loads from outside of macOS.
foreign() { otool -L "$1" | awk 'NR > 1 {print $1}' | grep -vE '^(/usr/lib/|/System/|@)' || true; }

# gather FILE: copies its libraries, and theirs, and points it at the copies.
gather() {
  local file=$1 library name
  while read -r library; do
    [ -n "$library" ] || continue
    name=$(basename "$library")
    if [ ! -e "$contents/Frameworks/$name" ]; then
      install -m 644 "$library" "$contents/Frameworks/$name"
      install_name_tool -id "@rpath/$name" "$contents/Frameworks/$name" 2>/dev/null
      gather "$contents/Frameworks/$name"
    fi
    install_name_tool -change "$library" "@rpath/$name" "$file" 2>/dev/null
  done < <(foreign "$file")
}
for file in "$contents/MacOS/hushwing" "$contents/Resources/bin/"*; do
  gather "$file"
  install_name_tool -add_rpath "@executable_path/../Frameworks" "$file" 2>/dev/null || true
  install_name_tool -add_rpath "@executable_path/../../Frameworks" "$file" 2>/dev/null || true
done
for file in "$contents/MacOS/hushwing" "$contents/Resources/bin/"* "$contents/Frameworks/"*; do
  [ -z "$(foreign "$file")" ] || fail "$file still needs $(foreign "$file")"
done

# GTK's settings; pictures are PNG, which GTK reads without a module.
cp "$(brew --prefix)"/share/glib-2.0/schemas/*.xml "$contents/Resources/share/glib-2.0/schemas/"
glib-compile-schemas "$contents/Resources/share/glib-2.0/schemas"
: >"$contents/Resources/loaders.cache"

set=$(mktemp -d)/hushwing.iconset
mkdir "$set"
for size in 16 32 128 256 512; do
  rsvg-convert -w "$size" -h "$size" gui/icons/src/hushwing.svg -o "$set/icon_${size}x$size.png"
  rsvg-convert -w $((size * 2)) -h $((size * 2)) gui/icons/src/hushwing.svg -o "$set/icon_${size}x$size@2x.png"
done
iconutil -c icns -o "$contents/Resources/hushwing.icns" "$set"
rm -rf "$(dirname "$set")"

say "signing, without a name"
for file in "$contents/Frameworks/"* "$contents/Resources/bin/"* "$contents/MacOS/hushwing"; do codesign --force --sign - "$file"; done
codesign --force --sign - "$app"
codesign --verify --deep --strict "$app"
"$contents/MacOS/Hushwing.start" --version

disk=$out/Hushwing-$next.dmg
rm -f "$disk"
folder=$(mktemp -d)
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
hdiutil create -quiet -volname Hushwing -srcfolder "$folder" -format UDZO "$disk"
rm -rf "$folder"
finish "$disk"
