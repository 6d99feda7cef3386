// Command core is Hushwing without a screen, for package chaos: it carries out
// the orders that come as lines of JSON, and reports what a screen would show,
// one line each. It judges nothing.
//
//	core DIR
//
// It ends when its input does, as a user closes the program.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"hushwing/client"
	"hushwing/config/configtest"
	"hushwing/internal/chaos"
	"hushwing/otr"
	"hushwing/secret"
)

func main() {
	// Passwords take their second in the tests of config; here it would be the
	// greater part of every recovery.
	configtest.CheapProcess(nil)
	out, err := otr.Quiet()
	if err != nil || len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "core:", err)
		os.Exit(2)
	}
	p := &program{client: client.New(client.Options{Dir: os.Args[1]}), out: json.NewEncoder(out)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for e := range p.client.Events() {
			p.see(e)
		}
	}()
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var o chaos.Order
		if err := json.Unmarshal(in.Bytes(), &o); err != nil {
			fmt.Fprintln(os.Stderr, "core:", err)
			os.Exit(2)
		}
		p.do(o)
	}
	p.client.Close()
	<-done
}

// program is the client with its one account.
type program struct {
	client *client.Client
	out    *json.Encoder

	mu      sync.Mutex
	account string
}

func (p *program) peer(address string) client.Peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return client.Peer{Account: p.account, Address: address}
}

func (p *program) do(o chaos.Order) {
	id, peer := client.CommandID(o.ID), p.peer(o.Peer)
	var c client.Command
	switch o.Do {
	case "create":
		c = client.CreateProfile{ID: id, Password: secret.New(o.Password)}
	case "unlock":
		c = client.Unlock{ID: id, Password: secret.New(o.Password)}
	case "form":
		c = client.AskForm{ID: id, Server: client.ServerChoice{Domain: o.Domain, Host: o.Host, Port: o.Port}}
	case "register":
		c = client.Register{ID: id, Form: client.CommandID(o.Form), Name: o.Name}
	case "add":
		c = client.AddContact{ID: id, Account: peer.Account, Address: o.Peer}
	case "accept":
		c = client.AnswerRequest{ID: id, Peer: peer, Accept: true}
	case "open":
		c = client.OpenChat{Peer: peer}
	case "again":
		c = client.StartAgain{Peer: peer}
	case "say":
		c = client.SendText{ID: id, Peer: peer, Text: o.Text}
	case "release":
		c = client.ReleaseText{Peer: peer, Message: o.Name}
	default:
		fmt.Fprintln(os.Stderr, "core: no such order:", o.Do)
		os.Exit(2)
	}
	p.client.Do(c)
}

// see reports an event. A line is in the pipe, where no kill can undo it, before
// anything else is done.
func (p *program) see(e client.Event) {
	switch e := e.(type) {
	case client.ProfileChanged:
		p.tell(chaos.Report{What: "profile", State: int(e.State)}, e.Problem)
	case client.Snapshot:
		for _, a := range e.Accounts {
			p.sawAccount(a)
		}
		for _, m := range e.Messages {
			p.message(m, 0, true)
		}
		p.tell(chaos.Report{What: "snapshot"}, nil)
	case client.TorChanged:
		p.tell(chaos.Report{What: "tor", State: int(e.State)}, e.Problem)
	case client.AccountChanged:
		p.sawAccount(e.Account)
	case client.ContactChanged:
		r := chaos.Report{What: "contact", Peer: e.Contact.Address}
		if e.Contact.Available {
			r.State = 1
		}
		p.tell(r, nil)
	case client.RequestArrived:
		p.tell(chaos.Report{What: "request", Peer: e.Peer.Address}, nil)
	case client.ProtectionChanged:
		p.tell(chaos.Report{What: "protection", Peer: e.Info.Address, State: int(e.Info.Protection), Detail: e.Info.Resource}, nil)
	case client.MessageAdded:
		p.message(e.Message, e.ID, false)
	case client.MessageChanged:
		m := e.Message
		p.tell(chaos.Report{What: "mark", Peer: m.Address, ID: m.ID, Text: m.Text, Mine: m.Mine, State: int(m.Mark)}, m.Problem)
	case client.MessageRemoved:
		p.tell(chaos.Report{What: "removed", Peer: e.Peer.Address, ID: e.Message}, nil)
	case client.FormArrived:
		p.tell(chaos.Report{What: "done", Command: uint64(e.ID)}, nil)
	case client.Done:
		p.tell(chaos.Report{What: "done", Command: uint64(e.ID)}, nil)
	case client.Refused:
		p.tell(chaos.Report{What: "refused", Command: uint64(e.ID)}, &e.Problem)
	}
}

func (p *program) sawAccount(a client.Account) {
	p.mu.Lock()
	p.account = a.ID
	p.mu.Unlock()
	p.tell(chaos.Report{What: "account", Peer: a.Address, State: int(a.State)}, a.Problem)
}

// message reports a line of a conversation, and takes it as shown then.
func (p *program) message(m client.Message, id client.CommandID, kept bool) {
	r := chaos.Report{
		What: "text", Command: uint64(id), Peer: m.Address, ID: m.ID, Text: m.Text,
		Mine: m.Mine, Clear: m.Clear, Kept: kept, State: int(m.Mark),
	}
	if m.Note != client.NoNote {
		r.What, r.State = "note", int(m.Note)
	}
	p.tell(r, m.Problem)
	if !m.Mine && m.Note == client.NoNote {
		p.client.Do(client.Shown{Peer: m.Peer, Messages: []string{m.ID}})
	}
}

func (p *program) tell(r chaos.Report, problem *client.Problem) {
	r.At = time.Now()
	if problem != nil {
		r.Cause, r.Detail = int(problem.Cause), problem.Detail
	}
	if p.out.Encode(r) != nil {
		os.Exit(1) // nobody listens any more
	}
}
