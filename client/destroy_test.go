package client_test

import (
	"os"
	"path/filepath"
	"testing"

	"hushwing/client"
	"hushwing/config"
	"hushwing/internal/journey"
	"hushwing/secret"
)

// TestDestroyBroken: a profile that cannot be opened is destroyed like any other,
// without a password; what another Hushwing has open is not.
func TestDestroyBroken(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(dir string) error
		cause  client.Cause
	}{
		"the key is cut":        {func(dir string) error { return os.Truncate(filepath.Join(dir, "key.age"), 100) }, client.ProfileDamaged},
		"the key is gone":       {func(dir string) error { return os.Remove(filepath.Join(dir, "key.age")) }, client.ProfileDamaged},
		"the profile is gone":   {func(dir string) error { return os.Remove(filepath.Join(dir, "profile.age")) }, client.ProfileDamaged},
		"the queue is a text":   {func(dir string) error { return os.WriteFile(filepath.Join(dir, "queue.age"), []byte("text"), 0o600) }, client.ProfileForeign},
		"the folder is exposed": {func(dir string) error { return os.Chmod(dir, 0o777) }, client.ProfileReadOnly},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "profile")
			s, err := config.Create(dir, secret.New(profilePassword))
			must(t, err)
			must(t, s.Close())
			must(t, os.MkdirAll(filepath.Join(dir, "tor"), 0o700))
			must(t, os.WriteFile(filepath.Join(dir, "tor", "state"), []byte("guards"), 0o600))
			must(t, c.damage(dir))
			p := journey.Start(client.Options{Dir: dir})
			defer p.Close()
			must(t, p.Until("it is broken", func(w *journey.World) bool { return w.Profile == client.ProfileBroken && w.Trouble.Cause == c.cause }))
			must(t, p.Destroy())
			must(t, p.Until("nothing", func(w *journey.World) bool { return w.Profile == client.ProfileNone }))
			for _, left := range []string{"key.age", "profile.age", "queue.age", "tor/state"} {
				if _, err := os.Lstat(filepath.Join(dir, left)); !os.IsNotExist(err) {
					t.Errorf("%s is left: %v", left, err)
				}
			}
		})
	}
	t.Run("another has it open", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "profile")
		s, err := config.Create(dir, secret.New(profilePassword))
		must(t, err)
		defer s.Close()
		p := journey.Start(client.Options{Dir: dir})
		defer p.Close()
		must(t, p.Until("it is broken", func(w *journey.World) bool { return w.Profile == client.ProfileBroken }))
		if err := p.Destroy(); journey.Cause(err) != client.ProfileInUse {
			t.Errorf("%v", err)
		}
		if _, err := s.Modify(func(*config.Profile) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}
