package story

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os/exec"
	"strings"

	"hushwing/i18n"
	"hushwing/internal/lab"
	"hushwing/internal/lab/child"
)

// Step is a part of the story that has just been played.
type Step struct {
	Number int    // from 1
	Name   string // for a file: "ana-welcome"
	Person *Person
	Line   string // what happened, for the transcript
}

// Options say how the story is played.
type Options struct {
	Program string   // path of hushwing
	Lab     *lab.Lab // with Prosody
	Dir     string   // a private folder: homes and records
	Watch   bool     // record each connection
	Keys    bool     // Ana has a keyboard and nothing else
	Hook    func(Step) error
	// Place starts the program, on another computer say, and Environ is the
	// environment there, with its way to Tor. nil: here, with the lab's Tor.
	Place   func(*exec.Cmd) (*child.Process, error)
	Environ []string
}

// Play is a story under way, and what is left of it. Close ends it.
type Play struct {
	Ana, Ben *Person
	Words    []string // Words and the two passwords

	o Options
}

// The texts of the story. Some are hard: umlauts, emoji, an apostrophe that
// XML escapes.
const (
	hello    = "Hörst du den Nachtschwärmer über der Mühle? 🦉"
	answer   = "Ja, ganz nah! It’s <so> quiet & “good” here 🎉👍🏽"
	later    = "Bring the blue lantern tomorrow – Übermut um acht 🏮"
	final    = "I have it. Bis gleich! ✨"
	question = "Where did we hear the nightjar?"
	secret1  = "under the Räucherei"
)

// Words are what is written, asked and answered in the story. None of it may be
// anywhere but on the two screens.
func Words() []string {
	return []string{hello, answer, later, final, question, secret1}
}

// Failure is where the story stopped.
type Failure struct {
	After string // the last step that was played
	Err   error
	Trees map[string]string      // what a screen reader finds, by person
	Shots map[string]*image.RGBA // what is on the screen, by person
}

func (f *Failure) Error() string { return fmt.Sprintf("story: after %q: %v", f.After, f.Err) }
func (f *Failure) Unwrap() error { return f.Err }

// New gives Ana and Ben a screen and a home each. Close takes them away.
func New(ctx context.Context, o Options) (*Play, error) {
	p := &Play{o: o}
	var err error
	person := func(name, password string, unix bool) *Person {
		if err != nil {
			return nil
		}
		var who *Person
		who, err = NewPerson(ctx, PersonOptions{
			Name: name, Password: password, Program: o.Program, Dir: o.Dir, Lab: o.Lab, TorUnix: unix, Watch: o.Watch, Keys: o.Keys && !unix,
			Place: o.Place, Environ: o.Environ,
		})
		return who
	}
	// Two ways to Tor: its TCP port and its socket in the file system.
	p.Ana = person("Ana", "copper lantern meadow orbit willow", false)
	p.Ben = person("Ben", "velvet harbour pigeon cactus tulip", true)
	if err != nil {
		p.Close()
		return nil, err
	}
	p.Words = append(Words(), p.Ana.Password, p.Ben.Password)
	return p, nil
}

// Steps is how many steps the story has.
func (p *Play) Steps() int { return len(p.acts(context.Background())) }

// Run plays the story from the beginning to the end. When it stops before, the
// error is a *Failure.
func (p *Play) Run(ctx context.Context) error {
	last := "nothing"
	for i, act := range p.acts(ctx) {
		err := ctx.Err()
		if err == nil {
			err = do(act.do...)
		}
		if err == nil && p.o.Hook != nil {
			err = p.o.Hook(Step{Number: i + 1, Name: act.name, Person: act.who, Line: act.line})
		}
		if err != nil {
			return p.failure(last, err)
		}
		last = act.name
	}
	return nil
}

func (p *Play) failure(after string, err error) error {
	f := &Failure{After: after, Err: err, Trees: map[string]string{}, Shots: map[string]*image.RGBA{}}
	for _, who := range p.People() {
		f.Trees[who.Name] = who.Tree()
		if img, err := who.Picture(); err == nil {
			f.Shots[who.Name] = img
		}
	}
	return f
}

// People are those who are there.
func (p *Play) People() (all []*Person) {
	for _, who := range []*Person{p.Ana, p.Ben} {
		if who != nil {
			all = append(all, who)
		}
	}
	return all
}

// Close ends both programs and takes their screens away.
func (p *Play) Close() {
	for _, who := range p.People() {
		who.Close()
	}
}

// Sound reports what the windows say at the end: both private, both checked.
func (p *Play) Sound() error {
	var errs []error
	for _, pair := range [][2]*Person{{p.Ana, p.Ben}, {p.Ben, p.Ana}} {
		words, _, _ := strings.Cut(i18n.T("Private. You checked %[1]s on %[2]s.", pair[1].Name, "\x00"), "\x00")
		if !pair[0].Running() || !pair[0].Has(words) {
			errs = append(errs, fmt.Errorf("%s’s window does not say that %s was checked", pair[0].Name, pair[1].Name))
		}
	}
	return errors.Join(errs...)
}

// act is something that happens, and what is told of it.
type act struct {
	name string
	who  *Person
	line string
	do   []func() error
}

// local is the part of an address before the @: what a contact is called first.
func local(address string) string {
	name, _, _ := strings.Cut(address, "@")
	return name
}
