package journey

import (
	"fmt"

	"hushwing/client"
)

// Begin forgets what has been seen of accounts and texts so far. No command may
// be waiting for its answer.
func (p *Person) Begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.world.Messages, p.world.Passed, p.world.Strips = nil, map[string][]client.Account{}, nil
	p.world.answers = map[client.CommandID]client.Event{}
}

// Writes writes n texts to somebody, and waits until they are safe on disk.
func (p *Person) Writes(address string, n int) error {
	for i := range n {
		if _, err := p.Say(address, fmt.Sprintf("text %d", i)); err != nil {
			return err
		}
	}
	return nil
}

// Through waits until our only account has lost its connection since Begin, is
// online again, and the server has every text of ours.
func (p *Person) Through() error {
	return p.Until("the end of a break", func(w *World) bool {
		broken := false
		for address, all := range w.Passed {
			for _, a := range all {
				broken = broken || a.State != client.Online
			}
			if w.Accounts[address].State != client.Online {
				return false
			}
		}
		for _, m := range w.Messages {
			if m.Mine && m.Mark != client.ServerHas && m.Mark != client.TheyHave {
				return false
			}
		}
		return broken
	})
}

// Arrived waits until n texts of somebody have come since Begin, and takes them
// as shown.
func (p *Person) Arrived(address string, n int) error {
	var got []string
	if err := p.Until("all texts", func(w *World) bool {
		got = nil
		for _, m := range w.Messages {
			if !m.Mine && m.Address == address && m.Note == client.NoNote {
				got = append(got, m.ID)
			}
		}
		return len(got) >= n
	}); err != nil {
		return err
	}
	p.Client.Do(client.Shown{Peer: p.Peer(address), Messages: got})
	return nil
}
