package screen_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image/png"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab/screen"
)

// With this variable the test binary is a program that starts a screen and waits
// to be killed.
const helperEnv = "SCREEN_TEST_HELPER"

func init() {
	if os.Getenv(helperEnv) == "" {
		return
	}
	s, err := screen.Start(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(strings.TrimPrefix(s.A11yAddress(), "unix:path="))
	select {}
}

func running(text string) (found []string) {
	all, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, name := range all {
		env, _ := os.ReadFile(name)
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(name), "cmdline"))
		if bytes.Contains(env, []byte(text)) || bytes.Contains(line, []byte(text)) {
			found = append(found, name+": "+string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
		}
	}
	return found
}

func TestNothingIsLeftAfterAKill(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tmp, err := os.MkdirTemp("", "hs-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(tmp) })
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), helperEnv+"=1", "TMPDIR="+tmp)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(strings.TrimSpace(line))
	if n := len(running(dir)); n != 4 {
		t.Errorf("a screen has %d processes, want 4", n)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	var left []string
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if left = running(dir); len(left) == 0 {
			break
		}
	}
	if len(left) > 0 {
		t.Errorf("left running: %s", strings.Join(left, "\n"))
	}
	t.Setenv("TMPDIR", tmp)
	screen.New(t) // cleans up
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder of the dead screen is still there")
	}
}

func TestScreenshotIsAPNG(t *testing.T) {
	began := time.Now()
	s := screen.New(t)
	t.Logf("a screen starts in %.2f s", time.Since(began).Seconds())
	file := filepath.Join(t.TempDir(), "shot.png")
	if err := s.Screenshot(file); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil || img.Bounds().Dx() != 1280 {
		t.Errorf("%v, %v", img.Bounds(), err)
	}
}

// Whoever has no cookie does not get in: the screen is not for other users.
func TestScreenIsPrivate(t *testing.T) {
	s := screen.New(t)
	if answer := knock(t, s.Display()); answer != 0 {
		t.Errorf("the display answers %d to somebody without its cookie, want 0 (failed)", answer)
	}
}

// knock opens an X connection without authorization and returns the first byte
// of the answer: 0 failed, 1 success.
func knock(t *testing.T, display string) byte {
	t.Helper()
	name := "/tmp/.X11-unix/X" + strings.TrimPrefix(display, ":")
	c, err := net.Dial("unix", "@"+name)
	if err != nil {
		if c, err = net.Dial("unix", name); err != nil {
			t.Fatal(err)
		}
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	answer := make([]byte, 1)
	if _, err := c.Write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(answer); err != nil {
		t.Fatal(err)
	}
	return answer[0]
}
