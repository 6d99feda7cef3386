//go:build linux

package config

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestSecondInstance has another process hold the profile; killed without
// warning, it leaves nothing in the way.
func TestSecondInstance(t *testing.T) {
	dir := profileDir(t)
	cmd := childCommand(t, "hold", dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "open\n" {
		t.Fatal(line, err)
	}
	refused(t, dir, oldPassword, ErrInUse)
	refused(t, dir, newPassword, ErrInUse) // nothing is told about the password either
	if state, err := Look(dir); state != Locked || err != nil {
		t.Error(state, err)
	}
	if !InUse(dir) {
		t.Error("nobody is said to have it open")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if InUse(dir) {
		t.Error("whoever had it open is dead")
	}
	s, err := Open(dir, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, oldPassword); !errors.Is(err, ErrInUse) {
		t.Error("twice in one process:", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(dir, oldPassword)
	if err != nil {
		t.Fatal("after Close:", err)
	}
	_ = s.Close()
}

// TestReadOnlyFolder opens a profile in a folder that the process may read but
// not write, as another user: root may write anywhere.
func TestReadOnlyFolder(t *testing.T) {
	dir := profileDir(t)
	for path := filepath.Dir(dir); path != "/" && path != os.TempDir(); path = filepath.Dir(path) {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := childCommand(t, "refuse", dir)
	if os.Geteuid() == 0 {
		const nobody = 65534
		for _, name := range []string{"", keyFile, profileFile, queueFile, lockFile} {
			if err := os.Chown(filepath.Join(dir, name), nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		// The program itself must be reachable for that user.
		self, err := os.ReadFile(cmd.Path)
		if err != nil {
			t.Fatal(err)
		}
		cmd.Path = filepath.Join(filepath.Dir(dir), "self")
		if err := os.WriteFile(cmd.Path, self, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(dir, 0o700) }()
	before := contents(t, dir)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], ErrReadOnly.Error()) || !strings.HasPrefix(lines[1], ErrReadOnly.Error()) {
		t.Errorf("%q", lines)
	}
	if fmt.Sprint(before) != fmt.Sprint(contents(t, dir)) {
		t.Error("the files were touched")
	}
}

// TestRealFullDisk fills a real, small disk, in a process with mounts of its
// own, and makes one read-only.
func TestRealFullDisk(t *testing.T) {
	cmd := childCommand(t, "mounted", t.TempDir())
	attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	cmd.SysProcAttr = attr
	raw, err := cmd.Output()
	out := string(raw)
	if err != nil {
		t.Fatalf("%v (this test mounts a small disk: it needs root, or user namespaces)\n%s", err, out)
	}
	t.Log(strings.TrimSpace(out))
}

// mounted is TestRealFullDisk's other process.
func mounted(dir string) int {
	fail := func(args ...any) int { fmt.Println(args...); return 1 }
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fail("private mounts:", err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=128k,mode=700"); err != nil {
		return fail("mount:", err)
	}
	s, err := Create(dir, oldPassword)
	if err != nil {
		return fail("create:", err)
	}
	if err := s.ModifyQueue(func(q *Queue) error {
		q.Drafts = []Draft{{"1", "ben@example.test", "before"}}
		return nil
	}); err != nil {
		return fail("first text:", err)
	}
	filler, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		return fail(err)
	}
	if _, err := io.Copy(filler, zeros{}); !errors.Is(err, syscall.ENOSPC) {
		return fail("the disk does not fill:", err)
	}
	text := strings.Repeat("x", 40<<10)
	err = s.ModifyQueue(func(q *Queue) error { q.Drafts = append(q.Drafts, Draft{"1", "ben@example.test", text}); return nil })
	if !errors.Is(err, ErrFull) {
		return fail("queue:", err)
	}
	if _, err := s.Modify(func(p *Profile) error { p.Settings.Language = "de"; return nil }); !errors.Is(err, ErrFull) {
		return fail("profile:", err)
	}
	if err := s.ChangePassword(oldPassword, newPassword); !errors.Is(err, ErrFull) {
		return fail("password:", err)
	}
	if _, err := Create(filepath.Join(dir, "b"), oldPassword); !errors.Is(err, ErrFull) {
		return fail("create:", err)
	}
	_ = s.Close()
	if s, err = Open(dir, oldPassword); err != nil {
		return fail("it does not open on a full disk:", err)
	}
	if q := s.ViewQueue(); len(q.Drafts) != 1 || q.Drafts[0].Text != "before" {
		return fail("the text that was there is gone")
	}
	fmt.Println("a full disk was refused, nothing was lost")
	_ = filler.Close()
	if err := os.Remove(filler.Name()); err != nil {
		return fail(err)
	}
	if _, err := s.Modify(func(p *Profile) error { p.Settings.Language = "de"; return nil }); err != nil {
		return fail("it does not go on once there is space:", err)
	}
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err == nil {
		return fail("read-only under an open lock file")
	}
	_ = s.Close()
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		return fail("read-only:", err)
	}
	if _, err := Open(dir, oldPassword); !errors.Is(err, ErrReadOnly) {
		return fail("on a read-only disk:", err)
	}
	if state, err := Look(dir); state != Locked || err != nil {
		return fail("look:", state, err)
	}
	fmt.Println("a read-only disk was refused")
	return 0
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// TestSavesSurviveKill kills a process in the middle of saving, again and
// again: the profile always opens.
func TestSavesSurviveKill(t *testing.T) {
	dir := profileDir(t)
	var last uint64
	for round := range 8 {
		cmd := childCommand(t, "save", dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(out)
		if line, err := r.ReadString('\n'); line != "saving\n" {
			t.Fatal(line, err)
		}
		time.Sleep(time.Duration(round*7+3) * time.Millisecond)
		_ = cmd.Process.Kill()
		told, _ := io.ReadAll(r)
		_ = cmd.Wait()
		s, err := Open(dir, oldPassword)
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Fields(string(told)); len(lines) > 1 {
			_, _ = fmt.Sscan(lines[len(lines)-2], &last) // the last may be cut
		}
		if s.Generation() < last {
			t.Errorf("generation %d, though %d was told to be on the disk", s.Generation(), last)
		}
		if p, q := s.View(), s.ViewQueue(); len(q.Drafts) > 1 || len(p.Isolation) != 32 {
			t.Error("neither old nor new")
		}
		_ = s.Close()
	}
	if last == 0 {
		t.Error("nothing was saved")
	}
}
