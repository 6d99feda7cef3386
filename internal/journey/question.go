package journey

import "hushwing/client"

// Questioned waits until the question about a server's key is asked for an
// address of ours and all other ways were looked at, and returns it.
func (p *Person) Questioned(address string) (client.ServerQuestion, error) {
	return p.QuestionIs(address, "the question about the server's key", func(q client.ServerQuestion) bool { return q.Paths.Done() })
}

// QuestionIs waits until the question about a server's key is as ok wants it.
func (p *Person) QuestionIs(address, what string, ok func(client.ServerQuestion) bool) (q client.ServerQuestion, err error) {
	err = p.Until(what, func(w *World) bool {
		a := w.Accounts[address]
		if a.State != client.CertificateChanged || a.Question == nil || !ok(*a.Question) {
			return false
		}
		q = *a.Question
		return true
	})
	return q, err
}

// Trust answers that question: this key is the server's. Name may be empty.
func (p *Person) Trust(key, name string) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.TrustServer{ID: id, Account: p.account(), Key: key, Name: name}
	})
	return err
}

// AskProof has the server in question prove that it knows the password.
func (p *Person) AskProof(key string) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.AskProof{ID: id, Account: p.account(), Key: key}
	})
	return err
}

// TrustNew waits for the question about a server's key and answers it: the new
// one is the server's.
func (p *Person) TrustNew(address string) error {
	q, err := p.Questioned(address)
	if err != nil {
		return err
	}
	name := ""
	if q.ByName {
		name = q.New.Domain
	}
	return p.Trust(q.New.Key, name)
}
