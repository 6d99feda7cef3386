package client_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hushwing/client"
	"hushwing/config"
	"hushwing/internal/journey"
	"hushwing/secret"
	"hushwing/xmpp/xmpptest"
)

// seen looks at what a person sees.
func (r *resident) seen(look func(*journey.World)) {
	r.town.t.Helper()
	must(r.town.t, r.Until("anything", func(w *journey.World) bool { look(w); return true }))
}

// TestLock: the private chats and the streams are ended in order, the profile is
// free for anybody who knows the password, nothing more is told, and all of it
// can be done any number of times without anything staying behind.
func TestLock(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.neighbours()
		goroutines := 0
		for round := range 5 {
			_, letters := w.exchanges(0)
			began := time.Now()
			must(t, ana.Lock())
			if d := time.Since(began); d > 2500*time.Millisecond {
				t.Errorf("it took %v", d)
			}
			must(t, ben.Protected(ana.at, client.Away))
			if w.full(ana.at) != "" {
				t.Error("her program is still at the server")
			}
			if n := len(w.sent(letters)); n != 1 || !w.sent(letters)[0].isData() {
				t.Errorf("the private chat was not ended: %d letters", n)
			}
			s, err := config.Open(ana.dir, secret.New(profilePassword))
			if err != nil {
				t.Fatalf("the profile is not free: %v", err)
			}
			must(t, s.Close())
			time.Sleep(10 * time.Minute)
			ana.seen(func(w *journey.World) {
				for _, e := range w.Since {
					if _, ok := e.(client.TorChanged); !ok {
						t.Errorf("said while it is locked: %T", e)
					}
				}
			})
			synctest.Wait()
			switch n := runtime.NumGoroutine(); { // the runtime has some of its own
			case round == 0:
				goroutines = n
			case round == 4 && n > goroutines+3:
				t.Errorf("%d goroutines after locking %d times, %d after the first", n, round+1, goroutines)
			}
			ana.Client.Do(client.GoOnline{Account: "a-ana"}) // nobody is there to do it
			if err := ana.Unlock("not " + profilePassword); journey.Cause(err) != client.WrongPassword {
				t.Errorf("with another password: %v", err)
			}
			must(t, ana.Unlock(profilePassword))
			must(t, ana.Online(ana.at))
			time.Sleep(time.Second)
			ana.Look(ben.at)
			must(t, ana.Private(ben.at))
			must(t, ben.Private(ana.at))
			time.Sleep(2 * time.Second)
		}
		ana.says(ben.at, "still here")
		ben.read(ana.at, "still here")
	})
}

// TestLockIsBounded: a server that takes nothing any more holds up no lock, and
// what the account says afterwards reaches nobody.
func TestLockIsBounded(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana, _ := w.neighbours()
		stuck, over := make(chan struct{}), make(chan struct{})
		w.rules(func(letter) fate { close(stuck); <-over; return pass })
		ana.says("ben@"+xmpptest.Domain, strings.Repeat("x", 30_000))
		<-stuck
		began := time.Now()
		must(t, ana.Lock())
		if d := time.Since(began); d > 4*time.Second {
			t.Errorf("it took %v", d)
		}
		w.set(func() { w.rule = nil })
		close(over)
		time.Sleep(time.Minute)
		must(t, ana.Unlock(profilePassword))
		must(t, ana.Online(ana.at))
	})
}

// TestLockKeepsWhatWasTyped: what was sent, typed and set in the last moment
// before the profile is locked, or the program ends, is there afterwards.
func TestLockKeepsWhatWasTyped(t *testing.T) {
	for name, end := range map[string]func(r *resident){
		"lock": func(r *resident) { r.Client.Do(client.Lock{}) },
		"quit": func(r *resident) { r.Person.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			inTown(t, func(t *testing.T, w *town) {
				ana := w.comes("ana", "", "ben", "eve")
				w.comes("ben", "", "ana")
				ana.start()
				ben, eve := ana.Peer("ben@"+xmpptest.Domain), ana.Peer("eve@"+xmpptest.Domain)
				do := ana.Client.Do
				do(client.SaveDraft{Peer: ben, Text: "half"})
				do(client.SaveDraft{Peer: ben, Text: "half a thought"})
				do(client.SendText{ID: 1000, Peer: ben, Text: "half a thought"})
				do(client.SaveDraft{Peer: eve, Text: "and another"})
				do(client.SetSettings{ID: 1001, Settings: client.Settings{NotifyWho: true, LockAfter: 5}})
				end(ana)
				if name == "quit" {
					ana.open()
				} else {
					must(t, ana.Until("a locked profile", func(w *journey.World) bool { return w.Profile == client.ProfileLocked }))
					must(t, ana.Unlock(profilePassword))
				}
				must(t, ana.Online(ana.at))
				ana.seen(func(v *journey.World) {
					if len(v.Drafts) != 1 || v.Drafts[eve.Address] != "and another" {
						t.Errorf("drafts: %q", v.Drafts)
					}
					if !slices.ContainsFunc(v.Messages, func(m client.Message) bool { return m.Mine && m.Text == "half a thought" }) {
						t.Error("the text is lost")
					}
					if !v.Settings.NotifyWho || v.Settings.LockAfter != 5 {
						t.Errorf("settings: %+v", v.Settings)
					}
				})
			})
		})
	}
}

