package client

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/secret"
)

// The checks of the model test: people ask each other for codes and questions,
// read codes aloud, mistype, write them into the chat, stop, and fall off the line
// at any step. The telephone is the test itself: it knows what each screen shows.

// modelCode is a code that a program showed, or what answers a question.
type modelCode struct {
	by    *program
	how   How
	heard map[*program]bool      // who was in a position to answer, and gave it rightly
	chat  map[*program]bool      // in whose chat it came up before that
	known map[*program]int       // who was shown it or typed it, in which life of theirs
	green map[*program]time.Time // which check it explains; each side has one
}

// modelDiffer is how often a program was told that a key's code differs.
type modelDiffer struct {
	times   int
	checked time.Time // the check that it was counted since
}

// keyOnDisk is what a program has on disk about a key of its contact's.
func (p *program) keyOnDisk(print otr.Fingerprint) (config.Key, bool) {
	for _, c := range p.store.View().Accounts[0].Contacts {
		for _, k := range c.Keys {
			if k.Fingerprint == print {
				return k, true
			}
		}
	}
	return config.Key{}, false
}

// sure returns the keys of its contact's that a program has checked.
func (p *program) sure() (prints []otr.Fingerprint) {
	for _, c := range p.store.View().Accounts[0].Contacts {
		for _, k := range c.Keys {
			if !k.Checked.IsZero() {
				prints = append(prints, k.Fingerprint)
			}
		}
	}
	return prints
}

// checkStands is a check on a program's screen. The lock is held.
func (p *program) checkStands(c Check) {
	m := p.m
	m.log("%s: check %d by %q, asked %v, %d left", p.name, c.Stage, c.How, c.Asked, c.Left)
	if c.Stage.underWay() && (c.Stage != CheckAnswered || !p.check.Stage.underWay()) {
		p.about = p.safety.Key // another conversation may turn private before the result
	}
	p.check = c
	if c.Stage == CheckWaiting && c.How == HowCode {
		code := c.Code.Export()
		if len(digitsIn(code)) != codeDigits {
			m.fail("%s shows the code %q", p.name, code)
		}
		if x := m.codes[code]; x == nil {
			m.codes[code] = newModelCode(p, HowCode)
			m.latest = append(m.latest, code)
		} else if x.by != p {
			m.fail("%s shows a code of %s", p.name, x.by.name)
		}
	}
	if c.Stage != CheckWaiting && !c.Code.IsZero() {
		m.fail("%s shows a code in the stage %d", p.name, c.Stage)
	}
	if c.Stage != CheckDifferent {
		return
	}
	// What is told was counted before, on the disk, and three times is all.
	print := p.about
	k, there := p.keyOnDisk(print)
	if !there {
		return // the contact was removed just now
	}
	if p.differ == nil {
		p.differ = map[otr.Fingerprint]modelDiffer{}
	}
	d := p.differ[print]
	if !d.checked.Equal(k.Checked) {
		d = modelDiffer{checked: k.Checked}
	}
	d.times++
	p.differ[print] = d
	if d.times > attemptsPerKey || int(k.Attempts) < d.times {
		m.fail("%s was told %d times that the codes differ, and has %d attempts counted", p.name, d.times, k.Attempts)
	}
}

func newModelCode(by *program, how How) *modelCode {
	return &modelCode{
		by: by, how: how, known: map[*program]int{by: by.epoch},
		heard: map[*program]bool{}, chat: map[*program]bool{}, green: map[*program]time.Time{},
	}
}

// inChat notes which codes a line on a program's screen has in it. The lock is held.
func (p *program) inChat(l Message) {
	digits := string(digitsIn(l.Text))
	for code, x := range p.m.codes {
		if x.how == HowCode && strings.Contains(digits, code) {
			x.chat[p] = true
			if life, knows := x.known[p]; l.Mine && knows && life == p.epoch {
				p.m.fail("%s lets out a code that is for the ear alone", p.name)
			}
		}
	}
}

// explained looks at every key that is checked: somebody has used the right code,
// or has asked and was answered, and nothing else makes it so.
func (m *model) explained() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.programs {
		m.waitsInVain(p)
		for _, c := range p.store.View().Accounts[0].Contacts {
			for _, k := range c.Keys {
				if k.Attempts > attemptsPerKey {
					m.fail("%s has counted %d attempts", p.name, k.Attempts)
				}
				if k.Checked.IsZero() || k.How == "given" || m.explains(p, k) {
					continue
				}
				m.fail("%s has checked a key by a %s, and nothing explains it", p.name, k.How)
			}
		}
	}
}

