package xmpp

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// FieldKind is how a field of a form is shown.
type FieldKind int

// The kinds of fields.
const (
	Text   FieldKind = iota + 1 // a line of text
	Secret                      // a line of text that is not shown
	Choice                      // one of Options
	Fixed                       // a text of the server, nothing to fill in
	Hidden                      // not shown, sent back as it came
	YesNo                       // "1" or "0"
)

// Option is one choice of a field.
type Option struct{ Label, Value string }

// Field is one field of a form. All texts come from the server: plain text, at
// most MaxFieldText bytes each, without control characters.
type Field struct {
	Name     string // "username" and "password" mean what they say
	Label    string // may be empty: then Name says it
	Kind     FieldKind
	Options  []Option // of a Choice
	Value    string   // what the server suggests
	Required bool
	Picture  []byte // what has to be looked at to fill it in: see readPicture; nil: nothing
}

// NeedsMoreReason says what of a form cannot be shown yet.
type NeedsMoreReason int

// The reasons of Form.Reason.
const (
	// NeedsMedia: a sound or film, or a picture that is too large, damaged or
	// of a kind that is not shown (XEP-0158).
	NeedsMedia NeedsMoreReason = iota + 1
	// NeedsWebsite: the account is made on a web page (XEP-0066), or the picture
	// lies on one. Nothing is fetched from there.
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

	data   bool // answered with a data form (XEP-0004), not with XEP-0077's own fields
	puzzle bool // a picture has to be read
}

// Bounds of a form; a form beyond them cannot be shown.
const (
	MaxFieldText = 4 << 10
	maxFields    = 64
	maxOptions   = 512
)

const (
	nsData  = "jabber:x:data"
	nsOOB   = "jabber:x:oob"
	nsMedia = "urn:xmpp:media-element"
)

func (f *Form) needs(r NeedsMoreReason) {
	if !f.NeedsMore {
		f.NeedsMore, f.Reason = true, r
	}
}

// legacy are the fields of XEP-0077 itself (14.1).
var legacy = []string{
	"username", "nick", "password", "name", "first", "last", "email", "address", "city",
	"state", "zip", "phone", "url", "date", "misc", "text", "key",
}

// readForm reads the <query/> of a server that registers accounts. A data form
// goes before the fields beside it, which are for older programs (XEP-0077, 5).
func readForm(query *node) Form {
	f := Form{Instructions: plainText(textOf(query.child(nsRegister, "instructions")), MaxFieldText)}
	if x := query.child(nsData, "x"); x != nil {
		f.data = true
		f.readData(x, query.pictures())
	} else {
		for _, k := range query.Kids {
			if k.XMLName.Space == nsRegister && slices.Contains(legacy, k.XMLName.Local) {
				f.add(legacyField(k))
			}
		}
	}
	if len(f.Fields) == 0 && !f.NeedsMore {
		f.needs(NeedsUnknown)
		if oob := query.child(nsOOB, "x"); oob != nil {
			f.Reason = NeedsWebsite
			f.Website = plainText(textOf(oob.child(nsOOB, "url")), MaxFieldText)
		}
	}
	return f
}

func legacyField(k *node) Field {
	field := Field{Name: k.XMLName.Local, Kind: Text, Value: plainText(k.Text, MaxFieldText), Required: true}
	switch field.Name {
	case "password":
		field.Kind = Secret
	case "key":
		field.Kind, field.Value = Hidden, k.Text
	}
	return field
}

func (f *Form) add(field Field) {
	switch {
	case len(f.Fields) >= maxFields, len(field.Options) > maxOptions, len(field.Value) > MaxFieldText:
		f.needs(NeedsUnknown)
	case slices.ContainsFunc(f.Fields, func(o Field) bool { return o.Name != "" && o.Name == field.Name }):
		f.needs(NeedsUnknown) // two of a name: which one would we answer?
	default:
		f.Fields = append(f.Fields, field)
	}
}

// readData reads a data form (XEP-0004, 3). Its own instructions go before those
// beside it, which may be about programs that do not know such forms.
func (f *Form) readData(x *node, pictures map[string][]byte) {
	own, reason := false, NeedsMoreReason(0)
	for _, k := range x.Kids {
		switch {
		case k.is(nsData, "instructions"):
			if text := plainText(k.Text, MaxFieldText); !own && text != "" {
				f.Instructions, own = text, true
			}
		case k.is(nsData, "field") && k.child(nsMedia, "media") != nil:
			if why := f.readMedia(k, pictures); why != 0 {
				reason = why
			}
		case k.is(nsData, "field"):
			f.readField(k, nil)
		}
	}
	if reason != 0 && !f.puzzle {
		f.needs(reason)
	}
	if f.Reason == NeedsWebsite {
		f.Website = plainText(textOf(x.field("captcha-fallback-url")), MaxFieldText)
	}
}

