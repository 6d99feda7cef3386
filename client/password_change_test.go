package client_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/config"
	"hushwing/internal/journey"
	"hushwing/secret"
	"hushwing/xmpp/xmpptest"
)

// keeper is a server that is asked to take another password.
type keeper struct {
	town  *town
	asked []string // the passwords that it was asked to take, in order
}

// keeps has the town's server keep passwords. Ana is alone there.
func (w *town) keeps(does func(k *keeper, s *seat, e xmpptest.Elem, fresh string)) *keeper {
	k := &keeper{town: w}
	w.set(func() {
		w.scram.ServerSecret = xmpptest.Password
		w.iq = func(s *seat, e xmpptest.Elem) bool {
			switch {
			case strings.Contains(e.Inner, "disco#info"):
				s.say("<iq type='result' id='%s' from='%s'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='jabber:iq:register'/></query></iq>", e.Attr("id"), xmpptest.Domain)
				return true
			case strings.Contains(e.Inner, "jabber:iq:register"):
				_, rest, _ := strings.Cut(e.Inner, "<password>")
				fresh, _, _ := strings.Cut(rest, "<")
				w.set(func() { k.asked = append(k.asked, fresh) })
				does(k, s, e, fresh)
				return true
			}
			return false
		}
	})
	return k
}

// all are the passwords that it was asked to take so far.
func (k *keeper) all() (asked []string) {
	k.town.set(func() { asked = slices.Clone(k.asked) })
	return asked
}

func (k *keeper) takes(fresh string) { k.town.set(func() { k.town.scram.ServerSecret = fresh }) }

func (k *keeper) has() (secret string) {
	k.town.set(func() { secret = k.town.scram.ServerSecret })
	return secret
}

func yes(s *seat, e xmpptest.Elem) { s.say("<iq type='result' id='%s'/>", e.Attr("id")) }

func no(s *seat, e xmpptest.Elem) {
	s.say("<iq type='error' id='%s'><error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>", e.Attr("id"))
}

func (r *resident) change() error {
	return r.Do(func(id client.CommandID) client.Command {
		return client.ChangeServerPassword{ID: id, Account: r.Peer("").Account}
	})
}

// settled waits until so many sign-ins have shown which password it is, and returns
// what was said last.
func (r *resident) settled(n int) (changed bool) {
	r.town.t.Helper()
	must(r.town.t, r.Until("which password it is", func(w *journey.World) bool {
		if len(w.Settled) >= n {
			changed = w.Settled[n-1].Changed
		}
		return len(w.Settled) >= n
	}))
	return changed
}

// onDisk returns what is on disk of the only account of somebody whose program
// has ended.
func onDisk(t *testing.T, dir string) config.Account {
	t.Helper()
	s, err := config.Open(dir, secret.New(profilePassword))
	must(t, err)
	defer s.Close()
	return s.View().Accounts[0]
}

// TestPasswordChange: the server takes another password, which the program has
// made; a sign-in shows at once that it has, and from then on there is one only.
func TestPasswordChange(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		k := w.keeps(func(k *keeper, s *seat, e xmpptest.Elem, fresh string) { k.takes(fresh); yes(s, e) })
		ana := w.comes("ana", "")
		ana.start()
		must(t, ana.Until("that it may", func(v *journey.World) bool { return v.Accounts[ana.at].CanChangePassword }))
		must(t, ana.change())
		if !ana.settled(1) {
			t.Error("told that it was not changed")
		}
		must(t, ana.Online(ana.at))
		password, other, err := ana.ServerPassword()
		must(t, err)
		if password.Export() != k.has() || !other.IsZero() || k.has() == xmpptest.Password || len(k.has()) < 30 {
			t.Errorf("shown: %q and %q; the server has %q", password.Export(), other.Export(), k.has())
		}
		ana.Close()
		if a := onDisk(t, ana.dir); a.Password.Export() != k.has() || a.Second != (config.Second{}) {
			t.Error("the disk has another one, or two")
		}
	})
}

// TestPasswordChangeLocksNobodyOut: whatever the server does, or says that it does,
// and whenever the program or the connection ends, the account can sign in
// afterwards; and what is told of it is true.
func TestPasswordChangeLocksNobodyOut(t *testing.T) {
	hang := func(*seat, xmpptest.Elem) {}
	cut := func(s *seat, _ xmpptest.Elem) { s.town.leave(s); s.conn.End() }
	for name, c := range map[string]struct {
		answer func(*seat, xmpptest.Elem)
		takes  bool
		want   client.Cause
		tells  bool // that a sign-in has shown which one it is
	}{
		"it says yes and does not":       {yes, false, client.CauseUnknown, true},
		"it says no and does":            {no, true, client.PasswordRefused, true},
		"it says no":                     {no, false, client.PasswordRefused, false},
		"it does and says nothing":       {hang, true, client.PasswordUnsure, true},
		"it neither does nor says":       {hang, false, client.PasswordUnsure, true},
		"it does and cuts the line":      {cut, true, client.PasswordUnsure, true},
		"it does not, and cuts the line": {cut, false, client.PasswordUnsure, true},
	} {
		t.Run(name, func(t *testing.T) {
			inTown(t, func(t *testing.T, w *town) {
				k := w.keeps(func(k *keeper, s *seat, e xmpptest.Elem, fresh string) {
					if c.takes {
						k.takes(fresh)
					}
					c.answer(s, e)
				})
				ana := w.comes("ana", "")
				ana.start()
				if err := ana.change(); c.want == client.CauseUnknown {
					must(t, err)
				} else {
					wantCause(t, err, c.want)
				}
				time.Sleep(time.Second)
				w.cut(ana.at)
				time.Sleep(time.Minute)
				must(t, ana.Online(ana.at))
				if c.tells && ana.settled(1) != c.takes {
					t.Error("told the opposite")
				}
				password, _, err := ana.ServerPassword()
				must(t, err)
				if password.Export() != k.has() {
					t.Error("the password that is shown is not the one")
				}
				ana.killed()
				ana.start() // and in another life
				if n := len(k.all()); n != 1 {
					t.Errorf("the server was asked %d times", n)
				}
			})
		})
	}
}

