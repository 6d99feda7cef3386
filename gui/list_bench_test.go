package gui

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/client"
)

// CoyIM's figures: April 2026, on a machine of two cores with Xvfb. They were
// not measured in this run, so that they are a measure of the kind, not of the
// machine.
const (
	coyimContacts  = 2_000
	coyimListed    = 960 * time.Millisecond // sign-in to the list on the screen
	coyimPresences = 2_200
	coyimStorm     = 248 * time.Second // and more: a core busy for as long
	coyimStormMB   = 2_400
)

// verdict says whether a figure keeps its aim.
func verdict(kept bool, format string, args ...any) {
	word := "kept"
	if !kept {
		word = "MISSED"
	}
	fmt.Fprintf(os.Stderr, "figure: %s: %s\n", word, fmt.Sprintf(format, args...))
}

// held is the resident memory of this process, in kB, without what is garbage.
func held(b *testing.B) int {
	b.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	onUI(b, giveBack)
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, _ := strconv.Atoi(strings.Fields(v)[0])
			return n
		}
	}
	b.Fatal("no VmRSS")
	return 0
}

// used is the processor time of this process, or of this thread alone.
func used(who int) time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(who, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

const thisThread = 1 // RUSAGE_THREAD

// watch looks at the main loop until stop is called: the longest time between
// two of its turns, and the most that its thread worked in one.
type watch struct {
	gap, work time.Duration
	stopped   bool
}

func newWatch(b *testing.B) *watch {
	w := &watch{}
	onUI(b, func() {
		last, did := time.Now(), used(thisThread)
		afterAt(glib.PRIORITY_HIGH, 2, func() bool {
			now, done := time.Now(), used(thisThread)
			w.gap, w.work = max(w.gap, now.Sub(last)), max(w.work, done-did)
			last, did = now, done
			return !w.stopped
		})
	})
	return w
}

func (w *watch) stop(b *testing.B) { onUI(b, func() { w.stopped = true }) }

// drawn posts events and waits until they are on the screen.
func drawn(b *testing.B, s *stage, events []client.Event) time.Duration {
	b.Helper()
	began := time.Now()
	for _, e := range events {
		s.w.queue.post(e)
	}
	for n := 1; n > 0; {
		done := make(chan struct{})
		whenIdle(glib.PRIORITY_LOW, func() bool { close(done); return false })
		<-done
		s.w.queue.mu.Lock()
		n = len(s.w.queue.waiting)
		s.w.queue.mu.Unlock()
	}
	frame(b, s)
	return time.Since(began)
}

// frame waits until the window has drawn.
func frame(b *testing.B, s *stage) {
	b.Helper()
	done := make(chan struct{}, 1)
	var h glib.SignalHandle
	onUI(b, func() {
		h = s.w.win.ConnectAfter("draw", func() {
			select {
			case done <- struct{}{}:
			default:
			}
		})
		s.w.win.QueueDraw()
	})
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		b.Fatal("the window never draws")
	}
	onUI(b, func() { s.w.win.HandlerDisconnect(h) })
}

// arrival is what the client says when n contacts' list arrives.
func arrival(n int) (all []client.Event) {
	for _, e := range crowd(n) {
		if snap, ok := e.(client.Snapshot); ok {
			for _, c := range snap.Contacts {
				c.Protection = client.Away
				all = append(all, client.ProtectionChanged{Info: client.ProtectionInfo{Peer: c.Peer, Protection: client.Away, Since: clock()}},
					client.ContactChanged{Contact: c})
			}
		}
	}
	return all
}

