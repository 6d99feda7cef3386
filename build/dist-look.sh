#!/bin/bash
# dist-look.sh DIR: looks at the packages in DIR without installing them.
. "$(dirname "$0")/common.sh"
[ $# = 1 ] || fail "dist-look.sh needs the folder with the packages"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
deb=$(ls "$1"/hushwing_*.deb) || fail "no .deb in $1"
rpm=$(ls "$1"/hushwing-*.rpm) || fail "no .rpm in $1"

dpkg-deb -x "$deb" "$work/deb"
desktop-file-validate "$work/deb/usr/share/applications/hushwing.desktop"
appstreamcli validate --no-net "$work/deb/usr/share/metainfo/org.hushwing.Hushwing.metainfo.xml" >"$work/log" || { cat "$work/log" >&2; fail "the data for catalogues is not valid"; }
gunzip -c "$work/deb/usr/share/man/man1/hushwing.1.gz" | mandoc -Tlint -Wwarning
lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$deb"

# Nothing runs as root when the package comes or goes.
if dpkg-deb --ctrl-tarfile "$deb" | tar -t | grep -E '(pre|post)(inst|rm)$|triggers$'; then fail "the .deb brings scripts"; fi

rpm -qpl --nosignature "$rpm" | sort >"$work/rpm.list"
dpkg-deb -c "$deb" | awk '{print $6}' | sed -n 's,^\.\(/.*[^/]\)$,\1,p' | sort >"$work/deb.list"
icon=$(sed -n 's/^Icon=//p' "$work/deb/usr/share/applications/hushwing.desktop")
for list in rpm deb; do
  for place in /usr/bin/hushwing /usr/libexec/hushwing/hushwing-net /usr/share/applications/hushwing.desktop /usr/share/man/man1/hushwing.1.gz "/usr/share/icons/hicolor/48x48/apps/$icon.png" "/usr/share/icons/hicolor/scalable/apps/$icon.svg"; do
    grep -qxF "$place" "$work/$list.list" || fail "the .$list lacks $place"
  done
done
[ -z "$(rpm -qp --nosignature --scripts "$rpm")" ] || fail "the .rpm brings scripts"
finish "nothing to complain about in $(basename "$deb") and $(basename "$rpm"),"
