package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/internal/lab/child"
	"hushwing/tor"
)

// password opens both profiles: it is there to be typed by whoever tries.
const password = "owl owl owl"

// show opens two windows, ready to talk, until both are closed.
func (d *demo) show(ctx context.Context) error {
	l, dir, end, err := d.stage(ctx)
	if err != nil {
		return err
	}
	defer end()
	d.say("Ana and Ben make an address each and accept each other")
	if err := prepare(ctx, l, dir); err != nil {
		return err
	}
	var windows []*child.Process
	defer func() {
		for _, w := range windows {
			w.Stop(3 * time.Second)
		}
	}()
	for _, name := range []string{"Ana", "Ben"} {
		w, err := d.window(l, dir, name)
		if err != nil {
			return err
		}
		windows = append(windows, w)
	}
	d.say("two windows are open: “Ana · Hushwing” and “Ben · Hushwing”")
	d.say("the password of both is: %s", password)
	d.say("unlock both, choose the other one in the list, and talk. “Check now” is the next thing to try.")
	d.say("close both windows, or press Ctrl-C here, to end the demo")
	for i, name := range []string{"Ana", "Ben"} {
		select {
		case <-ctx.Done():
			return nil
		case <-windows[i].Done():
			if err := windows[i].Err(); err != nil {
				return fmt.Errorf("%s’s window: %w", name, err)
			}
		}
	}
	d.say("both windows are closed; nothing was left running")
	return nil
}

// window starts the program for one of the two on the user's own display.
func (d *demo) window(l *lab.Lab, dir, name string) (*child.Process, error) {
	cmd := exec.Command(d.program, "--profile", filepath.Join(dir, name), "--title", name+" · Hushwing")
	cmd.Env = append(os.Environ(), l.Env()...)
	cmd.Stderr = os.Stderr
	w, err := child.Start(cmd)
	if err != nil {
		return nil, fmt.Errorf("%s’s window: %w", name, err)
	}
	return w, nil
}

// prepare makes both profiles, without windows: addresses, contacts of each
// other, and a first private chat, so that each knows the other's key.
func prepare(ctx context.Context, l *lab.Lab, dir string) error {
	start := func(name string) *journey.Person {
		return journey.Start(client.Options{Dir: filepath.Join(dir, name), Tor: tor.Options{Getenv: journey.Getenv(l.Env())}})
	}
	ana, ben := start("Ana"), start("Ben")
	defer ana.Close()
	defer ben.Close()
	server := l.Prosody()
	var anaAt, benAt string
	for _, step := range []func() error{
		func() error { return ana.Create(password) },
		func() error { return ben.Create(password) },
		ana.TorReady,
		ben.TorReady,
		func() (err error) { anaAt, err = ana.Register(server.Domain(), server.Onion(), "ana"); return },
		func() (err error) { benAt, err = ben.Register(server.Domain(), server.Onion(), "ben"); return },
		func() error { return ana.Add(benAt) },
		func() error { return ben.Accept(anaAt) },
		func() error { ana.Look(benAt); ben.Look(anaAt); return nil },
		func() error { return ana.Private(benAt) },
		func() error { return ben.Private(anaAt) },
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(); err != nil {
			return fmt.Errorf("preparing the two: %w", err)
		}
	}
	return nil
}