// TestLockWhileOpening: a lock that comes before the profile is open is not lost.
func TestLockWhileOpening(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana := w.comes("ana", "")
		ana.start()
		must(t, ana.Lock())
		ana.Client.Do(client.Unlock{ID: 500, Password: secret.New(profilePassword)})
		ana.Client.Do(client.Lock{})
		time.Sleep(time.Minute)
		ana.seen(func(v *journey.World) {
			if v.Profile != client.ProfileLocked {
				t.Errorf("it is open: %d", v.Profile)
			}
		})
		must(t, ana.Unlock(profilePassword))
		must(t, ana.Online(ana.at))
	})
}

// TestDrafts: what is typed comes to the disk soon, seldom, and leaves it with
// the text, when it is deleted, and with the contact.
func TestDrafts(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana := w.comes("ana", "", "ben", "eve")
		ana.start()
		ben, eve := "ben@"+xmpptest.Domain, "eve@"+xmpptest.Domain
		kept := func() map[string]string {
			out := map[string]string{}
			w.onDisk(ana, func(q config.Queue) {
				for _, d := range q.Drafts {
					out[d.Peer] = d.Text
				}
			})
			return out
		}
		writes, last := 0, time.Time{}
		for i := range 1000 { // a hundred seconds of typing
			ana.Draft(ben, strings.Repeat("x", i+1))
			time.Sleep(100 * time.Millisecond)
			info, err := os.Stat(filepath.Join(ana.dir, "queue.age"))
			must(t, err)
			if !info.ModTime().Equal(last) {
				writes++
				last = info.ModTime()
			}
		}
		if writes > 101 || writes < 20 {
			t.Errorf("%d writes in 100 s", writes)
		}
		time.Sleep(3 * time.Second)
		if got := kept(); len(got[ben]) != 1000 {
			t.Errorf("on disk: %d bytes", len(got[ben]))
		}
		ana.Draft(eve, "one")
		time.Sleep(3 * time.Second)
		ana.says(ben, "sent")
		if got := kept(); len(got) != 1 || got[eve] != "one" {
			t.Errorf("after one was sent: %d drafts", len(got))
		}
		ana.Draft(eve, strings.Repeat("x", 70<<10)) // what does not fit leaves what there is
		time.Sleep(3 * time.Second)
		if got := kept(); got[eve] != "one" {
			t.Error("one that is too long has taken the place of the one before")
		}
		ana.Draft(ben, "two")
		ana.Draft(eve, "")
		time.Sleep(3 * time.Second)
		if got := kept(); len(got) != 1 || got[ben] != "two" {
			t.Errorf("after one was deleted: %d drafts", len(got))
		}
		ana.Draft(ben, "three")
		must(t, ana.Remove(ben))
		time.Sleep(3 * time.Second)
		if got := kept(); len(got) != 0 {
			t.Errorf("after the contact was removed: %d drafts", len(got))
		}
	})
}

// onDisk looks at what is on somebody's disk, as after a power cut now.
func (w *town) onDisk(r *resident, look func(config.Queue)) {
	w.t.Helper()
	dir := filepath.Join(w.dir, "copy-"+config.NewID())
	must(w.t, os.Mkdir(dir, 0o700))
	for _, name := range []string{"key.age", "profile.age", "queue.age"} {
		raw, err := os.ReadFile(filepath.Join(r.dir, name))
		must(w.t, err)
		must(w.t, os.WriteFile(filepath.Join(dir, name), raw, 0o600))
	}
	s, err := config.Open(dir, secret.New(profilePassword))
	must(w.t, err)
	look(s.ViewQueue())
	must(w.t, s.Close())
}

