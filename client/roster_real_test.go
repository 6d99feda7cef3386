package client_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

// many is how many contacts: a server of a company, or somebody who never removes any.
const many = 10_000

// crowd is the contacts of one account at the lab's server, by its number.
type crowd int32

// newCrowd makes an account with n contacts.
func newCrowd(t testing.TB, n int) (k crowd, name string) {
	t.Helper()
	k = crowd(accounts.Add(1))
	name = fmt.Sprintf("popular%d", k)
	server := lab.Shared(t).Prosody()
	must(t, server.AddUser(name, "pw"))
	must(t, server.SetRoster(name, k.roster(n)))
	return k, name
}

func (k crowd) name(i int) string { return fmt.Sprintf("crowd%dx%05d", k, i) }

func (k crowd) names(n int) (names []string) {
	for i := range n {
		names = append(names, k.name(i))
	}
	return names
}

// oddNames are names as people give them, and as servers keep them.
var oddNames = []string{
	"", "Ünal Çelik", "<b>&amp;\"'\\", "عبد الله", "名前", "a\tb", "\u202eevil", strings.Repeat("long ", 60), "🦉",
}

// roster is the list of somebody with n contacts, and a few who are none: they see
// us, or were asked, or neither.
func (k crowd) roster(n int) (items []lab.RosterItem) {
	for i := range n {
		item := lab.RosterItem{Name: k.name(i), Nick: fmt.Sprintf("Contact %05d", i), Subscription: "both", Groups: []string{"Owls"}}
		if i%10 == 9 {
			item.Subscription = "to"
		}
		if i%100 < len(oddNames) {
			item.Nick = oddNames[i%100]
		}
		items = append(items, item)
	}
	for i := range n / 100 {
		items = append(items, lab.RosterItem{Name: fmt.Sprintf("crowd%ds%d", k, i), Subscription: []string{"from", "none"}[i%2], Ask: i%4 == 1})
	}
	return items
}

// listed is the name that a contact has to have.
func (k crowd) listed(i int) string {
	if i%100 >= len(oddNames) {
		return fmt.Sprintf("Contact %05d", i)
	}
	switch name := oddNames[i%100]; {
	case name == "":
		return k.name(i)
	case len(name) > 256:
		return name[:256]
	default:
		return strings.ReplaceAll(name, "\u202e", "") // what turns the rest of a line round
	}
}

// all waits until something holds for each of the crowd. What held once is looked at
// again at the end alone.
func (r crowdWatcher) all(what string, ok func(i int, c client.Contact) bool) {
	r.t.Helper()
	good := func(w *journey.World, i int) bool {
		c, there := w.Contacts[r.at(i)]
		return there && ok(i, c)
	}
	i := 0
	err := r.p.Until(what, func(w *journey.World) bool {
		for i < many && good(w, i) {
			i++
		}
		return i == many
	})
	_ = r.p.Until("anything", func(w *journey.World) bool {
		if err != nil {
			r.t.Fatalf("%v: of %s: %+v", err, r.at(i), w.Contacts[r.at(i)])
		}
		for i := range many {
			if !good(w, i) {
				r.t.Fatalf("%s: not %s any more: %+v", r.at(i), what, w.Contacts[r.at(i)])
			}
		}
		return true
	})
}

type crowdWatcher struct {
	crowd
	t      *testing.T
	p      *journey.Person
	domain string
}

func (r crowdWatcher) at(i int) string { return r.name(i) + "@" + r.domain }

// lively is how many of them are there at once: of each one who comes a real server
// looks so much up on its disk that all of them would take it half a minute. The
// benchmark has them all.
const lively = 1_000

// TestTenThousandContacts: a whole client, over Tor, of an account that has ten
// thousand contacts on a real server. They all come, with their names, and nobody
// else; a thousand of them are suddenly there, change and go, and each is shown as
// they are, and nobody else; at the next start it is the same while they are there.
func TestTenThousandContacts(t *testing.T) {
	t.Parallel()
	l := lab.Shared(t)
	server := l.Prosody()
	k, name := newCrowd(t, many)
	at := name + "@" + server.Domain()

	dir := filepath.Join(t.TempDir(), "popular")
	p := journey.InLab(t, l, dir)
	must(t, p.Create(profilePassword))
	must(t, p.TorReady())
	began := time.Now()
	step := func(what string) { t.Logf("%-40s %6.2f s", what, time.Since(began).Seconds()); began = time.Now() }
	must(t, p.SignIn(at, "pw", server.Onion()))
	r := crowdWatcher{k, t, p, server.Domain()}
	away := func(i int, c client.Contact) bool {
		return c.Name == k.listed(i) && !c.Asked && !c.Available && c.Protection == client.Away && len(c.Devices) == 0
	}
	r.all("on the list", away)
	step("signed in for the first time")
	_ = p.Until("anything", func(w *journey.World) bool {
		if len(w.Contacts) != many {
			t.Errorf("%d contacts, want %d", len(w.Contacts), many)
		}
		return true
	})

	there := func(show string) func(i int, c client.Contact) bool {
		return func(i int, c client.Contact) bool {
			if i >= lively {
				return away(i, c)
			}
			return c.Name == k.listed(i) && c.Available && c.Show == show && c.Protection == client.SettingUp &&
				len(c.Devices) == 1 && c.Devices[0].Resource == lab.CrowdResource && c.Devices[0].Show == show
		}
	}
	all := k.names(lively)
	must(t, server.CrowdSends("<presence/>", all...))
	r.all("there", there(""))
	must(t, server.CrowdSends("<presence><show>dnd</show><status>writing</status><priority>5</priority></presence>", all...))
	r.all("busy", there("dnd"))
	step("they come and are busy")

	p.Close()
	p = journey.InLab(t, l, dir)
	must(t, p.Unlock(profilePassword))
	r.p = p
	must(t, p.Online(at))
	r.all("there at once", there("dnd"))
	step("signed in again, with them there")
	must(t, server.CrowdSends("<presence type='unavailable'/>", all...))
	r.all("gone", away)
	step("they go")
	p.Close()
}
