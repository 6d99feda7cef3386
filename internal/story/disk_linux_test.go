package story_test

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// fromDisk has the system read a program anew, as after it was installed. What a
// linker has just written lies in memory in large pieces, and a process is given
// each piece whole of which it reads one byte.
func fromDisk(b *testing.B, program string) {
	b.Helper()
	f, err := os.Open(program)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	if err := unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED); err != nil {
		b.Fatal(err)
	}
}
