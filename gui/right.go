package gui

import (
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// rightPane is the conversation: its header, the strip, the messages or a
// sheet in their place, and the composer.
type rightPane struct {
	w         *window
	root      *gtk.Box
	header    *gtk.Container
	back      *gtk.Button
	peer, sub *gtk.Label
	chatMenu  *gtk.MenuButton
	menu      *menu
	strip     *strip
	panes     *gtk.Stack
	nothing   *gtk.Label
	messages  *messageList
	pending   *pendingLine
	composer  *composer
	check     *checkSheet
	details   *detailsSheet
}

func newRightPane(w *window, u *ui) *rightPane {
	p := &rightPane{
		w: w, root: get[*gtk.Box](u, "right"), header: get[*gtk.Container](u, "rightheader"), back: get[*gtk.Button](u, "back"),
		peer: get[*gtk.Label](u, "peer"), sub: get[*gtk.Label](u, "peersub"), chatMenu: get[*gtk.MenuButton](u, "chatmenu"),
		panes: get[*gtk.Stack](u, "panes"), nothing: get[*gtk.Label](u, "nothingtext"),
	}
	if u.err == nil {
		tellCut(p.peer)
		tellCut(p.sub)
	}
	p.strip = newStrip(w, u)
	p.messages = newMessageList(w, u)
	p.pending = newPendingLine(w, u)
	p.composer = newComposer(w, u)
	if u.err != nil {
		return p
	}
	if p.check, u.err = newCheckSheet(w); u.err != nil {
		return p
	}
	if p.details, u.err = newDetailsSheet(w); u.err != nil {
		return p
	}
	p.panes.AddNamed(p.check.root, "check")
	p.panes.AddNamed(p.details.root, "details")
	setName(p.back, i18n.T("Back to the contacts"))
	p.back.SetTooltipText(i18n.T("Back to the contacts"))
	p.back.Connect("clicked", func() { w.m.Escape(); w.flush() })
	p.menu = newMenu(p.chatMenu, w.press)
	p.chatMenu.SetPopover(p.menu.popover)
	setName(p.chatMenu, i18n.T("More about this conversation"))
	p.chatMenu.SetTooltipText(i18n.T("More about this conversation"))
	return p
}

// narrow adapts the pane to being alone in the window.
func (p *rightPane) narrow(on bool) {
	p.back.SetVisible(on)
	p.strip.narrow(on)
	p.check.narrow(on)
	p.details.narrow(on)
}

func (p *rightPane) show(c model.Changes) {
	v := p.w.m.Conversation()
	if c.Conversation {
		p.setHeader(v)
		p.strip.set(v.Strip, v.Open)
		p.pending.set(v.Pending)
		say(p.nothing, v.Empty)
	}
	if c.Check {
		p.check.set(p.w.m.Check())
	}
	if c.Details {
		p.details.set(p.w.m.Details())
	}
	if c.Conversation || c.Composer {
		p.composer.set(v.Composer, c.Composer)
	}
	if c.Rows.Any() {
		p.messages.change(c.Rows)
	}
	if c.Picked {
		p.messages.showPicked()
	}
	name := "talk"
	switch {
	case !v.Open:
		name = "nothing"
	case p.details.open:
		name = "details"
	case p.check.open:
		name = "check"
	}
	if p.panes.GetVisibleChildName() != name {
		p.panes.SetVisibleChildName(name)
		p.begin(name)
	}
}

// begin puts the keyboard where a sheet begins. Sheets open only when the user
// asked for them; a contact's question shows in the strip first.
func (p *rightPane) begin(name string) {
	switch name {
	case "check":
		p.check.begin()
	case "details":
		p.details.close.GrabFocus()
	}
}

func (p *rightPane) setHeader(v model.ConversationView) {
	setText(p.peer, v.Title)
	say(p.sub, v.Sub)
	p.peer.SetVisible(v.Open)
	p.chatMenu.SetVisible(v.Open && len(v.Menu) > 0)
	p.menu.set(v.Menu)
}

// strip is the one line that says whether we are safe now. It is there for as
// long as a conversation is open.
type strip struct {
	box     *gtk.Box
	icons   *gtk.Stack
	icon    *gtk.Image
	spinner *gtk.Spinner
	text    *gtk.Label
	shield  *button // round the icon: what protects one now
	row     *buttons
}

func newStrip(w *window, u *ui) *strip {
	s := &strip{
		box: get[*gtk.Box](u, "strip"), icons: get[*gtk.Stack](u, "stripicons"), icon: get[*gtk.Image](u, "stripicon"),
		spinner: get[*gtk.Spinner](u, "stripspinner"), text: get[*gtk.Label](u, "striptext"),
	}
	place := get[*gtk.Box](u, "stripbuttons")
	shield := get[*gtk.Button](u, "stripshield")
	if u.err != nil {
		return s
	}
	s.shield = pictured(shield, w.press)
	s.row = newButtons(place, w.press)
	setRole(s.box, roleStatusBar)
	return s
}

// narrow puts the buttons under the text.
func (s *strip) narrow(on bool) {
	o := gtk.ORIENTATION_HORIZONTAL
	if on {
		o = gtk.ORIENTATION_VERTICAL
	}
	s.box.SetOrientation(o)
}

func (s *strip) set(v model.StripView, open bool) {
	s.box.SetVisible(open)
	setText(s.text, v.Text)
	setName(s.box, v.Text)
	setStyle(s.box, v.Style)
	showIcon(s.icon, v.Icon, gtk.ICON_SIZE_BUTTON)
	moving(s.icons, s.spinner, v.Moving)
	s.shield.set(v.Shield)
	s.row.set(v.Buttons)
}
