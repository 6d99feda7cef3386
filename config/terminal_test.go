//go:build linux

package config

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// onTerminal runs a program with a terminal of its own, types at its first
// prompt, and returns what the terminal showed.
func onTerminal(t *testing.T, typed, name string, args ...string) (string, error) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = slave.Close()
	deadline := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer deadline.Stop()

	shown, done := bytes.Buffer{}, make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 1024)
		for prompted := false; ; {
			n, err := master.Read(buf)
			shown.Write(buf[:n])
			if !prompted && bytes.Contains(shown.Bytes(), []byte("passphrase:")) {
				prompted = true
				_, _ = master.WriteString(typed)
			}
			if err != nil {
				return // EIO: the other end is closed
			}
		}
	}()
	err = cmd.Wait()
	<-done
	return shown.String(), err
}

// TestAgeOpensIt lets the age program, with the password typed on a terminal,
// open a real profile.
func TestAgeOpensIt(t *testing.T) {
	program, err := exec.LookPath("age")
	if err != nil {
		t.Fatal("install the package age: this test opens a profile with it")
	}
	dir := profileDir(t)
	s, err := Open(dir, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Modify(func(p *Profile) error { *p = filledProfile(); return nil }); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()

	identity := filepath.Join(t.TempDir(), "identity.txt")
	if screen, err := onTerminal(t, oldPassword.Export()+"\n", program, "-d", "-o", identity, filepath.Join(dir, keyFile)); err != nil {
		t.Fatalf("age -d key.age: %v\n%s", err, screen)
	}
	if screen, err := onTerminal(t, "not it\n", program, "-d", "-o", identity+"2", filepath.Join(dir, keyFile)); err == nil {
		t.Errorf("age takes another password\n%s", screen)
	}
	for name, want := range map[string]string{profileFile: `"planted password `, queueFile: `"format":1`} {
		out, err := exec.Command(program, "-d", "-i", identity, filepath.Join(dir, name)).Output()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("age -d %s: %v\n%s", name, err, out)
		}
	}
}
