package tor

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

const (
	politeTime = 5 * time.Second // for the child to save its state and end
	pipeTime   = 2 * time.Second // for its output to end after it
)

// child is a tor program of our own.
type child struct {
	cmd   *exec.Cmd
	owner *os.File // Tor ends when this is closed; nil where it cannot be passed
	words *words

	temporary string // folder to remove at the end; may be empty

	mu    sync.Mutex
	watch *watch // nil until it can be asked
	gone  bool

	once sync.Once
	err  error         // set before done is closed
	done chan struct{} // closed when the child, and the watch, have ended
}

// spawn starts program. Tor ends when its owner does: on Unix at once, because
// the kernel closes our end of the descriptor that it was given
// (__OwningControllerFD), and everywhere within 15 s, because it looks for our
// process (__OwningControllerProcess).
//
// Its standard input is the rest of its configuration. The temporary
// folder, if any, is removed when the child has ended.
func spawn(program string, args []string, bridges bridgeSetting, temporary string) (*child, error) {
	c := &child{words: newWords(), temporary: temporary, done: make(chan struct{})}
	c.words.hide = bridges.hide
	ours, theirs, err := ownerPair()
	if err != nil {
		return nil, err
	}
	if theirs != nil {
		defer theirs.Close()
		args = append(args, "--__OwningControllerFD", "3") // the first of ExtraFiles
	}
	c.owner = ours
	c.cmd = exec.Command(program, args...)
	if theirs != nil {
		c.cmd.ExtraFiles = []*os.File{theirs}
	}
	c.cmd.Stdin = strings.NewReader(bridges.configuration)
	c.cmd.Stdout, c.cmd.Stderr = c.words, c.words
	c.cmd.WaitDelay = pipeTime
	c.cmd.SysProcAttr = apart()
	if err := c.cmd.Start(); err != nil {
		closeFile(c.owner)
		return nil, err
	}
	go c.wait()
	return c, nil
}

func (c *child) wait() {
	c.err = c.cmd.Wait()
	if errors.Is(c.err, exec.ErrWaitDelay) {
		c.err = nil // it ended; something it started holds its output
	}
	c.mu.Lock()
	c.gone = true
	w := c.watch
	c.mu.Unlock()
	if w != nil {
		w.stop()
	}
	closeFile(c.owner)
	removeAll(c.temporary)
	close(c.done)
}

// look begins to watch the child, which listens at e, through its control port
// at p. After its end there is nothing to watch.
func (c *child) look(o Opener, e Endpoint, p []controlPlace) *watch {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watch == nil && !c.gone {
		c.watch = newWatch(o, e, p, c)
	}
	return c.watch
}

// stop asks the child to end, makes it, and waits.
func (c *child) stop() error {
	c.once.Do(func() {
		terminate(c.cmd.Process)
		select {
		case <-c.done:
			return
		case <-time.After(politeTime):
		}
		kill(c.cmd.Process)
	})
	select {
	case <-c.done:
		return nil
	case <-time.After(politeTime + pipeTime):
		return errors.New("tor: the child does not end")
	}
}

func closeFile(f *os.File) {
	if f != nil {
		_ = f.Close()
	}
}
