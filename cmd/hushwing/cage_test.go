package main

import (
	"errors"
	"testing"
)

// TestDownloads: the folder that the user has for downloads, and never one that
// holds all else.
func TestDownloads(t *testing.T) {
	for _, c := range []struct{ home, config, lines, want string }{
		{"/home/ana", "", "", "/home/ana/Downloads"},
		{"/home/ana", "", "# comment\nXDG_DOWNLOAD_DIR=\"$HOME/Téléchargements\"\n", "/home/ana/Téléchargements"},
		{"/home/ana", "/etc/ana", "XDG_DOWNLOAD_DIR=\"/data/in\"\n", "/data/in"},
		{"/home/ana", "", "XDG_DOWNLOAD_DIR=\"$HOME/\"\n", ""}, // none, as xdg-user-dirs says it
		{"/home/ana", "", "XDG_DOWNLOAD_DIR=\"/home\"\n", ""},
		{"/home/ana", "", "XDG_DOWNLOAD_DIR=\"/\"\n", ""},
		{"/home/ana", "", "XDG_DOWNLOAD_DIR=\"$HOME/a/..\"\n", ""},
		{"/home/ana", "", "XDG_DOWNLOAD_DIR=\"relative\"\n", ""},
		{"", "", "", ""},
	} {
		env := map[string]string{"HOME": c.home, "XDG_CONFIG_HOME": c.config}
		file := c.config + "/user-dirs.dirs"
		if c.config == "" {
			file = c.home + "/.config/user-dirs.dirs"
		}
		got := downloads(func(n string) string { return env[n] }, func(f string) ([]byte, error) {
			if f != file || c.lines == "" {
				return nil, errors.New("not there")
			}
			return []byte(c.lines), nil
		})
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
