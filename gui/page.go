package gui

import (
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// pageScreen is a page in the window's place. There is none until a page opens,
// and none any more when the last has closed: most of the time it would only
// take memory.
type pageScreen struct {
	w        *window
	root     *gtk.Box
	header   *gtk.Container
	adj      *gtk.Adjustment
	text     *gtk.Label
	goBack   *button
	sections *many[*sectionPart]
	busy     *busyPart
	problem  *problemPart
	foot     *buttons
	now      model.PageView
	trail    []trace     // where the keyboard was on the pages under this one
	before   *gtk.Widget // where it was before the first; may be nil
	tight    bool        // there is little room
}

// trace is a place on a page.
type trace struct {
	section, row int // -1: not in a section
	scrolled     float64
}

func newPageScreen(w *window) (*pageScreen, error) {
	u := open("page")
	p := &pageScreen{w: w, root: get[*gtk.Box](u, "page"), header: get[*gtk.Container](u, "header"), text: get[*gtk.Label](u, "text")}
	back := get[*gtk.Button](u, "back")
	column := get[*gtk.Box](u, "column")
	scroll := get[*gtk.ScrolledWindow](u, "scroll")
	if u.err != nil {
		return nil, u.err
	}
	p.adj = scroll.GetVAdjustment()
	p.root.Connect("size-allocate", p.sized)
	p.goBack = pictured(back, w.press)
	p.sections = &many[*sectionPart]{box: vbox(18), make: func() *sectionPart { return newSection(p) }, of: func(s *sectionPart) gtk.IWidget { return s.box }}
	p.busy = newBusy()
	p.problem = newProblem(w.press)
	foot := vbox(8)
	foot.SetHAlign(gtk.ALIGN_CENTER)
	p.foot = newButtons(foot, w.press, "pill")
	for _, part := range []gtk.IWidget{p.sections.box, p.busy.box, p.problem.box, foot} {
		column.PackStart(part, false, false, 0)
	}
	return p, nil
}

// tightWidth is the width of the window, in pixels, under which a page puts
// things under each other.
const tightWidth = 480

// sized adapts the rows to the width, after the layout that is going on.
func (p *pageScreen) sized() {
	tight := p.root.GetAllocatedWidth() < tightWidth
	if tight == p.tight {
		return
	}
	p.tight = tight
	whenIdle(glib.PRIORITY_DEFAULT_IDLE, func() bool {
		if p.w.page == p {
			for _, s := range p.sections.parts {
				for _, r := range s.rows.parts {
					r.narrow(p.tight)
				}
			}
		}
		return false
	})
}

// showPage opens, changes or closes the page. When it closes, the keyboard is
// back where it was.
func (w *window) showPage(v model.PageView) {
	switch {
	case v.Open && w.page == nil:
		p, err := newPageScreen(w)
		if err != nil {
			panic(err) // a fault in an embedded file: the tests open them all
		}
		p.before = w.focusPlace()
		w.page = p
		w.stack.AddNamed(p.root, "page")
		p.set(v)
		w.stack.SetVisibleChildName("page")
		p.begin()
	case v.Open:
		w.page.turn(v)
	case w.page != nil:
		before := w.page.before
		w.stack.SetVisibleChildName(w.screenName())
		remove(w.page.root)
		w.page = nil
		if before != nil && before.GetMapped() {
			before.GrabFocus()
		} else if w.main != nil {
			w.main.left.list.focus()
		}
	}
}

// screenName is the name of what lies under a page.
func (w *window) screenName() string {
	if w.m.Screen() == model.ScreenMain {
		return "main"
	}
	return "front"
}

// focusPlace returns what has the keyboard, or what opened the menu that has it:
// the menu is about to go.
func (w *window) focusPlace() *gtk.Widget {
	f, err := w.win.GetFocus()
	if err != nil || f == nil {
		return nil
	}
	for at := f; at != nil; {
		if over := popoverOf(at); over != nil {
			return over.ToWidget()
		}
		up, err := at.ToWidget().GetParent()
		if err != nil {
			break
		}
		at = up
	}
	return f.ToWidget()
}

// popoverOf returns what a popover belongs to; nil for what is none.
func popoverOf(w gtk.IWidget) gtk.IWidget {
	var p *gtk.Popover
	switch t := w.(type) {
	case *gtk.Popover:
		p = t
	case *gtk.PopoverMenu:
		p = &t.Popover
	default:
		return nil
	}
	over, err := p.GetRelativeTo()
	if err != nil {
		return nil
	}
	return over
}

// turn shows the page anew, or another one: one that was opened from it, or the
// one that it was opened from.
func (p *pageScreen) turn(v model.PageView) {
	from, to := p.now.Depth, v.Depth
	if to > from {
		p.trail = append(p.trail, p.trace())
	}
	turned := to != from || v.Kind != p.now.Kind
	p.set(v)
	if !turned {
		return
	}
	p.adj.SetValue(0)
	if to < from && to <= len(p.trail) {
		t := p.trail[to-1]
		p.trail = p.trail[:to-1]
		if p.goTo(t) {
			return
		}
	}
	p.begin()
}

func (p *pageScreen) set(v model.PageView) {
	if v.Kind != p.now.Kind || v.Depth != p.now.Depth {
		p.sections.size(0) // rows of another page do not become rows of this one
	}
	p.now = v
	_ = p.header.SetProperty("title", v.Title)
	setName(p.root, v.Title)
	say(p.text, v.Text)
	p.goBack.set(v.Back)
	p.sections.size(len(v.Sections))
	for i, s := range p.sections.parts {
		s.set(v.Sections[i])
	}
	p.busy.set(v.Busy)
	p.problem.set(v.Problem)
	p.foot.set(v.Buttons)
}

// enter is Return in an entry: what its row is for, else the button that
// stands out.
func (p *pageScreen) enter(a model.Action) {
	if a.Kind != model.ActionNone {
		p.w.press(a)
		return
	}
	for _, b := range p.now.Buttons {
		if b.Suggested && b.Enabled {
			p.w.press(b.Action)
			return
		}
	}
}

// begin puts the keyboard on the first control of the page, else on the way
// back.
func (p *pageScreen) begin() {
	for _, s := range p.sections.parts {
		for _, r := range s.rows.parts {
			if r.grab() {
				return
			}
		}
	}
	if len(p.foot.parts) > 0 && p.foot.parts[0].GetSensitive() {
		p.foot.parts[0].GrabFocus()
		return
	}
	p.goBack.GrabFocus()
}

// trace returns where the keyboard is.
func (p *pageScreen) trace() trace {
	for i, s := range p.sections.parts {
		for j, r := range s.rows.parts {
			if holdsFocus(r.box) {
				return trace{i, j, p.adj.GetValue()}
			}
		}
	}
	return trace{-1, -1, p.adj.GetValue()}
}

// placeOnPage returns where the keyboard is on the open page, if one is.
func (w *window) placeOnPage() (t trace, ok bool) {
	if w.page == nil {
		return trace{}, false
	}
	return w.page.trace(), true
}

// goTo puts the keyboard back to a place, if that is still there.
func (p *pageScreen) goTo(t trace) bool {
	p.adj.SetValue(t.scrolled)
	if t.section < 0 || t.section >= len(p.sections.parts) {
		return false
	}
	rows := p.sections.parts[t.section].rows.parts
	return t.row >= 0 && t.row < len(rows) && rows[t.row].grab()
}

// focus puts the keyboard into the row of a field, if it is here.
func (p *pageScreen) focus(id model.FieldID) bool {
	for _, s := range p.sections.parts {
		for _, r := range s.rows.parts {
			if r.now.ID == id && r.grab() {
				return true
			}
		}
	}
	return false
}

// sectionPart is a card of a page with its heading.
type sectionPart struct {
	box           *gtk.Box
	heading, text *gtk.Label
	card          *gtk.Box
	empty         *gtk.Label
	rows          *many[*pageRow]
}

func newSection(p *pageScreen) *sectionPart {
	s := &sectionPart{box: vbox(6), heading: newLabel("heading"), text: newLabel("small", "dim"), card: vbox(0, "group"), empty: newLabel("dim", "row")}
	s.box.PackStart(s.heading, false, false, 0)
	s.box.PackStart(s.text, false, false, 0)
	s.box.PackStart(s.card, false, false, 0)
	rows := vbox(0)
	s.rows = &many[*pageRow]{box: rows, make: func() *pageRow { return newPageRow(p) }, of: func(r *pageRow) gtk.IWidget { return r.box }}
	s.card.PackStart(rows, false, false, 0)
	s.card.PackStart(s.empty, false, false, 0)
	return s
}

func (s *sectionPart) set(v model.Section) {
	say(s.heading, v.Heading)
	say(s.text, v.Text)
	setName(s.box, v.Heading)
	s.rows.size(len(v.Rows))
	for i, r := range s.rows.parts {
		r.set(v.Rows[i])
		setClass(r.box, "next", i > 0)
	}
	empty := v.Empty
	if len(v.Rows) > 0 {
		empty = ""
	}
	say(s.empty, empty)
	s.card.SetVisible(len(v.Rows) > 0 || empty != "")
}
