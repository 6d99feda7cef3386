package model

import (
	"reflect"

	"hushwing/i18n"
)

// page is an open page: its kind is the action that opened it.
type page struct {
	kind    ActionKind
	account string // ID, where it is about one
	peer    Peer   // where it is about one
}

// pageKind is what makes a page. All but view may be nil.
type pageKind struct {
	view  func(m *Model, p page, v *PageView)
	there func(m *Model, p page) bool                       // what it is about still exists; false: it closes
	open  func(m *Model, p page)                            // it was opened
	set   func(m *Model, p page, id FieldID, s string) bool // a field of it changed
	press func(m *Model, p page, a Action) bool             // a button of it that no other screen knows
	close func(m *Model, p page)                            // it was closed: what was typed is forgotten
}

// pageOf returns what makes the page that an action opens; no view: it opens
// none. A page is a file of its own and a line here.
func pageOf(kind ActionKind) pageKind {
	switch kind {
	case ActionSettings:
		return pageKind{view: (*Model).viewSettings, set: (*Model).setSetting, press: (*Model).pressSettings}
	case ActionChangePassword:
		return pageKind{
			view: (*Model).viewChangePassword, open: (*Model).openPassword, close: (*Model).closePassword,
			set: (*Model).setPassword, press: (*Model).pressPassword,
		}
	case ActionProtects:
		return pageKind{view: (*Model).viewProtects}
	case ActionAbout:
		return pageKind{view: (*Model).viewAbout}
	case ActionShortcuts:
		return pageKind{view: (*Model).viewShortcuts}
	case ActionAccounts:
		return pageKind{view: (*Model).viewAccounts}
	case ActionAccount:
		return pageKind{
			view: (*Model).viewAccount, there: (*Model).accountThere, set: (*Model).setAccountField,
			open: (*Model).clearManage, close: (*Model).clearManage,
		}
	case ActionContact:
		return pageKind{
			view: (*Model).viewContact, there: (*Model).contactThere, set: (*Model).setContactField,
			open: (*Model).clearManage, close: (*Model).clearManage,
		}
	}
	return pageKind{}
}

// openPage opens the page of an action over what is there, and reports whether
// there is such a page. One that is open already, under others perhaps, comes
// to the front.
func (m *Model) openPage(a Action) bool {
	p := page{kind: a.Kind, account: a.ID, peer: a.Peer}
	k := pageOf(a.Kind)
	if k.view == nil {
		return false
	}
	if k.there != nil && !k.there(m, p) {
		return true
	}
	for i, open := range m.pages {
		if open == p {
			m.closePages(i + 1)
			return true
		}
	}
	m.pages = append(m.pages, p)
	if k.open != nil {
		k.open(m, p)
	}
	return true
}

// closePages closes pages until only n are open.
func (m *Model) closePages(n int) {
	for len(m.pages) > n {
		last := len(m.pages) - 1
		p := m.pages[last]
		m.pages = m.pages[:last]
		if k := pageOf(p.kind); k.close != nil {
			k.close(m, p)
		}
	}
}

// prunePages closes the pages whose subject is gone, and those over them.
func (m *Model) prunePages() {
	for i, p := range m.pages {
		if k := pageOf(p.kind); k.there != nil && !k.there(m, p) {
			m.closePages(i)
			return
		}
	}
}

// topPage returns the page that is on the screen.
func (m *Model) topPage() (page, bool) {
	if len(m.pages) == 0 || m.screen != ScreenMain {
		return page{}, false
	}
	return m.pages[len(m.pages)-1], true
}

// Page returns the open page.
func (m *Model) Page() PageView {
	p, ok := m.topPage()
	if !ok {
		return PageView{}
	}
	v := PageView{
		Open: true, Kind: p.kind, Depth: len(m.pages),
		Back: button(i18n.T("Back"), Action{Kind: ActionClosePage}),
	}
	pageOf(p.kind).view(m, p, &v)
	return v
}

// pageChanged reports whether the page is another than at the last call. Pages
// show so many things that comparing is surer than remembering what each hangs
// on, and there is only one.
func (m *Model) pageChanged() bool {
	m.prunePages()
	if len(m.pages) == 0 && !m.givenPage.Open {
		return false
	}
	v := m.Page()
	if reflect.DeepEqual(v, m.givenPage) {
		return false
	}
	m.givenPage = v
	return true
}

// pressPage does what is asked for on or about a page.
func (m *Model) pressPage(a Action) bool {
	if a.Kind == ActionClosePage {
		m.closePages(max(len(m.pages)-1, 0))
		return true
	}
	if p, ok := m.topPage(); ok {
		if k := pageOf(p.kind); k.press != nil && k.press(m, p, a) {
			return true
		}
	}
	return m.openPage(a)
}

// setPageField takes what was typed or chosen on the page.
func (m *Model) setPageField(id FieldID, text string) bool {
	p, ok := m.topPage()
	if !ok {
		return false
	}
	k := pageOf(p.kind)
	return k.set != nil && k.set(m, p, id, text)
}
