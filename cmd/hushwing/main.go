// Command hushwing is a desktop chat program for private conversations.
//
//	hushwing [--profile DIR] [--title TEXT] [xmpp:ADDRESS]
//
// It puts the parts together and runs them: flags, the folder of the profile,
// the client, the window. See docs/architecture.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"hushwing/cage"
	"hushwing/client"
	"hushwing/gui"
	"hushwing/gui/model"
	"hushwing/i18n"
	"hushwing/otr"
	"hushwing/tor"
)

// version is set by the build (-ldflags "-X main.version=…").
var version = "development"

func init() {
	// GTK wants one thread for ever: the main one.
	runtime.LockOSThread()
}

func main() {
	os.Exit(run(os.Args[1:], os.Stderr))
}

// run returns the exit status: 0, 1 for a failure, 2 for a wrong call.
func run(args []string, stderr io.Writer) int {
	// The OTR engine prints to standard output at every message.
	stdout, err := otr.Quiet()
	if err != nil {
		fmt.Fprintln(stderr, "hushwing:", err)
		return 1
	}
	i18n.Set(i18n.Detect(os.Getenv))

	flags := flag.NewFlagSet("hushwing", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	profile := flags.String("profile", "", "")
	title := flags.String("title", "", "")
	showVersion := flags.Bool("version", false, "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage())
		return 0
	case err != nil || flags.NArg() > 1 || flags.NArg() == 1 && !isLink(flags.Arg(0)):
		fmt.Fprint(stderr, usage())
		return 2
	case *showVersion:
		fmt.Fprintln(stdout, "hushwing", version)
		return 0
	}

	if err := gui.Available(); err != nil {
		fmt.Fprintln(stderr, i18n.T("Hushwing needs a screen, and there is none here. “make demo” shows it without one."))
		return 1
	}
	dir, err := folder(*profile)
	if err != nil {
		fmt.Fprintln(stderr, "hushwing:", err)
		return 1
	}
	// Another one may have this profile open: then it is told, and that is all.
	// Where nobody can be told the profile's own lock keeps the two apart.
	door, told, _ := openDoor(dir, os.Getenv, ownCall(flags.Arg(0)))
	if told {
		return 0
	}
	defer door.close()
	// The filter of the buses takes a moment to start: before all that takes longer.
	buses, err := cage.OpenBuses(os.Getenv)
	if err != nil {
		fmt.Fprintln(stderr, "hushwing:", err)
		return 1
	}
	defer buses.Forget()
	if err := harden(); err != nil {
		fmt.Fprintln(stderr, "hushwing:", err)
		return 1
	}
	holder, end, err := network(dir)
	if errors.Is(err, errNoNetwork) {
		fmt.Fprintln(stderr, i18n.T("A part of Hushwing is missing: hushwing-net, which belongs beside the program. Please install Hushwing again."))
		return 1
	}
	if err != nil {
		fmt.Fprintln(stderr, "hushwing:", err)
		return 1
	}
	defer end()
	sandbox, err := confine(dir, buses)
	if err != nil {
		fmt.Fprintln(stderr, "hushwing:", err)
		return 1
	}
	if err := show(gui.Options{Title: *title, Version: version, Open: flags.Arg(0), Calls: door.calls()}, client.Options{Dir: dir, Tor: tor.Options{Holder: holder}, Sandbox: sandbox}, buses, stderr); err != nil {
		fmt.Fprintln(stderr, "hushwing:", err)
		return 1
	}
	return 0
}

// errNoNetwork: the program that has the network is not there.
var errNoNetwork = errors.New("hushwing-net is missing")

// show runs the program with its window until that is closed.
func show(look gui.Options, o client.Options, buses *cage.Buses, stderr io.Writer) error {
	c := client.New(o)
	defer c.Close()
	m := model.New(sealed(c.Do, buses, stderr), time.Now)
	return gui.Run(m, c.Events(), look)
}

// folder returns the folder of the profile: the one that was named, or the
// usual place for data of programs.
func folder(named string) (string, error) {
	if named != "" {
		return filepath.Abs(named)
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "hushwing"), nil
	}
	switch runtime.GOOS {
	case "windows", "darwin":
		dir, err := os.UserConfigDir()
		return filepath.Join(dir, "Hushwing"), err
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share", "hushwing"), err
}

// isLink reports whether an argument is a link to an address, as a desktop
// hands it over. What it names is looked at where it is shown.
func isLink(arg string) bool {
	const scheme = "xmpp:"
	return len(arg) > len(scheme) && strings.EqualFold(arg[:len(scheme)], scheme)
}

func usage() string {
	return i18n.T(`Hushwing: private conversations, without configuring anything.

Usage: hushwing [--profile DIR] [--title TEXT] [--version] [--help] [xmpp:ADDRESS]

  --profile DIR   keep everything in this folder instead of the usual one
  --title TEXT    what stands in the title bar, to tell two windows apart
  --version       say which version this is
  --help          this text
  xmpp:ADDRESS    an address as links carry it: the window offers to add it
`) + "\n"
}
