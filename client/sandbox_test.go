package client

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestSandboxIsTold: the screen learns how far the program is locked in before
// the profile is open, and nothing where nothing is known.
func TestSandboxIsTold(t *testing.T) {
	whole := Sandbox{Known: true, Calls: true, Files: true, Signals: true, Buses: true}
	old := Sandbox{Known: true, Calls: true, Missing: []string{"files", "abstract-sockets"}}
	for _, s := range []Sandbox{whole, old, {}} {
		c := New(Options{Dir: filepath.Join(t.TempDir(), "p"), Sandbox: s})
		var got []Event
		for wait := time.After(5 * time.Second); len(got) < 2; {
			select {
			case e := <-c.Events():
				got = append(got, e)
				if s.Known {
					continue
				}
				// Nothing else comes.
				wait = time.After(100 * time.Millisecond)
				continue
			case <-wait:
			}
			break
		}
		c.Close()
		want := []Event{ProfileChanged{State: ProfileNone}}
		if s.Known {
			want = append(want, SandboxChanged{s})
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%+v: %s", s, d)
		}
	}
	if !whole.Whole() || old.Whole() || (Sandbox{}).Whole() {
		t.Error("whole is not whole, or less is")
	}
}
