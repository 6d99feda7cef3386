package model

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// All tests run in the pseudo-language, which marks whatever went through i18n:
// after each step desk looks at every string of every view, and one that has
// no marks and is no data fails the test. Comparisons take the marks away.
func TestMain(m *testing.M) {
	i18n.Set(i18n.Pseudo)
	os.Exit(m.Run())
}

// plain takes the marks of the pseudo-language away.
func plain(s string) string { return unmark.Replace(s) }

var unmark = strings.NewReplacer("⟦", "", "⟧", "")

// desk is a Model with somebody in front of it.
type desk struct {
	t    *testing.T
	m    *Model
	now  time.Time
	cmds []client.Command
	last Changes
	rows []string // the rows as a window would have them, by Changes alone
	data map[string]bool
}

// noon is the time of all tests: in this year, because dates of another year
// are written with it.
func noon() time.Time { return time.Date(time.Now().Year(), 3, 12, 12, 0, 0, 0, time.Local) }

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: noon(), data: map[string]bool{}}
	d.m = New(func(c client.Command) { d.cmds = append(d.cmds, c) }, func() time.Time { return d.now })
	d.isData("Hushwing", "name@example.org", "example.org", "127.0.0.1:9050", "obfs4 192.0.2.1:443 …", "✓", "✓✓", "–")
	d.isData(i18n.Pseudo, i18n.PseudoRTL) // which have no name of their own
	for _, l := range i18n.Languages() {
		d.isData(i18n.OwnName(l)) // each is called what its speakers call it
	}
	for _, s := range client.Suggested() {
		d.isData(s.Domain)
	}
	d.step()
	return d
}

// isData names strings of outside that may stand in a view as they are.
func (d *desk) isData(s ...string) {
	for _, x := range s {
		d.data[x], d.data[strings.TrimSpace(x)] = true, true
	}
}

func (d *desk) apply(events ...client.Event) {
	d.t.Helper()
	for _, e := range events {
		d.m.Apply(e)
		d.step()
	}
}

func (d *desk) press(b Button) {
	d.t.Helper()
	if !b.Shown() || !b.Enabled {
		d.t.Fatalf("cannot press %q: shown %v, enabled %v", plain(b.Label), b.Shown(), b.Enabled)
	}
	d.m.Press(b.Action)
	d.step()
}

// item finds an item of the main menu.
func (d *desk) item(label string) Button {
	d.t.Helper()
	for _, group := range d.m.Main().Menu {
		for _, b := range group {
			if plain(b.Label) == label {
				return b
			}
		}
	}
	d.t.Fatalf("the main menu has no %q", label)
	return Button{}
}

func (d *desk) set(id FieldID, text string) {
	d.t.Helper()
	d.isData(text)
	d.m.SetField(id, text)
	d.step()
}

// blind does without looking: for ways that were looked at many times.
var blind bool

// step does what a window does after each thing that happened, and looks at
// everything that is on the screen.
func (d *desk) step() {
	d.t.Helper()
	d.last = d.m.TakeChanges()
	if blind {
		return
	}
	d.follow()
	for _, v := range []any{d.last, d.m.Starting(), d.m.Broken(), d.m.Unlock(), d.m.FirstRun(), d.m.Main(), d.list(), d.m.Conversation(), d.m.Check(), d.m.Dialog(), d.m.Page(), d.m.Rows()} {
		d.look(reflect.ValueOf(v), fmt.Sprintf("%T", v), true)
	}
	d.look(reflect.ValueOf(d.m.Details()), "Details", false)
	d.look(reflect.ValueOf(d.m.Dialog().Facts), "Facts", false)
	d.look(reflect.ValueOf(d.m.Check().Facts), "Facts", false)
	d.spinning()
}

// list returns all rows of the list.
func (d *desk) list() (out []ListRow) {
	for i := range d.m.ListLen() {
		out = append(out, d.m.ListRow(i))
	}
	return out
}

// people returns the rows of the list that are contacts.
func (d *desk) people() (out []ContactRow) {
	for _, r := range d.list() {
		if r.Contact != nil {
			out = append(out, *r.Contact)
		}
	}
	return out
}

// follow redraws the rows by the changes alone and compares.
func (d *desk) follow() {
	d.t.Helper()
	if d.m.Screen() != ScreenMain {
		return
	}
	var want []string
	byID := map[string]Row{}
	for _, r := range d.m.Rows() {
		want = append(want, drawn(r))
		byID[r.ID] = r
	}
	c := d.last.Rows
	if c.Reset {
		d.rows = want
		return
	}
	id := func(s string) string { i, _, _ := strings.Cut(s, "\x00"); return i }
	d.rows = slices.DeleteFunc(d.rows, func(s string) bool { return slices.Contains(c.Removed, id(s)) })
	for i, s := range d.rows {
		if c.Redraw || slices.Contains(c.Changed, id(s)) {
			d.rows[i] = drawn(byID[id(s)])
		}
	}
	d.rows = append(d.rows, want[len(want)-c.Appended:]...)
	if !slices.Equal(d.rows, want) {
		d.t.Errorf("the changes %+v do not lead to the rows:\n%q\n%q", c, d.rows, want)
	}
}

