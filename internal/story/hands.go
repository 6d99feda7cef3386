package story

import (
	"context"
	"fmt"
	"time"

	"hushwing/internal/lab/screen/atspi"
)

// pollEvery is how often somebody looks again: a search asks the program's main
// loop a few hundred questions.
const pollEvery = 40 * time.Millisecond

// look waits for something in the window.
func (p *Person) look(q atspi.Query) (atspi.Node, error) {
	return p.lookFor(q, func(atspi.Node) bool { return true })
}

// lookFor is look among those that fit, too. What is to be used and out of sight
// is brought into sight, as the Tab key does.
func (p *Person) lookFor(q atspi.Query, fits func(atspi.Node) bool) (atspi.Node, error) {
	var last error
	for end := time.Now().Add(Patience); time.Now().Before(end) && p.Running() && p.life.Err() == nil; time.Sleep(pollEvery) {
		var found atspi.Node
		if found, last = p.find(q, fits); found != (atspi.Node{}) {
			return found, nil
		}
		if q.State != 0 { // something to be used, not only read
			hidden := q
			hidden.Hidden = true
			if found, _ := p.find(hidden, func(n atspi.Node) bool { return n.Is(atspi.Visible, atspi.Focusable) && fits(n) }); found != (atspi.Node{}) {
				_ = found.Focus()
			}
		}
	}
	return atspi.Node{}, fmt.Errorf("%s looks for %s in vain (%v); there is\n%s", p.Name, q, last, p.Tree())
}

// find looks once.
func (p *Person) find(q atspi.Query, fits func(atspi.Node) bool) (atspi.Node, error) {
	all, err := p.app.All(q)
	for _, n := range all {
		if fits(n) {
			return n, nil
		}
	}
	return atspi.Node{}, err
}

// Sees waits until these words stand somewhere in the window.
func (p *Person) Sees(words string) error {
	_, err := p.look(atspi.Query{Has: words})
	return err
}

// Misses waits until these words stand nowhere in the window.
func (p *Person) Misses(words string) error {
	ctx, cancel := context.WithTimeout(p.life, Patience)
	defer cancel()
	if err := p.app.Gone(ctx, atspi.Query{Has: words}); err != nil {
		return fmt.Errorf("%s waits until %q is gone: %w", p.Name, words, err)
	}
	return nil
}

// Has reports whether these words stand in the window now.
func (p *Person) Has(words string) bool {
	all, err := p.app.All(atspi.Query{Has: words})
	return err == nil && len(all) > 0
}

// pressable are the roles of what is pressed: a label may have the same name.
var pressable = map[string]bool{"push button": true, "toggle button": true, "radio button": true, "check box": true, "menu item": true}

// Press presses a button, once it can be pressed.
func (p *Person) Press(name string) error {
	if p.keys {
		return p.pressByKey(name)
	}
	var err error
	// It may be gone, or off, since it was found: then look again.
	for range 10 {
		var n atspi.Node
		n, err = p.lookFor(atspi.Query{Name: name, State: atspi.Sensitive}, func(n atspi.Node) bool {
			role, err := n.Role()
			return err == nil && pressable[role]
		})
		if err != nil {
			return err
		}
		if err = n.Click(); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%s presses %q: %w", p.Name, name, err)
}

// Fill writes into the field with this label.
func (p *Person) Fill(label, text string) error {
	if p.keys {
		return p.fillByKey(label, text)
	}
	n, err := p.look(atspi.Query{Name: label, State: atspi.Editable})
	if err != nil {
		return err
	}
	if err := n.SetText(text); err != nil {
		return fmt.Errorf("%s fills in %q: %w", p.Name, label, err)
	}
	return nil
}

// Choose opens a row of a list: a row has no action, so it gets the keyboard
// and Return.
func (p *Person) Choose(words string) error {
	if p.keys {
		return p.chooseByKey(words)
	}
	if err := p.GoTo(words); err != nil {
		return err
	}
	return p.desk.Key(atspi.KeyReturn)
}

// GoTo gives the keyboard to a row of a list.
func (p *Person) GoTo(words string) error {
	row, err := p.look(atspi.Query{Role: "list item", Has: words})
	if err != nil {
		return err
	}
	if err := row.Focus(); err != nil {
		return fmt.Errorf("%s goes to %q: %w", p.Name, words, err)
	}
	for end := time.Now().Add(Patience); !row.Is(atspi.Focused) && time.Now().Before(end); {
		time.Sleep(pollEvery)
	}
	return nil
}

// Type presses one key after the other, for whatever has the keyboard. A line
// break is Return.
func (p *Person) Type(text string) error {
	for _, r := range text {
		if err := p.desk.Key(atspi.KeyOf(r)); err != nil {
			return err
		}
	}
	return nil
}

// Key presses one key (an X keysym) for whatever has the keyboard.
func (p *Person) Key(keysym int) error { return p.desk.Key(keysym) }

// RightClick presses the right button of the mouse on these words.
func (p *Person) RightClick(words string) error {
	n, err := p.look(atspi.Query{Role: "label", Text: words})
	if err != nil {
		return err
	}
	if err := p.desk.RightClick(n); err != nil {
		return fmt.Errorf("%s clicks on %q: %w", p.Name, words, err)
	}
	return nil
}
