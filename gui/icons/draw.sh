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

# The folders are those that the icon theme "hicolor" knows; in NxN@2 lie the
# same icons for screens with twice as many pixels.
for size in 16 24 36; do
  for scale in 1 2; do
    folder=${size}x$size
    [ $scale = 1 ] || folder=$folder@$scale
    pixels=$((size * scale))
    mkdir -p "$tmp/$folder/actions"
    for svg in src/*-symbolic.svg src/*-symbolic-rtl.svg; do
      # For the desktop: the window does not show it.
      [ "$svg" != src/hushwing-symbolic.svg ] || continue
      gtk-encode-symbolic-svg -o "$tmp/$folder/actions" "$svg" ${pixels}x$pixels
    done
  done
done
for size in 16 24 32 48 64 96 128; do
  for scale in 1 2; do
    folder=${size}x$size
    [ $scale = 1 ] || folder=$folder@$scale
    mkdir -p "$tmp/$folder/apps"
    rsvg-convert -w $((size * scale)) -h $((size * scale)) -o "$tmp/$folder/apps/hw-owl.png" src/hushwing.svg
  done
done
# What they were drawn from: a test compares.
(cd src && sha256sum -- *.svg) >"$tmp/sources"

{
  echo '<gresources><gresource prefix="/hushwing/icons">'
  (cd "$tmp" && find . -type f ! -name '*.xml' | LC_ALL=C sort | sed 's,^\./\(.*\),<file>\1</file>,')
  echo '</gresource></gresources>'
} >"$tmp/icons.xml"
glib-compile-resources --sourcedir="$tmp" --target="$out/icons.gresource" "$tmp/icons.xml"
