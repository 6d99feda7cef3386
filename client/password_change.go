package client

import (
	"context"
	"errors"
	"time"

	"hushwing/config"
	"hushwing/secret"
	"hushwing/xmpp"
)

// secondKept is how long a second password is tried although the first has worked
// since the server was asked: a slow server may act on the request late.
const secondKept = 24 * time.Hour

// passwordAsked brings what a server says to another password.
type passwordAsked struct {
	id  CommandID
	of  *xmpp.Stream
	err error
}

// changeServerPassword has the server take another password. The order is all of
// it: the new one is on disk, beside the old one, before the server hears of it;
// the server's word decides only which of the two is tried first; and neither is
// forgotten before the other has signed in after that. So there is no moment at
// which a crash, a cut, or a server that lies could leave us without the right one.
func (a *account) changeServerPassword(m ChangeServerPassword) {
	s := a.stream()
	second := a.cfg.Second
	switch {
	case s == nil:
		a.refuse(m.ID, Problem{Cause: NotOnline, Retry: RetryNow})
		return
	case a.asking, !second.Password.IsZero() && !second.Fresh:
		a.refuse(m.ID, Problem{Cause: PasswordUnsure})
		return
	}
	fresh := second.Password // one that it was asked to take before: a third would be one too many
	if fresh.IsZero() {
		fresh = serverPassword()
	}
	a.asking = true
	a.saveProfile(func(p *config.Account) error {
		p.Second = config.Second{Password: fresh, Fresh: true, Asked: time.Now().UTC()}
		return nil
	}, func(err error) {
		if err != nil {
			a.asking = false
			a.refuse(m.ID, problemOf(err))
			return
		}
		box := a.box
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), serverPatience)
			defer cancel()
			box.put(passwordAsked{m.ID, s, s.ChangePassword(ctx, fresh)})
		}()
	})
}

// passwordAsked takes the server's answer for what it is: a word. What is true the
// next sign-in shows, which comes at once where the server says that it has taken
// the new one.
func (a *account) passwordAsked(m passwordAsked) {
	a.asking = false
	var refused *xmpp.StanzaError
	switch {
	case m.err == nil:
		a.saveProfile(func(p *config.Account) error {
			if s := &p.Second; s.Fresh {
				p.Password, s.Password, s.Fresh = s.Password, p.Password, false
			}
			return nil
		}, func(error) { // where the disk fails both are there all the same
			a.done(m.id)
			if a.stream() == m.of {
				m.of.Break()
			}
		})
	case errors.As(m.err, &refused):
		a.saveProfile(func(p *config.Account) error { p.Second.Seen = true; return nil }, func(error) {
			a.emit(AccountChanged{Account: a.info()})
			a.refuse(m.id, Problem{Cause: PasswordRefused, Detail: refused.Condition})
		})
	default:
		a.emit(AccountChanged{Account: a.info()})
		a.refuse(m.id, Problem{Cause: PasswordUnsure})
	}
}

// credential is the password that the next sign-in tries.
func (a *account) credential() secret.Text {
	if a.trySecond && !a.cfg.Second.Password.IsZero() {
		return a.cfg.Second.Password
	}
	return a.cfg.Password
}

// otherPassword reports whether a failed sign-in is to be tried again, at once,
// with the other password. Only "wrong password" is a reason: after anything else
// the server may not be who it should be.
func (a *account) otherPassword(tried secret.Text, err error) bool {
	second := a.trySecond
	a.trySecond = false
	var auth *xmpp.AuthError
	if second || !errors.As(err, &auth) || auth.Reason != xmpp.WrongPassword ||
		a.cfg.Second.Password.IsZero() || tried != a.cfg.Password {
		return false
	}
	a.trySecond = true
	return true
}

// settlePassword takes what a sign-in has proven of the two passwords: the server
// knows the one that was used.
func (a *account) settlePassword(used secret.Text) {
	a.trySecond = false
	now, second := time.Now().UTC(), a.cfg.Second
	if second.Password.IsZero() || a.asking {
		return // while it is being asked nothing is proven that will last
	}
	other, late := used == second.Password, now.Sub(second.Asked) >= secondKept
	if !other && second.Fresh && second.Seen && !late {
		return // nothing new
	}
	changed := other == second.Fresh
	tell := !second.Seen || changed // what was told before was another thing
	a.saveProfile(func(p *config.Account) error {
		switch {
		case p.Second != second:
			tell = false // asked anew meanwhile
		case other && second.Fresh, !other && !second.Fresh: // the new one
			p.Password, p.Second = used, config.Second{}
		case other: // the server said that it had taken the new one
			p.Password, p.Second = used, config.Second{Password: p.Password, Fresh: true, Seen: true, Asked: second.Asked}
		case late:
			p.Second = config.Second{}
		default:
			p.Second.Seen = true
		}
		return nil
	}, func(err error) {
		if err != nil || !tell {
			return
		}
		a.emit(AccountChanged{Account: a.info()})
		a.emit(PasswordSettled{Account: a.id, Changed: changed})
	})
}

// unsure reports whether it is not known which of two passwords the server has.
func unsure(p config.Account) bool { return !p.Second.Password.IsZero() && !p.Second.Seen }

func (a *account) showServerPassword(m ShowServerPassword) {
	e := ServerPassword{ID: m.ID, Account: a.id, Password: a.cfg.Password}
	if unsure(a.cfg) {
		e.Other = a.cfg.Second.Password
	}
	a.emit(e)
}
