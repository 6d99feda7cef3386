//go:build amd64 || arm64

package cage

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// errNoSeccomp: the kernel cannot filter calls.
var errNoSeccomp = errors.New("the kernel filters no calls")

// bind puts a filter over every thread of the process.
func bind(filter []unix.SockFilter) error {
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}

	// The kernel gives the calling thread's no_new_privs to the others with the
	// filter; so both calls have to come from one thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up new privileges: %w", err)
	}
	// The pointer is to this process's own filter, which outlives the call; TSYNC
	// binds the threads that run already (TestEveryThreadIsBound).
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(filter)
	switch {
	case errno == unix.ENOSYS || errno == unix.EINVAL:
		return errNoSeccomp
	case errno != 0:
		return fmt.Errorf("load the filter: %w", errno)
	case thread != 0:
		return fmt.Errorf("load the filter: thread %d could not be bound", thread)
	}
	return nil
}
