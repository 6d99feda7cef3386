package model

import (
	"strings"

	"hushwing/client"
	"hushwing/i18n"
)

// remedy is what can be done about a problem from where it shows.
type remedy int

const (
	remedyNone   remedy = iota
	remedyRetry         // the same again
	remedyEdit          // change what was typed; its field says so
	remedyServer        // take another server
	remedyQuit          // leave the program
)

// explanation is what a person is told about a cause.
type explanation struct {
	text   i18n.Message
	next   i18n.Message
	label  i18n.Message // of the button, where there is one
	remedy remedy
}

// explain returns the explanation of a cause. One that has none is told as
// unknown; a test sees to it that there is no such.
func explain(c client.Cause) explanation {
	for _, table := range []map[client.Cause]explanation{profileCauses, torCauses, serverCauses, accountCauses, manageCauses, chatCauses} {
		if e, ok := table[c]; ok {
			return e
		}
	}
	return profileCauses[client.CauseUnknown]
}

// problem makes the view of a problem. The button does what act says for the
// remedy of its cause; with no such entry there is none.
func problem(p client.Problem, act map[remedy]Action) *Problem {
	e := explain(p.Cause)
	v := &Problem{Text: e.text.Text(), Next: e.next.Text(), Detail: detail(p)}
	if a, ok := act[e.remedy]; ok && !e.label.IsZero() {
		v.Button = button(e.label.Text(), a)
	}
	return v
}

// sentence is a problem in one string, for where there is one line only.
func sentence(p client.Problem) string {
	e := explain(p.Cause)
	return join(e.text.Text(), e.next.Text())
}

