package model

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/client"
)

// crowd is a model on its main screen with n contacts.
func crowd(n int) *Model {
	m := New(func(client.Command) {}, noon)
	m.Apply(client.ProfileChanged{State: client.ProfileOpen})
	all := make([]client.Contact, n)
	for i := range all {
		all[i] = client.Contact{Peer: nth(i), Name: fmt.Sprintf("Contact %05d", i)}
	}
	m.Apply(client.Snapshot{Accounts: []client.Account{mine}, Contacts: all})
	return m
}

func nth(i int) Peer { return Peer{Account: "a1", Address: fmt.Sprintf("c%05d@example.test", i)} }

// shape is the list in short: headings in brackets.
func shape(m *Model) string {
	var out []string
	for i := range m.ListLen() {
		switch r := m.ListRow(i); {
		case r.Heading != nil:
			out = append(out, "["+plain(r.Heading.Title)+"]")
		default:
			out = append(out, r.Contact.Name)
		}
	}
	return strings.Join(out, " ")
}

// TestListOrder does at random what changes the order and compares with what
// sorting everything anew gives.
func TestListOrder(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		m := crowd(60)
		id := 0
		for step := range 300 {
			p := nth(r.IntN(80))
			switch r.IntN(6) {
			case 0:
				m.Apply(client.ContactRemoved{Peer: p})
			case 1:
				c := client.Contact{Peer: p, Name: fmt.Sprintf("Name %c", 'a'+r.IntN(26))}
				if r.IntN(2) == 0 {
					c.Groups = []string{fmt.Sprint("group ", r.IntN(3))}
				}
				m.Apply(client.ContactChanged{Contact: c})
			case 2, 3:
				id++
				m.Apply(client.MessageAdded{Message: client.Message{Peer: p, ID: fmt.Sprint(id), Text: "x", Time: noon().Add(-time.Duration(r.IntN(1000)) * time.Second)}})
			case 4:
				m.Select(p)
				m.MarkShown()
			case 5:
				m.Press(Action{Kind: ActionFold, ID: fmt.Sprint("ggroup ", r.IntN(3))})
			}
			if r.IntN(4) != 0 {
				continue // several changes at once
			}
			if got, want := shape(m), anew(m); got != want {
				t.Fatalf("seed %d, step %d:\n got  %s\n want %s", seed, step, got, want)
			}
			for i := range m.ListLen() {
				if at := m.ListFind(m.ListRow(i).Key); at != i {
					t.Fatalf("seed %d: row %d is found at %d", seed, i, at)
				}
			}
		}
	}
}

// anew is shape by sorting everything.
func anew(m *Model) string {
	var talks, rest []*contact
	groups := map[string][]*contact{}
	for _, c := range m.contacts {
		if c.unread() > 0 || !c.last.IsZero() {
			talks = append(talks, c)
		} else {
			rest = append(rest, c)
		}
	}
	byName := func(a, b *contact) int {
		if c := cmp.Compare(foldText(a.name()), foldText(b.name())); c != 0 {
			return c
		}
		return cmp.Compare(a.Address, b.Address)
	}
	slices.SortFunc(rest, byName)
	slices.SortFunc(talks, func(a, b *contact) int {
		if au, bu := a.unread() > 0, b.unread() > 0; au != bu {
			return map[bool]int{true: -1, false: 1}[au]
		}
		if c := b.last.Compare(a.last); c != 0 {
			return c
		}
		return byName(a, b)
	})
	for _, c := range rest {
		for _, g := range c.Groups {
			groups[g] = append(groups[g], c)
		}
		if len(c.Groups) == 0 {
			groups["~"] = append(groups["~"], c)
		}
	}
	var out []string
	add := func(title string, people []*contact, folded bool) {
		if len(people) == 0 {
			return
		}
		out = append(out, "["+title+"]")
		for _, c := range people {
			if !folded {
				out = append(out, c.name())
			}
		}
	}
	add("Conversations", talks, false)
	names := []string{}
	for g := range groups {
		names = append(names, g)
	}
	slices.Sort(names)
	if len(names) == 0 || names[0] == "~" {
		add("Contacts", rest, false)
	} else {
		for _, g := range names {
			if g == "~" {
				add("No group", groups[g], false)
			} else {
				add(g, groups[g], m.listing.folded["g"+g])
			}
		}
	}
	if len(out) > 0 && strings.Count(strings.Join(out, " "), "[") == 1 && (len(rest) == 0 || out[0] == "[Contacts]" || len(talks) == 0 && len(names) == 1 && names[0] == "~") {
		out = out[1:] // one section needs no heading, unless it is a group
	}
	return strings.Join(out, " ")
}

