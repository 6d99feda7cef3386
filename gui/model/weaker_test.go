package model

import (
	"strings"
	"testing"

	"hushwing/client"
)

// TestWeakerSignIn: the first thing to do is to try again; going on with less is
// asked once more, and is for what was shown alone.
func TestWeakerSignIn(t *testing.T) {
	d := mainDesk(t)
	d.isData("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "tls1.3 tls-exporter")
	shown := client.WeakerSignIn{Before: "SCRAM-SHA-256-PLUS", Now: "SCRAM-SHA-256", Context: "tls1.3 tls-exporter"}
	a := mine
	a.State, a.Problem = client.Failed, &client.Problem{Cause: client.SignInDowngrade, Retry: client.RetryNow, SignIn: &shown}
	d.apply(client.AccountChanged{Account: a})
	status := d.m.Main().Status
	row := status.Accounts[0]
	if status.Button.Action.Kind != ActionGoOnline || row.Buttons[0].Action.Kind != ActionGoOnline {
		t.Errorf("the first offer is %+v, %+v", status.Button, row.Buttons[0])
	}
	if !strings.Contains(row.Detail, shown.Before) || !strings.Contains(row.Detail, shown.Now) {
		t.Errorf("details: %q", row.Detail)
	}
	d.press(d.find(row.Buttons, "Sign in all the same…"))
	v := d.m.Dialog()
	if !v.OK.Destructive || v.OK.Suggested {
		t.Errorf("%+v", v.OK)
	}
	// what the server offers meanwhile is not what is accepted
	worse := shown
	worse.Now = "SCRAM-SHA-1"
	b := a
	b.Problem = &client.Problem{Cause: client.SignInDowngrade, SignIn: &worse}
	d.isData("SCRAM-SHA-1")
	d.apply(client.AccountChanged{Account: b})
	d.press(v.OK)
	c := sent[client.AcceptWeaker](d)
	if c.Account != a.ID || c.Now != shown {
		t.Errorf("accepts %+v", c)
	}
	d.apply(client.Refused{ID: c.ID, Problem: client.Problem{Cause: client.SignInDowngrade}})
	if d.m.Dialog().Problem == nil {
		t.Error("the refusal is not told")
	}
	d.apply(client.AccountChanged{Account: mine})
	for _, b := range d.m.Main().Status.Accounts[0].Buttons {
		if b.Action.Kind == ActionAskWeaker {
			t.Error("it is offered where nothing is weaker")
		}
	}
}
