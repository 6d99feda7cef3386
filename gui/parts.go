package gui

import (
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
	box   *gtk.Box
	text  *gtk.Label
	bar   *gtk.ProgressBar
	pulse bool              // nobody knows how long it takes
	beat  glib.SourceHandle // moves the bar; 0: at rest
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
	// A bar that nobody sees does not move: it would go on for as long as the
	// program runs, where another screen has taken the place of this one.
	b.bar.Connect("map", b.move)
	b.bar.Connect("unmap", b.rest)
	b.box.Hide()
	return b
}

// move has the bar move, if it should.
func (b *busyPart) move() {
	if b.pulse && b.beat == 0 && b.bar.GetMapped() {
		b.bar.Pulse()
		b.beat = after(80, func() bool { b.bar.Pulse(); return true })
	}
}

// rest stops the bar. A fraction is what ends GTK's own part in it, 60 frames a
// second from the first move on.
func (b *busyPart) rest() {
	if b.beat != 0 {
		glib.SourceRemove(b.beat)
		b.beat = 0
		b.bar.SetFraction(0)
	}
}

func (b *busyPart) set(v *model.Busy) {
	b.box.SetVisible(v != nil)
	b.pulse = v != nil && v.Fraction < 0
	if !b.pulse {
		b.rest()
	}
	if v == nil {
		return
	}
	say(b.text, v.Text)
	setName(b.bar, firstOf(v.Text, i18n.T("Please wait")))
	if b.pulse {
		b.move()
	} else {
		b.bar.SetFraction(min(v.Fraction, 1))
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
	area    *qrArea
	address *gtk.Label
	advice  *gtk.Label
	copy    *button
	link    *button
}

func newAddress(press presser) *addressPart {
	p := &addressPart{
		box: vbox(12), frame: hbox(0, "qr"), area: newQR(qrSide),
		address: newLabel("address"), advice: newLabel("dim"), copy: newButton(press), link: newButton(press),
	}
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
	p.frame.SetVisible(len(v.QR) > 0)
	p.area.set(v.QR, v.QRName)
}
