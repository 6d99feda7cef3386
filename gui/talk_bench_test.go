package gui

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"
	"golang.org/x/sys/unix"

	"hushwing/client"
)

// The figures of a long conversation. A stall is how long the main loop was kept
// from what comes next; "work" is how long the processor was at it, which is the
// same on a computer that has nothing else to do. Frames are drawn in memory, by
// the processor.

const manyLines = 50_000

// mainWork is how long the main thread has worked. On the main thread only.
func mainWork() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err)
	}
	return time.Duration(t.Nano())
}

// mainWorkSoFar is mainWork from any thread (the numbers of clocks in Linux: ~thread<<3,
// 4 for a thread, 2 for what the scheduler counted).
func mainWorkSoFar() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^os.Getpid()<<3|6), &t); err != nil {
		panic(err)
	}
	return time.Duration(t.Nano())
}

// probe watches the main loop: a timer of high priority comes between any two
// things that it does.
type probe struct {
	stop        bool
	wall        time.Time
	began       time.Duration
	waits, jobs []time.Duration
}

// watchLoop runs f while the main loop is watched, and returns the stalls, and the
// work done between two looks, both sorted.
func watchLoop(b *testing.B, f func()) *probe {
	p := &probe{}
	onUI(b, func() {
		p.wall, p.began = time.Now(), mainWork()
		afterAt(glib.PRIORITY_HIGH, 1, func() bool {
			now, work := time.Now(), mainWork()
			p.waits = append(p.waits, max(0, now.Sub(p.wall)-time.Millisecond))
			p.jobs = append(p.jobs, work-p.began)
			p.wall, p.began = now, work
			return !p.stop
		})
	})
	f()
	onUI(b, func() { p.stop = true })
	settle(b)
	slices.Sort(p.waits)
	slices.Sort(p.jobs)
	return p
}

func (p *probe) report(b *testing.B, what string) {
	at := func(list []time.Duration, share float64) float64 {
		return float64(list[min(len(list)-1, int(float64(len(list))*share))].Microseconds()) / 1000
	}
	b.ReportMetric(at(p.waits, 1), what+"-stall-ms")
	b.ReportMetric(at(p.jobs, 1), what+"-work-ms")
	b.ReportMetric(at(p.jobs, 0.99), what+"-work-p99-ms")
}

// long opens a window with a conversation of many lines, and a short one.
func long(b *testing.B) *stage {
	b.Helper()
	s := newStage(b)
	s.play(opened()...)
	s.play(protected(client.PrivateChecked)...)
	words := []string{"A line like many others.", "ok", "And one that goes on for a while, as people do when they tell what has happened to them on the way, at the station and after that.", "see https://example.org/page?x=1", "two\nlines"}
	lines := make([]client.Event, 0, manyLines)
	for i := range manyLines {
		msg := theirs(0, words[i%len(words)]+" "+strconv.Itoa(i))
		msg.Time = clock().Add(time.Duration(i-manyLines) * time.Minute / 10)
		if i%3 == 0 {
			msg.Mine, msg.Mark = true, client.TheyHave
		}
		lines = append(lines, client.MessageAdded{Message: msg})
	}
	s.play(lines...)
	return s
}

// painted waits until what f did is on the screen, and returns how long that took
// and how long the main thread worked.
func (s *stage) painted(f func()) (wall, work time.Duration) {
	done := make(chan struct{})
	onUI(s.t, func() {
		began, before := time.Now(), mainWork()
		f()
		beforeFrame(s.w.win, func() bool {
			whenIdle(glib.PRIORITY_HIGH_IDLE+21, func() bool { // the frame is drawn at +20
				wall, work = time.Since(began), mainWork()-before
				close(done)
				return false
			})
			return false
		})
	})
	<-done
	return wall, work
}

// BenchmarkTalkOpen opens and switches to a conversation of 50,000 messages.
func BenchmarkTalkOpen(b *testing.B) {
	s := long(b)
	other := contacts()[2].Peer
	var first, walls, works time.Duration
	n := 0
	for b.Loop() {
		wall, work := s.painted(func() { s.w.m.Select(ana); s.w.flush() })
		if n == 0 {
			first = wall
		}
		s.rest()
		n++
		walls, works = max(walls, wall), max(works, work)
		s.ui(func() { s.w.m.Select(other); s.w.flush() })
	}
	b.ReportMetric(float64(first.Microseconds())/1000, "first-ms")
	b.ReportMetric(float64(walls.Microseconds())/1000, "switch-worst-ms")
	b.ReportMetric(float64(works.Microseconds())/1000, "switch-work-worst-ms")
}

