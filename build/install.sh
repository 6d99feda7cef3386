#!/bin/bash
# install.sh [uninstall]: puts what make build left in bin/ under PREFIX (/usr/local), or takes
# it away again. DESTDIR goes in front of every path, for packages; BIN names another folder with
# the programs; SITE is the address of the project's pages, for catalogues of programs.
#
# It builds only where nothing was built: as root Go would build GTK's bindings again.
. "$(dirname "$0")/common.sh"
prefix=${PREFIX:-/usr/local}
bin=${BIN:-bin}
case $prefix in
  /*) ;;
  *) fail "PREFIX has to be a whole path, not $prefix" ;;
esac
root=${DESTDIR:-}$prefix
# Asked first: nobody should wait for a build to hear this.
there=$root
while [ ! -e "$there" ]; do there=$(dirname "$there"); done
[ -w "$there" ] || fail "$there belongs to somebody else: it takes root or sudo, or another place, such as PREFIX=$HOME/.local"
id=org.hushwing.Hushwing

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# metainfo: what catalogues of programs show, with or without the addresses in it.
metainfo() {
  if [ -n "${SITE:-}" ]; then
    sed "s,@SITE@,${SITE%/}," "build/package/$id.metainfo.xml.in"
  else
    sed '/<!-- site -->/,/<!-- end of site -->/d' "build/package/$id.metainfo.xml.in"
  fi
}

# files: mode, source and place of every file. The icons were drawn by gui/icons/draw.sh.
files() {
  local size
  cat <<LIST
755 $bin/hushwing bin/hushwing
755 $bin/hushwing-net libexec/hushwing/hushwing-net
644 build/package/hushwing.desktop share/applications/hushwing.desktop
644 $work/metainfo share/metainfo/$id.metainfo.xml
644 $work/hushwing.1.gz share/man/man1/hushwing.1.gz
644 gui/icons/src/hushwing.svg share/icons/hicolor/scalable/apps/hushwing.svg
644 docs/security.md share/doc/hushwing/security.md
644 docs/known-issues.md share/doc/hushwing/known-issues.md
644 LICENSE share/licenses/hushwing/LICENSE
LIST
  if [ -e gui/icons/src/hushwing-symbolic.svg ]; then
    echo "644 gui/icons/src/hushwing-symbolic.svg share/icons/hicolor/symbolic/apps/hushwing-symbolic.svg"
  fi
  for size in 16 24 32 48 64 128; do
    echo "644 $work/$size.png share/icons/hicolor/${size}x$size/apps/hushwing.png"
  done
}

# refresh: tells the desktop, where it is this one. Packages leave it to the system.
refresh() {
  [ -z "${DESTDIR:-}" ] || return 0
  if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$root/share/applications" || true; fi
  if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -qtf "$root/share/icons/hicolor" || true; fi
}

if [ "${1:-}" = uninstall ]; then
  files | while read -r _ _ place; do rm -f "$root/$place"; done
  for dir in libexec/hushwing share/doc/hushwing share/licenses/hushwing; do
    if [ -d "$root/$dir" ]; then rmdir --ignore-fail-on-non-empty "$root/$dir"; fi
  done
  refresh
  finish "taken away from $root"
  exit
fi

if [ ! -x "$bin/hushwing" ] || [ ! -x "$bin/hushwing-net" ]; then build/build.sh; fi
metainfo >"$work/metainfo"
gzip -9n <build/package/hushwing.1 >"$work/hushwing.1.gz"
for size in 16 24 32 48 64 128; do
  gresource extract gui/icons/icons.gresource "/hushwing/icons/${size}x$size/apps/hw-owl.png" >"$work/$size.png"
done
files | while read -r mode source place; do
  install -D -m "$mode" "$source" "$root/$place"
done
refresh
finish "installed under $root"
