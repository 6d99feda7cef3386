package gui

import (
	"hushwing/client"
	"hushwing/gui/model"
	"hushwing/secret"
)

// compared puts the conversation's keys into a state, and opens the safety code.
func compared(s *stage, p client.Protection) {
	check(s, p, client.Check{})
	info := client.ProtectionInfo{Peer: ana, Protection: p}
	info.Ours[0], info.Key[0] = 7, 9
	s.play(client.ProtectionChanged{Info: info}, client.ContactChanged{Contact: client.Contact{
		Peer: ana, Name: "Ana", Available: true, Protection: p,
		Keys: []client.KeyInfo{{Fingerprint: info.Key, First: clock().AddDate(0, -1, 0), Now: true, Left: 3}},
	}})
	s.press(model.Action{Kind: model.ActionWayRoom})
}

// scenesCheck are the states of checking by phone and side by side.
func scenesCheck() []scene {
	code := func(c client.Check) client.Check { c.How = client.HowCode; return c }
	locked := func(s *stage) {
		compared(s, client.PrivateUnknown)
		var key client.ProtectionInfo
		key.Peer, key.Protection = ana, client.KeyLocked
		key.Ours[0], key.Key[0] = 7, 9
		s.play(client.CheckChanged{Check: client.Check{Peer: ana, Stage: client.CheckDifferent, How: client.HowRoom, Left: 3}},
			client.ProtectionChanged{Info: key}, client.ContactChanged{Contact: client.Contact{
				Peer: ana, Name: "Ana", Available: true, Protection: client.KeyLocked,
				Keys: []client.KeyInfo{{Fingerprint: key.Key, First: clock().AddDate(0, -1, 0), Now: true, Left: 3, Differs: clock()}},
			}})
	}
	return []scene{
		{"check-ways-none-left", func(s *stage) {
			check(s, client.PrivateUnknown, client.Check{Stage: client.CheckDifferent, Left: 0})
			s.press(model.Action{Kind: model.ActionStopCheck})
			s.play(client.CheckChanged{Check: client.Check{Peer: ana}}, client.ContactChanged{Contact: client.Contact{
				Peer: ana, Name: "Ana", Available: true, Protection: client.PrivateUnknown, Keys: []client.KeyInfo{{Now: true}},
			}})
		}},
		{"check-room", func(s *stage) { compared(s, client.PrivateUnknown) }},
		{"check-room-details", func(s *stage) {
			compared(s, client.PrivateUnknown)
			s.ui(func() { s.w.main.right.check.facts.fold.SetExpanded(true) })
		}},
		{"check-room-another", func(s *stage) {
			compared(s, client.PrivateUnknown)
			info := client.ProtectionInfo{Peer: ana, Protection: client.PrivateNewKey}
			info.Ours[0], info.Key[0] = 7, 10
			s.play(client.ProtectionChanged{Info: info})
		}},
		{"check-room-same", func(s *stage) {
			check(s, client.PrivateChecked, client.Check{Stage: client.CheckSame, How: client.HowRoom, Left: 3})
		}},
		{"check-room-differ", locked},
		{"check-room-differ-closed", func(s *stage) {
			locked(s)
			s.press(model.Action{Kind: model.ActionCloseCheck})
		}},
		{"check-call", func(s *stage) {
			check(s, client.PrivateUnknown, client.Check{Left: 2})
			s.press(model.Action{Kind: model.ActionWayCall})
		}},
		{"check-call-code", func(s *stage) {
			check(s, client.PrivateUnknown, code(client.Check{Stage: client.CheckWaiting, Code: secret.New("482913"), Left: 2}))
		}},
		{"check-call-code-other", func(s *stage) {
			check(s, client.PrivateUnknown, code(client.Check{Stage: client.CheckWaiting, Code: secret.New("482913"), Other: true, Left: 2}))
		}},
		{"check-call-strip", func(s *stage) {
			check(s, client.PrivateUnknown, code(client.Check{Stage: client.CheckQuestion, Left: 3}))
			s.press(model.Action{Kind: model.ActionCloseCheck})
		}},
		{"check-call-type", func(s *stage) {
			check(s, client.PrivateUnknown, code(client.Check{Stage: client.CheckQuestion, Left: 2}))
			s.fill(model.FieldIDCode, "482 9")
		}},
		{"check-call-seen", func(s *stage) {
			check(s, client.PrivateUnknown, code(client.Check{Stage: client.CheckQuestion, Left: 2}))
			s.fill(model.FieldIDCode, "482 913")
			s.press(model.Action{Kind: model.ActionAnswerCode})
			for _, c := range asked[client.AnswerCode](s) {
				s.play(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.CodeSeen}})
			}
		}},
		{"check-call-comparing", func(s *stage) {
			check(s, client.PrivateUnknown, code(client.Check{Stage: client.CheckAnswered, Left: 2}))
		}},
		{"check-call-same", func(s *stage) {
			check(s, client.PrivateChecked, code(client.Check{Stage: client.CheckSame, Asked: true, Left: 3}))
		}},
		{"check-call-differ", func(s *stage) {
			check(s, client.PrivateUnknown, code(client.Check{Stage: client.CheckDifferent, Left: 1}))
		}},
		{"check-none-left", func(s *stage) {
			check(s, client.PrivateUnknown, code(client.Check{Stage: client.CheckDifferent, Left: 0}))
		}},
		{"check-aborted", func(s *stage) { check(s, client.PrivateUnknown, client.Check{Stage: client.CheckAborted, Left: 3}) }},
	}
}
