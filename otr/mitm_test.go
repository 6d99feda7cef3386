package otr_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/coyim/otr3"

	"hushwing/otr"
	"hushwing/secret"
)

// Fault 4: somebody sits in the middle with a key of their own. They get a
// private conversation with each side, make each side's engine believe in the
// other's true key and in a session that both sides share, by exchanges that
// fail, and then carry the check from one to the other.

// victim is a program that the attacker talks to.
type victim interface {
	listener
	ask(answer string) []string
	answer(answer string) []string
	say(text string) string
	public() otr3.DSAPublicKey
}

// attack runs the whole attack and returns what the attacker read of the text
// that the first victim wrote after the check.
func attack(t *testing.T, a, b victim) (read string) {
	t.Helper()
	attacker := rawKeys()[2]
	toA, toB := invade(t, attacker, 0x2001, a), invade(t, attacker, 0x2002, b)

	// The true keys, in exchanges that fail at the signature.
	claim := func(tag uint32, key otr3.DSAPublicKey, victim listener) {
		l := liar{new(otr3.DSAPrivateKey)}
		l.DSAPublicKey = key
		m := newBare(l, tag, nil)
		chat(m, victim, m.hear("?OTRv3?")...)
	}
	claim(toA.tag, b.public(), a)
	claim(toB.tag, a.public(), b)

	// A common session, in an exchange of the two that fails at the last
	// message but one.
	for _, commit := range a.hear("hi \t  \t\t\t\t \t \t \t    \t\t  \t\t") {
		for _, key := range b.hear(retag(commit, toB.tag, toB.theirTag)) {
			for _, reveal := range a.hear(retag(key, toA.tag, toA.theirTag)) {
				b.hear(flip(retag(reveal, toB.tag, toB.theirTag), -1))
			}
		}
	}

	// The check, from one to the other.
	relay := func(from, to *session, bodies []string, victim listener) (back []string) {
		for _, body := range bodies {
			plain, err := from.open(body)
			if err != nil {
				t.Fatalf("the attacker cannot read: %v", err)
			}
			back = append(back, victim.hear(to.seal(plain))...)
		}
		return back
	}
	relay(toA, toB, a.ask("only the two know"), b)
	back := b.answer("only the two know")
	for range 3 {
		back = relay(toB, toA, back, a)
		back = relay(toA, toB, back, b)
	}
	plain, err := toA.open(a.say("the plan"))
	if err != nil {
		t.Fatalf("the attacker cannot read: %v", err)
	}
	return string(plain[:len("the plan")])
}

type bareVictim struct {
	*bare
	key *otr3.DSAPrivateKey
}

func newBareVictim(key *otr3.DSAPrivateKey, tag uint32) bareVictim {
	v := bareVictim{newBare(key, tag, nil), key}
	v.conv.Policies.WhitespaceStartAKE()
	return v
}

func (v bareVictim) ask(answer string) []string {
	out, err := v.conv.StartAuthenticate("q", []byte(answer))
	if err != nil {
		panic(err)
	}
	return bodies(out)
}

func (v bareVictim) answer(answer string) []string {
	out, err := v.conv.ProvideAuthenticationSecret([]byte(answer))
	if err != nil {
		panic(err)
	}
	return bodies(out)
}

func (v bareVictim) say(text string) string {
	out, err := v.conv.Send(otr3.ValidMessage(text))
	if err != nil {
		panic(err)
	}
	return string(out[0])
}

func (v bareVictim) public() otr3.DSAPublicKey { return v.key.DSAPublicKey }

// The control: bare otr3 falls for it, on both sides.
func TestControlTamperedCheck(t *testing.T) {
	t.Parallel()
	keys := rawKeys()
	a, b := newBareVictim(keys[0], 0x1001), newBareVictim(keys[1], 0x1002)
	if read := attack(t, a, b); read != "the plan" {
		t.Errorf("the attacker read %q", read)
	}
	for _, v := range []bareVictim{a, b} {
		if len(v.smp) == 0 || v.smp[len(v.smp)-1] != otr3.SMPEventSuccess {
			t.Errorf("no success: %v", v.smp)
		}
	}
	if a.fingerprint() != b.fingerprintOf() || b.fingerprint() != a.fingerprintOf() {
		t.Error("the victims do not see each other's true fingerprint")
	}
}

func (v bareVictim) fingerprintOf() string {
	return fmt.Sprintf("%X", v.key.PublicKey().Fingerprint())
}

// ourVictim is a person of ours behind the attacker's server.
type ourVictim struct {
	*person
	from string
}

func (v ourVictim) hear(body string) (out []string) {
	for _, p := range v.take(v.chat.Receive(v.w.now, v.from, body)) {
		out = append(out, p.body)
	}
	return out
}

func (v ourVictim) wires(wires []otr.Wire, err error) (out []string) {
	if err != nil {
		v.t.Fatal(err)
	}
	for _, w := range wires {
		out = append(out, w.Body())
	}
	return out
}

