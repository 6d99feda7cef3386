package client

import (
	"strings"

	"hushwing/otr"
	"hushwing/secret"
)

// codeQuestion is what goes along with a check by code. A Hushwing knows by it that
// six digits are wanted, and shows its own words instead; other programs show it in
// their dialog. It is the sentence that CoyIM asks with, and knows, for the same
// purpose, so that the two understand each other both ways.
//
// It is no secret and no proof: anybody in between can send it. What they gain by
// it is in docs/security.md, "Checking".
const codeQuestion = "Please enter the PIN that I shared with you."

// isCodeQuestion reports whether a question asks for a code.
func isCodeQuestion(question string) bool { return strings.TrimSpace(question) == codeQuestion }

// askCode begins a check by a code.
func (a *account) askCode(m AskCode) {
	c, v := a.toCheck(m.ID, m.Peer)
	if v == nil {
		return
	}
	code, err := freshCode()
	for err == nil && c.seen.has(code) { // by chance; their program may have seen it too
		code, err = freshCode()
	}
	if err != nil {
		a.refuse(m.ID, problemOf(err))
		return
	}
	t := &trial{in: v, how: HowCode, asked: true, code: code}
	a.attempt(c, m.ID, t, CheckWaiting, "",
		func() bool { return c.checked() == v },
		func() ([]otr.Wire, error) {
			wires, err := v.Ask(codeQuestion, secret.New(code))
			if err == nil {
				c.seen.text(code) // ours is for this attempt, and for nothing else
				c.spoken.text(code)
			}
			return wires, err
		})
}

// answerCode takes the code that the user heard.
func (a *account) answerCode(m AnswerCode) {
	c := a.chat(m.Peer.Address)
	if c == nil {
		a.refuse(m.ID, Problem{Cause: NoSuchContact})
		return
	}
	t := c.theirs(HowCode)
	code, ok := typedCode(m.Code)
	if ok {
		c.spoken.text(code)
	}
	switch {
	case t == nil:
		a.refuse(m.ID, Problem{Cause: NotPrivateNow})
		return
	case !ok:
		a.refuse(m.ID, Problem{Cause: CodeNotDigits})
		return
	case c.seen.has(code):
		a.refuse(m.ID, Problem{Cause: CodeSeen})
		return
	}
	a.answer(c, m.ID, t, secret.New(code))
}

// betrays reports whether a text holds a code that was read aloud, or typed. Written
// into the chat it would tell whoever sits in between what they must not know: not
// only while the check goes on here, because with the other side it may still do, and
// what they answer or ask there would be right.
func (c *chat) betrays(text string) bool {
	digits := digitsIn(text)
	for ; len(digits) >= codeDigits; digits = digits[1:] {
		if c.spoken.has(string(digits[:codeDigits])) {
			return true
		}
	}
	return false
}
