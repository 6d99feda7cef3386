package chaos

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"hushwing/client"
	"hushwing/internal/lab/child"
)

// Password opens the profiles.
const Password = "correct horse battery staple"

// Program is one Hushwing in a process of its own, again and again on the same
// profile. Safe for concurrent use.
type Program struct {
	Name    string
	Address string // of its account, set before it is started

	core string // the program's file
	dir  string
	env  []string
	on   func(*Program, Report) // is told each report, in order

	mu      sync.Mutex
	changed chan struct{}
	run     *run
	starts  int
	next    uint64
	answers map[uint64]Report
	states  map[string]int // by what and whom
	last    []Report       // the latest, for whoever has to understand
}

// run is one process.
type run struct {
	process *child.Process
	in      io.WriteCloser
	out     *os.File
	drained chan struct{} // all that it said has been read
	dead    bool
}

// NewProgram prepares one; Start starts it.
func NewProgram(name, core, dir string, env []string, on func(*Program, Report)) *Program {
	return &Program{
		Name: name, core: core, dir: dir, env: env, on: on, changed: make(chan struct{}),
		answers: map[uint64]Report{}, states: map[string]int{},
	}
}

// errGone says that the program was killed meanwhile.
var errGone = errors.New("chaos: the program is gone")

// Start starts the program.
func (p *Program) Start() error {
	cmd := exec.Command(p.core, p.dir)
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	outR, outW, err := os.Pipe() // not StdoutPipe: what was said before a kill is to be read after it
	if err != nil {
		return err
	}
	cmd.Stdout = outW
	proc, err := child.Start(cmd)
	outW.Close()
	if err != nil {
		outR.Close()
		return err
	}
	r := &run{process: proc, in: in, out: outR, drained: make(chan struct{})}
	p.mu.Lock()
	p.run = r
	p.starts++
	clear(p.states)
	clear(p.answers)
	p.mu.Unlock()
	go p.listen(r)
	return nil
}

// listen takes what a process says, to the end.
func (p *Program) listen(r *run) {
	defer close(r.drained)
	defer r.out.Close()
	for d := json.NewDecoder(r.out); ; {
		var rep Report
		if d.Decode(&rep) != nil { // it has ended, perhaps within a line
			p.mu.Lock()
			r.dead = true
			p.wake()
			p.mu.Unlock()
			return
		}
		p.on(p, rep)
		p.mu.Lock()
		if p.last = append(p.last, rep); len(p.last) > 400 {
			p.last = p.last[200:]
		}
		if rep.Command != 0 {
			p.answers[rep.Command] = rep
		}
		switch rep.What {
		case "profile", "tor", "account", "snapshot":
			p.states[rep.What] = rep.State
		case "contact", "request", "protection":
			p.states[rep.What+" "+rep.Peer] = rep.State
		}
		p.wake()
		p.mu.Unlock()
	}
}

func (p *Program) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// Kill ends the program as a power cut does, and returns when all that it had
// said has been taken.
func (p *Program) Kill() {
	p.mu.Lock()
	r := p.run
	p.mu.Unlock()
	if r == nil {
		return
	}
	_ = r.process.Signal(wakeSignal)
	r.process.Stop(0)
	<-r.drained
	_ = r.in.Close()
}

// Quit closes the program as its user does.
func (p *Program) Quit() error {
	p.mu.Lock()
	r := p.run
	p.mu.Unlock()
	_ = r.in.Close()
	select {
	case <-r.process.Done():
	case <-time.After(patience):
		r.process.Stop(0)
		return fmt.Errorf("chaos: %s does not end", p.Name)
	}
	<-r.drained
	return r.process.Err()
}

// Pause stops the program for a while, and lets it go on.
func (p *Program) Pause(hold time.Duration) {
	p.mu.Lock()
	r := p.run
	p.mu.Unlock()
	_ = r.process.Signal(sleepSignal)
	time.Sleep(hold)
	_ = r.process.Signal(wakeSignal)
}

// Tell gives an order and does not wait. It returns the order's number.
func (p *Program) Tell(o Order) (uint64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.run == nil || p.run.dead {
		return 0, errGone
	}
	p.next++
	o.ID = p.next
	line, err := json.Marshal(o)
	if err != nil {
		return 0, err
	}
	if _, err := p.run.in.Write(append(line, '\n')); err != nil {
		return o.ID, errGone // perhaps it has come through
	}
	return o.ID, nil
}

// Ask gives an order and waits for its answer.
func (p *Program) Ask(o Order) (Report, error) {
	id, err := p.Tell(o)
	if err != nil {
		return Report{}, err
	}
	return p.Answer(o.Do, id)
}

// Answer waits for the answer to an order.
func (p *Program) Answer(what string, id uint64) (answer Report, err error) {
	err = p.Until(what, func() bool {
		var ok bool
		answer, ok = p.answers[id]
		return ok
	})
	if err == nil {
		p.mu.Lock()
		delete(p.answers, id)
		p.mu.Unlock()
		if answer.What == "refused" {
			return answer, &refused{what, answer}
		}
	}
	return answer, err
}

// refused is an order that was not carried out.
type refused struct {
	what string
	Report
}

func (r *refused) Error() string {
	return fmt.Sprintf("chaos: %s was refused: cause %d %s", r.what, r.Cause, r.Detail)
}

// Until waits until ok holds; it is called with the lock.
func (p *Program) Until(what string, ok func() bool) error {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		p.mu.Lock()
		good, dead, changed := ok(), p.run.dead, p.changed
		p.mu.Unlock()
		switch {
		case good:
			return nil
		case dead:
			return errGone
		}
		select {
		case <-changed:
		case <-timeout.C:
			return fmt.Errorf("chaos: %s waited in vain for %s", p.Name, what)
		}
	}
}

// In waits until something has a state; key is "account", or "protection" and
// whose.
func (p *Program) In(key string, states ...int) error {
	return p.Until(key+" "+fmt.Sprint(states), func() bool {
		got, ok := p.states[key]
		for _, s := range states {
			if ok && got == s {
				return true
			}
		}
		return false
	})
}

// State is where something stands.
func (p *Program) State(key string) (int, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.states[key]
	return s, ok
}

// Last are the latest reports, the newest last.
func (p *Program) Last(n int) []Report {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Report(nil), p.last[max(0, len(p.last)-n):]...)
}

// Unlock opens the profile of a program that was started again.
func (p *Program) Unlock() error {
	_, err := p.Ask(Order{Do: "unlock", Password: Password})
	if err != nil {
		return err
	}
	return p.In("snapshot", 0)
}

// Begin makes a profile and an address at the server.
func (p *Program) Begin(domain, host string, port uint16) error {
	name, _, _ := strings.Cut(p.Address, "@")
	if _, err := p.Ask(Order{Do: "create", Password: Password}); err != nil {
		return err
	}
	if err := p.In("tor", int(client.TorReady)); err != nil {
		return err
	}
	form, err := p.Tell(Order{Do: "form", Domain: domain, Host: host, Port: port})
	if err != nil {
		return err
	}
	if _, err := p.Answer("the form", form); err != nil {
		return err
	}
	if _, err := p.Ask(Order{Do: "register", Form: form, Name: name}); err != nil {
		return err
	}
	return p.In("account", int(client.Online))
}

// Pid is its present process, for a look from outside.
func (p *Program) Pid() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.run == nil {
		return ""
	}
	return strconv.Itoa(p.run.process.Pid())
}
