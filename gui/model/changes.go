package model

// Toast is a passing line with, perhaps, a button.
type Toast struct {
	Text   string
	Button Button
}

// Changes names what changed since the last TakeChanges.
type Changes struct {
	Screen       bool
	Starting     bool
	Broken       bool
	Unlock       bool
	FirstRun     bool
	Main         bool // the left pane; which parts of it, the next three say
	Status       bool // the line of the accounts
	Requests     bool
	List         bool // contacts and search
	Conversation bool // header, menu, the strip
	Composer     bool // also: its text is to be written into the widget
	Rows         RowChanges
	Picked       bool // which rows are picked
	Check        bool
	Details      bool
	Dialog       bool
	Page         bool
	Settings     bool // Model.Settings
	Forget       bool // the profile was closed: nothing that was shown of it may stay
	Language     bool // words that were shown are another language's now, its direction too

	Clipboard string // not empty: put it on the clipboard
	Toast     *Toast
	Focus     Focus
	FocusID   FieldID // with FocusField
	FocusRow  string  // with FocusRow: the ID of a row
	Reveal    string  // not empty: bring this row of the conversation into sight
	Quit      bool    // the user asked to leave
	Hide      bool    // the window goes, the program stays
	Present   bool    // the user wants to see the window
	Place     bool    // the window takes the size of Settings().Window

	Notify   []Notification // for the desktop to show
	Withdraw []string       // tags of those that it is not to show any more
}

// RowChanges names what changed among the rows. Either Reset, or: first take away
// Removed, then redraw Changed (with Redraw, all), then add the last Appended
// rows at the end.
type RowChanges struct {
	Reset    bool
	Redraw   bool
	Removed  []string
	Changed  []string
	Appended int
}

// Any reports whether anything changed.
func (c RowChanges) Any() bool {
	return c.Reset || c.Redraw || len(c.Removed) > 0 || len(c.Changed) > 0 || c.Appended > 0
}

// Focus says where the keyboard should go after something the user did. It is
// never set by what others did: a message takes no focus.
type Focus int

// The places of the focus.
const (
	FocusNone     Focus = iota
	FocusComposer       // the entry of the conversation
	FocusField          // the field Changes.FocusID
	FocusList
	FocusRow // the row Changes.FocusRow of the conversation
)
