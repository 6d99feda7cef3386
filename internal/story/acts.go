package story

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hushwing/i18n"
	"hushwing/internal/lab/screen/atspi"
)

// do does one thing after the other until one fails.
func do(acts ...func() error) error {
	for _, act := range acts {
		if err := act(); err != nil {
			return err
		}
	}
	return nil
}

func (p *Person) sees(words string) func() error { return func() error { return p.Sees(words) } }

func (p *Person) presses(name string) func() error { return func() error { return p.Press(name) } }

func (p *Person) fills(label, text string) func() error {
	return func() error { return p.Fill(label, text) }
}

// OpenDoor starts the program for the first time.
func (p *Person) OpenDoor(ctx context.Context) error {
	if err := p.Start(ctx); err != nil {
		return err
	}
	return p.Sees(i18n.T("Welcome to Hushwing"))
}

// TypePassword chooses "Create a new address" and types the password twice.
func (p *Person) TypePassword() error {
	return do(
		p.presses(i18n.T("Create a new address")),
		p.sees(i18n.T("One password for this computer")),
		p.fills(i18n.T("Password"), p.Password),
		p.fills(i18n.T("The same once more"), p.Password),
	)
}

// ToServers goes on, through Tor, to the choice of a server.
func (p *Person) ToServers() error {
	return do(
		p.presses(i18n.T("Continue")),
		p.sees(i18n.T("Your new address")),
	)
}

// FillServer chooses another server and a name there. host may be empty.
func (p *Person) FillServer(domain, host, name string) error {
	err := do(
		p.presses(i18n.T("%[1]s: %[2]s", i18n.T("Another server"), i18n.T("One that somebody you trust runs or recommends."))),
		p.fills(i18n.T("Name of the server"), domain),
		p.fills(i18n.T("Its onion address, or host (optional)"), host),
		p.fills(i18n.T("Your name there"), name),
	)
	p.Address = name + "@" + domain
	return err
}

