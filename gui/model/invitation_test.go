package model

import (
	"strings"
	"testing"

	"hushwing/client"
)

const (
	anasHex  = "AEA4D503298797D4A4FC823BC1D24524B4C54338"
	anasLink = "xmpp:ana@example.test?otr-fingerprint=" + anasHex
)

// anasKey is that of anasLink.
func anasKey() (k client.Invitation) {
	k, _ = client.ParseInvitation(anasLink)
	return k
}

// TestMyAddressWithKey: the code and the second button have the link with the
// key, the first button the address alone.
func TestMyAddressWithKey(t *testing.T) {
	d := settled(t)
	d.isData("ana@example.test")
	a := client.Account{ID: "a1", Address: "ana@example.test", State: client.Online}
	d.apply(client.AccountChanged{Account: a})
	d.m.Press(Action{Kind: ActionMyAddress})
	d.step()
	without := d.m.Dialog().Address
	if without.CopyLink.Shown() {
		t.Error("a safety code where none is known")
	}
	a.Fingerprint = anasKey().Key
	d.apply(client.AccountChanged{Account: a})
	v := d.m.Dialog().Address
	if len(v.QR) <= len(without.QR) || plain(v.QRName) == plain(without.QRName) {
		t.Errorf("the picture has %d modules, without the key %d", len(v.QR), len(without.QR))
	}
	d.press(v.Copy)
	if d.last.Clipboard != "ana@example.test" {
		t.Errorf("copied %q", d.last.Clipboard)
	}
	d.press(v.CopyLink)
	if d.last.Clipboard != anasLink || plain(d.last.Toast.Text) != "Your address was copied, with its safety code." {
		t.Errorf("copied %q: %+v", d.last.Clipboard, d.last.Toast)
	}
}

// TestAddByLink: what is pasted may be a link; its key goes to the client, which
// believes it no more than others.
func TestAddByLink(t *testing.T) {
	d := settled(t)
	d.m.Press(Action{Kind: ActionAskAdd})
	d.step()
	d.set(FieldIDContactAddress, " <"+anasLink+"> ")
	if help := plain(d.field(d.m.Dialog().Fields, FieldIDContactAddress).Help); !strings.Contains(help, "safety code") || !strings.Contains(help, "still needed") {
		t.Errorf("help %q", help)
	}
	d.press(d.m.Dialog().OK)
	if add := sent[client.AddContact](d); add.Address != "ana@example.test" || add.Key != anasKey().Key {
		t.Errorf("added %+v", add)
	}
}

func TestOpenLinkWithKey(t *testing.T) {
	d := settled(t)
	d.isData(anasLink)
	d.m.OpenLink(strings.ToLower(anasLink) + ";name=Eve#x")
	d.step()
	if v := d.m.Dialog(); !v.Open || v.Fields[0].Value != anasLink {
		t.Errorf("the dialog has %+v", v.Fields)
	}
	d.press(d.m.Dialog().OK)
	if add := sent[client.AddContact](d); add.Address != "ana@example.test" || add.Key != anasKey().Key {
		t.Errorf("added %+v", add)
	}
}

// TestKeyBesideTheLink: the strip says that the key does not fit the link.
func TestKeyBesideTheLink(t *testing.T) {
	d := mainDesk(t)
	d.m.Select(ana)
	d.step()
	other := anasKey().Key
	other[0]++
	c := client.Contact{Peer: ana, Name: "Ana", Available: true, Protection: client.PrivateNewKey, Keys: []client.KeyInfo{
		{Fingerprint: anasKey().Key, First: d.now, Told: true}, {Fingerprint: other, First: d.now, Now: true},
	}}
	d.apply(client.ContactChanged{Contact: c}, client.ProtectionChanged{Info: client.ProtectionInfo{Peer: ana, Protection: client.PrivateNewKey, Key: other}})
	d.equal("strip", d.m.Conversation().Strip.Text, "This key of Ana’s does not fit the link that you added them by. Check before writing anything risky.")
	rows := keysSection(d.m.contacts[ana]).Rows
	if len(rows) != 2 || plain(rows[0].Label) != "Named by a link, never seen" || plain(rows[1].Label) != "Never checked" {
		t.Errorf("the keys are told as %+v", rows)
	}
	c.Keys[0].Told = false
	d.apply(client.ContactChanged{Contact: c})
	d.equal("strip", d.m.Conversation().Strip.Text, "Ana’s key is new. Not expecting that? Check before writing anything risky.")
}
