package gui

import (
	"errors"
	"fmt"

	"github.com/gotk3/gotk3/gtk"
	"github.com/gotk3/gotk3/pango"

	"hushwing/gui/model"
)

// must passes on a new widget. GTK's constructors fail only when there is no
// memory, and then there is nobody left to tell.
func must[T any](w T, err error) T {
	if err != nil {
		panic(err)
	}
	return w
}

// ui is a loaded interface file. The first error stays in err.
type ui struct {
	b    *gtk.Builder
	name string
	err  error
}

// open loads ui/NAME.ui. The files hold no words: those come from the model
// and, few, from code, through i18n.
func open(name string) *ui {
	u := &ui{name: name}
	data, err := uiFiles.ReadFile("ui/" + name + ".ui")
	if err != nil {
		u.err = err
		return u
	}
	if u.b, u.err = gtk.BuilderNew(); u.err == nil {
		u.err = u.b.AddFromString(string(data))
	}
	return u
}

// get returns the widget with that id, or notes the error.
func get[T any](u *ui, id string) T {
	var none T
	if u.err != nil {
		return none
	}
	o, err := u.b.GetObject(id)
	if err != nil {
		u.err = fmt.Errorf("%s.ui: %q: %w", u.name, id, err)
		return none
	}
	w, ok := o.(T)
	if !ok {
		u.err = errors.Join(u.err, fmt.Errorf("%s.ui: %q is a %T", u.name, id, o))
	}
	return w
}

// addClass adds style classes.
func addClass(w gtk.IWidget, classes ...string) {
	s := must(w.ToWidget().GetStyleContext())
	for _, c := range classes {
		s.AddClass(c)
	}
}

// setClass adds or removes a style class.
func setClass(w gtk.IWidget, class string, on bool) {
	s := must(w.ToWidget().GetStyleContext())
	if on != s.HasClass(class) {
		if on {
			s.AddClass(class)
		} else {
			s.RemoveClass(class)
		}
	}
}

var styles = []model.Style{model.StyleGood, model.StyleWarn, model.StyleNeutral, model.StyleBad}

// setStyle makes style the only one of the model's styles on w.
func setStyle(w gtk.IWidget, style model.Style) {
	for _, s := range styles {
		setClass(w, string(s), s == style)
	}
}

// newLabel makes a label that wraps and begins where reading begins.
func newLabel(classes ...string) *gtk.Label {
	l := must(gtk.LabelNew(""))
	l.SetLineWrap(true)
	l.SetLineWrapMode(pango.WRAP_WORD_CHAR)
	l.SetXAlign(0)
	l.SetMaxWidthChars(labelChars)
	addClass(l, classes...)
	return l
}

// labelChars is the width that a label asks for at most; it takes what it gets.
const labelChars = 44

// newBox makes a box that is shown.
func newBox(o gtk.Orientation, spacing int, classes ...string) *gtk.Box {
	b := must(gtk.BoxNew(o, spacing))
	addClass(b, classes...)
	b.Show()
	return b
}

func vbox(spacing int, classes ...string) *gtk.Box {
	return newBox(gtk.ORIENTATION_VERTICAL, spacing, classes...)
}

func hbox(spacing int, classes ...string) *gtk.Box {
	return newBox(gtk.ORIENTATION_HORIZONTAL, spacing, classes...)
}

// say shows a label with text, or hides it when there is none.
func say(l *gtk.Label, text string) {
	setText(l, text)
	l.SetVisible(text != "")
}

// setText changes a label's text if it is another one: GTK would measure the window
// anew for the same as well.
func setText(l *gtk.Label, text string) {
	if old, err := l.GetText(); err != nil || old != text {
		l.SetText(text)
	}
}

// showIcon shows an icon of the model's, or hides the image when there is none.
func showIcon(i *gtk.Image, name string, size gtk.IconSize) {
	i.SetVisible(name != "")
	if name == "" {
		return
	}
	name = iconName(name)
	if old, _ := i.GetIconName(); old != name {
		i.SetFromIconName(name, size)
	}
}

// ownIcons says which of our icons stands for a name of the model's. The names
// are the icon theme's, so that a name without an entry here still shows.
var ownIcons = map[string]string{
	"emblem-synchronizing-symbolic":       "hw-working-symbolic",
	"security-high-symbolic":              "hw-shield-check-symbolic",
	"security-medium-symbolic":            "hw-shield-question-symbolic",
	"security-low-symbolic":               "hw-shield-alert-symbolic",
	"document-open-recent-symbolic":       "hw-clock-symbolic",
	"dialog-error-symbolic":               "hw-failed-symbolic",
	"dialog-question-symbolic":            "hw-question-symbolic",
	"dialog-information-symbolic":         "hw-info-symbolic",
	"dialog-warning-symbolic":             "hw-failed-symbolic",
	"call-start-symbolic":                 "hw-phone-symbolic",
	"system-users-symbolic":               "hw-people-symbolic",
	"user-away-symbolic":                  "hw-moon-symbolic",
	"network-offline-symbolic":            "hw-offline-symbolic",
	"network-transmit-receive-symbolic":   "hw-onion-symbolic",
	"contact-new-symbolic":                "hw-new-symbolic",
	"avatar-default-symbolic":             "hw-key-symbolic",
	"action-unavailable-symbolic":         "hw-dash-symbolic",
	"computer-symbolic":                   "hw-server-symbolic",
	"preferences-desktop-locale-symbolic": "hw-language-symbolic",
	"✓":                                   "hw-tick-symbolic",
	"✓✓":                                  "hw-ticks-symbolic",
}

// iconName returns the name under which the icon theme has an icon of the model's.
func iconName(name string) string {
	if own, ok := ownIcons[name]; ok {
		return own
	}
	return name
}

// appIcon is the program's own icon, drawn. It is not called as the installed one
// is: that is found before ours, and is SVG, which a library of several megabytes
// would have to draw.
const appIcon = "hw-owl"

// installedIcon is what desktops know the program's icon by.
const installedIcon = "hushwing"

// remove takes a widget out of its place for good.
func remove(w gtk.IWidget) { w.ToWidget().Destroy() }