// TestListMakesFewRows counts the rows that are made while ten thousand contacts
// come and twice as many presences: those that are asked for, and no others.
func TestListMakesFewRows(t *testing.T) {
	m := crowd(10_000)
	made := func() (n int) {
		for _, c := range m.contacts {
			if c.row != nil {
				n++
			}
		}
		return n
	}
	look := func() {
		for i := range 15 {
			m.ListRow(i)
		}
	}
	look()
	m.TakeChanges()
	if n := made(); n != 15 {
		t.Errorf("%d rows were made", n)
	}
	moved := 0
	for i := range 20_000 {
		m.Apply(client.ContactChanged{Contact: client.Contact{Peer: nth(i % 10_000), Name: fmt.Sprintf("Contact %05d", i%10_000), Available: i%3 != 0}})
		moved = max(moved, len(m.listing.moved))
	}
	if c := m.TakeChanges(); !c.List || c.Conversation {
		t.Errorf("%+v", c)
	}
	if n := made(); n != 0 {
		t.Errorf("%d rows were made for presences", n)
	}
	if moved > 0 || m.listing.stale {
		t.Errorf("presences put %d contacts out of their places", moved)
	}
	for i := range m.ListLen() {
		m.ListRow(i)
	}
	if n := made(); n > mostBuilt {
		t.Errorf("%d rows are kept", n)
	}
}

// TestListSections: those with whom one talks stand apart, groups have headings,
// and one section alone needs none.
func TestListSections(t *testing.T) {
	d := mainDesk(t)
	d.isData("Family", "Work")
	want := func(s string) {
		t.Helper()
		d.equal("the list", shape(d.m), s)
	}
	want("Ana cleo dora")
	d.hear(dora, "1", "one", d.now)
	want("[Conversations] dora [Contacts] Ana cleo")
	d.apply(client.ContactChanged{Contact: client.Contact{Peer: ana, Name: "Ana", Groups: []string{"Work", "Family"}}})
	want("[Conversations] dora [Family] Ana [Work] Ana [No group] cleo")
	head := d.m.ListRow(2).Heading
	d.equal("a heading", head.Accessible, "Family: 1 contact")
	d.m.Press(head.Action)
	d.step()
	want("[Conversations] dora [Family] [Work] Ana [No group] cleo")
	if !d.m.ListRow(2).Heading.Folded || d.m.ListRow(0).Heading.Folds {
		t.Error("the headings do not say whether they fold")
	}
	// The same person twice: going on from where it was chosen.
	d.m.Press(d.m.ListRow(4).Contact.Action)
	d.step()
	if at := d.m.ListSelected(); at != 4 {
		t.Errorf("selected at %d", at)
	}
	d.m.SelectNext(1)
	d.step()
	if got := d.m.Conversation().Peer; got != cleo {
		t.Errorf("below is %v", got)
	}
	d.m.SelectNext(-9)
	d.step()
	if got := d.m.Conversation().Peer; got != dora {
		t.Errorf("the first is %v", got)
	}
	if !d.m.SelectNth(2) || d.m.Conversation().Peer != cleo || d.m.SelectNth(3) {
		t.Error("the third contact in sight is not the third")
	}
	d.set(FieldIDSearch, "family")
	want("Ana")
}

// TestSearchFinds looks for people as people write.
func TestSearchFinds(t *testing.T) {
	d := newDesk(t)
	d.isData(mine.Address)
	var all []client.Contact
	for i, name := range []string{"Søren Ångström", "Zoë Müller", "Strauß", "Иван Ёлкин", "يحيى", "José María", "Łukasz", "Ana", "Nathan", "Banana", "Ren"} {
		p := Peer{Account: "a1", Address: fmt.Sprintf("x%d@example.test", i)}
		d.isData(name, p.Address)
		all = append(all, client.Contact{Peer: p, Name: name})
	}
	all[7].Address = "q@zoe.example.test"
	d.isData(all[7].Address)
	d.apply(client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{Accounts: []client.Account{mine}, Contacts: all})
	for _, c := range []struct{ search, want string }{
		{"soren", "Søren Ångström"},
		{"ANGSTROM", "Søren Ångström"},
		{"mueller", ""},
		{"zoe", "Zoë Müller Ana"}, // the name before the address
		{"muller zo", "Zoë Müller"},
		{"strauss", "Strauß"},
		{"елкин", "Иван Ёлкин"},
		{"يحيي", "يحيى"},
		{"jose maria", "José María"},
		{"lukasz", "Łukasz"},
		{"an", "Ana Søren Ångström Banana Nathan"},
		{"  ", shape(d.m)},
		{"ren", "Ren Søren Ångström"},
		{"a@a", ""},
	} {
		d.set(FieldIDSearch, c.search)
		if got := shape(d.m); got != c.want {
			t.Errorf("%q finds %q, not %q", c.search, got, c.want)
		}
	}
	d.m.Escape()
	d.step()
	if d.m.Main().Search.Value != "" {
		t.Error("Escape does not clear the search")
	}
}

// BenchmarkPresence is a presence among ten thousand contacts with the rows that
// a window shows then.
func BenchmarkPresence(b *testing.B) {
	m := crowd(10_000)
	one := client.Contact{Peer: nth(7), Name: "Contact 00007"}
	for b.Loop() {
		one.Available = !one.Available
		m.Apply(client.ContactChanged{Contact: one})
		m.TakeChanges()
		for i := range min(15, m.ListLen()) {
			m.ListRow(i)
		}
	}
}
