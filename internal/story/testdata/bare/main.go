// Command bare is the least program with a window that gotk3 allows: the
// measure of what Hushwing's own window costs.
package main

import (
	"log"
	"runtime"

	"github.com/gotk3/gotk3/gtk"
)

func init() { runtime.LockOSThread() }

func main() {
	gtk.Init(nil)
	win, err := gtk.WindowNew(gtk.WINDOW_TOPLEVEL)
	if err != nil {
		log.Fatal(err)
	}
	win.SetTitle("Bare")
	win.SetDefaultSize(1000, 680)
	label, err := gtk.LabelNew("Bare")
	if err != nil {
		log.Fatal(err)
	}
	win.Add(label)
	win.Connect("destroy", gtk.MainQuit)
	win.ShowAll()
	gtk.Main()
}
