package journey

import (
	"slices"

	"hushwing/client"
	"hushwing/otr"
	"hushwing/secret"
)

// Add asks somebody to be a contact.
func (p *Person) Add(address string) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.AddContact{ID: id, Account: p.account(), Address: address}
	})
	return err
}

// Remove removes a contact.
func (p *Person) Remove(address string) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.RemoveContact{ID: id, Peer: p.Peer(address)}
	})
	return err
}

// Accept waits for a request and accepts it.
func (p *Person) Accept(address string) error {
	if err := p.Until("a request", func(w *World) bool { _, ok := w.Requests[address]; return ok }); err != nil {
		return err
	}
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.AnswerRequest{ID: id, Peer: p.Peer(address), Accept: true}
	})
	return err
}

// Look opens a conversation.
func (p *Person) Look(address string) { p.Client.Do(client.OpenChat{Peer: p.Peer(address)}) }

// Private waits until the chat is private, checked or not.
func (p *Person) Private(address string) error {
	return p.Until("a private chat", func(w *World) bool {
		s := w.Safety[address].Protection
		return s == client.PrivateUnknown || s == client.PrivateChecked || s == client.PrivateNewKey || s == client.PrivateInsist
	})
}

// Protected waits for one state of the strip.
func (p *Person) Protected(address string, s client.Protection) error {
	return p.Until("a state of the strip", func(w *World) bool { return w.Safety[address].Protection == s })
}

// Say writes a text and waits until it is safe on disk. It returns its ID.
func (p *Person) Say(address, text string) (string, error) {
	e, err := p.ask(func(id client.CommandID) client.Command {
		return client.SendText{ID: id, Peer: p.Peer(address), Text: text}
	})
	if err != nil {
		return "", err
	}
	return e.(client.MessageAdded).Message.ID, nil
}

// Marked waits until a text of ours has come that far.
func (p *Person) Marked(id string, m client.Mark) error {
	return p.Until("a mark", func(w *World) bool {
		return slices.ContainsFunc(w.Messages, func(x client.Message) bool { return x.ID == id && x.Mark == m })
	})
}

// Reads waits for a text of somebody, and takes it as shown.
func (p *Person) Reads(address, text string) error {
	var got client.Message
	if err := p.Until("a text", func(w *World) bool {
		i := slices.IndexFunc(w.Messages, func(x client.Message) bool {
			return !x.Mine && !x.Clear && x.Note == client.NoNote && x.Address == address && x.Text == text
		})
		if i >= 0 {
			got = w.Messages[i]
		}
		return i >= 0
	}); err != nil {
		return err
	}
	p.Client.Do(client.Shown{Peer: p.Peer(address), Messages: []string{got.ID}})
	return nil
}

// Texts returns the texts of somebody, in the order in which they came.
func (p *Person) Texts(address string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, m := range p.world.Messages {
		if !m.Mine && m.Address == address && m.Note == client.NoNote {
			out = append(out, m.Text)
		}
	}
	return out
}

// Ask checks somebody by a question.
func (p *Person) Ask(address, question, answer string) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.AskQuestion{ID: id, Peer: p.Peer(address), Question: question, Answer: secret.New(answer)}
	})
	return err
}

// Answer waits for somebody's question and answers it.
func (p *Person) Answer(address, question, answer string) error {
	if err := p.Until("a question", func(w *World) bool {
		return w.Checks[address].Stage == client.CheckQuestion && w.Checks[address].Question == question
	}); err != nil {
		return err
	}
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.AnswerQuestion{ID: id, Peer: p.Peer(address), Answer: secret.New(answer)}
	})
	return err
}

// Checked waits for a stage of a check.
func (p *Person) Checked(address string, s client.CheckStage) error {
	return p.Until("a stage of the check", func(w *World) bool { return w.Checks[address].Stage == s })
}

// AskCode checks somebody by a code, and returns what is to be read aloud.
func (p *Person) AskCode(address string) (code string, err error) {
	_, err = p.ask(func(id client.CommandID) client.Command {
		return client.AskCode{ID: id, Peer: p.Peer(address)}
	})
	if err != nil {
		return "", err
	}
	err = p.Until("a code", func(w *World) bool {
		c := w.Checks[address]
		code = c.Code.Export()
		return c.Stage == client.CheckWaiting && c.How == client.HowCode && code != ""
	})
	return code, err
}

// AnswerCode waits until somebody wants to hear a code back, and types it.
func (p *Person) AnswerCode(address, code string) error {
	if err := p.Until("a wish for a code", func(w *World) bool {
		c := w.Checks[address]
		return c.Stage == client.CheckQuestion && c.How == client.HowCode
	}); err != nil {
		return err
	}
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.AnswerCode{ID: id, Peer: p.Peer(address), Code: secret.New(code)}
	})
	return err
}

// Compare says whether the safety codes of the present key are the same on both
// screens.
func (p *Person) Compare(address string, same bool) error {
	var key otr.Fingerprint
	_ = p.Until("anything", func(w *World) bool { key = w.Safety[address].Key; return true })
	return p.CompareKey(address, key, same)
}

// CompareKey says so of the safety code of a key.
func (p *Person) CompareKey(address string, key otr.Fingerprint, same bool) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.SameCodes{ID: id, Peer: p.Peer(address), Key: key, Same: same}
	})
	return err
}

// Key is the key of somebody that the present conversation uses.
func (p *Person) Key(address string) (key client.KeyInfo) {
	_ = p.Until("anything", func(w *World) bool {
		for _, k := range w.Contacts[address].Keys {
			if k.Now {
				key = k
			}
		}
		return true
	})
	return key
}

// AddByLink asks somebody to be a contact, by a link that may name a key.
func (p *Person) AddByLink(link string) error {
	i, _ := client.ParseInvitation(link)
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.AddContact{ID: id, Account: p.account(), Address: i.Address, Key: i.Key}
	})
	return err
}
