package gui

import (
	"reflect"

	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// leftPane is the accounts' state, the search, the requests and the contacts.
type leftPane struct {
	w        *window
	header   *gtk.Container
	add      *button
	menu     *menu
	status   *statusLine
	requests *many[*request]
	search   *gtk.SearchEntry
	stack    *gtk.Stack
	empty    *gtk.Label
	emptyAdd *button
	list     *contactList
	quiet    bool
}

func newLeftPane(w *window, u *ui) *leftPane {
	p := &leftPane{
		w: w, header: get[*gtk.Container](u, "leftheader"), search: get[*gtk.SearchEntry](u, "search"),
		stack: get[*gtk.Stack](u, "liststack"), empty: get[*gtk.Label](u, "emptytext"),
	}
	add := get[*gtk.Button](u, "add")
	burger := get[*gtk.MenuButton](u, "menu")
	tray := get[*gtk.Box](u, "requests")
	emptyBox := get[*gtk.Box](u, "emptylist")
	p.status = newStatusLine(w, u)
	p.list = newContactList(w, u)
	if u.err != nil {
		return p
	}
	_ = p.header.SetProperty("title", w.o.Title)
	p.add = pictured(add, w.press)
	p.emptyAdd = newButton(w.press)
	p.emptyAdd.SetHAlign(gtk.ALIGN_CENTER)
	addClass(p.emptyAdd, "pill")
	emptyBox.PackStart(p.emptyAdd, false, false, 0)
	p.menu = newMenu(burger, w.press)
	burger.SetPopover(p.menu.popover)
	setName(burger, i18n.T("Main menu"))
	burger.SetTooltipText(i18n.T("Main menu"))
	p.requests = &many[*request]{box: tray, make: func() *request { return newRequest(w.press) }, of: func(r *request) gtk.IWidget { return r.box }}
	p.search.Connect("changed", func() {
		if !p.quiet {
			t, _ := p.search.GetText()
			w.m.SetField(w.m.Main().Search.ID, t)
			w.flush()
		}
	})
	p.search.Connect("activate", func() {
		if rows := w.m.Main().Rows; len(rows) > 0 {
			w.m.Select(rows[0].Peer)
			w.flush()
		}
	})
	p.search.Connect("stop-search", func() { p.search.SetText("") })
	return p
}

func (p *leftPane) set(v model.MainView) {
	p.status.set(v.Status)
	p.add.set(v.Add)
	p.menu.set([]model.Button{v.Add, v.MyCode}, p.w.ownItems()...)
	p.requests.size(len(v.Requests))
	for i, r := range p.requests.parts {
		r.set(v.Requests[i])
	}
	p.quiet = true
	if t, _ := p.search.GetText(); t != v.Search.Value {
		p.search.SetText(v.Search.Value)
	}
	p.quiet = false
	p.search.SetPlaceholderText(firstOf(v.Search.Placeholder, v.Search.Label))
	setName(p.search, firstOf(v.Search.Label, v.Search.Placeholder))
	p.search.SetSensitive(v.Search.Enabled)
	p.empty.SetText(v.Empty)
	first := v.Add
	first.Suggested = true
	if v.Search.Value != "" {
		first = model.Button{}
	}
	p.emptyAdd.set(first)
	p.list.set(v.Rows)
	name := "list"
	if len(v.Rows) == 0 {
		name = "empty"
	}
	p.stack.SetVisibleChildName(name)
}

func (p *leftPane) focusList() {
	if r := p.list.box.GetSelectedRow(); r != nil {
		r.GrabFocus()
		return
	}
	if r := p.list.box.GetRowAtIndex(0); r != nil {
		r.GrabFocus()
	}
}

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
	s.more.SetVisible(len(v.Accounts) > 0)
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
	a.address.SetSelectable(true)
	a.detail.SetSelectable(true)
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
	box                 *gtk.Box
	text, note, problem *gtk.Label
	accept, refuse      *button
}

func newRequest(press presser) *request {
	r := &request{box: vbox(6, "tray"), text: newLabel(), note: newLabel("small", "dim"), problem: newLabel("small", "problem-text"), accept: newButton(press), refuse: newButton(press)}
	r.box.PackStart(r.text, false, false, 0)
	r.box.PackStart(r.note, false, false, 0)
	r.box.PackStart(r.problem, false, false, 0)
	line := hbox(6)
	line.SetHAlign(gtk.ALIGN_END)
	line.PackStart(r.refuse, false, false, 0)
	line.PackStart(r.accept, false, false, 0)
	r.box.PackStart(line, false, false, 0)
	return r
}

func (r *request) set(v model.RequestRow) {
	say(r.text, v.Text)
	say(r.note, v.Note)
	say(r.problem, v.Problem)
	setName(r.box, v.Text)
	v.Accept.Enabled = v.Accept.Enabled && !v.Busy
	v.Refuse.Enabled = v.Refuse.Enabled && !v.Busy
	r.accept.set(v.Accept)
	r.refuse.set(v.Refuse)
}

