package journey_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

// planted are words that must be nowhere but on the two screens.
var planted = []string{"nightjar-over-the-mill", "the-lantern-is-blue", "kestrel-am-morgen", "räuchern-Übermut"}

// TestJourney is the whole way without a window: two people in two processes,
// a real Tor network, a real server on an onion service.
func TestJourney(t *testing.T) {
	l := lab.Shared(t)
	server := l.Prosody()
	anaDir, benDir := filepath.Join(t.TempDir(), "ana"), filepath.Join(t.TempDir(), "ben")
	start := func(name, dir string) *journey.Remote { return journey.Spawn(t, name, dir, l.Env()...) }

	ana, ben := start("Ana", anaDir), start("Ben", benDir)
	ana.Do("create", "correct horse battery ana")
	ben.Do("create", "correct horse battery ben")
	ana.Do("tor")
	ben.Do("tor")
	anaAt := ana.Do("register", server.Domain(), server.Onion(), "ana")
	benAt := ben.Do("register", server.Domain(), server.Onion(), "ben")

	// find each other
	ana.Do("add", benAt)
	ben.Do("accept", anaAt)
	ana.Do("look", benAt)
	ben.Do("look", anaAt)
	ana.Do("private", benAt)
	ben.Do("private", anaAt)

	// texts both ways, confirmed inside the private chat
	one := ana.Do("say", benAt, planted[0])
	ben.Do("reads", anaAt, planted[0])
	two := ben.Do("say", anaAt, planted[1])
	ana.Do("reads", benAt, planted[1])
	ana.Do("marked", one, mark(client.TheyHave))
	ben.Do("marked", two, mark(client.TheyHave))

	// checked by each asking the other; one question checks only one side
	ana.Do("ask", benAt, "Where did we meet?", " At the mill ")
	ben.Do("answer", anaAt, "Where did we meet?", "At the mill")
	ana.Do("checked", benAt, stage(client.CheckSame))
	ben.Do("checked", anaAt, stage(client.CheckAskBack))
	ana.Do("protected", benAt, safety(client.PrivateChecked))
	ben.Do("protected", anaAt, safety(client.PrivateUnknown))
	ben.Do("ask", anaAt, "What colour was the boat?", "blue")
	ana.Do("answer", benAt, "What colour was the boat?", "blue")
	ben.Do("checked", anaAt, stage(client.CheckSame))
	ben.Do("protected", anaAt, safety(client.PrivateChecked))

	// Ana closes the program; what Ben writes waits, and arrives the next day
	ana.Quit()
	ben.Do("protected", anaAt, safety(client.Away))
	three := ben.Do("say", anaAt, planted[2])
	ben.Quit()

	ana, ben = start("Ana", anaDir), start("Ben", benDir)
	if _, err := ana.Try("unlock", "correct horse battery ben"); err == nil {
		t.Fatal("another password opens the profile")
	}
	ana.Do("unlock", "correct horse battery ana")
	ben.Do("unlock", "correct horse battery ben")
	ana.Do("online", anaAt)
	ben.Do("online", benAt)
	ana.Do("reads", benAt, planted[2])
	ben.Do("marked", three, mark(client.TheyHave))
	ana.Do("protected", benAt, safety(client.PrivateChecked))
	ben.Do("protected", anaAt, safety(client.PrivateChecked))
	four := ana.Do("say", benAt, planted[3])
	ben.Do("reads", anaAt, planted[3])
	ana.Do("marked", four, mark(client.TheyHave))

	proveTap(t, server, len(planted))
	ana.Quit()
	ben.Quit()
	proveFolder(t, anaDir)
	proveFolder(t, benDir)
}

// proveTap shows that every body that the server saw was OTR.
func proveTap(t *testing.T, server *lab.Prosody, atLeast int) {
	t.Helper()
	all, err := server.Tap()
	if err != nil {
		t.Fatal(err)
	}
	bodies := 0
	for _, s := range all {
		if s.Body != "" {
			bodies++
		}
		for _, word := range planted {
			for _, form := range disguises(word) {
				if strings.Contains(s.XML, form) || strings.Contains(s.Body, form) {
					t.Errorf("the server saw %q in a %s", word, s.Kind)
				}
			}
		}
	}
	if bodies < atLeast {
		t.Errorf("the tap saw only %d bodies: it does not work", bodies)
	}
	clear, err := server.ClearBodies()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range clear {
		t.Errorf("a body that is not OTR: %q", s.Body)
	}
	t.Logf("the server saw %d stanzas with %d bodies, all of them OTR", len(all), bodies)
}

// proveFolder shows that a profile's folder holds no planted word.
func proveFolder(t *testing.T, dir string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, word := range append(planted, "ana@", "ben@", "At the mill", "example.test") {
			for _, form := range disguises(word) {
				if bytes.Contains(data, []byte(form)) {
					t.Errorf("%s holds %q", filepath.Base(path), word)
				}
			}
		}
		return nil
	})
	if err != nil || files < 3 {
		t.Errorf("%d files in the profile's folder, %v", files, err)
	}
}

// disguises are the forms in which a word could stand somewhere unnoticed.
func disguises(word string) []string {
	return []string{
		word, strings.ToUpper(word), hex.EncodeToString([]byte(word)),
		strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(word)), "=")[:len(word)],
	}
}

func mark(m client.Mark) string         { return strconv.Itoa(int(m)) }
func stage(s client.CheckStage) string  { return strconv.Itoa(int(s)) }
func safety(p client.Protection) string { return strconv.Itoa(int(p)) }
