package build_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What is made for other systems cannot be run here. These tests hold what of it
// can be held.

// nextVersion is what version.txt says.
func nextVersion(t *testing.T) string {
	t.Helper()
	v, err := os.ReadFile("package/version.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(v))
}

// TestFlatpak: the manifest is JSON with a checksum for everything that is
// fetched, and lets the program have no more than it needs.
func TestFlatpak(t *testing.T) {
	text, err := os.ReadFile("flatpak/org.hushwing.Hushwing.json")
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		ID      string   `json:"id"`
		Command string   `json:"command"`
		Finish  []string `json:"finish-args"`
		Modules []struct {
			Name    string `json:"name"`
			Sources []struct {
				Type, URL, SHA256 string
			} `json:"sources"`
		} `json:"modules"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	if m.ID != "org.hushwing.Hushwing" || m.Command != "hushwing" || len(m.Modules) < 5 {
		t.Errorf("%+v", m)
	}
	for _, arg := range m.Finish {
		if strings.Contains(arg, "filesystem") || strings.Contains(arg, "=all") || strings.Contains(arg, "session-bus") || strings.HasSuffix(arg, "socket=x11") {
			t.Errorf("it asks for %s", arg)
		}
	}
	for _, module := range m.Modules {
		for _, s := range module.Sources {
			if s.Type != "dir" && (len(s.SHA256) != 64 || !strings.HasPrefix(s.URL, "https://")) {
				t.Errorf("%s: %+v", module.Name, s)
			}
		}
	}
}

// plist reads the dictionary of a property list, as far as strings go.
func plist(t *testing.T, path string) map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	dec := xml.NewDecoder(f)
	out, key, depth := map[string]string{}, "", 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		depth++
		var value string
		switch start.Name.Local {
		case "plist", "dict", "array", "true", "false":
			if depth == 1 && start.Name.Local != "plist" {
				t.Fatalf("%s is no property list", path)
			}
			continue
		case "key", "string":
			if err := dec.DecodeElement(&value, &start); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
		default:
			t.Fatalf("%s has a %s", path, start.Name.Local)
		}
		if start.Name.Local == "key" {
			key = value
		} else {
			out[key] = value
		}
	}
}

// TestMacBundle: what macOS reads of the bundle has all that it needs, and names
// what the script puts there.
func TestMacBundle(t *testing.T) {
	p := plist(t, "macos/Info.plist")
	script, err := os.ReadFile("macos/bundle.sh")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"CFBundleIdentifier": "org.hushwing.Hushwing", "CFBundlePackageType": "APPL", "CFBundleShortVersionString": nextVersion(t),
		"CFBundleURLSchemes": "xmpp", "CFBundleIconFile": "hushwing",
	} {
		if p[key] != want {
			t.Errorf("%s is %q, want %q", key, p[key], want)
		}
	}
	for _, file := range []string{"/MacOS/" + p["CFBundleExecutable"] + "\"", "/Resources/" + p["CFBundleIconFile"] + ".icns\""} {
		if !strings.Contains(string(script), file) {
			t.Errorf("the script does not make %s", file)
		}
	}
}

// TestWindowsInstaller: the installer compiles, without a warning, from a folder
// as the script fills it.
func TestWindowsInstaller(t *testing.T) {
	stage := t.TempDir()
	for _, name := range []string{"bin/hushwing.exe", "bin/tor.exe", "share/glib-2.0/schemas/gschemas.compiled", "LICENSE", "NOTICES"} {
		path := filepath.Join(stage, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("a stand-in"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "Hushwing.exe")
	runs(t, "nsis", "makensis", "-V2", "-WX", "-DSTAGE="+stage, "-DVERSION="+nextVersion(t), "-DOUT="+out, "windows/hushwing.nsi")
	head := make([]byte, 2)
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := io.ReadFull(f, head); err != nil || string(head) != "MZ" {
		t.Errorf("%q is no program: %v", head, err)
	}
}

// TestWorkflows: each is YAML with jobs, calls scripts that are there, and has no
// more rights than to read.
func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(files) != 4 {
		t.Fatalf("%d workflows: %v", len(files), err)
	}
	for _, path := range files {
		runs(t, "python3-yaml", "python3", "-c", "import sys, yaml; d = yaml.safe_load(open(sys.argv[1])); assert d['jobs'] and d['permissions'] == {'contents': 'read'}", path)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range strings.Fields(string(text)) {
			if !strings.HasPrefix(word, "build/") {
				continue
			}
			if _, err := os.Stat(filepath.Join("..", word)); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	linux, err := os.ReadFile("../.github/workflows/linux.yml")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(makefile), "\n")
	for _, target := range []string{"test", "dist-check"} {
		if !strings.Contains(string(linux), "run: make "+target+"\n") || !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, target+":") }) {
			t.Errorf("make %s is not run, or is not there", target)
		}
	}
}
