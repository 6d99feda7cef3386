package lab

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// DeadTor returns a script like TorProgram's, for a network that is not there:
// the real tor, bound to loopback, whose authorities nobody answers for. It
// never finishes connecting.
func DeadTor(t testing.TB) string {
	t.Helper()
	real, err := exec.LookPath("tor")
	if err != nil {
		t.Fatal("lab: the program tor is missing: install the package tor")
	}
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	torrc := "TestingTorNetwork 1\nOutboundBindAddress 127.0.0.1\n"
	for i := range 3 {
		torrc += fmt.Sprintf("DirAuthority none%d orport=1 no-v2 v3ident=%040X 127.0.0.1:2 %040X\n", i, i+1, i+1)
	}
	defaults := write("defaults.torrc", torrc, 0o600)
	return write("tor", fmt.Sprintf(`#!/bin/sh
skip=
for a; do
	shift
	if [ -n "$skip" ]; then skip=; continue; fi
	if [ "$a" = --defaults-torrc ]; then skip=1; continue; fi
	set -- "$@" "$a"
done
exec '%s' --defaults-torrc '%s' "$@"
`, real, defaults), 0o700)
}
