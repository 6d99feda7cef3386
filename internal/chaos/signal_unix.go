//go:build unix

package chaos

import "syscall"

// What stops a program, as a computer that sleeps does, and wakes it.
const (
	sleepSignal = syscall.SIGSTOP
	wakeSignal  = syscall.SIGCONT
)
