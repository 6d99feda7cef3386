package client

import "slices"

// Sandbox says what the process with the window can no longer do, as far as
// this computer lets it be given up.
type Sandbox struct {
	Known   bool     // false: nothing is known, as where there is no sandbox to ask
	Calls   bool     // no network, no other program: the kernel refuses the calls
	Files   bool     // no file but the profile, downloads and what a window reads
	Signals bool     // no signal to another program
	Buses   bool     // the desktop's buses through a filter; false: none at all
	Missing []string // what could not be given up, in cage's words; for technical details
}

// Whole reports whether all that this program knows to give up is given up.
func (s Sandbox) Whole() bool {
	return s.Known && s.Calls && s.Files && s.Signals && len(s.Missing) == 0
}

// tellSandbox emits what is known of it.
func (k *core) tellSandbox() {
	s := k.opts.Sandbox
	if !s.Known {
		return
	}
	s.Missing = slices.Clone(s.Missing)
	k.emit(SandboxChanged{s})
}
