package gui

import (
	"testing"

	"github.com/gotk3/gotk3/gtk"

	"hushwing/client"
)

// TestLeftPaneIsWhole: the pane on the left is as wide and the requests in it
// are as high as what is in them, however large the text is.
func TestLeftPaneIsWhole(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	s.play(client.RequestArrived{Peer: peer("someone@example.com")})
	for _, scale := range []int{100, 200} {
		s.play(client.SettingsChanged{Settings: client.Settings{TextScale: scale}})
		s.frames()
		onUI(t, func() {
			left := s.w.main.left
			tray := left.tray.scroll.GetVAdjustment()
			if have, want := tray.GetPageSize(), tray.GetUpper(); have < want {
				t.Errorf("at %d %% a request is %.0f high, and %.0f of it can be seen", scale, want, have)
			}
			frame := must(left.header.GetParent()).ToWidget()
			for frame.TypeFromInstance().Name() != "GtkScrolledWindow" {
				frame = must(frame.GetParent()).ToWidget()
			}
			for name, part := range map[string]*gtk.Widget{"the header": &left.header.Widget, "a request": &left.tray.requests.parts[0].box.Widget, "the search": &left.search.Widget} {
				at, _, err := part.TranslateCoordinates(frame, 0, 0)
				if end := at + part.GetAllocatedWidth(); err != nil || at < 0 || end > frame.GetAllocatedWidth() {
					t.Errorf("at %d %% %s goes from %d to %d in a pane that is %d wide: %v", scale, name, at, end, frame.GetAllocatedWidth(), err)
				}
			}
		})
	}
	s.play(client.SettingsChanged{})
}

// TestAddressesFit: where text is large the buttons of one's addresses lie under
// each other, as in a narrow window.
func TestAddressesFit(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	for scale, want := range map[int]gtk.Orientation{100: gtk.ORIENTATION_HORIZONTAL, 200: gtk.ORIENTATION_VERTICAL} {
		s.play(client.SettingsChanged{Settings: client.Settings{TextScale: scale}})
		s.ui(func() { s.w.main.left.status.opened() })
		onUI(t, func() {
			for _, a := range s.w.main.left.status.rows.parts {
				if got := a.row.box.GetOrientation(); got != want {
					t.Errorf("at %d %% they lie in direction %d", scale, got)
				}
			}
			if len(s.w.main.left.status.rows.parts) == 0 {
				t.Error("there is no address")
			}
		})
	}
	s.play(client.SettingsChanged{})
}
