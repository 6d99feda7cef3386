package apart

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"hushwing/tor"
)

// fill gives every field below v a value of its own, none of them zero, so
// that a field which somebody adds and which does not cross is noticed.
func fill(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Err" { // see TestErrorsCross
				fill(t, v.Field(i), n)
			}
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	default:
		t.Fatalf("a %v does not cross yet", v.Type())
	}
}

func filled[T any](t *testing.T) (v T) {
	n := 0
	fill(t, reflect.ValueOf(&v).Elem(), &n)
	return v
}

func cross(t *testing.T, m *message) *message {
	t.Helper()
	b, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(b)
	if err != nil {
		t.Fatalf("%d: % x: %v", m.kind, b, err)
	}
	return got
}

// TestMessagesCross: each message arrives as it was, in all its fields.
func TestMessagesCross(t *testing.T) {
	e := filled[tor.Endpoint](t)
	for _, m := range []*message{
		{kind: kindOpen, id: 1},
		{kind: kindOpen, id: 7, only: &e, bridges: []string{"obfs4 192.0.2.1:1", ""}, running: true},
		{kind: kindDial, id: 1<<32 - 1, session: 8},
		{kind: kindCancel, id: 2},
		{kind: kindClose, id: 2},
		{kind: kindPing},
		{kind: kindPong},
		{kind: kindProgress, id: 2, progress: filled[tor.Progress](t)},
		{kind: kindOpened, id: 2, endpoint: e, managed: true, status: filled[tor.Status](t)},
		{kind: kindFailed, id: 2, fault: fault{typed: true, Error: filled[tor.Error](t), inner: true, text: "x", reply: 4}},
		{kind: kindSocket, id: 2},
		{kind: kindStatus, id: 2, status: filled[tor.Status](t)},
		{kind: kindDone, id: 2},
		{kind: kindSuccessor, endpoint: e},
		{kind: kindOpener},
		{kind: kindFarewell, fault: fault{inner: true, text: "x"}},
		{kind: kindReplace},
		{kind: kindWake},
	} {
		if got := cross(t, m); !reflect.DeepEqual(got, m) {
			t.Errorf("%+v came as %+v", m, got)
		}
	}
	most := &message{kind: kindOpen}
	for range 50 { // tor.ParseBridges takes no more, and none longer
		most.bridges = append(most.bridges, strings.Repeat("b", 2048))
	}
	if got := cross(t, most); !reflect.DeepEqual(got, most) {
		t.Error("fifty bridges do not cross")
	}
}

// TestErrorsCross: an error says the same on the other side, and whoever
// decides on it finds the same types.
func TestErrorsCross(t *testing.T) {
	whole := filled[tor.Error](t)
	whole.Err = errors.New("dial unix: no such file")
	for _, err := range []error{
		&whole,
		&tor.Error{Reason: tor.NoTor},
		&tor.Error{Reason: tor.Refused, Err: &tor.ReplyError{Code: 0xF0}},
		&tor.Error{Reason: tor.NotStarted, Err: fmt.Errorf("it ended (before: %w)", &tor.Error{Reason: tor.NotTor, Endpoint: whole.Endpoint})},
		errors.New("plain"),
	} {
		got := cross(t, &message{kind: kindFailed, fault: faultOf(err)}).fault.err()
		if got.Error() != err.Error() {
			t.Errorf("%q came as %q", err, got)
		}
		var was, is *tor.Error
		if errors.As(err, &was) != errors.As(got, &is) {
			t.Errorf("%v: the type is lost", err)
		} else if was != nil {
			a, b := *was, *is
			a.Err, b.Err = nil, nil
			if a != b {
				t.Errorf("%+v came as %+v", a, b)
			}
		}
		var reply, r *tor.ReplyError
		if errors.As(err, &reply) && (!errors.As(got, &r) || *r != *reply) {
			t.Errorf("%v: the reply is lost", err)
		}
	}
}

// TestOversized: what is too long is not sent, or cut, and never read.
func TestOversized(t *testing.T) {
	if _, err := (&message{kind: kindOpen, bridges: make([]string, maxTexts+1)}).encode(); err == nil {
		t.Error("too many bridges leave")
	}
	big := &message{kind: kindOpen}
	for range maxTexts {
		big.bridges = append(big.bridges, strings.Repeat("x", maxText))
	}
	if _, err := big.encode(); err == nil {
		t.Error("a message of half a megabyte leaves")
	}
	long := cross(t, &message{kind: kindFarewell, fault: fault{inner: true, text: strings.Repeat("x", 2*maxText)}})
	if len(long.fault.text) != maxText {
		t.Error(len(long.fault.text))
	}
	if _, err := (&message{kind: 0}).encode(); err == nil {
		t.Error("a message of no kind leaves")
	}
}

// FuzzMessage: what is read has one form only, so nothing is read that would
// not be written.
func FuzzMessage(f *testing.F) {
	for k := kindOpen; k <= kindWake; k++ {
		b, err := (&message{kind: k, id: 3, only: &tor.Endpoint{Network: "unix"}, bridges: []string{"a"}, fault: fault{typed: true, inner: true}}).encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(append(b, 0))
	}
	f.Add([]byte{byte(kindOpen), 0, 0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decode(b)
		if err != nil {
			return
		}
		again, err := m.encode()
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("% x is read as %+v, which is % x (%v)", b, m, again, err)
		}
	})
}
