package model

import (
	"strings"
	"testing"

	"hushwing/client"
)

// protects opens the page and returns its rows by their labels.
func (d *desk) protects() (walls, not map[string]PageRow) {
	d.t.Helper()
	if d.m.Page().Kind != ActionProtects {
		d.press(d.item("What protects you now"))
	}
	v := d.m.Page()
	if len(v.Sections) != 2 {
		d.t.Fatalf("%d sections", len(v.Sections))
	}
	rows := func(s Section) map[string]PageRow {
		out := map[string]PageRow{}
		for _, r := range s.Rows {
			out[plain(r.Label)] = r
		}
		return out
	}
	return rows(v.Sections[0]), rows(v.Sections[1])
}

// quality orders the styles by what they promise: neither red nor grey does.
var quality = map[Style]int{StyleBad: 0, StyleNeutral: 0, StyleWarn: 1, StyleGood: 2}

// allProtections are all states of a conversation.
func allProtections() (out []client.Protection) {
	for p := client.Away; p <= client.Blocked; p++ {
		out = append(out, p)
	}
	return out
}

// The page never claims more of a conversation than its state: only a checked
// chat is one of two people, only a private one is read by anybody at all, and
// no row is better than the strip.
func TestProtectsNeverClaimsMore(t *testing.T) {
	for _, checked := range []bool{false, true} {
		for _, p := range allProtections() {
			d := chatDesk(t, p)
			c := client.Contact{Peer: ana, Name: "Ana", Protection: p}
			if checked {
				c.Keys = []client.KeyInfo{{Checked: noon(), First: noon(), Now: p == client.PrivateChecked, How: "code"}}
			}
			d.apply(client.ContactChanged{Contact: c})
			walls, not := d.protects()
			chat, check := walls["The private chat"], walls["The check"]
			if chat.Value == "" || check.Value == "" {
				t.Fatalf("%d: nothing is said: %+v", p, walls)
			}
			_, strip := shield(p)
			for name, r := range map[string]PageRow{"chat": chat, "check": check} {
				if quality[r.Style] > quality[strip] {
					t.Errorf("%d: the %s is %q, the strip %q", p, name, r.Style, strip)
				}
				if (r.Style == StyleGood) != (p == client.PrivateChecked) {
					t.Errorf("%d: the %s is %q", p, name, r.Style)
				}
			}
			says := func(r PageRow, words string, want bool) {
				t.Helper()
				if strings.Contains(plain(r.Value), words) != want {
					t.Errorf("%d, checked %v: %q", p, checked, plain(r.Value))
				}
			}
			says(chat, "you two alone", p == client.PrivateChecked)
			says(chat, "can be read by", p.Private() && p != client.KeyLocked)
			says(check, "You checked on", p == client.PrivateChecked)
			says(chat, "waits on this computer", !p.Private() && p != client.OtherEnded && p != client.Blocked)
			says(check, "pass for each of you", p == client.PrivateUnknown || p == client.PrivateNewKey)
			if p == client.PrivateChecked && checked {
				says(check, "by a code", true)
			}
			if b := check.Buttons; (len(b) == 1) != (p.Private() && p != client.PrivateChecked) {
				t.Errorf("%d: %d ways to check", p, len(b))
			}
			for _, label := range []string{"The server", "Ana", "Whoever controls this computer"} {
				if not[label].Value == "" {
					t.Errorf("%d: it does not say what is not protected: %q", p, label)
				}
			}
		}
	}
}

// What came in clear is told as what it is, however private the chat is now.
func TestProtectsClear(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	if _, not := d.protects(); not["What came unprotected"].Value != "" {
		t.Error("nothing came unprotected")
	}
	d.isData("hello")
	d.apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: "x", Text: "hello", Clear: true, Time: d.now}})
	if !d.last.Page {
		t.Error("the page is not drawn anew")
	}
	if _, not := d.protects(); not["What came unprotected"].Style != StyleWarn {
		t.Errorf("%+v", not)
	}
}

