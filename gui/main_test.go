package gui

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"
)

var shotsDir = flag.String("shots", "", "draw every screen into pictures in this folder")

func init() { runtime.LockOSThread() }

// TestMain runs GTK on the main thread and the tests on goroutines of their
// own, which reach the widgets through onUI.
func TestMain(m *testing.M) {
	flag.Parse()
	stop, err := display()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gui tests:", err)
		os.Exit(1)
	}
	code := 1
	if err := start(); err != nil {
		fmt.Fprintln(os.Stderr, "gui tests:", err)
	} else {
		still()
		go func() {
			code = m.Run()
			whenIdle(glib.PRIORITY_DEFAULT_IDLE, func() bool { gtk.MainQuit(); return false })
		}()
		gtk.Main()
	}
	stop()
	os.Exit(code)
}

// display starts an X server of our own, so that no test ever shows up on, or
// depends on, the screen of who runs it.
func display() (stop func(), err error) {
	dir, err := os.MkdirTemp("", "hushwing-gui")
	if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x900x24", "-noreset", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	// It ends with this process, also if that is ended by the runtime: the thread that
	// starts it is the main one, which lives as long.
	x.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := x.Start(); err != nil {
		return nil, fmt.Errorf("start Xvfb (install the package xvfb): %w", err)
	}
	_ = w.Close()
	stop = func() {
		_ = x.Process.Kill()
		_, _ = x.Process.Wait()
		_ = os.RemoveAll(dir)
	}
	_ = r.SetReadDeadline(time.Now().Add(20 * time.Second))
	buf := make([]byte, 16)
	n, err := r.Read(buf)
	if err != nil {
		stop()
		return nil, fmt.Errorf("xvfb does not come up: %w", err)
	}
	for k, v := range map[string]string{
		"DISPLAY": ":" + strings.TrimSpace(string(buf[:n])), "GDK_BACKEND": "x11", "WAYLAND_DISPLAY": "",
		"XDG_RUNTIME_DIR": dir, "XDG_DATA_HOME": filepath.Join(dir, "data"), "XDG_CONFIG_HOME": filepath.Join(dir, "config"),
		"GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1", "DBUS_SESSION_BUS_ADDRESS": "disabled:", "LIBGL_ALWAYS_SOFTWARE": "1",
		"GDK_CORE_DEVICE_EVENTS": "1", "GTK_THEME": "", "GTK_MODULES": "", "G_DEBUG": "fatal-criticals",
	} {
		if v == "" {
			err = os.Unsetenv(k)
		} else {
			err = os.Setenv(k, v)
		}
		if err != nil {
			stop()
			return nil, err
		}
	}
	return stop, nil
}

// onUI runs f on the main thread and waits for it. f must not call t.Fatal, which
// would end the goroutine that GTK's main loop runs on.
func onUI(t testing.TB, f func()) {
	t.Helper()
	done := make(chan any, 1)
	whenIdle(glib.PRIORITY_DEFAULT, func() bool {
		ended := false
		defer func() {
			p := recover()
			if p == nil && !ended {
				fmt.Fprintln(os.Stderr, "gui tests: t.Fatal on the main thread, in", t.Name())
				os.Exit(1)
			}
			done <- p
		}()
		f()
		ended = true
		return false
	})
	select {
	case p := <-done:
		if p != nil {
			t.Fatalf("on the main thread: %v", p)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the main thread hangs")
	}
}

// eventually waits until f, run on the main thread, says true.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		ok := false
		onUI(t, func() { ok = f() })
		if ok {
			return
		}
	}
	t.Fatalf("never happened: %s", what)
}

// settle lets layout, idle callbacks and drawing come to rest.
func settle(t testing.TB) {
	t.Helper()
	for range 3 {
		done := make(chan struct{})
		whenIdle(glib.PRIORITY_LOW+50, func() bool { close(done); return false })
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Fatal("the main loop never comes to rest")
		}
	}
	time.Sleep(5 * time.Millisecond)
}

// still turns animations off: pictures and checks see the end of each at once.
func still() {
	if s, err := gtk.SettingsGetDefault(); err == nil {
		_ = s.SetProperty("gtk-enable-animations", false)
	}
}
