//go:build !unix

package chaos

import "syscall"

// The lab needs Linux; elsewhere this package only has to build.
const (
	sleepSignal = syscall.SIGKILL
	wakeSignal  = syscall.SIGKILL
)
