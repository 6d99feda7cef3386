package gui

import (
	"github.com/gotk3/gotk3/gdk"
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
	tray     *tray
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
	p.tray = newTray(w, u)
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
	p.search.Connect("changed", func() {
		if !p.quiet {
			t, _ := p.search.GetText()
			w.m.SetField(w.m.Main().Search.ID, t)
			w.flush()
		}
	})
	p.search.Connect("activate", func() {
		if w.m.SelectNth(0) {
			w.flush()
		}
	})
	p.search.Connect("stop-search", func() { p.search.SetText("") })
	p.search.Connect("key-press-event", func(_ any, e *gdk.Event) bool {
		return p.searchKey(gdk.EventKeyNewFromEvent(e).KeyVal())
	})
	return p
}

func (p *leftPane) set(v model.MainView) {
	p.status.set(v.Status)
	p.add.set(v.Add)
	p.menu.setGroups(v.Menu)
	p.tray.set(v)
	p.quiet = true
	if t, _ := p.search.GetText(); t != v.Search.Value {
		p.search.SetText(v.Search.Value)
	}
	p.quiet = false
	p.search.SetPlaceholderText(firstOf(v.Search.Placeholder, v.Search.Label))
	setName(p.search, firstOf(v.Search.Label, v.Search.Placeholder))
	p.search.SetSensitive(v.Search.Enabled)
	setText(p.empty, v.Empty)
	p.emptyAdd.set(v.EmptyButton)
	p.list.sync()
	name := "list"
	if p.w.m.ListLen() == 0 {
		name = "empty"
	}
	p.stack.SetVisibleChildName(name)
}

// searchKey is a key in the search: Down leads into the list.
func (p *leftPane) searchKey(key uint) bool {
	if key != gdk.KEY_Down && key != gdk.KEY_KP_Down || p.w.m.ListLen() == 0 {
		return false
	}
	p.list.first()
	return true
}
