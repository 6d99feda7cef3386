package story_test

import (
	"bytes"
	"fmt"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/i18n"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/internal/lab/child"
	"hushwing/internal/lab/screen"
	"hushwing/internal/story"
	"hushwing/tor"
)

// The figures of the window, each beside that of the least program with a
// window, on the same screen and in turns with it.

// rounds is how often each is measured; the median counts.
const rounds = 10

func median[T int | time.Duration](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

// onScreen starts a program on a screen and waits for its first frame.
func onScreen(b *testing.B, s *screen.Screen, env []string, program string, args ...string) (*child.Process, time.Duration) {
	b.Helper()
	pixels, err := s.Pixels()
	if err != nil {
		b.Fatal(err)
	}
	defer pixels.Close()
	at := func() color.RGBA {
		c, err := pixels.At(500, 600) // inside of both windows, on their background
		if err != nil {
			b.Fatal(err)
		}
		return c
	}
	empty := color.RGBA{A: 0xff}
	for end := time.Now().Add(10 * time.Second); at() != empty; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatal("the screen is not empty")
		}
	}
	cmd := exec.Command(program, args...)
	cmd.Env = env
	began := time.Now()
	proc, err := child.Start(cmd)
	if err != nil {
		b.Fatal(err)
	}
	for at() == empty {
		if time.Since(began) > 30*time.Second {
			b.Fatalf("%s shows no window", program)
		}
		time.Sleep(time.Millisecond)
	}
	return proc, time.Since(began)
}

// three are the bare window, Hushwing with a locked profile, and the least
// program that shows such a page.
func three(b *testing.B) (p *story.Person, programs [3][]string) {
	b.Helper()
	bare := built(b, "hushwing/internal/story/testdata/bare")
	p = somebody(b, "Gina", nil)
	locked(b, p)
	return p, [3][]string{
		{bare},
		{built(b, "hushwing/cmd/hushwing"), "--profile", p.Profile},
		{built(b, "hushwing/internal/story/testdata/page")},
	}
}

// BenchmarkStart: program start to first frame on the screen.
func BenchmarkStart(b *testing.B) {
	p, programs := three(b)
	for b.Loop() {
		var took [3][]time.Duration
		for round := range rounds + 1 {
			for i, program := range programs {
				proc, d := onScreen(b, p.Screen(), p.Environ(), program[0], program[1:]...)
				proc.Stop(0)
				if round > 0 { // the first one reads from the disk
					took[i] = append(took[i], d)
				}
			}
		}
		bare, ours := median(took[0]), median(took[1])
		ratio := float64(ours) / float64(bare)
		b.ReportMetric(float64(bare.Milliseconds()), "bare-ms")
		b.ReportMetric(float64(ours.Milliseconds()), "hushwing-ms")
		b.ReportMetric(ratio, "ratio")
		verdict(b, ratio <= 1.3, "start to first frame: %d ms, a bare window %d ms: %.2f times (at most 1.3)",
			ours.Milliseconds(), bare.Milliseconds(), ratio)
		fmt.Fprintf(os.Stderr, "figure: beside it: the least program with such a page takes %d ms, %.2f times\n",
			median(took[2]).Milliseconds(), float64(median(took[2]))/float64(bare))
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIdleMemory: resident memory 5 s after the start.
func BenchmarkIdleMemory(b *testing.B) {
	p, programs := three(b)
	for b.Loop() {
		var held [3][]int
		for range 3 {
			for i, program := range programs {
				fromDisk(b, program[0])
				proc, _ := onScreen(b, p.Screen(), p.Environ(), program[0], program[1:]...)
				time.Sleep(5 * time.Second)
				held[i] = append(held[i], rss(b, proc.Pid()))
				proc.Stop(0)
			}
		}
		bare, ours := median(held[0]), median(held[1])
		ratio := float64(ours) / float64(bare)
		b.ReportMetric(float64(bare)/1024, "bare-MB")
		b.ReportMetric(float64(ours)/1024, "hushwing-MB")
		b.ReportMetric(ratio, "ratio")
		verdict(b, ratio <= 1.5, "idle memory: %.1f MB, a bare window %.1f MB: %.2f times (at most 1.5)",
			float64(ours)/1024, float64(bare)/1024, ratio)
		fmt.Fprintf(os.Stderr, "figure: beside it: the least program with such a page holds %.1f MB, %.2f times\n",
			float64(median(held[2]))/1024, float64(median(held[2]))/float64(bare))
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkUnlockedMemory: how much more resident memory there is once the
// profile is open and its account is online.
func BenchmarkUnlockedMemory(b *testing.B) {
	l := lab.Shared(b)
	p := somebody(b, "Hugo", l)
	prepared(b, p, l)
	program := built(b, "hushwing/cmd/hushwing")
	for b.Loop() {
		var more []int
		for range 3 {
			proc, _ := onScreen(b, p.Screen(), p.Environ(), program, "--profile", p.Profile)
			time.Sleep(4 * time.Second)
			before := rss(b, proc.Pid())
			// By keys, not through the accessibility tree, which has a price of its own.
			if err := p.Type(p.Password + "\n"); err != nil {
				b.Fatal(err)
			}
			time.Sleep(10 * time.Second)
			more = append(more, rss(b, proc.Pid())-before)
			if err := p.Attach(b.Context(), proc); err != nil {
				b.Fatal(err)
			}
			if err := p.Sees(i18n.T("Connected inside Tor.")); err != nil {
				b.Fatal(err)
			}
			p.Kill()
		}
		m := median(more)
		b.ReportMetric(float64(m)/1024, "more-MB")
		verdict(b, m <= 20*1024, "memory after unlocking: %.1f MB above before (at most 20)", float64(m)/1024)
	}
	b.ReportMetric(0, "ns/op")
}

// prepared makes a profile with an address that is online.
func prepared(b *testing.B, p *story.Person, l *lab.Lab) {
	b.Helper()
	who := journey.Start(client.Options{Dir: p.Profile, Tor: tor.Options{Getenv: journey.Getenv(l.Env())}})
	defer who.Close()
	err := who.Create(p.Password)
	if err == nil {
		err = who.TorReady()
	}
	if err == nil {
		_, err = who.Register(l.Prosody().Domain(), l.Prosody().Onion(), "hugo")
	}
	if err != nil {
		b.Fatal(err)
	}
}

// verdict says what came out, in a line that is found in the output.
func verdict(b *testing.B, kept bool, format string, args ...any) {
	word := "kept"
	if !kept {
		word = "MISSED"
	}
	fmt.Fprintf(os.Stderr, "figure: %s: %s\n", word, fmt.Sprintf(format, args...))
}

// rss is the resident memory of a process, in kB.
func rss(b *testing.B, pid int) int {
	b.Helper()
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		b.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmRSS:")); ok {
			n, err := strconv.Atoi(string(bytes.Fields(rest)[0]))
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatal("the process is gone")
	return 0
}
