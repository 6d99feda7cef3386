package gui

import (
	"testing"

	"hushwing/client"
	"hushwing/i18n"
)

// TestComputerIsShown finds behind the main menu what protects this computer. The
// display of the tests is an X11 one, and that is said.
func TestComputerIsShown(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	s.play(client.SandboxChanged{Sandbox: client.Sandbox{Known: true, Calls: true, Files: true, Signals: true, Buses: true}})
	s.choose(i18n.T("What protects you now"))
	s.ui(func() {
		for _, r := range s.w.page.sections.parts[0].rows.parts {
			for _, b := range r.row.parts {
				if accessibleName(b) == i18n.T("What protects this computer") {
					b.Clicked()
					return
				}
			}
		}
		t.Error("it is not on the page")
	})
	onUI(t, func() {
		said := map[string]bool{}
		for _, e := range s.w.dialog.evidence.parts {
			text, _ := e.heading.GetText()
			said[text] = e.box.GetMapped()
		}
		for _, want := range []string{"The network", "Other programs", "Your files", "The desktop", "Other windows"} {
			if !said[i18n.T(want)] {
				t.Errorf("nothing is said of %q: %v", want, said)
			}
		}
	})
}
