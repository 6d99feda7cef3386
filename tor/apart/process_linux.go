package apart

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// process is another one of the three.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how; set before done is closed
}

// begin starts program with one file after another from descriptor 3 on, and
// no other. When this process ends the kernel kills the new one
// (PR_SET_PDEATHSIG, prctl(2)): should it be stopped or hang, it would not see
// the end of its line. That signal is tied to the thread that forked, so one
// stands by.
func begin(program string, args, environ []string, files ...*os.File) (*process, error) {
	// What C libraries or whoever started us left open is not handed on. On a
	// kernel before 5.11 it is.
	_ = unix.CloseRange(3, ^uint(0), unix.CLOSE_RANGE_CLOEXEC)
	cmd := exec.Command(program)
	cmd.Args = append([]string{"hushwing-net"}, args...)
	cmd.Env = environ
	cmd.Dir = "/"
	cmd.ExtraFiles = files
	// A session of its own has no terminal, so no Ctrl-C comes from there.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// kill ends it at once, and waits.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // fails only when it has ended
	<-p.done
}

// clean is the environment that the other processes get, of all that the
// window's has: where programs are, where short-lived files go, and all that
// says where a Tor is. Nothing of the desktop, its buses and displays.
func clean(environ []string) []string {
	var out []string
	for _, v := range environ {
		name, _, _ := strings.Cut(v, "=")
		switch {
		case name == "PATH", name == "HOME", name == "TMPDIR", name == "XDG_RUNTIME_DIR", name == "LANG", name == "LC_ALL", strings.HasPrefix(name, "TOR_"):
			out = append(out, v)
		}
	}
	return out
}
