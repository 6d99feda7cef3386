package model

import (
	"time"

	"hushwing/client"
	"hushwing/i18n"
)

// shield returns the icon and the colour of a state.
func shield(p client.Protection) (icon string, style Style) {
	switch p {
	case client.PrivateChecked:
		return "security-high-symbolic", StyleGood
	case client.PrivateUnknown, client.PrivateNewKey, client.PrivateInsist:
		return "security-medium-symbolic", StyleWarn
	case client.KeyLocked, client.OtherEnded:
		return "security-low-symbolic", StyleBad
	case client.SettingUp:
		return "emblem-synchronizing-symbolic", StyleNeutral
	case client.Away:
		return "user-away-symbolic", StyleNeutral
	case client.NotConnected:
		return "network-offline-symbolic", StyleNeutral
	case client.AskedToAdd:
		return "contact-new-symbolic", StyleNeutral
	case client.Blocked:
		return "action-unavailable-symbolic", StyleNeutral
	}
	return "dialog-information-symbolic", StyleNeutral
}

// strip is the line under the header of a conversation: are we safe now?
func (m *Model) strip(c *contact) StripView {
	v := StripView{Text: m.stripText(c), Moving: c.Protection == client.SettingUp}
	v.Icon, v.Style = shield(c.Protection)
	v.Shield = button(i18n.T("What protects you now"), Action{Kind: ActionProtects})
	name := c.name()
	p := c.Peer
	check := named(button(checkNow.Text(), Action{Kind: ActionCheck, Peer: p}), i18n.T("Check now whether this is %s", name))
	switch c.Protection {
	case client.PrivateUnknown, client.PrivateNewKey, client.PrivateInsist:
		v.Buttons = []Button{check}
	case client.KeyLocked:
		v.Buttons = []Button{check, button(i18n.T("Details"), Action{Kind: ActionDetails, Peer: p})}
	case client.OtherEnded:
		v.Buttons = []Button{button(i18n.T("Start again"), Action{Kind: ActionStartAgain, Peer: p})}
	case client.SetupFailed:
		v.Buttons = []Button{button(tryAgain.Text(), Action{Kind: ActionStartAgain, Peer: p})}
	case client.TooOld:
		v.Buttons = []Button{button(i18n.T("Which ones?"), Action{Kind: ActionWhichPrograms, Peer: p})}
	case client.NotConnected:
		v.Buttons = m.reconnectButtons(c)
	case client.Blocked:
		v.Buttons = []Button{named(button(i18n.T("Unblock"), Action{Kind: ActionUnblock, Peer: p}), i18n.T("Unblock %s", name))}
	}
	if b, ok := m.checkButton(c); ok {
		if len(v.Buttons) > 0 && v.Buttons[0].Action == check.Action {
			v.Buttons = v.Buttons[1:]
		}
		v.Buttons = append([]Button{b}, v.Buttons...)
	}
	return v
}

// checkButton is what takes the place of "Check now" while a check goes on.
func (m *Model) checkButton(c *contact) (Button, bool) {
	if !m.canSee(c) {
		return Button{}, false
	}
	a := Action{Kind: ActionCheck, Peer: c.Peer}
	switch m.checks[c.Peer].Stage {
	case client.CheckQuestion:
		if m.checks[c.Peer].How == client.HowCode {
			return suggested(i18n.T("Type %s’s code", c.name()), a, true), true
		}
		return suggested(i18n.T("Answer %s’s question", c.name()), a, true), true
	case client.CheckWaiting, client.CheckAnswered:
		return button(i18n.T("Checking…"), a), true
	case client.CheckAskBack:
		if c.Protection != client.PrivateChecked {
			a.Kind = ActionAskBack // to the question itself, also when the result is still open
			return suggested(i18n.T("Ask back"), a, true), true
		}
	case client.CheckDifferent:
		switch m.checks[c.Peer].How {
		case client.HowRoom: // the strip itself says it
		case client.HowCode:
			return button(i18n.T("The codes differ"), a), true
		default:
			return button(i18n.T("The answers differ"), a), true
		}
	}
	return Button{}, false
}

