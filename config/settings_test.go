package config

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func everySetting() Settings {
	return Settings{
		Language: "fa", Tor: TorSettings{Bridges: []string{"192.0.2.1:9001 ABCD"}},
		NoNotify: true, NotifyWho: true, LockAfter: 5, StayOpen: true, Background: true, TextScale: 150,
		SendWithCtrlEnter: true, Window: WindowPlace{Width: 900, Height: 600, Maximized: true, X: -20, Y: 40, Known: true},
	}
}

// TestSettingsLast: each setting comes back from the disk as it was.
func TestSettingsLast(t *testing.T) {
	dir := profileDir(t)
	s, err := Open(dir, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	want := everySetting()
	if _, err := s.Modify(func(p *Profile) error { p.Settings = want; return nil }); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if s, err = Open(dir, oldPassword); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if d := cmp.Diff(want, s.View().Settings); d != "" {
		t.Error(d)
	}
}

func TestSettingsHaveBounds(t *testing.T) {
	dir := profileDir(t)
	s, err := Open(dir, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, change := range map[string]func(*Settings){
		"less than never":  func(s *Settings) { s.LockAfter = NeverLock - 1 },
		"after two days":   func(s *Settings) { s.LockAfter = 2 * MaxLockAfter },
		"tiny text":        func(s *Settings) { s.TextScale = MinTextScale - 1 },
		"negative text":    func(s *Settings) { s.TextScale = -100 },
		"huge text":        func(s *Settings) { s.TextScale = MaxTextScale + 1 },
		"a negative width": func(s *Settings) { s.Window.Width = -1 },
		"a huge height":    func(s *Settings) { s.Window.Height = MaxWindow + 1 },
		"a bad language":   func(s *Settings) { s.Language = "\xff" },
	} {
		if _, err := s.Modify(func(p *Profile) error { change(&p.Settings); return nil }); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Modify(func(p *Profile) error { p.Settings.LockAfter = NeverLock; return nil }); err != nil {
		t.Error(err)
	}
}

// TestDraftsLeaveRoom: drafts alone cannot fill the queue.
func TestDraftsLeaveRoom(t *testing.T) {
	draft := Draft{Account: "a", Peer: "b", Text: string(make([]byte, 60<<10))}
	var q Queue
	for i := range MaxTexts {
		q.Drafts = append(q.Drafts, draft)
		err := q.check(Queue{})
		if i*len(draft.Text) > 2*MaxDraftBytes {
			if !errors.Is(err, ErrQueueFull) {
				t.Fatal(i, err)
			}
			if err := q.check(q); err != nil { // as it is on disk
				t.Error(err)
			}
			return
		}
	}
	t.Fatal("never full")
}
