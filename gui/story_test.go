package gui

import (
	"strconv"
	"time"

	"hushwing/client"
	"hushwing/otr"
)

const account = "a1"

// peer names a contact of the account on the stage.
func peer(address string) client.Peer { return client.Peer{Account: account, Address: address} }

var ana = peer("ana@example.org")

// key is a fingerprint that says nothing.
func key(n byte) (f otr.Fingerprint) {
	for i := range f {
		f[i] = n*31 + byte(i)*17
	}
	return f
}

func online() client.Account {
	return client.Account{ID: account, Address: "ben@example.org", State: client.Online, Onion: true, Fingerprint: key(9)}
}

// contacts is a list with something of everything.
func contacts() []client.Contact {
	c := func(address, name string, p client.Protection, there bool, unread int) client.Contact {
		k := client.KeyInfo{Fingerprint: key(byte(len(name))), First: clock().AddDate(0, -1, 0), Now: p.Private(), Left: 3}
		if p == client.PrivateChecked {
			k.Checked = clock().AddDate(0, 0, -2)
		}
		return client.Contact{Peer: peer(address), Name: name, Available: there, Protection: p, Unread: unread, Keys: []client.KeyInfo{k}}
	}
	asked := c("garden@example.net", "Garden", client.AskedToAdd, false, 0)
	asked.Asked, asked.Keys = true, nil
	return []client.Contact{
		c(ana.Address, "Ana", client.PrivateChecked, true, 0),
		c("newsroom@example.net", "Newsroom", client.PrivateUnknown, true, 3),
		c("library@example.net", "Библиотека", client.PrivateChecked, true, 0),
		c("bookshop@example.net", "חנות ספרים", client.Away, false, 0),
		c("hut@example.net", "Mountain hut 🐇", client.KeyLocked, true, 12),
		c("lawyer@example.net", "Lawyer", client.Away, false, 0),
		c("printer@example.net", "Print shop", client.TooOld, true, 0),
		asked,
	}
}

// opened is what comes when the profile is open and the account online.
func opened(messages ...client.Message) []client.Event {
	return []client.Event{
		client.ProfileChanged{State: client.ProfileOpen},
		client.TorChanged{State: client.TorReady},
		client.Snapshot{Accounts: []client.Account{online()}, Contacts: contacts(), Messages: append(messages, unread()...)},
	}
}

// protected says how safe the conversation with Ana is.
func protected(p client.Protection) []client.Event {
	since := clock().Add(-time.Minute)
	if p == client.PrivateChecked {
		since = clock().AddDate(0, 0, -2)
	}
	c := contacts()[0]
	c.Protection, c.Available = p, p != client.Away
	if p != client.PrivateChecked {
		c.Keys[0].Checked = time.Time{}
	}
	if p == client.KeyLocked {
		c.Keys[0].Now = false
		c.Keys[0].Checked = clock().AddDate(0, 0, -2)
		c.Keys = append(c.Keys, client.KeyInfo{Fingerprint: key(9), First: clock(), Now: true, Left: 3})
	}
	return []client.Event{
		client.ContactChanged{Contact: c},
		client.ProtectionChanged{Info: client.ProtectionInfo{
			Peer: ana, Protection: p, Since: since, Key: c.Keys[len(c.Keys)-1].Fingerprint, Ours: key(77), Resource: ana.Address + "/x7Fq",
		}},
	}
}

var counter int

// theirs, mine and note make lines of the conversation with Ana.
func theirs(minute int, text string) client.Message {
	counter++
	return client.Message{Peer: ana, ID: "m" + strconv.Itoa(counter), Text: text, Time: clock().Add(time.Duration(minute-10) * time.Minute)}
}

func mine(minute int, text string, m client.Mark) client.Message {
	l := theirs(minute, text)
	l.Mine, l.Mark = true, m
	return l
}

func note(minute int, n client.Note) client.Message {
	l := theirs(minute, "")
	l.Note = n
	return l
}

func added(lines ...client.Message) []client.Event {
	var out []client.Event
	for _, l := range lines {
		out = append(out, client.MessageAdded{Message: l})
	}
	return out
}

// talk is a short conversation with a line of every kind.
func talk() []client.Event {
	failed := mine(7, "The meeting is moved to the other place.", client.NotSent)
	failed.Problem = &client.Problem{Cause: client.Bounced, Retry: client.RetryNow}
	yesterday := theirs(1, "See you tomorrow then.")
	yesterday.Time = yesterday.Time.AddDate(0, 0, -1)
	return added(
		yesterday,
		note(0, client.NotePrivate),
		theirs(1, "Hi! Are you on the new program yet?"),
		mine(2, "Yes. It turns private by itself. Let’s check each other before we go on; it takes ten seconds and then the line on top goes green.", client.TheyHave),
		theirs(3, "Done ✅ 😀🎉 looks right on my side"),
		theirs(4, "שלום, מה שלומך? هذا نص تجريبي"),
		mine(5, "Great. A long line without spaces must wrap too: https://example.org/averyveryveryveryveryveryveryveryverylongpath/that/never/ends?x=1&y=2", client.ServerHas),
		mine(6, "And this one waits.", client.Waiting),
	)
}

// troubles are the lines that want something from the user.
func troubles() []client.Event {
	failed := mine(7, "The meeting is moved to the other place.", client.NotSent)
	failed.Problem = &client.Problem{Cause: client.Bounced, Retry: client.RetryNow}
	plain := theirs(4, "Are you there? My program is new and I do not know it yet.")
	plain.Clear = true
	return added(
		theirs(1, "Hi! Are you on the new program yet?"),
		plain,
		note(4, client.NoteUnreadable),
		mine(5, "Come at nine.", client.OtherKey),
		failed,
		note(8, client.NoteEnded),
	)
}

// waiting is written to somebody who is not there.
func waiting() []client.Event {
	return added(
		theirs(1, "See you at nine!"),
		mine(4, "I will be late.", client.Waiting),
		mine(5, "The door code has changed. Ring the bell twice, somebody comes down.", client.Waiting),
		mine(6, "Bring the keys, please.", client.Waiting),
	)
}

// failing is what did not go out.
func failing() []client.Event {
	var lines []client.Message
	for i, text := range []string{"The meeting is moved to the other place.", "Come at nine."} {
		l := mine(4+i, text, client.NotSent)
		l.Problem = &client.Problem{Cause: client.Bounced, Retry: client.RetryNow}
		lines = append(lines, l)
	}
	doubt := mine(6, "Did you get the list?", client.ServerHas)
	doubt.Problem = &client.Problem{Cause: client.FateUnknown, Retry: client.RetryNow}
	return added(append(lines, doubt, mine(7, "Bring the keys.", client.OtherKey))...)
}

// unread is what others than Ana wrote.
func unread() []client.Message {
	var out []client.Message
	for address, n := range map[string]int{"newsroom@example.net": 3, "hut@example.net": 12} {
		for i := range n {
			l := theirs(i-30, "Hello")
			l.Peer = peer(address)
			out = append(out, l)
		}
	}
	return out
}