// BenchmarkContacts: ten thousand contacts on the screen, from the moment in
// which the client tells of them, and what they hold.
func BenchmarkContacts(b *testing.B) {
	const n = 10_000
	for b.Loop() {
		s := newStage(b)
		s.play(crowd(1)...)
		frame(b, s)
		events := arrival(n)
		before := held(b)
		took := drawn(b, s, events)
		clear(events)
		events = nil
		grew := float64(held(b)-before) / 1024
		bare, bareGrew := bareList(b, n)
		b.ReportMetric(float64(took.Milliseconds()), "ms")
		b.ReportMetric(grew, "MB")
		b.ReportMetric(float64(bare.Milliseconds()), "listbox-ms")
		b.ReportMetric(bareGrew, "listbox-MB")
		verdict(took <= 100*time.Millisecond && grew <= 20, "%d contacts arrive: on the screen in %d ms (at most 100), %.1f MB (at most 20); "+
			"a bare GtkListBox with as many rows: %d ms, %.1f MB; CoyIM with %d: %d ms", n, took.Milliseconds(), grew, bare.Milliseconds(), bareGrew,
			coyimContacts, coyimListed.Milliseconds())
		onUI(b, func() { s.w.closed = true })
	}
	b.ReportMetric(0, "ns/op")
}

// bareList fills GTK's own list with n rows of two labels.
func bareList(b *testing.B, n int) (time.Duration, float64) {
	b.Helper()
	var win *gtk.Window
	before := held(b)
	began := time.Now()
	done := make(chan struct{}, 1)
	onUI(b, func() {
		win = must(gtk.WindowNew(gtk.WINDOW_TOPLEVEL))
		win.SetDefaultSize(300, 680)
		scroll, list := must(gtk.ScrolledWindowNew(nil, nil)), must(gtk.ListBoxNew())
		for i := range n {
			row := must(gtk.BoxNew(gtk.ORIENTATION_VERTICAL, 0))
			row.PackStart(must(gtk.LabelNew(fmt.Sprintf("Contact %05d", i))), false, false, 0)
			row.PackStart(must(gtk.LabelNew("Away")), false, false, 0)
			list.Add(row)
		}
		scroll.Add(list)
		win.Add(scroll)
		win.ConnectAfter("draw", func() {
			select {
			case done <- struct{}{}:
			default:
			}
		})
		win.ShowAll()
	})
	<-done
	took := time.Since(began)
	grew := float64(held(b)-before) / 1024
	onUI(b, win.Destroy)
	return took, grew
}

// BenchmarkPresenceStorm: twice as many presences as there are contacts, in one
// burst, while the list is on the screen.
func BenchmarkPresenceStorm(b *testing.B) {
	const n = 10_000
	for b.Loop() {
		s := newStage(b)
		s.play(crowd(n)...)
		frame(b, s)
		var events []client.Event
		for round := range 2 {
			for i := range n {
				c := client.Contact{Peer: peer(fmt.Sprintf("c%05d@example.org", i)), Name: fmt.Sprintf("Contact %05d", i), Available: round == 0}
				if round == 0 {
					c.Protection = client.SettingUp
				}
				events = append(events, client.ProtectionChanged{Info: client.ProtectionInfo{Peer: c.Peer, Protection: c.Protection}}, client.ContactChanged{Contact: c})
			}
		}
		before := held(b)
		w := newWatch(b)
		cpu := used(syscall.RUSAGE_SELF)
		took := drawn(b, s, events)
		cpu = used(syscall.RUSAGE_SELF) - cpu
		w.stop(b)
		grew := float64(held(b)-before) / 1024
		b.ReportMetric(float64(w.work.Microseconds())/1000, "stall-cpu-ms")
		b.ReportMetric(float64(w.gap.Microseconds())/1000, "stall-ms")
		b.ReportMetric(cpu.Seconds(), "cpu-s")
		verdict(w.work <= 16*time.Millisecond && cpu <= time.Second, "%d presences among %d contacts: the main loop works for at most %.1f ms at a time (at most 16; "+
			"%.1f ms by the clock on the wall, with whatever else this machine does), %.2f s of processor time (at most 1), done in %.2f s, %.1f MB; CoyIM with %d: over %d s, %d MB",
			2*n, n, float64(w.work.Microseconds())/1000, float64(w.gap.Microseconds())/1000, cpu.Seconds(), took.Seconds(), grew,
			coyimPresences, int(coyimStorm.Seconds()), coyimStormMB)
		onUI(b, func() { s.w.closed = true })
	}
	b.ReportMetric(0, "ns/op")
}
