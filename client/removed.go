package client

import (
	"context"
	"errors"
	"slices"

	"hushwing/config"
	"hushwing/xmpp"
)

// takenOff says that a removed contact is not on the server's list any more.
type takenOff struct{ address string }

// takeOff takes a removed contact off the server's list; if that fails it is tried
// again at the next sign-in.
func (a *account) takeOff(ctx context.Context, s *xmpp.Stream, address xmpp.Address) {
	err := s.RemoveRosterItem(ctx, address)
	var refused *xmpp.StanzaError
	if err == nil || errors.As(err, &refused) && refused.Condition == "item-not-found" {
		a.box.put(takenOff{address.String()})
	}
}

func (a *account) takenOff(m takenOff) {
	if !slices.Contains(a.cfg.Removed, m.address) {
		return
	}
	a.saveProfile(func(p *config.Account) error {
		p.Removed = slices.DeleteFunc(p.Removed, func(r string) bool { return r == m.address })
		return nil
	}, nil)
}

// forgetRemoved takes off the server's list who was removed while it was out of
// reach. listed are those who are still on it.
func (a *account) forgetRemoved(s *xmpp.Stream, listed func(address string) bool) {
	var still []xmpp.Address
	for _, r := range a.cfg.Removed {
		switch address, err := xmpp.ParseAddress(r); {
		case a.chats[r] != nil: // a contact again
		case err == nil && listed(r):
			still = append(still, address)
		default:
			a.box.put(takenOff{r})
		}
	}
	if len(still) == 0 {
		return
	}
	go func() { // one after the other
		for _, address := range still {
			ctx, cancel := context.WithTimeout(context.Background(), serverPatience)
			a.takeOff(ctx, s, address)
			cancel()
			select {
			case <-s.Done():
				return
			default:
			}
		}
	}()
}
