package model

// SelectNext moves the selection by n contacts of the list (Alt+Up, Alt+Down).
func (m *Model) SelectNext(n int) {
	if m.screen != ScreenMain {
		return
	}
	at := m.ListSelected()
	step := 1
	if n < 0 {
		n, step = -n, -1
	}
	if at < 0 {
		at = -1
		if step < 0 {
			at = m.ListLen()
		}
	}
	for i := at + step; n > 0 && i >= 0 && i < m.ListLen(); i += step {
		if _, c := m.list().row(i); c != nil {
			at = i
			n--
		}
	}
	m.SelectRow(at)
}

// SelectNth opens the contact that is the nth of those in the list, 0 being the
// first (Ctrl+1 to Ctrl+9), and reports whether there is one.
func (m *Model) SelectNth(n int) bool {
	for i := range m.ListLen() {
		if _, c := m.list().row(i); c == nil {
			continue
		}
		if n == 0 {
			m.SelectRow(i)
			return true
		}
		n--
	}
	return false
}

// SelectRow opens the contact of a row of the list. A heading or no row does
// nothing.
func (m *Model) SelectRow(i int) {
	if i < 0 || i >= m.ListLen() {
		return
	}
	if s, c := m.list().row(i); c != nil {
		m.Press(Action{Kind: ActionSelect, Peer: c.Peer, ID: s.key})
	}
}
