package client_test

import (
	"testing"
	"time"

	"hushwing/client"
	"hushwing/otr"
)

// TestLinkWithKey: a key that a link named is checked by nobody; but when another
// turns up, that is told as new, and what was written before waits for a word of
// the user's.
func TestLinkWithKey(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.comes("ana", ""), w.comes("ben", "", "ana")
		ana.start()
		must(t, ana.AddByLink(client.Invitation{Address: ben.at, Key: keyOfSomeone(t, "ben").Fingerprint()}.String()))
		if k := ana.keys(ben.at); len(k) != 1 || !k[0].Told || !k[0].Checked.IsZero() {
			t.Errorf("before anything was seen: %+v", k)
		}
		ana.says(ben.at, "hello")
		ana.killed()
		ana.start()
		if k := ana.keys(ben.at); len(k) != 1 || !k[0].Told {
			t.Errorf("after a restart: %+v", k)
		}
		ben.start()
		ana.Look(ben.at)
		must(t, ana.Protected(ben.at, client.PrivateUnknown))
		ben.read(ana.at, "hello")
		if k := ana.keys(ben.at); len(k) != 1 || k[0].Told || !k[0].Checked.IsZero() || !k[0].Now {
			t.Errorf("after it was seen: %+v", k)
		}
	})
}

func TestLinkWithAnotherKey(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.comes("ana", ""), w.comes("ben", "", "ana")
		ana.start()
		must(t, ana.AddByLink(client.Invitation{Address: ben.at, Key: otr.Fingerprint{7}}.String()))
		id := ana.says(ben.at, "for whom the link named")
		ben.start()
		ana.Look(ben.at)
		must(t, ana.Protected(ben.at, client.PrivateNewKey))
		ana.marked(client.OtherKey, id...)
		ana.says(ben.at, "who are you?")
		ben.read(ana.at, "who are you?")
		if k := ana.keys(ben.at); len(k) != 2 || !k[0].Told || k[1].Told || !k[1].Now {
			t.Errorf("known: %+v", k)
		}
	})
}

// TestLinkWithOwnKey: a link that names one's own key, by mistake or not, says
// nothing of anybody's.
func TestLinkWithOwnKey(t *testing.T) {
	t.Parallel()
	inTown(t, func(t *testing.T, w *town) {
		ana, ben := w.comes("ana", ""), w.comes("ben", "", "ana")
		ana.start()
		must(t, ana.AddByLink(client.Invitation{Address: ben.at, Key: keyOfSomeone(t, "ana").Fingerprint()}.String()))
		ben.start()
		ana.Look(ben.at)
		must(t, ana.Protected(ben.at, client.PrivateUnknown))
		time.Sleep(time.Second)
		if k := ana.keys(ben.at); len(k) != 1 || k[0].Told {
			t.Errorf("known: %+v", k)
		}
	})
}
