package model

import "hushwing/i18n"

// viewShortcuts names what the keyboard does everywhere in the window.
func (m *Model) viewShortcuts(_ page, v *PageView) {
	v.Title = i18n.T("Keyboard shortcuts")
	send, line := i18n.T("Enter"), i18n.T("Shift+Enter")
	if m.settings.now.SendWithCtrlEnter {
		send, line = i18n.T("Ctrl+Enter"), i18n.T("Enter")
	}
	v.Sections = []Section{
		{Heading: i18n.T("Conversations"), Rows: []PageRow{
			keys(i18n.T("Add a contact"), i18n.T("Ctrl+N")),
			keys(i18n.T("Find a contact"), i18n.T("Ctrl+K")),
			keys(i18n.T("The first to the ninth conversation"), i18n.T("Ctrl+1 to Ctrl+9")),
			keys(i18n.T("The conversation above or below"), i18n.T("Alt+Up, Alt+Down")),
			keys(i18n.T("Send"), send),
			keys(i18n.T("A new line"), line),
			keys(i18n.T("Take back what was discarded"), i18n.T("Ctrl+Z")),
		}},
		{Heading: i18n.T("Messages"), Rows: []PageRow{
			keys(i18n.T("What can be done with a message"), i18n.T("Enter, or the menu key")),
			keys(i18n.T("Copy it"), i18n.T("Ctrl+C")),
			keys(i18n.T("Pick several"), i18n.T("Shift+Up, Shift+Down")),
			keys(i18n.T("Pick all"), i18n.T("Ctrl+A")),
			keys(i18n.T("Undo typing, and redo"), i18n.T("Ctrl+Z, Ctrl+Shift+Z")),
		}},
		{Heading: i18n.T("Everywhere"), Rows: []PageRow{
			keys(i18n.T("Back, or close"), i18n.T("Esc")),
			keys(i18n.T("Back"), i18n.T("Alt+Left")),
			keys(i18n.T("Main menu"), i18n.T("F10")),
			keys(i18n.T("This page"), i18n.T("F1")),
			keys(i18n.T("Settings"), i18n.T("Ctrl+Comma")),
			keys(i18n.T("Lock now"), i18n.T("Ctrl+L")),
			keys(i18n.T("Destroy everything, after a question"), i18n.T("Ctrl+Shift+Delete")),
			keys(i18n.T("Close the window"), i18n.T("Ctrl+W")),
			keys(i18n.T("Quit"), i18n.T("Ctrl+Q")),
		}},
	}
}

// keys is a row with keys to press.
func keys(what, how string) PageRow { return PageRow{Kind: PageFact, Label: what, Value: how} }
