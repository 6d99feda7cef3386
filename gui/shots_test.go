package gui

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"hushwing/client"
	"hushwing/gui/model"
	"hushwing/i18n"
)

// scene is one screen in one state.
type scene struct {
	name string
	play func(s *stage)
}

// chat opens the conversation with Ana in a state.
func chat(s *stage, p client.Protection, lines []client.Event) {
	s.play(opened()...)
	s.play(lines...)
	s.play(protected(p)...)
	s.ui(func() { s.w.m.Select(ana); s.w.flush() })
}

// check opens the check in a stage.
func check(s *stage, p client.Protection, c client.Check) {
	chat(s, p, talk())
	c.Peer = ana
	s.press(model.Action{Kind: model.ActionCheck, Peer: ana})
	if c.Stage != client.CheckNone {
		s.play(client.CheckChanged{Check: c})
	}
}

// press presses a button of the model's.
func (s *stage) press(a model.Action) { s.ui(func() { s.w.press(a) }) }

// fill types into a field.
func (s *stage) fill(id model.FieldID, text string) {
	s.ui(func() { s.w.m.SetField(id, text); s.w.flush() })
}

// question is about a server's new identity, with nothing against it.
func question() client.ServerQuestion {
	day := clock().AddDate
	return client.ServerQuestion{
		Old: client.ServerIdentity{
			Domain: "example.org", Issuer: "CN=R11,O=Let's Encrypt,C=US", NotBefore: day(0, -2, -10), NotAfter: day(0, 0, 20),
			Key: "4ZBvBUH5TQpZVRQZ1kCk3cS0c9y1Yk8lq2sP0m7oNfA=", Valid: true,
		},
		Since: day(0, -11, 0),
		New: client.ServerIdentity{
			Domain: "example.org", Issuer: "CN=E7,O=Let's Encrypt,C=US", NotBefore: day(0, 0, -1), NotAfter: day(0, 3, -1),
			Key: "Qm0uXzv8sYH1d6n5rTg3aJ2bLwVfCeKpIxO4tR9yM7E=", Valid: true,
		},
		Paths: client.Paths{Asked: 3, Same: 3},
	}
}

// questioned stops the account with a question.
func questioned(s *stage, q client.ServerQuestion) {
	s.play(opened()...)
	a := online()
	a.State, a.Problem, a.Question = client.CertificateChanged, &client.Problem{Cause: client.CertificateNewKey}, &q
	s.play(client.AccountChanged{Account: a})
}

// server opens it.
func server(s *stage, q client.ServerQuestion) {
	questioned(s, q)
	s.press(model.Action{Kind: model.ActionServer, ID: account})
}

func firstRun(s *stage, door model.ActionKind) {
	s.play(client.ProfileChanged{State: client.ProfileNone})
	if door != model.ActionNone {
		s.press(model.Action{Kind: door})
	}
}

// throughTor goes through the password's page to what lies behind Tor's.
func throughTor(s *stage, door model.ActionKind) {
	firstRun(s, door)
	s.fill(model.FieldIDPassword, "copper lantern meadow orbit willow")
	s.fill(model.FieldIDRepeat, "copper lantern meadow orbit willow")
	s.press(model.Action{Kind: model.ActionNext})
	for _, c := range asked[client.CreateProfile](s) {
		s.play(client.Done{ID: c.ID})
	}
	s.play(client.ProfileChanged{State: client.ProfileOpen}, client.Snapshot{})
}

// done goes to the last page of the first run.
func done(s *stage) {
	throughTor(s, model.ActionDoorExisting)
	s.play(client.TorChanged{State: client.TorReady})
	s.fill(model.FieldIDAddress, "ben@example.org")
	s.fill(model.FieldIDSecret, "secret")
	s.press(model.Action{Kind: model.ActionNext})
	s.play(client.AccountChanged{Account: online()})
	for _, c := range asked[client.AddAccount](s) {
		s.play(client.Done{ID: c.ID})
	}
}

