package client_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

// pidgin is somebody with another program: libotr, on a connection that carries
// whatever it says. The mutex stands for the program's one thread.
type pidgin struct {
	*rogue
	at    string
	mu    sync.Mutex
	otr   *lab.OTRPeer
	heard []string
	seen  []lab.OTREvent
	to    string // full address of the other end, once something came from there
}

// newPidgin signs in, makes ana a contact and answers her.
func newPidgin(t *testing.T, name string, ana someone) *pidgin {
	t.Helper()
	p := &pidgin{rogue: newRogue(t, name), at: name + "@" + lab.Shared(t).Prosody().Domain()}
	p.otr = lab.NewOTRPeer(t, lab.OTRPeerOptions{Account: p.at, Contact: ana.at})
	p.say("<presence/>", "")
	must(t, ana.Add(p.at))
	p.say(fmt.Sprintf("<presence type='subscribed' to='%[1]s'/><presence type='subscribe' to='%[1]s'/>", ana.at), "")
	must(t, p.conn.SetDeadline(time.Time{}))
	go p.listen()
	must(t, ana.Until("the contact", func(w *journey.World) bool { return w.Contacts[p.at].Available }))
	return p
}

// listen hands what comes to libotr.
func (p *pidgin) listen() {
	type message struct {
		From string `xml:"from,attr"`
		Body string `xml:"body"`
	}
	d := xml.NewDecoder(io.MultiReader(strings.NewReader("<stream xmlns:stream='s'>"), p.conn))
	for {
		tok, err := d.Token()
		if err != nil {
			return // the connection has ended, and the test with it
		}
		start, ok := tok.(xml.StartElement)
		if !ok || start.Name.Local != "message" {
			continue
		}
		var m message
		if d.DecodeElement(&m, &start) != nil {
			return
		}
		if m.Body == "" {
			continue
		}
		p.does(func() { p.to = m.From; p.otr.Receive(m.Body) })
	}
}

// does has libotr do something, and sends what comes of it.
func (p *pidgin) does(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
	for _, e := range p.otr.Drain() {
		p.seen = append(p.seen, e)
		switch e.Kind {
		case "msg":
			p.heard = append(p.heard, e.Text)
		case "inject":
			var body strings.Builder
			_ = xml.EscapeText(&body, []byte(e.Text))
			_, _ = fmt.Fprintf(p.conn, "<message type='chat' to='%s'><body>%s</body></message>", p.to, body.String())
		}
	}
}

// until waits for an event of libotr.
func (p *pidgin) until(kind string) {
	p.t.Helper()
	for end := time.Now().Add(journey.Patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		p.mu.Lock()
		for i, e := range p.seen {
			if e.Kind == kind {
				p.seen = p.seen[i+1:]
				p.mu.Unlock()
				return
			}
		}
		p.mu.Unlock()
	}
	p.t.Fatalf("libotr never said %q", kind)
}

// hears waits for a text.
func (p *pidgin) hears(text string) {
	p.t.Helper()
	for end := time.Now().Add(journey.Patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		p.mu.Lock()
		n := 0
		for _, h := range p.heard {
			if h == text {
				n++
			}
		}
		p.mu.Unlock()
		if n == 1 {
			return
		}
		if n > 1 {
			p.t.Fatalf("%q came %d times", text, n)
		}
	}
	p.t.Fatalf("%q never came", text)
}

// TestContactWithLibotr: a contact whose program is libotr, from the first text
// over a check to the end, and private again.
func TestContactWithLibotr(t *testing.T) {
	t.Parallel()
	ana := newcomer(t, "ana")
	ben := newPidgin(t, "libotrben", ana)

	ana.Look(ben.at)
	must(t, ana.Private(ben.at))
	ben.until("secure")

	// Their program says nothing of what it opened: one tick, and it stays at one.
	id, err := ana.Say(ben.at, "grüß dich <b>& co</b>")
	must(t, err)
	ben.hears("grüß dich <b>& co</b>")
	must(t, ana.Marked(id, client.ServerHas))
	ben.does(func() { ben.otr.Send("there &amp; back") })
	must(t, ana.Reads(ben.at, "there &amp; back")) // shown as what it is: text, whatever a program meant by it

	// Ana asks and is sure of Ben; then Ben asks, which checks nobody for Ana.
	must(t, ana.Ask(ben.at, "where?", "harbour"))
	ben.until("smp-ask")
	ben.does(func() { ben.otr.Answer("harbour") })
	must(t, ana.Checked(ben.at, client.CheckSame))
	must(t, ana.Protected(ben.at, client.PrivateChecked))
	ben.does(func() { ben.otr.Check("who?", "owl") })
	must(t, ana.Answer(ben.at, "who?", "owl"))
	ben.until("smp-ok")

	// Ben's program ends the chat: nothing goes out until it is private again.
	ben.does(func() { ben.otr.End() })
	must(t, ana.Protected(ben.at, client.OtherEnded))
	ana.Client.Do(client.StartAgain{Peer: ana.Peer(ben.at)})
	must(t, ana.Protected(ben.at, client.PrivateChecked))
	again, err := ana.Say(ben.at, "and once more")
	must(t, err)
	ben.hears("and once more")
	must(t, ana.Marked(again, client.ServerHas))
}

