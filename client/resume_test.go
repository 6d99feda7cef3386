package client_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/tor/tortest"
	"hushwing/xmpp/xmpptest"
)

// passed are the states that Ana's account went through since the last call.
func (g *guest) passed() (all []client.Account) {
	_ = g.Until("", func(w *journey.World) bool {
		all = append(all, w.Passed[anaAt]...)
		w.Passed[anaAt] = nil
		return true
	})
	return all
}

// back waits until she has lost her connection and is online again.
func (g *guest) back(t *testing.T, h *host, sessions int) {
	t.Helper()
	h.until("another session", func(h *host) bool { return h.begun+h.resumed == sessions })
	must(t, g.Online(anaAt))
}

// TestBrokenConnectionGoesOn: the connection dies under a private chat. What was
// under way and what is written meanwhile arrives once and in order, in the same
// private chat; the account goes back at once, and its strip does not flicker.
func TestBrokenConnectionGoesOn(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ana := h.ana(t)
	ana.chat(t, h)
	must(t, ana.Marked(ana.say(t, "before"), client.TheyHave))
	ana.Begin()

	// The server hears nothing any more, then the connection ends.
	h.set(func(h *host) { h.frozen = true })
	lost := ana.say(t, "under way")
	h.write("from the other end, meanwhile")
	began := time.Now()
	h.cut()
	last := ana.say(t, "written during the break")
	h.until("the session to go on", func(h *host) bool { return h.resumed == 1 })
	must(t, ana.Marked(lost, client.TheyHave))
	must(t, ana.Marked(last, client.TheyHave))
	if quick := time.Since(began) < 2*time.Second; quick { // on a busy computer it may not be
		must(t, ana.Until("", func(w *journey.World) bool {
			if len(w.Strips) > 0 {
				t.Errorf("the strip went through %v", w.Strips)
			}
			return true
		}))
	}
	must(t, ana.Reads(benAt, "from the other end, meanwhile"))
	h.got("before", "under way", "written during the break")
	h.set(func(h *host) {
		if h.exchanges != 1 || h.begun != 1 || h.refused != 0 {
			t.Errorf("%d exchanges, %d sessions begun, %d refused", h.exchanges, h.begun, h.refused)
		}
	})
	for _, a := range ana.passed() {
		if a.State == client.Failed || a.State == client.Offline || !a.Again && a.State != client.Online {
			t.Errorf("on the way back: %+v", a)
		}
	}
}

// TestRefusedResumption: the server has forgotten the session. The chat becomes
// private anew by itself, and every text arrives once.
func TestRefusedResumption(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ana := h.ana(t)
	ana.chat(t, h)
	must(t, ana.Marked(ana.say(t, "before"), client.TheyHave))
	h.set(func(h *host) { h.forget, h.frozen = true, true })
	one := ana.say(t, "under way")
	h.cut()
	two := ana.say(t, "written during the break")
	ana.back(t, h, 2)
	must(t, ana.Private(benAt))
	must(t, ana.Marked(one, client.TheyHave))
	must(t, ana.Marked(two, client.TheyHave))
	h.got("before", "under way", "written during the break")
	h.set(func(h *host) {
		if h.exchanges != 2 || h.refused != 1 {
			t.Errorf("%d exchanges, %d refused", h.exchanges, h.refused)
		}
	})
}

// closed keeps Ana from her server until she may go back.
func (h *host) closed() (open func()) {
	h.Exit().Connect(4) // host unreachable
	h.cut()
	return func() { h.Exit().Connect(0) }
}

// TestLongBreak: while the server cannot be reached the strip says that there is
// no connection, and when the account will try; then the chat goes on.
func TestLongBreak(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ana := h.ana(t)
	ana.chat(t, h)
	ana.passed()
	open := h.closed()
	must(t, ana.Protected(benAt, client.NotConnected))
	must(t, ana.Until("a next try", func(w *journey.World) bool {
		a := w.Accounts[anaAt]
		return a.State == client.Failed && a.Again && !a.NextTry.IsZero()
	}))
	text := ana.say(t, "while it is away")
	open()
	must(t, ana.Marked(text, client.TheyHave))
	must(t, ana.Private(benAt))
	h.got("while it is away")
	h.set(func(h *host) {
		if h.exchanges != 1 || h.resumed != 1 {
			t.Errorf("%d exchanges, %d resumed", h.exchanges, h.resumed)
		}
	})
}

