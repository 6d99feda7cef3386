#!/bin/bash
# notices.sh: the licences of everything by others that is linked into the
# programs, on standard output. A package has to carry them.
. "$(dirname "$0")/common.sh"
use_go

# modules: name, version and folder of each that is linked.
modules() {
  go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/hushwing ./cmd/hushwing-net |
    sort -u
}

echo "What Hushwing is made of besides its own code, and under which terms."
printf '\n==== Go, %s ====\n\n' "$(go env GOVERSION)"
goroot=$(go env GOROOT)
cat "$goroot/LICENSE"
modules | while read -r name version dir; do
  printf '\n==== %s %s ====\n' "$name" "$version"
  found=
  # Also below: some modules carry others' code with a licence beside it.
  while read -r file; do
    found=yes
    printf '\n---- %s\n\n' "${file#"$dir"/}"
    cat "$file"
  done < <(find "$dir" -type f \( -iname 'LICENSE*' -o -iname 'LICENCE*' -o -iname 'COPYING*' -o -iname 'NOTICE*' -o -iname 'PATENTS*' -o -iname 'AUTHORS' \) \
    ! -name '*.go' ! -path '*/testdata/*' | LC_ALL=C sort)
  [ -n "$found" ] || fail "$name $version has no licence to show"
done
printf '\n==== the large word list of the EFF, 2016 ====\n\nCreative Commons Attribution 3.0 United States, https://creativecommons.org/licenses/by/3.0/us/\n'