// waitsInVain looks whether a check goes on although no private chat does: not the
// one that is shown, nor, as far as those on the other side can tell, an earlier one
// with another program of theirs. Where one program has ended its chat, the check may
// be about another's, which stands here only.
func (m *model) waitsInVain(p *program) {
	stands := func(q *program) bool {
		now := q.protection[q.peer]
		return q.account != nil && (now.Private() || now == NotConnected)
	}
	switch now := p.protection[p.peer]; {
	case p.account == nil, !p.check.Stage.underWay(), stands(p), now == OtherEnded,
		slices.ContainsFunc(m.programs, func(q *program) bool { return q.bare != p.bare && stands(q) }):
		p.vain = time.Time{}
	case p.vain.IsZero():
		p.vain = time.Now()
	case time.Since(p.vain) > 5*time.Second:
		m.fail("%s is in the stage %d of a check, and its chat in the state %d", p.name, p.check.Stage, now)
	}
}

// explains finds what made a key checked: the one who has it asked, and who owns
// the key answered rightly; by code also the other way round. Each code explains one
// check of each side.
func (m *model) explains(p *program, k config.Key) bool {
	for _, x := range m.codes {
		if at, used := x.green[p]; used && at.Equal(k.Checked) {
			return true
		}
	}
	for _, x := range m.codes {
		if _, used := x.green[p]; used || string(x.how) != k.How {
			continue
		}
		for q := range x.heard {
			if x.by == p && q.identity.Fingerprint() == k.Fingerprint ||
				x.how == HowCode && q == p && x.by.identity.Fingerprint() == k.Fingerprint {
				m.log("%s is sure of %s by a %s", p.name, map[bool]string{true: q.name, false: x.by.name}[x.by == p], k.How)
				x.green[p] = k.Checked
				m.greens++
				return true
			}
		}
	}
	return false
}

// checkAct is somebody doing something about checking: mostly a call with all that
// belongs to it, in the middle of which something may happen to somebody.
func (m *model) checkAct(n int) {
	p := m.programs[m.random.IntN(len(m.programs))]
	m.mu.Lock()
	for _, q := range m.programs { // rather whoever can
		if q.account != nil && q.protection[q.peer].Private() && m.random.IntN(2) == 0 {
			p = q
		}
	}
	code := "123456"
	if len(m.latest) > 0 {
		code = m.latest[len(m.latest)-1]
	}
	m.mu.Unlock()
	switch dice := m.random.IntN(12); {
	case dice < 1:
		m.answers(p, n)
		return
	case dice < 2:
		m.log("%s stops the check", p.name)
		p.do(StopCheck{Peer: p.peerOf()})
		return
	case dice < 3:
		m.writes(p, n, code)
		return
	case dice < 5:
		answer := fmt.Sprintf("answer %d", n)
		m.mu.Lock()
		m.codes[answer] = newModelCode(p, HowQuestion)
		m.mu.Unlock()
		p.do(AskQuestion{ID: CommandID(n), Peer: p.peerOf(), Question: fmt.Sprint("question ", n), Answer: secret.New(answer)})
	default:
		p.do(AskCode{ID: CommandID(n), Peer: p.peerOf()})
		if m.random.IntN(5) == 0 { // at the same moment, or nearly
			time.Sleep(time.Duration(m.random.IntN(2)*m.random.IntN(300)) * time.Millisecond)
			q := m.programs[m.random.IntN(len(m.programs))]
			q.do(AskCode{ID: CommandID(n), Peer: q.peerOf()})
		}
	}
	m.disturb()
	time.Sleep(time.Duration(300+m.random.IntN(3000)) * time.Millisecond)
	m.mu.Lock()
	var asked []*program
	for _, q := range m.programs {
		if q.check.Stage == CheckWaiting && q.check.How == HowCode {
			code = q.check.Code.Export()
		}
		if q.check.Stage == CheckQuestion {
			asked = append(asked, q)
		}
	}
	m.mu.Unlock()
	if m.random.IntN(6) == 0 {
		m.writes(m.programs[m.random.IntN(len(m.programs))], n, code)
		time.Sleep(time.Duration(m.random.IntN(1000)) * time.Millisecond)
	}
	for _, q := range asked {
		if m.random.IntN(8) > 0 {
			m.answers(q, n)
			m.disturb()
		}
	}
}

// writes is somebody writing a code into the chat.
func (m *model) writes(p *program, n int, code string) {
	p.do(SendText{ID: CommandID(n), Peer: p.peerOf(), Text: fmt.Sprintf("text c%d of %s: %s %s", n, p.name, code[:3], code[3:])})
}