// Of Tor it says that everything goes through it only while it is ready and
// nothing is in its way; else that nothing goes.
func TestProtectsTor(t *testing.T) {
	problem := &client.Problem{Cause: client.TorStopped}
	for _, c := range []struct {
		name  string
		tor   client.TorChanged
		set   client.TorChosen
		says  string
		style Style
	}{
		{"looking", client.TorChanged{State: client.TorLooking}, client.TorChosen{}, "Nothing is sent", StyleNeutral},
		{"starting", client.TorChanged{State: client.TorStarting, Percent: 40}, client.TorChosen{}, "Nothing is sent", StyleNeutral},
		{"failed", client.TorChanged{State: client.TorFailed, Problem: problem}, client.TorChosen{}, "Nothing is sent", StyleWarn},
		{"failed with bridges", client.TorChanged{State: client.TorFailed}, client.TorChosen{Bridges: []string{"x"}}, "Nothing is sent", StyleWarn},
		{"hangs", client.TorChanged{State: client.TorReady, Problem: problem}, client.TorChosen{}, "is not sent at all", StyleWarn},
		{"own", client.TorChanged{State: client.TorReady, Own: true}, client.TorChosen{}, "which Hushwing started.", StyleGood},
		{"bridges", client.TorChanged{State: client.TorReady, Own: true}, client.TorChosen{Bridges: []string{"x"}}, "by your bridges", StyleGood},
		{"found", client.TorChanged{State: client.TorReady}, client.TorChosen{}, "that runs on this computer", StyleGood},
		{"found, with bridges to come", client.TorChanged{State: client.TorReady}, client.TorChosen{Bridges: []string{"x"}}, "that runs on this computer", StyleGood},
		{"by hand", client.TorChanged{State: client.TorReady}, client.TorChosen{Hand: "9050"}, "that you named", StyleGood},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := mainDesk(t)
			d.apply(c.set)
			d.protects()
			d.apply(c.tor)
			walls, _ := d.protects()
			r := walls["Tor"]
			if !strings.Contains(plain(r.Value), c.says) || r.Style != c.style {
				t.Errorf("%q, %q", plain(r.Value), r.Style)
			}
			if all := strings.Contains(plain(r.Value), "Everything goes"); all != (c.style == StyleGood) {
				t.Errorf("it claims too much or too little: %q", plain(r.Value))
			}
		})
	}
}

// Of the server it claims something only while there is a connection, and less
// where the user vouched for it.
func TestProtectsServer(t *testing.T) {
	for s := client.Offline; s <= client.Failed; s++ {
		for _, onion := range []bool{false, true} {
			for _, excused := range []bool{false, true} {
				d := chatDesk(t, client.NotConnected)
				a := mine
				a.State, a.Onion = s, onion
				a.Certificates = []client.Certificate{{Key: "k", Excused: excused}, {Key: "old", Excused: true, Until: noon()}}
				d.apply(client.AccountChanged{Account: a})
				walls, _ := d.protects()
				r := walls["The connection to example.test"]
				text := plain(r.Value)
				online := s == client.Online
				if r.Value == "" || strings.Contains(text, "nobody on the way") != online {
					t.Errorf("%d: %q", s, text)
				}
				if (r.Style == StyleGood) != (online && !excused) || strings.Contains(text, "proven") != (online && !excused) {
					t.Errorf("%d, excused %v: %q, %q", s, excused, r.Style, text)
				}
				if strings.Contains(text, "never leaves Tor") != (online && onion) {
					t.Errorf("%d, onion %v: %q", s, onion, text)
				}
			}
		}
	}
}

// Without a conversation it speaks of each address, and of no chat.
func TestProtectsAll(t *testing.T) {
	d := mainDesk(t)
	second := client.Account{ID: "a2", Address: "b@other.test", State: client.Offline}
	d.isData(second.Address)
	d.apply(client.AccountChanged{Account: second})
	walls, not := d.protects()
	if len(walls) != 4 || walls["The connection of b@other.test"].Style != StyleNeutral || walls["The connection of ben@example.test"].Style != StyleGood {
		t.Errorf("%+v", walls)
	}
	if walls["The private chat"].Value != "" || not["The people you write to"].Value == "" {
		t.Errorf("%+v, %+v", walls, not)
	}
	if not["Settings"].Kind == PageLink {
		t.Error("safe settings are blamed")
	}
	d.apply(client.SettingsChanged{Settings: client.Settings{StayOpen: true}})
	if _, not := d.protects(); not["Settings"].Kind != PageLink {
		t.Error("lowered settings are not told")
	}
}

// Of this computer it says no more than the system gave.
func TestProtectsComputer(t *testing.T) {
	for _, c := range []struct {
		s     client.Sandbox
		style Style
		says  string
	}{
		{client.Sandbox{}, StyleWarn, "cannot be locked in"},
		{client.Sandbox{Known: true, Missing: []string{"system"}}, StyleWarn, "cannot be locked in"},
		{client.Sandbox{Known: true, Calls: true, Missing: []string{"files"}}, StyleWarn, "only as far"},
		{client.Sandbox{Known: true, Files: true, Missing: []string{"seccomp"}}, StyleWarn, "only as far"},
		{whole, StyleGood, "is locked in: "},
	} {
		d := mainDesk(t)
		d.isData("files", "seccomp", "xdg-dbus-proxy")
		d.protects()
		d.apply(client.SandboxChanged{Sandbox: c.s})
		walls, _ := d.protects()
		r := walls["This computer"]
		if r.Style != c.style || !strings.Contains(plain(r.Value), c.says) {
			t.Errorf("%+v: %q, %q", c.s, r.Style, plain(r.Value))
		}
		d.press(r.Buttons[0])
		if !d.m.Dialog().Open {
			t.Error("it leads nowhere")
		}
	}
}
