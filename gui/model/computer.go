package model

import (
	"slices"
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// The words of client.Sandbox.Missing that people are told apart by. The others
// are small things, of which one sentence speaks.
const (
	lacksFiles = "files"    // no file is closed
	lacksCut   = "truncate" // files that may not be written can be emptied
)

// SetDesktop says whether on this desktop every window can read the keyboard
// and look at the others, as under X11.
func (m *Model) SetDesktop(open bool) { m.openDesktop = open }

// applySandbox takes how far the window is locked in.
func (m *Model) applySandbox(s client.Sandbox) {
	m.sandbox = s
	m.changes.Details = true
	m.changes.Dialog = m.changes.Dialog || m.dialog.kind == ActionComputer
}

// caged reports whether the window is locked in at all.
func caged(s client.Sandbox) bool { return s.Known && (s.Calls || s.Files) }

// viewComputer says what whoever broke into the window could still not do, and
// as plainly what they could.
func (m *Model) viewComputer(v *DialogView) {
	s := m.sandbox
	v.Title = i18n.T("What protects this computer")
	v.Cancel = button(i18n.T("Close"), Action{Kind: ActionDialogCancel})
	if !caged(s) {
		v.Text = i18n.T("On this system Hushwing cannot lock its window in. If someone broke into it, by a message for example, they could do here whatever you can.")
		v.Evidence = m.desktopRows(s)
		return
	}
	v.Text = i18n.T("Hushwing has locked its window in. If someone broke into it, by a message for example, it would still be held to this:")
	if len(s.Missing) > 0 {
		v.Text = join(i18n.T("Hushwing has locked its window in, as far as this system can: a newer Linux (6.12) closes a little more."),
			i18n.T("If someone broke into it, by a message for example, it would still be held to this:"))
	}
	v.Evidence = append(v.Evidence, callRows(s)...)
	v.Evidence = append(v.Evidence, fileRow(s))
	v.Evidence = append(v.Evidence, m.desktopRows(s)...)
	if v.Facts = sandboxFacts(s); len(v.Facts) > 0 {
		v.FoldLabel = i18n.T("Technical details")
	}
}

// callRows speak of the network and of other programs: one filter holds both.
func callRows(s client.Sandbox) []EvidenceRow {
	network := held(i18n.T("The network"), i18n.T("It has none. Another part of Hushwing opens connections, and they lead to Tor alone."))
	programs := held(i18n.T("Other programs"), i18n.T("It starts none, and touches none that runs."))
	if !s.Calls {
		network = loose(network.Heading, i18n.T("This system cannot take it away from the window. Hushwing itself still uses Tor alone."))
		programs = loose(programs.Heading, i18n.T("This system cannot keep the window from starting them."))
	}
	return []EvidenceRow{network, programs}
}

func fileRow(s client.Sandbox) EvidenceRow {
	heading := i18n.T("Your files")
	switch {
	case !s.Files || slices.Contains(s.Missing, lacksFiles):
		return loose(heading, i18n.T("This system is too old to close them to the window. Linux 5.13 and newer can."))
	case slices.Contains(s.Missing, lacksCut):
		return held(heading, i18n.T("It reads none but its own, those in Downloads, and what it needs to be drawn. It could still empty some others: Linux 6.2 and newer prevents that."))
	}
	return held(heading, i18n.T("It opens none but its own, those in Downloads, and what it needs to be drawn."))
}

// desktopRows speak of what a window shares with others.
func (m *Model) desktopRows(s client.Sandbox) (rows []EvidenceRow) {
	heading := i18n.T("The desktop")
	switch {
	case !caged(s):
	case s.Buses:
		rows = append(rows, held(heading, i18n.T("It reaches the desktop through a filter, which lets notifications and screen readers through.")))
	default:
		rows = append(rows, aside(heading, i18n.T("It reaches nothing of the desktop, so that there are no notifications and no screen readers. They come with a small program, which the technical details name.")))
	}
	if m.openDesktop {
		rows = append(rows, aside(i18n.T("Other windows"), i18n.T("On this desktop (X11) every window can read the keyboard and look at all others, this one too. A desktop that uses Wayland prevents that.")))
	}
	return rows
}

func held(heading, text string) EvidenceRow {
	return EvidenceRow{Heading: heading, Text: text, Icon: "security-high-symbolic", Style: StyleGood}
}

func aside(heading, text string) EvidenceRow {
	return EvidenceRow{Heading: heading, Text: text, Icon: "dialog-information-symbolic", Style: StyleNeutral}
}

func loose(heading, text string) EvidenceRow {
	return EvidenceRow{Heading: heading, Text: text, Icon: "security-medium-symbolic", Style: StyleWarn}
}

// lacking is what the system did not have, in the words of those who made it.
func lacking(s client.Sandbox) string { return clean(strings.Join(s.Missing, ", "), 200) }
