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
