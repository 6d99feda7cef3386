package story

import (
	"context"

	"hushwing/i18n"
)

// acts is the whole story.
func (p *Play) acts(ctx context.Context) (all []act) {
	ana, ben := p.Ana, p.Ben
	all = append(all, p.firstRun(ctx, ana)...)
	all = append(all, p.firstRun(ctx, ben)...)
	all = append(all, p.meet()...)
	all = append(all, p.talk()...)
	all = append(all, p.check()...)
	all = append(all, p.lock()...)
	return append(all, p.nextDay(ctx)...)
}

// with makes an act of a call that takes a context alone.
func with(ctx context.Context, f func(context.Context) error) func() error {
	return func() error { return f(ctx) }
}

func (p *Play) firstRun(ctx context.Context, who *Person) []act {
	server := p.o.Lab.Prosody()
	name := map[*Person]string{p.Ana: "ana", p.Ben: "ben"}[who]
	return []act{
		{name + "-welcome", who, who.Name + " starts Hushwing for the first time.", []func() error{with(ctx, who.OpenDoor)}},
		{name + "-password", who, who.Name + " chooses a password for this computer.", []func() error{who.TypePassword}},
		{name + "-server", who, who.Name + " is connected through Tor and chooses a server and a name.", []func() error{
			who.ToServers,
			func() error { return who.FillServer(server.Domain(), server.Onion(), name) },
		}},
		{name + "-address", who, who.Name + " has an address: " + name + "@" + server.Domain() + ".", []func() error{who.MakeAddress}},
	}
}

func (p *Play) meet() []act {
	ana, ben := p.Ana, p.Ben
	return []act{
		{"ben-main", ben, "Ben goes on without a friend’s address, and waits.", []func() error{
			ben.presses(i18n.T("Start")),
			ben.sees(i18n.T("Choose a conversation.")),
		}},
		{"ana-asks", ana, "Ana types Ben’s address. What she writes now would wait.", []func() error{
			func() error { return ana.Befriend(ben) },
			func() error { return ana.Rename(ben) },
			ana.sees(i18n.T("%s has not accepted you yet. What you write waits here, encrypted, until they do.", ben.Name)),
		}},
		{"ben-request", ben, "Ben sees that somebody asks, and nothing else of hers.", []func() error{
			func() error { return ben.Sees(i18n.T("%s asks to be your contact.", ana.Address)) },
		}},
		{"ben-accepts", ben, "Ben accepts. The chat turns private by itself.", []func() error{
			func() error { return ben.Press(i18n.T("Accept %s", ana.Address)) },
			func() error { return ben.Misses(i18n.T("%s asks to be your contact.", ana.Address)) },
			func() error { return ben.Choose(local(ana.Address)) },
			func() error { return ben.Rename(ana) },
			ben.sees(i18n.T("Private. Is this really %s? Check together once.", ana.Name)),
		}},
		{"ana-private", ana, "Ana’s window says that it is private, too, and asks whether this is really Ben.", []func() error{
			ana.sees(i18n.T("Private. Is this really %s? Check together once.", ben.Name)),
		}},
	}
}

func (p *Play) talk() []act {
	ana, ben := p.Ana, p.Ben
	has := i18n.T("their program has it")
	return []act{
		{"ana-writes", ana, "Ana writes. Two ticks: Ben’s program opened it and said so.", []func() error{
			func() error { return ana.Write(ben, hello) },
			func() error { return ana.Marked(hello, has) },
		}},
		{"ben-answers", ben, "Ben reads it and answers.", []func() error{
			func() error { return ben.Reads(ana, hello) },
			func() error { return ben.Write(ana, answer) },
			func() error { return ben.Marked(answer, has) },
			func() error { return ana.Reads(ben, answer) },
		}},
	}
}

