package xmpp

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// onePixel is the beginning of a picture: nothing here looks further.
var onePixel = []byte("\x89PNG\r\n\x1a\n and the rest of it")

func cidOf(data []byte) string { return fmt.Sprintf("sha1+%x@bob.xmpp.org", sha1.Sum(data)) }

// bob is a picture beside a form.
func bob(data []byte) string { return bobAs(cidOf(data), data) }

func bobAs(cid string, data []byte) string {
	return "<data xmlns='urn:xmpp:bob' type='image/png' max-age='0' cid='" + cid + "'>" + base64.StdEncoding.EncodeToString(data) + "</data>"
}

// puzzleField asks for what stands in a picture.
const puzzleField = "<field var='ocr' type='text-single' label='Enter the text you see'><required/>%s</field>"

// media points to pictures.
func media(uris ...string) string {
	var b strings.Builder
	for _, u := range uris {
		b.WriteString("<uri type='image/png'>" + u + "</uri>")
	}
	return "<media xmlns='urn:xmpp:media-element'>" + b.String() + "</media>"
}

// puzzleForm is a form as ejabberd writes it, with other ways to show the picture.
func puzzleForm(before, field, beside string) string {
	if strings.Contains(field, "%s") {
		field = fmt.Sprintf(field, media("cid:"+cidOf(onePixel)))
	}
	return "<instructions>You need a program that knows forms</instructions><x xmlns='jabber:x:data' type='form'><instructions>Choose</instructions>" + before +
		"<field var='username' type='text-single'><required/></field><field var='password' type='text-private'><required/></field>" +
		"<field var='captcha-fallback-text' type='fixed'><value>If you do not see it, visit the web page.</value></field>" +
		"<field var='captcha-fallback-url' type='text-single' label='web page'><value>http://example.test/captcha/1/image</value></field>" +
		"<field var='challenge' type='hidden'><value>1</value></field>" + field + "</x>" + beside
}

func formOf(t *testing.T, in string) Form {
	t.Helper()
	n, err := parseQuery([]byte("<query xmlns='jabber:iq:register'>" + in + "</query>"))
	if err != nil {
		t.Fatal(err)
	}
	return readForm(n)
}

// TestPictureForm: a picture beside the form, by either sum, is the field's; the
// fallbacks for other programs are not shown, and their link is not answered.
func TestPictureForm(t *testing.T) {
	sha2 := fmt.Sprintf("sha-256+%x@bob.xmpp.org", sha256.Sum256(onePixel))
	for name, in := range map[string]string{
		"sha1":                   puzzleForm("", puzzleField, bob(onePixel)),
		"sha256":                 puzzleForm("", fmt.Sprintf(puzzleField, media("cid:"+sha2)), bobAs(sha2, onePixel)),
		"after a link":           puzzleForm("", fmt.Sprintf(puzzleField, media("http://example.test/x.png", "cid:"+cidOf(onePixel))), bob(onePixel)),
		"broken into lines":      puzzleForm("", puzzleField, strings.Replace(bob(onePixel), "'>iVBOR", "'>\n iVB\n\tOR", 1)),
		"with a sound beside it": puzzleForm("<field var='audio_recog'><media xmlns='urn:xmpp:media-element'><uri type='audio/x-wav'>cid:x@bob.xmpp.org</uri></media></field>", puzzleField, bob(onePixel)),
		"with a sum to do":       puzzleForm("<field var='SHA-256' type='text-single'/>", puzzleField, bob(onePixel)),
	} {
		f := formOf(t, in)
		if f.NeedsMore || !f.puzzle || f.Instructions != "Choose" {
			t.Errorf("%s: %+v", name, f)
			continue
		}
		var got []string
		for _, field := range f.Fields {
			got = append(got, field.Name)
			if (field.Name == "ocr") != bytes.Equal(field.Picture, onePixel) {
				t.Errorf("%s: the picture of %q is %q", name, field.Name, field.Picture)
			}
		}
		if strings.Join(got, " ") != "username password challenge ocr" {
			t.Errorf("%s: the fields are %q", name, got)
		}
		answer, err := f.answer(map[string]string{"username": "a", "password": "b", "ocr": "427"})
		if err != nil {
			t.Fatal(err)
		}
		if e := string(encodeTokens(answer)); !strings.Contains(e, "427") || strings.Contains(e, "example.test") || !strings.Contains(e, `var="challenge"`) {
			t.Errorf("%s: answered %s", name, e)
		}
	}
}

