// Command hushwing-demo shows Hushwing on one machine, without the Internet: a
// private Tor network, a chat server on an onion address, and two people.
//
//	hushwing-demo -program bin/hushwing [-out DIR]
//
// With a display it opens two windows, Ana's and Ben's, ready to talk, and ends
// when both are closed. With -out, or without a display, it plays the whole
// story through the windows by itself on screens that nobody sees, and leaves a
// picture of each step and a transcript in DIR; it ends with status 0 only if
// both were private and checked and the server saw no clear text.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"hushwing/internal/lab"
	"hushwing/otr"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	// The people who are prepared in this process have an OTR engine that prints.
	out, err := otr.Quiet()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		return 1
	}
	flags := flag.NewFlagSet("hushwing-demo", flag.ContinueOnError)
	program := flags.String("program", "bin/hushwing", "the program to show")
	dir := flags.String("out", "", "play the story and leave pictures and a transcript here")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	d := demo{out: out, began: time.Now()}
	if d.program, err = filepath.Abs(*program); err == nil {
		_, err = os.Stat(d.program)
	}
	if err == nil {
		if *dir == "" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			*dir = filepath.Join("out", "demo")
		}
		if *dir == "" {
			err = d.show(ctx)
		} else {
			err = d.record(ctx, *dir)
		}
	}
	switch {
	case ctx.Err() != nil:
		d.say("stopped; nothing was left running")
		return 130
	case err != nil:
		d.say("FAILED: %v", err)
		return 1
	}
	return 0
}

// demo is one run.
type demo struct {
	out     io.Writer
	began   time.Time
	program string
}

// say prints a line, with the time since the beginning.
func (d *demo) say(format string, args ...any) {
	fmt.Fprintf(d.out, "demo %4.0fs  %s\n", time.Since(d.began).Seconds(), fmt.Sprintf(format, args...))
}

// stage starts the network and the server. dir is a private folder; end removes
// all of it.
func (d *demo) stage(ctx context.Context) (l *lab.Lab, dir string, end func(), err error) {
	d.say("starting a private Tor network and a chat server, on this machine alone")
	if dir, err = os.MkdirTemp("", "hushwing-demo-"); err != nil {
		return nil, "", nil, err
	}
	keys, err := lab.KeptNetworks()
	if err == nil {
		l, err = lab.Start(ctx, lab.Options{Keys: keys, Prosody: true, Progress: func(s string) { d.say("    %s", s) }})
	}
	if err != nil {
		return nil, "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return l, dir, func() {
		_ = l.Close()
		_ = os.RemoveAll(dir)
	}, nil
}
