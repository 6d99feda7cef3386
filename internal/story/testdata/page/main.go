// Command page is the least program that shows what Hushwing's first page
// shows: a header bar, a picture, two lines of text, a field and a button. It is
// the measure of what any program of this kind costs beyond a bare window.
package main

import (
	"log"
	"runtime"

	"github.com/gotk3/gotk3/gtk"
)

func init() { runtime.LockOSThread() }

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func main() {
	gtk.Init(nil)
	win := must(gtk.WindowNew(gtk.WINDOW_TOPLEVEL))
	win.SetDefaultSize(1000, 680)
	bar := must(gtk.HeaderBarNew())
	bar.SetTitle("Page")
	bar.SetShowCloseButton(true)
	win.SetTitlebar(bar)
	column := must(gtk.BoxNew(gtk.ORIENTATION_VERTICAL, 14))
	column.SetVAlign(gtk.ALIGN_CENTER)
	column.SetHAlign(gtk.ALIGN_CENTER)
	picture := must(gtk.ImageNewFromIconName("dialog-password", gtk.ICON_SIZE_DIALOG))
	picture.SetPixelSize(112)
	entry := must(gtk.EntryNew())
	entry.SetVisibility(false)
	for _, w := range []gtk.IWidget{
		picture, must(gtk.LabelNew("Welcome back")), must(gtk.LabelNew("Your password opens this page on this computer.")),
		entry, must(gtk.ButtonNewWithLabel("Open")),
	} {
		column.PackStart(w, false, false, 0)
	}
	win.Add(column)
	win.Connect("destroy", gtk.MainQuit)
	win.ShowAll()
	gtk.Main()
}
