// Package model is what every screen shows and what every action asks for, as
// plain Go values: events of the client in, views and commands out. It knows
// no widgets, so it is tested without a display, and it makes all the
// decisions, so that the widgets make none.
//
// A Model lives on one goroutine, that of the window. Nothing here blocks.
// The window does this and no more:
//
//	m.Apply(event)             for each event of the client
//	c := m.TakeChanges()       then redraw what c names
//	m.Press(button.Action)     when a button was pressed
//	m.SetField(field.ID, text) when a field was edited
//	m.Tick()                   once a second while m.Ticking()
//	m.MarkShown()              when rows are before somebody's eyes
//
// Every string in a view is a finished sentence in the user's language, ready
// to be shown as it is (never as markup: names and texts are not escaped).
package model
