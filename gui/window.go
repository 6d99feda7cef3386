package gui

import (
	"time"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// programName is the title where Options give none.
const programName = "Hushwing"

// window is the one window with its screens. All of it is used on the main
// thread only.
type window struct {
	m      *model.Model
	o      Options
	queue  queue
	win    *gtk.Window
	over   *gtk.Overlay
	stack  *gtk.Stack
	front  *front
	main   *mainScreen // nil until it is needed
	dialog *dialog     // nil until it is needed
	page   *pageScreen // nil while no page is open
	toast  *toast
	closed bool
	ticks  bool      // a timer calls Tick
	marked bool      // MarkShown is under way
	typed  time.Time // when a key last changed what is being written
	scale  int       // of text, in per cent; 0: the system's
	manners
}

func newWindow(m *model.Model, o Options) (*window, error) {
	if o.Title == "" {
		o.Title = programName
	}
	w := &window{m: m, o: o}
	w.queue = queue{apply: m.Apply, flush: w.flush}
	u := open("window")
	w.win = get[*gtk.Window](u, "window")
	w.over = get[*gtk.Overlay](u, "overlay")
	w.stack = get[*gtk.Stack](u, "screens")
	w.toast = newToast(u, w.press)
	if u.err != nil {
		return nil, u.err
	}
	w.win.SetTitle(o.Title)
	setName(w.win, o.Title)
	var err error
	if w.front, err = newFront(w); err != nil {
		return nil, err
	}
	w.stack.AddNamed(w.front.root, "front")
	w.win.Connect("key-press-event", w.key)
	w.mind()
	m.SetDesktop(openDesktop())
	m.SetVersion(o.Version)
	m.TakeChanges()
	w.show(model.Changes{Screen: true})
	return w, nil
}

// onFirstFrame calls f once, when the first frame has been drawn.
func (w *window) onFirstFrame(f func()) {
	told := false
	w.win.ConnectAfter("draw", func() {
		if !told {
			told = true
			whenIdle(glib.PRIORITY_HIGH, func() bool { f(); return false })
		}
	})
}

// press does what a button asks for and shows what came of it.
func (w *window) press(a model.Action) {
	w.m.Press(a)
	w.flush()
}

// flush shows what changed.
func (w *window) flush() {
	c := w.m.TakeChanges()
	// What comes into the open conversation is read at once: the list shows the
	// contact after that, or it would go to the top and back for each text.
	list := c.Main && c.Rows.Any() && w.seesChat()
	if list {
		c.Main = false
	}
	w.show(c)
	w.markShown(list)
	if !w.ticks && w.m.Ticking() {
		w.ticks = true
		after(1000, func() bool {
			w.m.Tick()
			w.show(w.m.TakeChanges())
			w.ticks = !w.closed && w.m.Ticking()
			return w.ticks
		})
	}
}

// seesChat reports whether a person has the open conversation before them, in a
// window that is the active one.
func (w *window) seesChat() bool {
	return w.main != nil && !w.closed && w.win.IsActive() && w.main.chatInView()
}

// markShown says which texts a person has before them. list: that of contacts is
// still to be shown.
func (w *window) markShown(list bool) {
	var c model.Changes
	if !w.marked && w.seesChat() {
		w.marked = true
		defer func() { w.marked = false }()
		w.m.MarkShown()
		c = w.m.TakeChanges()
	}
	c.Main = c.Main || list
	w.show(c)
}

// show draws anew what changed.
func (w *window) show(c model.Changes) {
	place, at := w.placeOnPage()
	w.obey(c)
	screen := w.m.Screen()
	if screen == model.ScreenMain {
		w.showMain(c)
	} else {
		w.showFront(screen, c)
	}
	if c.Dialog || c.Screen {
		w.showDialog(w.m.Dialog())
	}
	if c.Page || w.page != nil && screen != model.ScreenMain {
		w.showPage(w.m.Page())
		if at && c.Language && w.page != nil {
			w.page.goTo(place)
		}
	}
	if c.Clipboard != "" {
		copyText(c.Clipboard)
	}
	if c.Toast != nil {
		w.toast.set(*c.Toast)
	}
	if c.Reveal != "" && w.main != nil {
		w.main.right.messages.reveal(c.Reveal)
	}
	w.focus(c)
	w.behave(c)
	if c.Quit {
		w.closed = true
	}
}

func (w *window) showFront(screen model.Screen, c model.Changes) {
	if c.Screen || c.Starting || c.Broken || c.Unlock || c.FirstRun {
		w.front.show(screen)
	}
	if c.Screen {
		w.stack.SetVisibleChildName("front")
		w.front.begin()
	}
}

func (w *window) showMain(c model.Changes) {
	if w.main == nil {
		var err error
		if w.main, err = newMainScreen(w); err != nil {
			panic(err) // a fault in an embedded file: the tests open them all
		}
		w.stack.AddNamed(w.main.leaflet, "main")
		w.front.setLanguage(model.LanguageView{}) // made anew with the next page
		c = model.Changes{
			Screen: true, Main: true, Conversation: true, Composer: true, Check: true, Details: true, Dialog: true,
			Rows: model.RowChanges{Reset: true}, Clipboard: c.Clipboard, Toast: c.Toast, Focus: c.Focus, FocusID: c.FocusID, Quit: c.Quit,
		}
	}
	w.main.show(c)
	if c.Screen && w.page == nil {
		w.stack.SetVisibleChildName("main")
	}
}

// showDialog opens, changes or closes the dialog. What lies under it is out of
// reach meanwhile, for the keyboard and for screen readers too.
func (w *window) showDialog(v model.DialogView) {
	if w.dialog == nil {
		if !v.Open {
			return
		}
		var err error
		if w.dialog, err = newDialog(w); err != nil {
			panic(err)
		}
		w.over.AddOverlay(w.dialog.root)
	}
	was := w.dialog.open
	if v.Open && !was {
		w.dialog.before = w.focusPlace()
	}
	w.stack.SetSensitive(!v.Open)
	w.dialog.set(v)
	switch {
	case !was || v.Open:
	case w.page != nil || w.main == nil:
		if b := w.dialog.before; b != nil && b.GetMapped() {
			b.GrabFocus()
		}
	default:
		w.main.right.composer.focus()
	}
}

// focus puts the keyboard where the model wants it. It wants that only after
// something the user did.
func (w *window) focus(c model.Changes) {
	switch c.Focus {
	case model.FocusComposer:
		if w.main != nil {
			w.main.right.composer.focus()
		}
	case model.FocusList:
		if w.main != nil {
			w.main.left.list.focus()
		}
	case model.FocusRow:
		if w.main != nil {
			w.main.right.messages.focus(c.FocusRow)
		}
	case model.FocusField:
		w.focusField(c.FocusID)
	}
}

func (w *window) focusField(id model.FieldID) {
	if w.m.Screen() != model.ScreenMain {
		w.front.focus(id)
		return
	}
	if w.main == nil {
		return
	}
	if w.dialog != nil && w.dialog.open && w.dialog.fields.focus(id) || w.page != nil && w.page.focus(id) {
		return
	}
	if !w.main.right.check.fields.focus(id) && id == w.m.Main().Search.ID {
		w.main.left.search.GrabFocus()
	}
}

// key does what the keyboard asks for everywhere in the window. What it comes
// from is a HdyWindow, which gotk3 has no type for: naming one would be a panic.
func (w *window) key(_ any, e *gdk.Event) bool {
	k := gdk.EventKeyNewFromEvent(e)
	mods := gdk.ModifierType(k.State()) & gtk.AcceleratorGetDefaultModMask()
	return w.shortcut(gdk.KeyvalToLower(k.KeyVal()), mods)
}

// shortcut does what a key means and reports whether it means something.
func (w *window) shortcut(key uint, mods gdk.ModifierType) bool {
	onMain := w.m.Screen() == model.ScreenMain && w.main != nil
	blocked := w.dialog != nil && w.dialog.open
	switch {
	case mods == gdk.CONTROL_MASK && key == gdk.KEY_q:
		w.m.Quit()
		w.flush()
	case mods == gdk.CONTROL_MASK && key == gdk.KEY_w:
		w.m.Close()
		w.flush()
	case mods == 0 && key == gdk.KEY_Escape:
		if onMain || blocked {
			w.m.Escape()
			w.flush()
		} else {
			w.front.back()
		}
	case mods == gdk.CONTROL_MASK && key == gdk.KEY_l:
		w.press(model.Action{Kind: model.ActionLock})
	case mods == gdk.CONTROL_MASK|gdk.SHIFT_MASK && (key == gdk.KEY_Delete || key == gdk.KEY_KP_Delete):
		w.press(model.Action{Kind: model.ActionAskDestroy})
	case !onMain || blocked:
		return false
	case mods == gdk.MOD1_MASK && w.page != nil && (key == gdk.KEY_Left || key == gdk.KEY_Right && isRTL(w.page.root)):
		w.m.Escape()
		w.flush()
	case mods == 0 && key == gdk.KEY_F1, mods&^gdk.SHIFT_MASK == gdk.CONTROL_MASK && (key == gdk.KEY_question || key == gdk.KEY_slash):
		w.press(model.Action{Kind: model.ActionShortcuts})
	case mods == gdk.CONTROL_MASK && key == gdk.KEY_comma:
		w.press(model.Action{Kind: model.ActionSettings})
	case w.page != nil:
		return false // the rest is about what lies under it
	case mods == 0 && key == gdk.KEY_F10:
		w.main.left.menu.popover.Popup()
	case mods == gdk.CONTROL_MASK && key == gdk.KEY_n:
		w.press(w.m.Main().Add.Action)
	case mods == gdk.CONTROL_MASK && key == gdk.KEY_z && w.main.right.composer.back():
	case (mods == gdk.CONTROL_MASK|gdk.SHIFT_MASK && key == gdk.KEY_z || mods == gdk.CONTROL_MASK && key == gdk.KEY_y) && w.main.right.composer.forth():
	case mods == gdk.CONTROL_MASK && key == gdk.KEY_z:
		w.press(model.Action{Kind: model.ActionUndo})
	case mods == gdk.CONTROL_MASK && (key == gdk.KEY_k || key == gdk.KEY_f):
		w.main.toList()
		w.main.left.search.GrabFocus()
	case mods == gdk.CONTROL_MASK && key >= gdk.KEY_1 && key <= gdk.KEY_9:
		if w.m.SelectNth(int(key - gdk.KEY_1)) {
			w.flush()
		}
	case mods == gdk.MOD1_MASK && (key == gdk.KEY_Up || key == gdk.KEY_Down):
		n := 1
		if key == gdk.KEY_Up {
			n = -1
		}
		w.m.SelectNext(n)
		w.flush()
	default:
		return false
	}
	return true
}
