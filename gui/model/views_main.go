package model

// MainView is the left pane.
type MainView struct {
	Title       string
	Status      StatusView
	Tray        TrayView // over Requests, where there are many
	Requests    []RequestRow
	Search      Field
	Empty       string // shown where the list has no rows: Model.ListRow
	EmptyButton Button // under it; may be none
	Add         Button
	Menu        [][]Button // the main menu, in groups
}

// StatusView is the state of the accounts in one line.
type StatusView struct {
	Text     string // the worst state, with what comes next
	Icon     string
	Style    Style
	Moving   bool
	Button   Button // "Try again"; may be none
	Show     Field  // a choice: what contacts see; shown with Accounts
	Accounts []AccountRow
}

// AccountRow is one account, for the list behind the line.
type AccountRow struct {
	ID      string
	Address string
	Mark    AccountMark
	Text    string
	Next    string
	Detail  string // technical
	Icon    string
	Style   Style
	Buttons []Button
}

// TrayView stands for many requests, which would push the list away. Without a
// Text there is none.
type TrayView struct {
	Text   string
	Advice string // while they are shown
	Open   bool
	Toggle Button
	Refuse Button // all of them
	Hidden string // says that more come after these; may be empty
}

// AccountMark tells accounts apart where there are several: by a number and,
// beside it, by a colour. The zero value: there is one account.
type AccountMark struct {
	Number int
	Colour int    // 0 to MarkColours-1
	Name   string // "At your address ben@example.org", for screen readers and as a tooltip
}

// MarkColours is the number of colours of AccountMark.
const MarkColours = 8

// RequestRow is a stranger who asks to be a contact. Nothing of theirs is
// shown but the address.
type RequestRow struct {
	Peer    Peer
	Text    string
	Note    string // "To ben@example.org", with several accounts
	Advice  string
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
	Mark       AccountMark
	Unread     int
	UnreadText string   // "3 new messages"; empty with 0
	About      MarkView // of what Sub says, where that is about texts of ours
	Icon       string   // how safe it is
	IconName   string   // the same for screen readers
	Style      Style
	Selected   bool
	Accessible string // the whole row in one sentence
	Action     Action // opens it
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
	Pending  PendingView
	Menu     []Button
	Composer ComposerView
}

// StripView is the one line that says whether we are safe now.
type StripView struct {
	Text    string
	Icon    string
	Style   Style
	Moving  bool   // something is under way
	Shield  Button // what the icon leads to
	Buttons []Button
}

// PendingView is the line over the composer that says what has not gone out.
// Without a Text there is none.
type PendingView struct {
	Text    string
	Icon    string
	Style   Style
	Buttons []Button
}

// ComposerView is where one writes. Text is to be written into the widget
// when Changes.Composer is set, and only where it differs.
type ComposerView struct {
	Enabled     bool
	Text        string
	Placeholder string
	Name        string // for screen readers
	Left        string // how much more can be written, when that is not much
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
	Direction  Direction // of Text
	Telling    bool      // Text tells what somebody does ("/me waves")
	Links      []Span    // in Text, in order
	Warning    string    // what Text hides
	Fold       Button    // shows more of Text, or less; may be none
	Time       string    // "09:41"
	Mark       MarkView
	Problem    string   // why it was not sent, and what to do
	Buttons    []Button // always there
	Menu       []Button // on demand: "Copy", "Cancel sending"
	MenuName   string   // not empty: there is a button that opens Menu, with this name
	Style      Style
	Accessible string // the whole row for screen readers
}

// Span is a part of a text, in bytes.
type Span struct{ From, To int }

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
	Code     *CodeView
	Quote    string // the contact's question
	Fields   []Field
	Hints    []string
	Busy     *Busy
	Problem  *Problem
	Attempts string // how many are left; may be empty
	Proves   string // what a check proves
	Buttons  []Button
	Close    Button

	FoldLabel string      // "Technical details"; with Facts
	Facts     []DetailRow // what other programs show instead of a code
}

// CodeView is digits to be read aloud or compared, always from left to right.
type CodeView struct {
	Groups []string // in rows of four
	Large  bool     // the one code of a call
	Name   string   // for screen readers: digit by digit
	QR     [][]bool // as AddressView's; nil: none
	QRName string
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
	Evidence    []EvidenceRow
	Fields      []Field
	Address     *AddressView
	Busy        *Busy
	Problem     *Problem
	FoldLabel   string // "Technical details"; with Facts and Folded
	Facts       []DetailRow
	Folded      []Field
	FoldedOK    Button // at the end of the fold
	OK, Cancel  Button
}

// EvidenceRow is something that speaks for or against.
type EvidenceRow struct {
	Heading string
	Text    string
	Icon    string
	Style   Style
	Moving  bool   // it is being found out
	Button  Button // may be none
}