func (v ourVictim) ask(answer string) []string {
	return v.wires(v.latest.Ask("q", secret.New(answer)))
}

func (v ourVictim) answer(answer string) []string {
	return v.wires(v.latest.Answer(secret.New(answer)))
}

func (v ourVictim) say(text string) string {
	plain, err := otr.NewPlain(text)
	if err != nil {
		v.t.Fatal(err)
	}
	wires, _, err := v.latest.Seal(plain)
	return v.wires(wires, err)[0]
}

func (v ourVictim) public() otr3.DSAPublicKey {
	k := new(otr3.DSAPrivateKey)
	if _, ok := k.Parse(v.id.Export()[5:]); !ok {
		v.t.Fatal("no key in an exported identity")
	}
	return k.DSAPublicKey
}

func TestTamperedCheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := identities()
	a := ourVictim{w.person(anaAddr, ids[0]), benAddr}
	b := ourVictim{w.person(benAddr, ids[1]), anaAddr}
	attack(t, a, b)
	attacker := rawKeys()[2].PublicKey().Fingerprint()
	for _, v := range []ourVictim{a, b} {
		if e := one[otr.CheckDone](v.person); e.Result != otr.Different || e.Fingerprint != otr.Fingerprint(attacker) {
			t.Errorf("%s: %+v", v.addr, e)
		}
		if got := v.latest.Fingerprint(); got != otr.Fingerprint(attacker) || !v.latest.Live() {
			t.Errorf("%s: private with %s", v.addr, got)
		}
		if n := len(got[otr.TurnedPrivate](v.person)); n != 1 {
			t.Errorf("%s: turned private %d times", v.addr, n)
		}
		// The exchanges that failed are gone; Ana's last one, which the
		// attacker let hang, waits for its end.
		for _, c := range v.chat.Conversations() {
			if c != v.latest && v.addr == benAddr {
				t.Errorf("%s: an exchange that failed is kept", v.addr)
			}
		}
	}
}

// The second wall, for the case that a key exchange should ever reach a
// private engine: here one is put into it by force.
func TestSecondWall(t *testing.T) {
	t.Parallel()
	taint := func(t *testing.T, v *otr.Conversation, tag uint32, key otr3.DSAPublicKey) {
		t.Helper()
		l := liar{new(otr3.DSAPrivateKey)}
		l.DSAPublicKey = key
		m := newBare(l, tag, nil)
		chat(m, forced{v}, m.hear("?OTRv3?")...)
	}
	t.Run("before asking", func(t *testing.T) {
		_, ana, ben := pair(t)
		v := ana.latest
		taint(t, v, ben.id.Tag(), ourVictim{person: ben}.public())
		if _, err := v.Ask("q", secret.New("x")); err != otr.ErrTampered {
			t.Errorf("Ask: %v", err)
		}
		if v.Private() || v.Fingerprint() != ben.id.Fingerprint() {
			t.Error("still open")
		}
	})
	t.Run("before sealing", func(t *testing.T) {
		_, ana, ben := pair(t)
		taint(t, ana.latest, ben.id.Tag(), ourVictim{person: ben}.public())
		plain, _ := otr.NewPlain("x")
		if _, _, err := ana.latest.Seal(plain); err != otr.ErrTampered {
			t.Errorf("Seal: %v", err)
		}
	})
	t.Run("before answering", func(t *testing.T) {
		w, ana, ben := pair(t)
		ana.ask("q", "x")
		w.run()
		one[otr.Question](ben)
		taint(t, ben.latest, ana.id.Tag(), ourVictim{person: ana}.public())
		if _, err := ben.latest.Answer(secret.New("x")); err != otr.ErrTampered {
			t.Errorf("Answer: %v", err)
		}
	})
	t.Run("before opening", func(t *testing.T) {
		w, ana, ben := pair(t)
		ben.say("x")
		taint(t, ana.latest, ben.id.Tag(), ourVictim{person: ben}.public())
		w.run()
		if list := got[otr.Text](ana); len(list) != 0 {
			t.Errorf("opened %v", list)
		}
		one[otr.Unreadable](ana)
	})
	t.Run("before success", func(t *testing.T) {
		w, ana, ben := pair(t)
		ana.ask("q", "x")
		w.run()
		ben.answer("x")
		taint(t, ana.latest, ben.id.Tag(), ourVictim{person: ben}.public())
		taint(t, ben.latest, ana.id.Tag(), ourVictim{person: ana}.public())
		w.run()
		w.wait(time.Minute)
		for _, p := range []*person{ana, ben} {
			for _, e := range got[otr.CheckDone](p) {
				if e.Result != otr.Aborted {
					t.Errorf("%s: %+v", p.addr, e)
				}
			}
		}
		one[otr.CheckDone](ana)
	})
}

// forced puts messages into a conversation's engine past all walls.
type forced struct{ v *otr.Conversation }

func (f forced) hear(body string) []string { return otr.Force(f.v, body) }
