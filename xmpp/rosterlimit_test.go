package xmpp

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestRosterLimits: the list has limits of its own, in bytes, elements and
// contacts, and each says that it was the limit.
func TestRosterLimits(t *testing.T) {
	const id = "abcdefghijklmnop"
	item := func(i int) string { return fmt.Sprintf("<item jid='c%d@example.test'/>", i) }
	read := func(size, nodes, contacts int) (r rosterReader, steps int, err error) {
		f := testFramer(nil)
		f.step = func() { steps++ }
		name := id
		f.rosterID.Store(&name)
		f.scan.roster, f.scan.progress = f.isRoster, f.step
		skip := readerFunc(func([]byte) (int, error) {
			f.scan.size += size // as if so much had come
			return 0, io.EOF
		})
		var b strings.Builder
		for i := range contacts {
			b.WriteString(item(i))
		}
		b.WriteString(strings.Repeat("<x/>", nodes))
		f.scan.r = io.MultiReader(strings.NewReader(testHeader+"<iq type='result' id='"+id+"'><query xmlns='jabber:iq:roster'>"+item(-1)), skip,
			strings.NewReader(b.String()+"</query></iq>"))
		e, err := f.next()
		if err != nil {
			return r, steps, err
		}
		d, _, err := f.decoder(e.raw)
		if err != nil {
			return r, steps, err
		}
		return r, steps, r.read(d)
	}
	for _, c := range []struct {
		what                  string
		size, nodes, contacts int
		want                  int // contacts; -1: none, because it was cut
		err                   error
	}{
		{"short", 0, 0, 10, 11, nil},
		{"longer than a stanza", maxStanza, 0, 10, 11, nil},
		{"as long as it may be", maxRoster - 2000, 0, 10, 11, nil},
		{"too long", maxRoster, 0, 10, -1, nil},
		{"many elements", 0, maxNodes, 10, 11, nil},
		{"too many elements", 0, maxRosterNodes, 10, -1, nil},
		{"as many contacts as may be", 0, 0, MaxRoster - 1, MaxRoster, nil},
		{"one too many", 0, 0, MaxRoster, MaxRoster, ErrLimit},
	} {
		r, _, err := read(c.size, c.nodes, c.contacts)
		if !errors.Is(err, c.err) || r.cut != (c.want < 0) || len(r.items) != max(c.want, 0) {
			t.Errorf("%s: %d contacts, cut %v, %v", c.what, len(r.items), r.cut, err)
		}
	}
	// A long list that comes slowly is progress, again and again.
	if _, steps, _ := read(0, 3*progressEvery/4, 10); steps < 3 {
		t.Errorf("%d steps", steps)
	}
}
