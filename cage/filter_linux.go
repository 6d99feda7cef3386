//go:build amd64 || arm64

package cage

import (
	"errors"
	"slices"

	"golang.org/x/sys/unix"
)

// A filter of calls is a small program that the kernel runs at each call: see
// seccomp(2), and struct seccomp_data there. This file writes such programs.

// Where a call's number, its set and its arguments stand. An argument has 64
// bits, the lower half first.
const (
	numberAt   = 0
	machineAt  = 4
	argumentAt = 16
)

// condition is a call that is refused if all checks are true.
type condition struct {
	call   uint32
	checks []check
}

// check is a question about one argument of a call.
type check struct {
	arg   uint32
	asks  question
	value uint32
}

type question int

const (
	isNot    question = iota // is it another number, in any of the 64 bits?
	isLow                    // is the lower half this number?
	hasBit                   // is one of these bits set?
	hasNoBit                 // is none of these bits set?
)

// when: the call is refused if all checks are true.
func when(call uint32, c ...check) condition { return condition{call, c} }

// not is true of every number but v. The kernel reads most numbers as 32 bits
// and the filter sees 64; so what is refused must never be told by being equal,
// since a caller adds a bit above and is let through. What is allowed may be.
func not(arg, v uint32) check { return check{arg, isNot, v} }

// low is true of v, whatever stands above: for what the kernel reads as 32 bits.
func low(arg, v uint32) check { return check{arg, isLow, v} }

// bits is true if one of the bits is set.
func bits(arg, v uint32) check { return check{arg, hasBit, v} }

func noBit(arg, v uint32) check { return check{arg, hasNoBit, v} }

func load(at uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
}

// jump passes over yes or no instructions.
func jump(test uint16, v uint32, yes, no uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_K | test, Jt: yes, Jf: no, K: v}
}

func reply(a uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: a}
}

// refuse is the answer that makes a call fail.
func refuse(e unix.Errno) unix.SockFilter { return reply(unix.SECCOMP_RET_ERRNO | uint32(e)) }

var allow = reply(unix.SECCOMP_RET_ALLOW)

// write writes the program that refuses the conditions and the calls with
// EACCES, answers absent as a kernel does that has no such call, and allows the
// rest. Calls of a foreign architecture (int 0x80 on x86-64, 32-bit code on
// arm64), whose numbers mean other calls, are refused before all else.
func write(absent, calls []uint32, conditions []condition) ([]unix.SockFilter, error) {
	out := []unix.SockFilter{load(machineAt), jump(unix.BPF_JEQ, machine, 1, 0), refuse(unix.EPERM), load(numberAt)}
	if otherSet > 0 {
		out = append(out, jump(unix.BPF_JGE, otherSet, 0, 1), refuse(unix.ENOSYS))
	}
	for _, c := range absent {
		out = append(out, jump(unix.BPF_JEQ, c, 0, 1), refuse(unix.ENOSYS))
	}
	for _, c := range calls {
		out = append(out, jump(unix.BPF_JEQ, c, 0, 1), refuse(unix.EACCES))
	}
	var done []uint32
	for _, c := range conditions {
		if slices.Contains(done, c.call) {
			continue
		}
		done = append(done, c.call)
		var part []unix.SockFilter
		for _, same := range conditions {
			if same.call == c.call {
				part = append(part, same.write()...)
			}
		}
		part = append(part, allow) // the number is no longer at hand, and no other call has it
		if len(part) > 255 {
			return nil, errors.New("the filter of calls has a part that is too long")
		}
		out = append(append(out, jump(unix.BPF_JEQ, c.call, 0, uint8(len(part)))), part...)
	}
	return append(out, allow), nil
}

// write writes what refuses the call if all checks are true, and goes on behind
// it otherwise.
func (c condition) write() []unix.SockFilter {
	size := 1
	for _, k := range c.checks {
		size += k.size()
	}
	var out []unix.SockFilter
	for _, k := range c.checks {
		end := uint8(size - len(out) - k.size()) // from behind this check to the end
		at := argumentAt + 8*k.arg
		switch k.asks {
		case isNot:
			out = append(out, load(at+4), jump(unix.BPF_JEQ, 0, 0, 2), load(at), jump(unix.BPF_JEQ, k.value, end, 0))
		case isLow:
			out = append(out, load(at), jump(unix.BPF_JEQ, k.value, 0, end))
		case hasBit:
			out = append(out, load(at), jump(unix.BPF_JSET, k.value, 0, end))
		case hasNoBit:
			out = append(out, load(at), jump(unix.BPF_JSET, k.value, end, 0))
		}
	}
	return append(out, refuse(unix.EACCES))
}

// size is how many instructions a check takes.
func (k check) size() int {
	if k.asks == isNot {
		return 4
	}
	return 2
}
