package main

import "golang.org/x/sys/unix"

// harden keeps what is in memory from being written to the disk when the
// program crashes. Core dumps that are piped to a collector ignore the limit,
// so the process also says that it cannot be dumped, which keeps other
// programs of the same user from reading its memory as well.
func harden() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return err
	}
	return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
