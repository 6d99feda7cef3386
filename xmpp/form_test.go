package xmpp

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// parseQuery reads what a server would send as a form.
func parseQuery(in []byte) (*node, error) {
	f := &framer{scan: newScanner(io.MultiReader(strings.NewReader(testHeader), bytes.NewReader(in))), step: func() {}}
	e, err := f.next()
	if err != nil {
		return nil, err
	}
	return f.node(e)
}

// TestForms is a table of XML in and forms out, and of what is answered to "x"
// in every field.
func TestForms(t *testing.T) {
	const data = "<x xmlns='jabber:x:data' type='form'>"
	user := Field{Name: "username", Kind: Text, Required: true}
	pass := Field{Name: "password", Kind: Secret, Required: true}
	const userPass = "<field var='username' type='text-single'/><field var='password' type='text-private'/>"
	for name, test := range map[string]struct {
		in     string
		want   Form
		answer string
	}{
		"plain": {
			"<instructions>Choose.\u202e</instructions><username/><password/>",
			Form{Instructions: "Choose.", Fields: []Field{user, pass}},
			`<username>x</username><password>x</password>`,
		},
		"more, and a key": {
			"<registered/><username/><password/><email/><key>k</key><odd/><name xmlns='other'/>",
			Form{Fields: []Field{user, pass, {Name: "email", Kind: Text, Required: true}, {Name: "key", Kind: Hidden, Value: "k", Required: true}}},
			`<username>x</username><password>x</password><email>x</email><key>k</key>`,
		},
		"data form before the plain one": {
			"<username/><password/>" + data + "<instructions>Say.</instructions><field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>" + userPass + "</x>",
			Form{Instructions: "Say.", Fields: []Field{{Name: "FORM_TYPE", Kind: Hidden, Value: "jabber:iq:register"}, user, pass}},
			`<x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE"><value>jabber:iq:register</value></field><field var="username"><value>x</value></field><field var="password"><value>x</value></field></x>`,
		},
		"choices": {
			data + userPass + "<field var='c' type='list-single' label='C'><required/><option label='A'><value>a</value></option><option><value>x</value></option><value>a</value></field><field var='b' type='boolean'><value>true</value></field><field type='fixed'><value>Read\nthis</value></field></x>",
			Form{Fields: []Field{
				user, pass,
				{Name: "c", Label: "C", Kind: Choice, Options: []Option{{"A", "a"}, {"x", "x"}}, Value: "a", Required: true},
				{Name: "b", Kind: YesNo, Value: "1"},
				{Kind: Fixed, Value: "Read\nthis"},
			}},
			`<x xmlns="jabber:x:data" type="submit"><field var="username"><value>x</value></field><field var="password"><value>x</value></field><field var="c"><value>x</value></field><field var="b"><value>1</value></field></x>`,
		},
		"no type is a line of text": {
			data + "<field var='username'/><field var='password' type='text-private'><value>suggested</value></field></x>",
			Form{Fields: []Field{user, pass}},
			`<x xmlns="jabber:x:data" type="submit"><field var="username"><value>x</value></field><field var="password"><value>x</value></field></x>`,
		},
		"website": {
			"<instructions>Go there.</instructions><x xmlns='jabber:x:oob'><url>https://example.test/join</url></x>",
			Form{Instructions: "Go there.", NeedsMore: true, Reason: NeedsWebsite, Website: "https://example.test/join"},
			"",
		},
		"website beside a form": {
			"<username/><password/><x xmlns='jabber:x:oob'><url>https://example.test/join</url></x>",
			Form{Fields: []Field{user, pass}},
			`<username>x</username><password>x</password>`,
		},
		"nothing":             {"", Form{NeedsMore: true, Reason: NeedsUnknown}, ""},
		"unknown, optional":   {data + userPass + "<field var='m' type='list-multi'/></x>", Form{Fields: []Field{user, pass}}, `<x xmlns="jabber:x:data" type="submit"><field var="username"><value>x</value></field><field var="password"><value>x</value></field></x>`},
		"unknown, required":   {data + userPass + "<field var='m' type='text-multi'><required/></field></x>", Form{Fields: []Field{user, pass}, NeedsMore: true, Reason: NeedsUnknown}, ""},
		"no choices":          {data + userPass + "<field var='m' type='list-single'><required/></field></x>", Form{Fields: []Field{user, pass}, NeedsMore: true, Reason: NeedsUnknown}, ""},
		"two of a name":       {data + userPass + userPass + "</x>", Form{Fields: []Field{user, pass}, NeedsMore: true, Reason: NeedsUnknown}, ""},
		"required, no name":   {data + userPass + "<field><required/></field></x>", Form{Fields: []Field{user, pass}, NeedsMore: true, Reason: NeedsUnknown}, ""},
		"hidden without type": {data + userPass + "<field type='hidden'><value>x</value></field></x>", Form{Fields: []Field{user, pass}}, `<x xmlns="jabber:x:data" type="submit"><field var="username"><value>x</value></field><field var="password"><value>x</value></field></x>`},
	} {
		n, err := parseQuery([]byte("<query xmlns='jabber:iq:register'>" + test.in + "</query>"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		f := readForm(n)
		if d := cmp.Diff(test.want, f, cmpopts.IgnoreUnexported(Form{})); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if f.NeedsMore {
			continue
		}
		values := map[string]string{}
		for _, field := range f.Fields {
			if field.Kind != Hidden && field.Kind != Fixed && field.Name != "b" {
				values[field.Name] = "x"
			}
		}
		r, err := f.answer(values)
		e := encodeTokens(r)
		want := `<query xmlns="jabber:iq:register">` + test.answer + "</query>"
		if err != nil || string(e) != want {
			t.Errorf("%s: answered %s, %v, want %s", name, e, err, want)
		}
	}
}

// TestAnswers: what does not fit the form is not sent.
func TestAnswers(t *testing.T) {
	n, err := parseQuery([]byte("<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data'><field var='username'/><field var='c' type='list-single'><option><value>a</value></option></field><field var='FORM_TYPE' type='hidden'><value>v</value></field></x></query>"))
	if err != nil {
		t.Fatal(err)
	}
	f := readForm(n)
	for _, test := range []struct {
		values map[string]string
		want   error
	}{
		{map[string]string{"username": "x"}, nil},
		{map[string]string{"username": "x", "c": "a"}, nil},
		{map[string]string{"username": "x", "c": "b"}, errChoice},
		{map[string]string{}, errMissing},
		{map[string]string{"username": ""}, errMissing},
		{map[string]string{"username": "x", "other": "y"}, errUnknown},
		{map[string]string{"username": "x", "FORM_TYPE": "y"}, errUnknown},
	} {
		if _, err := f.answer(test.values); !errors.Is(err, test.want) {
			t.Errorf("%v: got %v, want %v", test.values, err, test.want)
		}
	}
}

// FuzzForm reads anything as a form: bounded, fit to be shown, and its answer
// is XML.
func FuzzForm(f *testing.F) {
	for _, s := range []string{
		"<username/><password/>", "<x xmlns='jabber:x:data'><field var='a' type='list-single'><option><value>b</value></option></field></x>",
		puzzleForm("", puzzleField, bob(onePixel)), puzzleForm("", puzzleField, ""),
		"<x xmlns='jabber:x:oob'><url>u</url></x>", "<x xmlns='jabber:x:data'><field var='&#x202e;' type='hidden'><value>b</value></field></x>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		n, err := parseQuery([]byte("<query xmlns='jabber:iq:register'>" + string(in) + "</query>"))
		if err != nil {
			return
		}
		form := readForm(n)
		if len(form.Fields) > maxFields {
			t.Fatal("too many fields")
		}
		shown := []string{form.Instructions, form.Website}
		values := map[string]string{}
		for _, field := range form.Fields {
			shown = append(shown, field.Label)
			if p := field.Picture; p != nil && (len(p) > MaxPicture || !isPicture(p)) {
				t.Fatalf("a picture of %d bytes", len(p))
			}
			switch field.Kind {
			case Hidden:
			case Fixed:
				shown = append(shown, field.Value)
			case Choice:
				values[field.Name] = field.Options[0].Value
			case YesNo:
				values[field.Name] = "0"
			case Text, Secret:
				values[field.Name] = "x"
			default:
				t.Fatalf("kind %v", field.Kind)
			}
		}
		for _, s := range shown {
			if len(s) > MaxFieldText {
				t.Fatal("too long")
			}
			for _, r := range s {
				if r != '\n' && r != '\t' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
					t.Fatalf("%q in %q", r, s)
				}
			}
		}
		e, err := form.answer(values)
		if err != nil {
			return // a choice of "" that is required
		}
		if _, err := parseQuery(encodeTokens(e)); err != nil {
			t.Fatal(err)
		}
	})
}
