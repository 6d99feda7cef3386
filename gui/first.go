package gui

import (
	"time"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/gui/model"
)

// This file is what lies between the start of the program and its first frame.

// firstWait is how much later than need be the window may come, for its first
// page to be the right one.
const firstWait = 100 * time.Millisecond

// applyFirst waits for the first event, which says what there is on disk, so
// that the first frame is the page that the user is to see. The event was made
// while GTK started, and is here by now. On a disk that is slow the window
// comes without it, and says that it opens.
func applyFirst(m *model.Model, events <-chan model.Event) {
	select {
	case e, ok := <-events:
		if ok {
			m.Apply(e)
		}
	case <-time.After(firstWait):
	}
}

// pictureSize is the side of the program's picture on the first page, as
// front.ui has it.
const pictureSize = 112

// fewIcons makes do without the system's list of icon folders until all is
// called: to read its hundreds of folders takes longer than to draw the first
// frame, and what that needs is in GTK's own short list, but for one picture.
// Where the screen has more pixels, the short list has not: nothing is done.
func (w *window) fewIcons() (all func(), err error) {
	if w.win.GetScaleFactor() != 1 {
		return func() {}, nil
	}
	if name, _ := w.front.picture.GetIconName(); name == appIcon {
		p, err := gdk.PixbufNewFromResourceAtScale(iconPath+"/128x128/apps/"+appIcon+".png", pictureSize, pictureSize, true)
		if err != nil {
			return nil, err
		}
		w.front.picture.SetFromPixbuf(p)
	}
	back := hideIconFolders()
	return func() {
		back()
		if w.front.picture.GetStorageType() == gtk.IMAGE_PIXBUF {
			w.front.picture.SetFromIconName(appIcon, gtk.ICON_SIZE_DIALOG)
		}
	}, nil
}

// afterFirstFrame does what had time until there was something to see.
func (w *window) afterFirstFrame(allIcons func()) {
	whenIdle(glib.PRIORITY_LOW, func() bool {
		allIcons()
		gtk.WindowSetDefaultIconName(appIcon) // seven pictures, for the desktop alone
		giveBack()
		return false
	})
}
