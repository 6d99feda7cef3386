package xmpp

// FieldKind is how a field of a form is shown.
type FieldKind int

// The kinds of fields.
const (
	Text   FieldKind = iota + 1 // a line of text
	Secret                      // a line of text that is not shown
	Choice                      // one of Options
	Fixed                       // a text of the server, nothing to fill in
	Hidden                      // not shown, sent back as it came
)

// Option is one choice of a field.
type Option struct{ Label, Value string }

// Field is one field of a form. All texts come from the server: plain text, at
// most MaxFieldText bytes each, without control characters.
type Field struct {
	Name     string // "username" and "password" mean what they say
	Label    string // may be empty: then Name says it
	Kind     FieldKind
	Options  []Option // of a Choice; yes and no ("1", "0") for a boolean
	Value    string   // what the server suggests
	Required bool
}

// NeedsMoreReason says what of a form cannot be shown yet.
type NeedsMoreReason int

// The reasons of Form.Reason.
const (
	// NeedsPicture: a picture, sound or film has to be looked at (XEP-0158).
	NeedsPicture NeedsMoreReason = iota + 1
	// NeedsWebsite: the account is made on a web page (XEP-0066).
	NeedsWebsite
	// NeedsUnknown: a kind of field that we do not know, and that is required.
	NeedsUnknown
)

// Form is the server's form for a new account.
type Form struct {
	Instructions string
	Fields       []Field
	NeedsMore    bool // it holds what cannot be shown yet: Submit gives CannotShow
	Reason       NeedsMoreReason
	Website      string // of NeedsWebsite: the server's word, never opened
}
