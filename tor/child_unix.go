//go:build unix

package tor

import (
	"os"
	"syscall"
)

// ownerPair makes the two ends of the line between us and the child. Neither
// is inherited by other children: the line must end with us alone.
func ownerPair() (ours, theirs *os.File, err error) {
	syscall.ForkLock.RLock()
	p, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(p[0])
		syscall.CloseOnExec(p[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	return os.NewFile(uintptr(p[0]), "tor"), os.NewFile(uintptr(p[1]), "owner"), nil
}

// apart puts the child into a process group of its own, so that a Ctrl-C in
// the terminal reaches us first.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func terminate(p *os.Process) { _ = p.Signal(syscall.SIGTERM) }

func kill(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL) // whatever it started, too
	_ = p.Kill()
}
