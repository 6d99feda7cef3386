package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// pendingLine is the line over the composer that says what has not gone out.
type pendingLine struct {
	box  *gtk.Box
	icon *gtk.Image
	text *gtk.Label
	row  *buttons
}

func newPendingLine(w *window, u *ui) *pendingLine {
	p := &pendingLine{box: get[*gtk.Box](u, "pending"), icon: get[*gtk.Image](u, "pendingicon"), text: get[*gtk.Label](u, "pendingtext")}
	place := get[*gtk.Box](u, "pendingbuttons")
	if u.err != nil {
		return p
	}
	p.row = newButtons(place, w.press)
	setRole(p.box, roleStatusBar)
	return p
}

func (p *pendingLine) set(v model.PendingView) {
	p.box.SetVisible(v.Text != "")
	setText(p.text, v.Text)
	setName(p.box, v.Text)
	setStyle(p.box, v.Style)
	showIcon(p.icon, v.Icon, gtk.ICON_SIZE_MENU)
	p.row.set(v.Buttons)
}
