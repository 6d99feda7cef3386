package chaos

import (
	"fmt"
	"slices"
	"time"

	"hushwing/client"
	"hushwing/internal/lab"
)

// Run carries out the plan while texts pass, and waits until all have arrived.
// An error says that it could not go on; what went wrong otherwise is for Judge.
func (c *Campaign) Run() error {
	plan := Plan(c.o.Seed, c.o.Blows, c.o.Long)
	for _, t := range c.talks {
		go t.Run()
		defer t.End()
	}
	c.mu.Lock()
	c.last, c.progress = time.Now(), time.Now()
	c.mu.Unlock()
	for i, b := range plan {
		done := c.due() // by now
		c.allow(2*i+1, 2*len(plan))
		if b.Gap > 0 {
			time.Sleep(b.Gap)
		} else if err := c.until("texts before a blow", func() bool { return c.arrived() >= min(done+b.Lead, c.due()) }); err != nil {
			return err
		}
		c.say("blow %d: %v", i+1, b)
		c.allow(4*i+3, 4*len(plan)) // so that texts are being written just then
		over, err := c.strike(b)
		if err != nil {
			return fmt.Errorf("blow %d (%v): %w", i+1, b, err)
		}
		c.counts[b.Kind]++
		c.allow(i+1, len(plan))
		if i+1 < len(plan) && plan[i+1].Gap > 0 {
			continue
		}
		if err := c.until(fmt.Sprintf("all texts after blow %d (%v)", i+1, b), func() bool { return c.arrived() >= c.due() }); err != nil {
			return err
		}
		c.recovered(b, over)
		c.tell(i+1, len(plan))
	}
	c.say("the last texts to and from Carl")
	c.settleCarl()
	return nil
}

// tellEvery is how often a run says how far it has come.
const tellEvery = 30 * time.Second

func (c *Campaign) tell(i, n int) {
	if c.o.Progress == nil || time.Since(c.spoke) < tellEvery {
		return
	}
	c.spoke = time.Now()
	c.o.Progress(fmt.Sprintf("%d of %d blows, %d texts, %v", i, n, c.arrived(), time.Since(c.began).Round(time.Second)))
}

// allow lets everybody write that part of their texts.
func (c *Campaign) allow(part, of int) {
	c.mu.Lock()
	if at := time.Now(); c.quiet() {
		c.last = at // nothing was due
	}
	c.mu.Unlock()
	c.talks[0].Allow(c.o.Texts / 2 * part / of)
	c.talks[1].Allow(c.o.Texts / 2 * part / of)
	c.talks[2].Allow(c.o.Texts / 10 * part / of)
	c.carl.Allow(c.o.Texts / 10 * part / of)
}

// hurry lets Ana and Ben write one text more now than was meant for later.
func (c *Campaign) hurry() {
	for _, t := range c.talks[:2] {
		t.mu.Lock()
		t.allowed = min(t.allowed+1, c.o.Texts/2)
		t.mu.Unlock()
	}
}

// quiet reports whether nothing is due between Ana and Ben.
func (c *Campaign) quiet() bool { return c.arrived() >= c.due() }

// due is how many texts between Ana and Ben may be written by now; arrived is how
// many of these need not be waited for any more.
func (c *Campaign) due() (n int) {
	for _, t := range c.talks[:2] {
		t.mu.Lock()
		n += t.allowed
		t.mu.Unlock()
	}
	return n
}

func (c *Campaign) arrived() (n int) {
	for _, t := range c.talks[:2] {
		n += t.Written() - len(t.Missing())
	}
	return n
}

// until waits until ok holds, as long as there is any progress.
func (c *Campaign) until(what string, ok func() bool) error {
	began := time.Now()
	for !ok() {
		time.Sleep(10 * time.Millisecond)
		c.mu.Lock()
		since := c.progress
		c.mu.Unlock()
		if since.Before(began) {
			since = began
		}
		if time.Since(since) > patience {
			return fmt.Errorf("chaos: waited in vain for %s: nothing has moved for %v", what, patience)
		}
	}
	return nil
}

// strike carries out one blow. It returns when the blow is over, as far as that
// is in its hands, with the moment from when on things could be well again.
func (c *Campaign) strike(b Blow) (over time.Time, err error) {
	switch b.Kind {
	case Cut, Halve, Delay, Freeze, Chop:
		return c.onRoad(b)
	case TorDies:
		c.tors[b.Who].Kill()
		time.Sleep(b.Hold)
		err = c.startTor(b.Who)
	case ServerDies:
		if err = c.server.Stop(); err == nil {
			time.Sleep(b.Hold)
			err = c.server.Restart()
		}
	case ProgramDies:
		p := c.programs[b.Who]
		if b.Mute {
			c.mute(b.Who)
		}
		p.Kill()
		time.Sleep(b.Hold)
		over = time.Now()
		if err = p.Start(); err == nil {
			err = p.Unlock()
		}
		return over, err
	case ProgramStops:
		c.programs[b.Who].Pause(b.Hold)
	case Renewal:
		err = c.server.SetCert(lab.Renew)
		for _, r := range c.roads {
			r.CutNow(b.Reset)
		}
	}
	return time.Now(), err
}

