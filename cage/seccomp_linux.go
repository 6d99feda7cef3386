//go:build amd64 || arm64

package cage

import (
	"slices"
	"strings"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"
)

// The calls that nobody here needs, by what they would be a way to.
var (
	waysRoundTheFilter = calls("io_uring_setup io_uring_enter io_uring_register")
	otherProcesses     = calls("ptrace process_vm_readv process_vm_writev process_madvise process_mrelease pidfd_getfd kcmp migrate_pages move_pages")
	otherMachines      = calls("unshare setns mount umount2 move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr listmount statmount pivot_root chroot")
	theKernel          = calls(`bpf perf_event_open userfaultfd keyctl add_key request_key kexec_load kexec_file_load
		init_module finit_module delete_module personality modify_ldt iopl ioperm acct swapon swapoff reboot quotactl quotactl_fd
		nfsservctl _sysctl sysfs uselib vhangup syslog lookup_dcookie fanotify_init fanotify_mark name_to_handle_at open_by_handle_at
		clock_settime clock_adjtime settimeofday adjtimex sethostname setdomainname`)
	otherPrograms = calls("execve execveat fork vfork")
	signalCalls   = calls("tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal")
	// Landlock says nothing about these, and they take a path anywhere.
	marksOnFiles = calls("chmod fchmodat fchmodat2 chown lchown fchownat setxattr lsetxattr removexattr lremovexattr")
	// Memory and queues that all programs of the user share by number.
	sharedByNumber = calls("msgget msgsnd msgrcv msgctl semget semop semtimedop semctl mq_open mq_unlink")
	sharedMemory   = calls("shmget shmat shmctl shmdt")
	newConnections = calls("socket connect bind listen accept accept4")
)

// condition is a call that is refused with some arguments only.
type condition = seccomp.NameWithConditions

func concat(all ...[]condition) []condition { return slices.Concat(all...) }

func calls(s string) []string { return strings.Fields(s) }

// not is true of every number but v. The kernel reads most numbers as 32 bits
// and the filter sees 64; so what is refused must never be told by being equal,
// since a caller adds a bit above and is let through. What is allowed may be.
func not(arg uint32, v uint64) seccomp.Condition {
	return seccomp.Condition{Argument: arg, Operation: seccomp.NotEqual, Value: v}
}

// bits is true if one of the bits is set; they must be below 2³².
func bits(arg uint32, v uint64) seccomp.Condition {
	return seccomp.Condition{Argument: arg, Operation: seccomp.BitsSet, Value: v}
}

func noBit(arg uint32, v uint64) seccomp.Condition {
	return seccomp.Condition{Argument: arg, Operation: seccomp.BitsNotSet, Value: v}
}

// when: the call is refused if all conditions are true.
func when(name string, c ...seccomp.Condition) condition {
	return condition{Name: name, Conditions: c}
}

// Bits of a socket's type, which no other type has: SOCK_STREAM is 1.
const (
	datagram = 2 // SOCK_DGRAM 2, SOCK_RAW 3, SOCK_DCCP 6, SOCK_PACKET 10
	packets  = 4 // SOCK_RDM 4, SOCK_SEQPACKET 5, SOCK_DCCP 6
)

// unixOnly refuses every socket but streams of the family UNIX. A datagram
// socket could send to any socket in the file system without a connection.
func unixOnly(name string) []condition {
	return []condition{
		when(name, not(0, unix.AF_UNIX)),
		when(name, bits(1, datagram)),
	}
}

// streamsOnly refuses every socket but TCP and those of the family UNIX. A
// SOCK_SEQPACKET (5) of the Internet is SCTP even without saying so.
func streamsOnly() []condition {
	return []condition{
		when("socket", not(0, unix.AF_UNIX), not(0, unix.AF_INET), not(0, unix.AF_INET6)),
		when("socket", not(0, unix.AF_UNIX), bits(1, datagram|packets)),
		when("socket", not(0, unix.AF_UNIX), not(2, 0), not(2, unix.IPPROTO_TCP)), // SCTP 132, MPTCP 262, SMC 256
	}
}

// streamsAndDatagrams is streamsOnly with UDP besides, and with the kernel's
// list of this computer's own addresses (NETLINK_ROUTE, 0), without which ICE
// does not begin.
func streamsAndDatagrams() []condition {
	return []condition{
		when("socket", not(0, unix.AF_UNIX), not(0, unix.AF_INET), not(0, unix.AF_INET6), not(0, unix.AF_NETLINK)),
		when("socket", not(0, unix.AF_UNIX), not(0, unix.AF_INET), not(0, unix.AF_INET6), not(2, unix.NETLINK_ROUTE)),
		when("socket", not(0, unix.AF_UNIX), bits(1, packets)),
		when("socket", not(0, unix.AF_UNIX), not(0, unix.AF_NETLINK), bits(1, unix.SOCK_STREAM), bits(1, datagram)), // both bits: SOCK_RAW
		when("socket", not(0, unix.AF_UNIX), not(2, 0), not(2, unix.IPPROTO_TCP), not(2, unix.IPPROTO_UDP)),
	}
}

// threadsOnly refuses to make another process.
func threadsOnly() []condition {
	return []condition{when("clone", noBit(0, unix.CLONE_THREAD))}
}

// fastOpen refuses to send with MSG_FASTOPEN, which connects past Landlock.
func fastOpen() []condition {
	return []condition{
		when("sendto", bits(3, unix.MSG_FASTOPEN)),
		when("sendmsg", bits(2, unix.MSG_FASTOPEN)),
		when("sendmmsg", bits(3, unix.MSG_FASTOPEN)),
	}
}

// newNamespaces refuses to make a namespace with a new process.
func newNamespaces() []condition {
	return []condition{when("clone", bits(0,
		unix.CLONE_NEWNS|unix.CLONE_NEWCGROUP|unix.CLONE_NEWUTS|unix.CLONE_NEWIPC|unix.CLONE_NEWUSER|unix.CLONE_NEWPID|unix.CLONE_NEWNET))}
}

// ourselvesOnly refuses to signal, and to bound, any process but pid. The
// older kernels' Landlock does not.
func ourselvesOnly(pid uint64) []condition {
	return []condition{
		when("kill", not(0, pid)),
		when("tgkill", not(0, pid)),
		when("prlimit64", not(0, 0), not(0, pid)),
	}
}

// policy refuses what is named and allows the rest. Names that this processor
// does not have are left out: a call that is not there needs no refusal.
func policy(action seccomp.Action, conditions []condition, names ...[]string) (seccomp.Policy, error) {
	native, err := arch.GetInfo("")
	if err != nil {
		return seccomp.Policy{}, err
	}
	var all []string
	for _, n := range slices.Concat(names...) {
		if _, known := native.SyscallNames[n]; known && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	// One group: the library never looks at a second one.
	return seccomp.Policy{
		DefaultAction: seccomp.ActionAllow,
		Syscalls:      []seccomp.SyscallGroup{{Action: action, Names: all, NamesWithCondtions: conditions}},
	}, nil
}

// filter refuses what is named with EACCES, and clone3 as if the kernel had
// none: its flags are behind a pointer, and libc then takes clone, whose flags
// can be read.
func filter(conditions []condition, names ...[]string) error {
	refused, err := policy(refuse(unix.EACCES), conditions, names...)
	if err != nil {
		return err
	}
	absent, err := policy(refuse(unix.ENOSYS), nil, []string{"clone3"})
	if err != nil {
		return err
	}
	if err := load(absent); err != nil {
		return err
	}
	return load(refused)
}
