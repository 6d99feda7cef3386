package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"hushwing/internal/lab/child"
)

// Client is one more Tor of the lab's network, configured as the test likes.
type Client struct {
	process *child.Process
	dir     string
	control *control
}

// StartClient starts a Tor of the lab's network with these lines of torrc
// besides: SocksPort, ControlPort, CookieAuthentication … It does not wait for
// it to connect; see Client.Connected. The folder dir is for its data; it is given mode
// 0700, without which Tor opens no socket there.
func (l *Lab) StartClient(ctx context.Context, dir string, lines ...string) (*Client, error) {
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.Chmod(dir, 0o700)); err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	c := &Client{dir: dir}
	torrc := fmt.Sprintf("DataDirectory %[1]s/data\nLog notice file %[1]s/log\nShutdownWaitLength 0\nControlPort unix:%[1]s/lab.control\n", dir)
	if err := os.WriteFile(dir+"/torrc", []byte(torrc+strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	cmd := exec.Command(l.TorProgram(), "--hush", "-f", dir+"/torrc")
	var err error
	if c.process, err = child.Start(cmd); err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	go func() { // a line that it does not like ends it
		select {
		case <-c.process.Done():
			cancel()
		case <-ctx.Done():
		}
	}()
	if c.control, err = dialControl(ctx, dir+"/lab.control", dir+"/data/control_auth_cookie"); err != nil {
		c.Stop()
		log, _ := os.ReadFile(dir + "/log")
		return nil, fmt.Errorf("%w\n%s", err, log)
	}
	return c, nil
}

// Pid is its process.
func (c *Client) Pid() int { return c.process.Pid() }

// Connected waits until it is.
func (c *Client) Connected(ctx context.Context) error { return c.control.bootstrapped(ctx, nil) }

// Do says one command on its control port and returns the reply's lines.
func (c *Client) Do(ctx context.Context, command string) ([]string, error) {
	return c.control.do(ctx, command)
}

// Stop ends it and waits.
func (c *Client) Stop() {
	c.control.close()
	c.process.Stop(3 * time.Second)
}

// Signal sends it a signal.
func (c *Client) Signal(s os.Signal) error { return c.process.Signal(s) }

// Kill ends it without a word, and waits.
func (c *Client) Kill() {
	_ = c.process.Signal(os.Kill)
	<-c.process.Done()
	c.control.close()
}
