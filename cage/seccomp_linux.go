//go:build amd64 || arm64

package cage

import (
	"slices"

	"golang.org/x/sys/unix"
)

// The calls that nobody here needs, by what they would be a way to.
var (
	waysRoundTheFilter = calls(unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER)
	otherProcesses     = calls(
		unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PROCESS_MADVISE, unix.SYS_PROCESS_MRELEASE,
		unix.SYS_PIDFD_GETFD, unix.SYS_KCMP, unix.SYS_MIGRATE_PAGES, unix.SYS_MOVE_PAGES,
	)
	otherMachines = calls(
		unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_MOVE_MOUNT, unix.SYS_OPEN_TREE, unix.SYS_FSOPEN,
		unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_MOUNT_SETATTR, unix.SYS_LISTMOUNT, unix.SYS_STATMOUNT,
		unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT,
	)
	theKernel = slices.Concat(kernelHere, calls(
		unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY,
		unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE,
		unix.SYS_PERSONALITY, unix.SYS_ACCT, unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_REBOOT, unix.SYS_QUOTACTL, unix.SYS_QUOTACTL_FD,
		unix.SYS_NFSSERVCTL, unix.SYS_VHANGUP, unix.SYS_SYSLOG, unix.SYS_LOOKUP_DCOOKIE, unix.SYS_FANOTIFY_INIT, unix.SYS_FANOTIFY_MARK,
		unix.SYS_NAME_TO_HANDLE_AT, unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME, unix.SYS_SETTIMEOFDAY,
		unix.SYS_ADJTIMEX, unix.SYS_SETHOSTNAME, unix.SYS_SETDOMAINNAME,
	))
	otherPrograms = slices.Concat(programsHere, calls(unix.SYS_EXECVE, unix.SYS_EXECVEAT))
	signalCalls   = calls(unix.SYS_TKILL, unix.SYS_RT_SIGQUEUEINFO, unix.SYS_RT_TGSIGQUEUEINFO, unix.SYS_PIDFD_SEND_SIGNAL)
	// Landlock says nothing about these, and they take a path anywhere.
	marksOnFiles = slices.Concat(marksHere, calls(
		unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHOWNAT, unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_REMOVEXATTR,
		unix.SYS_LREMOVEXATTR,
	))
	// Memory and queues that all programs of the user share by number.
	sharedByNumber = calls(
		unix.SYS_MSGGET, unix.SYS_MSGSND, unix.SYS_MSGRCV, unix.SYS_MSGCTL, unix.SYS_SEMGET, unix.SYS_SEMOP, unix.SYS_SEMTIMEDOP,
		unix.SYS_SEMCTL, unix.SYS_MQ_OPEN, unix.SYS_MQ_UNLINK,
	)
	sharedMemory   = calls(unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_SHMCTL, unix.SYS_SHMDT)
	newConnections = calls(unix.SYS_SOCKET, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_ACCEPT, unix.SYS_ACCEPT4)
)

func concat(all ...[]condition) []condition { return slices.Concat(all...) }

func calls(all ...uint32) []uint32 { return all }

// Bits of a socket's type, which no other type has: SOCK_STREAM is 1.
const (
	datagram = 2 // SOCK_DGRAM 2, SOCK_RAW 3, SOCK_DCCP 6, SOCK_PACKET 10
	packets  = 4 // SOCK_RDM 4, SOCK_SEQPACKET 5, SOCK_DCCP 6
)

// unixOnly refuses every socket but streams of the family UNIX. A datagram
// socket could send to any socket in the file system without a connection.
func unixOnly(call uint32) []condition {
	return []condition{
		when(call, not(0, unix.AF_UNIX)),
		when(call, bits(1, datagram)),
	}
}

