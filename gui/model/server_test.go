package model

import (
	"strings"
	"testing"
	"time"

	"hushwing/client"
)

// asked is a question with all evidence in, none against.
func asked() client.ServerQuestion {
	return client.ServerQuestion{
		Old: client.ServerIdentity{
			Domain: "example.test", Issuer: "CN=R3,O=Let's Encrypt,C=US", NotBefore: noon().AddDate(0, -2, 0), NotAfter: noon().AddDate(0, 0, 20), Key: "old=", Valid: true,
		},
		Since: noon().AddDate(0, -1, 0),
		New: client.ServerIdentity{
			Domain: "example.test", Issuer: "CN=E5,O=Other CA", NotBefore: noon(), NotAfter: noon().AddDate(0, 3, 0), Key: "new=", Valid: true,
		},
		Paths: client.Paths{Asked: 3, Same: 3},
	}
}

func questioned(q client.ServerQuestion) client.AccountChanged {
	a := mine
	a.State, a.Problem, a.Question = client.CertificateChanged, &client.Problem{Cause: client.CertificateNewKey}, &q
	return client.AccountChanged{Account: a}
}

// serverDesk is a desk with the question open.
func serverDesk(t *testing.T, q client.ServerQuestion) *desk {
	t.Helper()
	d := mainDesk(t)
	d.isData("example.test", "old=", "new=", "CN=R3,O=Let's Encrypt,C=US", "CN=E5,O=Other CA")
	d.quiet(func() { d.apply(questioned(q)) })
	if d.m.Dialog().Open || d.last.Focus != FocusNone {
		t.Fatal("the question comes up by itself")
	}
	d.press(d.m.Main().Status.Button)
	if v := d.m.Dialog(); !v.Open || plain(v.Cancel.Label) != "Wait" || !v.Cancel.Suggested || v.OK.Suggested || v.OK.Destructive {
		t.Fatalf("%+v", v)
	}
	return d
}

func said(v DialogView) string {
	var b strings.Builder
	for _, r := range v.Evidence {
		b.WriteString(plain(r.Heading) + ": " + plain(r.Text) + "\n")
	}
	return b.String()
}

func TestServerQuestion(t *testing.T) {
	q := asked()
	q.Paths = client.Paths{Asked: 3, Same: 1}
	d := serverDesk(t, q)
	v := d.m.Dialog()
	if v.OK.Enabled || len(v.Folded) > 0 || v.FoldedOK.Shown() {
		t.Errorf("it can be trusted before all is known: %+v", v)
	}
	d.quiet(func() { d.m.Press(Action{Kind: ActionDialogOK}); d.m.Press(Action{Kind: ActionTrustByName}) })
	d.apply(questioned(asked()))
	v = d.m.Dialog()
	for _, want := range []string{
		"Before: Let's Encrypt vouches for it. It is valid until 1 April. You have known it since 12 February.",
		"Now: Other CA vouches for it. It is valid until 12 June. A new one was due.",
		"The same was seen over 3 other ways.",
		"Your server can prove that it knows your password.",
	} {
		if !strings.Contains(said(v), want) {
			t.Errorf("nobody says %q:\n%s", want, said(v))
		}
	}
	d.quiet(func() { d.m.Press(Action{Kind: ActionTrustByName}) })
	d.press(v.OK)
	c := sent[client.TrustServer](d)
	if c.Account != "a1" || c.Key != "new=" || c.Name != "" {
		t.Errorf("%+v", c)
	}
	d.quiet(func() { d.m.Press(v.OK.Action) })
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.DiskFull, Retry: client.RetryNow}})
	if v = d.m.Dialog(); v.Problem == nil || !v.OK.Enabled {
		t.Errorf("%+v", v)
	}
	d.press(v.OK)
	d.apply(client.Done{ID: sent[client.TrustServer](d).ID})
	if d.m.Dialog().Open {
		t.Error("it stays open")
	}
}

