package xmpp

import (
	"encoding/binary"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// TestByWeight: within a priority the draw follows the weights, those without
// weight included now and then (RFC 2782).
func TestByWeight(t *testing.T) {
	records := []service{
		{"late.test", 5222, 20, 1000},
		{"never.test", 5222, 10, 0},
		{"seldom.test", 5222, 10, 10},
		{"often.test", 5222, 10, 90},
	}
	first := map[string]int{}
	const n = 2000
	for range n {
		got, err := byWeight(records)
		if err != nil || len(got) != 4 || got[3].target != "late.test" {
			t.Fatalf("%v, %v", got, err)
		}
		first[got[0].target]++
	}
	// expected 1784, 198 and 20 of 2000; the bounds are ten deviations wide
	if f := first["often.test"]; f < n*8/10 || f > n*98/100 {
		t.Errorf("often is first %d times", f)
	}
	if f := first["seldom.test"]; f < n*3/100 || f > n*2/10 {
		t.Errorf("seldom is first %d times", f)
	}
	if f := first["never.test"]; f > n*5/100 {
		t.Errorf("one without weight is first %d times", f)
	}
	if got, err := byWeight(nil); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

// FuzzAnswer: no message of a resolver ends the program, brings more than the
// bounds allow, or a route that must not be followed.
func FuzzAnswer(f *testing.F) {
	questions, err := questionsFor("example.test")
	if err != nil {
		f.Fatal(err)
	}
	q := questions[1]
	q.id = 0x4857
	add := func(records ...dnsmessage.Resource) {
		b, err := (&dnsmessage.Message{
			Header:    dnsmessage.Header{ID: q.id, Response: true},
			Questions: []dnsmessage.Question{{Name: q.name, Type: dnsmessage.TypeSRV, Class: dnsmessage.ClassINET}},
			Answers:   records,
		}).Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	record := func(target string, port uint16, ttl uint32) dnsmessage.Resource {
		return dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: q.name, Type: dnsmessage.TypeSRV, Class: dnsmessage.ClassINET, TTL: ttl},
			Body:   &dnsmessage.SRVResource{Port: port, Target: dnsmessage.MustNewName(target)},
		}
	}
	add()
	add(record("a.test.", 5222, 60), record(".", 0, 1<<31), record("127.0.0.1.", 25, 0))
	add(dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: q.name, Type: dnsmessage.TypeCNAME, Class: dnsmessage.ClassINET},
		Body:   &dnsmessage.CNAMEResource{CNAME: q.name},
	})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, message []byte) {
		if len(message) >= 2 { // the id is guessed: the attacker is the resolver
			binary.BigEndian.PutUint16(message, q.id)
		}
		set, err := readAnswer(message, q)
		if err != nil {
			if len(set.records) > 0 {
				t.Error("records beside an error")
			}
			return
		}
		if len(set.records) > maxSRVRecords || set.ttl < 0 || set.ttl > MaxTTL {
			t.Errorf("%d records for %v", len(set.records), set.ttl)
		}
		a, err := answerFrom([]recordSet{{}, set})
		if err != nil || len(a.Routes) > MaxRoutes || a.TTL > time.Hour || a.TTL < 0 {
			t.Errorf("%+v, %v", a, err)
		}
		for _, r := range a.Routes {
			if !r.hint || r.Direct || !routable(service{target: r.Host, port: r.Port}) {
				t.Errorf("%+v", r)
			}
		}
	})
}
