package config

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"hushwing/secret"
)

// filler fills every field of a value, so that a field that was forgotten
// somewhere shows.
type filler struct{ n int }

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(1_700_000_000+int64(f.n), 0).UTC()))
		return
	case secret.Text:
		v.Set(reflect.ValueOf(secret.New(fmt.Sprintf("planted password %d", f.n))))
		return
	case Bytes:
		v.Set(reflect.ValueOf(Bytes(fmt.Sprintf("%032d", f.n))))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(rand.Uint64N(255) + 1)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key)
		f.fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(fmt.Sprintf("planted word %d", f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(100 + f.n%100)) // within the bounds of all
	case reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.n))
	default:
		panic("filler: " + v.Type().String())
	}
}

func filledProfile() Profile {
	var p Profile
	(&filler{}).fill(reflect.ValueOf(&p).Elem())
	return p
}

func filledQueue() Queue {
	var q Queue
	(&filler{}).fill(reflect.ValueOf(&q).Elem())
	for i := range q.Seen {
		q.Seen[i].When = time.Now().UTC().Truncate(time.Second)
	}
	return q
}

// TestEveryFieldIsKept writes out and reads in a profile and a queue in which
// every field has a value of its own.
func TestEveryFieldIsKept(t *testing.T) {
	p := filledProfile()
	plain, err := encodeProfile(p, 7)
	if err != nil {
		t.Fatal(err)
	}
	back, generation, err := decodeProfile(plain)
	if err != nil {
		t.Fatal(err)
	}
	// cmp calls nothing that prints a value of ours: compare by reflection.
	if !reflect.DeepEqual(p, back) || generation != 7 {
		t.Errorf("a field of the profile was lost: generation %d\n%s", generation, plain)
	}
	q := filledQueue()
	if plain, err = encodeQueue(q); err != nil {
		t.Fatal(err)
	}
	backQueue, err := decodeQueue(plain)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(q, backQueue) {
		t.Errorf("a field of the queue was lost:\n%s", plain)
	}
}

// shared walks two values and reports memory that both can reach.
func shared(t *testing.T, path string, a, b reflect.Value) int {
	t.Helper()
	if a.Type() == reflect.TypeFor[time.Time]() || a.Type() == reflect.TypeFor[secret.Text]() {
		return 0 // cannot be changed through a copy
	}
	found := 0
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			found += shared(t, path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	case reflect.Slice:
		if a.Len() == 0 {
			t.Errorf("%s is empty: nothing to compare", path)
		} else if a.Pointer() == b.Pointer() {
			found++
		}
		for i := range min(a.Len(), b.Len()) {
			found += shared(t, path+"[]", a.Index(i), b.Index(i))
		}
	case reflect.Map:
		if a.Pointer() == b.Pointer() {
			found++
		}
	case reflect.Pointer, reflect.Interface, reflect.Chan, reflect.Func:
		t.Errorf("%s: a %s cannot be kept", path, a.Kind())
	}
	if found > 0 {
		t.Logf("%s is shared", path)
	}
	return found
}

// TestClonesShareNothing holds that what View gives can be changed freely.
func TestClonesShareNothing(t *testing.T) {
	p, q := filledProfile(), filledQueue()
	if shared(t, "Profile", reflect.ValueOf(p), reflect.ValueOf(p.Clone())) > 0 {
		t.Error("a copy of the profile shares memory with it")
	}
	if shared(t, "Queue", reflect.ValueOf(q), reflect.ValueOf(q.Clone())) > 0 {
		t.Error("a copy of the queue shares memory with it")
	}
	if !reflect.DeepEqual(p, p.Clone()) || !reflect.DeepEqual(q, q.Clone()) {
		t.Error("a copy is not the same")
	}
	flat := p // the control: not a deep copy
	if shared(t, "Profile", reflect.ValueOf(p), reflect.ValueOf(flat)) == 0 {
		t.Error("this test finds nothing")
	}
}

