package model

import "hushwing/client"

// The window passes these on without looking into them.
type (
	Command = client.Command // from New's do
	Peer    = client.Peer    // names a conversation
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

// ActionKind says what an Action does. The window needs none of them by name,
// save those in the comment of Model.Press.
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
	Safe    string // "Nothing was changed or deleted."
	Quit    Button
}

// UnlockView asks for the password.
type UnlockView struct {
	Title, Text string
	Field       Field
	Busy        *Busy
	Problem     *Problem
	Unlock      Button
}

// Page is a page of the first run.
type Page int

// The pages of the first run, in order.
const (
	PageWelcome Page = iota
	PagePassword
	PageTor
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
	Back, Next  Button
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
	Address string
	Copy    Button
	QR      [][]bool // rows of modules, true is dark; without the quiet zone (4 modules)
	QRName  string   // for screen readers
	Advice  string
}

// MainView is the left pane.
type MainView struct {
	Title    string
	Status   StatusView
	Requests []RequestRow
	Search   Field
	Rows     []ContactRow
	Empty    string // shown instead of Rows
	Add      Button
	MyCode   Button // shows one's own address
}

// StatusView is the state of the accounts in one line.
type StatusView struct {
	Text     string // the worst state, with what comes next
	Icon     string
	Style    Style
	Moving   bool
	Button   Button // "Try again"; may be none
	Accounts []AccountRow
}

// AccountRow is one account, for the list behind the line.
type AccountRow struct {
	ID      string
	Address string
	Text    string
	Next    string
	Detail  string // technical
	Icon    string
	Style   Style
	Buttons []Button
}

// RequestRow is a stranger who asks to be a contact. Nothing of theirs is
// shown but the address.
type RequestRow struct {
	Peer    Peer
	Text    string
	Note    string // "To ben@example.org", with several accounts
	Accept  Button
	Refuse  Button
	Problem string
	Busy    bool
}

// ContactRow is a conversation in the list.
type ContactRow struct {
	Peer       Peer
	Name       string
	Sub        string // where it stands, in words; never what was written
	Initials   string
	Colour     int // 0 to Colours-1
	Unread     int
	UnreadText string // "3 new messages"; empty with 0
	Icon       string // how safe it is
	IconName   string // the same for screen readers
	Style      Style
	Selected   bool
	Accessible string // the whole row in one sentence
	Buttons    []Button
}

// Colours is the number of avatar colours.
const Colours = 9

// ConversationView is the right pane, without its messages: Model.Rows.
type ConversationView struct {
	Open     bool // something is selected; otherwise show Empty
	Empty    string
	Peer     Peer
	Title    string
	Sub      string
	Initials string
	Colour   int
	Strip    StripView
	Menu     []Button
	Composer ComposerView
}

// StripView is the one line that says whether we are safe now.
type StripView struct {
	Text    string
	Icon    string
	Style   Style
	Moving  bool // something is under way
	Buttons []Button
}

// ComposerView is where one writes. Text is to be written into the widget
// when Changes.Composer is set, and only where it differs.
type ComposerView struct {
	Enabled     bool
	Text        string
	Placeholder string
	Name        string // for screen readers
	Problem     string // why the last text was not taken; it is still in Text
	Send        Button
}

// RowKind says how a row of a conversation is drawn.
type RowKind int

// The kinds of rows.
const (
	RowDay   RowKind = iota // a day, between rows
	RowText                 // a bubble: Mine says whose
	RowClear                // a bubble in a box: it came unprotected
	RowNote                 // a line of the program's own
)

// Row is a row of a conversation.
type Row struct {
	ID         string // stable, unique in the conversation
	Kind       RowKind
	Mine       bool
	Heading    string // over the text: "Not private", "Written for Ana's earlier key"
	Text       string
	Time       string // "09:41"
	Mark       MarkView
	Problem    string   // why it was not sent, and what to do
	Buttons    []Button // always there
	Menu       []Button // on demand: "Copy", "Discard"
	Style      Style
	Accessible string // the whole row for screen readers
}

// MarkView says how far a text of one's own has come. The zero value: none.
type MarkView struct {
	Icon  string // name of an icon, or
	Glyph string // ticks to be shown as text
	Label string // for screen readers and as a tooltip
	Style Style
}

// CheckView is the way of checking a contact, shown over the conversation.
type CheckView struct {
	Open     bool
	Peer     Peer
	Title    string
	Text     string
	Icon     string // with a result
	Style    Style
	Ways     []WayRow // "How can you two check?"
	Quote    string   // the contact's question
	Fields   []Field
	Hints    []string
	Busy     *Busy
	Problem  *Problem
	Attempts string // how many are left; may be empty
	Proves   string // what a check proves
	Buttons  []Button
	Close    Button
}

// WayRow is a way of checking.
type WayRow struct {
	Title  string
	Text   string // with a closed way: why
	Icon   string
	Button Button // disabled when the way is closed
}

// DetailsView is the fold "Technical details" of a conversation.
type DetailsView struct {
	Open    bool
	Title   string
	Text    string
	Rows    []DetailRow
	Buttons []Button // among them the override of a locked key
	Close   Button
}

// DetailRow is a technical fact.
type DetailRow struct {
	Label, Value string
	Mono         bool // a value to compare letter by letter
	Copy         Button
}

// DialogView is a small question: adding, renaming, removing a contact, using
// a key unchecked, one's own address.
type DialogView struct {
	Open        bool
	Title, Text string
	Fields      []Field
	Address     *AddressView
	Busy        *Busy
	Problem     *Problem
	OK, Cancel  Button
}

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
	Check        bool
	Details      bool
	Dialog       bool

	Clipboard string // not empty: put it on the clipboard
	Toast     *Toast
	Focus     Focus
	FocusID   FieldID // with FocusField
	Quit      bool    // the user asked to leave
}

// RowChanges names what changed among Model.Rows. Either Reset, or: first take
// away Removed, then redraw Changed, then add the last Appended rows at the end.
type RowChanges struct {
	Reset    bool
	Removed  []string
	Changed  []string
	Appended int
}

// Any reports whether anything changed.
func (c RowChanges) Any() bool {
	return c.Reset || len(c.Removed) > 0 || len(c.Changed) > 0 || c.Appended > 0
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
)