// Waiting asks for nothing, and the question can be opened again.
func TestServerQuestionWaits(t *testing.T) {
	d := serverDesk(t, asked())
	d.quiet(func() { d.press(d.m.Dialog().Cancel) })
	if d.m.Dialog().Open {
		t.Error("it stays open")
	}
	d.quiet(func() { d.apply(questioned(asked())) })
	if d.m.Dialog().Open {
		t.Error("it comes back by itself")
	}
	d.press(d.find(d.m.Main().Status.Accounts[0].Buttons, "Look closer"))
	d.apply(client.AccountChanged{Account: mine})
	if d.m.Dialog().Open {
		t.Error("it stays when the old identity is back")
	}
	d.quiet(func() { d.m.Press(Action{Kind: ActionServer, ID: "a1"}); d.m.Press(Action{Kind: ActionAskProof}) })
	if d.m.Dialog().Open {
		t.Error("it opens with nothing to ask")
	}
}

// An answer never goes to another identity than the one on the screen.
func TestServerQuestionChanges(t *testing.T) {
	q := asked()
	q.ByName = true
	d := serverDesk(t, q)
	d.set(FieldIDServerName, "example.test")
	d.isData("third=")
	q.New.Key = "third="
	d.apply(questioned(q))
	v := d.m.Dialog()
	if v.Problem == nil || v.Folded[0].Value != "" || v.FoldedOK.Enabled {
		t.Errorf("%+v", v)
	}
	d.set(FieldIDServerName, "example.test")
	d.press(d.m.Dialog().FoldedOK)
	if c := sent[client.TrustServer](d); c.Key != "third=" {
		t.Errorf("%+v", c)
	}
}

func TestServerQuestionByName(t *testing.T) {
	q := asked()
	q.Flaw, q.New.Valid, q.ByName, q.Proof = client.CertificateExpired, false, true, client.ProofNotSafe
	d := serverDesk(t, q)
	v := d.m.Dialog()
	if v.OK.Shown() || plain(v.FoldLabel) != "Technical details" || !v.FoldedOK.Destructive || v.FoldedOK.Enabled || len(v.Facts) != 7 {
		t.Errorf("%+v", v)
	}
	d.quiet(func() { d.m.Press(Action{Kind: ActionDialogOK}); d.m.Press(Action{Kind: ActionTrustByName, ID: "x"}) })
	d.set(FieldIDServerName, "example.org")
	d.press(d.m.Dialog().FoldedOK)
	c := sent[client.TrustServer](d)
	if c.Name != "example.org" || c.Key != "new=" {
		t.Errorf("%+v", c)
	}
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.CertificateNameTyped, Retry: client.RetryNow}})
	v = d.m.Dialog()
	if v.Folded[0].Problem == "" || v.Problem != nil || v.Folded[0].Value != "example.org" {
		t.Errorf("%+v", v)
	}
	d.press(v.Facts[1].Copy)
	if d.last.Clipboard != "old=" {
		t.Errorf("copied %q", d.last.Clipboard)
	}
}

func TestServerQuestionProof(t *testing.T) {
	d := serverDesk(t, asked())
	last := func() EvidenceRow { v := d.m.Dialog(); return v.Evidence[len(v.Evidence)-1] }
	d.press(last().Button)
	c := sent[client.AskProof](d)
	if c.Key != "new=" || c.Account != "a1" {
		t.Errorf("%+v", c)
	}
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.CertificateNoProof}})
	if d.m.Dialog().Problem == nil {
		t.Error("nothing says why not")
	}
	texts := map[string]bool{}
	for s := client.ProofPossible; s <= client.ProofNoAnswer; s++ {
		q := asked()
		q.Proof = s
		d.apply(questioned(q))
		r := last()
		if r.Text == "" || texts[r.Text] || r.Icon == "" {
			t.Errorf("%d: %+v", s, r)
		}
		texts[r.Text] = true
		against := s == client.ProofFailed || s == client.ProofRefused
		if (r.Style == StyleBad) != against || (r.Style == StyleGood) != (s == client.ProofGiven) || r.Moving != (s == client.ProofAsking) ||
			r.Button.Shown() != (s == client.ProofPossible || s == client.ProofNoAnswer) {
			t.Errorf("%d: %+v", s, r)
		}
	}
}

