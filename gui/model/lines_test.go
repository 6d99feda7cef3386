package model

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"hushwing/client"
)

// Whatever happens to the lines, the window gets from what it has to what there
// is (desk.follow compares), heads stand over days that have lines, and what is
// counted as they come and go is what there is.
func TestJournal(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			d := chatDesk(t, client.PrivateChecked)
			r := rand.New(rand.NewPCG(seed, 1))
			d.isData("x", "y")
			ids, n := []string{}, 0
			for range 100 {
				for range 1 + r.IntN(4) { // several things between two looks
					n = d.scramble(r, &ids, n)
				}
				d.last = d.m.TakeChanges()
				d.follow()
				d.counted()
			}
		})
	}
}

// scramble does one thing to Ana's lines.
func (d *desk) scramble(r *rand.Rand, ids *[]string, n int) int {
	pick := func() (string, bool) {
		if len(*ids) == 0 {
			return "", false
		}
		return (*ids)[r.IntN(len(*ids))], true
	}
	switch r.IntN(10) {
	case 0, 1, 2, 3:
		n++
		msg := client.Message{Peer: ana, ID: fmt.Sprint(n), Text: "x", Mine: r.IntN(2) == 0, Mark: client.Mark(r.IntN(5)), Time: d.now.AddDate(0, 0, -r.IntN(3))}
		if r.IntN(8) == 0 {
			msg.Time = time.Time{}
		}
		if !msg.Mine && r.IntN(2) == 0 {
			msg.Note = client.NoteEnded
		}
		*ids = append(*ids, msg.ID)
		d.m.back[msg.ID] = r.IntN(6) == 0
		d.m.Apply(client.MessageAdded{Message: msg})
	case 4, 5:
		if id, ok := pick(); ok {
			if l := d.m.contacts[ana].byID[id]; l != nil {
				msg := l.Message
				msg.Mark, msg.Text = client.Mark(r.IntN(5)), "y"
				d.m.Apply(client.MessageChanged{Message: msg})
			}
		}
	case 6, 7:
		if id, ok := pick(); ok {
			d.m.Apply(client.MessageRemoved{Peer: ana, Message: id})
		}
	case 8:
		d.m.MarkShown()
	case 9:
		switch r.IntN(4) {
		case 0:
			d.now = d.now.AddDate(0, 0, 1)
		case 1:
			d.m.Select(cleo)
			d.m.Select(ana)
		}
	}
	return n
}

// TestEndedOnce: a conversation never says twice in a row that they closed the
// private chat, also where what was between is taken away, on whatever day it was.
func TestEndedOnce(t *testing.T) {
	d := chatDesk(t, client.OtherEnded)
	d.isData("one", "two")
	ended := func(id string) {
		d.apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: id, Note: client.NoteEnded, Time: d.now}})
	}
	says := func(want string) {
		t.Helper()
		d.last = d.m.TakeChanges()
		d.follow()
		d.counted()
		var got []string
		for _, r := range d.m.Rows() {
			switch r.Kind {
			case RowNote:
				got = append(got, "ended")
			case RowText:
				got = append(got, r.Text)
			}
		}
		d.equal("the conversation", strings.Join(got, " "), want)
	}
	ended("1")
	d.now = d.now.AddDate(0, 0, 1)
	ended("2")
	says("ended")
	d.write(client.Waiting, "one")
	d.apply(client.MessageRemoved{Peer: ana, Message: "id-one"})
	ended("3")
	says("ended")
	d.write(client.Waiting, "one", "two")
	d.now = d.now.AddDate(0, 0, 1)
	ended("4")
	says("ended one two ended")
	d.apply(client.MessageRemoved{Peer: ana, Message: "id-two"})
	says("ended one ended")
	d.apply(client.MessageRemoved{Peer: ana, Message: "id-one"})
	says("ended")
	d.hear(ana, "5", "two", d.now)
	ended("6")
	says("ended two ended")
}

// counted compares what is counted with what there is.
func (d *desk) counted() {
	d.t.Helper()
	c := d.m.contacts[ana]
	var held marks
	lines, size, unread, day := 0, 0, 0, 0
	for i, l := range c.rows {
		if l.head {
			if i+1 == len(c.rows) || c.rows[i+1].head || c.rows[i+1].day != l.day || l.day <= day {
				d.t.Errorf("the head %q stands wrong at %d of %d", l.ID, i, len(c.rows))
			}
			day = l.day
			continue
		}
		if l.day > day {
			d.t.Errorf("line %d has no head", i)
		}
		lines++
		size += len(l.Text)
		if l.isNew() {
			unread++
		}
		switch {
		case !l.Mine:
		case l.Mark == client.Waiting:
			held.waiting++
		case l.Mark == client.NotSent:
			held.failed++
		case wantsWord(l):
			held.other++
		}
	}
	if lines != c.count || size != c.size || unread != c.newOnes || held != c.held || len(c.byID) != lines {
		d.t.Errorf("counted %d lines, %d bytes, %d unread, %+v, %d IDs; there are %d, %d, %d, %+v", c.count, c.size, c.newOnes, c.held, len(c.byID), lines, size, unread, held)
	}
}

// The work of an event does not grow with the conversation: what the window is
// told of is what has happened, and nothing else is looked at.
func TestLongConversation(t *testing.T) {
	d := chatDesk(t, client.PrivateChecked)
	for i := range maxLines {
		d.m.Apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: fmt.Sprint(i), Text: "x", Time: d.now}})
	}
	d.m.TakeChanges()
	d.m.MarkShown()
	c := d.m.contacts[ana]
	if len(c.unseen) != 0 || c.unread() != 0 {
		t.Errorf("%d of them are looked at for ever, %d unread", len(c.unseen), c.unread())
	}
	d.m.Apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: "new", Text: "x", Time: d.now}})
	d.m.Apply(client.MessageChanged{Message: client.Message{Peer: ana, ID: "7", Text: "y", Time: d.now}})
	d.m.Apply(client.MessageRemoved{Peer: ana, Message: "9"})
	if j := c.journal; len(j.late)+len(j.gone)+j.appended != 3 {
		t.Errorf("three things have happened: %+v", j)
	}
	if got := fmt.Sprint(d.m.TakeChanges().Rows); got != "{false false [9] [7] 1}" {
		t.Error(got)
	}
	allocs := testing.AllocsPerRun(100, func() {
		d.m.Apply(client.MessageChanged{Message: client.Message{Peer: ana, ID: "7", Text: "y", Time: d.now}})
		d.m.TakeChanges()
		d.m.MarkShown()
	})
	if allocs > 20 {
		t.Errorf("%v allocations for a changed line", allocs)
	}
}

// An event in a conversation that is as long as one gets.
func BenchmarkLongConversation(b *testing.B) {
	m := New(func(client.Command) {}, time.Now)
	m.Apply(client.Snapshot{Accounts: []client.Account{mine}, Contacts: []client.Contact{{Peer: ana, Protection: client.PrivateChecked}}})
	m.show(ScreenMain)
	m.Select(ana)
	n := 0
	more := func() {
		n++
		m.Apply(client.MessageAdded{Message: client.Message{Peer: ana, ID: fmt.Sprint(n), Text: "some words of a friend", Time: time.Now()}})
		m.MarkShown()
	}
	for range maxLines {
		more()
	}
	m.TakeChanges()
	for b.Loop() {
		more()
		m.TakeChanges()
		m.Row(m.RowCount() - 1)
	}
}