func scenes() []scene {
	cause := func(c client.Cause, detail string) *client.Problem {
		return &client.Problem{Cause: c, Detail: detail, Retry: client.RetryNow}
	}
	list := []scene{
		{"starting", func(*stage) {}},
		{"broken", func(s *stage) {
			s.play(client.ProfileChanged{State: client.ProfileBroken, Problem: cause(client.ProfileDamaged, "profile.age")})
		}},
		{"unlock", func(s *stage) { s.play(client.ProfileChanged{State: client.ProfileLocked}) }},
		{"unlock-language", func(s *stage) {
			s.play(client.ProfileChanged{State: client.ProfileLocked})
			s.frames()
			s.ui(func() { s.w.front.language.Clicked() })
		}},
		{"unlock-wrong", func(s *stage) {
			s.play(client.ProfileChanged{State: client.ProfileLocked})
			s.fill(model.FieldIDUnlock, "not this one")
			s.press(model.Action{Kind: model.ActionUnlock})
			for _, c := range asked[client.Unlock](s) {
				s.play(client.Refused{ID: c.ID, Problem: *cause(client.WrongPassword, "")})
			}
		}},
		{"first-1-welcome", func(s *stage) { firstRun(s, model.ActionNone) }},
		{"first-1-language", func(s *stage) {
			firstRun(s, model.ActionNone)
			s.frames()
			s.ui(func() { s.w.front.language.Clicked() })
		}},
		{"first-2-password", func(s *stage) {
			firstRun(s, model.ActionDoorNew)
			s.fill(model.FieldIDPassword, "copper lantern meadow")
		}},
		{"first-3-tor", func(s *stage) {
			throughTor(s, model.ActionDoorNew)
			s.play(client.TorChanged{State: client.TorStarting, Percent: 45, Stage: "loading_descriptors"})
		}},
		{"first-3-tor-failed", func(s *stage) {
			throughTor(s, model.ActionDoorNew)
			s.play(client.TorChanged{State: client.TorFailed, Problem: cause(client.TorStuck, "conn_done")})
		}},
		{"first-3-bridges", func(s *stage) {
			throughTor(s, model.ActionDoorNew)
			s.press(model.Action{Kind: model.ActionTorWay})
			s.fill(model.FieldIDBridges, "obfs4 192.0.2.1:443 0123456789ABCDEF0123456789ABCDEF01234567 cert=ssH+9rP8dG2NLDN2XuFw63hIO/9MNNinLmxQDpVa+7kTOa9/m+tGWT1SmSYpQ9uTBGa6Hw iat-mode=0")
			s.press(model.Action{Kind: model.ActionNext})
			for _, c := range asked[client.UseTor](s) {
				s.play(client.Refused{ID: c.ID, Problem: *cause(client.BridgeProgram, "obfs4proxy")})
			}
		}},
		{"first-4-new", func(s *stage) {
			throughTor(s, model.ActionDoorNew)
			s.play(client.TorChanged{State: client.TorReady})
		}},
		{"first-4-asking", func(s *stage) {
			throughTor(s, model.ActionDoorNew)
			s.play(client.TorChanged{State: client.TorReady})
			s.press(model.Action{Kind: model.ActionNext})
		}},
		{"first-4-another", func(s *stage) {
			throughTor(s, model.ActionDoorNew)
			s.play(client.TorChanged{State: client.TorReady})
			s.press(model.Action{Kind: model.ActionChooseServer, Index: len(client.Suggested())})
		}},
		{"first-4-form", func(s *stage) {
			throughTor(s, model.ActionDoorNew)
			s.play(client.TorChanged{State: client.TorReady})
			s.press(model.Action{Kind: model.ActionNext})
			for _, c := range asked[client.AskForm](s) {
				s.play(client.FormArrived{ID: c.ID, Server: c.Server, Instructions: "Choose what fits.", Fields: []client.Field{
					{Name: "town", Label: "Town", Kind: client.FieldText, Required: true},
					{Name: "kind", Label: "Kind of account", Kind: client.FieldChoice, Value: "b", Options: []client.Option{{Value: "a", Label: "For a month"}, {Value: "b", Label: "For a year"}}},
				}})
			}
		}},
		{"first-4-existing", func(s *stage) {
			throughTor(s, model.ActionDoorExisting)
			s.play(client.TorChanged{State: client.TorReady})
		}},
		{"first-5-done", done},
		{"main-empty", func(s *stage) {
			s.play(client.ProfileChanged{State: client.ProfileOpen}, client.TorChanged{State: client.TorReady},
				client.Snapshot{Accounts: []client.Account{online()}})
		}},
		{"main", func(s *stage) { s.play(opened()...) }},
		{"main-connecting", func(s *stage) {
			s.play(opened()...)
			a := online()
			a.State = client.Connecting
			s.play(client.AccountChanged{Account: a})
		}},
		{"main-failed", func(s *stage) {
			s.play(opened()...)
			a := online()
			a.State, a.Problem = client.Failed, cause(client.ServerUnreachable, "example.org")
			s.play(client.AccountChanged{Account: a})
		}},
		{"main-menu", func(s *stage) {
			s.play(opened()...)
			s.ui(func() { s.w.main.left.menu.popover.Popup() })
		}},
		{"main-accounts", func(s *stage) {
			s.play(opened()...)
			a := online()
			a.State, a.Problem = client.Failed, cause(client.ServerUnreachable, "example.org")
			s.play(client.AccountChanged{Account: a})
			s.ui(func() { s.w.main.left.status.more.SetActive(true) })
		}},
		{"main-accounts-online", func(s *stage) {
			s.play(opened()...)
			s.ui(func() { s.w.main.left.status.more.SetActive(true) })
		}},
		{"main-requests", func(s *stage) {
			s.play(opened()...)
			s.play(client.RequestArrived{Peer: peer("someone@example.com")})
		}},
		{"chat", func(s *stage) { chat(s, client.PrivateChecked, talk()) }},
		{"chat-troubles", func(s *stage) { chat(s, client.PrivateUnknown, troubles()) }},
		{"chat-waiting", func(s *stage) { chat(s, client.Away, waiting()) }},
		{"chat-failed", func(s *stage) { chat(s, client.PrivateChecked, failing()) }},
		{"chat-menu", func(s *stage) {
			chat(s, client.Away, waiting())
			s.frames()
			s.ui(func() {
				l := s.w.main.right.messages
				l.shown[len(l.shown)-2].more.Clicked()
			})
		}},
		{"chat-undo", func(s *stage) {
			chat(s, client.Away, waiting())
			s.press(model.Action{Kind: model.ActionCancelAll, Peer: ana})
			for _, c := range asked[client.DiscardText](s) {
				s.play(client.MessageRemoved{Peer: ana, Message: c.Message})
			}
		}},
		{"details", func(s *stage) {
			chat(s, client.KeyLocked, talk())
			s.press(model.Action{Kind: model.ActionDetails, Peer: ana})
		}},
		{"check-ways", func(s *stage) { check(s, client.PrivateUnknown, client.Check{Left: 3}) }},
		{"check-ask", func(s *stage) {
			check(s, client.PrivateUnknown, client.Check{Left: 3})
			s.press(model.Action{Kind: model.ActionWayQuestion})
			s.fill(model.FieldIDQuestion, "What did we eat in the harbour?")
		}},
		{"check-waiting", func(s *stage) { check(s, client.PrivateUnknown, client.Check{Stage: client.CheckWaiting, Left: 2}) }},
		{"check-question", func(s *stage) {
			check(s, client.PrivateUnknown, client.Check{Stage: client.CheckQuestion, Question: "What did we eat in the harbour?", Left: 3})
		}},
		{"check-same", func(s *stage) { check(s, client.PrivateChecked, client.Check{Stage: client.CheckSame, Left: 3}) }},
		{"check-askback", func(s *stage) { check(s, client.PrivateUnknown, client.Check{Stage: client.CheckAskBack, Left: 3}) }},
		{"check-different", func(s *stage) { check(s, client.PrivateUnknown, client.Check{Stage: client.CheckDifferent, Left: 2}) }},
		{"dialog-add", func(s *stage) {
			s.play(opened()...)
			s.press(model.Action{Kind: model.ActionAskAdd})
			s.fill(model.FieldIDContactAddress, "ana@")
		}},
		{"dialog-address", func(s *stage) {
			s.play(opened()...)
			s.press(model.Action{Kind: model.ActionMyAddress})
		}},
		{"dialog-tor", func(s *stage) {
			s.play(opened()...)
			s.press(model.Action{Kind: model.ActionAskTor})
		}},
		{"dialog-computer", func(s *stage) {
			s.play(opened()...)
			s.play(client.SandboxChanged{Sandbox: client.Sandbox{Known: true, Calls: true, Files: true, Signals: true, Buses: true}})
			s.press(model.Action{Kind: model.ActionComputer})
		}},
		{"dialog-computer-old", func(s *stage) {
			s.play(opened()...)
			s.play(client.SandboxChanged{Sandbox: client.Sandbox{Known: true, Calls: true, Missing: []string{"files", "ports", "abstract-sockets"}}})
			s.press(model.Action{Kind: model.ActionComputer})
		}},
		{"dialog-remove", func(s *stage) {
			s.play(opened()...)
			s.press(model.Action{Kind: model.ActionAskRemove, Peer: ana})
		}},
		{"server-status", func(s *stage) { questioned(s, question()) }},
		{"server-looking", func(s *stage) {
			q := question()
			q.Paths.Same = 1
			server(s, q)
		}},
		{"server-question", func(s *stage) { server(s, question()) }},
		{"server-onion-proven", func(s *stage) {
			q := question()
			q.Onion, q.Flaw, q.New.Valid, q.Proof = true, client.CertificateUnknownIssuer, false, client.ProofGiven
			server(s, q)
		}},
		{"server-against", func(s *stage) {
			q := question()
			q.Paths, q.Proof, q.ByName = client.Paths{Asked: 3, Old: 3}, client.ProofFailed, true
			server(s, q)
		}},
		{"server-by-name", func(s *stage) {
			q := question()
			q.Flaw, q.New.Valid, q.Proof, q.ByName = client.CertificateExpired, false, client.ProofNotSafe, true
			q.New.NotAfter = clock().AddDate(0, 0, -1)
			server(s, q)
			s.ui(func() { s.w.dialog.facts.fold.SetExpanded(true) })
			s.fill(model.FieldIDServerName, "example.or")
		}},
		{"toast", func(s *stage) {
			done(s)
			s.press(model.Action{Kind: model.ActionCopyAddress, ID: account})
		}},
	}
	list = append(list, scenesCheck()...)
	for p := client.Away; p <= client.SetupFailed; p++ {
		list = append(list, scene{fmt.Sprintf("strip-%02d", p), func(s *stage) { chat(s, p, talk()) }})
	}
	list = append(list, scenesManage()...)
	list = append(list, scenesPages()...)
	list = append(list, scenesFirst()...)
	list = append(list, scenesList()...)
	list = append(list, scenesReadme()...)
	return append(list, scenesTalk()...)
}

