package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"hushwing/cage"
	"hushwing/client"
	"hushwing/gui"
)

// confine locks this process in, before GTK starts: see package cage. What it
// still needs to start must have been started.
func confine(dir string, buses *cage.Buses) (client.Sandbox, error) {
	// It has to be there to be allowed.
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return client.Sandbox{}, err
	}
	report, err := cage.Window(cage.WindowRules{Profile: dir, Downloads: downloads(os.Getenv, os.ReadFile), Buses: buses})
	if err != nil {
		return client.Sandbox{}, err
	}
	for name, value := range buses.Environ() {
		if err := os.Setenv(name, value); err != nil {
			return client.Sandbox{}, err
		}
	}
	return client.Sandbox{
		Known: true, Calls: report.Seccomp, Files: report.Landlock > 0, Signals: report.Scoped,
		Buses: report.Bus == cage.BusFiltered, Missing: report.Missing,
	}, nil
}

// sealed is do, which gives up all new connections before it takes the first
// command that opens the profile: from then on what strangers send may reach
// this process, and all that GTK connects to has been connected to.
func sealed(do func(client.Command), buses *cage.Buses, stderr io.Writer) func(client.Command) {
	shut := false
	return func(c client.Command) {
		switch c.(type) {
		case client.Unlock, client.CreateProfile:
			if !shut {
				gui.Connect()
				if err := cage.SealWindow(); err != nil {
					fmt.Fprintln(stderr, "hushwing: give up new connections:", err)
					os.Exit(1)
				}
				buses.Forget()
				shut = true
			}
		}
		do(c)
	}
}

// downloads is the user's folder for downloads, as xdg-user-dirs keeps it; ""
// if there is none.
func downloads(getenv func(string) string, read func(string) ([]byte, error)) string {
	home := getenv("HOME")
	if !filepath.IsAbs(home) {
		return ""
	}
	config := getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(config) {
		config = filepath.Join(home, ".config")
	}
	dir := filepath.Join(home, "Downloads")
	lines, err := read(filepath.Join(config, "user-dirs.dirs"))
	if err == nil {
		for line := range strings.Lines(string(lines)) {
			value, ok := strings.CutPrefix(strings.TrimSpace(line), "XDG_DOWNLOAD_DIR=")
			if !ok {
				continue
			}
			value = strings.Trim(value, `"`)
			if rest, ok := strings.CutPrefix(value, "$HOME"); ok {
				value = filepath.Join(home, rest)
			}
			dir = value
		}
	}
	// Whoever has no folder for downloads has it point to the home folder.
	if !filepath.IsAbs(dir) {
		return ""
	}
	if to, err := filepath.Rel(dir, home); err != nil || to != ".." && !strings.HasPrefix(to, "../") {
		return "" // the home folder is in it
	}
	return dir
}