// disturb is something that happens in the middle of a check, now and then.
func (m *model) disturb() {
	if m.random.IntN(3) > 0 {
		return
	}
	time.Sleep(time.Duration(m.random.IntN(900)) * time.Millisecond)
	switch p := m.programs[m.random.IntN(len(m.programs))]; m.random.IntN(8) {
	case 0:
		p.do(StopCheck{Peer: p.peerOf()})
	case 1:
		p.kill()
		p.start()
	case 2:
		p.do(CloseChat{Peer: p.peerOf()})
	case 3:
		p.do(StartAgain{Peer: p.peerOf()})
	case 4:
		p.quit()
		p.start()
	case 5:
		p.do(GoOffline{})
		p.do(GoOnline{})
	default:
		if m.log("%s is cut off in the middle", p.name); p.account != nil {
			p.line.cut(false)
		}
	}
}

// answers is somebody answering what they were asked, or were not: what they heard
// on the telephone, what came in the chat, of an earlier time, or a slip.
func (m *model) answers(p *program, n int) {
	if p.account == nil {
		return
	}
	m.mu.Lock()
	stage, how := p.check.Stage, p.check.How
	said := fmt.Sprintf("%06d", m.random.IntN(codes))
	if how == HowQuestion {
		said = "no answer"
	}
	switch m.random.IntN(6) {
	case 0: // a slip
	case 1: // one of before
		if len(m.latest) > 1 {
			said = m.latest[m.random.IntN(len(m.latest)-1)]
		}
	default: // what somebody's screen shows, or what the question had as its answer
		if how == HowQuestion {
			var i int
			if _, err := fmt.Sscanf(p.check.Question, "question %d", &i); err == nil {
				said = fmt.Sprintf("answer %d", i)
			}
			break
		}
		for _, q := range m.programs {
			if q.check.Stage == CheckWaiting && q.check.How == HowCode && q.bare == p.peer {
				said = q.check.Code.Export()
			}
		}
	}
	// Before it is done: what comes of it can be there before this goes on.
	if x := m.codes[said]; x != nil {
		if x.how == how && x.by.bare == p.peer && stage == CheckQuestion && !x.chat[p] {
			x.heard[p] = true
		}
		x.known[p] = p.epoch
	}
	m.log("%s answers %q", p.name, said)
	m.mu.Unlock()
	if how == HowQuestion {
		p.do(AnswerQuestion{ID: CommandID(n), Peer: p.peerOf(), Answer: secret.New(said)})
	} else {
		p.do(AnswerCode{ID: CommandID(n), Peer: p.peerOf(), Code: secret.New(said)})
	}
}

// checkable looks whether a check works once all has been well for a while: Ana
// asks, and whoever is asked hears the code and types it.
func (m *model) checkable() {
	ana := m.programs[0]
	for _, p := range m.programs {
		p.do(StopCheck{Peer: p.peerOf()})
	}
	time.Sleep(time.Minute)
	m.mu.Lock()
	k, _ := ana.keyOnDisk(ana.safety.Key)
	m.mu.Unlock()
	if leftOf(k) == 0 {
		m.log("there are no attempts left for a last check")
		return
	}
	ana.do(AskCode{Peer: ana.peerOf()})
	time.Sleep(time.Minute)
	m.mu.Lock()
	code, his := ana.check.Code.Export(), (*program)(nil)
	for _, p := range m.programs[1:] {
		if p.check.Stage == CheckQuestion && p.check.How == HowCode {
			his = p
		}
	}
	if ana.check.Stage != CheckWaiting || his == nil {
		m.fail("nobody was asked for a code: Ana is in the stage %d", ana.check.Stage)
		m.mu.Unlock()
		return
	}
	mine, _ := his.keyOnDisk(ana.identity.Fingerprint())
	m.codes[code].heard[his] = true
	m.mu.Unlock()
	if leftOf(mine) == 0 {
		return
	}
	before := time.Now()
	his.do(AnswerCode{Peer: his.peerOf(), Code: secret.New(code)})
	time.Sleep(time.Minute)
	m.mu.Lock()
	defer m.mu.Unlock()
	for p, print := range map[*program]otr.Fingerprint{ana: his.identity.Fingerprint(), his: ana.identity.Fingerprint()} {
		if k, _ := p.keyOnDisk(print); k.Checked.Before(before) || k.How != string(HowCode) || k.Attempts != 0 {
			m.fail("%s heard or read the right code, and is in the stage %d", p.name, p.check.Stage)
		}
	}
}