// look is a way of showing the same screens.
type look struct {
	name          string
	scheme        int
	rtl           bool
	width, height int
	text          int    // its size, in percent
	words         string // what the gallery calls it
	language      string
}

var looks = []look{
	{"light", schemeLight, false, 1000, 680, 100, "Light", i18n.English},
	{"dark", schemeDark, false, 1000, 680, 100, "Dark", i18n.English},
	{"narrow", schemeLight, false, 380, 680, 100, "Narrow", i18n.English},
	{"rtl", schemeDark, true, 1000, 680, 100, "Right to left", i18n.English},
	{"large", schemeLight, false, 1000, 680, 200, "Text at 200 %", i18n.English},
	{"german", schemeLight, false, 1000, 680, 100, "German", "de"},
	{"arabic", schemeLight, true, 1000, 680, 100, "Arabic", "ar"},
}

// TestPictures draws every screen in every state and look, and fails when one
// cannot be drawn or does not fit. With -shots DIR the pictures stay there to be
// looked at (go test ./gui -run TestPictures -shots DIR; make gallery).
func TestPictures(t *testing.T) {
	dir := *shotsDir
	if dir == "" {
		dir = t.TempDir()
	}
	list, turn := scenes(), 0
	for _, l := range looks {
		if *shotsDir == "" && l.width > 500 && l.text == 100 && !l.rtl {
			continue // TestEveryScreen shows them so
		}
		if *shotsDir == "" && l.language != i18n.English {
			continue // these are for eyes: how long words are, and what is said
		}
		if err := os.MkdirAll(filepath.Join(dir, l.name), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Run(l.name, func(t *testing.T) {
			i18n.Set(l.language)
			defer i18n.Set(i18n.English)
			onUI(t, func() { setColorScheme(l.scheme); setRTL(l.rtl); setTextScale(l.text) })
			defer onUI(t, func() { setColorScheme(schemeSystem); setRTL(false); setTextScale(0) })
			for i, sc := range list {
				if *shotsDir == "" && i%3 != turn {
					continue // each in one look; make gallery draws all in all
				}
				t.Run(sc.name, func(t *testing.T) { draw(t, l, sc, dir) })
			}
		})
		turn++
	}
	if *shotsDir != "" {
		if err := writeGallery(dir, list); err != nil {
			t.Error(err)
		}
	}
}

func draw(t *testing.T, l look, sc scene, dir string) {
	s := newStage(t)
	s.ui(func() { s.w.win.Resize(l.width, l.height) })
	sc.play(s)
	s.frames()
	path := filepath.Join(dir, l.name, sc.name+".png")
	onUI(t, func() {
		if w, h := s.w.win.GetSize(); w != l.width || h != l.height {
			t.Errorf("it needs %dx%d and has %dx%d", w, h, l.width, l.height)
		}
		if err := drawPNG(s.w.win, path); err != nil {
			t.Error(err)
		}
	})
	if i, err := os.Stat(path); err != nil || i.Size() < 2000 {
		t.Errorf("the picture is empty: %v", err)
	}
}
