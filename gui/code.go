package gui

import (
	"github.com/gotk3/gotk3/cairo"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// A code on the screen has whole pixels for each module, at least three, and
// about as many as are wanted together; around it, qrQuiet modules of white.
const (
	qrSide  = 208 // of one's own address, in pixels
	qrQuiet = 4
)

func qrPixels(modules, want int) (module, side int) {
	n := modules + 2*qrQuiet
	module = max(3, (want+n/2)/n)
	return module, module * n
}

// qrArea draws a code for cameras.
type qrArea struct {
	*gtk.DrawingArea
	want    int // about the side, in pixels
	modules [][]bool
}

func newQR(want int) *qrArea {
	q := &qrArea{DrawingArea: must(gtk.DrawingAreaNew()), want: want}
	q.Connect("draw", func(_ *gtk.DrawingArea, cr *cairo.Context) { q.draw(cr) })
	q.Show()
	return q
}

func (q *qrArea) set(modules [][]bool, name string) {
	q.modules = modules
	_, side := qrPixels(len(modules), q.want)
	q.SetSizeRequest(side, side)
	setName(q, name)
	q.QueueDraw()
}

// draw paints the code, dark on white in every theme: that is what cameras read.
func (q *qrArea) draw(cr *cairo.Context) {
	side, _ := qrPixels(len(q.modules), q.want)
	off := float64(side * qrQuiet)
	cr.SetSourceRGB(0, 0, 0)
	for y, row := range q.modules {
		for x, dark := range row {
			if dark {
				cr.Rectangle(off+float64(x*side), off+float64(y*side), float64(side), float64(side))
			}
		}
	}
	cr.Fill()
}

// codeSide is about the side of a safety code's picture, in pixels.
const codeSide = 148

// codePart shows digits to be read aloud or compared. It reads from left to right
// in every language. It is made when it is first wanted.
type codePart struct {
	box    *gtk.Box
	grid   *gtk.Grid
	frame  *gtk.Box
	qr     *qrArea
	across int // groups in a row
	now    *model.CodeView
}

func newCode(across int) *codePart {
	p := &codePart{box: vbox(14), grid: must(gtk.GridNew()), frame: hbox(0, "qr"), qr: newQR(codeSide), across: across}
	p.grid.SetHAlign(gtk.ALIGN_CENTER)
	p.grid.SetColumnSpacing(18)
	p.grid.SetRowSpacing(8)
	p.grid.Show()
	setLTR(p.grid)
	setRole(p.grid, roleGroup)
	p.frame.SetHAlign(gtk.ALIGN_CENTER)
	p.frame.PackStart(p.qr, false, false, 0)
	p.box.PackStart(p.grid, false, false, 0)
	p.box.PackStart(p.frame, false, false, 0)
	return p
}

// lay puts so many groups in a row.
func (p *codePart) lay(across int) {
	if p.across != across {
		p.across = across
		p.fill()
	}
}

func (p *codePart) set(v *model.CodeView) {
	p.box.SetVisible(v != nil)
	p.now = v
	p.fill()
	if v == nil {
		return
	}
	p.frame.SetVisible(len(v.QR) > 0)
	p.qr.set(v.QR, v.QRName)
}

// fill writes the groups. One name for all of them says them digit by digit: each
// by itself would be read as a number.
func (p *codePart) fill() {
	p.grid.GetChildren().Foreach(func(c any) { remove(c.(gtk.IWidget)) })
	if p.now == nil {
		return
	}
	setName(p.grid, p.now.Name)
	for i, g := range p.now.Groups {
		l := must(gtk.LabelNew(g))
		addClass(l, "digits")
		setClass(l, "large", p.now.Large)
		setLTR(l)
		l.Show()
		p.grid.Attach(l, i%p.across, i/p.across, 1, 1)
	}
}
