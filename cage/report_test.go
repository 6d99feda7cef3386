//go:build linux && (amd64 || arm64)

package cage

import (
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// TestOlderKernels: with an older Landlock the window still comes up, has what
// there is, and says what there is not.
func TestOlderKernels(t *testing.T) {
	all := []string{MissingFiles, MissingCut, MissingPorts, MissingIoctl, MissingScope}
	for version, missing := range map[int][]string{
		-1: {MissingFiles, MissingPorts, MissingScope},
		1:  {MissingCut, MissingPorts, MissingIoctl, MissingScope},
		2:  {MissingCut, MissingPorts, MissingIoctl, MissingScope},
		3:  {MissingPorts, MissingIoctl, MissingScope},
		4:  {MissingIoctl, MissingScope},
		5:  {MissingScope},
		6:  nil,
		7:  nil,
	} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			if version > abi() {
				t.Fatalf("this kernel's Landlock is version %d: the tests need 7 (Linux 6.15)", abi())
			}
			w := newWorld(t)
			in := w.enter(part{Role: "window", Version: version})
			if in.Report.Landlock != max(version, 0) || !in.Report.Seccomp || !slices.Equal(in.Report.Missing, missing) {
				t.Errorf("%+v, want without %q", in.Report, missing)
			}
			want := map[bool]unix.Errno{true: unix.EACCES}[!slices.Contains(in.Report.Missing, MissingFiles)]
			if e := in.try("read " + w.home + "/id_ed25519"); e != want {
				t.Errorf("a file outside: %v, want %v", e, want)
			}
			for _, shut := range []string{fmt.Sprintf("tcp %d 0", w.port), fmt.Sprintf("kill %d 0", w.victim.proc.Pid()), "exec /bin/true"} {
				if e := in.try(shut); e != unix.EACCES {
					t.Errorf("%s: %v", shut, e)
				}
			}
			in.through(t, "write "+w.profile+"/own", "create "+w.profile+"/new", "rename "+w.profile+"/new "+w.profile+"/other")
			for _, m := range in.Report.Missing {
				if !slices.Contains(all, m) {
					t.Errorf("nobody knows what %q is", m)
				}
			}
		})
	}
}

// TestEveryThreadIsBound: those that were there before, too.
func TestEveryThreadIsBound(t *testing.T) {
	w := newWorld(t)
	in := w.enter(part{Role: "window"})
	if said := in.what(); said != "no_new_privs 1, 0 of "+fmt.Sprint(len(in.tasks()))+" threads are not bound" {
		t.Error(said)
	}
	// The attack's thread was made in C before Go began.
	if e := in.try("read " + w.home + "/id_ed25519"); e != unix.EACCES {
		t.Errorf("from the first thread: %v", e)
	}
}