// TestWhatIsLetGo: a session of before is not spoken of where that would link
// what must not be linked, or the user wanted an end.
func TestWhatIsLetGo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(t *testing.T, h *host, ana *guest)
	}{
		{"a new identity", func(t *testing.T, h *host, ana *guest) { must(t, ana.NewIdentityOf(anaAt)) }},
		{"the user goes offline", func(t *testing.T, h *host, ana *guest) {
			ana.GoOffline()
			must(t, ana.Offline(anaAt))
		}},
		{"the server will have forgotten", func(t *testing.T, h *host, ana *guest) {
			// no event tells: the chat has nothing to be private with any more
			time.Sleep(2500 * time.Millisecond)
		}},
		{"the program ends", func(t *testing.T, h *host, ana *guest) { ana.Close() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t)
			if c.name == "the server will have forgotten" {
				h.most = 1
			}
			ana := h.ana(t)
			ana.chat(t, h)
			h.set(func(h *host) { h.frozen = true })
			text := ana.say(t, "under way")
			session := ""
			h.set(func(h *host) { session = h.session })
			open := h.closed()
			must(t, ana.Protected(benAt, client.NotConnected))
			c.do(t, h, ana)
			before := len(h.Conns())
			open()
			if c.name == "the program ends" {
				ana.open(t, h)
			} else {
				ana.GoOnline()
			}
			ana.back(t, h, 2)
			ana.Look(benAt)
			must(t, ana.Marked(text, client.TheyHave))
			h.got("under way")
			h.set(func(h *host) {
				if h.resumed+h.refused != 0 || h.exchanges != 2 {
					t.Errorf("%d resumed, %d refused, %d exchanges", h.resumed, h.refused, h.exchanges)
				}
			})
			for _, conn := range h.Conns()[before:] {
				if strings.Contains(conn.Heard(), session) {
					t.Error("the session of before was named")
				}
			}
		})
	}
}

// TestLeftoverAndAnotherKey: the server shows another key when the account comes
// back. Nothing of the session is said to it; it goes on once the key from before
// is back.
func TestLeftoverAndAnotherKey(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	liar := h.Beside(t, works)
	ana := h.ana(t)
	ana.chat(t, h)
	h.Exit().Serve("example.test", liar.Address())
	h.cut()
	must(t, ana.InState(client.CertificateChanged))
	text := ana.say(t, "to the true one")
	for _, c := range liar.Conns() {
		if heard := c.Heard(); heard != "" {
			t.Errorf("the liar heard %d bytes", len(heard))
		}
	}
	h.Exit().Serve("example.test", h.Address())
	ana.GoOnline()
	must(t, ana.Marked(text, client.TheyHave))
	h.got("to the true one")
	h.set(func(h *host) {
		if h.exchanges != 1 || h.resumed != 1 {
			t.Errorf("%d exchanges, %d resumed", h.exchanges, h.resumed)
		}
	})
}

