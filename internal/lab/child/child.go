// Package child starts programs that must not outlive this process.
//
// On Linux every program started here gets SIGKILL from the kernel when this
// process ends, whether it returns, panics, calls os.Exit or is killed
// (PR_SET_PDEATHSIG). That signal is tied to the thread that forked, not to
// the process, and Go ends threads when it likes: so each child has a goroutine
// that is locked to its thread from the fork until the child has ended.
//
// A child is the leader of a process group of its own, so that Ctrl-C in a
// terminal reaches this process first, which then ends its children in order.
package child

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// ErrRunning is what Err returns before the child has ended.
var ErrRunning = errors.New("child: still running")

// Process is a child. Its methods are safe for concurrent use.
type Process struct {
	name string
	cmd  *exec.Cmd
	done chan struct{}

	mu  sync.Mutex
	err error
}

// Start starts cmd. Nothing else may call cmd's Wait. Environment, files and
// folder are cmd's own affair; its SysProcAttr is completed.
func Start(cmd *exec.Cmd) (*Process, error) { return StartIn(cmd, nil) }

// StartIn is Start on a thread that enter has prepared, as by taking it to other
// namespaces, which the child then shares. The thread ends with the child.
func StartIn(cmd *exec.Cmd, enter func() error) (*Process, error) {
	bind(cmd)
	p := &Process{name: cmd.Path, cmd: cmd, done: make(chan struct{}), err: ErrRunning}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		if enter == nil {
			defer runtime.UnlockOSThread() // after the child has ended: nothing depends on the thread any more
		} else if err := enter(); err != nil {
			started <- fmt.Errorf("child: start %s: %w", cmd.Path, err)
			return
		}
		if err := cmd.Start(); err != nil {
			started <- fmt.Errorf("child: start %s: %w", cmd.Path, err)
			return
		}
		started <- nil
		err := cmd.Wait()
		p.mu.Lock()
		p.err = err
		p.mu.Unlock()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// Pid is the child's process id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done is closed when the child has ended and has been reaped.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err is ErrRunning, or how the child ended (nil: status 0).
func (p *Process) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Signal sends sig to the child. It does nothing once the child has ended.
func (p *Process) Signal(sig os.Signal) error {
	err := p.cmd.Process.Signal(sig)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// Stop asks the child to end (SIGTERM), kills it after grace, and returns when
// it is gone. A grace of 0 kills at once. nil may be stopped.
func (p *Process) Stop(grace time.Duration) {
	if p == nil {
		return
	}
	if grace > 0 && terminate(p.cmd.Process) == nil {
		select {
		case <-p.done:
			return
		case <-time.After(grace):
		}
	}
	_ = p.cmd.Process.Kill() // fails only when it has ended
	<-p.done
}
