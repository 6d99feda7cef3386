package config

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hushwing/otr"
)

// slowDisk is a memDisk whose folder takes its time to sync.
type slowDisk struct {
	*memDisk
	delay time.Duration
}

func (d slowDisk) syncDir() error { time.Sleep(d.delay); return d.memDisk.syncDir() }

func draftNumber(i int) Draft {
	return Draft{Account: "1", Peer: fmt.Sprintf("%d@example.test", i), Text: fmt.Sprint(i)}
}

// TestQueueWritesAreGrouped has many callers at once: few writes, and each
// caller's change is on the disk when its call returns.
func TestQueueWritesAreGrouped(t *testing.T) {
	d := slowDisk{newMemDisk(), 5 * time.Millisecond}
	s, err := create(d, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	const callers = 300
	before := strings.Count(d.String(), "rename "+queueFile+tmp)
	var order []int // of the changes, as made
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			err := s.ModifyQueue(func(q *Queue) error {
				order = append(order, i)
				q.Drafts = append(q.Drafts, draftNumber(i))
				return nil
			})
			if err != nil {
				t.Error(err)
				return
			}
			found := false
			for _, draft := range s.ViewQueue().Drafts {
				found = found || draft == draftNumber(i)
			}
			if !found {
				t.Errorf("change %d returned before it could be seen", i)
			}
			if i%50 == 0 { // and on the disk, if the power is cut now
				after := d.extremes()[0]
				opened, err := open(after, oldPassword)
				if err != nil {
					t.Error(err)
					return
				}
				if !strings.Contains(fmt.Sprint(peers(opened.ViewQueue())), fmt.Sprintf(" %d@", i)) {
					t.Errorf("change %d returned before it was on the disk", i)
				}
				_ = opened.Close()
			}
		})
	}
	wg.Wait()
	writes := strings.Count(d.String(), "rename "+queueFile+tmp) - before
	t.Logf("%d changes in %d writes", callers, writes)
	if writes > callers/5 || writes < 1 {
		t.Errorf("%d changes took %d writes", callers, writes)
	}
	q := s.ViewQueue()
	if len(q.Drafts) != callers {
		t.Fatalf("%d changes are kept", len(q.Drafts))
	}
	for i, n := range order {
		if q.Drafts[i] != draftNumber(n) {
			t.Fatal("the changes are not in the order in which they were made")
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// peers is a queue's drafts by peer: the drafts themselves do not print.
func peers(q Queue) []string {
	names := []string{""}
	for _, d := range q.Drafts {
		names = append(names, d.Peer)
	}
	return names
}

// TestQueueTakesBackTogether fails a write that others wait behind.
func TestQueueTakesBackTogether(t *testing.T) {
	d := slowDisk{newMemDisk(), 5 * time.Millisecond}
	s, err := create(d, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	d.mu.Lock()
	d.plan = plan{at: 1, err: syscall.ENOSPC, forever: true}
	d.mu.Unlock()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			err := s.ModifyQueue(func(q *Queue) error { q.Drafts = append(q.Drafts, draftNumber(i)); return nil })
			if !errors.Is(err, ErrFull) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(s.ViewQueue().Drafts); n != 0 {
		t.Errorf("%d changes that failed are there", n)
	}
	d.mu.Lock()
	d.plan = plan{}
	d.mu.Unlock()
	// One change that is refused by its own function spoils nobody else's.
	sentinel := errors.New("no")
	if err := s.ModifyQueue(func(q *Queue) error { q.Drafts = nil; return sentinel }); !errors.Is(err, sentinel) {
		t.Error(err)
	}
	if err := s.ModifyQueue(func(q *Queue) error { q.Drafts = append(q.Drafts, draftNumber(1)); return nil }); err != nil {
		t.Error(err)
	}
	if n := len(s.ViewQueue().Drafts); n != 1 {
		t.Errorf("%d changes are there", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestPanicInAChange holds that a change that panics leaves the store usable.
func TestPanicInAChange(t *testing.T) {
	s, err := create(newMemDisk(), oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	panics := func(f func()) (did bool) {
		defer func() { did = recover() != nil }()
		f()
		return false
	}
	if !panics(func() { _ = s.ModifyQueue(func(*Queue) error { panic("x") }) }) ||
		!panics(func() { _, _ = s.Modify(func(*Profile) error { panic("x") }) }) {
		t.Error("a panic was swallowed")
	}
	if err := s.ModifyQueue(func(q *Queue) error { q.Drafts = []Draft{draftNumber(1)}; return nil }); err != nil {
		t.Error(err)
	}
	if _, err := s.Modify(func(p *Profile) error { p.Settings.Language = "de"; return nil }); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestQueueBounds fills the queue to each bound.
func TestQueueBounds(t *testing.T) {
	s, err := create(newMemDisk(), oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	add := func(n, size int) error {
		return s.ModifyQueue(func(q *Queue) error {
			for range n {
				q.Outgoing = append(q.Outgoing, Outgoing{ID: NewID(), Account: "1", Peer: "b@example.test", Text: strings.Repeat("x", size)})
			}
			return nil
		})
	}
	if err := add(MaxTexts, 1); err != nil {
		t.Fatal(err)
	}
	if err := add(1, 1); !errors.Is(err, ErrQueueFull) {
		t.Error("one text too many:", err)
	}
	if err := s.ModifyQueue(func(q *Queue) error {
		q.Incoming = append(q.Incoming, Incoming{ID: NewID(), Account: "1", Peer: "b@example.test", Text: "x"})
		return nil
	}); !errors.Is(err, ErrQueueFull) {
		t.Error("one received text too many:", err)
	}
	if n := len(s.ViewQueue().Outgoing); n != MaxTexts {
		t.Errorf("%d texts", n)
	}
	// Marking and taking away go on while it is full.
	if err := s.ModifyQueue(func(q *Queue) error { q.Outgoing[0].State = "sent"; return nil }); err != nil {
		t.Error(err)
	}
	if err := s.ModifyQueue(func(q *Queue) error { q.Outgoing = nil; return nil }); err != nil {
		t.Error(err)
	}
	const big = 40 << 10
	if err := add(MaxTextBytes/big, big); err != nil {
		t.Fatal(err)
	}
	if err := add(1, big); !errors.Is(err, ErrQueueFull) {
		t.Error("too many bytes:", err)
	}
	if err := s.ModifyQueue(func(q *Queue) error { q.Outgoing[0].Text = strings.Repeat("x", maxText+1); return nil }); err == nil {
		t.Error("a text that is too long was taken")
	}
}

// TestSeenIsForgotten holds the 30 days and the bound.
func TestSeenIsForgotten(t *testing.T) {
	s, err := create(newMemDisk(), oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := time.Date(2026, 3, 12, 21, 4, 0, 0, time.UTC)
	s.now = func() time.Time { return now }
	id := func(n int) (id otr.ID) { id[0], id[1], id[2] = byte(n>>16), byte(n>>8), byte(n); return id }
	if err := s.ModifyQueue(func(q *Queue) error {
		q.Seen = []Seen{{id(1), now.Add(-SeenFor - time.Second)}, {id(2), now.Add(-SeenFor + time.Second)}, {id(3), now}}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := s.ViewQueue().Seen; len(got) != 2 || got[0].ID != id(2) {
		t.Errorf("%v", got)
	}
	now = now.Add(SeenFor - time.Hour)
	if err := s.ModifyQueue(func(*Queue) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if got := s.ViewQueue().Seen; len(got) != 1 || got[0].ID != id(3) {
		t.Errorf("%v", got)
	}
	if err := s.ModifyQueue(func(q *Queue) error {
		for i := range MaxSeen + 5 {
			q.Seen = append(q.Seen, Seen{id(100 + i), now.Add(time.Duration(i) * time.Second)})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := s.ViewQueue().Seen; len(got) != MaxSeen || got[0].ID != id(105) {
		t.Errorf("%d hashes, the first %v", len(got), got[0].ID)
	}
}

// TestEverythingAtOnce changes the profile, the queue and the password from
// many goroutines: nothing that was told to be kept is lost.
func TestEverythingAtOnce(t *testing.T) {
	d := newMemDisk()
	s, err := create(d, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	passwords := []string{oldPassword.Export()}
	var wg sync.WaitGroup
	stop := make(chan struct{})
	wg.Go(func() {
		defer close(stop)
		for range 20 {
			from, to := oldPassword, newPassword
			if passwords[len(passwords)-1] == newPassword.Export() {
				from, to = to, from
			}
			if err := s.ChangePassword(from, to); err != nil {
				t.Error(err)
				return
			}
			passwords = append(passwords, to.Export())
		}
	})
	var kept [4]int
	for worker := range kept {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := s.ModifyQueue(func(q *Queue) error {
					for len(q.Drafts) < len(kept) {
						q.Drafts = append(q.Drafts, draftNumber(0))
					}
					q.Drafts[worker].Text = fmt.Sprint(n)
					return nil
				}); err != nil {
					t.Error(err)
					return
				}
				kept[worker] = n
				if rand.IntN(4) == 0 {
					if _, err := s.Modify(func(p *Profile) error { p.Settings.Language = fmt.Sprint(n); return nil }); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	q, p := s.ViewQueue(), s.View()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := open(d.extremes()[0], oldPassword) // after an even number of changes
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if !reflect.DeepEqual(again.ViewQueue(), q) || !reflect.DeepEqual(again.View(), p) {
		t.Error("the disk holds something else than the memory")
	}
	for worker, n := range kept {
		if q.Drafts[worker].Text != fmt.Sprint(n) {
			t.Errorf("change %d of worker %d was lost", n, worker)
		}
	}
}

// TestPasswordKeepsTheLastText changes the queue and the password at once,
// over and over: what is in memory afterwards is on the disk.
func TestPasswordKeepsTheLastText(t *testing.T) {
	d := newMemDisk()
	s, err := create(d, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for round := range 300 {
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := s.ModifyQueue(func(q *Queue) error { q.Drafts = []Draft{draftNumber(round)}; return nil }); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			s.profileMu.Lock()
			defer s.profileMu.Unlock()
			if err := s.sealAnew(oldPassword); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		raw, err := d.read(queueFile)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := unseal(queueFile, raw, s.disk.id)
		if err != nil {
			t.Fatal(err)
		}
		q, err := decodeQueue(plain)
		if err != nil || len(q.Drafts) != 1 || q.Drafts[0] != draftNumber(round) {
			t.Fatalf("round %d: the text is not on the disk (%v)", round, err)
		}
	}
}

func benchmarkStore(b *testing.B) *Store {
	b.Helper()
	s, err := Create(b.TempDir()+"/p", oldPassword)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if _, err := s.Modify(func(p *Profile) error {
		a := Account{ID: "1", Address: "ana@example.test"}
		for i := range 200 {
			a.Contacts = append(a.Contacts, Contact{Address: fmt.Sprintf("%d@example.test", i), Keys: []Key{{Fingerprint: [20]byte{1}}}})
		}
		p.Accounts = []Account{a}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkModify saves a profile of 200 contacts.
func BenchmarkModify(b *testing.B) {
	s := benchmarkStore(b)
	for b.Loop() {
		if _, err := s.Modify(func(p *Profile) error { p.Accounts[0].Epoch++; return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkModifyQueue saves one text after the other.
func BenchmarkModifyQueue(b *testing.B) {
	s := benchmarkStore(b)
	for b.Loop() {
		if err := s.ModifyQueue(func(q *Queue) error { q.Drafts = []Draft{draftNumber(1)}; return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkModifyQueueTogether saves texts from 64 goroutines: the time is for
// one text.
func BenchmarkModifyQueueTogether(b *testing.B) {
	s := benchmarkStore(b)
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := s.ModifyQueue(func(q *Queue) error { q.Drafts = []Draft{draftNumber(1)}; return nil }); err != nil {
				b.Error(err)
			}
		}
	})
}
