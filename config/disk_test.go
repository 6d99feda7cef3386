package config

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"

	"hushwing/secret"
)

// profileDir makes a real profile in a real folder and closes it.
func profileDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "profile")
	s, err := Create(dir, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// contents returns every file of a folder but the lock.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() == lockFile {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(raw)
	}
	return files
}

func write(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// refused opens a spoiled profile: it must give the error, and touch nothing.
func refused(t *testing.T, dir string, password secret.Text, want error) error {
	t.Helper()
	before := contents(t, dir)
	s, err := Open(dir, password)
	if err == nil {
		_ = s.Close()
	}
	if !errors.Is(err, want) {
		t.Errorf("Open: %v, want %v", err, want)
	}
	if !maps.Equal(before, contents(t, dir)) {
		t.Errorf("the files were touched (%v)", err)
	}
	return err
}

func TestLifeOfAProfile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if state, err := Look(dir); state != NoProfile || err != nil {
		t.Fatal(state, err)
	}
	if _, err := Open(dir, oldPassword); !errors.Is(err, ErrNoProfile) {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("Open made a folder")
	}
	if _, err := Create(dir, secret.Text{}); !errors.Is(err, ErrEmptyPassword) {
		t.Fatal(err)
	}
	s, err := Create(dir, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.View().Isolation) != 32 || slices.Equal(s.View().Isolation, make(Bytes, 32)) {
		t.Error("there is no isolation secret")
	}
	generation, err := s.Modify(func(p *Profile) error {
		p.Accounts = []Account{{ID: NewID(), Address: "ana@example.test", Password: secret.New("x")}}
		return nil
	})
	if err != nil || generation != 2 || s.Generation() != 2 {
		t.Fatal(generation, err)
	}
	view := s.View()
	view.Accounts[0].Address = "eve@example.test"
	if s.View().Accounts[0].Address != "ana@example.test" {
		t.Error("a view is not a copy")
	}
	var kept *Profile
	if _, err := s.Modify(func(p *Profile) error { kept = p; p.Accounts[0].Paused = true; return nil }); err != nil {
		t.Fatal(err)
	}
	kept.Accounts[0].Address = "eve@example.test"
	if s.View().Accounts[0].Address != "ana@example.test" {
		t.Error("what Modify handed out still reaches inside")
	}
	sentinel := errors.New("no")
	if _, err := s.Modify(func(p *Profile) error { p.Accounts = nil; return sentinel }); !errors.Is(err, sentinel) || len(s.View().Accounts) != 1 {
		t.Error("a change that failed was made", err)
	}
	if err := s.ChangePassword(newPassword, oldPassword); !errors.Is(err, ErrWrongPassword) {
		t.Error(err)
	}
	if err := s.ChangePassword(oldPassword, secret.Text{}); !errors.Is(err, ErrEmptyPassword) {
		t.Error(err)
	}
	old := contents(t, dir)
	if err := s.ChangePassword(oldPassword, newPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Modify(func(p *Profile) error { p.Settings.Language = "de"; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error("closing twice:", err)
	}
	if _, err := s.Modify(func(*Profile) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if err := s.ModifyQueue(func(*Queue) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if err := s.ChangePassword(newPassword, oldPassword); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if _, err := Create(dir, oldPassword); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
	refused(t, dir, oldPassword, ErrWrongPassword)
	again, err := Open(dir, newPassword)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if p := again.View(); p.Settings.Language != "de" || p.Accounts[0].Password.Export() != "x" || again.Generation() != 4 {
		t.Error("the profile did not come back")
	}
	// The old key.age and the old password open nothing of what is new.
	id, err := openKey([]byte(old[keyFile]), oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	now := contents(t, dir)
	for _, name := range []string{profileFile, queueFile} {
		if _, err := unseal(name, []byte(now[name]), id); !errors.Is(err, ErrForeign) {
			t.Errorf("the old key opens %s: %v", name, err)
		}
	}
	if got := slices.Sorted(maps.Keys(now)); !slices.Equal(got, []string{keyFile, profileFile, queueFile}) {
		t.Errorf("the folder holds %v", got)
	}
}

// TestEveryCut cuts each file at every length. A cut key.age is told from a
// wrong password even with a wrong password.
func TestEveryCut(t *testing.T) {
	dir := profileDir(t)
	whole := contents(t, dir)
	id, err := openKey([]byte(whole[keyFile]), oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{keyFile, profileFile, queueFile} {
		cuts := 0
		for n := 0; n < len(whole[name]); n += stride() {
			var damaged *DamagedError
			cuts++
			if name != keyFile {
				if _, err := unseal(name, []byte(whole[name][:n]), id); !errors.As(err, &damaged) || damaged.File != name {
					t.Fatalf("%s cut at %d: %v", name, n, err)
				}
				if n/stride()%50 != 0 && n < len(whole[name])-20 {
					continue // by way of Open only some: it takes longer
				}
			}
			write(t, dir, name, []byte(whole[name][:n]))
			if _, err := Open(dir, oldPassword); !errors.As(err, &damaged) || damaged.File != name {
				t.Fatalf("%s cut at %d: %v", name, n, err)
			}
			if name == keyFile {
				if _, err := Open(dir, newPassword); !errors.Is(err, ErrDamaged) {
					t.Fatalf("%s cut at %d, with a wrong password: %v", name, n, err)
				}
				if _, err := Look(dir); !errors.Is(err, ErrDamaged) {
					t.Fatalf("%s cut at %d is not seen before the password is asked: %v", name, n, err)
				}
			}
		}
		t.Logf("%s: %d lengths", name, cuts)
		write(t, dir, name, []byte(whole[name]))
	}
	s, err := Open(dir, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
}

// TestEveryFlippedByte changes each byte of each file: never does it open, and
// the words "wrong password" come only for the salt and the wrapped key.
func TestEveryFlippedByte(t *testing.T) {
	dir := profileDir(t)
	whole := contents(t, dir)
	for _, name := range []string{keyFile, profileFile, queueFile} {
		wrong := 0
		for n := 0; n < len(whole[name]); n += stride() {
			if name != keyFile && n > 400 && n%37 != 0 {
				continue // the payload is one authenticated chunk
			}
			raw := []byte(whole[name])
			raw[n] ^= 0x01
			write(t, dir, name, raw)
			s, err := Open(dir, oldPassword)
			switch {
			case err == nil:
				_ = s.Close()
				t.Fatalf("%s opens with byte %d changed", name, n)
			case name == keyFile && errors.Is(err, ErrWrongPassword):
				wrong++
			case !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrForeign):
				t.Fatalf("%s with byte %d changed: %v", name, n, err)
			}
		}
		if wrong > 66 { // 22 base64 digits of salt, 43 of wrapped key, one of the factor
			t.Errorf("%s: %d changed bytes pass for a wrong password", name, wrong)
		}
		t.Logf("%s: %d bytes pass for a wrong password", name, wrong)
		write(t, dir, name, []byte(whole[name]))
	}
}

func TestMissingPieces(t *testing.T) {
	for _, name := range []string{keyFile, profileFile, queueFile} {
		dir := profileDir(t)
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		err := refused(t, dir, oldPassword, ErrDamaged)
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), name+" is missing") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Look(dir); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: Look: %v", name, err)
		}
		before := contents(t, dir)
		if _, err := Create(dir, oldPassword); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: Create: %v", name, err)
		}
		if !maps.Equal(before, contents(t, dir)) {
			t.Errorf("%s: Create touched the rest", name)
		}
	}
}

// sealFor returns an age file of the given content.
func sealFor(t *testing.T, plain string, to ...age.Recipient) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to...)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte(plain))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestForeignAndNewerFiles(t *testing.T) {
	stranger, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	dir := profileDir(t)
	whole := contents(t, dir)
	id, err := openKey([]byte(whole[keyFile]), oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	us := id.Recipient()
	byPassword := func(plain string) []byte {
		r, err := age.NewScryptRecipient(oldPassword.Export())
		if err != nil {
			t.Fatal(err)
		}
		r.SetWorkFactor(1)
		raw, err := seal([]byte(plain), '\n', keySize, r)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	var armored bytes.Buffer
	a := armor.NewWriter(&armored)
	_, _ = a.Write([]byte(whole[profileFile]))
	_ = a.Close()
	heavy := bytes.Replace([]byte(whole[keyFile]), []byte(" 1\n"), []byte(" 29\n"), 1)

	for _, c := range []struct {
		name, file string
		raw        []byte
		want       error
	}{
		{"a picture", profileFile, []byte("\x89PNG\r\n\x1a\n and so on"), ErrForeign},
		{"a text", keyFile, []byte("my shopping list"), ErrForeign},
		{"a text", queueFile, []byte("my shopping list"), ErrForeign},
		{"an identity in clear", keyFile, []byte(id.String() + "\n"), ErrForeign},
		{"armored", profileFile, armored.Bytes(), ErrForeign},
		{"zeros", profileFile, make([]byte, 4096), ErrDamaged},
		{"zeros", keyFile, make([]byte, 4096), ErrDamaged},
		{"empty", queueFile, nil, ErrDamaged},
		{"for somebody else", profileFile, sealFor(t, "{}", stranger.Recipient()), ErrForeign},
		{"for somebody else", queueFile, sealFor(t, "{}", stranger.Recipient()), ErrForeign},
		{"for us and somebody else", profileFile, sealFor(t, "{}", us, stranger.Recipient()), ErrForeign},
		{"for a key", keyFile, sealFor(t, id.String(), stranger.Recipient()), ErrForeign},
		{"for the password", profileFile, byPassword("{}"), ErrForeign},
		{"the key as profile", profileFile, []byte(whole[keyFile]), ErrForeign},
		{"the queue as profile", profileFile, []byte(whole[queueFile]), ErrDamaged},
		{"the profile as queue", queueFile, []byte(whole[profileFile]), ErrDamaged},
		{"another's identity file", keyFile, byPassword("# created: 2026\n" + stranger.String()), ErrForeign},
		{"no key", keyFile, byPassword(keyTitle + "1\nAGE-SECRET-KEY-1"), ErrDamaged},
		{"too much work", keyFile, heavy, ErrDamaged},
		{"newer", keyFile, byPassword(keyTitle + "2\nsomething new"), ErrNewer},
		{"newer", profileFile, sealFor(t, `{"format":2,"all":"different"}`, us), ErrNewer},
		{"newer", queueFile, sealFor(t, `{"format":7}`, us), ErrNewer},
		{"no format", profileFile, sealFor(t, `{"generation":1}`, us), ErrDamaged},
		{"no JSON", profileFile, sealFor(t, "hello", us), ErrDamaged},
		{"more than we know", profileFile, sealFor(t, `{"format":1,"what":1}`, us), ErrDamaged},
		{"two values", queueFile, sealFor(t, `{"format":1}{"format":1}`, us), ErrDamaged},
	} {
		t.Run(c.file+" "+c.name, func(t *testing.T) {
			write(t, dir, c.file, c.raw)
			err := refused(t, dir, oldPassword, c.want)
			var newer *NewerError
			if errors.Is(c.want, ErrNewer) && (!errors.As(err, &newer) || newer.File != c.file || newer.Version < 2) {
				t.Errorf("%v", err)
			}
			write(t, dir, c.file, []byte(whole[c.file]))
		})
	}
	s, err := Open(dir, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
}

func TestFolderOfOthers(t *testing.T) {
	dir := profileDir(t)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v", info.Mode())
	}
	for name := range contents(t, dir) {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", name, info.Mode())
		}
	}
	for _, mode := range []fs.FileMode{0o720, 0o702, 0o777} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, oldPassword, ErrExposed)
		if _, err := Look(dir); !errors.Is(err, ErrExposed) {
			t.Errorf("%v: Look: %v", mode, err)
		}
	}
	// An empty folder of ours is closed, one with something in it refused.
	open := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, open, "x", nil)
	if _, err := Create(open, oldPassword); !errors.Is(err, ErrExposed) {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(open, "x")); err != nil {
		t.Fatal(err)
	}
	s, err := Create(open, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if info, err := os.Stat(open); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v", info.Mode())
	}
	notADir := filepath.Join(open, keyFile)
	if _, err := Open(notADir, oldPassword); !errors.Is(err, ErrForeign) {
		t.Error(err)
	}
}

