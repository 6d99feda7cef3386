package gui

import (
	"strings"

	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// mainScreen is the two panes, which fold to one when the window is narrow.
type mainScreen struct {
	w       *window
	leaflet *gtk.Container
	left    *leftPane
	right   *rightPane
	quiet   bool // we move between the panes, not the user
}

func newMainScreen(w *window) (*mainScreen, error) {
	u := open("main")
	s := &mainScreen{w: w, leaflet: get[*gtk.Container](u, "leaflet")}
	s.left = newLeftPane(w, u)
	s.right = newRightPane(w, u)
	if u.err != nil {
		return nil, u.err
	}
	s.leaflet.Connect("notify::folded", func() { s.folded() })
	s.leaflet.Connect("notify::visible-child-name", func() { s.swiped() })
	s.folded()
	return s, nil
}

// close makes it ready to be taken away: what its widgets say while they go is
// no more the user's.
func (s *mainScreen) close() {
	s.quiet = true
	s.right.messages.close()
}

func (s *mainScreen) isFolded() bool {
	v, err := s.leaflet.GetProperty("folded")
	on, _ := v.(bool)
	return err == nil && on
}

// folded adapts what lies in the panes to one pane or two.
func (s *mainScreen) folded() {
	narrow := s.isFolded()
	s.right.narrow(narrow)
	s.left.status.narrow(narrow)
	_ = s.left.header.SetProperty("show-close-button", narrow || buttonsAtStart())
	s.toPane()
}

// buttonsAtStart reports whether the desktop has the window's buttons where
// reading begins: then they belong to the left pane's header bar, too.
func buttonsAtStart() bool {
	set, err := gtk.SettingsGetDefault()
	if err != nil {
		return false
	}
	v, _ := set.GetProperty("gtk-decoration-layout")
	layout, _ := v.(string)
	start, _, _ := strings.Cut(layout, ":")
	return strings.Contains(start, "close")
}

// toPane shows the pane that the user is at, when there is room for one only.
func (s *mainScreen) toPane() {
	name := "list"
	if s.w.m.Conversation().Open {
		name = "chat"
	}
	s.quiet = true
	_ = s.leaflet.SetProperty("visible-child-name", name)
	s.quiet = false
}

// toList shows the list, when there is room for one pane only.
func (s *mainScreen) toList() {
	if s.isFolded() && s.w.m.Conversation().Open {
		s.w.press(model.Action{Kind: model.ActionCloseChat})
	}
}

// swiped tells the model when a finger went back to the list.
func (s *mainScreen) swiped() {
	if s.quiet {
		return
	}
	if v, err := s.leaflet.GetProperty("visible-child-name"); err == nil && v == "list" {
		s.toList()
	}
}

// chatInView reports whether the messages are on the screen.
func (s *mainScreen) chatInView() bool {
	return s.w.m.Conversation().Open && s.right.panes.GetVisibleChildName() == "talk" && s.right.root.GetMapped()
}

func (s *mainScreen) show(c model.Changes) {
	if c.Main {
		s.left.set(s.w.m.Main())
	}
	if c.Conversation || c.Composer || c.Check || c.Details || c.Picked || c.Rows.Any() {
		s.right.show(c)
	}
	if c.Conversation || c.Screen {
		s.toPane()
	}
}