// TestFateWithLibotr: libotr says of no text that it was read, but its answers show
// it: what it answered to is not in doubt when its connection is gone, and what came
// after is.
func TestFateWithLibotr(t *testing.T) {
	t.Parallel()
	ana := newcomer(t, "ana")
	ben := newPidgin(t, "libotrfate", ana)
	ana.Look(ben.at)
	must(t, ana.Private(ben.at))
	ben.until("secure")
	time.Sleep(8 * time.Second) // until it is known not to be a Hushwing
	var ids []string
	for _, n := range []string{"one", "two"} {
		id, err := ana.Say(ben.at, n)
		must(t, err)
		ids = append(ids, id)
		ben.hears(n)
		must(t, ana.Marked(id, client.ServerHas))
		ben.does(func() { ben.otr.Send("I have read " + n) })
		must(t, ana.Reads(ben.at, "I have read "+n))
	}
	last, err := ana.Say(ben.at, "three")
	must(t, err)
	must(t, ana.Marked(last, client.ServerHas))
	_ = ben.conn.Close()
	must(t, ana.Until("a doubt", func(w *journey.World) bool {
		for _, m := range w.Messages {
			if m.ID == last {
				return m.Problem != nil && m.Problem.Cause == client.FateUnknown
			}
		}
		return false
	}))
	for _, id := range ids {
		if m := ana.message(id); m.Mark != client.ServerHas || m.Problem != nil {
			t.Errorf("%s was read: mark %d, %+v", m.Text, m.Mark, m.Problem)
		}
	}
}

// asked waits for libotr's user to be asked, and returns the question.
func (p *pidgin) asked() string {
	p.t.Helper()
	for end := time.Now().Add(journey.Patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		p.mu.Lock()
		for i, e := range p.seen {
			if e.Kind == "smp-ask" {
				p.seen = p.seen[i+1:]
				p.mu.Unlock()
				return e.Text
			}
		}
		p.mu.Unlock()
	}
	p.t.Fatal("libotr was never asked")
	return ""
}

// TestCodeWithLibotr: a check by code with libotr in each part, right and wrong,
// and one without any question. What libotr's user sees is a sentence; what makes
// Ana sure is what she asked herself, or the code that she heard.
func TestCodeWithLibotr(t *testing.T) {
	t.Parallel()
	ana := newcomer(t, "ana")
	ben := newPidgin(t, "libotrcode", ana)
	ana.Look(ben.at)
	must(t, ana.Private(ben.at))
	ben.until("secure")

	code, err := ana.AskCode(ben.at)
	must(t, err)
	if got := ben.asked(); got != wishForCode {
		t.Errorf("libotr's user reads %q", got)
	}
	if c := checkOf(ana.Person, ben.at); !c.Other || !c.Asked {
		t.Errorf("%+v", c)
	}
	ben.does(func() { ben.otr.Answer(other(code)) })
	must(t, ana.Checked(ben.at, client.CheckDifferent))
	ben.until("smp-abort") // with which Ana's side says it once more
	unsure := func(left int) {
		t.Helper()
		must(t, ana.Protected(ben.at, client.PrivateUnknown))
		must(t, ana.Until(fmt.Sprint("attempts left: ", left), func(w *journey.World) bool {
			k := w.Contacts[ben.at].Keys
			return len(k) == 1 && k[0].Left == left && k[0].Checked.IsZero()
		}))
	}
	unsure(2)

	ben.does(func() { ben.otr.Check("", "harbour") })
	must(t, ana.Answer(ben.at, "", "harbour"))
	must(t, ana.Checked(ben.at, client.CheckAskBack))
	unsure(2)

	// A stop on their side, and on ours.
	_, err = ana.AskCode(ben.at)
	must(t, err)
	ben.asked()
	ben.does(func() { ben.otr.Abort() })
	must(t, ana.Checked(ben.at, client.CheckAborted))
	unsure(2)

	// A slip of hers, and a code that they wrote into the chat.
	ben.does(func() { ben.otr.Check(wishForCode, "246802") })
	must(t, ana.AnswerCode(ben.at, "246801"))
	must(t, ana.Checked(ben.at, client.CheckDifferent))
	ben.until("smp-abort")
	unsure(1)
	ben.does(func() { ben.otr.Send("my PIN is 97 53 10") })
	must(t, ana.Reads(ben.at, "my PIN is 97 53 10"))
	ben.does(func() { ben.otr.Check(wishForCode, "975310") })
	wantCause(t, ana.AnswerCode(ben.at, "975310"), client.CodeSeen)
	ben.does(func() { ben.otr.Abort() })
	must(t, ana.Checked(ben.at, client.CheckAborted))
	unsure(1)

	ben.does(func() { ben.otr.Check(wishForCode, "135791") })
	must(t, ana.AnswerCode(ben.at, "135-791"))
	must(t, ana.Checked(ben.at, client.CheckSame))
	must(t, ana.Protected(ben.at, client.PrivateChecked))
	must(t, ana.Until("how", func(w *journey.World) bool {
		k := w.Contacts[ben.at].Keys
		return len(k) == 1 && k[0].How == string(client.HowCode) && k[0].Left == 3
	}))

	again, err := ana.AskCode(ben.at)
	must(t, err)
	ben.asked()
	ben.does(func() { ben.otr.Answer(again) })
	must(t, ana.Checked(ben.at, client.CheckSame))
}
