package client

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
	"time"

	"hushwing/xmpp"
)

// drawn is a picture with a red corner, in which nothing else is.
func drawn(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range min(height, 8) {
		for x := range min(width, 8) {
			img.Set(x, y, color.NRGBA{R: 200, A: 255})
		}
	}
	return img
}

func asPNG(t testing.TB, img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// moving is a GIF of many frames of which each but the first is black.
func moving(t testing.TB, width, height, frames int) []byte {
	g := &gif.GIF{Config: image.Config{Width: width, Height: height, ColorModel: color.Palette{color.White, color.Black, color.NRGBA{R: 200, A: 255}}}}
	for i := range frames {
		f := image.NewPaletted(image.Rect(0, 0, width, height), g.Config.ColorModel.(color.Palette))
		for n := range f.Pix {
			if i > 0 {
				f.Pix[n] = 1
			} else if n%width < 8 && n/width < 8 {
				f.Pix[n] = 2
			}
		}
		g.Image, g.Delay = append(g.Image, f), append(g.Delay, 1)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPicture: each kind is read as it was drawn, what lets the light through
// lies on white, and of a picture that moves the first frame is taken.
func TestPicture(t *testing.T) {
	for name, file := range map[string][]byte{
		"PNG": asPNG(t, drawn(200, 70)), "GIF": moving(t, 200, 70, 1), "moving GIF": moving(t, 200, 70, 60),
		"GIF beside its frame": besideFrame(t),
	} {
		p, err := decodePicture(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Width != 200 || p.Height != 70 || len(p.RGB) != 3*200*70 {
			t.Fatalf("%s: %d x %d in %d bytes", name, p.Width, p.Height, len(p.RGB))
		}
		at := func(x, y int) [3]byte { return [3]byte(p.RGB[3*(y*200+x):]) }
		if at(2, 2) != [3]byte{200, 0, 0} || at(100, 50) != [3]byte{255, 255, 255} {
			t.Errorf("%s: drawn %v and %v", name, at(2, 2), at(100, 50))
		}
	}
	white := image.NewGray(image.Rect(0, 0, 90, 40))
	for i := range white.Pix {
		white.Pix[i] = 255
	}
	if p, err := decodePicture(asJPEG(t, white)); err != nil || p.Width != 90 || p.RGB[0] < 250 {
		t.Errorf("JPEG: %v", err)
	}
}

// besideFrame is a GIF whose frame covers a corner of it alone.
func besideFrame(t testing.TB) []byte {
	pal := color.Palette{color.White, color.NRGBA{R: 200, A: 255}}
	f := image.NewPaletted(image.Rect(0, 0, 8, 8), pal)
	for i := range f.Pix {
		f.Pix[i] = 1
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{f}, Delay: []int{0}, Config: image.Config{Width: 200, Height: 70, ColorModel: pal}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// header is a PNG that says to have that size, and has nothing.
func header(width, height uint32) []byte {
	ihdr := append([]byte("IHDR"), make([]byte, 13)...)
	binary.BigEndian.PutUint32(ihdr[4:], width)
	binary.BigEndian.PutUint32(ihdr[8:], height)
	ihdr[12], ihdr[13] = 8, 6
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, ihdr...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(ihdr))
}

// scans is a progressive JPEG of as many passes over the picture as fit: each
// takes 13 bytes and looks at every block.
func scans(size int) []byte {
	const side = 496
	b := []byte{0xff, 0xd8}
	b = append(append(b, 0xff, 0xdb, 0, 67, 0), bytes.Repeat([]byte{1}, 64)...)
	b = append(b, 0xff, 0xc2, 0, 11, 8, side>>8, side&255, side>>8, side&255, 1, 1, 0x11, 0)
	table := func(class byte, symbol byte) {
		b = append(append(b, 0xff, 0xc4, 0, 20, class<<4), append(append([]byte{1}, make([]byte, 15)...), symbol)...)
	}
	table(0, 0)
	table(1, 0xe0) // "nothing in the next 16384 + n blocks"
	for len(b)+20 < size {
		b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0, 0x7f, 0xff, 0x00)
	}
	return append(b, 0xff, 0xd9)
}

// TestPictureHostile: what is too large is refused by its head alone, and what a
// file of the largest size can cost is little.
func TestPictureHostile(t *testing.T) {
	huge := moving(t, 8, 8, 1)
	copy(huge[6:], []byte{0xff, 0xff, 0xff, 0xff})
	wide := asJPEG(t, drawn(8, 8))
	sof := bytes.Index(wide, []byte{0xff, 0xc0})
	copy(wide[sof+5:], []byte{0xff, 0xff, 0xff, 0xff})
	outside := besideFrame(t)
	copy(outside[6:], []byte{4, 0, 4, 0}) // smaller than its frame
	for name, file := range map[string][]byte{
		"nothing":           {},
		"a head alone":      header(10, 10),
		"a huge PNG":        header(1<<31-1, 1<<31-1),
		"a PNG bomb":        asPNG(t, image.NewNRGBA(image.Rect(0, 0, 600, 600))),
		"a thin PNG":        header(1, 250_001),
		"no width":          header(0, 10),
		"too many pixels":   asPNG(t, drawn(501, 500)),
		"a huge GIF":        huge,
		"a huge JPEG":       wide,
		"a frame beyond":    outside,
		"half a PNG":        asPNG(t, drawn(200, 70))[:60],
		"an SVG":            []byte("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"),
		"a TIFF":            []byte("II*\x00"),
		"a PNG of a lie":    append([]byte("\x89PNG\r\n\x1a\n"), 0xff, 0xff, 0xff, 0xff, 'I', 'H', 'D', 'R'),
		"a GIF that stops":  moving(t, 20, 20, 1)[:20],
		"a JPEG that stops": asJPEG(t, drawn(20, 20))[:200],
	} {
		began := time.Now()
		if p, err := decodePicture(file); err == nil {
			t.Errorf("%s: %d x %d", name, p.Width, p.Height)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
	began := time.Now()
	// An eighth of the largest, because the race detector makes it ten times as slow.
	p, err := decodePicture(scans(xmpp.MaxPicture / 8))
	took := time.Since(began)
	if err != nil || took > 5*time.Second {
		t.Errorf("a JPEG of six hundred passes: %v, after %v", err, took)
	} else {
		t.Logf("a JPEG of six hundred passes over %d x %d pixels: %v", p.Width, p.Height, took.Round(time.Millisecond))
	}
}

// TestShowForm: a form is shown whole or not at all.
func TestShowForm(t *testing.T) {
	good, bad := asPNG(t, drawn(200, 70)), header(9000, 9000)
	user := xmpp.Field{Name: "username", Kind: xmpp.Text}
	for name, c := range map[string]struct {
		form xmpp.Form
		want Cause
	}{
		"a picture":         {xmpp.Form{Fields: []xmpp.Field{user, {Name: "ocr", Kind: xmpp.Text, Picture: good}}}, CauseUnknown},
		"a damaged picture": {xmpp.Form{Fields: []xmpp.Field{user, {Name: "ocr", Kind: xmpp.Text, Picture: bad}}}, FormCannotShow},
		"a sound":           {xmpp.Form{Fields: []xmpp.Field{user}, NeedsMore: true, Reason: xmpp.NeedsMedia}, FormCannotShow},
		"a website":         {xmpp.Form{NeedsMore: true, Reason: xmpp.NeedsWebsite, Website: "https://example.test/join"}, FormElsewhere},
	} {
		got := showForm(c.form)
		cause := CauseUnknown
		if got.problem != nil {
			cause = got.problem.Cause
		}
		if cause != c.want || (cause == CauseUnknown) != (len(got.fields) == 1 && got.fields[0].Picture != nil) {
			t.Errorf("%s: %+v", name, got)
		}
		if c.want == FormElsewhere && got.problem.Detail != c.form.Website {
			t.Errorf("%s: detail %q", name, got.problem.Detail)
		}
	}
}

// FuzzPicture reads anything as a picture: no panic, and what comes out is
// within the bounds and whole.
func FuzzPicture(f *testing.F) {
	f.Add(asPNG(f, drawn(12, 9)))
	f.Add(asJPEG(f, drawn(12, 9)))
	f.Add(moving(f, 12, 9, 3))
	f.Add(besideFrame(f))
	f.Add(header(501, 500))
	f.Add(scans(400))
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > xmpp.MaxPicture {
			return
		}
		p, err := decodePicture(file)
		if err != nil {
			return
		}
		if p.Width < 1 || p.Height < 1 || p.Width > maxPictureSide || p.Height > maxPictureSide ||
			p.Width*p.Height > maxPicturePixels || len(p.RGB) != 3*p.Width*p.Height {
			t.Fatalf("%d x %d in %d bytes", p.Width, p.Height, len(p.RGB))
		}
	})
}