func (f *Form) readField(k *node, picture []byte) {
	name, required := k.get("var"), k.child(nsData, "required") != nil
	value := textOf(k.child(nsData, "value"))
	field := Field{
		Name: name, Label: plainText(k.get("label"), MaxFieldText),
		Value: plainText(value, MaxFieldText), Kind: Text, Required: required, Picture: picture,
	}
	if name == "username" || name == "password" {
		field.Required = true
	}
	switch {
	case fallback(name):
		return
	case name == "SHA-256": // a sum for the computer to do (XEP-0158, 5), not for a person
		if required {
			f.needs(NeedsUnknown)
		}
		return
	}
	switch typ := k.get("type"); typ {
	case "", "text-single", "jid-single":
	case "text-private":
		field.Kind, field.Value = Secret, ""
	case "list-single":
		field.Kind, field.Options, field.Value = Choice, options(k), value
	case "boolean":
		field.Kind = YesNo
		field.Value = map[bool]string{true: "1", false: "0"}[value == "1" || value == "true"]
	case "fixed":
		if name == "" || value != "" {
			f.add(Field{Label: field.Label, Kind: Fixed, Value: field.Value})
		}
		return
	case "hidden":
		field.Kind, field.Value = Hidden, value
	default: // text-multi, list-multi, jid-multi, or of a later time
		if required {
			f.needs(NeedsUnknown)
		}
		return
	}
	if name == "" {
		if required {
			f.needs(NeedsUnknown)
		}
		return
	}
	if len(name) > MaxFieldText {
		f.needs(NeedsUnknown)
		return
	}
	if field.Kind == Choice && len(field.Options) == 0 {
		if required {
			f.needs(NeedsUnknown)
		}
		return
	}
	f.add(field)
}

func options(k *node) []Option {
	var list []Option
	for _, o := range k.Kids {
		if !o.is(nsData, "option") {
			continue
		}
		value := textOf(o.child(nsData, "value"))
		label := plainText(o.get("label"), MaxFieldText)
		if label == "" {
			label = plainText(value, MaxFieldText)
		}
		list = append(list, Option{Label: label, Value: value})
	}
	return list
}

func textOf(n *node) string {
	if n == nil {
		return ""
	}
	return strings.TrimSpace(n.Text)
}

var (
	errMissing = errors.New("xmpp: a required field is empty")
	errChoice  = errors.New("xmpp: not one of the choices")
	errUnknown = errors.New("xmpp: no such field")
)

// answer fills in the form.
func (f Form) answer(values map[string]string) (xml.TokenReader, error) {
	for name := range values {
		if !slices.ContainsFunc(f.Fields, func(o Field) bool {
			return o.Name == name && o.Kind != Hidden && o.Kind != Fixed
		}) {
			return nil, fmt.Errorf("%w: %q", errUnknown, name)
		}
	}
	var fields []xml.TokenReader
	for _, field := range f.Fields {
		if field.Kind == Fixed {
			continue
		}
		value, given := values[field.Name]
		if !given {
			value = field.Value
		}
		switch {
		case field.Required && value == "" && field.Kind != Hidden:
			return nil, fmt.Errorf("%w: %q", errMissing, field.Name)
		case field.Kind == Choice && value != "" &&
			!slices.ContainsFunc(field.Options, func(o Option) bool { return o.Value == value }):
			return nil, fmt.Errorf("%w: %q", errChoice, field.Name)
		case field.Kind == YesNo && value != "1" && value != "0" && value != "":
			return nil, fmt.Errorf("%w: %q", errChoice, field.Name)
		case value == "":
			continue
		}
		if f.data {
			fields = append(fields, el("", "field", at("var", field.Name), el("", "value", nil, text(value))))
		} else {
			fields = append(fields, el("", field.Name, nil, text(value))) // a name of the list above
		}
	}
	if f.data {
		fields = []xml.TokenReader{el(nsData, "x", at("type", "submit"), fields...)}
	}
	return el(nsRegister, "query", nil, fields...), nil
}