// contactList shows the conversations. Only as many rows are made as were
// scrolled to: a list of thousands opens as fast as one of ten.
type contactList struct {
	w      *window
	box    *gtk.ListBox
	scroll *gtk.ScrolledWindow
	rows   map[model.Peer]*contactRow
	order  []model.Peer // as they stand in box
	all    []model.ContactRow
	limit  int
	quiet  bool
}

// contactPage is how many rows are made at a time.
const contactPage = 40

func newContactList(w *window, u *ui) *contactList {
	l := &contactList{
		w: w, box: get[*gtk.ListBox](u, "contacts"), scroll: get[*gtk.ScrolledWindow](u, "listscroll"),
		rows: map[model.Peer]*contactRow{}, limit: contactPage,
	}
	if u.err != nil {
		return l
	}
	setName(l.box, i18n.T("Contacts"))
	tabOut(l.box, false)
	l.box.Connect("row-activated", func(_ *gtk.ListBox, r *gtk.ListBoxRow) {
		if i := r.GetIndex(); i >= 0 && i < len(l.order) {
			w.m.Select(l.order[i])
			w.flush()
		}
	})
	adj := l.scroll.GetVAdjustment()
	adj.Connect("value-changed", func() {
		if adj.GetValue()+adj.GetPageSize()*1.5 > adj.GetUpper() && l.limit < len(l.all) {
			l.limit += contactPage
			l.sync()
		}
	})
	return l
}

func (l *contactList) set(rows []model.ContactRow) {
	l.all = rows
	for i, r := range rows {
		if r.Selected && i >= l.limit {
			l.limit = i + contactPage
		}
	}
	l.sync()
}

// sync brings the rows in the box in line with the first rows of all.
func (l *contactList) sync() {
	want := l.all[:min(l.limit, len(l.all))]
	keep := make(map[model.Peer]bool, len(want))
	for _, v := range want {
		keep[v.Peer] = true
	}
	for i := len(l.order) - 1; i >= 0; i-- {
		if p := l.order[i]; !keep[p] {
			remove(l.rows[p].row)
			delete(l.rows, p)
			l.order = append(l.order[:i], l.order[i+1:]...)
		}
	}
	l.quiet = true
	var chosen *gtk.ListBoxRow
	for i, v := range want {
		r := l.rows[v.Peer]
		switch {
		case r == nil:
			r = newContactRow(l.w)
			l.rows[v.Peer] = r
			l.box.Insert(r.row, i)
			l.insert(i, v.Peer)
		case l.order[i] != v.Peer:
			l.take(v.Peer)
			l.box.Remove(r.row)
			l.box.Insert(r.row, i)
			l.insert(i, v.Peer)
		}
		r.set(v)
		if v.Selected {
			chosen = r.row
		}
	}
	if chosen != nil {
		l.box.SelectRow(chosen)
	} else {
		l.box.UnselectAll()
	}
	l.quiet = false
}

func (l *contactList) insert(i int, p model.Peer) {
	l.order = append(l.order, p)
	copy(l.order[i+1:], l.order[i:])
	l.order[i] = p
}

func (l *contactList) take(p model.Peer) {
	for i, q := range l.order {
		if q == p {
			l.order = append(l.order[:i], l.order[i+1:]...)
			return
		}
	}
}

// contactRow is one conversation in the list.
type contactRow struct {
	w         *window
	row       *gtk.ListBoxRow
	picture   *avatar
	name, sub *gtk.Label
	icon      *gtk.Image
	badge     *gtk.Label
	menu      *menu
	now       model.ContactRow
}

func newContactRow(w *window) *contactRow {
	r := &contactRow{
		w: w, row: must(gtk.ListBoxRowNew()), picture: newAvatar(), name: newOneLine("name"), sub: newOneLine("sub"),
		icon: must(gtk.ImageNew()), badge: must(gtk.LabelNew("")),
	}
	line := hbox(10)
	line.PackStart(r.picture, false, false, 0)
	words := vbox(1)
	words.SetVAlign(gtk.ALIGN_CENTER)
	words.PackStart(r.name, false, false, 0)
	words.PackStart(r.sub, false, false, 0)
	line.PackStart(words, true, true, 0)
	r.icon.SetPixelSize(14)
	line.PackStart(r.icon, false, false, 0)
	addClass(r.badge, "badge")
	r.badge.SetVAlign(gtk.ALIGN_CENTER)
	line.PackStart(r.badge, false, false, 0)
	r.row.Add(line)
	r.row.Show()
	r.row.Connect("button-press-event", r.pressed)
	r.row.Connect("popup-menu", func() bool { r.popup(); return true })
	return r
}

func (r *contactRow) set(v model.ContactRow) {
	if reflect.DeepEqual(v, r.now) {
		return
	}
	say(r.name, v.Name)
	say(r.sub, v.Sub)
	r.picture.set(v.Initials, v.Colour)
	showIcon(r.icon, v.Icon, gtk.ICON_SIZE_MENU)
	setStyle(r.icon, v.Style)
	setName(r.icon, v.IconName)
	r.icon.SetTooltipText(v.IconName)
	r.badge.SetText(badgeText(v.Unread))
	r.badge.SetVisible(v.Unread > 0)
	setName(r.badge, v.UnreadText)
	setName(r.row, firstOf(v.Accessible, v.Name))
	r.now = v
}
