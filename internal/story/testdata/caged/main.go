// Command caged is a window in the cage of Hushwing's, with what Hushwing's own
// does not have yet: a chooser of files and pictures of a theme. With "paste" it
// is another program of the desktop, without a cage, that prints what is on the
// clipboard.
//
//	caged PROFILE DOWNLOADS
//	caged paste
package main

import (
	"fmt"
	"log"
	"os"
	"runtime"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/glib"
	"github.com/gotk3/gotk3/gtk"

	"hushwing/cage"
	"hushwing/gui"
)

func init() { runtime.LockOSThread() }

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	if os.Args[1] == "paste" {
		gtk.Init(nil)
		c, err := gtk.ClipboardGet(gdk.SELECTION_CLIPBOARD)
		must(err)
		text, err := c.WaitForText()
		must(err)
		fmt.Print(text)
		return
	}
	buses, err := cage.OpenBuses(os.Getenv)
	must(err)
	report, err := cage.Window(cage.WindowRules{Profile: os.Args[1], Downloads: os.Args[2], Buses: buses})
	must(err)
	for name, value := range buses.Environ() {
		must(os.Setenv(name, value))
	}
	gtk.Init(nil)
	win, err := gtk.WindowNew(gtk.WINDOW_TOPLEVEL)
	must(err)
	box, err := gtk.BoxNew(gtk.ORIENTATION_VERTICAL, 6)
	must(err)
	win.SetTitle("Caged")
	win.SetDefaultSize(700, 500)
	say := func(text string) {
		l, err := gtk.LabelNew(text)
		must(err)
		box.Add(l)
		l.Show()
	}
	say("Grüße 🦉 سلام")
	if _, err := os.ReadFile("/etc/hostname"); err == nil {
		say("There is no cage.")
	}
	say(fmt.Sprintf("%+v", report))
	theme, err := gtk.IconThemeGetDefault()
	must(err)
	if icon, err := theme.LoadIcon("image-missing", 48, gtk.ICON_LOOKUP_FORCE_SIZE); err == nil && icon.GetWidth() == 48 {
		say("A picture of the theme")
	}
	win.Add(box)
	win.ShowAll()
	glib.TimeoutAdd(1500, func() bool {
		gui.Connect()
		must(cage.SealWindow())
		buses.Forget()
		chooser, err := gtk.FileChooserDialogNewWith1Button("Choose", win, gtk.FILE_CHOOSER_ACTION_OPEN, "Take it", gtk.RESPONSE_ACCEPT)
		must(err)
		chooser.SetCurrentFolder(os.Args[2])
		chooser.Connect("response", func(_ *gtk.FileChooserDialog, _ gtk.ResponseType) {
			text, err := os.ReadFile(chooser.GetFilename())
			must(err)
			say("It says " + string(text))
			chooser.Hide()
		})
		chooser.SetFilename(os.Args[2] + "/letter.txt")
		chooser.Show()
		c, err := gtk.ClipboardGet(gdk.SELECTION_CLIPBOARD)
		must(err)
		c.SetText("copied in the cage")
		say("Sealed")
		return false
	})
	win.Connect("destroy", gtk.MainQuit)
	gtk.Main()
}
