package journey

import (
	"fmt"

	"hushwing/client"
	"hushwing/secret"
)

// Lock locks the profile.
func (p *Person) Lock() error {
	p.Client.Do(client.Lock{})
	return p.Until("a locked profile", func(w *World) bool { return w.Profile == client.ProfileLocked })
}

// Destroy destroys the profile.
func (p *Person) Destroy() error {
	_, err := p.ask(func(id client.CommandID) client.Command { return client.DestroyProfile{ID: id} })
	return err
}

// ChangePassword takes the profile to another password.
func (p *Person) ChangePassword(old, fresh string) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.ChangePassword{ID: id, Old: secret.New(old), Fresh: secret.New(fresh)}
	})
	return err
}

// Set replaces the settings.
func (p *Person) Set(s client.Settings) error {
	_, err := p.ask(func(id client.CommandID) client.Command { return client.SetSettings{ID: id, Settings: s} })
	return err
}

// Draft types a text without sending it.
func (p *Person) Draft(address, text string) {
	p.Client.Do(client.SaveDraft{Peer: p.Peer(address), Text: text})
}

// Profile says in one word how the profile stands, once that is known.
func (p *Person) Profile() (state string, err error) {
	err = p.Until("the profile", func(w *World) bool {
		state = map[client.ProfileState]string{
			client.ProfileNone: "none", client.ProfileLocked: "locked", client.ProfileOpen: "open",
		}[w.Profile]
		if w.Profile == client.ProfileBroken {
			state = fmt.Sprintf("broken: cause %d %q", w.Trouble.Cause, w.Trouble.Detail)
		}
		return state != ""
	})
	return state, err
}
