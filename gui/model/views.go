package model

import "hushwing/client"

// The window passes these on without looking into them.
type (
	Command = client.Command // from New's do
	Peer    = client.Peer    // names a conversation
	Picture = client.Picture // of a server's form, decoded and bounded
)

// Screen is what fills the window.
type Screen int

// The screens.
const (
	ScreenStarting Screen = iota // nothing is known yet
	ScreenBroken                 // the profile cannot be opened: Broken
	ScreenUnlock                 // waits for the password: Unlock
	ScreenFirstRun               // FirstRun
	ScreenMain                   // Main, Conversation, Check, Details, Dialog
)

// Style is the name of a style class: it says by colour what the text says in
// words, never instead of them.
type Style string

// The styles.
const (
	StyleGood    Style = "good"    // green
	StyleWarn    Style = "warn"    // amber
	StyleNeutral Style = "neutral" // grey
	StyleBad     Style = "bad"     // red
)

// Button is something to press: Model.Press(Action).
type Button struct {
	Label       string
	Name        string // what a screen reader says; never empty
	Action      Action
	Enabled     bool
	Suggested   bool // the way on: stands out, and Return presses it
	Destructive bool
	Chosen      bool // of several that exclude each other: the one that holds
}

// Shown reports whether there is a button at all: the zero value is none.
func (b Button) Shown() bool { return b.Action.Kind != ActionNone }

// Action is what pressing a button asks for. It is a plain value: keep it with
// the widget and give it to Model.Press.
type Action struct {
	Kind  ActionKind
	Peer  Peer   // the conversation, where it is about one
	ID    string // a row of the conversation, or an account
	Index int    // the number of a choice
}

// ActionKind says what an Action does. The window needs none of them by name.
type ActionKind int

// FieldID names a field for Model.SetField. No two fields have the same one.
type FieldID string

// FieldKind says how a field is shown.
type FieldKind int

// The kinds of fields.
const (
	FieldText    FieldKind = iota // one line
	FieldSecret                   // one line, hidden, with a button that shows it
	FieldChoice                   // one of Options
	FieldFixed                    // a text to read: Value
	FieldAddress                  // one line, always from left to right
	FieldLines                    // several lines, always from left to right
	FieldDigits                   // a few digits, large, always from left to right
)

// Field is something to fill in. Value is what was typed: write it into the
// widget only where it differs, so that the cursor stays.
type Field struct {
	ID          FieldID
	Kind        FieldKind
	Label       string // visible, and the name for screen readers
	Value       string
	Placeholder string
	Help        string // under the field
	Problem     string // under the field, in red, instead of Help
	Options     []Choice
	Enabled     bool
	Reveal      bool   // of a FieldSecret: show what stands there, the program wrote it
	Button      Button // beside the field ("Another one"); may be none

	Picture     *Picture // above the field, to fill it in; another pointer is another picture
	PictureName string   // for screen readers
}

// Choice is one of the answers in a FieldChoice.
type Choice struct{ Value, Label string }

// Problem is what went wrong, for a person: what, and what to do next.
type Problem struct {
	Text   string
	Next   string
	Detail string // the technical part, for the fold; may be empty
	Button Button // may be none
}

// Busy says what is going on. There is always a button out of it beside it.
type Busy struct {
	Text     string
	Fraction float64 // 0 to 1; below 0: not known, the bar moves to and fro
}

// StartingView is what is shown until the first event.
type StartingView struct{ Text string }

// BrokenView says why the profile cannot be opened.
type BrokenView struct {
	Title   string
	Problem Problem
	Safe    string // "Nothing was changed or deleted."; empty where nobody knows
	Quit    Button
	Destroy Button // none where another Hushwing has it open

	Language LanguageView
}

// UnlockView asks for the password.
type UnlockView struct {
	Title, Text string
	Field       Field
	Busy        *Busy
	Problem     *Problem
	Unlock      Button
	Destroy     Button // for when there is no time for the password

	Language LanguageView // for this start only
}

// LanguageView chooses the language where the settings are out of reach. The zero
// value: it is not chosen here.
type LanguageView struct {
	Own     string // the language of now, by its own name
	Name    string // what a screen reader calls it
	Enabled bool
	Choices []Button // by their own names
}

// Shown reports whether there is anything to choose.
func (v LanguageView) Shown() bool { return len(v.Choices) > 0 }

// Page is a page of the first run.
type Page int

// The pages of the first run, in order.
const (
	PageWelcome Page = iota
	PagePassword
	PageTor
	PageTorWay   // bridges
	PageNew      // a new address: server and name
	PageForm     // what else that server wants to know
	PageExisting // an address that one has
	PageDone
)

// FirstRunView is a page of the first run. Show what is not empty, in the
// order of the fields here.
type FirstRunView struct {
	Page        Page
	Step, Steps int // "2 of 5", for a row of dots; Steps 0: none
	StepText    string
	Title, Text string
	Doors       []Door      // PageWelcome
	Servers     []ServerRow // PageNew
	Fields      []Field
	Strength    *StrengthView // PagePassword
	Address     *AddressView  // PageDone
	Notes       []string      // small print
	FoldLabel   string        // "Technical details"; with Folded
	Folded      []Field
	Busy        *Busy
	Problem     *Problem
	Other       Button // what few people need, after all else
	Back, Next  Button
	Language    LanguageView // PageWelcome
}

// Door is a way to begin.
type Door struct {
	Title, Text, Icon string
	Button            Button
}

// ServerRow is a server to choose: Model.Press(Choose.Action).
type ServerRow struct {
	Name   string
	Why    string
	Chosen bool
	Choose Button
}

// StrengthView tells how long a password would stand.
type StrengthView struct {
	Fraction float64 // 0 to 1, for the bar
	Text     string  // "About 3 years to guess"
	Style    Style
}

// AddressView shows the user's own address.
type AddressView struct {
	Address  string
	Copy     Button
	CopyLink Button   // the link that has the name of its key, too; may be none
	QR       [][]bool // rows of modules, true is dark; without the quiet zone (4 modules)
	QRName   string   // for screen readers
	Advice   string
}
