package client_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/config"
	"hushwing/internal/journey"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/xmpp/xmpptest"
)

func (r *resident) remove(onServer bool) error {
	account := r.Peer("").Account
	return r.Do(func(id client.CommandID) client.Command {
		return client.RemoveAccount{ID: id, Account: account, OnServer: onServer}
	})
}

// withTexts is Ana with a draft, and with texts that wait for somebody.
func (w *town) withTexts() *resident {
	ana := w.comes("ana", "", "ben")
	ana.start()
	ana.says("ben@"+xmpptest.Domain, "one", "two")
	return ana
}

// left is what is on disk of a program that has ended.
func left(t *testing.T, dir string) (config.Profile, config.Queue) {
	t.Helper()
	s, err := config.Open(dir, secret.New(profilePassword))
	must(t, err)
	defer s.Close()
	return s.View(), s.ViewQueue()
}

// TestRemoveAccount: of an address that is removed nothing is left on the disk, and
// the server is asked nothing.
func TestRemoveAccount(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana := w.withTexts()
		n := len(w.saidSince(0))
		must(t, ana.remove(false))
		must(t, ana.Until("it to go", func(v *journey.World) bool { return len(v.Accounts) == 0 }))
		if told := w.saidSince(n); anyHas(told, "jabber:iq:register") {
			t.Errorf("the server was asked: %q", told)
		}
		if full := w.full(ana.at); full != "" {
			t.Error("it is still signed in")
		}
		wantCause(t, ana.remove(false), client.NoSuchAccount)
		ana.Close()
		p, q := left(t, ana.dir)
		if len(p.Accounts) != 0 || len(q.Outgoing)+len(q.Incoming)+len(q.Drafts) != 0 {
			t.Errorf("left: %d accounts, %d texts", len(p.Accounts), len(q.Outgoing)+len(q.Incoming)+len(q.Drafts))
		}
	})
}

// TestRemoveCrashes: a crash between the two files leaves no texts of an address
// that is gone.
func TestRemoveCrashes(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana := w.withTexts()
		ana.Close()
		s, err := config.Open(ana.dir, secret.New(profilePassword))
		must(t, err)
		must(t, s.ModifyQueue(func(q *config.Queue) error {
			q.Drafts = append(q.Drafts, config.Draft{Account: "a-gone", Peer: "ben@" + xmpptest.Domain, Text: "orphan"})
			for _, o := range q.Outgoing {
				o.ID, o.Account = config.NewID(), "a-gone"
				q.Outgoing = append(q.Outgoing, o)
			}
			return nil
		}))
		must(t, s.Close())
		ana.start()
		time.Sleep(time.Minute)
		ana.Close()
		_, q := left(t, ana.dir)
		if len(q.Outgoing) != 2 || len(q.Drafts) != 0 {
			t.Errorf("%d texts and %d drafts, want the two of the address that is there", len(q.Outgoing), len(q.Drafts))
		}
	})
}

// TestDeleteOnServer: an address goes from the disk only when the server says that
// it has deleted it; and the server is asked over the stream that is signed in.
func TestDeleteOnServer(t *testing.T) {
	end := func(s *seat, _ xmpptest.Elem) {
		s.say("<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>")
	}
	for name, c := range map[string]struct {
		answer func(*seat, xmpptest.Elem)
		want   client.Cause
	}{
		"deleted":                      {yes, client.CauseUnknown},
		"deleted, and the answer lost": {end, client.CauseUnknown},
		"refused":                      {no, client.DeleteRefused},
		"no answer":                    {func(*seat, xmpptest.Elem) {}, client.DeleteUnsure},
		"cut":                          {func(s *seat, _ xmpptest.Elem) { s.town.leave(s); s.conn.End() }, client.DeleteUnsure},
	} {
		t.Run(name, func(t *testing.T) {
			inTown(t, func(t *testing.T, w *town) {
				ana := w.withTexts()
				asked := 0
				w.set(func() {
					w.iq = func(s *seat, e xmpptest.Elem) bool {
						if !strings.Contains(e.Inner, "jabber:iq:register") || !strings.Contains(e.Inner, "<remove") {
							return false
						}
						w.set(func() { asked++ })
						c.answer(s, e)
						return true
					}
				})
				err := ana.remove(true)
				gone := c.want == client.CauseUnknown
				if gone {
					must(t, err)
				} else {
					wantCause(t, err, c.want)
					time.Sleep(time.Minute)
					must(t, ana.Online(ana.at))
				}
				ana.Close()
				p, q := left(t, ana.dir)
				w.mu.Lock()
				defer w.mu.Unlock()
				if asked != 1 || (len(p.Accounts) == 0) != gone || (len(q.Outgoing) == 0) != gone {
					t.Errorf("asked %d times, left %d accounts and %d texts", asked, len(p.Accounts), len(q.Outgoing))
				}
			})
		})
	}
}

