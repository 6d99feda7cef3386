package gui

import (
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// toast is a line that passes. It never takes the focus.
type toast struct {
	revealer *gtk.Revealer
	text     *gtk.Label
	button   *button
	timer    glib.SourceHandle
}

func newToast(u *ui, press presser) *toast {
	t := &toast{revealer: get[*gtk.Revealer](u, "toast"), text: get[*gtk.Label](u, "toasttext")}
	box := get[*gtk.Box](u, "toastbox")
	if u.err != nil {
		return t
	}
	t.button = newButton(func(a model.Action) { t.hide(); press(a) })
	box.PackStart(t.button, false, false, 0)
	setRole(box, roleNotification)
	t.revealer.Hide()
	return t
}

func (t *toast) set(v model.Toast) {
	t.hide()
	if v.Text == "" {
		return
	}
	t.text.SetText(v.Text)
	t.button.set(v.Button)
	t.revealer.Show()
	t.revealer.SetRevealChild(true)
	seconds := uint(6)
	if v.Button.Shown() {
		seconds = 12 // time to read, decide and get there
	}
	t.timer = after(seconds*1000, func() bool { t.timer = 0; t.hide(); return false })
}

func (t *toast) hide() {
	if t.timer != 0 {
		glib.SourceRemove(t.timer)
		t.timer = 0
	}
	t.revealer.SetRevealChild(false)
	t.revealer.Hide()
}

// forget takes its words away, too.
func (t *toast) forget() {
	t.hide()
	t.text.SetText("")
	t.button.set(model.Button{})
}
