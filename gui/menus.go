package gui

import (
	"strconv"

	"github.com/gotk3/gotk3/gtk"
	"github.com/gotk3/gotk3/pango"
)

// newOneLine makes a label of one line that is cut where there is no room; then
// a tooltip has all of it.
func newOneLine(classes ...string) *gtk.Label {
	l := must(gtk.LabelNew(""))
	l.SetXAlign(0)
	l.SetEllipsize(pango.ELLIPSIZE_END)
	addClass(l, classes...)
	tellCut(l)
	return l
}

// tellCut gives a label that may be cut its whole text as a tooltip while it is.
func tellCut(l *gtk.Label) {
	l.ConnectAfter("size-allocate", func() {
		text := ""
		if isCut(l) {
			text, _ = l.GetText()
		}
		if old, _ := l.GetTooltipText(); old != text {
			l.SetTooltipText(text)
		}
	})
}

// badgeText is a number of new messages as it fits a badge.
func badgeText(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}