// streamsOnly refuses every socket but TCP and those of the family UNIX. A
// SOCK_SEQPACKET (5) of the Internet is SCTP even without saying so.
func streamsOnly() []condition {
	return []condition{
		when(unix.SYS_SOCKET, not(0, unix.AF_UNIX), not(0, unix.AF_INET), not(0, unix.AF_INET6)),
		when(unix.SYS_SOCKET, not(0, unix.AF_UNIX), bits(1, datagram|packets)),
		when(unix.SYS_SOCKET, not(0, unix.AF_UNIX), not(2, 0), not(2, unix.IPPROTO_TCP)), // SCTP 132, MPTCP 262, SMC 256
	}
}

// streamsAndDatagrams is streamsOnly with UDP besides, and with the kernel's
// list of this computer's own addresses (NETLINK_ROUTE, 0), without which ICE
// does not begin.
func streamsAndDatagrams() []condition {
	return []condition{
		when(unix.SYS_SOCKET, not(0, unix.AF_UNIX), not(0, unix.AF_INET), not(0, unix.AF_INET6), not(0, unix.AF_NETLINK)),
		when(unix.SYS_SOCKET, not(0, unix.AF_UNIX), not(0, unix.AF_INET), not(0, unix.AF_INET6), not(2, unix.NETLINK_ROUTE)),
		when(unix.SYS_SOCKET, not(0, unix.AF_UNIX), bits(1, packets)),
		when(unix.SYS_SOCKET, not(0, unix.AF_UNIX), not(0, unix.AF_NETLINK), bits(1, unix.SOCK_STREAM), bits(1, datagram)), // both bits: SOCK_RAW
		when(unix.SYS_SOCKET, not(0, unix.AF_UNIX), not(2, 0), not(2, unix.IPPROTO_TCP), not(2, unix.IPPROTO_UDP)),
	}
}

// threadsOnly refuses to make another process.
func threadsOnly() []condition {
	return []condition{when(unix.SYS_CLONE, noBit(0, unix.CLONE_THREAD))}
}

// fastOpen refuses to send with MSG_FASTOPEN, which connects past Landlock.
func fastOpen() []condition {
	return []condition{
		when(unix.SYS_SENDTO, bits(3, unix.MSG_FASTOPEN)),
		when(unix.SYS_SENDMSG, bits(2, unix.MSG_FASTOPEN)),
		when(unix.SYS_SENDMMSG, bits(3, unix.MSG_FASTOPEN)),
	}
}

// newNamespaces refuses to make a namespace with a new process.
func newNamespaces() []condition {
	return []condition{when(unix.SYS_CLONE, bits(0,
		unix.CLONE_NEWNS|unix.CLONE_NEWCGROUP|unix.CLONE_NEWUTS|unix.CLONE_NEWIPC|unix.CLONE_NEWUSER|unix.CLONE_NEWPID|unix.CLONE_NEWNET))}
}

// ourselvesOnly refuses to signal, and to bound, any process but pid. The
// older kernels' Landlock does not.
func ourselvesOnly(pid uint32) []condition {
	return []condition{
		when(unix.SYS_KILL, not(0, pid)),
		when(unix.SYS_TGKILL, not(0, pid)),
		when(unix.SYS_PRLIMIT64, not(0, 0), not(0, pid)),
	}
}

// keysForTheTerminal refuses the two controls with which a program types into
// the terminal that it was started from. The number of a control is 32 bits to
// the kernel.
func keysForTheTerminal() []condition {
	return []condition{when(unix.SYS_IOCTL, low(1, unix.TIOCSTI)), when(unix.SYS_IOCTL, low(1, unix.TIOCLINUX))}
}

// filter refuses what is named with EACCES, and clone3 as if the kernel had
// none: its flags are behind a pointer, and libc then takes clone, whose flags
// can be read.
func filter(conditions []condition, names ...[]uint32) error {
	program, err := write([]uint32{unix.SYS_CLONE3}, slices.Concat(names...), concat(keysForTheTerminal(), conditions))
	if err != nil {
		return err
	}
	return bind(program)
}