// Rows returns all rows of the open conversation.
func (m *Model) Rows() (out []Row) {
	for i := range m.RowCount() {
		out = append(out, m.Row(i))
		if got := m.RowIndex(out[i].ID); got != i {
			panic(fmt.Sprintf("row %d is found at %d", i, got))
		}
	}
	return out
}

func drawn(r Row) string {
	return fmt.Sprintf("%s\x00%+v", r.ID, r)
}

// unspoken are the fields that nobody reads as words.
var unspoken = map[string]bool{
	"Action": true, "ID": true, "Icon": true, "Style": true, "Kind": true, "Peer": true, "Initials": true,
	"Removed": true, "Changed": true, "Detail": true, "Facts": true, "Clipboard": true, "FocusID": true, "FocusRow": true, "Reveal": true, "Tag": true, "Withdraw": true, "Key": true, "QR": true,
	"Groups": true,
}

// jargon is what a person should never have to know.
var jargon = regexp.MustCompile(`(?i)\b(OTR|OTRv\d|SMP|fingerprints?|JID|SASL|pin|pins|pinned|TLS|SSL|SCRAM|XMPP|Jabber|STARTTLS|DH|AKE|SOCKS|bootstrap\w*|descriptors?|handshake|circuit|stanza|roster|presence|subscription|resource|certificates?|hash|SHA-?\d+|hex|proxy|DNS|SRV|port|session|authenticat\w*|verif\w*|encryption key|public key|protocol|timeout|localpart|domain|URI|queue)\b`)

// judged remembers what jargon found: the same strings are seen at each step.
var judged = map[string]string{}

// look fails for a string that did not go through i18n, or that is jargon.
func (d *desk) look(v reflect.Value, path string, simple bool) {
	d.t.Helper()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			d.look(v.Elem(), path, simple)
		}
	case reflect.Slice:
		for i := range v.Len() {
			d.look(v.Index(i), fmt.Sprintf("%s[%d]", path, i), simple)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if f, ok := v.Interface().(Field); ok && name == "Value" && f.Kind != FieldFixed {
				continue // what was typed
			}
			if _, ok := v.Interface().(Choice); ok && name == "Value" {
				continue
			}
			if r, ok := v.Interface().(PageRow); ok && name == "Value" && r.Kind != PageFact && r.Kind != PageLink {
				continue // what was typed, or a choice's Value
			}
			if r, ok := v.Interface().(DetailRow); ok && name == "Value" && r.Mono {
				continue // letters to compare
			}
			if !unspoken[name] {
				d.look(v.Field(i), path+"."+name, simple)
			}
		}
		if b, ok := v.Interface().(Button); ok && b.Label != "" && b.Name == "" {
			d.t.Errorf("%s: the button %q has no name for screen readers", path, b.Label)
		}
		if f, ok := v.Interface().(Field); ok && f.ID != "" && f.Label == "" {
			d.t.Errorf("%s: the field %q has no label", path, f.ID)
		}
		if r, ok := v.Interface().(PageRow); ok {
			if r.Label == "" {
				d.t.Errorf("%s: a row of a page has no label", path)
			}
			if f := r.Kind; (f == PageSwitch || f == PageChoice || f == PageText) && r.ID == "" {
				d.t.Errorf("%s: the row %q has no field", path, plain(r.Label))
			}
		}
	case reflect.String:
		s := v.String()
		if s == "" || d.data[s] {
			return
		}
		if rest := outside(s); rest != "" && !d.data[rest] {
			d.t.Errorf("%s: %q: %q did not go through i18n", path, s, rest)
		}
		if simple {
			ours := plain(s)
			for data := range d.data {
				if strings.ContainsAny(data, ".@") {
					ours = strings.ReplaceAll(ours, data, "")
				}
			}
			word, known := judged[ours]
			if !known {
				word = jargon.FindString(ours)
				judged[ours] = word
			}
			if word != "" {
				d.t.Errorf("%s: %q says %q", path, plain(s), word)
			}
		}
		if strings.Contains(s, "%!") {
			d.t.Errorf("%s: %q has a verb without its argument", path, s)
		}
	}
}

// outside returns what of s is in no mark.
func outside(s string) string {
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch r {
		case '⟦':
			depth++
		case '⟧':
			depth--
		default:
			if depth == 0 {
				b.WriteRune(r)
			}
		}
	}
	return strings.TrimSpace(b.String())
}

