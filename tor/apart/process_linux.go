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
// no other. It ends when its line does; should it be stopped or hang it would
// not see that, so there are two belts. The kernel kills it when this process
// ends (PR_SET_PDEATHSIG, prctl(2)), unless a Landlock domain is between the
// two, as there is around the window. That signal is tied to the thread that
// forked, so one stands by. And it has a process group of its own: if that is
// stopped when this process ends, the kernel wakes it with a SIGHUP
// (setpgid(2)). Nor does Ctrl-C reach it, so that the window goes first.
func begin(program string, args, environ []string, files ...*os.File) (*process, error) {
	// What C libraries or whoever started us left open is not handed on. On a
	// kernel before 5.11 it is.
	_ = unix.CloseRange(3, ^uint(0), unix.CLOSE_RANGE_CLOEXEC)
	cmd := exec.Command(program)
	cmd.Args = append([]string{"hushwing-net"}, args...)
	cmd.Env = environ
	cmd.Dir = "/"
	cmd.ExtraFiles = files
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
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
