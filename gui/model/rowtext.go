package model

import (
	"strings"
	"unicode/utf8"

	"hushwing/i18n"
)

// How much of a long text is shown at once. Where it breaks depends on the
// window; a line of screen is guessed at lineBytes.
const (
	lineBytes = 60
	foldLines = 14   // of a text that is folded
	foldSlack = 8    // so many more are not worth a fold
	stepLines = 1000 // at each unfolding: 40 kB of prose come at once
)

// told returns the text of a line as it is to be read: what begins with "/me "
// tells what its writer does (XEP-0245).
func (m *Model) told(c *contact, l *line) (text string, telling bool) {
	what, ok := strings.CutPrefix(l.Text, "/me ")
	if !ok || strings.TrimSpace(what) == "" {
		return l.Text, false
	}
	who := c.name()
	if l.Mine {
		who = m.ownName(c.Account)
	}
	return i18n.T("* %[1]s %[2]s", who, what), true
}

// ownName is what the user is called where others are called by their names.
func (m *Model) ownName(account string) string {
	if a := m.account(account); a != nil {
		local, _, _ := strings.Cut(a.Address, "@")
		if n := clean(local, 60); n != "" {
			return isolated(n)
		}
	}
	return i18n.T("You")
}

// writeText fills in the text of a row, and returns what copies its links.
func (m *Model) writeText(r *Row, c *contact, l *line) (copies []Button) {
	text, telling := m.told(c, l)
	r.Telling = telling
	part, more := fold(text, l.steps)
	r.Text = legible(part)
	links := linksIn(r.Text)
	if more > 0 && len(links) > 0 && links[len(links)-1].to == len(r.Text) {
		links = links[:len(links)-1] // its end is in the fold
	}
	if more > 0 {
		r.Text += "…"
	}
	r.Direction = directionOf(r.Text)
	if turns(r.Text) {
		r.Text, links = isolateLinks(r.Text, links)
	}
	for i, k := range links {
		r.Links = append(r.Links, Span{k.from, k.to})
		copies = append(copies, copyLink(k, Action{Kind: ActionCopyTextLink, Peer: c.Peer, ID: l.ID, Index: i}, len(links)))
	}
	r.Warning = warning(links)
	r.Fold = foldButton(c, l, more)
	return copies
}

// copyLink returns the button that copies a link, one of so many.
func copyLink(k link, a Action, of int) Button {
	short := clean(k.address, 60)
	b := button(i18n.T("Copy link"), a)
	if of > 1 {
		b.Label = i18n.T("Copy link: %s", clean(k.address, 36))
	}
	return named(b, i18n.T("Copy link: %s", short))
}

// warning says where links lead that do not look like it.
func warning(links []link) string {
	var said []string
	for _, k := range links {
		if !k.deceives {
			continue
		}
		s := i18n.T("This link is written so that nobody can tell where it leads.")
		if k.host != "" {
			s = i18n.T("This link leads to %s.", isolated(k.host))
		}
		said = append(said, s)
	}
	return join(said...)
}

// isolateLinks keeps links together in a text that reads from right to left: they
// read from left to right everywhere.
func isolateLinks(text string, links []link) (string, []link) {
	var b strings.Builder
	at := 0
	for i := range links {
		k := &links[i]
		b.WriteString(text[at:k.from])
		b.WriteRune(lri)
		at, k.from = k.from, b.Len()
		b.WriteString(text[at:k.to])
		at, k.to = k.to, b.Len()
		b.WriteRune(pdi)
	}
	b.WriteString(text[at:])
	return b.String(), links
}

// foldButton shows more of a text, or less.
func foldButton(c *contact, l *line, more int) Button {
	a := Action{Kind: ActionUnfoldText, Peer: c.Peer, ID: l.ID}
	short := excerpt(l.Text)
	switch {
	case more > stepLines:
		return named(button(i18n.T("Show more"), a), i18n.T("Show more of: %s", short))
	case more > 0:
		return named(button(i18n.T("Show all"), a), i18n.T("Show all of: %s", short))
	case l.steps > 0:
		a.Kind = ActionFoldText
		return named(button(i18n.T("Show less"), a), i18n.T("Show less of: %s", short))
	}
	return Button{}
}

// fold returns the beginning of a text that was unfolded by so many steps, and
// how many lines of screen are left of it.
func fold(text string, steps int) (part string, left int) {
	if steps == 0 && len(text) < (foldLines+foldSlack)*lineBytes && strings.Count(text, "\n") < foldLines {
		return text, 0 // nearly always
	}
	most := foldLines + steps*stepLines
	at, _ := cut(text, 0, most)
	rest, more := cut(text, at, 1<<30)
	if rest == at || steps == 0 && more <= foldSlack {
		return text, 0
	}
	return strings.TrimRight(text[:at], " \t\r\n"), more
}

// cut returns where so many lines of screen, counted from a place, end, and how
// many there are.
func cut(text string, from, most int) (end, lines int) {
	width, space := 0, from
	for i := from; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch r {
		case '\r': // \n follows, or it is odd
		case '\n', '\v', '\f', 0x85, 0x2028, 0x2029:
			lines, width = lines+1, 0
		case ' ', '\t':
			space = i + n
			width++
		default:
			width++
		}
		if width > lineBytes {
			lines, width = lines+1, 0
		}
		i += n
		if lines >= most {
			if i-space < lineBytes && space > from {
				i = space // not in a word
			}
			return i, lines
		}
	}
	if width > 0 {
		lines++
	}
	return len(text), lines
}

// unfold shows more of a text, or folds it.
func (m *Model) unfold(c *contact, l *line, more bool) {
	if more {
		l.steps++
	} else {
		l.steps = 0
		m.changes.Reveal = l.ID
	}
	c.journal.changed(l)
}

// copyLink puts a link of a text on the clipboard.
func (m *Model) copyLink(c *contact, l *line, i int) {
	var r Row
	var found []link
	if m.writeText(&r, c, l); i < len(r.Links) {
		found = linksIn(r.Text[r.Links[i].From:r.Links[i].To])
	}
	if len(found) == 0 {
		return
	}
	m.changes.Clipboard = found[0].address
	if found[0].page {
		m.toast(i18n.T("The link was copied. Paste it into Tor Browser: another browser would show the site where you are."), Button{})
		return
	}
	m.toast(i18n.T("The link was copied."), Button{})
}
