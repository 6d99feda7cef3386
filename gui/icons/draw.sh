#!/bin/sh
# draw.sh [FOLDER]: draws the icons of src/ as bitmaps and packs them into
# icons.gresource, or into FOLDER/icons.gresource.
#
# They are drawn here and not when the program runs, because what draws SVG is
# a third of a bare window's memory, and a parser of files that are not ours.
# It needs gtk-encode-symbolic-svg (libgtk-3-bin), rsvg-convert (librsvg2-bin),
# librsvg2-common and glib-compile-resources (libglib2.0-dev-bin).
set -eu
cd "$(dirname "$0")"
out=${1:-.}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The folders are those that GTK knows by itself, without reading any icon theme
# from the disk (its built-in index of "hicolor": another folder is not looked
# into). Each is its size on ordinary screens, and half of it on those with twice
# as many pixels.
for folder in 16x16/actions 24x24/actions 32x32/actions 48x48/status 64x64/actions; do
  mkdir -p "$tmp/$folder"
  for svg in src/*-symbolic.svg src/*-symbolic-rtl.svg; do
    # For the desktop: the window does not show it.
    [ "$svg" != src/hushwing-symbolic.svg ] || continue
    gtk-encode-symbolic-svg -o "$tmp/$folder" "$svg" "${folder%%/*}"
  done
done
# The owl in the window, for any size: twice the largest, which front.ui has.
rsvg-convert -w 224 -h 224 -o "$tmp/hw-owl.png" src/hushwing.svg
# For the desktop.
for size in 16 24 32 48 64 128; do
  folder=${size}x$size/apps
  mkdir -p "$tmp/$folder"
  rsvg-convert -w $size -h $size -o "$tmp/$folder/hw-owl.png" src/hushwing.svg
done
# What they were drawn from: a test compares.
(cd src && sha256sum -- *.svg) >"$tmp/sources"

{
  echo '<gresources><gresource prefix="/hushwing/icons">'
  (cd "$tmp" && find . -type f ! -name '*.xml' | LC_ALL=C sort | sed 's,^\./\(.*\),<file>\1</file>,')
  echo '</gresource></gresources>'
} >"$tmp/icons.xml"
glib-compile-resources --sourcedir="$tmp" --target="$out/icons.gresource" "$tmp/icons.xml"
