package model

// PageView is a page in the window's place: settings, an account, a contact.
// Its header has the title and Back.
type PageView struct {
	Open     bool
	Kind     ActionKind // which page: the action that opens it
	Depth    int        // 1 over the main window, 2 for a page reached from that one
	Title    string
	Text     string
	Sections []Section
	Busy     *Busy
	Problem  *Problem
	Back     Button
	Buttons  []Button // under all sections
}

// Section is rows of a page that belong together, on one card.
type Section struct {
	Heading, Text string
	Rows          []PageRow
	Empty         string // shown instead of Rows
}

// PageRowKind says what a row of a page does.
type PageRowKind int

// The kinds of rows.
const (
	PageFact   PageRowKind = iota // Label and Value, to be read
	PageSwitch                    // On; Model.SetField(ID, SwitchOn or SwitchOff)
	PageChoice                    // one of Options: Value; Model.SetField(ID, its Value)
	PageText                      // an entry with Value: Model.SetField(ID, text); Return presses Action
	PageLink                      // the whole row is a button: Action
)

// What Model.SetField takes for a PageSwitch.
const (
	SwitchOn  = "on"
	SwitchOff = "off"
)

// PageRow is a row of a page.
type PageRow struct {
	ID      FieldID
	Kind    PageRowKind
	Label   string // also the name for screen readers
	Value   string
	Help    string
	Loses   string // what is lost while this is set lower than the default: always shown; Style says whether it is
	Icon    string
	Style   Style // of Icon and Loses
	Moving  bool  // it is being found out
	On      bool
	Options []Choice
	Mono    bool // a value to compare letter by letter
	Enabled bool // not of a PageFact
	Buttons []Button
	Action  Action

	// of a PageText
	Entry       FieldKind // FieldText, FieldSecret, FieldAddress or FieldLines
	Placeholder string
	Problem     string // in red, instead of Help
	Reveal      bool   // of a FieldSecret: show what stands there, the program wrote it
	Strength    *StrengthView
}
