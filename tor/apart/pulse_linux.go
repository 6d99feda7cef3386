package apart

import (
	"errors"
	"time"
)

// beat is how long the other process may be silent while it owes an answer
// before it is asked whether it lives, and again before it is given up. A
// process answers that at once, whatever else it has to do. Only tests change it.
var beat = 3 * time.Second

// pulse watches the other end of a caller's link. Its methods are called with
// the caller's lock.
type pulse struct {
	timer  *time.Timer // nil: nothing is owed
	silent int         // beats since the last sign of life
}

// seen notes a sign of life.
func (p *pulse) seen() { p.silent = 0 }

// start begins to watch, unless that is under way.
func (p *pulse) start(c *caller) {
	if p.timer == nil {
		p.silent = 0
		p.timer = time.AfterFunc(beat, c.check)
	}
}

func (p *pulse) stop() {
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
}

var errHung = errors.New("no sign of life")

// check is called at each beat. Two in a row without an answer, not one: had
// this process been stopped meanwhile, the first would come before there was
// time to read.
func (c *caller) check() {
	c.mu.Lock()
	if c.err != nil || len(c.calls) == 0 {
		c.pulse.timer = nil
		c.mu.Unlock()
		return
	}
	c.silent++
	dead := c.silent > 2
	c.mu.Unlock()
	if !dead && c.l.send(&message{kind: kindPing}) == nil {
		c.mu.Lock()
		if c.pulse.timer != nil {
			c.pulse.timer.Reset(beat)
		}
		c.mu.Unlock()
		return
	}
	c.end(errHung)
	if c.hung != nil {
		c.hung()
	}
}
