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
	show    *showPart // nil until the list of accounts is opened
	rows    *many[*accountPart]
	list    *gtk.Box // what the popover holds
	now     model.StatusView
	tight   bool // there is little room
}

// mostAccountsHeight is how high the list of many accounts gets, in pixels.
const mostAccountsHeight = 380

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
	s.list = vbox(10)
	_ = s.list.SetProperty("margin", 14)
	pop.Add(s.list)
	s.more.SetPopover(pop)
	pop.Connect("show", s.opened)
	setName(s.more, i18n.T("Your addresses"))
	s.more.SetTooltipText(i18n.T("Your addresses"))
	s.rows = &many[*accountPart]{box: vbox(10), make: func() *accountPart { return newAccount(w.press) }, of: func(a *accountPart) gtk.IWidget { return a.box }}
	scroll := must(gtk.ScrolledWindowNew(nil, nil))
	scroll.SetPolicy(gtk.POLICY_NEVER, gtk.POLICY_AUTOMATIC)
	scroll.SetPropagateNaturalHeight(true)
	scroll.SetMaxContentHeight(mostAccountsHeight)
	scroll.SetCanFocus(false)
	scroll.Add(s.rows.box)
	scroll.ShowAll()
	s.list.PackStart(scroll, false, false, 0)
	s.list.Show()
	return s
}

// opened fills the list of accounts: most of the time nobody looks at it.
func (s *statusLine) opened() {
	if s.show == nil {
		s.show = newShow(s.w)
		s.list.PackStart(s.show.box, false, false, 0)
		s.list.ReorderChild(s.show.box, 0)
	}
	s.fill()
}

// fill brings the list of accounts up to date, if it was ever looked at.
func (s *statusLine) fill() {
	if s.show == nil {
		return
	}
	s.show.set(s.now.Show)
	s.rows.size(len(s.now.Accounts))
	for i, a := range s.rows.parts {
		a.set(s.now.Accounts[i])
	}
	s.narrow(s.tight)
}

func (s *statusLine) set(v model.StatusView) {
	s.now = v
	s.box.SetVisible(v.Text != "")
	say(s.text, v.Text)
	setName(s.box, v.Text)
	setStyle(s.box, v.Style)
	showIcon(s.icon, v.Icon, gtk.ICON_SIZE_BUTTON)
	moving(s.icons, s.spinner, v.Moving)
	s.button.set(v.Button)
	s.fill()
	s.more.SetVisible(len(v.Accounts) > 0)
}

// largeText is the size of text from which on buttons beside each other need more
// room than a window has, in per cent.
const largeText = 150

// narrow puts the buttons of an account under each other, and where text is large.
func (s *statusLine) narrow(on bool) {
	s.tight = on
	for _, a := range s.rows.parts {
		stack([]*gtk.Box{a.row.box}, on || textScale >= largeText)
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
	mark                *mark
	address, text, next *gtk.Label
	detail              *gtk.Label
	row                 *buttons
}

func newAccount(press presser) *accountPart {
	a := &accountPart{
		box: vbox(4), icon: must(gtk.ImageNew()), mark: newMark(), address: newLabel("caption"), text: newLabel(),
		next: newLabel("small", "dim"), detail: newLabel("small", "dim", "mono"),
	}
	line := hbox(8)
	line.PackStart(a.icon, false, false, 0)
	line.PackStart(a.mark, false, false, 0)
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
	a.mark.set(v.Mark)
	say(a.address, v.Address)
	setName(a.address, v.Address)
	say(a.text, v.Text)
	say(a.next, v.Next)
	say(a.detail, v.Detail)
	setName(a.detail, firstOf(v.Detail, i18n.T("Technical details")))
	a.row.set(v.Buttons)
}
