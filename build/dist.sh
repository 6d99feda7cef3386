#!/bin/bash
# dist.sh: a .deb and an .rpm of what is checked out, in OUT (out/dist), checked.
#
# The same bytes come out each time (SOURCE_DATE_EPOCH is the time of the commit unless it is set),
# as long as the folder, Go and the system's libraries are the same. What they depend on is read
# from the programs: Debian's names by dpkg-shlibdeps, an .rpm's from the libraries' own.
# SITE is the address of the project's pages and MAINTAINER who answers for the package, where
# there are any.
. "$(dirname "$0")/common.sh"
build/deps.sh run dist
use_go
out=${OUT:-out/dist}
mkdir -p "$out"
out=$(cd "$out" && pwd)
nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.44.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

git() { command git -c safe.directory="$HUSHWING" "$@"; }

# What a file's mode, order and time may depend on is the same everywhere.
umask 022
export LC_ALL=C TZ=UTC
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

# A tag names a release; anything else comes before the next one.
if tag=$(git describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null); then
  version=${tag#v}
else
  version=$(<build/package/version.txt)~git$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d.%H%M%S).$(git rev-parse --short=8 HEAD)
fi
maintainer=${MAINTAINER:-The Hushwing project <packages@hushwing.example>}
arch=$(go env GOARCH)

# The nfpm of this version, beside the other tools.
tool=$HUSHWING/.tools/${nfpm##*@}/nfpm
if [ ! -x "$tool" ]; then
  say "building nfpm ${nfpm##*@}"
  GOBIN=$(dirname "$tool") go install "$nfpm"
fi

if cold; then say "GTK's bindings are built first, which takes 6 to 8 minutes"; fi
say "building version $version"
# No symbols: they are a third of the size, and a crash's own report does not need them.
CGO_ENABLED=0 go build -ldflags "-s -w" -o "$work/bin/hushwing-net" ./cmd/hushwing-net
go build -ldflags "-s -w -X main.version=$version" -o "$work/bin/hushwing" ./cmd/hushwing

root=$work/root
BIN=$work/bin DESTDIR=$root PREFIX=/usr SITE=${SITE:-} build/install.sh
doc=$root/usr/share/doc/hushwing
build/notices.sh >"$doc/NOTICES"
gzip -9n "$doc/NOTICES" "$doc/security.md" "$doc/known-issues.md"

# Debian's files: the terms, what changed, and why lintian is wrong here and there.
cp build/package/copyright "$doc/copyright"
{
  printf 'hushwing (%s-1) unstable; urgency=medium\n\n  * As of this date; what changed is in the upstream changelog.\n\n' "$version"
  printf ' -- %s  %s\n' "$maintainer" "$(date -u -d "@$SOURCE_DATE_EPOCH" -R)"
} | gzip -9n >"$doc/changelog.Debian.gz"
gzip -9n <CHANGELOG.md >"$doc/changelog.gz"
install -D -m 644 build/package/lintian-overrides "$root/usr/share/lintian/overrides/hushwing"
chmod 644 "$doc"/*
find "$root" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +

# deb_depends: the packages of the libraries that the program is linked with, with the versions
# whose symbols it uses.
deb_depends() {
  # It wants to see the program where a package has it.
  mkdir -p "$work/shlibs/debian/hushwing/DEBIAN"
  cp "$work/bin/hushwing" "$work/shlibs/debian/hushwing/"
  printf 'Source: hushwing\n\nPackage: hushwing\nArchitecture: any\n' >"$work/shlibs/debian/control"
  (cd "$work/shlibs" && dpkg-shlibdeps -O debian/hushwing/hushwing) | sed -n 's/^shlibs:Depends=//p' | sed 's/, */\n/g'
  printf '%s\n' tor xdg-dbus-proxy
}

# rpm_depends: the same by the names of the libraries, as rpm finds them itself.
rpm_depends() {
  local mark=
  if [ "$arch" = amd64 ] || [ "$arch" = arm64 ]; then mark='()(64bit)'; fi
  readelf -d "$work/bin/hushwing" | sed -n "s/.*(NEEDED).*\[\(.*\)\]/\1$mark/p"
  readelf -V --wide "$work/bin/hushwing" | awk -v wide="${mark:+(64bit)}" '
    /File: / {for (i = 1; i < NF; i++) if ($i == "File:") file = $(i + 1)}
    /Name: / {for (i = 1; i < NF; i++) if ($i == "Name:") print file "(" $(i + 1) ")" wide}' | sort -u
  printf '%s\n' tor xdg-dbus-proxy hicolor-icon-theme
}

# list NAME: a list of YAML from lines.
list() {
  printf '%s:\n' "$1"
  sed "s/.*/  - '&'/"
}

# contents KIND: each file with its mode, and the folders that are ours alone.
contents() {
  local path place only
  echo "contents:"
  for place in /usr/libexec/hushwing /usr/share/doc/hushwing; do
    printf "  - {dst: '%s', type: dir, file_info: {mode: 0755}}\n" "$place"
  done
  find "$root" -type f | sort | while read -r path; do
    place=${path#"$root"}
    case $place in
      */copyright | */changelog.Debian.gz | /usr/share/lintian/*) only=deb ;;
      */licenses/*) only=rpm ;;
      *) only=$1 ;;
    esac
    [ "$only" = "$1" ] || continue
    printf "  - {src: '%s', dst: '%s', file_info: {mode: %s}}\n" "$path" "$place" "0$(stat -c %a "$path")"
  done
  if [ "$1" = rpm ]; then printf "  - {dst: /usr/share/licenses/hushwing, type: dir, file_info: {mode: 0755}}\n"; fi
}

# config KIND: what nfpm is told.
config() {
  cat <<YAML
name: hushwing
arch: $arch
platform: linux
version: '$version'
version_schema: none
release: '1'
maintainer: '$maintainer'
vendor: The Hushwing project
${SITE:+homepage: '$SITE'}
mtime: '$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)'
description: |-
  private conversations, without configuring anything
  A chat program for people who need their conversations to stay private, and
  who are not technicians. It speaks XMPP through Tor and nothing without Tor,
  encrypts each conversation from one end to the other (OTR version 3), leads
  both sides through checking each other, keeps everything encrypted on the
  disk, and is silent to strangers.
YAML
  if [ "$1" = deb ]; then
    printf '%s\n' 'section: net' 'priority: optional' 'deb: {compression: xz}' \
      'recommends: [obfs4proxy, fonts-noto-color-emoji]' 'suggests: [fonts-inter, snowflake-client]'
  else
    printf '%s\n' 'license: GPL-3.0-or-later' 'suggests: [obfs4]' \
      'rpm: {group: Applications/Internet, summary: "Private conversations, without configuring anything", buildhost: hushwing}'
  fi
  list depends <"$work/$1"
  contents "$1"
}

deb_depends >"$work/deb"
rpm_depends >"$work/rpm"
rm -f "$out"/hushwing[-_]*.deb "$out"/hushwing[-_]*.rpm "$out/SHA256SUMS"
for kind in deb rpm; do
  config "$kind" >"$work/$kind.yaml"
  "$tool" package -f "$work/$kind.yaml" -p "$kind" -t "$out" >"$work/log" || {
    cat "$work/log" >&2
    fail "nfpm could not make the .$kind"
  }
done
(cd "$out" && sha256sum -- *.deb *.rpm >SHA256SUMS)

say "checking what came out"
build/dist-look.sh "$out"
finish "$(cd "$out" && ls -- *.deb *.rpm | tr '\n' ' ')in $out"
