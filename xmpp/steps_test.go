package xmpp

import (
	"context"
	stdtls "crypto/tls"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"
)

// plainPipe is a connection inside the test's own time: a pipe without TLS.
// What it carries is the same; only waiting is tried here.
type plainPipe struct{ net.Conn }

func (plainPipe) ConnectionState() stdtls.ConnectionState { return stdtls.ConnectionState{} }

// TestStepTimeout: without any deadline from outside a server that hangs is
// noticed after StepTimeout, and each step has its own.
func TestStepTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		go func() {
			buf := make([]byte, 4096)
			_, _ = theirs.Read(buf)
			time.Sleep(StepTimeout - time.Second)
			_, _ = io.WriteString(theirs, testHeader)
			time.Sleep(StepTimeout - time.Second)
			_, _ = io.WriteString(theirs, "<stream:features><mechanisms xmlns='"+nsSASL+"'><mechanism>PLAIN</mechanism></mechanisms></stream:features>")
			_, _ = theirs.Read(buf) // <auth/>, and nothing more
			_, _ = io.Copy(io.Discard, theirs)
		}()
		begin := time.Now()
		l := Login{Address: jid.MustParse("ana@example.test"), AllowPlain: true}
		l.Password = secretForTest
		_, err := open(context.Background(), plainPipe{ours}, l)
		if !errors.Is(err, ErrHung) {
			t.Errorf("got %v", err)
		}
		if d := time.Since(begin); d < 3*StepTimeout-3*time.Second || d > 3*StepTimeout {
			t.Errorf("after %v", d)
		}
		_ = theirs.Close()
	})
}

// pipeStream is a stream that has signed in through a pipe, and the server's
// end of that.
func pipeStream(t *testing.T, sm bool) (*Stream, net.Conn) {
	t.Helper()
	ours, theirs := net.Pipe()
	done := make(chan bool)
	go func() {
		defer close(done)
		until := func(end string) (got string) {
			buf := make([]byte, 4096)
			for !strings.HasSuffix(got, end) {
				n, err := theirs.Read(buf)
				if err != nil {
					return ""
				}
				got += string(buf[:n])
			}
			return got
		}
		say := func(format string, values ...any) { _, _ = fmt.Fprintf(theirs, format, values...) }
		result := func(payload string) {
			_, id, _ := strings.Cut(until("</iq>"), ` id="`)
			id, _, _ = strings.Cut(id, `"`)
			say("<iq type='result' id='%s'>%s</iq>", id, payload)
		}
		until(">")
		say(testHeader+"<stream:features><mechanisms xmlns='%s'><mechanism>PLAIN</mechanism></mechanisms></stream:features>", nsSASL)
		until("</auth>")
		say("<success xmlns='%s'/>", nsSASL)
		until(">")
		feature := ""
		if sm {
			feature = "<sm xmlns='" + nsSM + "'/>"
		}
		say(testHeader+"<stream:features><bind xmlns='%s'/>%s</stream:features>", nsBind, feature)
		result("<bind xmlns='" + nsBind + "'><jid>ana@example.test/r</jid></bind>")
		if sm {
			until("</enable>")
			say("<enabled xmlns='%s'/>", nsSM)
		}
		result("<query xmlns='" + nsRoster + "'/>")
	}()
	s, err := open(context.Background(), plainPipe{ours}, Login{
		Address: jid.MustParse("ana@example.test"), AllowPlain: true, Password: secretForTest,
	})
	if err != nil {
		t.Fatal(err)
	}
	<-done
	return s, theirs
}

// sendTest sends a message with a body of this size.
func sendTest(s *Stream, size int) error {
	to := jid.MustParse("ben@example.test")
	body := el("", "body", nil, text(strings.Repeat("x", size)))
	return s.send(stanza.Message{ID: "1", To: to}.Wrap(body), size, "1", to)
}

