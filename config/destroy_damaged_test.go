package config

import (
	"os"
	"path/filepath"
	"testing"
)

// TestDestroyDamaged: whatever state the files are in, nothing of them stays, and
// no key of ours does for a moment longer than it must.
func TestDestroyDamaged(t *testing.T) {
	in := func(dir string, names ...string) string { return filepath.Join(append([]string{dir}, names...)...) }
	for name, damage := range map[string]func(dir string) error{
		"the key is cut":        func(dir string) error { return os.Truncate(in(dir, keyFile), 7) },
		"the key is empty":      func(dir string) error { return os.Truncate(in(dir, keyFile), 0) },
		"the key is gone":       func(dir string) error { return os.Remove(in(dir, keyFile)) },
		"the key is huge":       func(dir string) error { return os.Truncate(in(dir, keyFile), maxFile+1) },
		"the key is a text":     func(dir string) error { return os.WriteFile(in(dir, keyFile), []byte("shopping"), 0o600) },
		"the profile is zeros":  func(dir string) error { return os.WriteFile(in(dir, profileFile), make([]byte, 4096), 0o600) },
		"the profile is gone":   func(dir string) error { return os.Remove(in(dir, profileFile)) },
		"the queue is cut":      func(dir string) error { return os.Truncate(in(dir, queueFile), 20) },
		"the folder is exposed": func(dir string) error { return os.Chmod(dir, 0o777) },
		"the lock is a folder": func(dir string) error {
			if err := os.Remove(in(dir, lockFile)); err != nil {
				return err
			}
			return os.Mkdir(in(dir, lockFile), 0o700)
		},
		"the lock leads nowhere": func(dir string) error {
			if err := os.Remove(in(dir, lockFile)); err != nil {
				return err
			}
			return os.Symlink(in(dir, "not", "there"), in(dir, lockFile))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := profileDir(t)
			if err := damage(dir); err != nil {
				t.Fatal(err)
			}
			if err := Destroy(dir); err != nil {
				t.Fatal(err)
			}
			if left := contents(t, dir); len(left) != 0 {
				t.Errorf("left: %v", left)
			}
			if err := os.Chmod(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			s, err := Create(dir, newPassword)
			if err != nil {
				t.Fatalf("no new one can be made: %v", err)
			}
			_ = s.Close()
		})
	}
}

// TestDestroyedButForTheRest: where the key is gone and something else cannot be
// removed, what is left is not called a profile.
func TestDestroyedButForTheRest(t *testing.T) {
	dir := profileDir(t)
	if err := os.Remove(filepath.Join(dir, profileFile)); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, profileFile, "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Destroy(dir); err == nil {
		t.Error("nothing is said of what is left")
	}
	key, err := os.ReadFile(filepath.Join(dir, keyFile))
	if err != nil || !isDestroyed(key) {
		t.Errorf("the key: %q, %v", key, err)
	}
	if _, err := os.Stat(filepath.Join(dir, queueFile)); !os.IsNotExist(err) {
		t.Errorf("the queue: %v", err)
	}
	if state, err := Look(dir); state != NoProfile || err != nil {
		t.Error(state, err)
	}
}
