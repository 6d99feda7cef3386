//go:build amd64 || arm64

package cage

import (
	"errors"
	"os"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// Opener confines the process that opens connections to Tor: streams of the
// families INET, INET6 and UNIX, TCP to the named ports alone, no listening, no
// other program, and no file but the named ones. It has to be called after
// everything else that the process reads has been opened. An error means that
// the process must not go on.
func Opener(rules OpenerRules) (Report, error) {
	f := fence{scope: ll.ScopeSignal}
	f.allow(mayRead|mayWrite, rules.Sockets...)
	for _, port := range rules.Ports {
		f.tcp = append(f.tcp, landlock.ConnectTCP(port))
	}
	return confine(f, concat(streamsOnly(), fastOpen(), newNamespaces(), threadsOnly(), ourselvesOnly(uint32(os.Getpid()))),
		waysRoundTheFilter, otherProcesses, otherMachines, theKernel, otherPrograms, signalCalls, marksOnFiles, sharedByNumber, sharedMemory,
		calls(unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_ACCEPT, unix.SYS_ACCEPT4, unix.SYS_SOCKETPAIR))
}

// confine puts up the fence, then the filter: Landlock binds the threads with
// signals that the filter refuses.
func confine(f fence, conditions []condition, names ...[]uint32) (Report, error) {
	r, err := f.put()
	if err != nil {
		return Report{}, err
	}
	switch err := filter(conditions, names...); {
	case errors.Is(err, errNoSeccomp):
		r.Missing = append(r.Missing, MissingSeccomp)
	case err != nil:
		return Report{}, err
	default:
		r.Seccomp = true
	}
	return r, nil
}
