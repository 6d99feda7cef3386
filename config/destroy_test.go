package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"

	"hushwing/secret"
)

// copied is what somebody took of a folder.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(to, 0o700); err != nil {
		t.Fatal(err)
	}
	return to
}

// opens tries everything that a password opens in a folder, with the program
// and by hand: no file may hold what it opens.
func opens(t *testing.T, dir string, passwords ...secret.Text) bool {
	t.Helper()
	for _, p := range passwords {
		if s, err := Open(dir, p); err == nil {
			_ = s.Close()
			return true
		}
		for _, raw := range contents(t, dir) {
			id, err := age.NewScryptIdentity(p.Export())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := age.Decrypt(strings.NewReader(raw), id); err == nil {
				return true
			}
		}
	}
	return false
}

func TestDestroy(t *testing.T) {
	dir := profileDir(t)
	// What a crash in a change of the password leaves opens too, and has to go.
	key := contents(t, dir)[keyFile]
	write(t, dir, keyFile+next, []byte(key))
	write(t, dir, profileFile+next, []byte(contents(t, dir)[profileFile]))
	if !opens(t, copied(t, dir), oldPassword) {
		t.Fatal("the control: the password opens nothing even before")
	}
	if err := os.MkdirAll(filepath.Join(dir, "tor", "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "tor/deep/state", []byte("guards"))
	if err := Destroy(dir, "tor"); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 || entries[0].Name() != lockFile || entries[1].Name() != "tor" {
		t.Errorf("left: %v, %v", entries, err)
	}
	if inside, err := os.ReadDir(filepath.Join(dir, "tor")); err != nil || len(inside) != 0 {
		t.Errorf("left of Tor's: %v, %v", inside, err)
	}
	if err := os.Remove(filepath.Join(dir, "tor")); err != nil {
		t.Fatal(err)
	}
	if state, err := Look(dir); state != NoProfile || err != nil {
		t.Error(state, err)
	}
	if err := Destroy(dir, "tor"); err != nil {
		t.Errorf("a second time: %v", err)
	}
	s, err := Create(dir, newPassword)
	if err != nil {
		t.Fatalf("no new one can be made: %v", err)
	}
	_ = s.Close()
	if err := Destroy(filepath.Join(dir, "not", "there")); err != nil {
		t.Error(err)
	}
}

// TestDestroyInUse: what another Hushwing has open is not pulled from under it.
func TestDestroyInUse(t *testing.T) {
	dir := profileDir(t)
	s, err := Open(dir, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := Destroy(dir); !errors.Is(err, ErrInUse) {
		t.Error(err)
	}
	if _, err := s.Modify(func(*Profile) error { return nil }); err != nil {
		t.Error(err)
	}
}

// TestDestroyFollowsNoLink: a link in the key's place costs no other file.
func TestDestroyFollowsNoLink(t *testing.T) {
	dir, other := profileDir(t), filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, keyFile)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, filepath.Join(dir, keyFile)); err != nil {
		t.Fatal(err)
	}
	if err := Destroy(dir); err != nil {
		t.Error(err)
	}
	if raw, err := os.ReadFile(other); err != nil || string(raw) != "other" {
		t.Errorf("%q, %v", raw, err)
	}
}

// TestDestroyPowerCut cuts the power at every step of a destruction: once the
// first write has lasted nothing opens any more, whatever is left, and what is
// left is not taken for a damaged profile but done away with.
func TestDestroyPowerCut(t *testing.T) {
	start := func() *memDisk {
		d := base(t)
		for _, name := range []string{keyFile, profileFile, queueFile} {
			node := &inode{slices.Clone(d.seen[name].seen), slices.Clone(d.seen[name].seen)}
			d.seen[name+next], d.lasting[name+next] = node, node
		}
		return d
	}
	run := func(d *memDisk) error { return errors.Join(destroyKeys(d), removeAll(d)) }
	whole := start()
	if err := run(whole); err != nil || len(whole.seen) != 0 {
		t.Fatal(err, whole)
	}
	n := len(whole.steps)
	safe := slices.Index(whole.steps, "sync "+keyFile+next) + 1
	if safe < 5 || n < 15 {
		t.Fatalf("the keys are gone after step %d of %d: %v", safe, n, whole.steps)
	}
	for at := 1; at <= n+1; at++ {
		d := start()
		d.plan = plan{at: at}
		if err := run(d); (err == nil) != (at > n) {
			t.Fatalf("cut at %d: %v", at, err)
		}
		if at <= safe {
			continue
		}
		for i, r := range d.remains() {
			for _, f := range r.seen {
				if bytes.HasPrefix(f.seen, []byte(intro)) && bytes.Contains(f.seen, []byte("-> scrypt ")) {
					t.Fatalf("cut at %d, remains %d: a key is left: %v", at, i, r)
				}
			}
			if _, err := look(r); !errors.Is(err, ErrNoProfile) {
				t.Fatalf("cut at %d, remains %d: %v\n%v", at, i, err, d)
			}
			s, err := create(r, newPassword)
			if err != nil {
				t.Fatalf("cut at %d, remains %d: no new one: %v\n%v", at, i, err, d)
			}
			if _, ok := r.seen[keyFile+next]; ok || s.Close() != nil {
				t.Fatalf("cut at %d, remains %d: %v", at, i, r)
			}
		}
	}
	// The first write alone, as a crash after it leaves it.
	d := base(t)
	first := slices.Index(whole.steps, "sync "+keyFile) + 1
	d.plan = plan{at: first + 1}
	_ = run(d)
	for _, r := range d.remains() {
		if _, err := open(r, oldPassword); !errors.Is(err, ErrNoProfile) {
			t.Errorf("after the first write: %v", err)
		}
	}
}

// TestDestroyTrouble: a disk that fails does not keep the key if it can remove
// it, and what could not be destroyed is not said to be.
func TestDestroyTrouble(t *testing.T) {
	for _, trouble := range troubles {
		d := base(t)
		d.plan = trouble.plan
		d.plan.at = 2 // the first write
		err := destroyKeys(d)
		key, readErr := d.read(keyFile)
		gone := readErr != nil || !bytes.Contains(key, []byte("-> scrypt "))
		if !gone && err == nil {
			t.Errorf("%s: the key is there, and nothing is said", trouble.name)
		}
		if !gone && !trouble.plan.forever && trouble.plan.err != errShort {
			t.Errorf("%s: the key is there: %v", trouble.name, err)
		}
	}
}

// TestDestroyWhileWriting: nothing that is being written brings a key back, a
// change of the password least of all.
func TestDestroyWhileWriting(t *testing.T) {
	for range 20 {
		dir := profileDir(t)
		s, err := Open(dir, oldPassword)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for _, f := range []func(){
			func() { _ = s.ChangePassword(oldPassword, newPassword) },
			func() { _, _ = s.Modify(func(*Profile) error { return nil }) },
			func() { _ = s.ModifyQueue(func(*Queue) error { return nil }) },
		} {
			all.Go(f)
		}
		if err := s.DestroyKey(); err != nil {
			t.Error(err)
		}
		if opens(t, copied(t, dir), oldPassword, newPassword) {
			t.Error("something opens at once after it")
		}
		all.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if opens(t, copied(t, dir), oldPassword, newPassword) {
			t.Error("something opens")
		}
		if state, err := Look(dir); state != NoProfile || err != nil {
			t.Error(state, err)
		}
		if err := FinishDestroy(dir); err != nil {
			t.Error(err)
		}
		if left := contents(t, dir); len(left) != 0 {
			t.Error("something is left")
		}
	}
}