// join puts sentences after each other.
func join(sentences ...string) string {
	var out []string
	for _, s := range sentences {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

// profileCauses: the profile and the disk.
var profileCauses = map[client.Cause]explanation{
	client.CauseUnknown: {
		i18n.Mark("Something went wrong that Hushwing has no name for."),
		i18n.Mark("Try again. If it stays like this, close Hushwing and start it anew."),
		tryAgain, remedyRetry,
	},
	client.WrongPassword: {
		i18n.Mark("That is not the password."),
		i18n.Mark("Look at what you typed. Capitals and spaces count. Nobody can reset it."),
		tryAgain, remedyEdit,
	},
	client.ProfileInUse: {
		i18n.Mark("Hushwing is already running with this profile."),
		i18n.Mark("Use the window that is open, or close it and start Hushwing again."),
		quit, remedyQuit,
	},
	client.ProfileDamaged: {
		i18n.Mark("A file of your profile is damaged."),
		i18n.Mark("If you have a copy of the profile folder, put it back and start Hushwing again."),
		quit, remedyQuit,
	},
	client.ProfileForeign: {
		i18n.Mark("There is a file in the profile folder that Hushwing did not write."),
		i18n.Mark("Move that file elsewhere, or start Hushwing with another folder."),
		quit, remedyQuit,
	},
	client.ProfileNewer: {
		i18n.Mark("This profile was written by a newer Hushwing."),
		i18n.Mark("Start that newer version, or install it again."),
		quit, remedyQuit,
	},
	client.ProfileDiskFull: {
		i18n.Mark("The disk is full, so your profile could not be saved."),
		i18n.Mark("Make some room on the disk, then try again."),
		tryAgain, remedyRetry,
	},
	client.ProfileReadOnly: {
		i18n.Mark("Hushwing is not allowed to write into its folder."),
		i18n.Mark("Allow writing there, or start Hushwing with another folder."),
		tryAgain, remedyRetry,
	},
	client.PasswordEmpty: {
		i18n.Mark("There is no password yet."),
		i18n.Mark("Type one, or let Hushwing suggest one."),
		tryAgain, remedyEdit,
	},
	client.DiskFull: {
		i18n.Mark("The disk is full."),
		i18n.Mark("Make some room on the disk, then try again."),
		tryAgain, remedyRetry,
	},
	client.DiskError: {
		i18n.Mark("The disk did not take what Hushwing wanted to save."),
		i18n.Mark("See whether the disk is in order and can be written to, then try again."),
		tryAgain, remedyRetry,
	},
}

// torCauses: Tor itself.
var torCauses = map[client.Cause]explanation{
	client.TorMissing: {
		i18n.Mark("Tor was not found on this computer."),
		i18n.Mark("Open Tor Browser and leave it open, or install the program called “tor”. Then try again."),
		tryAgain, remedyRetry,
	},
	client.TorImpostor: {
		i18n.Mark("Something answers where Tor should be, but it is not Tor."),
		i18n.Mark("Close that program, or open Tor Browser and leave it open. Then try again."),
		tryAgain, remedyRetry,
	},
	client.TorStuck: {
		i18n.Mark("Tor is running, but it does not reach its network."),
		i18n.Mark("See whether this computer is online and its clock is right, then try again."),
		tryAgain, remedyRetry,
	},
	client.TorStopped: {
		i18n.Mark("Tor stopped, or could not be started."),
		i18n.Mark("Try again. If it stops again, open Tor Browser and leave it open."),
		tryAgain, remedyRetry,
	},
	client.TorAbsent: {
		i18n.Mark("Nothing answers where this computer says that Tor is."),
		i18n.Mark("Hushwing keeps trying. See whether Tor is running."),
		tryAgain, remedyRetry,
	},
	client.TorHelperGone: {
		i18n.Mark("The part of Hushwing that holds the network has ended."),
		i18n.Mark("Close Hushwing and start it again. If that does not help, install it anew."),
		quit, remedyQuit,
	},
	client.TorClockWrong: {
		i18n.Mark("The clock of this computer is wrong, and Tor cannot work with it."),
		i18n.Mark("Set date, time and time zone. Hushwing then goes on by itself."),
		tryAgain, remedyRetry,
	},
	client.TorNoNetwork: {
		i18n.Mark("This computer is not online."),
		i18n.Mark("Hushwing goes on by itself as soon as it is."),
		tryAgain, remedyRetry,
	},
	client.TorHung: {
		i18n.Mark("Tor does not answer any more."),
		i18n.Mark("Hushwing goes on as soon as it does. If that takes long, close Tor and start it again."),
		tryAgain, remedyRetry,
	},
	client.TorBlocked: {
		i18n.Mark("The network lets nothing through to Tor."),
		i18n.Mark("It may block Tor: use a bridge, or another network."),
		tryAgain, remedyRetry,
	},
	client.TorNotOurs: {
		i18n.Mark("Bridges are for Hushwing’s own Tor, but another Tor is set for this computer."),
		i18n.Mark("Set the bridges where that Tor is set, and leave them out here."),
		tryAgain, remedyEdit,
	},
	client.TorHandBad: {
		i18n.Mark("That is no place on this computer where a Tor could be."),
		i18n.Mark("Type its number, such as 9050, or the path of its socket."),
		tryAgain, remedyEdit,
	},
	client.BridgeBad: {
		i18n.Mark("This line is not a bridge."),
		i18n.Mark("Copy it again, all of it."),
		tryAgain, remedyEdit,
	},
	client.BridgeUnknown: {
		i18n.Mark("Hushwing does not know this kind of bridge."),
		i18n.Mark("Ask for one of the kind “obfs4”."),
		tryAgain, remedyEdit,
	},
	client.BridgeProgram: {
		i18n.Mark("This kind of bridge needs a program that is not installed here."),
		i18n.Mark("Install it, or take a bridge of another kind."),
		tryAgain, remedyEdit,
	},
	client.BridgeTooMany: {
		i18n.Mark("These are too many bridges."),
		i18n.Mark("Two or three are enough."),
		tryAgain, remedyEdit,
	},
	client.BridgesSilent: {
		i18n.Mark("None of the bridges answers."),
		i18n.Mark("Copy them again, or ask for others."),
		tryAgain, remedyRetry,
	},
	client.TorNoIsolation: {
		i18n.Mark("This Tor would not keep your addresses apart from each other, so Hushwing does not use it."),
		i18n.Mark("Open Tor Browser and leave it open, or install the program called “tor”. Then try again."),
		tryAgain, remedyRetry,
	},
}

// Labels that many causes share.
var (
	tryAgain      = i18n.Mark("Try again")
	quit          = i18n.Mark("Close Hushwing")
	anotherServer = i18n.Mark("Choose another server")
	checkNow      = i18n.Mark("Check now")
	lookCloser    = i18n.Mark("Look closer")
)