// TestNothingWhileOffline: what needs the server is refused without it.
func TestNothingWhileOffline(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana := w.withTexts()
		ana.GoOffline()
		must(t, ana.Offline(ana.at))
		wantCause(t, ana.remove(true), client.NotOnline)
		wantCause(t, ana.change(), client.NotOnline)
		ana.Close()
		if a := onDisk(t, ana.dir); a.Second != (config.Second{}) || a.ID == "" {
			t.Error("something was begun")
		}
	})
}

// TestStatus: what contacts see is what was chosen, also after another start.
func TestStatus(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.comes("ana", "", "ben"), w.comes("ben", "", "ana")
		ana.start()
		ben.start()
		set := func(show string) {
			must(t, ana.Do(func(id client.CommandID) client.Command { return client.SetStatus{ID: id, Show: show} }))
		}
		sees := func(show string) {
			t.Helper()
			must(t, ben.Until("her as "+show, func(v *journey.World) bool {
				return v.Contacts[ana.at].Available && v.Contacts[ana.at].Show == show
			}))
			must(t, ana.Until("her own", func(v *journey.World) bool { return v.Accounts[ana.at].Show == show }))
		}
		sees("")
		set("dnd")
		sees("dnd")
		n := len(w.saidSince(0))
		ana.killed()
		ana.start()
		sees("dnd")
		for _, s := range w.saidSince(n) {
			if strings.HasPrefix(s, "<presence") && !strings.Contains(s, "<show>dnd<") {
				t.Errorf("seen as something else on the way: %q", s)
			}
		}
		set("a line of my own")
		sees("")
	})
}

// TestGroupsAndDevices: groups stay here, and devices are what is there.
func TestGroupsAndDevices(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		n := len(w.saidSince(0))
		must(t, ana.Do(func(id client.CommandID) client.Command {
			return client.SetGroups{ID: id, Peer: ana.Peer(ben.at), Groups: []string{" Night  owls ", "", "Night owls", "Family"}}
		}))
		want := []string{"Night owls", "Family"}
		key := keyOfSomeone(t, "ben").Fingerprint()
		must(t, ana.Until("groups and a device", func(v *journey.World) bool {
			c := v.Contacts[ben.at]
			return slices.Equal(c.Groups, want) && len(c.Devices) == 1 && c.Devices[0].Now && c.Devices[0].Private &&
				c.Devices[0].Key == key && ben.at+"/"+c.Devices[0].Resource == w.full(ben.at)
		}))
		time.Sleep(time.Minute)
		if told := w.saidSince(n); anyHas(told, "owls") {
			t.Errorf("the server was told: %q", told)
		}
		must(t, ana.Until("her own key", func(v *journey.World) bool {
			a := v.Accounts[ana.at]
			return a.Fingerprint == keyOfSomeone(t, "ana").Fingerprint() && len(a.Certificates) == 1 && !a.Certificates[0].First.IsZero()
		}))
		ana.Close()
		if c := onDisk(t, ana.dir).Contacts[0]; !slices.Equal(c.Groups, want) {
			t.Errorf("on disk: %q", c.Groups)
		}
	})
}

// TestForgetKey: with its key the private chat ends, and what was checked is
// forgotten: the key is a new one when it comes again.
func TestForgetKey(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		must(t, ana.Ask(ben.at, "who", "the owl"))
		must(t, ben.Answer(ana.at, "who", "the owl"))
		must(t, ana.Protected(ben.at, client.PrivateChecked))
		key := keyOfSomeone(t, "ben").Fingerprint()
		must(t, ana.Until("how", func(v *journey.World) bool { return v.Contacts[ben.at].Keys[0].How == "question" }))
		must(t, ana.Do(func(id client.CommandID) client.Command {
			return client.ForgetKey{ID: id, Peer: ana.Peer(ben.at), Key: key}
		}))
		must(t, ana.Until("no key", func(v *journey.World) bool { return len(v.Contacts[ben.at].Keys) == 0 }))
		must(t, ben.Protected(ana.at, client.OtherEnded))
		ana.Client.Do(client.StartAgain{Peer: ana.Peer(ben.at)})
		must(t, ana.Protected(ben.at, client.PrivateUnknown))
		must(t, ana.Do(func(id client.CommandID) client.Command {
			return client.ForgetKey{ID: id, Peer: ana.Peer(ben.at), Key: otr.Fingerprint{1}}
		}))
		must(t, ana.Protected(ben.at, client.PrivateUnknown))
	})
}
