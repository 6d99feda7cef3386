package build_test

import (
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hushwing/i18n"
)

// installed runs install.sh into a folder, with stand-ins for the programs:
// what is looked at here is where things go and what the texts say.
func installed(t *testing.T, env ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"hushwing", "hushwing-net"} {
		fake(t, dir, name, "exit 0")
	}
	dest := filepath.Join(dir, "dest")
	env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "BIN=" + dir, "DESTDIR=" + dest}, env...)
	if status, said := script(t, env, "install.sh"); status != 0 {
		t.Fatalf("status %d: %s", status, said)
	}
	return dest
}

// runs fails the test with what a checker says.
func runs(t *testing.T, pkg, name string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: install the package %s", name, pkg)
	}
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// TestScripts: no script has what shellcheck warns of.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("*.sh")
	more, err2 := filepath.Glob("*/*.sh")
	if err != nil || err2 != nil || len(scripts) < 10 {
		t.Fatalf("%d scripts: %v, %v", len(scripts), err, err2)
	}
	runs(t, "shellcheck", "shellcheck", append([]string{"-S", "warning"}, append(scripts, more...)...)...)
}

// TestInstalledFiles: make install puts each file where a desktop looks for it,
// readable by all and writable by the owner alone, and uninstall takes all away.
func TestInstalledFiles(t *testing.T) {
	for _, prefix := range []string{"/usr/local", "/opt/a b"} {
		dest := installed(t, "PREFIX="+prefix)
		root := filepath.Join(dest, prefix)
		var got []string
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name, _ := filepath.Rel(root, path)
			got = append(got, name)
			info, err := d.Info()
			if err != nil {
				return err
			}
			want := os.FileMode(0o644)
			if strings.HasPrefix(name, "bin/") || strings.HasPrefix(name, "libexec/") {
				want = 0o755
			}
			if info.Mode() != want || info.Size() == 0 {
				t.Errorf("%s has the mode %v and %d bytes", name, info.Mode(), info.Size())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{
			"bin/hushwing", "libexec/hushwing/hushwing-net", "share/applications/hushwing.desktop",
			"share/metainfo/org.hushwing.Hushwing.metainfo.xml", "share/man/man1/hushwing.1.gz",
			"share/icons/hicolor/scalable/apps/hushwing.svg", "share/icons/hicolor/48x48/apps/hushwing.png",
			"share/icons/hicolor/128x128/apps/hushwing.png", "share/licenses/hushwing/LICENSE",
		} {
			if !slices.Contains(got, name) {
				t.Errorf("%s is not installed: %v", name, got)
			}
		}
		env := []string{"PATH=" + os.Getenv("PATH"), "DESTDIR=" + dest, "PREFIX=" + prefix}
		if status, said := script(t, env, "install.sh", "uninstall"); status != 0 {
			t.Fatalf("uninstall: status %d: %s", status, said)
		}
		_ = filepath.WalkDir(dest, func(path string, d os.DirEntry, err error) error {
			if err == nil && (!d.IsDir() || d.Name() == "hushwing") {
				t.Errorf("after uninstall there is still %s", path)
			}
			return err
		})
	}
}

// TestDesktopData: what desktops and catalogues read is as they want it, with
// and without the address of the project's pages.
func TestDesktopData(t *testing.T) {
	for _, env := range [][]string{{"SITE="}, {"SITE=https://example.org/"}} {
		share := filepath.Join(installed(t, append(env, "PREFIX=/usr")...), "usr/share")
		runs(t, "desktop-file-utils", "desktop-file-validate", filepath.Join(share, "applications/hushwing.desktop"))
		info := filepath.Join(share, "metainfo/org.hushwing.Hushwing.metainfo.xml")
		runs(t, "appstream", "appstreamcli", "validate", "--no-net", info)
		text, err := os.ReadFile(info)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "@SITE@") || strings.Contains(string(text), "<screenshot") != (env[0] != "SITE=") {
			t.Errorf("%v: the addresses in it are wrong", env)
		}
		var c struct {
			ID        string `xml:"id"`
			Launch    string `xml:"launchable"`
			Mediatype string `xml:"provides>mediatype"`
			Releases  []struct {
				Version string `xml:"version,attr"`
			} `xml:"releases>release"`
		}
		if err := xml.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
		next, err := os.ReadFile("package/version.txt")
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Releases) == 0 || c.Releases[0].Version != strings.TrimSpace(string(next)) || c.Launch != "hushwing.desktop" {
			t.Errorf("version.txt says %q, the catalogue %+v", next, c)
		}
		entry, err := os.ReadFile(filepath.Join(share, "applications/hushwing.desktop"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(entry), "MimeType="+c.Mediatype+";") || !strings.Contains(string(entry), "Exec=hushwing %u\n") {
			t.Errorf("a link would not find its way: %s", entry)
		}
		for _, l := range i18n.Languages() {
			if l == i18n.English {
				continue
			}
			for _, key := range []string{"GenericName", "Comment", "Keywords"} {
				if !strings.Contains(string(entry), "\n"+key+"["+l+"]=") {
					t.Errorf("the desktop file has no %s in %s", key, l)
				}
			}
			if !strings.Contains(string(text), `<summary xml:lang="`+strings.ReplaceAll(l, "_", "-")+`">`) {
				t.Errorf("the catalogue has no summary in %s", l)
			}
		}
	}
}

// TestManual: the manual page is well-formed, and names each option that the
// program has and no other.
func TestManual(t *testing.T) {
	runs(t, "mandoc", "mandoc", "-Tlint", "-Wwarning", "package/hushwing.1")
	page, err := os.ReadFile("package/hushwing.1")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../cmd/hushwing/main.go")
	if err != nil {
		t.Fatal(err)
	}
	options := func(text []byte, pattern string) []string {
		var out []string
		for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(text, -1) {
			out = append(out, string(m[1]))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	program, manual := options(source, `(?m)^  --([a-z-]+) `), options(page, `(?m)^\.It Fl -([a-z-]+)`)
	if len(program) < 4 || !slices.Equal(program, manual) {
		t.Errorf("the program has %v, the manual %v", program, manual)
	}
	for _, section := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES"} {
		if !strings.Contains(string(page), "\n.Sh "+section+"\n") {
			t.Errorf("there is no %s", section)
		}
	}
}

// TestIcons: the pictures have the sizes that their folders promise, and all
// that the program draws itself from can be read.
func TestIcons(t *testing.T) {
	hicolor := filepath.Join(installed(t, "PREFIX=/usr"), "usr/share/icons/hicolor")
	pictures, err := filepath.Glob(filepath.Join(hicolor, "*x*", "apps", "hushwing.png"))
	if err != nil || len(pictures) != 6 {
		t.Fatalf("%d pictures: %v", len(pictures), err)
	}
	for _, path := range pictures {
		folder := filepath.Base(filepath.Dir(filepath.Dir(path)))
		if side := pngSide(t, path); folder != side {
			t.Errorf("%s holds a picture of %s", folder, side)
		}
	}
	drawings, err := filepath.Glob(filepath.Join(hicolor, "s*", "apps", "*.svg"))
	if err != nil || len(drawings) == 0 {
		t.Fatalf("no drawing: %v", err)
	}
	for _, path := range drawings {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var svg struct {
			XMLName xml.Name
			ViewBox string `xml:"viewBox,attr"`
		}
		if err := xml.Unmarshal(text, &svg); err != nil || svg.XMLName.Local != "svg" || svg.ViewBox == "" {
			t.Errorf("%s: %v, %+v", path, err, svg)
		}
	}
}
