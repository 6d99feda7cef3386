package gui

import (
	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// picturePart shows a picture of a server's form. GTK sees pixels alone, which
// the client has decoded: none of its own decoders is used.
type picturePart struct {
	frame *gtk.Box
	image *gtk.Image
	now   *model.Picture
}

// Small puzzles are shown twice as large, for eyes; large ones as they are.
const (
	pictureDouble = 260 // pixels of width
	pictureRoom   = 320 // what a narrow window has
)

func newPicturePart() *picturePart {
	p := &picturePart{frame: hbox(0, "puzzle"), image: must(gtk.ImageNew())}
	p.frame.SetHAlign(gtk.ALIGN_START)
	p.image.Show()
	p.frame.PackStart(p.image, false, false, 0)
	return p
}

// setPicture shows the picture of a field under its label, or none.
func (p *field) setPicture(v model.Field) {
	if p.shot == nil {
		if v.Picture == nil {
			return
		}
		p.shot = newPicturePart()
		p.box.PackStart(p.shot.frame, false, false, 0)
		p.box.ReorderChild(p.shot.frame, 1)
	}
	s := p.shot
	s.frame.SetVisible(v.Picture != nil)
	setName(s.image, v.PictureName)
	if v.Picture == s.now {
		return
	}
	if s.now = v.Picture; s.now != nil {
		s.image.SetFromPixbuf(pixbufOf(*s.now))
	}
}

// pixbufOf takes the pixels over, and fits them to the page.
func pixbufOf(p model.Picture) *gdk.Pixbuf {
	b := must(gdk.PixbufNew(gdk.COLORSPACE_RGB, false, 8, p.Width, p.Height))
	pixels, stride := b.GetPixels(), b.GetRowstride()
	for y := range p.Height {
		copy(pixels[y*stride:], p.RGB[3*y*p.Width:3*(y+1)*p.Width])
	}
	width := p.Width
	switch {
	case p.Width <= pictureDouble:
		width = min(2*p.Width, pictureRoom)
	case p.Width > pictureRoom:
		width = pictureRoom
	}
	if width == p.Width {
		return b
	}
	return must(b.ScaleSimple(width, max(1, p.Height*width/p.Width), gdk.INTERP_BILINEAR))
}
