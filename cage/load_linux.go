//go:build amd64 || arm64

package cage

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"unsafe"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// errNoSeccomp: the kernel cannot filter calls.
var errNoSeccomp = errors.New("the kernel filters no calls")

// load puts a filter over every thread of the process. The library assembles
// it, but lets calls of a foreign architecture through (int 0x80 on x86-64,
// 32-bit code on arm64), whose numbers mean other calls; so a check of our own
// stands in front, and the library's own way to load it cannot be used. That
// one also overlooks a thread that could not be bound: the kernel says so with
// a positive number, not an error.
func load(policy seccomp.Policy) error {
	native, err := arch.GetInfo("")
	if err != nil {
		return fmt.Errorf("assemble the filter: %w", err)
	}
	assembled, err := policy.Assemble()
	if err != nil {
		return fmt.Errorf("assemble the filter: %w", err)
	}
	const archOffset = 4 // struct seccomp_data: nr, arch, …
	front := []bpf.Instruction{
		bpf.LoadAbsolute{Off: archOffset, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(native.ID), SkipTrue: 1},
		bpf.RetConstant{Val: uint32(refuse(unix.EPERM))},
	}
	program, err := bpf.Assemble(slices.Concat(front, keysForTheTerminal(), assembled))
	if err != nil {
		return fmt.Errorf("assemble the filter: %w", err)
	}
	filter := make([]unix.SockFilter, len(program))
	for i, in := range program {
		filter[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
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

// keysForTheTerminal refuses the two controls with which a program types into
// the terminal that it was started from. The number of a control is 32 bits to
// the kernel; the library would compare 64, and a bit above would be a way
// through.
func keysForTheTerminal() []bpf.Instruction {
	const number, secondArgument = 0, 24 // struct seccomp_data; the lower half of little-endian 64 bits
	return []bpf.Instruction{
		bpf.LoadAbsolute{Off: number, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_IOCTL, SkipTrue: 4},
		bpf.LoadAbsolute{Off: secondArgument, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.TIOCSTI, SkipTrue: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.TIOCLINUX, SkipTrue: 1},
		bpf.RetConstant{Val: uint32(refuse(unix.EACCES))},
	}
}

// refuse is the filter's answer that makes a call fail.
func refuse(errno unix.Errno) seccomp.Action {
	return seccomp.ActionErrno | seccomp.Action(errno)
}
