package gui

import (
	"reflect"

	"github.com/gotk3/gotk3/gtk"
	"github.com/gotk3/gotk3/pango"

	"hushwing/gui/model"
	"hushwing/i18n"
)

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
	note      *gtk.Image // what sub is about
	icon      *gtk.Image
	badge     *gtk.Label
	menu      *menu
	now       model.ContactRow
}

func newContactRow(w *window) *contactRow {
	r := &contactRow{
		w: w, row: must(gtk.ListBoxRowNew()), picture: newAvatar(), name: newOneLine("name"), sub: newOneLine("sub"),
		note: must(gtk.ImageNew()), icon: must(gtk.ImageNew()), badge: must(gtk.LabelNew("")),
	}
	line := hbox(10)
	line.PackStart(r.picture, false, false, 0)
	words := vbox(1)
	words.SetVAlign(gtk.ALIGN_CENTER)
	words.PackStart(r.name, false, false, 0)
	// What it says may be what keeps somebody safe: it is not cut where two lines do.
	r.sub.SetLineWrap(true)
	r.sub.SetLineWrapMode(pango.WRAP_WORD_CHAR)
	r.sub.SetLines(2)
	under := hbox(4)
	r.note.SetPixelSize(12)
	r.note.SetVAlign(gtk.ALIGN_CENTER)
	under.PackStart(r.note, false, false, 0)
	under.PackStart(r.sub, true, true, 0)
	words.PackStart(under, false, false, 0)
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
	showIcon(r.note, v.About.Icon, gtk.ICON_SIZE_MENU)
	setStyle(r.note, v.About.Style)
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
