package story_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hushwing/internal/lab"
	"hushwing/internal/lab/child"
	"hushwing/internal/story"
)

// proveServer: all that the server saw of what was said is OTR.
func proveServer(t *testing.T, p *story.Play, server *lab.Prosody) {
	t.Helper()
	s, err := p.Server(server)
	if err != nil {
		t.Fatal(err)
	}
	if s.Bodies < 8 {
		t.Errorf("the tap saw only %d bodies: it does not work", s.Bodies)
	}
	for _, body := range s.Clear {
		t.Errorf("the server saw a body that is not OTR: %q", body)
	}
	for _, word := range s.Words {
		t.Errorf("the server saw %q", word)
	}
	t.Logf("the server saw %d stanzas with %d bodies, all of them OTR", s.Stanzas, s.Bodies)
}

// spills finds what stands on the disk and must not, in the homes of both.
func spills(t *testing.T, when string, people ...*story.Person) {
	t.Helper()
	words := append([]string{"ana@", "ben@", "example.test"}, story.Words()...)
	for _, who := range people {
		words := append(words, who.Password)
		found, _, err := story.Folder(who.Home, words)
		if err != nil {
			t.Error(err)
		}
		for _, s := range found {
			t.Errorf("%s: %s’s %s holds %q", when, who.Name, s.File, s.Word)
		}
	}
}

// proveDisk: no file below a home has a planted word, nor who talks to whom,
// and the program printed nothing.
func proveDisk(t *testing.T, p *story.Play) {
	t.Helper()
	spills(t, "at the end", p.People()...)
	for _, who := range p.People() {
		_, inProfile, err := story.Folder(who.Profile, nil)
		if err != nil || inProfile < 3 {
			t.Errorf("%s’s profile has %d files, %v", who.Name, inProfile, err)
		}
		t.Logf("%s: %d files in the profile; elsewhere in the home: %q", who.Name, inProfile, outside(t, who))
		if said := who.Said(); said != "" {
			t.Errorf("%s’s program printed: %s", who.Name, said)
		}
	}
}

// outside lists the files of a home that are not in the profile.
func outside(t *testing.T, who *story.Person) []string {
	t.Helper()
	out, err := exec.Command("find", who.Home, "-path", who.Profile, "-prune", "-o", "-type", "f", "-print").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// proveNetwork: the programs connected to their screens and to Tor's port, and
// asked the network for nothing else, from their first instruction on.
func proveNetwork(t *testing.T, p *story.Play) {
	t.Helper()
	for _, who := range p.People() {
		if len(who.Traces) != 2 {
			t.Errorf("%s’s program was recorded %d times, want 2", who.Name, len(who.Traces))
		}
		for i, trace := range who.Traces {
			a, err := trace.Read()
			if err != nil {
				t.Errorf("%s, start %d: %v", who.Name, i+1, err)
				continue
			}
			for _, b := range a.Breaches {
				t.Errorf("%s, start %d: %s", who.Name, i+1, b)
			}
			if a.ToTor == 0 {
				t.Errorf("%s, start %d: no connection to Tor was recorded, so none would have been", who.Name, i+1)
			}
			t.Logf("%s, start %d: %d calls, %d connections to Tor, none elsewhere", who.Name, i+1, a.Calls, a.ToTor)
		}
	}
}

// The control of proveNetwork: a program that does what must not be is caught
// at each of its deeds.
func TestWatchCatches(t *testing.T) {
	cmd := exec.Command(built(t, "hushwing/internal/story/testdata/guilty"))
	trace, err := story.Watch(cmd, filepath.Join(t.TempDir(), "trace"))
	if err != nil {
		t.Fatal(err)
	}
	trace.Allowed = []string{"127.0.0.1:9050"}
	proc, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	<-proc.Done()
	a, err := trace.For(proc.Pid()).Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`sin_port=htons(1), sin_addr=inet_addr("127.0.0.1")`,
		`inet_pton(AF_INET6, "::1"`,
		`sin_port=htons(53)`,
		`sun_path="/nowhere/at/all"`,
		`SOCK_DGRAM`,
	} {
		found := false
		for _, b := range a.Breaches {
			found = found || strings.Contains(b.Line, want)
		}
		if !found {
			t.Errorf("nothing with %q was caught; caught were %v", want, a.Breaches)
		}
	}
}

// The control of proveServer and proveDisk: a word is found in each disguise.
func TestWordsAreFound(t *testing.T) {
	const word = "Hörst du den Nachtschwärmer? 🦉 <&'>"
	for _, form := range story.Disguises(word) {
		if len(story.Find(append([]byte("xx"), form...), []string{word})) != 1 {
			t.Errorf("%q is not found", form)
		}
	}
	if found := story.Find([]byte("something else altogether"), []string{word}); len(found) != 0 {
		t.Errorf("found %q where it is not", found)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), story.Disguises(word)[3])
	spills, files, err := story.Folder(dir, []string{word})
	if err != nil || files != 1 || len(spills) != 1 {
		t.Errorf("%v in %d files, %v", spills, files, err)
	}
}
