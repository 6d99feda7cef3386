package otr

import "os"

// Quiet keeps the engine's noise off the terminal. On Go 1.24 and later the
// engine prints a line to standard output at every encryption and cannot be
// told not to: it writes to whatever os.Stdout is at that moment. Quiet sets
// os.Stdout to the null device for the whole program and returns the file that
// was there before, for the little that a program with a window has to say
// ("--version").
//
// Call it once, first thing in main, before other goroutines run: os.Stdout is
// a plain variable.
func Quiet() (terminal *os.File, err error) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return os.Stdout, err
	}
	terminal, os.Stdout = os.Stdout, null
	return terminal, nil
}
