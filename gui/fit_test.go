package gui

import (
	"testing"

	"hushwing/client"
)

// TestLeftPaneIsWhole: the requests in the pane on the left are as high as what
// is in them, however large the text is.
func TestLeftPaneIsWhole(t *testing.T) {
	s := newStage(t)
	s.play(opened()...)
	s.play(client.RequestArrived{Peer: peer("someone@example.com")})
	for _, scale := range []int{100, 200} {
		s.play(client.SettingsChanged{Settings: client.Settings{TextScale: scale}})
		s.frames()
		onUI(t, func() {
			tray := s.w.main.left.tray.scroll.GetVAdjustment()
			if have, want := tray.GetPageSize(), tray.GetUpper(); have < want {
				t.Errorf("at %d %% a request is %.0f high, and %.0f of it can be seen", scale, want, have)
			}
		})
	}
	s.play(client.SettingsChanged{})
}
