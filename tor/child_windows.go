package tor

import (
	"os"
	"syscall"
)

// ownerPair makes nothing: descriptors cannot be passed to a child.
func ownerPair() (ours, theirs *os.File, err error) { return nil, nil, nil }

// apart keeps the child from opening a console window.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{HideWindow: true} }

func terminate(p *os.Process) { _ = p.Kill() }

func kill(p *os.Process) { _ = p.Kill() }