// TestChangePassword: from then on the new password opens the profile and the old
// one does not; with a wrong old one nothing changes.
func TestChangePassword(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana := w.comes("ana", "", "ben")
		ana.start()
		if err := ana.ChangePassword("wrong", "fresh"); journey.Cause(err) != client.WrongPassword {
			t.Errorf("with a wrong password: %v", err)
		}
		if err := ana.ChangePassword(profilePassword, ""); journey.Cause(err) != client.PasswordEmpty {
			t.Errorf("to an empty one: %v", err)
		}
		must(t, ana.ChangePassword(profilePassword, "fresh"))
		ana.says("ben@"+xmpptest.Domain, "written after")
		must(t, ana.Lock())
		if err := ana.ChangePassword("fresh", "later"); err == nil {
			t.Error("it was changed while it is locked")
		}
		if err := ana.Unlock(profilePassword); journey.Cause(err) != client.WrongPassword {
			t.Errorf("the old one: %v", err)
		}
		must(t, ana.Unlock("fresh"))
		must(t, ana.Online(ana.at))
	})
}

// TestSettings: they are told when the profile opens, and stay within bounds.
func TestSettings(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ana := w.comes("ana", "")
		ana.start()
		ana.seen(func(v *journey.World) {
			if v.Settings != (client.Settings{}) {
				t.Errorf("at first: %+v", v.Settings)
			}
		})
		must(t, ana.UseTor("127.0.0.1:9", ""))
		want := client.Settings{
			Language: "fa", NoNotify: true, NotifyWho: true, LockAfter: -1, StayOpen: true, Background: true, TextScale: 150,
			SendWithCtrlEnter: true, Window: client.WindowPlace{Width: 900, Height: 600, Maximized: true, X: -20, Y: 40, Known: true},
		}
		set := want
		set.LockAfter, set.Window.Height, set.TextScale = -7, 600, 150
		must(t, ana.Set(set))
		must(t, ana.Lock())
		must(t, ana.Unlock(profilePassword))
		must(t, ana.Until("how Tor is reached", func(v *journey.World) bool { _, there := v.Accounts[ana.at]; return there && v.TorSet.Hand != "" }))
		ana.seen(func(v *journey.World) {
			if v.Settings != want {
				t.Errorf("%+v", v.Settings)
			}
			if v.TorSet.Hand != "127.0.0.1:9" {
				t.Errorf("how Tor is reached has changed: %q", v.TorSet.Hand)
			}
		})
		must(t, ana.Set(client.Settings{LockAfter: 1 << 40, TextScale: 1 << 40, Window: client.WindowPlace{Width: -5, Height: 1 << 40, X: -1 << 40, Y: 1 << 40}}))
		ana.seen(func(v *journey.World) {
			if s := v.Settings; s.LockAfter != config.MaxLockAfter || s.TextScale != config.MaxTextScale || s.Window.Width != 0 || s.Window.Height != config.MaxWindow {
				t.Errorf("%+v", s)
			}
		})
	})
}

// TestDestroy: from every state, without a password, at once; nothing that was in
// the folder opens any more, and life can begin anew.
func TestDestroy(t *testing.T) {
	for name, before := range map[string]func(r *resident){
		"open":   func(*resident) {},
		"locked": func(r *resident) { must(r.town.t, r.Lock()) },
		"while it is being opened": func(r *resident) {
			must(r.town.t, r.Lock())
			r.Client.Do(client.Unlock{ID: 500, Password: secret.New(profilePassword)})
		},
		"while the password is changed": func(r *resident) {
			r.Client.Do(client.ChangePassword{ID: 500, Old: secret.New(profilePassword), Fresh: secret.New("fresh")})
		},
	} {
		t.Run(name, func(t *testing.T) {
			inTown(t, func(t *testing.T, w *town) {
				ana := w.comes("ana", "", "ben")
				ana.start()
				ana.says("ben@"+xmpptest.Domain, "a text that waits")
				before(ana)
				began := time.Now()
				must(t, ana.Destroy())
				if d := time.Since(began); d > 3*time.Second {
					t.Errorf("it took %v", d)
				}
				ana.seen(func(v *journey.World) {
					if v.Profile != client.ProfileNone {
						t.Errorf("the profile: %d", v.Profile)
					}
				})
				time.Sleep(time.Minute)
				entries, err := os.ReadDir(ana.dir)
				must(t, err)
				for _, e := range entries {
					if n := e.Name(); n != "lock" && n != "tor" {
						t.Errorf("%s is left", n)
					}
				}
				for _, p := range []string{profilePassword, "fresh"} {
					if _, err := config.Open(ana.dir, secret.New(p)); err == nil {
						t.Error("it opens")
					}
				}
				must(t, ana.Create("another"))
				must(t, ana.Lock())
				must(t, ana.Unlock("another"))
			})
		})
	}
}

// TestDestroyNothing: where there is no profile nothing is touched.
func TestDestroyNothing(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "tor"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "tor", "mine"), []byte("mine"), 0o600))
	p := journey.Start(client.Options{Dir: dir})
	defer p.Close()
	must(t, p.Destroy())
	if _, err := os.Stat(filepath.Join(dir, "tor", "mine")); err != nil {
		t.Error(err)
	}
}