// TestAwokenOverADeadConnection: the computer has slept, and the connection died
// without a word. That is noticed at once, and what was written is sent once.
func TestAwokenOverADeadConnection(t *testing.T) {
	defer client.SetProbeTime(300 * time.Millisecond)()
	h := newHost(t)
	ana := h.ana(t)
	ana.chat(t, h)
	h.set(func(h *host) { h.frozen = true })
	text := ana.say(t, "into nothing")
	began := time.Now()
	client.Sleep(time.Hour)
	must(t, ana.Marked(text, client.TheyHave))
	if d := time.Since(began); d > 20*time.Second { // without a look it takes 25 s and more
		t.Errorf("after %v", d)
	}
	h.got("into nothing")
	h.set(func(h *host) {
		if h.exchanges != 1 || h.resumed != 1 {
			t.Errorf("%d exchanges, %d resumed", h.exchanges, h.resumed)
		}
	})

	// One that lives is only asked.
	client.Sleep(time.Hour)
	must(t, ana.Marked(ana.say(t, "still there"), client.TheyHave))
	client.Sleep(-2 * time.Hour)
	must(t, ana.Marked(ana.say(t, "and with the clock put back"), client.TheyHave))
	h.set(func(h *host) {
		if h.resumed != 1 || h.begun != 1 {
			t.Errorf("%d resumed, %d begun", h.resumed, h.begun)
		}
	})
}

// TestDeadConnectionIsFound: nobody says that the connection is dead, and nobody
// sleeps. Under a minute of talk it is found, and what was written is sent once.
func TestDeadConnectionIsFound(t *testing.T) {
	t.Parallel() // it waits as long as a person would
	h := newHost(t)
	ana := h.ana(t)
	ana.chat(t, h)
	must(t, ana.Marked(ana.say(t, "hello"), client.TheyHave))
	h.set(func(h *host) { h.frozen = true })
	began := time.Now()
	text := ana.say(t, "into nothing")
	must(t, ana.Marked(text, client.TheyHave))
	if d := time.Since(began); d > time.Minute {
		t.Errorf("found after %v", d)
	}
	h.got("hello", "into nothing")
	h.set(func(h *host) {
		if h.exchanges != 1 || h.resumed != 1 {
			t.Errorf("%d exchanges, %d resumed", h.exchanges, h.resumed)
		}
	})
}

// TestTextsWhileItBreaks: texts are written all the time while the connection
// breaks again and again, in whatever moment. Each arrives once and in order, in
// the one private chat, and none has to be missed first, and sent again.
func TestTextsWhileItBreaks(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ana := h.ana(t)
	ana.chat(t, h)
	const breaks = 10
	stop, written := make(chan struct{}), make(chan []string)
	go func() {
		var all []string
		defer func() { written <- all }()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			h.until("what was written to come", func(h *host) bool { return len(h.texts) >= i-30 })
			text := "number " + strconv.Itoa(i)
			if _, err := ana.Say(benAt, text); err != nil {
				t.Error(err)
				return
			}
			all = append(all, text)
		}
	}()
	for i := range breaks {
		ana.GoOnline() // no pause, however soon it breaks again
		n := 0
		h.set(func(h *host) { n = len(h.texts) })
		h.until("some more texts", func(h *host) bool { return len(h.texts) >= n+3 })
		h.cut()
		h.until("another connection", func(h *host) bool { return h.resumed == i+1 })
	}
	close(stop)
	all := <-written
	h.got(all...)
	h.set(func(h *host) {
		if h.exchanges != 1 || h.begun != 1 || h.repeats > 0 {
			t.Errorf("%d exchanges, %d sessions, %d texts sent again", h.exchanges, h.begun, h.repeats)
		}
	})
}

// TestAnotherTorIsChosen: the connection through the Tor of before is given up at
// once, and the session goes on through the one that the user chose.
func TestAnotherTorIsChosen(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ana := h.ana(t)
	ana.chat(t, h)
	other := tortest.New(t)
	other.Serve(xmpptest.Domain, h.Address())
	must(t, ana.UseTor(other.Endpoint().Address, ""))
	h.until("the session to go on", func(h *host) bool { return h.resumed == 1 })
	must(t, ana.Marked(ana.say(t, "through another Tor"), client.TheyHave))
	h.got("through another Tor")
	if h.Exit().Conns() > 0 {
		t.Error("a connection through the Tor of before is left")
	}
	h.set(func(h *host) {
		if h.exchanges != 1 || h.begun != 1 {
			t.Errorf("%d exchanges, %d sessions", h.exchanges, h.begun)
		}
	})
}
