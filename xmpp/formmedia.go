package xmpp

import (
	"bytes"
	"crypto/sha1" // of XEP-0231: it names a picture, and is no promise of anything
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// This file reads the pictures of a form: XEP-0158 asks, XEP-0221 says where the
// picture is, XEP-0231 carries it beside the form. Nothing is ever fetched, and
// nothing here looks into a picture.

// Bounds of the pictures of a form.
const (
	MaxPicture  = 64 << 10 // bytes of one
	maxPictures = 4
)

const nsBob = "urn:xmpp:bob"

// readMedia adds a field with a <media/>, or says why it cannot be shown. A form
// may ask in several ways, of which one will do: a sound for those who cannot see
// the picture (XEP-0158, 4). So one that cannot be shown is left out, unless it
// is required.
func (f *Form) readMedia(k *node, pictures map[string][]byte) NeedsMoreReason {
	picture, why := k.readPicture(pictures)
	if picture == nil {
		if k.child(nsData, "required") != nil {
			f.needs(why)
		}
		return why
	}
	before := len(f.Fields)
	f.readField(k, picture)
	f.puzzle = f.puzzle || len(f.Fields) > before
	return 0
}

// readPicture returns the file of the picture that n shows, as the server sent
// it: at most MaxPicture bytes whose beginning is that of a PNG, JPEG or GIF.
// Whoever shows it decodes it first, with bounds on its size.
func (n *node) readPicture(pictures map[string][]byte) ([]byte, NeedsMoreReason) {
	reason := NeedsMedia
	for _, uri := range n.child(nsMedia, "media").Kids {
		if !uri.is(nsMedia, "uri") {
			continue
		}
		where := strings.TrimSpace(uri.Text)
		cid, inside := strings.CutPrefix(where, "cid:")
		if !inside {
			if strings.HasPrefix(uri.get("type"), "image/") {
				reason = NeedsWebsite
			}
			continue
		}
		if data := pictures[cid]; data != nil {
			return data, 0
		}
		reason = NeedsMedia // it ought to be here
	}
	return nil, reason
}

// pictures reads what came beside a form, by its name.
func (n *node) pictures() map[string][]byte {
	out := map[string][]byte{}
	for _, k := range n.Kids {
		if !k.is(nsBob, "data") || len(out) >= maxPictures {
			continue
		}
		// White space may stand anywhere in it.
		if len(k.Text) > 2*MaxPicture {
			continue
		}
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(k.Text), ""))
		if cid := k.get("cid"); err == nil && len(data) <= MaxPicture && isPicture(data) && namedBy(cid, data) {
			out[cid] = data
		}
	}
	return out
}

// isPicture tells whether data begins as one of the kinds that are shown.
func isPicture(data []byte) bool {
	for _, magic := range []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return true
		}
	}
	return false
}

// namedBy tells whether cid is the name of data: "sha1+HEX@bob.xmpp.org"
// (XEP-0231, 2).
func namedBy(cid string, data []byte) bool {
	name, _, ok := strings.Cut(cid, "@")
	algorithm, sum, found := strings.Cut(name, "+")
	if !ok || !found {
		return false
	}
	want, err := hex.DecodeString(sum)
	if err != nil {
		return false
	}
	switch algorithm {
	case "sha1":
		got := sha1.Sum(data)
		return bytes.Equal(got[:], want)
	case "sha256", "sha-256":
		got := sha256.Sum256(data)
		return bytes.Equal(got[:], want)
	}
	return false
}

// fallback names the fields of older ways to show a picture, which are for a
// person to read in programs that do not know pictures: a link and a text.
// Without them the answer is complete.
func fallback(name string) bool { return strings.HasPrefix(name, "captcha-fallback-") }

// field returns the value of a field of a data form, or nil.
func (n *node) field(name string) *node {
	for _, k := range n.Kids {
		if k.is(nsData, "field") && k.get("var") == name {
			return k.child(nsData, "value")
		}
	}
	return nil
}
