package gui

// This file is how rows are picked with the mouse, to be copied together. Which
// ones are, the model knows.

// isPicked reports whether a row is picked.
func (l *messageList) isPicked(id string) bool {
	first, last, ok := l.w.m.PickedRows()
	if !ok {
		return false
	}
	i := l.w.m.RowIndex(id)
	return i >= first && i <= last
}

// showPicked shows which rows are.
func (l *messageList) showPicked() {
	first, last, ok := l.w.m.PickedRows()
	for i, r := range l.shown {
		at := l.from + i
		r.setPicked(ok && at >= first && at <= last)
	}
}

// unpick picks none.
func (l *messageList) unpick() {
	l.w.m.Unpick()
	l.w.flush()
}

// pickTo picks from where it began to a row.
func (l *messageList) pickTo(r *messageRow) {
	to := l.w.m.RowIndex(r.now.ID)
	from := to
	if first, last, ok := l.w.m.PickedRows(); ok {
		if from = first; to < first {
			from = last
		}
	} else if l.lastRow != nil {
		from = l.w.m.RowIndex(l.lastRow.now.ID)
	}
	if from >= 0 && to >= 0 {
		l.w.m.PickRows(from, to)
		l.w.flush()
	}
}

// dragTo picks from the row where the drag began to the one at a height of the
// list, and reports whether the drag has left its row.
func (l *messageList) dragTo(y int) bool {
	if l.dragFrom == nil {
		return false
	}
	a := l.dragFrom.row.GetAllocation()
	if inside := y >= a.GetY() && y < a.GetY()+a.GetHeight(); inside && !l.dragFrom.picked {
		return false
	}
	over := l.rowAt(y)
	if over == nil {
		return false
	}
	l.dragFrom.unmark()
	l.w.m.PickRows(l.w.m.RowIndex(l.dragFrom.now.ID), l.w.m.RowIndex(over.now.ID))
	l.w.flush()
	top, page := l.adj.GetValue(), l.adj.GetPageSize()
	switch at := float64(y); {
	case at < top:
		l.adj.SetValue(top - min(top-at, 24))
	case at > top+page:
		l.adj.SetValue(top + min(at-top-page, 24))
	}
	return true
}

// rowAt returns the row at a height of the list, or the nearest.
func (l *messageList) rowAt(y int) *messageRow {
	for _, r := range l.shown {
		if a := r.row.GetAllocation(); y < a.GetY()+a.GetHeight() {
			return r
		}
	}
	if n := len(l.shown); n > 0 {
		return l.shown[n-1]
	}
	return nil
}