// BenchmarkTalkScroll scrolls up through thousands of messages, as fast as a
// finger does.
func BenchmarkTalkScroll(b *testing.B) {
	s := long(b)
	s.ui(func() { s.w.m.Select(ana); s.w.flush() })
	s.frames()
	l := s.w.main.right.messages
	from := l.from
	for b.Loop() {
		watchLoop(b, func() {
			done := make(chan struct{})
			onUI(b, func() {
				n := 0
				beforeFrame(s.w.win, func() bool {
					l.adj.SetValue(l.adj.GetValue() - 60)
					if n++; n == 600 {
						close(done)
						return false
					}
					return true
				})
			})
			<-done
		}).report(b, "scroll")
	}
	onUI(b, func() { b.ReportMetric(float64(from-l.from), "rows-passed") })
}

// BenchmarkTalkFlood has 1,000 messages a second come into the open conversation
// while somebody types.
func BenchmarkTalkFlood(b *testing.B) {
	s := long(b)
	s.ui(func() { s.w.m.Select(ana); s.w.flush() })
	s.frames()
	c := s.w.main.right.composer
	var keys []time.Duration
	for b.Loop() {
		watchLoop(b, func() {
			stop := make(chan struct{})
			go func() {
				for i, next := 0, time.Now(); ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					next = next.Add(time.Millisecond)
					time.Sleep(time.Until(next))
					msg := theirs(0, "and another one "+strconv.Itoa(i))
					msg.ID, msg.Time = fmt.Sprint("flood", time.Now().UnixNano(), i), clock()
					s.w.queue.post(client.MessageAdded{Message: msg})
				}
			}()
			const typed = "what people write has words of this length "
			for i := range 400 {
				time.Sleep(time.Duration(5+rand.IntN(40)) * time.Millisecond) // not in step with the frames
				// From the press on: with what the main thread is at by chance.
				pressed := mainWorkSoFar()
				s.painted(func() { c.buffer.InsertAtCursor(typed[i%len(typed):][:1]) })
				keys = append(keys, mainWorkSoFar()-pressed)
			}
			close(stop)
			s.rest()
		}).report(b, "flood")
	}
	slices.Sort(keys)
	b.ReportMetric(float64(keys[len(keys)*99/100].Microseconds())/1000, "key-work-p99-ms")
	b.ReportMetric(float64(keys[len(keys)/2].Microseconds())/1000, "key-work-median-ms")
}

// BenchmarkIdle counts how often the main thread wakes up in an open conversation
// where nothing happens, beside a bare window of the toolkit.
func BenchmarkIdle(b *testing.B) {
	const length = time.Minute
	idle := func() (wakeups, work float64) {
		time.Sleep(5 * time.Second) // scroll bars fade
		before, cpu := wakeupsOf(b), onMain(b)
		time.Sleep(length)
		return float64(wakeupsOf(b) - before), (onMain(b) - cpu).Seconds() / length.Seconds() * 100
	}
	var bare *gtk.Window
	onUI(b, func() { // with an entry that has the keyboard: its mark blinks
		bare = must(gtk.WindowNew(gtk.WINDOW_TOPLEVEL))
		bare.SetDefaultSize(1000, 680) // under the pointer, or else it has no keyboard and no mark
		text := must(gtk.TextViewNew())
		bare.Add(text)
		bare.ShowAll()
		text.GrabFocus()
	})
	settle(b)
	toolkit, toolkitWork := idle()
	onUI(b, func() { bare.Destroy() })
	s := newStage(b)
	chat(s, client.PrivateChecked, talk())
	s.frames()
	var ours, work float64
	for b.Loop() {
		ours, work = idle()
	}
	b.ReportMetric(ours, "wakeups/min")
	b.ReportMetric(toolkit, "bare-wakeups/min")
	b.ReportMetric(work, "cpu-%")
	b.ReportMetric(toolkitWork, "bare-cpu-%")
}

func onMain(b *testing.B) (d time.Duration) {
	onUI(b, func() { d = mainWork() })
	return d
}

// wakeupsOf returns how often the main thread has been woken.
func wakeupsOf(b *testing.B) int {
	data, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/status", os.Getpid()))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if v, ok := strings.CutPrefix(line, "voluntary_ctxt_switches:"); ok {
			n, err := strconv.Atoi(strings.TrimSpace(v))
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatal("the kernel does not tell")
	return 0
}
