package story_test

import (
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"hushwing/config"
	"hushwing/i18n"
	"hushwing/internal/lab/screen/atspi"
	"hushwing/internal/story"
	"hushwing/otr"
	"hushwing/secret"
)

// acquainted gives a person a profile with an address and a friend.
func acquainted(t *testing.T, p *story.Person, friend string) {
	t.Helper()
	s, err := config.Create(p.Profile, secret.New(p.Password))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	id, err := otr.NewIdentity(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Modify(func(q *config.Profile) error {
		q.Accounts = append(q.Accounts, config.Account{
			ID: config.NewID(), Address: "gina@example.test", Password: secret.New("x"), Identity: id.Export(),
			Contacts: []config.Contact{{Address: friend + "@example.test", Name: friend}},
		})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// onDisk returns the texts that wait in somebody's profile, whose program has ended.
func onDisk(t *testing.T, p *story.Person) (texts []string) {
	t.Helper()
	var s *config.Store
	var err error
	for end := time.Now().Add(story.Patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if s, err = config.Open(p.Profile, secret.New(p.Password)); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, o := range s.ViewQueue().Outgoing {
		texts = append(texts, o.Text)
	}
	return texts
}

// TestTakingBack uses the built program by its names alone, without a
// connection: what is written waits, is copied, taken back and brought back; and
// what was taken back is not on the disk any more, however the program ends.
func TestTakingBack(t *testing.T) {
	p := somebody(t, "Gina", nil)
	acquainted(t, p, "Hugo")
	write := func(text string) func() error {
		return func() error {
			if err := p.Fill(i18n.T("Message to %s", "Hugo"), text); err != nil {
				return err
			}
			return p.Press(i18n.T("Send to %s", "Hugo"))
		}
	}
	press := func(name string) func() error { return func() error { return p.Press(name) } }
	steps(t,
		func() error { return p.Start(t.Context()) },
		func() error { return p.Unlock(p.Password) },
		func() error { return p.Choose("Hugo") },
		write("first"), sees(p, i18n.T("Waits here: %s", "first")),
		write("second"), sees(p, i18n.T("Waits here: %s", "second")),
		write("third"), sees(p, i18n.T("%d messages wait here, encrypted, until you are connected.", 3)),
		press(i18n.T("Waits here: %s", "first")),
		press(i18n.T("Copy: %s", "first")),
		sees(p, i18n.T("The message was copied.")),
		press(i18n.T("Waits here: %s", "second")),
		press(i18n.T("Cancel sending: %s", "second")),
		func() error { return p.Misses(i18n.T("Waits here: %s", "second")) },
		sees(p, i18n.T("%d messages wait here, encrypted, until you are connected.", 2)),
		press(i18n.T("Undo: bring back what was discarded")),
		sees(p, i18n.T("Waits here: %s", "second")),
		// With the mouse, over the text.
		func() error { return p.RightClick("second") },
		press(i18n.T("Copy: %s", "second")),
		sees(p, i18n.T("The message was copied.")),
		// With the keyboard: the row, then Delete.
		func() error { return p.GoTo("third") },
		func() error { return p.Key(atspi.KeyDelete) },
		func() error { return p.Misses(i18n.T("Waits here: %s", "third")) },
		// What protects this computer, in the cage that the program stands in.
		press(i18n.T("Main menu")),
		press(i18n.T("What protects you now")),
		press(i18n.T("What protects this computer")),
		sees(p, i18n.T("It starts none, and touches none that runs.")),
	)
	p.Kill()
	if got := onDisk(t, p); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("on disk: %q", got)
	}
}
