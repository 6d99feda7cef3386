package cage

import "golang.org/x/sys/unix"

// machine is the kernel's name for this processor's own calls.
const machine = unix.AUDIT_ARCH_X86_64

// otherSet is the first number of another set of calls that goes by the same name
// (x32).
const otherSet = 0x40000000

// What arm64 does not have.
var (
	kernelHere   = []uint32{unix.SYS_MODIFY_LDT, unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS__SYSCTL, unix.SYS_SYSFS, unix.SYS_USELIB}
	programsHere = []uint32{unix.SYS_FORK, unix.SYS_VFORK}
	marksHere    = []uint32{unix.SYS_CHMOD, unix.SYS_CHOWN, unix.SYS_LCHOWN}
)
