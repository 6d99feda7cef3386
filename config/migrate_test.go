package config

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hushwing/config/internal/work"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/tls"
)

var writeOld = flag.String("write-old", "", "write the profile of this format into testdata/`vN`: once, when a format is new")

// goldenPassword opens every testdata/vN. It has letters beyond ASCII, typed
// here as composed and in the test as decomposed.
const goldenPassword = "Ein Käfig für Eulen"

func goldenTime(day int) time.Time { return time.Date(2026, 3, day, 21, 4, 5, 0, time.UTC) }

// goldenProfile is what testdata/v1 holds, as format 1 knew it.
func goldenProfile(isolation Bytes) Profile {
	return Profile{
		Isolation: isolation,
		Settings:  Settings{Language: "de"},
		Accounts: []Account{{
			ID: "0123456789abcdef0123456789abcdef", Address: "ana@example.test", Password: secret.New("pässword"),
			Route: Route{Host: "xmpp.example.test", Onion: true, Port: 5222}, Paused: true,
			Identity:   Bytes("not a true identity"),
			Pins:       []PinRecord{{Key: tls.Pin{1, 2, 3}, First: goldenTime(1), Issuer: "Example CA"}},
			Mechanisms: map[string]string{"TLS 1.3 tls-exporter": "SCRAM-SHA-256-PLUS"},
			Epoch:      3, Imported: true,
			Contacts: []Contact{{
				Address: "ben@example.test", Name: "Ben", Asked: true,
				Keys: []Key{{
					Fingerprint: otr.Fingerprint{4, 5, 6}, First: goldenTime(2), Checked: goldenTime(3),
					How: "question", Overridden: goldenTime(4),
				}},
			}},
			Requests: []Request{{Address: "eve@example.test", When: goldenTime(5)}},
		}},
	}
}

func goldenQueue() Queue {
	return Queue{
		Outgoing: []Outgoing{{
			ID: "aa", Account: "0123456789abcdef0123456789abcdef", Peer: "ben@example.test", Text: "Grüße",
			Written: goldenTime(6), Key: otr.Fingerprint{4, 5, 6}, State: "waiting", IDs: []otr.ID{{7}, {8}},
		}},
		Incoming: []Incoming{{
			ID: "bb", Account: "0123456789abcdef0123456789abcdef", Peer: "ben@example.test", Text: "Hallo",
			Received: goldenTime(7), Clear: true, Key: otr.Fingerprint{4, 5, 6},
		}},
		Seen:   []Seen{{ID: otr.ID{9}, When: goldenTime(8)}},
		Drafts: []Draft{{Account: "0123456789abcdef0123456789abcdef", Peer: "ben@example.test", Text: "half a"}},
	}
}

// TestOldFormatsOpen opens the profile of every format that ever was.
func TestOldFormatsOpen(t *testing.T) {
	if *writeOld != "" {
		writeGolden(t, filepath.Join("testdata", *writeOld))
	}
	for v := 1; v <= formatVersion; v++ {
		t.Run(fmt.Sprint(v), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "p")
			if err := os.CopyFS(dir, os.DirFS(fmt.Sprintf("testdata/v%d", v))); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			s, err := Open(dir, secret.New("Ein Ka\u0308fig fu\u0308r Eulen"))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			got := s.View()
			want, err := encodeProfile(goldenProfile(got.Isolation), 2)
			if err != nil {
				t.Fatal(err)
			}
			have, err := encodeProfile(got, s.Generation())
			if err != nil || string(have) != string(want) || len(got.Isolation) != isolationSize {
				t.Errorf("the profile has become\n%s, want\n%s (%v)", have, want, err)
			}
			wantQueue, err := encodeQueue(goldenQueue())
			if err != nil {
				t.Fatal(err)
			}
			haveQueue, err := encodeQueue(s.ViewQueue())
			if err != nil || string(haveQueue) != string(wantQueue) {
				t.Errorf("the queue has become\n%s, want\n%s (%v)", haveQueue, wantQueue, err)
			}
		})
	}
}

func writeGolden(t *testing.T, dir string) {
	t.Helper()
	defer work.Set(work.Set(8))
	s, err := Create(dir, secret.New(goldenPassword))
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(filepath.Join(dir, lockFile))
	defer s.Close()
	s.now = func() time.Time { return goldenTime(9) }
	if _, err := s.Modify(func(p *Profile) error { *p = goldenProfile(p.Isolation); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.ModifyQueue(func(q *Queue) error { *q = goldenQueue(); return nil }); err != nil {
		t.Fatal(err)
	}
}

// TestUpgrade walks the frame of the migrations with steps of its own: there
// is one format today.
func TestUpgrade(t *testing.T) {
	steps := map[int]migration{
		1: func(old []byte) ([]byte, error) { return append(old[:len(old)-1], `,"two":2}`...), nil },
		2: func(old []byte) ([]byte, error) { return append(old[:len(old)-1], `,"three":3}`...), nil },
	}
	got, err := upgrade(profileFile, []byte(`{"format":1}`), 3, steps)
	if err != nil || string(got) != `{"format":1,"two":2,"three":3}` {
		t.Errorf("%s %v", got, err)
	}
	got, err = upgrade(profileFile, []byte(`{"format":2}`), 3, steps)
	if err != nil || string(got) != `{"format":2,"three":3}` {
		t.Errorf("%s %v", got, err)
	}
	var newer *NewerError
	if _, err = upgrade(profileFile, []byte(`{"format":4}`), 3, steps); !errors.As(err, &newer) || newer.Version != 4 {
		t.Error(err)
	}
	if _, err = upgrade(profileFile, []byte(`{"format":3}`), 4, steps); !errors.Is(err, ErrDamaged) {
		t.Error("a step that is missing:", err)
	}
	steps[1] = func([]byte) ([]byte, error) { return nil, errors.New("no") }
	if _, err = upgrade(profileFile, []byte(`{"format":1}`), 3, steps); !errors.Is(err, ErrDamaged) {
		t.Error("a step that fails:", err)
	}
	for v := 1; v < formatVersion; v++ {
		for name, have := range migrations {
			if have[v] == nil {
				t.Errorf("nothing brings format %d of %s to the next", v, name)
			}
		}
	}
}