// MakeAddress goes on to the last page of the first run. A young network may
// not find the onion service at once: then it is tried again, as a person does.
func (p *Person) MakeAddress() error {
	if err := p.Press(i18n.T("Continue")); err != nil {
		return err
	}
	again := i18n.T("Try again")
	for end := time.Now().Add(Patience); time.Now().Before(end); {
		n, err := p.lookFor(atspi.Query{}, func(n atspi.Node) bool {
			name, _ := n.Name()
			return name == i18n.T("This is your address.") || name == again && n.Is(atspi.Sensitive)
		})
		if err != nil {
			return err
		}
		if name, _ := n.Name(); name != again {
			return p.Sees(p.Address)
		}
		p.Retries = append(p.Retries, p.alert())
		time.Sleep(time.Second)
		if err := p.Press(again); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s gets no address (%q); there is\n%s", p.Name, p.Retries, p.Tree())
}

// alert is the problem that shows, with its technical details.
func (p *Person) alert() (words string) {
	all, _ := p.app.All(atspi.Query{Role: "alert"})
	for _, a := range all {
		labels, _ := a.All(atspi.Query{Role: "label", Hidden: true})
		for _, l := range labels {
			text, _ := l.Text()
			words += text + " "
		}
	}
	return words
}

// Befriend asks a friend, on the last page of the first run.
func (p *Person) Befriend(friend *Person) error {
	return do(
		p.fills(i18n.T("Add a friend’s address"), friend.Address),
		p.presses(i18n.T("Ask and start")),
		p.sees(i18n.T("Message to %s", local(friend.Address))),
	)
}

// Rename calls somebody by a name in the open conversation.
func (p *Person) Rename(who *Person) error {
	return do(
		p.presses(i18n.T("More about this conversation")),
		p.presses(i18n.T("Rename…")),
		p.sees(i18n.T("Only you see this name.")),
		p.fills(i18n.T("Name"), who.Name),
		p.presses(i18n.T("Rename")),
		p.sees(i18n.T("Message to %s", who.Name)),
	)
}

// Write writes a text to somebody and sends it.
func (p *Person) Write(to *Person, text string) error {
	return do(
		p.fills(i18n.T("Message to %s", to.Name), text),
		p.presses(i18n.T("Send to %s", to.Name)),
	)
}

// Marked waits until a text of one's own has that mark.
func (p *Person) Marked(text, mark string) error {
	return p.row(text + " (" + mark + ")")
}

// Reads waits for a text of somebody.
func (p *Person) Reads(from *Person, text string) error {
	return p.row(": " + text)
}

func (p *Person) row(words string) error {
	_, err := p.look(atspi.Query{Role: "list item", Has: words})
	return err
}

// OpenCheck goes from the strip to the question.
func (p *Person) OpenCheck(of *Person) error {
	return do(
		p.presses(i18n.T("Check now whether this is %s", of.Name)),
		p.sees(i18n.T("How can you two check?")),
		p.presses(i18n.T("%[1]s: %[2]s", i18n.T("We share a memory"),
			i18n.T("You ask a question whose answer only %s knows. It makes you sure of %s.", of.Name, of.Name))),
		p.sees(i18n.T("Ask %s a question", of.Name)),
	)
}

// Ask asks a question, where one is asked for.
func (p *Person) Ask(question, answer string) error {
	return do(
		p.fills(i18n.T("Question"), question),
		p.fills(i18n.T("Answer"), answer),
	)
}

// OpenQuestion opens somebody's question.
func (p *Person) OpenQuestion(of *Person, question string) error {
	return do(
		p.presses(i18n.T("Answer %s’s question", of.Name)),
		p.sees(i18n.T("%s asks you a question", of.Name)),
		p.sees(question),
	)
}

// GiveAnswer answers it.
func (p *Person) GiveAnswer(answer string) error {
	return do(
		p.fills(i18n.T("Answer"), answer),
		p.presses(i18n.T("Answer")),
	)
}

// GetCode goes on to a check by phone, and reads the code that is shown.
func (p *Person) GetCode(of *Person, code *string) error {
	err := do(
		p.presses(i18n.T("Check by phone")),
		p.sees(i18n.T("Check %s by phone", of.Name)),
		p.presses(i18n.T("Get a code")),
		p.sees(i18n.T("Read this to %s", of.Name)),
	)
	if err != nil {
		return err
	}
	before, _, _ := strings.Cut(i18n.T("The code: %s", "\x00"), "\x00")
	n, err := p.look(atspi.Query{Has: before})
	if err != nil {
		return err
	}
	spelled, err := n.Name()
	*code = strings.TrimPrefix(spelled, before)
	return err
}

// OpenCode opens the page for somebody's code.
func (p *Person) OpenCode(of *Person) error {
	return do(
		p.presses(i18n.T("Type %s’s code", of.Name)),
		p.sees(i18n.T("Type only what you heard from %s’s own voice, never what came in this chat.", of.Name)),
	)
}

// TypeCode types what was heard.
func (p *Person) TypeCode(code string) error {
	return do(
		p.fills(i18n.T("Six digits"), code),
		p.presses(i18n.T("Check")),
	)
}

// Checked waits for the strip to say that somebody was checked today.
func (p *Person) Checked(who *Person) error {
	// At midnight today is yesterday.
	now := time.Now()
	err := p.Sees(i18n.T("Private. You checked %[1]s on %[2]s.", who.Name, i18n.Date(now)))
	if err != nil && time.Now().Day() != now.Day() && p.Has(i18n.T("Private. You checked %[1]s on %[2]s.", who.Name, i18n.Date(time.Now()))) {
		return nil
	}
	return err
}

// Unlock opens the profile with a password.
func (p *Person) Unlock(password string) error {
	return do(
		p.sees(i18n.T("Welcome back")),
		p.fills(i18n.T("Password"), password),
		p.presses(i18n.T("Open")),
	)
}

// Lock locks the program, as its menu does or by the keyboard.
func (p *Person) Lock() error {
	if p.keys {
		return p.desk.KeyWith(atspi.Control, 'l')
	}
	return do(p.presses(i18n.T("Main menu")), p.presses(i18n.T("Lock now")))
}

// Quit closes the program as its menu does.
func (p *Person) Quit() error {
	if err := do(p.presses(i18n.T("Main menu")), p.presses(i18n.T("Quit"))); err != nil {
		return err
	}
	if err := p.Ended(); err != nil {
		return fmt.Errorf("%s quits: %w\n%s", p.Name, err, p.Said())
	}
	if said := p.Said(); said != "" {
		return errors.New(p.Name + "’s program printed: " + said)
	}
	return nil
}
