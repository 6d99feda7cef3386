package i18n

import (
	"fmt"
	"strconv"
	"strings"
)

// number computes something from a number.
type number func(n uint64) uint64

// plural reads the rule by which a number chooses a form, from a catalogue's
// header (gettext's manual, "Plural forms"): an expression of C in which n is
// the number. A header without one has English's.
func plural(header string) (number, error) {
	_, rule, ok := strings.Cut(header, "plural=")
	if !ok {
		rule = "n != 1"
	}
	rule, _, _ = strings.Cut(rule, ";")
	p := parser{rest: strings.TrimSpace(rule)}
	f := p.choice()
	if p.rest != "" || p.wrong {
		return nil, fmt.Errorf("the rule %q is not understood from %q on", rule, p.rest)
	}
	return f, nil
}

// parser reads an expression from the left.
type parser struct {
	rest  string
	wrong bool
}

// take takes one of the words if it comes next; "" if none does.
func (p *parser) take(words ...string) string {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(p.rest, w); ok {
			p.rest = strings.TrimSpace(rest)
			return w
		}
	}
	return ""
}

// must takes a word, which has to come next.
func (p *parser) must(word string) {
	if p.take(word) == "" {
		p.wrong = true
	}
}

// choice is "a ? b : c", or what binds more.
func (p *parser) choice() number {
	a := p.binary(0)
	if p.take("?") == "" {
		return a
	}
	b := p.choice()
	p.must(":")
	c := p.choice()
	return func(n uint64) uint64 {
		if a(n) != 0 {
			return b(n)
		}
		return c(n)
	}
}

// operators by how much they bind, the least first. Of two that begin alike the
// longer one is first.
var operators = [][]string{{"||"}, {"&&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/", "%"}}

func (p *parser) binary(level int) number {
	if level == len(operators) {
		return p.single()
	}
	a := p.binary(level + 1)
	for {
		op := p.take(operators[level]...)
		if op == "" {
			return a
		}
		left, right := a, p.binary(level+1)
		a = func(n uint64) uint64 { return calculate(op, left(n), right(n)) }
	}
}

// single is a number, n, "!" of one or what stands in brackets.
func (p *parser) single() number {
	if p.take("(") != "" {
		f := p.choice()
		p.must(")")
		return f
	}
	if p.take("!") != "" {
		f := p.single()
		return func(n uint64) uint64 { return truth(f(n) == 0) }
	}
	if p.take("n") != "" {
		return func(n uint64) uint64 { return n }
	}
	digits := p.rest[:len(p.rest)-len(strings.TrimLeft(p.rest, "0123456789"))]
	v, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		p.wrong = true
	}
	p.rest = strings.TrimSpace(p.rest[len(digits):])
	return func(uint64) uint64 { return v }
}

func calculate(op string, a, b uint64) uint64 {
	switch op {
	case "||":
		return truth(a != 0 || b != 0)
	case "&&":
		return truth(a != 0 && b != 0)
	case "==":
		return truth(a == b)
	case "!=":
		return truth(a != b)
	case "<=":
		return truth(a <= b)
	case ">=":
		return truth(a >= b)
	case "<":
		return truth(a < b)
	case ">":
		return truth(a > b)
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	}
	if b == 0 {
		return 0
	}
	if op == "/" {
		return a / b
	}
	return a % b
}

func truth(is bool) uint64 {
	if is {
		return 1
	}
	return 0
}
