package gui

import (
	"embed"
	_ "embed"
	"fmt"
	"strings"

	"github.com/gotk3/gotk3/gdk"
	"github.com/gotk3/gotk3/gtk"
)

//go:generate icons/draw.sh

var (
	//go:embed icons/icons.gresource
	iconData []byte
	//go:embed style.css
	styleData string
	//go:embed ui/*.ui
	uiFiles embed.FS
)

// iconPath is where our icons lie among the resources.
const iconPath = "/hushwing/icons"

// loadIcons adds our own icons to the icon theme, from memory.
func loadIcons() error {
	return registerResource(iconData, iconPath)
}

// loadStyle adds our style sheet over the theme's.
func loadStyle() error {
	p, err := gtk.CssProviderNew()
	if err != nil {
		return err
	}
	if err := p.LoadFromData(fontRule() + styleData); err != nil {
		return fmt.Errorf("style: %w", err)
	}
	screen, err := gdk.ScreenGetDefault()
	if err != nil {
		return err
	}
	gtk.AddProviderForScreen(screen, p, gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)
	if wantsDark() {
		setColorScheme(schemeSystem)
	}
	return nil
}

// fontRule chooses a good font where the system has none of its own choice;
// who has chosen one keeps it, and the size is always the system's. Entries and
// titles would have it from the window, but GTK measures some before they are in
// one, and would read another font for that alone.
func fontRule() string {
	s, err := gtk.SettingsGetDefault()
	if err != nil {
		return ""
	}
	v, err := s.GetProperty("gtk-font-name")
	name, _ := v.(string)
	if err != nil || !generic(name) {
		return ""
	}
	return "window, popover, tooltip, entry, .title, .subtitle { font-family: Inter, Cantarell, \"Noto Sans\", sans-serif; }\n"
}

// generic reports whether a font's name ("Sans 10") means "any".
func generic(font string) bool {
	for _, n := range []string{"Sans", "DejaVu Sans", "Cantarell", "Adwaita Sans"} {
		rest, ok := strings.CutPrefix(font, n+" ")
		if ok && strings.Trim(rest, "0123456789. ") == "" {
			return true
		}
	}
	return font == ""
}
