package client_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/xmpp/xmpptest"
)

func (r *resident) block(at string) error {
	return r.Do(func(id client.CommandID) client.Command { return client.BlockContact{ID: id, Peer: r.Peer(at)} })
}

func (r *resident) unblock(at string) error {
	return r.Do(func(id client.CommandID) client.Command { return client.Unblock{ID: id, Peer: r.Peer(at)} })
}

// saidBy is every request and presence that anybody sent since the nth.
func (w *town) saidSince(n int) (out []string) {
	w.set(func() { out = slices.Clone(w.told[n:]) })
	return out
}

func anyHas(list []string, parts ...string) bool {
	return slices.ContainsFunc(list, func(s string) bool {
		for _, p := range parts {
			if !strings.Contains(s, p) {
				return false
			}
		}
		return true
	})
}

// blocking has the town's server say that it can block, and do it not at all: what
// holds then is what the program itself does.
func (w *town) blocking() {
	w.set(func() {
		w.iq = func(s *seat, e xmpptest.Elem) bool {
			switch {
			case strings.Contains(e.Inner, "disco#info"):
				s.say("<iq type='result' id='%s' from='%s'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:blocking'/></query></iq>", e.Attr("id"), xmpptest.Domain)
			case strings.Contains(e.Inner, "blocklist"):
				s.say("<iq type='result' id='%s'><blocklist xmlns='urn:xmpp:blocking'/></iq>", e.Attr("id"))
			default:
				return false
			}
			return true
		}
	})
}

// TestBlocked: somebody who is blocked goes on all the same: writes, asks to be a
// contact, begins private chats; and the server pushes them onto the list. Nothing
// of it is heard or answered, and nothing is sent to them.
func TestBlocked(t *testing.T) {
	for name, able := range map[string]bool{"the server blocks too, it says": true, "the server cannot": false} {
		t.Run(name, func(t *testing.T) {
			inTown(t, func(t *testing.T, w *town) {
				if able {
					w.blocking()
				}
				ana, ben := w.neighbours()
				ben.says(ana.at, "before")
				ana.read(ben.at, "before")
				n := len(w.saidSince(0))
				must(t, ana.block(ben.at))
				must(t, ana.Protected(ben.at, client.Blocked))
				time.Sleep(time.Minute)
				told := w.saidSince(n)
				if able && !anyHas(told, "urn:xmpp:blocking", "<block ", ben.at) || !able && !anyHas(told, "unsubscribed", ben.at) {
					t.Errorf("the server was told %q", told)
				}

				n = len(w.saidSince(0))
				letters := len(w.sent(0))
				ben.Client.Do(client.StartAgain{Peer: ben.Peer(ana.at)})
				ben.says(ana.at, "can you hear me")
				from, to := w.full(ben.at), w.full(ana.at)
				w.writes(from, to, "in clear")
				w.writes(from, to, "?OTRv3?")
				w.set(func() {
					s := w.seats[to]
					s.say("<presence type='subscribe' from='%s'/>", ben.at)
					s.say("<presence from='%s/new'/>", ben.at)
					s.say("<iq type='set' id='push' from='%s'><query xmlns='jabber:iq:roster'><item jid='%s' subscription='both'/></query></iq>", ana.at, ben.at)
				})
				time.Sleep(10 * time.Minute)
				if got := ana.from(ben.at); len(got) != 1 {
					t.Errorf("heard %q", short(got))
				}
				for _, m := range w.sent(letters) {
					if bareOf(m.to) == ben.at {
						t.Errorf("something was sent to them: %q", m.body()[:min(20, len(m.body()))])
					}
				}
				if told := w.saidSince(n); anyHas(told, "to=\""+ben.at) {
					t.Errorf("told of them: %q", told)
				}
				must(t, ana.Until("nothing of theirs", func(v *journey.World) bool {
					c := v.Contacts[ben.at]
					return len(v.Requests) == 0 && c.Blocked && !c.Available && len(c.Devices) == 0 && c.Protection == client.Blocked
				}))
				_, err := ana.Say(ben.at, "something")
				wantCause(t, err, client.NotPrivateNow)

				// after another start they are hidden from before anybody sees us
				ana.killed()
				n = len(w.saidSince(0))
				w.set(func() { w.strange = true }) // as after a block that took their leave to see us
				ana.start()
				told = w.saidSince(n)
				hides := slices.IndexFunc(told, func(s string) bool {
					return strings.Contains(s, ben.at) && (strings.Contains(s, "unsubscribed") || strings.Contains(s, "<block "))
				})
				shows := slices.IndexFunc(told, func(s string) bool {
					return strings.HasPrefix(s, "<presence") && !strings.Contains(s, " to=")
				})
				if hides < 0 || shows < hides {
					t.Errorf("presence went out at %d, hidden at %d: %q", shows, hides, told)
				}
				if anyHas(told, "type=\"subscribe\"", ben.at) || anyHas(told, "type=\"subscribed\"", ben.at) {
					t.Errorf("asked them again: %q", told)
				}

				n = len(w.saidSince(0))
				must(t, ana.unblock(ben.at))
				time.Sleep(time.Minute)
				told = w.saidSince(n)
				if able && !anyHas(told, "<unblock ", ben.at) || !anyHas(told, "type=\"subscribed\"", ben.at) {
					t.Errorf("the server was told %q", told)
				}
				w.shows(w.full(ben.at), "")
				ana.Look(ben.at)
				must(t, ana.Private(ben.at))
				must(t, ben.Private(ana.at))
			})
		})
	}
}

// TestBlockedStranger: a request is gone for good when who makes it is blocked,
// and they hear nothing of that.
func TestBlockedStranger(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana := w.comes("ana", "")
		ana.start()
		stranger := "mal@" + xmpptest.Domain
		asks := func() {
			w.set(func() { w.seats[w.sorted()[0].full].say("<presence type='subscribe' from='%s'/>", stranger) })
			time.Sleep(time.Minute)
		}
		asks()
		must(t, ana.Until("the request", func(v *journey.World) bool { return len(v.Requests) == 1 }))
		must(t, ana.block(stranger))
		gone := func(v *journey.World) bool {
			return len(v.Requests) == 0 && slices.Equal(v.Accounts[ana.at].Blocked, []string{stranger})
		}
		must(t, ana.Until("the request to go", gone))
		asks()
		ana.killed()
		ana.start()
		asks()
		must(t, ana.Until("no request", gone))
		wantCause(t, ana.block(ana.at), client.AddressOwn)
	})
}

// TestUnblockAtOnce: an Unblock that comes while the server is still being told of
// the block is told too.
func TestUnblockAtOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.blocking()
		usual := w.iq
		w.set(func() {
			w.iq = func(s *seat, e xmpptest.Elem) bool {
				if strings.Contains(e.Inner, "<block ") {
					go func() {
						time.Sleep(5 * time.Second)
						yes(s, e)
					}()
					return true
				}
				return usual(s, e)
			}
		})
		ana, ben := w.neighbours()
		n := len(w.saidSince(0))
		must(t, ana.block(ben.at))
		must(t, ana.unblock(ben.at))
		time.Sleep(time.Minute)
		told := w.saidSince(n)
		if !anyHas(told, "<unblock ", ben.at) {
			t.Errorf("told: %q", told)
		}
	})
}
