//go:build amd64 || arm64

package cage

import (
	"os"
	"path/filepath"

	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// Window confines the process with the window. It has to be called before GTK
// starts and after every other process that is needed was started. An error
// means that the window must not come up.
func Window(rules WindowRules) (Report, error) {
	f := fence{scope: ll.ScopeSignal}
	if !needsAbstractSockets() {
		f.scope |= ll.ScopeAbstractUnixSocket
	}
	f.allow(mayRead|mayWrite, rules.Profile, rules.Downloads)
	if rules.Buses != nil {
		<-rules.Buses.begun
		f.allow(mayRead|ll.AccessFSRemoveFile|ll.AccessFSRemoveDir, filepath.Dir(rules.Buses.folder)) // Forget
	}
	f.desktop(os.Getenv)
	r, err := confine(f, concat(unixOnly(unix.SYS_SOCKET), unixOnly(unix.SYS_SOCKETPAIR), fastOpen(), newNamespaces(), threadsOnly(), ourselvesOnly(uint32(os.Getpid()))),
		waysRoundTheFilter, otherProcesses, otherMachines, theKernel, otherPrograms, signalCalls, marksOnFiles, sharedByNumber)
	if err != nil {
		return Report{}, err
	}
	if rules.Buses != nil {
		r.Bus = rules.Buses.Ready()
	}
	return r, nil
}

// SealWindow gives up every new connection to anything, the sockets of the
// desktop included: those that lie in the file system are beyond Landlock. It
// has to be called when the window stands, and before anything that comes from
// outside is let in. Sockets that another process hands over go on working.
func SealWindow() error {
	err := filter(nil, newConnections)
	if err == errNoSeccomp {
		return nil // Window's Report said so
	}
	return err
}
