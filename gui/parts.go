package gui

import (
	"github.com/gotk3/gotk3/cairo"
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"
	"github.com/gotk3/gotk3/pango"

	"hushwing/gui/model"
	"hushwing/i18n"
)

// problemPart shows what went wrong and what to do next.
type problemPart struct {
	box        *gtk.Box
	text, next *gtk.Label
	fold       *fold
	detail     *gtk.Label
	button     *button
}

func newProblem(press presser) *problemPart {
	p := &problemPart{box: vbox(6, "card", "bad"), text: newLabel(), next: newLabel(), detail: newLabel("small", "dim")}
	addClass(p.text, "caption")
	setRole(p.box, roleAlert)
	line := hbox(10)
	icon := must(gtk.ImageNewFromIconName("hw-failed-symbolic", gtk.ICON_SIZE_BUTTON))
	icon.SetVAlign(gtk.ALIGN_START)
	icon.SetMarginTop(2)
	icon.Show()
	addClass(icon, "problem-text")
	line.PackStart(icon, false, false, 0)
	words := vbox(4)
	words.PackStart(p.text, false, false, 0)
	words.PackStart(p.next, false, false, 0)
	line.PackStart(words, true, true, 0)
	p.box.PackStart(line, false, false, 0)
	p.detail.SetSelectable(true)
	p.fold = newFold(p.detail)
	p.fold.SetLabel(i18n.T("Technical details"))
	p.box.PackStart(p.fold, false, false, 0)
	p.button = newButton(press)
	p.button.SetHAlign(gtk.ALIGN_START)
	p.box.PackStart(p.button, false, false, 0)
	p.box.Hide()
	return p
}

func (p *problemPart) set(v *model.Problem) {
	p.box.SetVisible(v != nil)
	if v == nil {
		return
	}
	say(p.text, v.Text)
	say(p.next, v.Next)
	say(p.detail, v.Detail)
	setName(p.detail, firstOf(v.Detail, i18n.T("Technical details")))
	p.fold.SetVisible(v.Detail != "")
	p.button.set(v.Button)
	setName(p.box, v.Text)
}

// busyPart shows that something is going on.
type busyPart struct {
	box  *gtk.Box
	text *gtk.Label
	bar  *gtk.ProgressBar
	beat glib.SourceHandle // moves the bar; 0: at rest
}

func newBusy() *busyPart {
	b := &busyPart{box: vbox(8), text: newLabel("dim"), bar: must(gtk.ProgressBarNew())}
	b.text.SetXAlign(0.5)
	b.text.SetJustify(gtk.JUSTIFY_CENTER)
	addClass(b.bar, "tall")
	b.bar.SetPulseStep(0.06)
	b.bar.Show()
	b.box.PackStart(b.bar, false, false, 0)
	b.box.PackStart(b.text, false, false, 0)
	b.box.Connect("destroy", b.rest)
	b.box.Hide()
	return b
}

func (b *busyPart) rest() {
	if b.beat != 0 {
		glib.SourceRemove(b.beat)
		b.beat = 0
	}
}

func (b *busyPart) set(v *model.Busy) {
	b.box.SetVisible(v != nil)
	if v == nil {
		b.rest()
		return
	}
	say(b.text, v.Text)
	setName(b.bar, firstOf(v.Text, i18n.T("Please wait")))
	if v.Fraction >= 0 {
		b.rest()
		b.bar.SetFraction(min(v.Fraction, 1))
	} else if b.beat == 0 {
		b.bar.Pulse()
		b.beat = glib.TimeoutAdd(80, func() bool { b.bar.Pulse(); return true })
	}
}

// avatar is a round picture with initials.
type avatar struct {
	*gtk.Label
	colour int
}

func newAvatar(classes ...string) *avatar {
	a := &avatar{Label: must(gtk.LabelNew("")), colour: -1}
	a.SetVAlign(gtk.ALIGN_CENTER)
	a.SetHAlign(gtk.ALIGN_CENTER)
	a.SetSingleLineMode(true)
	a.SetEllipsize(pango.ELLIPSIZE_NONE)
	addClass(a, "avatar")
	addClass(a, classes...)
	a.Show()
	return a
}

func (a *avatar) set(initials string, colour int) {
	if t, _ := a.GetText(); t != initials {
		a.SetText(initials)
		setClass(a, "wide", len([]rune(initials)) > 2)
	}
	if colour != a.colour {
		names := [model.Colours]string{"avatar-0", "avatar-1", "avatar-2", "avatar-3", "avatar-4", "avatar-5", "avatar-6", "avatar-7", "avatar-8"}
		for i, n := range names {
			setClass(a, n, i == colour%model.Colours)
		}
		a.colour = colour
	}
}

// addressPart shows the user's own address with its code.
type addressPart struct {
	box     *gtk.Box
	frame   *gtk.Box
	area    *gtk.DrawingArea
	address *gtk.Label
	advice  *gtk.Label
	copy    *button
	link    *button
	modules [][]bool
}

// A code on the screen has whole pixels for each module, at least three, and
// about as many as qrSide together; around it, qrQuiet modules of white.
const (
	qrSide  = 208
	qrQuiet = 4
)

func qrPixels(modules int) (module, side int) {
	n := modules + 2*qrQuiet
	module = max(3, (qrSide+n/2)/n)
	return module, module * n
}

func newAddress(press presser) *addressPart {
	p := &addressPart{
		box: vbox(12), frame: hbox(0, "qr"), area: must(gtk.DrawingAreaNew()),
		address: newLabel("address"), advice: newLabel("dim"), copy: newButton(press), link: newButton(press),
	}
	p.area.Connect("draw", func(_ *gtk.DrawingArea, cr *cairo.Context) { p.draw(cr) })
	p.area.Show()
	p.frame.PackStart(p.area, false, false, 0)
	p.frame.SetHAlign(gtk.ALIGN_CENTER)
	p.box.PackStart(p.frame, false, false, 0)
	p.address.SetSelectable(true)
	p.address.SetXAlign(0.5)
	p.address.SetJustify(gtk.JUSTIFY_CENTER)
	p.box.PackStart(p.address, false, false, 0)
	line := hbox(8)
	line.SetHAlign(gtk.ALIGN_CENTER)
	line.PackStart(p.copy, false, false, 0)
	line.PackStart(p.link, false, false, 0)
	p.box.PackStart(line, false, false, 0)
	p.advice.SetXAlign(0.5)
	p.advice.SetJustify(gtk.JUSTIFY_CENTER)
	p.box.PackStart(p.advice, false, false, 0)
	p.box.Hide()
	return p
}

func (p *addressPart) set(v *model.AddressView) {
	p.box.SetVisible(v != nil)
	if v == nil {
		return
	}
	say(p.address, v.Address)
	setName(p.address, v.Address)
	say(p.advice, v.Advice)
	p.copy.set(v.Copy)
	p.link.set(v.CopyLink)
	p.modules = v.QR
	_, side := qrPixels(len(v.QR))
	p.area.SetSizeRequest(side, side)
	p.frame.SetVisible(len(v.QR) > 0)
	setName(p.area, v.QRName)
	p.area.QueueDraw()
}

// draw paints the code, dark on white in every theme: that is what cameras read.
func (p *addressPart) draw(cr *cairo.Context) {
	side, _ := qrPixels(len(p.modules))
	off := float64(side * qrQuiet)
	cr.SetSourceRGB(0, 0, 0)
	for y, row := range p.modules {
		for x, dark := range row {
			if dark {
				cr.Rectangle(off+float64(x*side), off+float64(y*side), float64(side), float64(side))
			}
		}
	}
	cr.Fill()
}
