//go:build amd64 || arm64

package cage

import (
	"path/filepath"
	"strings"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// Keeper confines the process that starts Tor, and with it Tor, the programs
// of bridges and the openers, which inherit it: it executes the named programs
// alone and writes the named folder alone. TCP goes to any port, since Tor's
// does; TCP is listened to only on ports that the kernel chooses, which the
// programs of bridges do. UDP, and the list of this computer's addresses, are there
// only if one of the programs is snowflake's, which is built on them. An error means that the process must not
// go on.
//
// The loader of shared libraries has to be executable, and executes what can
// be read: so what can be read are libraries, not the folders of programs.
func Keeper(rules KeeperRules) (Report, error) {
	f := fence{any: true, scope: ll.ScopeSignal}
	f.tcp = []landlock.Rule{landlock.BindTCP(0)}
	f.allow(mayRead|mayWrite, rules.DataDir)
	f.allow(mayRead|mayExecute, rules.Programs...)
	for _, p := range rules.Programs {
		f.allow(mayRead|mayExecute, loaderOf(p))
	}
	f.allow(mayRead, rules.Read...)
	f.allow(mayRead, "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib",
		"/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/usr/share/zoneinfo", "/usr/share/tor",
		"/etc/ssl", "/usr/share/ca-certificates", "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf",
		"/etc/passwd", "/etc/group", "/proc", "/sys/devices/system/cpu", "/sys/kernel/mm/transparent_hugepage",
		"/dev/urandom", "/dev/random")
	f.allow(mayRead|mayWrite, "/dev/null")

	sockets := streamsOnly()
	for _, p := range rules.Programs {
		if strings.Contains(filepath.Base(p), "snowflake") {
			sockets = streamsAndDatagrams()
		}
	}
	return confine(f, concat(sockets, fastOpen(), newNamespaces()),
		waysRoundTheFilter, otherProcesses, otherMachines, theKernel, calls(unix.SYS_EXECVEAT), sharedByNumber, sharedMemory)
}
