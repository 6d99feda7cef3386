//go:build amd64 || arm64

package cage

import (
	"os"
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// newest is the newest version of Landlock's interface that this package was
// tried with; a newer kernel gives as much. A test lowers it to play an older one.
var newest = 7

// Landlock's rights to files, by what one may do.
const (
	mayRead    landlock.AccessFSSet = ll.AccessFSReadFile | ll.AccessFSReadDir
	mayExecute landlock.AccessFSSet = ll.AccessFSExecute
	mayWrite   landlock.AccessFSSet = ll.AccessFSWriteFile | ll.AccessFSTruncate | ll.AccessFSRemoveDir | ll.AccessFSRemoveFile |
		ll.AccessFSMakeDir | ll.AccessFSMakeReg | ll.AccessFSMakeSock | ll.AccessFSMakeFifo | ll.AccessFSMakeSym | ll.AccessFSRefer
	mayControl landlock.AccessFSSet = ll.AccessFSIoctlDev

	// onFiles are the rights that a plain file can have; a rule that gives it
	// another one is refused whole.
	onFiles landlock.AccessFSSet = ll.AccessFSExecute | ll.AccessFSWriteFile | ll.AccessFSReadFile | ll.AccessFSTruncate | ll.AccessFSIoctlDev
)

// fence is what Landlock shall leave.
type fence struct {
	files []opening
	tcp   []landlock.Rule // ports; nil: no TCP at all
	any   bool            // TCP to any port
	scope landlock.ScopedSet
}

type opening struct {
	path string
	may  landlock.AccessFSSet
}

func (f *fence) allow(may landlock.AccessFSSet, paths ...string) {
	for _, p := range paths {
		if filepath.IsAbs(p) {
			f.files = append(f.files, opening{p, may})
		}
	}
}

// abi returns the version of Landlock's interface that the kernel has; 0: none.
func abi() int {
	v, err := ll.LandlockGetABIVersion()
	if err != nil {
		return 0
	}
	// Before this was mended, the threads of one process could not signal each
	// other from within a scope, and Go's runtime does.
	const signalsBetweenThreads = 2
	if v >= 6 {
		if errata, err := ll.LandlockGetErrata(); err != nil || errata&signalsBetweenThreads == 0 {
			v = 5
		}
	}
	return max(0, min(v, newest))
}

// put stands the fence up with what this kernel has of it, and says what that
// is. What the kernel has must succeed: there is no best effort.
func (f *fence) put() (Report, error) { return f.putAs(abi()) }

// putAs is put for a kernel with the given version, which must not be above
// the kernel's own.
func (f *fence) putAs(version int) (Report, error) {
	r := Report{Landlock: version}
	missing := func(below int, what string) bool {
		if version < below {
			r.Missing = append(r.Missing, what)
		}
		return version < below
	}
	if missing(1, MissingFiles) {
		missing(4, MissingPorts)
		missing(6, MissingScope)
		return r, nil
	}
	missing(3, MissingCut)
	missing(4, MissingPorts)
	missing(5, MissingIoctl)
	missing(6, MissingScope)

	has := []landlock.Config{{}, landlock.V1, landlock.V2, landlock.V3, landlock.V4, landlock.V5, landlock.V6, landlock.V7}[version]
	if f.any {
		has.HandledAccessNet &^= ll.AccessNetConnectTCP
	}
	r.Ports = has.HandledAccessNet&ll.AccessNetBindTCP != 0
	has.Scoped &= f.scope
	r.Scoped = has.Scoped&ll.ScopeSignal != 0

	var rules []landlock.Rule
	for _, o := range f.files {
		may := o.may & has.HandledAccessFS
		st, err := os.Stat(o.path)
		if err != nil {
			continue // not there, or not for us: nothing to allow
		}
		if !st.IsDir() {
			may &= onFiles
		}
		if may != 0 {
			rules = append(rules, landlock.PathAccess(may, o.path).IgnoreIfMissing())
		}
	}
	if r.Ports {
		rules = append(rules, f.tcp...)
	}
	return r, has.Restrict(rules...)
}
