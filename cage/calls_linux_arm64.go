package cage

import "golang.org/x/sys/unix"

// machine is the kernel's name for this processor's own calls.
const machine = unix.AUDIT_ARCH_AARCH64

// otherSet is the first number of another set of calls that goes by the same
// name: there is none.
const otherSet = 0

// What amd64 alone has.
var kernelHere, programsHere, marksHere []uint32
