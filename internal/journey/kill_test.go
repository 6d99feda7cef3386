package journey_test

import (
	"path/filepath"
	"testing"

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
