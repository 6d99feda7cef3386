package gui

import (
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// tray is who asks to be a contact: few as they are, many behind a line.
type tray struct {
	w             *window
	scroll        *gtk.ScrolledWindow
	above         *gtk.Box // holds the line once there is one
	line          *gtk.Box
	text, advice  *gtk.Label
	toggle, other *button
	requests      *many[*request]
	hidden        *gtk.Label
	high          int // what the requests need, in pixels
}

func newTray(w *window, u *ui) *tray {
	t := &tray{w: w, scroll: get[*gtk.ScrolledWindow](u, "requestscroll"), above: get[*gtk.Box](u, "trayline")}
	box := get[*gtk.Box](u, "requests")
	t.requests = &many[*request]{box: box, make: func() *request { return newRequest(w.press) }, of: func(r *request) gtk.IWidget { return r.box }}
	box.Connect("size-allocate", t.fit)
	return t
}

// fit asks for the height that the requests have at their width, after the
// layout that is going on. The scrolled window asks for a height without saying
// how wide that will be: by itself it would cut the last line off where one wraps.
func (t *tray) fit() {
	box := t.requests.box
	wide, high := box.GetAllocatedWidth(), 0
	for _, r := range t.requests.parts {
		_, h := r.box.GetPreferredHeightForWidth(wide)
		high += h
	}
	if t.hidden != nil && t.hidden.GetVisible() {
		_, h := t.hidden.GetPreferredHeightForWidth(wide)
		high += h
	}
	if high == t.high {
		return
	}
	t.high = high
	whenIdle(glib.PRIORITY_DEFAULT_IDLE, func() bool {
		if !t.w.closed {
			box.SetSizeRequest(-1, t.high)
		}
		return false
	})
}

// folded makes the line over many requests.
func (t *tray) folded() {
	t.line, t.text, t.advice = vbox(6, "tray"), newLabel(), newLabel("small", "dim")
	t.toggle, t.other, t.hidden = newButton(t.w.press), newButton(t.w.press), newLabel("small", "dim", "more")
	addClass(t.other, "refuse")
	buttons := hbox(6)
	buttons.PackStart(t.other, false, false, 0)
	buttons.PackEnd(t.toggle, false, false, 0)
	for _, part := range []gtk.IWidget{t.text, t.advice, buttons} {
		t.line.PackStart(part, false, false, 0)
	}
	t.above.PackStart(t.line, false, false, 0)
	t.requests.box.PackEnd(t.hidden, false, false, 0)
	t.above.Show()
}

func (t *tray) set(v model.MainView) {
	if v.Tray.Text != "" && t.line == nil {
		t.folded()
	}
	if t.line != nil {
		t.line.SetVisible(v.Tray.Text != "")
		setName(t.line, v.Tray.Text)
		say(t.text, v.Tray.Text)
		say(t.advice, v.Tray.Advice)
		t.toggle.set(v.Tray.Toggle)
		t.other.set(v.Tray.Refuse)
		say(t.hidden, v.Tray.Hidden)
	}
	t.scroll.SetVisible(len(v.Requests) > 0)
	t.requests.size(len(v.Requests))
	for i, r := range t.requests.parts {
		r.set(v.Requests[i])
	}
}

// request is a stranger who asks to be a contact.
type request struct {
	box                         *gtk.Box
	text, note, advice, problem *gtk.Label
	accept, refuse              *button
}

func newRequest(press presser) *request {
	r := &request{box: vbox(6, "tray"), text: newLabel(), note: newLabel("small", "dim"), advice: newLabel("small", "dim"), problem: newLabel("small", "problem-text"), accept: newButton(press), refuse: newButton(press)}
	r.box.PackStart(r.text, false, false, 0)
	r.box.PackStart(r.note, false, false, 0)
	r.box.PackStart(r.advice, false, false, 0)
	r.box.PackStart(r.problem, false, false, 0)
	// Neither stands out as the way on: they look unlike, and lie apart.
	line := hbox(6)
	addClass(r.accept, "accept")
	addClass(r.refuse, "refuse")
	line.PackStart(r.refuse, false, false, 0)
	line.PackEnd(r.accept, false, false, 0)
	r.box.PackStart(line, false, false, 0)
	return r
}

func (r *request) set(v model.RequestRow) {
	say(r.text, v.Text)
	say(r.note, v.Note)
	say(r.advice, v.Advice)
	say(r.problem, v.Problem)
	setName(r.box, v.Text)
	v.Accept.Enabled = v.Accept.Enabled && !v.Busy
	v.Refuse.Enabled = v.Refuse.Enabled && !v.Busy
	r.accept.set(v.Accept)
	r.refuse.set(v.Refuse)
}
