//go:build amd64 || arm64

package cage

import (
	"os"
	"path/filepath"
	"strings"
)

// desktop allows what GTK and the libraries under it read: the system's data,
// the user's taste in fonts, themes and keys, and the display.
func (f *fence) desktop(env func(string) string) {
	home := env("HOME")
	or := func(name, fallback string) string {
		if d := env(name); filepath.IsAbs(d) {
			return d
		}
		if home == "" {
			return ""
		}
		return filepath.Join(home, fallback)
	}
	config, cache, data := or("XDG_CONFIG_HOME", ".config"), or("XDG_CACHE_HOME", ".cache"), or("XDG_DATA_HOME", ".local/share")

	f.allow(mayRead, "/usr/share", "/usr/local/share", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/lib", "/lib32", "/lib64",
		"/etc/fonts", "/etc/gtk-3.0", "/etc/dconf", "/etc/xdg", "/etc/ld.so.cache", "/etc/machine-id", "/etc/localtime", "/etc/locale.alias",
		"/etc/passwd", "/etc/nsswitch.conf", "/etc/mime.types", "/etc/X11",
		"/var/lib/dbus/machine-id", "/var/cache/fontconfig", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/filesystems", "/sys/devices/system/cpu",
		"/dev/urandom", "/dev/random", "/tmp/.X11-unix")
	f.allow(mayRead|mayWrite, "/dev/null", "/dev/shm")
	for _, d := range filepath.SplitList(env("XDG_DATA_DIRS")) {
		f.allow(mayRead, d)
	}
	for _, d := range filepath.SplitList(env("XDG_CONFIG_DIRS")) {
		f.allow(mayRead, d)
	}
	for _, d := range []string{"gtk-3.0", "dconf", "fontconfig", "user-dirs.dirs", "user-dirs.locale"} {
		f.allow(mayRead, below(config, d))
	}
	for _, d := range []string{"fonts", "themes", "icons", "mime"} {
		f.allow(mayRead, below(data, d))
	}
	f.allow(mayRead, below(home, ".fonts"), below(home, ".themes"), below(home, ".icons"), below(home, ".XCompose"), below(home, ".Xauthority"),
		env("XAUTHORITY"), below(cache, "fontconfig"))

	runtime := env("XDG_RUNTIME_DIR")
	if w := env("WAYLAND_DISPLAY"); filepath.IsAbs(w) {
		f.allow(mayRead|mayWrite, w)
	} else if w != "" {
		f.allow(mayRead|mayWrite, below(runtime, w))
	}
	f.allow(mayRead|mayWrite, below(runtime, "dconf"))
}

// below joins the two, and is empty if dir is.
func below(dir, name string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, name)
}

// needsAbstractSockets reports whether the display may have to be reached
// through a socket without a file: X's library tries that first, and takes
// anything but "not there" for an answer.
func needsAbstractSockets() bool {
	if os.Getenv("DISPLAY") == "" {
		return false
	}
	sockets, err := os.ReadFile("/proc/net/unix")
	return err != nil || strings.Contains(string(sockets), "@/tmp/.X11-unix/X")
}