func (p *Play) check() []act {
	ana, ben := p.Ana, p.Ben
	var code string // what Ben reads to Ana
	return []act{
		{"ana-ways", ana, "Ana checks whether this is Ben: by a question.", []func() error{
			func() error { return ana.OpenCheck(ben) },
			func() error { return ana.Ask(question, secret1) },
		}},
		{"ana-waits", ana, "She has asked, and may go on writing.", []func() error{
			ana.presses(i18n.T("Ask")),
			ana.sees(i18n.T("Waiting for %s’s answer. You can go on writing meanwhile.", ben.Name)),
		}},
		{"ben-question", ben, "Ben opens her question.", []func() error{
			func() error { return ben.OpenQuestion(ana, question) },
		}},
		{"ben-ask-back", ben, "His answer is right: Ana is sure of him. He is not yet sure of her.", []func() error{
			func() error { return ben.GiveAnswer(secret1) },
			ben.sees(i18n.T("%s is now sure of you. Now ask them.", ana.Name)),
			ben.sees(i18n.T("Private. Is this really %s? Check together once.", ana.Name)),
		}},
		{"ana-checked", ana, "Ana’s strip is green, with the date.", []func() error{
			func() error { return ana.Checked(ben) },
		}},
		{"ben-code", ben, "Ben calls her, and gets a code to read aloud.", []func() error{
			func() error { return ben.GetCode(ana, &code) },
		}},
		{"ana-types", ana, "Ana types what she hears.", []func() error{
			ana.presses(i18n.T("Close")),
			func() error { return ana.OpenCode(ben) },
			func() error { return ana.TypeCode(code) },
			ana.sees(i18n.T("The code checked you both.")),
		}},
		{"both-checked", ben, "Both are checked: green on both sides.", []func() error{
			func() error { return ben.Checked(ana) },
			ben.presses(i18n.T("Close")),
			ana.presses(i18n.T("Close")),
			func() error { return ana.Checked(ben) },
		}},
	}
}

func (p *Play) lock() []act {
	ana, ben := p.Ana, p.Ben
	return []act{
		{"ana-locks", ana, "Ana gets up and locks. Nothing of what was said is left in the window.", []func() error{
			ana.Lock,
			ana.sees(i18n.T("Welcome back")),
			func() error { return ana.Misses(answer) },
			func() error { return ana.Misses(ben.Name) },
		}},
		{"ana-unlocks", ana, "Her password brings her back. The chat turns private by itself, and is still checked.", []func() error{
			func() error { return ana.Unlock(ana.Password) },
			func() error { return ana.Choose(ben.Name) },
			func() error { return ana.Checked(ben) },
			func() error { return ben.Checked(ana) },
		}},
	}
}

func (p *Play) nextDay(ctx context.Context) []act {
	ana, ben := p.Ana, p.Ben
	has := i18n.T("their program has it")
	return []act{
		{"ana-leaves", ben, "Ana closes the program. What Ben writes waits with him, encrypted.", []func() error{
			ana.Quit,
			ben.sees(i18n.T("%s is away. What you write waits here, encrypted, until they are back.", ana.Name)),
			func() error { return ben.Write(ana, later) },
			func() error { return ben.Marked(later, i18n.T("waits here")) },
		}},
		{"both-locked", ben, "Ben closes it, too. The next day both start it again: it is locked.", []func() error{
			ben.Quit,
			func() error { return ana.Start(ctx) },
			func() error { return ben.Start(ctx) },
			ana.sees(i18n.T("Welcome back")),
			ben.sees(i18n.T("Welcome back")),
		}},
		{"ana-wrong-password", ana, "Ana types another password. Nothing opens.", []func() error{
			func() error { return ana.Unlock(ben.Password) },
			ana.sees(i18n.T("That is not the password.")),
		}},
		{"both-unlocked", ana, "With their own passwords both are back, and Ben’s text arrives.", []func() error{
			func() error { return ben.Unlock(ben.Password) },
			func() error { return ana.Unlock(ana.Password) },
			func() error { return ana.Choose(ben.Name) },
			func() error { return ben.Choose(ana.Name) },
			func() error { return ana.Reads(ben, later) },
			func() error { return ben.Marked(later, has) },
		}},
		{"still-checked", ana, "They are still checked, and go on.", []func() error{
			func() error { return ana.Checked(ben) },
			func() error { return ben.Checked(ana) },
			func() error { return ana.Write(ben, final) },
			func() error { return ana.Marked(final, has) },
			func() error { return ben.Reads(ana, final) },
		}},
	}
}
