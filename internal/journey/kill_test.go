package journey_test

import (
	"path/filepath"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

// TestKilled: the power goes the moment a text is said to wait, on one side,
// and the moment a text has arrived, on the other. Nothing is lost or doubled.
func TestKilled(t *testing.T) {
	l := lab.Shared(t)
	server := l.Prosody()
	anaDir, benDir := filepath.Join(t.TempDir(), "ana"), filepath.Join(t.TempDir(), "ben")
	start := func(name, dir string) *journey.Remote { return journey.Spawn(t, name, dir, l.Env()...) }
	const password = "correct horse battery staple"

	ana, ben := start("Ana", anaDir), start("Ben", benDir)
	ana.Do("create", password)
	ben.Do("create", password)
	ana.Do("tor")
	ben.Do("tor")
	anaAt := ana.Do("register", server.Domain(), server.Onion(), "killana")
	benAt := ben.Do("register", server.Domain(), server.Onion(), "killben")
	ana.Do("add", benAt)
	ben.Do("accept", anaAt)
	ana.Do("look", benAt)
	ana.Do("private", benAt)
	ben.Do("private", anaAt)

	// Ana writes and is gone; whether it had left by then is chance
	ana.Do("say", benAt, "first")
	ana.Kill()
	ana = start("Ana", anaDir)
	ana.Do("unlock", password)
	ben.Do("reads", anaAt, "first")

	// Ben is gone just when his program has a text
	two := ana.Do("say", benAt, "second")
	ana.Do("marked", two, mark(client.TheyHave))
	ben.Kill()
	ben = start("Ben", benDir)
	ben.Do("unlock", password)
	ben.Do("reads", anaAt, "second") // it was on his disk
	three := ana.Do("say", benAt, "third")
	ben.Do("reads", anaAt, "third")
	ana.Do("marked", three, mark(client.TheyHave))

	// "first" was read before the kill, so it is not there again
	got := ben.Texts(anaAt)
	count := map[string]int{}
	for _, x := range got {
		count[x]++
	}
	if count["first"] > 0 || count["second"] != 1 || count["third"] != 1 {
		t.Errorf("after the kill Ben has %v", got)
	}
}

// TestKilledInAChangeOfPassword: the power goes at some moment of it. Either the
// old password opens everything afterwards or the new one does.
func TestKilledInAChangeOfPassword(t *testing.T) {
	took := time.Duration(0)
	const noTor = "TOR_SOCKS_IPC_PATH=/nonexistent/tor" // none is needed, and none may be started
	outcomes := map[string]int{}
	for i := range 24 {
		dir := filepath.Join(t.TempDir(), "ana")
		ana := journey.Spawn(t, "Ana", dir, noTor)
		ana.Do("create", "old")
		if i == 0 {
			began := time.Now()
			ana.Do("repassword", "old", "new")
			took = time.Since(began)
			ana.Kill()
			continue
		}
		ana.Call("repassword", "old", "new")
		time.Sleep(took * time.Duration(i) / 60)
		ana.Kill()
		again := journey.Spawn(t, "Ana", dir, noTor)
		if is := again.Do("profile"); is != "locked" {
			t.Fatalf("after %d/60 of %v: %s", i, took, is)
		}
		opened := "old"
		if _, err := again.Try("unlock", "old"); err != nil {
			opened = "new"
			again.Do("unlock", "new")
		}
		outcomes[opened]++
		again.Kill()
	}
	t.Logf("a change takes %v: %v", took, outcomes)
}

// TestKilledInADestruction: the power goes at some moment of it. From then on
// either all is as it was or there is no profile, and never a damaged one.
func TestKilledInADestruction(t *testing.T) {
	took := 4 * time.Millisecond
	const noTor = "TOR_SOCKS_IPC_PATH=/nonexistent/tor"
	outcomes := map[string]int{}
	for i := range 16 {
		dir := filepath.Join(t.TempDir(), "ana")
		ana := journey.Spawn(t, "Ana", dir, noTor)
		ana.Do("create", "password")
		ana.Call("destroy")
		time.Sleep(took * time.Duration(i) / 8)
		ana.Kill()
		again := journey.Spawn(t, "Ana", dir, noTor)
		is := again.Do("profile")
		switch is {
		case "locked":
			again.Do("unlock", "password")
		case "none":
			if left, err := filepath.Glob(filepath.Join(dir, "*.age*")); err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
		default:
			t.Errorf("after %d/8 of %v: %s", i, took, is)
		}
		outcomes[is]++
		again.Kill()
	}
	t.Log(outcomes)
}
