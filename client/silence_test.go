package client_test

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ctls "crypto/tls"

	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

// rogue is a connection to the server that writes whatever it likes.
type rogue struct {
	t    *testing.T
	conn net.Conn
}

// newRogue makes an account and signs in, on the server's own loopback address.
func newRogue(t *testing.T, name string) *rogue {
	t.Helper()
	l := lab.Shared(t)
	roots := x509.NewCertPool()
	roots.AddCert(l.Prosody().CA())
	conn, err := ctls.Dial("tcp", l.Prosody().Addr()+":5223", &ctls.Config{RootCAs: roots, ServerName: l.Prosody().Domain()})
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	r := &rogue{t: t, conn: conn}
	open := fmt.Sprintf("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='%s' version='1.0'>", l.Prosody().Domain())
	r.say(open, "</stream:features>")
	r.say("<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>"+name+"</username><password>pw</password></query></iq>", "<iq")
	auth := base64.StdEncoding.EncodeToString([]byte("\x00" + name + "\x00pw"))
	r.say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"+auth+"</auth>", "<success")
	r.say(open, "</stream:features>")
	r.say("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "<jid>")
	return r
}

// say writes and waits for an answer that holds want.
func (r *rogue) say(xml, want string) {
	r.t.Helper()
	must(r.t, r.conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, err := r.conn.Write([]byte(xml))
	must(r.t, err)
	var got strings.Builder
	for buf := make([]byte, 4096); want != "" && !strings.Contains(got.String(), want); {
		n, err := r.conn.Read(buf)
		got.Write(buf[:n])
		if err != nil {
			r.t.Fatalf("the server said %q to a rogue: %v", got.String(), err)
		}
	}
}

// TestSilenceToStrangers: whatever strangers send, the client sends not one
// stanza because of it, at most fifty requests wait, and none of their words is
// anywhere.
func TestSilenceToStrangers(t *testing.T) {
	t.Parallel()
	const word = "woodcock-in-the-reeds"
	l, ana := lab.Shared(t), newcomer(t, "ana")
	for presence := false; !presence; time.Sleep(50 * time.Millisecond) { // her own, for her contacts
		all, err := l.Prosody().Tap()
		must(t, err)
		for _, s := range all {
			presence = presence || s.Kind == "presence" && s.Dir == "in" && strings.HasPrefix(s.From, ana.at)
		}
	}
	sent, full := tapped(t, l), ana.full(t) // once: the tap is long when others are about
	const strangers = 60
	for i := range strangers {
		r := newRogue(t, fmt.Sprintf("stranger%d", i))
		r.say(fmt.Sprintf("<presence type='subscribe' to='%s'><status>%s</status></presence>", ana.at, word), "")
		for _, body := range []string{
			word, "?OTRv3?", "?OTRv23? " + word, "?OTR Error: " + word, word + " \t  \t\t\t\t \t \t \t    \t\t  \t\t",
			"?OTR:AAMDAAABAAAAAQA=.", "?OTR|00000100|00000000,00001,00002," + word + ",", "?OTR:AAMC" + word + ".",
		} {
			for _, to := range []string{ana.at, full} {
				r.say(fmt.Sprintf("<message type='chat' to='%s'><body>%s</body></message>", to, body), "")
			}
		}
		r.say(fmt.Sprintf("<presence to='%[1]s'/><presence type='probe' to='%[1]s'/><presence type='subscribed' to='%[1]s'/>", ana.at), "")
		for _, query := range []string{"jabber:iq:version", "http://jabber.org/protocol/disco#info", "jabber:iq:roster", "urn:xmpp:time", "jabber:iq:last"} {
			r.say(fmt.Sprintf("<iq type='get' id='q' to='%s'><query xmlns='%s'/></iq>", full, query), "")
		}
		r.say("<iq type='get' id='last' to='"+l.Prosody().Domain()+"'><ping xmlns='urn:xmpp:ping'/></iq>", "id='last'")
		_ = r.conn.Close()
	}
	must(t, ana.Until("fifty requests", func(w *journey.World) bool { return len(w.Requests) == 50 }))
	time.Sleep(2 * time.Second)
	for _, s := range sent(ana.at) {
		t.Errorf("the client sent a %s %s", s.Kind, s.Type)
	}
	_ = ana.Until("anything", func(w *journey.World) bool {
		if len(w.Requests) != 50 || len(w.Messages) != 0 || len(w.Contacts) != 0 {
			t.Errorf("%d requests, %d messages, %d contacts", len(w.Requests), len(w.Messages), len(w.Contacts))
		}
		return true
	})
	ana.Close()
	must(t, filepath.WalkDir(ana.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), word) {
			t.Errorf("%s holds a stranger's word", d.Name())
		}
		return err
	}))
}

// full is the full address that the server knows of somebody.
func (s someone) full(t *testing.T) string {
	t.Helper()
	all, err := lab.Shared(t).Prosody().Tap()
	must(t, err)
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Dir == "in" && strings.HasPrefix(all[i].From, s.at+"/") {
			return all[i].From
		}
	}
	t.Fatal("the tap knows no full address")
	return ""
}
