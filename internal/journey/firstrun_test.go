package journey_test

import (
	"path/filepath"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/gui/model"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/tls"
	"hushwing/tor"
)

// pages is somebody before the pages of the first run, with a real client behind
// them.
type pages struct {
	t     *testing.T
	m     *model.Model
	c     *client.Client
	began time.Time
}

// until lets things happen until a page shows, and fails where somebody would wait
// for more than a second without being told for what.
func (p *pages) until(page model.Page, what string) model.FirstRunView {
	p.t.Helper()
	began, silent := time.Now(), time.Now()
	for end := time.After(2 * time.Minute); ; {
		v := p.m.FirstRun()
		if p.m.Screen() == model.ScreenFirstRun && v.Page == page && v.Busy == nil {
			if v.Problem != nil && v.Problem.Button.Shown() { // a young network: as a person does
				p.t.Logf("%s: %s", what, v.Problem.Text)
				p.m.Press(v.Problem.Button.Action)
				continue
			}
			p.t.Logf("%-44s %6.1f s", what, time.Since(began).Seconds())
			return v
		}
		if v.Busy != nil {
			silent = time.Now()
		}
		if time.Since(silent) > time.Second {
			p.t.Fatalf("%s: nothing is said for more than a second: %+v", what, v)
		}
		select {
		case e := <-p.c.Events():
			p.m.Apply(e)
		case <-time.After(100 * time.Millisecond):
		case <-end:
			p.t.Fatalf("%s does not come: %+v", what, v)
		}
	}
}

func (p *pages) next() { p.m.Press(model.Action{Kind: p.m.FirstRun().Next.Action.Kind}) }

// field is what stands in a field of the page.
func (p *pages) field(id model.FieldID) string {
	for _, f := range p.m.FirstRun().Fields {
		if f.ID == id {
			return f.Value
		}
	}
	p.t.Fatalf("no field %q", id)
	return ""
}

// TestFirstRunInAMinute plays the first run whole, on its pages, against a real
// Tor and a real server: from nothing to an address that is there.
func TestFirstRunInAMinute(t *testing.T) {
	l := lab.Shared(t)
	server := l.Prosody()
	r, err := l.Resolver()
	if err != nil {
		t.Fatal(err)
	}
	c := client.New(client.Options{
		Dir: filepath.Join(t.TempDir(), "p"), Tor: tor.Options{Getenv: journey.Getenv(l.Env())},
		Roots: tls.RootsFrom(server.CA()), Resolvers: journey.Resolvers(r),
	})
	t.Cleanup(c.Close)
	p := &pages{t: t, c: c, began: time.Now()}
	p.m = model.New(c.Do, time.Now)

	for p.m.Screen() != model.ScreenFirstRun { // the first event of all
		p.m.Apply(<-c.Events())
	}
	p.m.Press(p.m.FirstRun().Doors[0].Button.Action)
	p.m.Press(model.Action{Kind: model.ActionSuggestPassword})
	p.m.SetField(model.FieldIDRepeat, p.field(model.FieldIDPassword))
	p.next()
	p.until(model.PageNew, "a password, a profile, and Tor")
	p.m.Press(model.Action{Kind: model.ActionChooseServer, Index: len(client.Suggested())})
	p.m.SetField(model.FieldIDDomain, server.Domain())
	p.m.SetField(model.FieldIDHost, server.Onion())
	name := p.field(model.FieldIDName)
	p.next()
	v := p.until(model.PageDone, "an address")
	if v.Address.Address != name+"@"+server.Domain() || !v.Address.CopyLink.Shown() || len(v.Address.QR) == 0 {
		t.Errorf("at the end there is %+v", v.Address)
	}
	p.next()
	if p.m.Screen() != model.ScreenMain {
		t.Fatalf("screen %v", p.m.Screen())
	}
	for end := time.After(time.Minute); len(p.m.Main().Status.Accounts) == 0 || p.m.Main().Status.Accounts[0].Style != model.StyleGood; {
		select {
		case e := <-c.Events():
			p.m.Apply(e)
		case <-end:
			t.Fatalf("not online: %+v", p.m.Main().Status)
		}
	}
	whole := time.Since(p.began)
	t.Logf("%-44s %6.1f s", "from the first page to being online", whole.Seconds())
	if whole > time.Minute {
		t.Error("that is more than a minute")
	}
}