func TestServerQuestionEvidence(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*client.ServerQuestion)
		want   string
		style  Style
	}{
		"old elsewhere":   {func(q *client.ServerQuestion) { q.Paths = client.Paths{Asked: 3, Same: 1, Old: 2} }, "still show the identity from before", StyleBad},
		"third elsewhere": {func(q *client.ServerQuestion) { q.Paths = client.Paths{Asked: 3, Other: 1, Silent: 2} }, "yet another identity", StyleBad},
		"already against": {func(q *client.ServerQuestion) { q.Paths = client.Paths{Asked: 3, Old: 1} }, "still show the identity from before", StyleBad},
		"looking":         {func(q *client.ServerQuestion) { q.Paths = client.Paths{Asked: 3} }, "is looking at the server", StyleNeutral},
		"silent":          {func(q *client.ServerQuestion) { q.Paths = client.Paths{Asked: 3, Silent: 3} }, "led nowhere", StyleNeutral},
		"one":             {func(q *client.ServerQuestion) { q.Paths = client.Paths{Asked: 3, Same: 1, Silent: 2} }, "1 other way.", StyleGood},
		"expired":         {func(q *client.ServerQuestion) { q.Flaw = client.CertificateExpired }, "It ran out on 12 June.", StyleBad},
		"not yet":         {func(q *client.ServerQuestion) { q.Flaw = client.CertificateNotYet }, "not valid yet", StyleBad},
		"wrong name":      {func(q *client.ServerQuestion) { q.Flaw = client.CertificateWrongName }, "identity of another server", StyleBad},
		"nobody":          {func(q *client.ServerQuestion) { q.Flaw = client.CertificateUnknownIssuer }, "Nobody whom Hushwing trusts", StyleBad},
		"other":           {func(q *client.ServerQuestion) { q.Flaw = client.CertificateOther }, "Something is wrong", StyleBad},
		"nobody, onion":   {func(q *client.ServerQuestion) { q.Flaw, q.Onion = client.CertificateUnknownIssuer, true }, "as is usual inside Tor", StyleNeutral},
		"onion":           {func(q *client.ServerQuestion) { q.Onion = true }, "own onion address", StyleGood},
		"not due":         {func(q *client.ServerQuestion) { q.Old.NotAfter = noon().AddDate(0, 6, 0) }, "not due yet", StyleNeutral},
		"known":           {func(q *client.ServerQuestion) { q.Until = noon().AddDate(0, 0, -3) }, "until 9 March, when you trusted another", StyleWarn},
		"nothing known":   {func(q *client.ServerQuestion) { q.Old, q.Since = client.ServerIdentity{}, time.Time{} }, "Nothing more is known", StyleNeutral},
	} {
		t.Run(name, func(t *testing.T) {
			q := asked()
			c.change(&q)
			d := serverDesk(t, q)
			for _, r := range d.m.Dialog().Evidence {
				if strings.Contains(plain(r.Text), c.want) {
					if r.Style != c.style {
						t.Errorf("%+v", r)
					}
					return
				}
			}
			t.Errorf("nobody says %q:\n%s", c.want, said(d.m.Dialog()))
		})
	}
}

func TestIssuerName(t *testing.T) {
	for dn, want := range map[string]string{
		"CN=R3,O=Let's Encrypt,C=US":     "Let's Encrypt",
		"CN=Throwaway CA":                "Throwaway CA",
		`CN=x,O=Honest\, Ltd.\+,C=DE`:    "Honest, Ltd.+",
		`O=a\`:                           "a",
		"O=\u202edaed,CN=c":              "daed",
		"OU=unit":                        "unit",
		"":                               "",
		"C=DE":                           "",
		"O=" + strings.Repeat("x", 1000): strings.Repeat("x", 60) + "…",
	} {
		if got := issuerName(dn); got != want {
			t.Errorf("%q: %q, want %q", dn, got, want)
		}
	}
}