// spinning fails when something turns and there is no sentence and no way out.
func (d *desk) spinning() {
	d.t.Helper()
	out := func(what string, busy *Busy, buttons ...Button) {
		if busy == nil {
			return
		}
		if busy.Text == "" {
			d.t.Errorf("%s turns without a sentence", what)
		}
		if !slices.ContainsFunc(buttons, func(b Button) bool { return b.Shown() && b.Enabled }) {
			d.t.Errorf("%s turns and there is no way out: %q", what, plain(busy.Text))
		}
	}
	switch d.m.Screen() {
	case ScreenFirstRun:
		v := d.m.FirstRun()
		out("first run", v.Busy, v.Back)
	case ScreenMain:
		c := d.m.Check()
		out("check", c.Busy, append(c.Buttons, c.Close)...)
		v := d.m.Dialog()
		out("dialog", v.Busy, v.Cancel)
		p := d.m.Page()
		out("page", p.Busy, p.Back)
	}
}

// sent returns the newest command, which must be a T.
func sent[T client.Command](d *desk) T {
	d.t.Helper()
	if len(d.cmds) == 0 {
		d.t.Fatalf("no command was sent; want %T", *new(T))
	}
	c, ok := d.cmds[len(d.cmds)-1].(T)
	if !ok {
		d.t.Fatalf("the last command is %T, want %T", d.cmds[len(d.cmds)-1], *new(T))
	}
	return c
}

// quiet fails when a command was sent since the last call or since n.
func (d *desk) quiet(what func()) {
	d.t.Helper()
	n := len(d.cmds)
	what()
	if len(d.cmds) != n {
		d.t.Errorf("sent %T", d.cmds[len(d.cmds)-1])
	}
}

func (d *desk) equal(what, got, want string) {
	d.t.Helper()
	if plain(got) != want {
		d.t.Errorf("%s:\n got  %q\n want %q", what, plain(got), want)
	}
}

func (d *desk) screen(want Screen) {
	d.t.Helper()
	if got := d.m.Screen(); got != want {
		d.t.Fatalf("screen %d, want %d", got, want)
	}
}

func (d *desk) page(want Page) FirstRunView {
	d.t.Helper()
	d.screen(ScreenFirstRun)
	v := d.m.FirstRun()
	if v.Page != want {
		d.t.Fatalf("page %d (%q), want %d", v.Page, plain(v.Title), want)
	}
	return v
}

// field finds a field in a view.
func (d *desk) field(fields []Field, id FieldID) Field {
	d.t.Helper()
	for _, f := range fields {
		if f.ID == id {
			return f
		}
	}
	d.t.Fatalf("no field %q in %+v", id, fields)
	return Field{}
}

// labels lists what stands on buttons.
func labels(buttons []Button) string {
	var out []string
	for _, b := range buttons {
		out = append(out, plain(b.Label))
	}
	return strings.Join(out, " · ")
}

// find finds a button by what stands on it.
func (d *desk) find(buttons []Button, label string) Button {
	d.t.Helper()
	for _, b := range buttons {
		if plain(b.Label) == label {
			return b
		}
	}
	d.t.Fatalf("no button %q among %q", label, labels(buttons))
	return Button{}
}

// The people of the tests.
var (
	mine = client.Account{ID: "a1", Address: "ben@example.test", State: client.Online, Onion: true}
	ana  = Peer{Account: "a1", Address: "ana@example.test"}
	cleo = Peer{Account: "a1", Address: "cleo@example.test"}
	dora = Peer{Account: "a1", Address: "dora@example.test"}
)

// mainDesk is a desk with an open profile and some contacts.
func mainDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.isData(mine.Address, ana.Address, cleo.Address, dora.Address, "Ana", "cleo", "dora")
	d.apply(
		client.ProfileChanged{State: client.ProfileLocked},
		client.ProfileChanged{State: client.ProfileOpen},
		client.Snapshot{
			Accounts: []client.Account{mine},
			Contacts: []client.Contact{
				{Peer: cleo, Name: "cleo"},
				{Peer: ana, Name: "Ana"},
				{Peer: dora, Name: "dora"},
			},
		},
		client.TorChanged{State: client.TorReady},
	)
	d.screen(ScreenMain)
	return d
}

// chatDesk is a mainDesk with the conversation with Ana open.
func chatDesk(t *testing.T, p client.Protection) *desk {
	t.Helper()
	d := mainDesk(t)
	d.protect(ana, p)
	d.m.Select(ana)
	d.step()
	if got := sent[client.OpenChat](d); got.Peer != ana {
		t.Fatalf("opened %v", got.Peer)
	}
	return d
}

func (d *desk) protect(p Peer, state client.Protection) {
	d.t.Helper()
	d.apply(client.ProtectionChanged{Info: client.ProtectionInfo{Peer: p, Protection: state, Since: d.now.Add(-time.Hour)}})
}

// hear adds a received text.
func (d *desk) hear(p Peer, id, text string, at time.Time) {
	d.t.Helper()
	d.isData(text)
	d.apply(client.MessageAdded{Message: client.Message{Peer: p, ID: id, Text: text, Time: at}})
}
