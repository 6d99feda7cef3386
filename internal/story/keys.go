package story

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hushwing/internal/lab/screen/atspi"
)

// Somebody with PersonOptions.Keys has a keyboard and nothing else: whatever they
// press or fill in they reach by Tab and the arrows, from where the keyboard is,
// and use by Space, Return and typing. What they see is looked up over AT-SPI as
// with everybody; nothing is done over it but pressing keys.

// mostTabs bounds a search for a control: the whole window is fewer.
const mostTabs = 250

// focused is what has the keyboard; the zero Node: nothing.
func (p *Person) focused() atspi.Node {
	n, _ := p.find(atspi.Query{State: atspi.Focused}, func(n atspi.Node) bool { return n.Is(atspi.Showing) })
	return n
}

// moved waits until the keyboard is somewhere else than before, and says where. It
// may stay: at the end of a list, say.
func (p *Person) moved(from atspi.Node) atspi.Node {
	n := p.focused()
	for end := time.Now().Add(300 * time.Millisecond); n == from && time.Now().Before(end); n = p.focused() {
		time.Sleep(5 * time.Millisecond)
	}
	return n
}

// among are the roles whose controls are one stop of Tab together: the arrows go
// from one to the next.
var among = map[string]bool{"radio button": true, "list item": true, "menu item": true, "check menu item": true}

// reach brings the keyboard to a control.
func (p *Person) reach(what string, fits func(atspi.Node) bool) (atspi.Node, error) {
	var way []string
	for end := time.Now().Add(Patience); time.Now().Before(end) && p.Running() && p.life.Err() == nil; {
		at := p.focused()
		for range mostTabs {
			if at != (atspi.Node{}) && fits(at) {
				return at, nil
			}
			if found := p.alongside(at, fits); found != (atspi.Node{}) {
				return found, nil
			}
			name, _ := at.Name()
			role, _ := at.Role()
			way = append(way, fmt.Sprintf("%s %q", role, name))
			if err := p.desk.Key(atspi.KeyTab); err != nil {
				return atspi.Node{}, err
			}
			if at = p.moved(at); at != (atspi.Node{}) && len(way) > 1 && p.begins(at, way) {
				break // all round, and not there: it may still have to come
			}
		}
		time.Sleep(pollEvery)
		if len(way) > 400 {
			way = way[len(way)-200:]
		}
	}
	return atspi.Node{}, fmt.Errorf("%s does not reach %s by the keyboard; Tab went to %q; there is\n%s", p.Name, what, way, p.Tree())
}

// begins reports whether a search is where it began.
func (p *Person) begins(at atspi.Node, way []string) bool {
	name, _ := at.Name()
	role, _ := at.Role()
	return way[0] == fmt.Sprintf("%s %q", role, name)
}

// alongside goes by the arrows to a control beside the one with the keyboard, if
// it is there. Without one they stay alone: over the first row they lead out of a
// list.
func (p *Person) alongside(at atspi.Node, fits func(atspi.Node) bool) atspi.Node {
	if role, err := at.Role(); err != nil || !among[role] {
		return atspi.Node{}
	}
	if beside := p.beside(at); !slices.ContainsFunc(beside, fits) {
		return atspi.Node{}
	}
	for _, key := range []int{atspi.KeyDown, atspi.KeyUp} {
		for now := at; ; {
			if p.desk.Key(key) != nil {
				return atspi.Node{}
			}
			next := p.moved(now)
			if next == now || next == (atspi.Node{}) {
				break
			}
			if fits(next) {
				return next
			}
			if next == at {
				break
			}
			now = next
		}
	}
	return atspi.Node{}
}

// beside are the controls of a list, a menu or a choice, of which one has the
// keyboard. Each of a choice may be in a box of its own.
func (p *Person) beside(at atspi.Node) []atspi.Node {
	role, _ := at.Role()
	group := at
	for range 5 {
		var err error
		if group, err = group.Parent(); err != nil {
			return nil
		}
		all, _ := group.All(atspi.Query{Role: role})
		if len(all) > 1 || role != "radio button" {
			return all
		}
	}
	return nil
}

// pressByKey presses a button by Space.
func (p *Person) pressByKey(name string) error {
	// It has to be there first: nobody presses Tab for minutes.
	is := func(n atspi.Node) bool {
		have, err := n.Name()
		if err != nil || have != name {
			return false
		}
		role, err := n.Role()
		return err == nil && pressable[role] && n.Is(atspi.Sensitive)
	}
	if _, err := p.lookFor(atspi.Query{Name: name, Hidden: true}, is); err != nil {
		return err
	}
	n, err := p.reach(fmt.Sprintf("%q", name), is)
	if err != nil {
		return err
	}
	if role, _ := n.Role(); role == "radio button" && n.Is(atspi.Checked) {
		return nil // the arrows choose as they go
	}
	return p.desk.Key(atspi.KeySpace)
}

// fillByKey types into the field with this label, in place of what is there.
func (p *Person) fillByKey(label, text string) error {
	is := func(n atspi.Node) bool {
		have, err := n.Name()
		return err == nil && have == label && n.Is(atspi.Editable)
	}
	if _, err := p.lookFor(atspi.Query{Name: label, Hidden: true}, is); err != nil {
		return err
	}
	n, err := p.reach(fmt.Sprintf("the field %q", label), is)
	if err != nil {
		return err
	}
	role, _ := n.Role()
	var have string
	// A character that no key has is put on a spare one for a moment. Where the program
	// is slow to hear of it the next character comes instead: then slower.
	for _, pause := range []time.Duration{50 * time.Millisecond, 250 * time.Millisecond, time.Second} {
		if err := do(
			func() error { return p.desk.KeyWith(atspi.Control, 'a') },
			func() error { return p.desk.Key(atspi.KeyDelete) },
			func() error { return p.typing(text, pause) },
		); err != nil {
			return err
		}
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(pollEvery) {
			have, err = n.Text()
			dots := role == "password text" && len([]rune(have)) == len([]rune(text))
			if err == nil && (have == text || dots) {
				return nil
			}
		}
	}
	return fmt.Errorf("%s typed %q into %q, and there stands %q (%v)", p.Name, text, label, have, err)
}

// typing presses one key after the other, with a pause after those that have to
// be made first.
func (p *Person) typing(text string, pause time.Duration) error {
	for _, r := range text {
		if r >= 0x7f {
			time.Sleep(pause)
		}
		if err := p.Type(string(r)); err != nil {
			return err
		}
		if r >= 0x7f {
			time.Sleep(pause)
		}
	}
	return nil
}

// chooseByKey opens a row of a list.
func (p *Person) chooseByKey(words string) error {
	is := func(n atspi.Node) bool {
		name, err := n.Name()
		if err != nil || !strings.Contains(name, words) {
			return false
		}
		role, err := n.Role()
		return err == nil && role == "list item"
	}
	if _, err := p.lookFor(atspi.Query{Role: "list item", Hidden: true}, is); err != nil {
		return err
	}
	if _, err := p.reach(fmt.Sprintf("the row %q", words), is); err != nil {
		return err
	}
	return p.desk.Key(atspi.KeyReturn)
}
