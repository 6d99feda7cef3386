package atspi

import (
	"fmt"
	"strings"
)

// State is one state of a widget (AtspiStateType).
type State uint

// The states that tests ask for; others show as numbers.
const (
	Active    State = 1
	Checked   State = 4
	Editable  State = 7
	Enabled   State = 8
	Expanded  State = 10
	Focusable State = 11
	Focused   State = 12
	Modal     State = 16
	MultiLine State = 17
	Pressed   State = 20
	Selected  State = 23
	Sensitive State = 24
	Showing   State = 25 // on the screen, with all that it is in
	Visible   State = 30 // not hidden, though what it is in may be
)

var stateNames = map[State]string{
	Active: "active", Checked: "checked", Editable: "editable", Enabled: "enabled", Expanded: "expanded",
	Focusable: "focusable", Focused: "focused", Modal: "modal", MultiLine: "multi-line", Pressed: "pressed",
	Selected: "selected", Sensitive: "sensitive", Showing: "showing", Visible: "visible",
}

// States is a set of states.
type States uint64

// Has reports whether all of these are in the set.
func (s States) Has(states ...State) bool {
	for _, one := range states {
		if s&(1<<one) == 0 {
			return false
		}
	}
	return true
}

// String lists the states.
func (s States) String() string {
	var names []string
	for i := range State(64) {
		if s&(1<<i) == 0 {
			continue
		}
		name, ok := stateNames[i]
		if !ok {
			name = fmt.Sprint(uint(i))
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}
