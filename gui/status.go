package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// statusLine is the accounts' state in one line, and the accounts behind it.
type statusLine struct {
	w       *window
	box     *gtk.Box
	icons   *gtk.Stack
	icon    *gtk.Image
	spinner *gtk.Spinner
	text    *gtk.Label
	button  *button
	more    *gtk.MenuButton
	rows    *many[*accountPart]
	tight   bool // there is little room
}

func newStatusLine(w *window, u *ui) *statusLine {
	s := &statusLine{
		w: w, box: get[*gtk.Box](u, "status"), icons: get[*gtk.Stack](u, "statusicons"), icon: get[*gtk.Image](u, "statusicon"),
		spinner: get[*gtk.Spinner](u, "statusspinner"), text: get[*gtk.Label](u, "statustext"), more: get[*gtk.MenuButton](u, "accounts"),
	}
	if u.err != nil {
		return s
	}
	setRole(s.box, roleStatusBar)
	s.button = newButton(w.press)
	s.button.SetHAlign(gtk.ALIGN_START)
	s.button.SetMarginStart(24)
	s.button.SetMarginBottom(4)
	s.box.PackStart(s.button, false, false, 0)
	pop := must(gtk.PopoverNew(s.more))
	list := vbox(10)
	_ = list.SetProperty("margin", 14)
	pop.Add(list)
	s.more.SetPopover(pop)
	setName(s.more, i18n.T("Your addresses"))
	s.more.SetTooltipText(i18n.T("Your addresses"))
	s.rows = &many[*accountPart]{box: list, make: func() *accountPart { return newAccount(w.press) }, of: func(a *accountPart) gtk.IWidget { return a.box }}
	return s
}

func (s *statusLine) set(v model.StatusView) {
	s.box.SetVisible(v.Text != "")
	say(s.text, v.Text)
	setName(s.box, v.Text)
	setStyle(s.box, v.Style)
	showIcon(s.icon, v.Icon, gtk.ICON_SIZE_BUTTON)
	moving(s.icons, s.spinner, v.Moving)
	s.button.set(v.Button)
	s.rows.size(len(v.Accounts))
	for i, a := range s.rows.parts {
		a.set(v.Accounts[i])
	}
	s.narrow(s.tight)
	s.more.SetVisible(len(v.Accounts) > 0)
}

// narrow puts the buttons of an account under each other.
func (s *statusLine) narrow(on bool) {
	s.tight = on
	for _, a := range s.rows.parts {
		stack([]*gtk.Box{a.row.box}, on)
	}
}

// moving shows either the icon or a wheel that turns.
func moving(icons *gtk.Stack, wheel *gtk.Spinner, on bool) {
	name := "icon"
	if on {
		name = "moving"
	}
	icons.SetVisibleChildName(name)
	if on {
		wheel.Start()
	} else {
		wheel.Stop()
	}
}

// accountPart is one account behind the line.
type accountPart struct {
	box                 *gtk.Box
	icon                *gtk.Image
	address, text, next *gtk.Label
	detail              *gtk.Label
	row                 *buttons
}

func newAccount(press presser) *accountPart {
	a := &accountPart{
		box: vbox(4), icon: must(gtk.ImageNew()), address: newLabel("caption"), text: newLabel(),
		next: newLabel("small", "dim"), detail: newLabel("small", "dim", "mono"),
	}
	line := hbox(8)
	line.PackStart(a.icon, false, false, 0)
	line.PackStart(a.address, true, true, 0)
	for _, l := range []*gtk.Label{a.address, a.detail} {
		l.SetSelectable(true)
		l.SetCanFocus(false) // "Copy address" is there for the keyboard
	}
	for _, l := range []*gtk.Label{a.address, a.text, a.next, a.detail} {
		l.SetMaxWidthChars(40)
	}
	a.box.PackStart(line, false, false, 0)
	a.box.PackStart(a.text, false, false, 0)
	a.box.PackStart(a.next, false, false, 0)
	a.box.PackStart(a.detail, false, false, 0)
	place := hbox(6)
	a.box.PackStart(place, false, false, 0)
	a.row = newButtons(place, press)
	return a
}

func (a *accountPart) set(v model.AccountRow) {
	showIcon(a.icon, v.Icon, gtk.ICON_SIZE_BUTTON)
	setStyle(a.icon, v.Style)
	say(a.address, v.Address)
	setName(a.address, v.Address)
	say(a.text, v.Text)
	say(a.next, v.Next)
	say(a.detail, v.Detail)
	setName(a.detail, firstOf(v.Detail, i18n.T("Technical details")))
	a.row.set(v.Buttons)
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
