package model

import (
	"strings"
	"testing"
	"time"

	"hushwing/client"
)

// told are the notifications since the last call.
func (d *desk) told() (n []Notification) {
	n = d.last.Notify
	d.last.Notify = nil
	return n
}

// TestNotifications: that a text has come is said without who and what; who, where
// the user wants it; what, never.
func TestNotifications(t *testing.T) {
	const text = "meet me at the old mill"
	for name, c := range map[string]struct {
		set   client.Settings
		title string
	}{
		"by default": {client.Settings{}, "New message"},
		"with names": {client.Settings{NotifyWho: true}, "New message from Ana"},
		"none":       {client.Settings{NoNotify: true, NotifyWho: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := mainDesk(t)
			d.isData("Ana")
			d.apply(client.SettingsChanged{Settings: c.set})
			d.hear(ana, "1", text, d.now)
			got := d.told()
			if c.title == "" {
				if len(got) > 0 {
					t.Errorf("%+v", got)
				}
				return
			}
			if len(got) != 1 || plain(got[0].Title) != c.title || plain(got[0].Open) != "Open" {
				t.Fatalf("%+v", got)
			}
			if all := got[0].Tag + got[0].Title + got[0].Open; strings.Contains(all, text) || !c.set.NotifyWho && strings.Contains(all, "na@") {
				t.Errorf("it says too much: %q", all)
			}
		})
	}
}

// TestNotifiedOnlyOfNews: nothing is told of one's own texts, of notes, of what the
// last start has left, and of what a person has before them.
func TestNotifiedOnlyOfNews(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked) // Ana's conversation is open
	none := func(why string) {
		t.Helper()
		if got := d.told(); len(got) > 0 {
			t.Errorf("%s: %+v", why, got)
		}
	}
	d.m.Focused(true)
	d.hear(ana, "1", "one", d.now)
	none("in the open conversation of the active window")
	d.isData("mine", "note")
	d.apply(client.MessageAdded{Message: client.Message{Peer: cleo, ID: "2", Mine: true, Text: "mine", Time: d.now}})
	none("one's own")
	d.apply(client.MessageAdded{Message: client.Message{Peer: cleo, ID: "3", Note: client.NotePrivate, Time: d.now}})
	none("a note")
	d.hear(cleo, "4", "two", d.now)
	if len(d.told()) != 1 {
		t.Error("another conversation is not told of")
	}
	d.m.Focused(false)
	d.hear(ana, "5", "three", d.now.Add(time.Minute))
	d.now = d.now.Add(time.Minute)
	d.hear(ana, "6", "four", d.now)
	if len(d.told()) != 1 {
		t.Error("nothing is told while the window is not the active one")
	}
	d = mainDesk(t)
	d.isData("waits", "me@example.test")
	d.apply(client.Snapshot{
		Accounts: []client.Account{{ID: ana.Account, Address: "me@example.test"}}, Contacts: []client.Contact{{Peer: ana, Name: "Ana"}},
		Messages: []client.Message{{Peer: ana, ID: "9", Text: "waits", Time: d.now}},
	})
	none("what was there at the start")
}

// TestNotificationsAreFew: a lively talk is one sign, and what was read, or locked
// away, is taken back.
func TestNotificationsAreFew(t *testing.T) {
	d := mainDesk(t)
	n := 0
	for i := range 30 {
		d.hear(ana, "m"+string(rune('A'+i)), "text", d.now)
		n += len(d.told())
		d.now = d.now.Add(time.Second)
	}
	if n != 1 {
		t.Errorf("%d notifications in half a minute", n)
	}
	d.now = d.now.Add(noticePause)
	d.hear(cleo, "b1", "text", d.now)
	if len(d.told()) != 1 {
		t.Error("later there is none any more")
	}
	d.m.Focused(true)
	d.m.Select(ana)
	d.m.MarkShown()
	d.step()
	if len(d.last.Withdraw) > 0 {
		t.Error("taken back although Cleo's is not read")
	}
	d.m.Select(cleo)
	d.m.MarkShown()
	d.step()
	if len(d.last.Withdraw) != 1 {
		t.Errorf("not taken back: %+v", d.last.Withdraw)
	}
	d.hear(ana, "again", "text", d.now)
	if len(d.told()) != 1 {
		t.Error("after it was read the next is not told of")
	}
	d.m.Lock()
	d.step()
	if len(d.last.Withdraw) != 1 {
		t.Errorf("not taken back with the lock: %+v", d.last.Withdraw)
	}
}

// TestNotificationClicked: leads to the last of those that it was about.
func TestNotificationClicked(t *testing.T) {
	d := mainDesk(t)
	d.hear(ana, "1", "one", d.now)
	tag := d.told()[0].Tag
	d.hear(cleo, "2", "two", d.now)
	d.m.NotificationClicked(tag)
	d.step()
	if !d.last.Present || d.m.selected != cleo {
		t.Errorf("present %v, selected %v", d.last.Present, d.m.selected)
	}
	d.m.NotificationClicked("another's")
	d.m.NotificationGone("another's")
	d.step()
	d.hear(ana, "3", "three", d.now)
	d.told()
	d.m.NotificationGone(tag)
	d.hear(ana, "4", "four", d.now)
	if len(d.told()) != 1 {
		t.Error("after the user put it away the next is not told of")
	}
	d.apply(client.ProfileChanged{State: client.ProfileLocked})
	d.m.NotificationClicked(tag)
	d.step()
	d.screen(ScreenUnlock)
	if !d.last.Present {
		t.Error("locked: the window does not come")
	}
}
