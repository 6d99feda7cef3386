package gui

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/gtk"
)

// The least contrast that WCAG 2.1 asks for (1.4.3, 1.4.11).
const (
	enoughForText  = 4.5
	enoughForLarge = 3 // and for symbols, and for what shows where the keyboard is
)

// lightOf is the light of a step of 8 bits.
var lightOf = func() (out [256]float64) {
	for i := range out {
		if v := float64(i) / 255; v <= 0.04045 {
			out[i] = v / 12.92
		} else {
			out[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return out
}()

// lightness is what WCAG 2.1 calls the relative lightness of a colour.
func lightness(c color.RGBA) float64 {
	return 0.2126*lightOf[c.R] + 0.7152*lightOf[c.G] + 0.0722*lightOf[c.B]
}

// ratio is what WCAG 2.1 calls the contrast ratio: from 1 to 21.
func ratio(a, b color.RGBA) float64 {
	x, y := lightness(a), lightness(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// over is what a colour looks like of which a part comes through.
func (m seenPart) over(back color.RGBA) color.RGBA {
	mix := func(c float64, b uint8) uint8 {
		return uint8(math.Round(c*255*m.through + float64(b)*(1-m.through)))
	}
	return color.RGBA{mix(m.colour[0], back.R), mix(m.colour[1], back.G), mix(m.colour[2], back.B), 255}
}

// TestContrastFigures holds the arithmetic against figures of WCAG's own.
func TestContrastFigures(t *testing.T) {
	black, white := color.RGBA{A: 255}, color.RGBA{255, 255, 255, 255}
	if got := ratio(black, white); got != 21 {
		t.Errorf("black on white: %v", got)
	}
	grey := color.RGBA{0x77, 0x77, 0x77, 255} // #777, known for failing by little
	if got := ratio(white, grey); got < 4.47 || got > 4.49 {
		t.Errorf("#777 on white: %v", got)
	}
}

// bare is a style sheet that paints everything but texts and symbols.
func bare(t *testing.T) *gtk.CssProvider {
	t.Helper()
	var p *gtk.CssProvider
	onUI(t, func() {
		p = must(gtk.CssProviderNew())
		if err := p.LoadFromData("* { color: transparent; caret-color: transparent; text-shadow: none; -gtk-icon-shadow: none; }"); err != nil {
			panic(err)
		}
	})
	return p
}

// seenWindow is a window with and without its texts and symbols.
type seenWindow struct {
	list        []seenPart
	full, under *image.RGBA
}

// see paints a window in each scheme, with the texts and symbols and without.
// Symbols are kept as they were painted last until a frame comes, so there is one
// between.
func (s *stage) see(bare *gtk.CssProvider, schemes []int) []seenWindow {
	screen := must(gdk.ScreenGetDefault())
	after := func(change, look func()) {
		onUI(s.t, change)
		s.frames()
		onUI(s.t, look)
	}
	seen := make([]seenWindow, len(schemes))
	for i, scheme := range schemes {
		v := &seen[i]
		after(func() { setColorScheme(scheme) }, func() { v.list, v.full = marks(s.w.win), painted(s.w.win) })
		after(func() { gtk.AddProviderForScreen(screen, bare, gtk.STYLE_PROVIDER_PRIORITY_USER+1) }, func() { v.under = painted(s.w.win) })
		onUI(s.t, func() { gtk.RemoveProviderForScreen(screen, bare) })
	}
	return seen
}

// shared reports whether a point may be another's as well: where the number of an
// address lies on a picture, one cannot tell whose trace it is.
func (v seenWindow) shared(i, x, y int) bool {
	at := image.Point{x, y}
	for j, m := range v.list {
		if j != i && at.In(m.place) {
			return true
		}
	}
	return false
}

// faint lists the texts and symbols of a window that are too close to what is
// painted under them: their colour by the style sheets, against each point of
// the window, painted without them, at which they leave a trace. n is how many
// do.
func (v seenWindow) faint() (faults []string, n int) {
	for i, m := range v.list {
		grounds, traces := map[color.RGBA]int{}, 0
		place := m.place.Intersect(v.full.Rect)
		for y := place.Min.Y; y < place.Max.Y; y++ {
			for x := place.Min.X; x < place.Max.X; x++ {
				if back := v.under.RGBAAt(x, y); v.full.RGBAAt(x, y) != back && !v.shared(i, x, y) {
					grounds[back]++
					traces++
				}
			}
		}
		// From the faintest point on, but for one in fifteen: what lies over an edge of it, such as
		// the number on a picture, leaves a few points that are neither.
		worst, where := 21., color.RGBA{}
		left := traces / 15
		for _, back := range slices.SortedFunc(maps.Keys(grounds), func(a, b color.RGBA) int {
			return cmp.Compare(ratio(m.over(a), a), ratio(m.over(b), b))
		}) {
			if left -= grounds[back]; left < 0 {
				worst, where = ratio(m.over(back), back), back
				break
			}
		}
		if len(grounds) > 0 {
			n++
		}
		least := enoughForText
		if m.large || m.symbol {
			least = enoughForLarge
		}
		if worst < least {
			faults = append(faults, fmt.Sprintf("%.2f, want %v: %s on #%02x%02x%02x, %s", worst, least, m.what, where.R, where.G, where.B, m.selector))
		}
	}
	return faults, n
}

// TestEveryScreen is what holds for every screen: no icon of it is a drawing;
// whatever can have the focus says what it is; every text and symbol stands out enough, in light and dark; and
// when the keyboard comes to a control, enough of what is painted changes by
// enough. It also counts what it saw: a look at nothing finds no fault. Each screen
// is looked at in light or in dark, in turns, and with -shots in both: to style a
// window anew is what takes the time, and what has a colour is on many screens.
func TestEveryScreen(t *testing.T) {
	sheet := bare(t)
	seen, kinds := 0, map[string]bool{}
	all, names := []int{schemeLight, schemeDark}, map[int]string{schemeLight: "light", schemeDark: "dark"}
	defer onUI(t, func() { setColorScheme(schemeSystem) })
	for i, sc := range scenes() {
		schemes := all
		if *shotsDir == "" {
			schemes = all[i%2 : i%2+1]
		}
		// Each in a test of its own: its window is gone before the next one's, or a change of
		// the style would cost more from scene to scene.
		t.Run(sc.name, func(t *testing.T) {
			s := newStage(t)
			s.ui(func() { s.w.win.Resize(1000, 680) })
			sc.play(s)
			s.frames()
			noDrawings(t)
			var fresh []focusable
			onUI(t, func() {
				fresh = newKinds(s.w.win, kinds)
				faults, n := unspoken(s.w.win)
				if n == 0 && sc.name != "starting" {
					t.Error("nothing on this screen can have the focus")
				}
				for _, fault := range faults {
					t.Error(fault)
				}
			})
			var faults []string
			for range 3 {
				// Once more if there are any: GTK leaves out what it has yet to find a place for.
				faults = nil
				for i, v := range s.see(sheet, schemes) {
					faint, n := v.faint()
					seen += n
					for _, fault := range faint {
						faults = append(faults, names[schemes[i]]+": "+fault)
					}
				}
				if len(faults) == 0 {
					break
				}
			}
			for _, fault := range faults {
				t.Error(fault)
			}
			if len(fresh) > 0 {
				for _, scheme := range all {
					onUI(t, func() { setColorScheme(scheme) })
					s.framesAfter(2)
					for _, fault := range s.unfocused(fresh) {
						t.Errorf("%s: %s", names[scheme], fault)
					}
				}
			}
		})
	}
	if least := 5 * len(scenes()); seen < least || len(kinds) < 30 {
		t.Errorf("it looked at %d texts and symbols and %d kinds of controls, which cannot be all", seen, len(kinds))
	}
}

// TestContrastFindsFaults: grey on grey is noticed, and so is what is only too
// pale because of what it is in.
func TestContrastFindsFaults(t *testing.T) {
	sheet := bare(t)
	s := playScene(t, "chat", 1000, 680)
	if f, _ := s.see(sheet, []int{schemeLight})[0].faint(); len(f) > 0 {
		t.Errorf("there are faults before: %q", f)
	}
	for _, rule := range []string{".strip label { color: #888; }", ".strip { opacity: 0.5; }", ".strip image { color: #cdd; }"} {
		p := must(gtk.CssProviderNew())
		onUI(t, func() {
			if err := p.LoadFromData(rule); err != nil {
				panic(err)
			}
			gtk.AddProviderForScreen(must(gdk.ScreenGetDefault()), p, gtk.STYLE_PROVIDER_PRIORITY_USER)
		})
		faults, _ := s.see(sheet, []int{schemeLight})[0].faint()
		onUI(t, func() { gtk.RemoveProviderForScreen(must(gdk.ScreenGetDefault()), p) })
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, "strip") }) {
			t.Errorf("%q goes unnoticed: %q", rule, faults)
		}
	}
}

// hasFocus waits until the window has the keyboard: no window manager gives it.
func (s *stage) hasFocus() {
	s.t.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		ok := false
		onUI(s.t, func() {
			s.w.win.Present()
			ok = s.w.win.HasToplevelFocus()
		})
		if ok {
			return
		}
		if time.Now().After(end) {
			s.t.Fatal("the window never gets the keyboard")
		}
		s.frames()
	}
}

// grounds are the classes that stand for a colour under what is in them.
var grounds = regexp.MustCompile(`\.(titlebar|sidebar|status|tray|strip|bubble|pending|composer|sheet|dialog|toast|card|choice|door|contacts|messages|good|warn|bad)\b`)

// states are what of a path changes while a window is used, or says which of
// several of a kind a widget is.
var states = regexp.MustCompile(`:[a-z-]+(\([^)]*\))?|\[[0-9]+/[0-9]+\]`)

// kind is what the style sheets can tell controls apart by, as far as it bears
// on how the focus looks.
func kind(selector string) string {
	path := strings.Fields(states.ReplaceAllString(selector, ""))
	on := grounds.FindAllString(strings.Join(path[:len(path)-1], " "), -1)
	slices.Sort(on)
	return path[len(path)-1] + strings.Join(slices.Compact(on), "")
}

// newKinds lists a control of each kind that was not looked at yet.
func newKinds(win *gtk.Window, kinds map[string]bool) []focusable {
	var list []focusable
	for _, f := range focusables(win) {
		if k := kind(f.selector); !unnamed[strings.Fields(f.what)[0]] && !kinds[k] {
			kinds[k] = true
			list = append(list, f)
		}
	}
	return list
}

// unfocused lists the controls that look the same, or nearly, with and without
// the keyboard.
func (s *stage) unfocused(list []focusable) []string {
	if len(list) == 0 {
		return nil
	}
	s.hasFocus()
	var faults []string
	for _, f := range list {
		var without *image.RGBA
		onUI(s.t, func() { giveFocus(s.w.win, f, false) })
		settle(s.t)
		onUI(s.t, func() { without = painted(s.w.win); giveFocus(s.w.win, f, true) })
		settle(s.t)
		onUI(s.t, func() {
			if n, want := changed(without, painted(s.w.win), f.now(s.w.win)); n < want {
				faults = append(faults, fmt.Sprintf("one cannot see that the keyboard is at %s (%v, %d points change), %s", f.what, f.now(s.w.win), n, f.selector))
			}
		})
	}
	return faults
}

// changed counts the points in and around a place that are another colour now, by
// a contrast that can be seen, and says how many are enough: half of a line round
// it, one point wide.
func changed(before, after *image.RGBA, place image.Rectangle) (n, enough int) {
	area := place.Inset(-16).Intersect(after.Rect)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if a, b := after.RGBAAt(x, y), before.RGBAAt(x, y); a != b && ratio(a, b) >= enoughForLarge {
				n++
			}
		}
	}
	return n, place.Dx() + place.Dy()
}

// TestFocusSeenFindsFaults: without a line round what has the keyboard it says so.
func TestFocusSeenFindsFaults(t *testing.T) {
	s := playScene(t, "chat", 1000, 680)
	s.hasFocus()
	p := must(gtk.CssProviderNew())
	for _, rule := range []string{"* { outline: none; }", "* { outline-color: alpha(currentColor, 0.3); outline-style: dashed; }"} {
		onUI(t, func() {
			if err := p.LoadFromData(rule); err != nil {
				panic(err)
			}
			gtk.AddProviderForScreen(must(gdk.ScreenGetDefault()), p, gtk.STYLE_PROVIDER_PRIORITY_USER)
		})
		var list []focusable
		onUI(t, func() {
			i := slices.IndexFunc(focusables(s.w.win), func(f focusable) bool { return strings.HasPrefix(f.what, "GtkButton") })
			list = focusables(s.w.win)[i : i+1]
		})
		s.frames()
		if len(s.unfocused(list)) != 1 {
			t.Errorf("%s goes unnoticed at %s", rule, list[0].what)
		}
		onUI(t, func() { gtk.RemoveProviderForScreen(must(gdk.ScreenGetDefault()), p) })
	}
}