// mute stops one's road, and lets a few texts be written that do not get through.
func (c *Campaign) mute(who int) {
	r := c.roads[who]
	struck := r.Arm(Blow{Kind: Freeze, Who: who})
	defer r.Disarm()
	for range 3 {
		c.hurry()
		select {
		case <-struck:
		case <-time.After(100 * time.Millisecond):
		}
	}
	time.Sleep(100 * time.Millisecond)
}

// strikeTime is how long a blow on a road waits for something to hit. Texts pass
// all the time, but an account may just have to wait before its next try.
const strikeTime = 25 * time.Second

func (c *Campaign) onRoad(b Blow) (time.Time, error) {
	r := c.roads[b.Who]
	struck := r.Arm(b)
	for began := time.Now(); ; {
		select {
		case <-struck:
			return time.Now().Add(b.Hold), nil
		case <-time.After(time.Second):
		}
		if time.Since(began) < strikeTime {
			c.hurry() // something has to pass for it to hit
			continue
		}
		r.Disarm()
		select {
		case <-struck: // just now
		default:
			c.say("%v has found nothing to hit", b)
			c.missed++
		}
		return time.Now().Add(b.Hold), nil
	}
}

// recovered notes how long it took until texts that were written after a blow
// were shown, both ways.
func (c *Campaign) recovered(b Blow, over time.Time) {
	var took time.Duration
	for _, t := range c.talks[:2] {
		at, ok := t.ShownSince(over)
		if !ok {
			return // all had been written by then
		}
		took = max(took, at.Sub(over))
	}
	c.say("texts pass again both ways %v after it", took.Round(time.Millisecond))
	c.backs = append(c.backs, took)
	c.backOf[b.Kind] = append(c.backOf[b.Kind], took)
}

// settleCarl waits until each text to Carl has arrived, or Ana knows that it has
// not. In a long run it also waits for what comes back to him: what a server kept for a
// session that is lost does so after a minute.
func (c *Campaign) settleCarl() {
	grace := 20 * time.Second
	if c.o.Long {
		grace = 100 * time.Second
	}
	for began := time.Now(); time.Since(began) < grace; time.Sleep(20 * time.Millisecond) {
		done := c.talks[2].Written() >= c.o.Texts/10
		for _, n := range c.talks[2].Missing() {
			c.mu.Lock()
			done = done && c.told[n]
			c.mu.Unlock()
		}
		for _, n := range c.carl.Missing() {
			done = done && (!c.o.Long || c.carl.noticed(c.carl.Accept(n)))
		}
		if done {
			return
		}
	}
}

// Judge tells what went wrong.
func (c *Campaign) Judge() (faults []string) {
	c.mu.Lock()
	faults = slices.Clone(c.faults)
	c.mu.Unlock()
	for _, t := range c.talks[:2] {
		for _, n := range t.Missing() {
			faults = append(faults, fmt.Sprintf("%s: %d is lost, which was safe at %s", t.Name, n, clock(t.Accept(n))))
		}
		faults = append(faults, t.Doubles()...)
		faults = append(faults, t.Disorder()...)
		faults = append(faults, t.Foreign()...)
		if accepted, _, _ := t.Count(); accepted < c.o.Texts/2*9/10 {
			faults = append(faults, fmt.Sprintf("%s: only %d texts were safe", t.Name, accepted))
		}
	}
	for _, n := range c.lostToCarl() {
		faults = append(faults, fmt.Sprintf("Ana to Carl: %d is lost without a notice, which was safe at %s", n, clock(c.talks[2].Accept(n))))
	}
	return faults
}

// aLittleLater is within which a notice has to come after a text was lost.
const aLittleLater = 2 * time.Minute

// lostToCarl are the texts to Carl that are lost, and of which Ana was told
// nothing.
func (c *Campaign) lostToCarl() (lost []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.talks[2].Missing() {
		at := c.talks[2].Accept(n)
		if !c.told[n] && !c.toldOf(at) {
			lost = append(lost, n)
		}
	}
	return lost
}

// lostByCarl are those of Carl's texts that are lost, and neither he nor Ana was
// told.
func (c *Campaign) lostByCarl() (lost []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.carl.Missing() {
		at := c.carl.Accept(n)
		if !c.carl.noticed(at) && !c.toldOf(at) {
			lost = append(lost, n)
		}
	}
	return lost
}

// toldOf reports whether a line about Carl came into Ana's conversation soon after
// a moment. It is called with the lock.
func (c *Campaign) toldOf(at time.Time) bool {
	return slices.ContainsFunc(c.notices, func(x notice) bool {
		return x.note != client.NotePrivate && x.at.After(at) && x.at.Before(at.Add(aLittleLater))
	})
}

// Close ends both programs as their users do.
func (c *Campaign) Close() (faults []string) {
	for _, p := range c.programs {
		if err := p.Quit(); err != nil {
			faults = append(faults, fmt.Sprintf("%s did not end well: %v", p.Name, err))
		}
	}
	return faults
}