// TestPasswordChangeSurvivesCrash: the program ends in the moment in which the
// server is asked, or in which it has answered.
func TestPasswordChangeSurvivesCrash(t *testing.T) {
	for name, takes := range map[string]bool{"taken": true, "not taken": false} {
		t.Run(name, func(t *testing.T) {
			inTown(t, func(t *testing.T, w *town) {
				var ana *resident
				asked := make(chan struct{})
				w.keeps(func(k *keeper, _ *seat, _ xmpptest.Elem, fresh string) {
					if takes {
						k.takes(fresh)
					}
					close(asked)
				})
				ana = w.comes("ana", "")
				ana.start()
				ana.Client.Do(client.ChangeServerPassword{Account: ana.Peer("").Account})
				<-asked // the disk is copied as it is at this moment
				ana.killed()
				ana.start()
				if ana.settled(1) != takes {
					t.Error("told the opposite")
				}
			})
		})
	}
}

// TestPasswordAskedTwice: while it is not known whether the server took a new
// password no third one is made, and what it did late is found.
func TestPasswordAskedTwice(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		k := w.keeps(func(*keeper, *seat, xmpptest.Elem, string) {})
		ana := w.comes("ana", "")
		ana.start()
		wantCause(t, ana.change(), client.PasswordUnsure)
		_, other, err := ana.ServerPassword()
		must(t, err)
		wantCause(t, ana.change(), client.PasswordUnsure)
		asked := k.all()
		if len(asked) != 2 || asked[0] != asked[1] || other.Export() != asked[0] {
			t.Error("another password was made, or not shown")
		}
		w.cut(ana.at)
		if ana.settled(1) {
			t.Error("told that it was changed")
		}
		time.Sleep(3 * time.Hour) // and then the server wakes up
		k.takes(asked[0])
		w.cut(ana.at)
		if !ana.settled(2) {
			t.Error("told that it was not changed")
		}
		must(t, ana.Online(ana.at))
	})
}

// TestPasswordChangeKeepsTheMemory: a server that has got a new password out of
// somebody cannot use that to have them sign in in a weaker way, nor does a server
// that does not know the old one get a proof for the new one.
func TestPasswordChangeKeepsTheMemory(t *testing.T) {
	for name, c := range map[string]struct {
		scram xmpptest.SCRAM
		want  client.Cause
	}{
		"a weaker way":        {xmpptest.SCRAM{Mechanisms: []string{"SCRAM-SHA-1"}}, client.SignInDowngrade},
		"the password itself": {xmpptest.SCRAM{Mechanisms: []string{"PLAIN"}}, client.SignInNoSCRAM},
		"no proof":            {xmpptest.SCRAM{AnyPassword: true, WrongProof: true}, client.ServerNotProven},
		"closed":              {xmpptest.SCRAM{Failure: "account-disabled"}, client.SignInDisabled},
	} {
		t.Run(name, func(t *testing.T) {
			inTown(t, func(t *testing.T, w *town) {
				var k *keeper
				k = w.keeps(func(_ *keeper, s *seat, _ xmpptest.Elem, fresh string) {
					k.town.set(func() { w.scram = c.scram; w.scram.Got = &xmpptest.Login{}; w.signIns = 0 })
					w.leave(s)
					s.conn.End()
				})
				ana := w.comes("ana", "")
				ana.start()
				wantCause(t, ana.change(), client.PasswordUnsure)
				must(t, ana.Until("that it stops", func(v *journey.World) bool {
					a := v.Accounts[ana.at]
					return a.State == client.Failed && a.Problem.Cause == c.want
				}))
				time.Sleep(5 * time.Minute)
				sent, tries := "", 0
				w.set(func() { sent, tries = w.heard.Sent, w.signIns })
				if tries != 1 {
					t.Errorf("signed in %d times: the other password was tried too", tries)
				}
				if strings.Contains(sent, "PLAIN") {
					t.Error("the password itself was sent")
				}
				ana.Close()
				if a := onDisk(t, ana.dir); a.Password.Export() != xmpptest.Password || a.Second.Password.Export() != k.all()[0] {
					t.Error("one of the two passwords is lost")
				}
			})
		})
	}
}
