package story_test

import (
	"bytes"
	"crypto/sha3"
	"encoding/base32"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hushwing/config"
	"hushwing/i18n"
	"hushwing/internal/lab"
	"hushwing/internal/story"
	"hushwing/secret"
)

// bare runs the program without a display and returns what it says.
func bare(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	cmd := exec.Command(built(t, "hushwing/cmd/hushwing"), args...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "LC_ALL=C.UTF-8", "PATH=" + os.Getenv("PATH")}
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	_ = cmd.Run()
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

func TestWithoutADisplay(t *testing.T) {
	if out, err, status := bare(t, "--version"); !strings.HasPrefix(out, "hushwing ") || err != "" || status != 0 {
		t.Errorf("--version: %q, %q, status %d", out, err, status)
	}
	if out, err, status := bare(t, "--help"); !strings.Contains(out, "--profile DIR") || err != "" || status != 0 {
		t.Errorf("--help: %q, %q, status %d", out, err, status)
	}
	if out, err, status := bare(t, "--nonsense"); out != "" || !strings.Contains(err, "--profile DIR") || status != 2 {
		t.Errorf("--nonsense: %q, %q, status %d", out, err, status)
	}
	dir := filepath.Join(t.TempDir(), "profile")
	want := i18n.T("Hushwing needs a screen, and there is none here. “make demo” shows it without one.") + "\n"
	if out, err, status := bare(t, "--profile", dir); out != "" || err != want || status != 1 {
		t.Errorf("no display: %q, %q, status %d", out, err, status)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("without a display it made a profile")
	}
}

// TestWithoutItsPart: the program does without the process that has the network
// on no account, and says what is missing.
func TestWithoutItsPart(t *testing.T) {
	alone := filepath.Join(t.TempDir(), "hushwing")
	program, err := os.ReadFile(built(t, "hushwing/cmd/hushwing"))
	if err == nil {
		err = os.WriteFile(alone, program, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "profile")
	cmd := exec.Command(alone, "--profile", dir)
	cmd.Env = somebody(t, "Ida", nil).Environ() // it looks for a screen first
	var said bytes.Buffer
	cmd.Stderr = &said
	_ = cmd.Run()
	want := i18n.T("A part of Hushwing is missing: hushwing-net, which belongs beside the program. Please install Hushwing again.") + "\n"
	if said.String() != want || cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("%q, status %d", &said, cmd.ProcessState.ExitCode())
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it made a profile")
	}
}

// somebody is a person whose Tor is not there.
func somebody(t testing.TB, name string, l *lab.Lab) *story.Person {
	t.Helper()
	p, err := story.NewPerson(t.Context(), story.PersonOptions{
		Name: name, Password: "amber basket candle donkey elbow", Program: built(t, "hushwing/cmd/hushwing"), Dir: t.TempDir(), Lab: l,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			write(t, filepath.Join(t.ArtifactDir(), p.Name+".tree"), []byte(p.Tree()))
			if img, err := p.Picture(); err == nil {
				picture(t, filepath.Join(t.ArtifactDir(), p.Name+".png"), img)
			}
		}
		p.Close()
	})
	return p
}

// locked gives a person a profile.
func locked(t testing.TB, p *story.Person) {
	t.Helper()
	s, err := config.Create(p.Profile, secret.New(p.Password))
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// steps fails the test at the first error.
func steps(t *testing.T, errs ...func() error) {
	t.Helper()
	for i, f := range errs {
		if err := f(); err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
}

func sees(p *story.Person, words string) func() error { return func() error { return p.Sees(words) } }

// TestNoTor: the environment names a Tor that is not there.
func TestNoTor(t *testing.T) {
	p := somebody(t, "Cleo", nil)
	steps(t,
		func() error { return p.OpenDoor(t.Context()) },
		p.TypePassword,
		func() error { return p.Press(i18n.T("Continue")) },
		sees(p, i18n.T("Nothing answers where this computer says that Tor is.")),
		sees(p, i18n.T("Try again")),
		func() error { return p.Press(i18n.T("Try again")) },
		sees(p, i18n.T("Nothing answers where this computer says that Tor is.")),
	)
}

// TestOnionServer: an onion address is a server's name, too; and what is wrong
// with it is said beside the field.
func TestOnionServer(t *testing.T) {
	l := lab.Shared(t)
	onion := l.Prosody().Onion()
	p := somebody(t, "Cleo", l)
	broken := "a" + onion[1:]
	if broken == onion {
		broken = "b" + onion[1:]
	}
	steps(t,
		func() error { return p.OpenDoor(t.Context()) },
		p.TypePassword,
		p.ToServers,
		func() error { return p.FillServer(broken, "", "cleo") },
		func() error { return p.Press(i18n.T("Continue")) },
		sees(p, i18n.T("That is not an onion address: a letter is wrong or missing.")),
		func() error { return p.FillServer(nobodys(), "", "cleo") },
		func() error { return p.Press(i18n.T("Continue")) },
		sees(p, i18n.T("Try again")),
		func() error { return p.FillServer(onion, "", "cleo") },
		p.MakeAddress,
	)
}

// nobodys is an onion address that nobody has.
func nobodys() string {
	key := bytes.Repeat([]byte{7}, 32)
	sum := sha3.Sum256(append(append([]byte(".onion checksum"), key...), 3))
	return strings.ToLower(base32.StdEncoding.EncodeToString(append(append(key, sum[:2]...), 3))) + ".onion"
}

// TestUnlock: another password, the right one, and a second Hushwing on the
// same profile.
func TestUnlock(t *testing.T) {
	p, second := somebody(t, "Dana", nil), somebody(t, "Emil", nil)
	locked(t, p)
	steps(t,
		func() error { return p.Start(t.Context()) },
		func() error { return p.Unlock("something else") },
		sees(p, i18n.T("That is not the password.")),
		func() error { return p.Unlock(p.Password) },
		func() error { return p.Misses(i18n.T("Welcome back")) },
	)
	second.Profile = p.Profile
	steps(t,
		func() error { return second.Start(t.Context()) },
		sees(second, i18n.T("Hushwing is already running with this profile.")),
		func() error { return second.Press(i18n.T("Close Hushwing")) },
		second.Ended,
	)
	if !p.Running() {
		t.Error("the first one has ended, too")
	}
}

// TestBrokenProfile: a file of the profile is cut; the window says so, and
// nothing is touched.
func TestBrokenProfile(t *testing.T) {
	p := somebody(t, "Fara", nil)
	locked(t, p)
	cut := filepath.Join(p.Profile, "profile.age")
	data, err := os.ReadFile(cut)
	if err != nil {
		t.Fatal(err)
	}
	write(t, cut, data[:len(data)/2])
	before := contents(t, p.Profile)
	steps(t,
		func() error { return p.Start(t.Context()) },
		func() error { return p.Unlock(p.Password) },
		sees(p, i18n.T("A file of your profile is damaged.")),
		sees(p, i18n.T("If you have a copy of the profile folder, put it back and start Hushwing again.")),
		func() error { return p.Press(i18n.T("Close Hushwing")) },
		p.Ended,
	)
	after := contents(t, p.Profile)
	for name, was := range before {
		if after[name] != was {
			t.Errorf("%s has changed", name)
		}
	}
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			continue // our own Tor's, which another process writes
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}
