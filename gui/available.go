package gui

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// ErrNoDisplay says that there is no display to open a window on.
var ErrNoDisplay = errors.New("no display to open a window on")

// Available says whether there is a display to open a window on: ErrNoDisplay
// otherwise. It only looks at the environment and starts nothing, so Run may
// still find that the display does not answer.
func Available() error { return available(os.Getenv, runtime.GOOS) }

func available(getenv func(string) string, system string) error {
	if system == "darwin" || system == "windows" {
		return nil
	}
	if getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != "" {
		return nil
	}
	// A Wayland session whose name nobody exported.
	if dir := getenv("XDG_RUNTIME_DIR"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "wayland-0")); err == nil {
			return nil
		}
	}
	return ErrNoDisplay
}
