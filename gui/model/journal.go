package model

import (
	"slices"
	"time"
)

// journal is what became of the rows of a conversation since the window was
// told last, so that telling costs as much as has happened, not as much as there
// is. Of a conversation that is not open it notes nothing.
type journal struct {
	reset    bool  // the window has to begin anew
	redraw   bool  // all rows read differently now
	since    int64 // rows after this one are new to the window
	appended int   // so many of them
	gone     []string
	late     []*line // rows that read differently
	today    int     // see dayNumber: when the heads were drawn
}

func (j *journal) added() {
	if !j.reset {
		j.appended++
	}
}

func (j *journal) changed(l *line) {
	if !j.reset && !l.noted {
		l.noted = true
		j.late = append(j.late, l)
	}
}

// removed notes that a row has gone.
func (j *journal) removed(l *line) {
	l.gone = true
	switch {
	case j.reset:
	case l.at > j.since: // it was never told of
		j.appended--
	default:
		j.gone = append(j.gone, l.ID)
	}
}

// all says that the window has to begin anew.
func (j *journal) all() { j.reset, j.appended, j.gone = true, 0, nil }

// takeRows returns what changed since its last call.
func (v *conversation) takeRows(now time.Time) RowChanges {
	j := v.journal
	today := dayNumber(now)
	v.journal = journal{today: today, since: v.next}
	for _, l := range j.late {
		l.noted = false
	}
	if j.reset {
		return RowChanges{Reset: true}
	}
	c := RowChanges{Removed: j.gone, Appended: j.appended, Redraw: j.redraw}
	given := len(v.rows) - c.Appended
	for _, l := range j.late {
		if i := v.index(l); !l.gone && i >= 0 && i < given {
			c.Changed = append(c.Changed, l.ID)
		}
	}
	if today != j.today {
		for _, l := range v.rows[:given] {
			if l.head && l.day+2 >= j.today {
				c.Changed = append(c.Changed, l.ID)
			}
		}
	}
	slices.Sort(c.Removed)
	return c
}