// stripText says it in words. Nobody's sex is known: a contact is "they".
func (m *Model) stripText(c *contact) string {
	name := c.name()
	switch c.Protection {
	case client.PrivateChecked:
		if when := c.checkedOn(); !when.IsZero() {
			return i18n.T("Private. You checked %[1]s on %[2]s.", name, i18n.Date(when))
		}
		return i18n.T("Private. You checked %s.", name)
	case client.PrivateUnknown:
		return i18n.T("Private. Is this really %s? Check together once.", name)
	case client.PrivateNewKey:
		if c.toldOtherwise() {
			return i18n.T("This key of %s’s does not fit the link that you added them by. Check before writing anything risky.", name)
		}
		return i18n.T("%s’s key is new. Not expecting that? Check before writing anything risky.", name)
	case client.PrivateInsist:
		if when := c.differs(); !when.IsZero() {
			return i18n.T("Private, but the safety codes differed on %s. You chose to go on. Check again when you can.", i18n.Date(when))
		}
		return i18n.T("Private, but this is not the key of %s’s that you checked. You chose to go on. Check again when you can.", name)
	case client.KeyLocked:
		if when := c.differs(); !when.IsZero() {
			return i18n.T("The safety codes differed on %s: someone may be in between. Sending is paused until you check again.", i18n.Date(when))
		}
		return i18n.T("This is not the key of %s’s that you checked. Often a new or reinstalled computer; it can also be someone in between. Sending is paused until you check again.", name)
	case client.SettingUp:
		return i18n.T("Making this private…")
	case client.Away:
		return i18n.T("%s is away. What you write waits here, encrypted, until they are back.", name)
	case client.AskedToAdd:
		return i18n.T("%s has not accepted you yet. What you write waits here, encrypted, until they do.", name)
	case client.OtherEnded:
		return i18n.T("%s closed the private chat. Nothing is sent until it is private again.", name)
	case client.TooOld:
		return i18n.T("%s’s program is too old for a private chat. Ask them to use a newer one. What you write waits here.", name)
	case client.SetupFailed:
		return i18n.T("This could not be made private just now. What you write waits here, encrypted.")
	case client.Blocked:
		return i18n.T("You blocked %s. Nothing comes from there, and nothing goes there.", name)
	}
	return m.notConnected(c)
}

// toldOtherwise reports whether a link named another key than the one in use.
func (c *contact) toldOtherwise() bool {
	for _, k := range c.Keys {
		if k.Told && k.Fingerprint != c.info.Key {
			return true
		}
	}
	return false
}

// notConnected says what becomes of the connection, counting down.
func (m *Model) notConnected(c *contact) string {
	a := m.account(c.Account)
	if a == nil {
		return i18n.T("Not connected.")
	}
	switch {
	case a.State == client.Offline:
		return i18n.T("Not connected, as you wished. What you write waits here, encrypted.")
	case a.State == client.Online:
		return i18n.T("Connecting…")
	case a.State == client.Failed && !a.NextTry.IsZero():
		return join(i18n.T("Not connected."), countdown(a.NextTry, m.now()))
	}
	return join(i18n.T("Not connected."), m.accountText(*a), m.accountNext(*a))
}

// reconnectButtons says what can be done about a connection that is not there.
func (m *Model) reconnectButtons(c *contact) []Button {
	a := m.account(c.Account)
	if a == nil {
		return nil
	}
	switch a.State {
	case client.Offline:
		return []Button{button(i18n.T("Connect"), Action{Kind: ActionGoOnline, ID: a.ID})}
	case client.CertificateChanged:
		return []Button{suggested(lookCloser.Text(), Action{Kind: ActionServer, ID: a.ID}, a.Question != nil)}
	case client.Failed:
		label := tryAgain.Text()
		if !a.NextTry.IsZero() {
			label = i18n.T("Try now")
		}
		return []Button{button(label, Action{Kind: ActionGoOnline, ID: a.ID})}
	case client.WaitingForTor:
		if m.tor.State == client.TorFailed {
			return []Button{button(tryAgain.Text(), Action{Kind: ActionTryTor})}
		}
	}
	return nil
}

// checkedOn returns when the key in use was checked.
func (c *contact) checkedOn() time.Time {
	if c.info.Protection == client.PrivateChecked && !c.info.Since.IsZero() {
		return c.info.Since
	}
	for _, k := range c.Keys {
		if k.Now {
			return k.Checked
		}
	}
	return time.Time{}
}

// differs returns when the user found the safety code of the key in use different.
func (c *contact) differs() time.Time {
	for _, k := range c.Keys {
		if k.Now {
			return k.Differs
		}
	}
	return time.Time{}
}
