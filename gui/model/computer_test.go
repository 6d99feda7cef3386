package model

import (
	"strings"
	"testing"

	"hushwing/client"
)

// whole is what a new Linux gives.
var whole = client.Sandbox{Known: true, Calls: true, Files: true, Signals: true, Buses: true}

// computer opens the dialog and returns its headings with their style.
func (d *desk) computer() (v DialogView, rows map[string]EvidenceRow) {
	d.t.Helper()
	d.m.Press(Action{Kind: ActionComputer})
	d.step()
	v, rows = d.m.Dialog(), map[string]EvidenceRow{}
	for _, r := range v.Evidence {
		rows[plain(r.Heading)] = r
	}
	return v, rows
}

// What protects the computer is said of each thing that may or may not be
// given up; nothing alarms where all of it is.
func TestComputer(t *testing.T) {
	old := whole
	old.Signals, old.Missing = false, []string{"devices", "abstract-sockets"}
	older := old
	older.Missing = []string{"truncate", "ports", "devices", "abstract-sockets"}
	oldest := client.Sandbox{Known: true, Calls: true, Buses: true, Missing: []string{"files", "ports", "abstract-sockets"}}
	noCalls := client.Sandbox{Known: true, Files: true, Buses: true, Missing: []string{"seccomp"}}
	noBuses := whole
	noBuses.Buses = false
	none := client.Sandbox{Known: true, Missing: []string{"system"}}
	const lockedIn, asFar, notLocked = "has locked its window in. If", "as far as this system can", "cannot lock its window in"
	for _, c := range []struct {
		name    string
		s       client.Sandbox
		text    string
		loose   string // the headings that warn
		says    map[string]string
		details string
		facts   bool
	}{
		{"whole", whole, lockedIn, "", map[string]string{"The network": "It has none.", "The desktop": "filter"}, "no network, no other programs", false},
		{"old", old, asFar, "", map[string]string{"Your files": "opens none but its own"}, "lacks: devices, abstract-sockets", true},
		{"older", older, asFar, "", map[string]string{"Your files": "could still empty some"}, "lacks: truncate", true},
		{"oldest", oldest, asFar, "Your files", map[string]string{"Your files": "Linux 5.13"}, "lacks: files", true},
		{"no calls", noCalls, asFar, "The network Other programs", nil, "lacks: seccomp", true},
		{"no buses", noBuses, lockedIn, "", map[string]string{"The desktop": "no screen readers"}, "no network", true},
		{"none", none, notLocked, "", nil, "Not locked in", false},
		{"unknown", client.Sandbox{}, notLocked, "", nil, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := mainDesk(t)
			d.isData("devices, abstract-sockets", "truncate, ports, devices, abstract-sockets", "files, ports, abstract-sockets", "seccomp", "system", "xdg-dbus-proxy")
			d.apply(client.SandboxChanged{Sandbox: c.s})
			v, rows := d.computer()
			if !strings.Contains(plain(v.Text), c.text) || v.OK.Shown() || !v.Cancel.Shown() {
				t.Errorf("%q, %+v", plain(v.Text), v.OK)
			}
			var warn []string
			for _, r := range v.Evidence {
				if r.Style == StyleWarn || r.Style == StyleBad {
					warn = append(warn, plain(r.Heading))
				}
			}
			d.equal("what warns", strings.Join(warn, " "), c.loose)
			for heading, words := range c.says {
				if got := plain(rows[heading].Text); !strings.Contains(got, words) {
					t.Errorf("%s: %q does not say %q", heading, got, words)
				}
			}
			if (len(rows) == 0) != (c.text == notLocked) {
				t.Errorf("%d rows", len(rows))
			}
			if (len(v.Facts) > 0) != c.facts || (v.FoldLabel != "") != c.facts {
				t.Errorf("facts: %+v", v.Facts)
			}
			d.m.Escape()
			d.m.Select(ana)
			d.m.Press(Action{Kind: ActionDetails, Peer: ana})
			d.step()
			said := ""
			for _, r := range d.m.Details().Rows {
				if plain(r.Label) == "This window" {
					said = plain(r.Value)
				}
			}
			if !strings.Contains(said, c.details) || (said == "") != (c.details == "") {
				t.Errorf("technical details: %q", said)
			}
		})
	}
}

// What X11 lets every window do is said there, and only there; and a lock does
// not make the program forget how far it is locked in.
func TestComputerDesktop(t *testing.T) {
	d := mainDesk(t)
	d.apply(client.SandboxChanged{Sandbox: whole})
	if _, rows := d.computer(); rows["Other windows"].Text != "" {
		t.Error("a desktop that holds windows apart is blamed")
	}
	d.m.Escape()
	d.m.SetDesktop(true)
	if _, rows := d.computer(); !strings.Contains(plain(rows["Other windows"].Text), "every window can read the keyboard") || rows["Other windows"].Style != StyleNeutral {
		t.Errorf("%+v", rows["Other windows"])
	}
	d.m.forget()
	if !d.m.sandbox.Known {
		t.Error("it is forgotten with the profile")
	}
}