// TestAckTimeout: a server that does not acknowledge is dead after AckTimeout,
// whatever else it says, with and without XEP-0198.
func TestAckTimeout(t *testing.T) {
	for _, sm := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s, theirs := pipeStream(t, sm)
			go func() { _, _ = io.Copy(io.Discard, theirs) }()
			go func() {
				for { // a sign of life
					if _, err := io.WriteString(theirs, " "); err != nil {
						return
					}
					time.Sleep(5 * time.Second)
				}
			}()
			time.Sleep(24 * time.Hour)
			if s.Err() != nil {
				t.Errorf("ended by itself: %v", s.Err())
			}
			if err := sendTest(s, 1); err != nil {
				t.Error(err)
			}
			time.Sleep(AckTimeout - time.Second)
			if s.Err() != nil {
				t.Errorf("ended too early: %v", s.Err())
			}
			time.Sleep(2 * time.Second)
			if !errors.Is(s.Err(), ErrHung) {
				t.Errorf("got %v", s.Err())
			}
			_ = s.Close()
			_ = theirs.Close()
			time.Sleep(5 * time.Second)
		})
	}
}

// TestAnswerOnce: an answer gets in while somebody waits for it, once.
func TestAnswerOnce(t *testing.T) {
	l := newLink(plainPipe{}, func() {})
	answer := &element{start: xml.StartElement{Name: xml.Name{Space: nsClient, Local: "iq"}, Attr: at("type", "result", "id", "1")}}
	if l.answers(answer) {
		t.Error("nobody waits")
	}
	forget := l.await("1")
	if !l.answers(answer) || l.answers(answer) {
		t.Error("not once")
	}
	forget()
	l.await("1")()
	if l.answers(answer) {
		t.Error("nobody waits any longer")
	}
}

// TestSlow: what is queued for a server that does not read is bounded, in
// stanzas and in bytes; Close takes its two seconds and no more.
func TestSlow(t *testing.T) {
	for _, size := range []int{10, 100_000} {
		synctest.Test(t, func(t *testing.T) {
			s, theirs := pipeStream(t, true)
			var err error
			n := 0
			for ; err == nil && n < 10_000; n++ {
				err = sendTest(s, size)
			}
			if !errors.Is(err, ErrSlow) || n > 2*outStanzas+1 || n*size > 2*outBytes+size {
				t.Errorf("%d of %d bytes: %v", n, size, err)
			}
			begin := time.Now()
			_ = s.Close()
			if d := time.Since(begin); d > closeTime {
				t.Errorf("Close took %v", d)
			}
			_ = theirs.Close()
		})
	}
}

// TestQueue: bounded, in order, and wider while an answer is awaited.
func TestQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		put := make(chan int, 100_000)
		go func() {
			for i := range 10 * queueEvents {
				if !q.put(MessageReceived{ID: "x"}) {
					break
				}
				put <- i
			}
		}()
		synctest.Wait()
		if len(put) != queueEvents || !q.stuck() {
			t.Errorf("%d events", len(put))
		}
		q.expect(1)
		synctest.Wait()
		if len(put) != queueSlack*queueEvents {
			t.Errorf("%d events while an answer is awaited", len(put))
		}
		q.expect(-1)
		events, _ := q.take()
		synctest.Wait()
		if len(events) != queueSlack*queueEvents || len(put) != (queueSlack+1)*queueEvents {
			t.Errorf("took %d, then %d", len(events), len(put))
		}
		q.end()
		synctest.Wait()
	})
	q := newQueue()
	q.put(Acknowledged{IDs: []StanzaID{"1"}})
	q.put(Acknowledged{IDs: []StanzaID{"2"}})
	q.put(MessageReceived{})
	q.put(Acknowledged{IDs: []StanzaID{"3"}})
	if events, _ := q.take(); len(events) != 3 || len(events[0].(Acknowledged).IDs) != 2 {
		t.Errorf("got %v", events)
	}
	big := newQueue()
	for range 3 {
		big.put(MessageReceived{Body: strings.Repeat("x", queueBytes/3)})
	}
	if !big.full() {
		t.Error("bytes are not bounded")
	}
}