// TestNothingPrints hands everything to every way of printing.
func TestNothingPrints(t *testing.T) {
	d := newMemDisk()
	s, err := create(d, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p, q := filledProfile(), filledQueue()
	values := []any{
		p, &p, p.Accounts, p.Accounts[0], p.Isolation, p.Accounts[0].Identity, p.Accounts[0].Password,
		p.Accounts[0].Contacts, q, &q, q.Outgoing, q.Incoming, q.Drafts, s, *s.queueForTest(),
		struct{ P Profile }{p},
		struct{ S *Store }{s},
		map[string]Queue{"x": q},
	}
	var out bytes.Buffer
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		if raw, err := json.Marshal(v); err == nil {
			out.Write(raw)
		}
	}
	for _, v := range []any{p, p.Accounts, p.Isolation} {
		_ = gob.NewEncoder(&out).Encode(v)
	}
	printed := out.String()
	id := s.disk.id.String()
	for _, word := range []string{"planted", hex.EncodeToString([]byte("planted")), "112 108 97 110", id, strings.ToLower(id), fmt.Sprintf("%032d", 2), p.Accounts[0].Address} {
		if i := strings.Index(strings.ToLower(printed), strings.ToLower(word)); i >= 0 {
			t.Errorf("%q shows: …%s…", word, printed[max(0, i-80):min(len(printed), i+80)])
		}
	}
}

func (s *Store) queueForTest() *Queue { q := s.ViewQueue(); return &q }

// TestErrorsQuoteNothing feeds values that cannot be kept, and files that
// cannot be read, and looks for them in the errors.
func TestErrorsQuoteNothing(t *testing.T) {
	spoil := map[string]func(*Profile){
		"not UTF-8":     func(p *Profile) { p.Accounts[0].Contacts[0].Name = "planted\xff" },
		"twice":         func(p *Profile) { p.Accounts[1].Address = p.Accounts[0].Address },
		"no ID":         func(p *Profile) { p.Accounts[0].ID = "" },
		"no isolation":  func(p *Profile) { p.Isolation = nil },
		"empty pin":     func(p *Profile) { p.Accounts[0].Pins[0].Key = [32]byte{} },
		"empty key":     func(p *Profile) { p.Accounts[0].Contacts[0].Keys[0].Fingerprint = [20]byte{} },
		"long":          func(p *Profile) { p.Accounts[0].Contacts[0].Name = strings.Repeat("planted", 1000) },
		"many":          func(p *Profile) { p.Accounts[0].Requests = make([]Request, MaxRequests+1) },
		"impossible":    func(p *Profile) { p.Accounts[0].Pins[0].First = time.Unix(1<<40, 0) },
		"bad password":  func(p *Profile) { p.Accounts[0].Password = secret.New("planted\xff") },
		"contact twice": func(p *Profile) { p.Accounts[0].Contacts[1] = p.Accounts[0].Contacts[0] },
	}
	d := newMemDisk()
	s, err := create(d, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	before := d.clone().hash()
	for name, do := range spoil {
		_, err := s.Modify(func(p *Profile) error { *p = filledProfile(); do(p); return nil })
		if err == nil || !strings.Contains(err.Error(), ErrInvalid.Error()) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: the error quotes: %v", name, err)
		}
	}
	if d.clone().hash() != before {
		t.Error("a refused value changed the disk")
	}
	for _, plain := range []string{
		`planted`, `{"format":1,"planted":1}`, `{"format":1,"isolation":"planted"}`, `{"format":"planted"}`,
		`{"format":1,"generation":1,"isolation":"00","accounts":[{"id":"planted"}]} planted`,
	} {
		_, _, err := decodeProfile([]byte(plain))
		_, queueErr := decodeQueue([]byte(plain))
		for _, err := range []error{err, queueErr} {
			if err == nil || strings.Contains(err.Error(), "planted") {
				t.Errorf("%s: %v", plain, err)
			}
		}
	}
}