// TestPictureFormHostile: what a server could send instead of a picture is none.
func TestPictureFormHostile(t *testing.T) {
	big := append(bytes.Clone(onePixel), make([]byte, MaxPicture)...)
	script := []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")
	many := ""
	for i := range 20 {
		many += bob(append(bytes.Clone(onePixel), byte(i)))
	}
	for name, c := range map[string]struct {
		in   string
		want NeedsMoreReason
		site string
	}{
		"not there":            {puzzleForm("", puzzleField, ""), NeedsMedia, ""},
		"of another name":      {puzzleForm("", puzzleField, bobAs(cidOf(script), onePixel)), NeedsMedia, ""},
		"wrong sum":            {puzzleForm("", puzzleField, bobAs(cidOf(onePixel), append(bytes.Clone(onePixel), 1))), NeedsMedia, ""},
		"unknown sum":          {puzzleForm("", fmt.Sprintf(puzzleField, media("cid:md5+00@bob.xmpp.org")), bobAs("md5+00@bob.xmpp.org", onePixel)), NeedsMedia, ""},
		"no sum":               {puzzleForm("", fmt.Sprintf(puzzleField, media("cid:x")), bobAs("x", onePixel)), NeedsMedia, ""},
		"not base64":           {puzzleForm("", puzzleField, strings.Replace(bob(onePixel), "'>", "'>*", 1)), NeedsMedia, ""},
		"too large":            {puzzleForm("", fmt.Sprintf(puzzleField, media("cid:"+cidOf(big))), bob(big)), NeedsMedia, ""},
		"an SVG":               {puzzleForm("", fmt.Sprintf(puzzleField, media("cid:"+cidOf(script))), bob(script)), NeedsMedia, ""},
		"the twentieth":        {puzzleForm("", fmt.Sprintf(puzzleField, media("cid:"+cidOf(append(bytes.Clone(onePixel), 19)))), many), NeedsMedia, ""},
		"a link alone":         {puzzleForm("", fmt.Sprintf(puzzleField, media("http://example.test/x.png")), bob(onePixel)), NeedsWebsite, "http://example.test/captcha/1/image"},
		"a link without cid":   {puzzleForm("", fmt.Sprintf(puzzleField, media("https://example.test/x.png", "file:///etc/passwd", "data:image/png;base64,AAAA")), ""), NeedsWebsite, "http://example.test/captcha/1/image"},
		"no uri":               {puzzleForm("", fmt.Sprintf(puzzleField, media()), bob(onePixel)), NeedsMedia, ""},
		"a required sound":     {puzzleForm("<field var='audio_recog'><required/><media xmlns='urn:xmpp:media-element'><uri type='audio/x-wav'>cid:x</uri></media></field>", puzzleField, bob(onePixel)), NeedsMedia, ""},
		"an optional sound":    {puzzleForm("<field var='audio_recog'><media xmlns='urn:xmpp:media-element'><uri type='audio/x-wav'>cid:x</uri></media></field>", "", ""), NeedsMedia, ""},
		"a sum to do":          {puzzleForm("<field var='SHA-256'><required/></field>", puzzleField, bob(onePixel)), NeedsUnknown, ""},
		"picture in a picture": {puzzleForm("", puzzleField, "<data xmlns='urn:xmpp:bob' cid='"+cidOf(onePixel)+"'>"+bob(onePixel)+"</data>"), NeedsMedia, ""},
	} {
		f := formOf(t, c.in)
		if !f.NeedsMore || f.Reason != c.want || f.Website != c.site {
			t.Errorf("%s: needs more %v: %v %q", name, f.NeedsMore, f.Reason, f.Website)
		}
		for _, field := range f.Fields {
			if field.Picture != nil && !bytes.Equal(field.Picture, onePixel) {
				t.Errorf("%s: a picture of %d bytes", name, len(field.Picture))
			}
		}
	}
}
