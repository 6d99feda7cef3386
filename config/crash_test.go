package config

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hushwing/config/internal/work"
	"hushwing/secret"
)

// childEnv makes the test's program another process: "ROLE DIR".
const childEnv = "HUSHWING_CONFIG_TEST_CHILD"

// raceEnabled tells whether the race detector is built in: it multiplies both
// time and memory, so figures mean nothing then.
func raceEnabled() bool {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			return true
		}
	}
	return false
}

// stride is the step of the tests that try every byte of a file, or (a part of
// it) every step of a save in every way: under the race detector, which makes
// each many times slower, they try some; without it, all.
func stride() int {
	if raceEnabled() {
		return 11
	}
	return 1
}

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(child())
	}
	work.Set(1) // the real figure is measured in TestUnlockGivesMemoryBack
	goleak.VerifyTestMain(m)
}

var (
	oldPassword = secret.New("the old one")
	newPassword = secret.New("the new one")
)

// base is a profile in which everything is "before".
func base(t *testing.T) *memDisk {
	t.Helper()
	if baseDisk == nil {
		baseDisk = makeBase(t)
	}
	return baseDisk.clone()
}

var baseDisk *memDisk

func makeBase(t *testing.T) *memDisk {
	t.Helper()
	d := newMemDisk()
	s, err := create(d, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Modify(func(p *Profile) error { p.Settings.Language = "before"; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.ModifyQueue(func(q *Queue) error {
		q.Drafts = []Draft{{"1", "ben@example.test", "before"}}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return d.clone()
}

// a scenario is something that writes; after says what it leaves.
type scenario struct {
	name       string
	start      func(*testing.T) *memDisk
	run        func(d *memDisk) error
	changesKey bool
}

func onOpen(do func(*Store) error) func(*memDisk) error {
	return func(d *memDisk) error {
		s, err := open(d, oldPassword)
		if err != nil {
			return err
		}
		defer s.Close()
		return do(s)
	}
}

var scenarios = []scenario{
	{"profile", base, onOpen(func(s *Store) error {
		_, err := s.Modify(func(p *Profile) error { p.Settings.Language = "after"; return nil })
		return err
	}), false},
	{"queue", base, onOpen(func(s *Store) error {
		return s.ModifyQueue(func(q *Queue) error { q.Drafts[0].Text = "after"; return nil })
	}), false},
	{"password", base, onOpen(func(s *Store) error { return s.ChangePassword(oldPassword, newPassword) }), true},
	{"create", func(*testing.T) *memDisk { return newMemDisk() }, func(d *memDisk) error {
		s, err := create(d, oldPassword)
		if err != nil {
			return err
		}
		return s.Close()
	}, false},
}

// state opens what a disk holds and says in one word each what is in it.
func state(d *memDisk) (profile, queue, password string, err error) {
	s, err := open(d, oldPassword)
	password = "old"
	if errors.Is(err, ErrWrongPassword) {
		s, err = open(d, newPassword)
		password = "new"
	}
	if err != nil {
		return "", "", "", err
	}
	defer s.Close()
	if q := s.ViewQueue(); len(q.Drafts) == 1 {
		queue = q.Drafts[0].Text
	}
	profile = s.View().Settings.Language
	// It must be a profile to live in, not only to look at.
	if _, err := s.Modify(func(*Profile) error { return nil }); err != nil {
		return "", "", "", fmt.Errorf("after opening: %w", err)
	}
	if err := s.ModifyQueue(func(*Queue) error { return nil }); err != nil {
		return "", "", "", fmt.Errorf("after opening: %w", err)
	}
	for name := range d.seen {
		if strings.HasSuffix(name, tmp) || strings.HasSuffix(name, next) {
			return "", "", "", fmt.Errorf("%s was left behind", name)
		}
	}
	return profile, queue, password, nil
}

// whole says whether a state is one that the scenario may leave; done means
// that it was told to have worked.
func (sc scenario) whole(d *memDisk, done bool) error {
	profile, queue, password, err := state(d)
	if sc.name == "create" && !done && errors.Is(err, ErrNoProfile) {
		again, err := create(d, oldPassword) // nothing in the way of a second try
		if err != nil {
			return err
		}
		return again.Close()
	}
	if err != nil {
		return err
	}
	got := [3]string{profile, queue, password}
	before, after := [3]string{"before", "before", "old"}, [3]string{"before", "before", "old"}
	switch sc.name {
	case "profile":
		after[0] = "after"
	case "queue":
		after[1] = "after"
	case "password":
		after[2] = "new"
	case "create":
		before, after = [3]string{"", "", "old"}, [3]string{"", "", "old"}
	}
	if got == after || (!done && got == before) {
		return nil
	}
	return fmt.Errorf("neither old nor new: %v (done: %v)", got, done)
}

// length returns how many steps a scenario has.
func (sc scenario) length(t *testing.T) int {
	t.Helper()
	d := sc.start(t)
	if err := sc.run(d); err != nil {
		t.Fatal(err)
	}
	if err := sc.whole(d.clone(), true); err != nil {
		t.Fatal(err)
	}
	return len(d.steps)
}

// TestPowerCutAtEveryStep cuts the power before each step, and after the last:
// whatever part of the unsynced work survives, the profile opens and is the
// old or the new one, and the new one when the program was told so.
func TestPowerCutAtEveryStep(t *testing.T) {
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			n, disks := sc.length(t), 0
			for at := 1; at <= n+1; at++ {
				d := sc.start(t)
				d.plan = plan{at: at}
				err := sc.run(d)
				for i, r := range d.remains() {
					disks++
					if err := sc.whole(r, err == nil); err != nil {
						t.Fatalf("cut at step %d of %d, remains %d: %v\n%v", at, n, i, err, d)
					}
				}
			}
			t.Logf("%d steps, %d disks", n, disks)
			if n < 5 || disks < 2*n {
				t.Errorf("only %d steps and %d disks were tried", n, disks)
			}
		})
	}
}

// TestPowerCutTwice cuts the power in a change of the password, and again at
// each step of the Open that puts it right.
func TestPowerCutTwice(t *testing.T) {
	sc := scenarios[2]
	whole := sc.start(t)
	if err := sc.run(whole); err != nil {
		t.Fatal(err)
	}
	n, disks := len(whole.steps), 0
	turn := slices.Index(whole.steps, "rename "+keyFile+next) + 1
	if turn < 10 {
		t.Fatalf("the switch is step %d", turn)
	}
	for at := turn - 1; at <= n+1; at += 1 + stride()/4 { // before, Open has only rubbish to remove
		d := sc.start(t)
		d.plan = plan{at: at}
		_ = sc.run(d)
		for _, first := range d.remains() {
			for again := 1; ; again++ {
				second := first.clone()
				second.plan = plan{at: again}
				_, _, _, _ = state(second)
				for i, r := range second.remains() {
					disks++
					if err := sc.whole(r, false); err != nil {
						t.Fatalf("cut at %d, then at %d, remains %d: %v\n%v\n%v", at, again, i, err, d, second)
					}
				}
				if !second.dead || again > 4 { // later steps are those of a save, tried above
					break
				}
			}
		}
	}
	t.Logf("%d disks", disks)
}

// TestKilledThenPowerCut kills the process in a change of the password, while
// the machine goes on with all that is unsynced, and cuts the power at each
// step of the Open that puts it right.
func TestKilledThenPowerCut(t *testing.T) {
	sc := scenarios[2]
	n := sc.length(t)
	for at := 1; at <= n; at += 1 + stride()/4 {
		for again := 1; again <= 9; again += 2 {
			d := sc.start(t)
			d.plan = plan{at: at}
			_ = sc.run(d)
			d.revive(again)
			_, _, _, _ = state(d)
			for i, r := range d.remains() {
				if err := sc.whole(r, false); err != nil {
					t.Fatalf("killed at %d, cut at %d, remains %d: %v\n%v", at, again, i, err, d)
				}
			}
		}
	}
}

// TestTroubleAtEveryStep lets each step fail in each way: the error has its
// type, what is in memory is what was said, the disk holds the old or the new
// state, and once the trouble is over the same Store goes on.
func TestTroubleAtEveryStep(t *testing.T) {
	for _, sc := range scenarios[:3] {
		for _, trouble := range troubles {
			t.Run(sc.name+"/"+trouble.name, func(t *testing.T) {
				failed, n := 0, sc.length(t)
				for at := 1; at <= n; at += 1 + stride()/4 {
					d := sc.start(t)
					s, err := open(d, oldPassword)
					if err != nil {
						t.Fatal(err)
					}
					opened := len(d.steps)
					d.plan = trouble.plan
					d.plan.at = opened + at
					err = sc.again(s)
					if err != nil {
						failed++
						if !errors.Is(err, trouble.want) {
							t.Errorf("step %d: %v, want %v", at, err, trouble.want)
						}
						if !sc.changesKey && (s.View().Settings.Language != "before" || s.ViewQueue().Drafts[0].Text != "before") {
							t.Errorf("step %d: failed, but changed in memory", at)
						}
					}
					reached := len(d.steps) >= opened+at
					d.plan = plan{}
					for i, r := range d.extremes() {
						if err := sc.whole(r, err == nil); err != nil {
							t.Fatalf("step %d, remains %d: %v\n%v", at, i, err, d)
						}
					}
					goOn(t, s, d)
					if err := s.Close(); err != nil {
						t.Error(err)
					}
					if !reached {
						break
					}
				}
				if failed == 0 {
					t.Error("nothing failed: the trouble never came")
				}
			})
		}
	}
}

// again runs the scenario on an open store.
func (sc scenario) again(s *Store) error {
	switch sc.name {
	case "profile":
		_, err := s.Modify(func(p *Profile) error { p.Settings.Language = "after"; return nil })
		return err
	case "queue":
		return s.ModifyQueue(func(q *Queue) error { q.Drafts[0].Text = "after"; return nil })
	}
	return s.ChangePassword(oldPassword, newPassword)
}

// goOn changes both files once more and looks whether that lasts.
func goOn(t *testing.T, s *Store, d *memDisk) {
	t.Helper()
	_, err := s.Modify(func(p *Profile) error { p.Settings.Language = "later"; return nil })
	if errors.Is(err, ErrUnsure) {
		if err := s.ModifyQueue(func(*Queue) error { return nil }); !errors.Is(err, ErrUnsure) {
			t.Errorf("the queue is written though it is unsure for which key: %v", err)
		}
		return
	}
	if err != nil {
		t.Errorf("it does not go on: %v", err)
		return
	}
	if err := s.ModifyQueue(func(q *Queue) error { q.Drafts[0].Text = "later"; return nil }); err != nil {
		t.Errorf("it does not go on: %v", err)
		return
	}
	for _, r := range d.extremes() {
		profile, queue, _, err := state(r)
		if err != nil || profile != "later" || queue != "later" {
			t.Errorf("what came later did not last: %q %q %v", profile, queue, err)
		}
	}
}

// TestCrashTestsCanFail shows that the disk of these tests finds the faults
// that it is there for: a save without the sync of the file, without the sync
// of the folder, and in place.
func TestCrashTestsCanFail(t *testing.T) {
	saves := map[string]func(d fsys, name string, data []byte) error{
		"no sync of the file": func(d fsys, name string, data []byte) error {
			f, err := d.create(name + tmp)
			if err != nil {
				return err
			}
			_, _ = f.Write(data)
			_ = f.Close()
			_ = d.rename(name+tmp, name)
			return d.syncDir()
		},
		"no sync of the folder": func(d fsys, name string, data []byte) error {
			if err := put(d, name+tmp, data); err != nil {
				return err
			}
			return d.rename(name+tmp, name)
		},
		"in place": func(d fsys, name string, data []byte) error {
			if err := put(d, name, data); err != nil {
				return err
			}
			return d.syncDir()
		},
	}
	for name, save := range saves {
		found := false
		for at := 1; at <= 8; at++ {
			d := base(t)
			s, err := open(d, oldPassword)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := encodeProfile(Profile{Isolation: s.View().Isolation, Settings: Settings{Language: "after"}}, 9)
			if err != nil {
				t.Fatal(err)
			}
			data, err := seal(plain, ' ', padTo, s.disk.id.Recipient())
			if err != nil {
				t.Fatal(err)
			}
			d.plan = plan{at: len(d.steps) + at}
			err = save(d, profileFile, data)
			for _, r := range d.remains() {
				found = found || scenarios[0].whole(r, err == nil) != nil
			}
			_ = s.Close()
		}
		if !found {
			t.Errorf("%s: no power cut shows it", name)
		}
	}
}
