package gui

import (
	"hushwing/client"
	"hushwing/gui/model"
)

// scenesFirst are the branches of the first run that end somewhere else, and the
// server's form with its picture.
func scenesFirst() []scene {
	why := func(c client.Cause, detail string) client.Problem {
		return client.Problem{Cause: c, Detail: detail, Retry: client.RetryNow}
	}
	return []scene{
		{"first-1-another", func(s *stage) {
			s.play(opened()...)
			s.press(model.Action{Kind: model.ActionAddAccount})
		}},
		{"first-2-disk-full", func(s *stage) {
			firstRun(s, model.ActionDoorNew)
			s.fill(model.FieldIDPassword, "copper lantern meadow orbit willow")
			s.fill(model.FieldIDRepeat, "copper lantern meadow orbit willow")
			s.press(model.Action{Kind: model.ActionNext})
			for _, c := range asked[client.CreateProfile](s) {
				s.play(client.Refused{ID: c.ID, Problem: why(client.ProfileDiskFull, "")})
			}
		}},
		{"first-3-blocked", func(s *stage) {
			throughTor(s, model.ActionDoorNew)
			p := why(client.TorBlocked, "")
			s.play(client.TorChanged{State: client.TorFailed, Problem: &p})
		}},
		{"first-4-taken", func(s *stage) { askedForm(s, why(client.NameTaken, "conflict")) }},
		{"first-4-closed", func(s *stage) { askedForm(s, why(client.RegistrationClosed, "not-allowed")) }},
		{"first-4-elsewhere", func(s *stage) { askedForm(s, why(client.FormElsewhere, "https://example.org/register")) }},
		{"first-4-another-unreached", func(s *stage) {
			throughTor(s, model.ActionDoorNew)
			s.play(client.TorChanged{State: client.TorReady})
			s.press(model.Action{Kind: model.ActionChooseServer, Index: len(client.Suggested())})
			s.fill(model.FieldIDDomain, "example.org")
			s.press(model.Action{Kind: model.ActionNext})
			for _, c := range asked[client.AskForm](s) {
				s.play(client.Refused{ID: c.ID, Problem: why(client.ServerUnreachable, "")})
			}
		}},
		{"first-4-puzzle", func(s *stage) { puzzled(s) }},
		{"first-4-puzzle-wrong", func(s *stage) {
			c := puzzled(s)
			s.fill("form:ocr", "714")
			s.press(model.Action{Kind: model.ActionNext})
			for _, r := range asked[client.Register](s) {
				s.play(puzzle(c), client.Refused{ID: r.ID, Problem: why(client.PuzzleWrong, "not-allowed")})
			}
		}},
		{"first-4-puzzle-gone", func(s *stage) {
			puzzled(s)
			s.press(model.Action{Kind: model.ActionAnotherPicture})
			for _, r := range asked[client.RenewForm](s) {
				s.play(client.Refused{ID: r.ID, Problem: why(client.ServerCloses, "")})
			}
		}},
		{"first-4-existing-wrong", func(s *stage) { tried(s, why(client.SignInWrongPassword, "not-authorized")) }},
		{"first-4-certificate", func(s *stage) {
			p := why(client.CertificateUnknownIssuer, "")
			id := question().New
			p.Server = &id
			tried(s, p)
		}},
	}
}

// askedForm presses on at the servers' page, and is refused.
func askedForm(s *stage, p client.Problem) {
	throughTor(s, model.ActionDoorNew)
	s.play(client.TorChanged{State: client.TorReady})
	s.press(model.Action{Kind: model.ActionNext})
	for _, c := range asked[client.AskForm](s) {
		s.play(client.Refused{ID: c.ID, Problem: p})
	}
}

// tried signs in with an address that one has, and is refused.
func tried(s *stage, p client.Problem) {
	throughTor(s, model.ActionDoorExisting)
	s.play(client.TorChanged{State: client.TorReady})
	s.fill(model.FieldIDAddress, "ben@example.org")
	s.fill(model.FieldIDSecret, "secret")
	s.press(model.Action{Kind: model.ActionNext})
	for _, c := range asked[client.AddAccount](s) {
		s.play(client.Refused{ID: c.ID, Problem: p})
	}
}

// puzzle is a form as ejabberd has it.
func puzzle(c client.AskForm) client.FormArrived {
	return client.FormArrived{
		ID: c.ID, Server: c.Server, Instructions: "Choose a username and password to register with this server",
		Fields: []client.Field{{Name: "ocr", Label: "Enter the text you see", Required: true, Picture: scribble(200, 70)}},
	}
}

// puzzled goes to the page with a picture.
func puzzled(s *stage) (form client.AskForm) {
	throughTor(s, model.ActionDoorNew)
	s.play(client.TorChanged{State: client.TorReady})
	s.press(model.Action{Kind: model.ActionNext})
	for _, form = range asked[client.AskForm](s) {
		s.play(puzzle(form))
	}
	return form
}

// scribble is a picture with strokes in it.
func scribble(width, height int) *client.Picture {
	p := &client.Picture{Width: width, Height: height}
	for y := range height {
		for x := range width {
			shade := byte(235)
			if letter := x % 33; y > 12 && y < height-12 && letter > 6 && letter < 28 && (letter < 11 || y%19 < 4 || (x+y)%41 < 4) {
				shade = 40
			}
			p.RGB = append(p.RGB, shade, shade, shade)
		}
	}
	return p
}