// TestNothingInClear plants words everywhere, saves, changes the password, and
// looks for them in every file, raw and in base64 and hex of any alignment.
func TestNothingInClear(t *testing.T) {
	dir := profileDir(t)
	s, err := Open(dir, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Modify(func(p *Profile) error { *p = filledProfile(); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.ModifyQueue(func(q *Queue) error { *q = filledQueue(); return nil }); err != nil {
		t.Fatal(err)
	}
	planted := [][]byte{
		// long enough not to come up in sealed bytes by chance
		[]byte("planted word"), []byte("planted password"), []byte("ADIPLANTED"), []byte(`"generation"`), []byte("AGE-SECRET-KEY"),
		[]byte(oldPassword.Export()), []byte(s.disk.id.Recipient().String()), []byte(s.disk.id.String()),
		[]byte(s.View().Isolation),
	}
	look := func(files map[string]string) (found []string) {
		for name, raw := range files {
			for _, word := range planted {
				for _, form := range forms(word) {
					if strings.Contains(strings.ToLower(raw), strings.ToLower(form)) {
						found = append(found, name+": "+form)
					}
				}
			}
		}
		return found
	}
	if found := look(contents(t, dir)); found != nil {
		t.Errorf("in clear: %v", found)
	}
	if err := s.ChangePassword(oldPassword, newPassword); err != nil {
		t.Fatal(err)
	}
	if found := look(contents(t, dir)); found != nil {
		t.Errorf("in clear: %v", found)
	}
	plain, err := encodeProfile(s.View(), 1)
	if err != nil {
		t.Fatal(err)
	}
	coded := base64.StdEncoding.EncodeToString(append([]byte("x"), plain...))
	if len(look(map[string]string{"a": string(plain), "b": coded})) < 4 {
		t.Error("this test finds nothing")
	}
	_ = s.Close()
}

// forms returns a word as it may stand in a file.
func forms(word []byte) []string {
	all := []string{string(word), strings.ToLower(string(hexOf(word)))}
	for shift := range 3 {
		coded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), word...))
		from, to := []int{0, 2, 3}[shift], len(word)*4/3-2
		all = append(all, coded[from:max(to, from+4)])
	}
	return all
}

func hexOf(b []byte) []byte { text, _ := hexBytes(b).MarshalText(); return text }
