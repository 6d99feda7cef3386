package walls

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// module is the import path of the tree's root.
const module = "hushwing"

// File is one Go file of the tree.
type File struct {
	Path string // from the root, with slashes
	Syn  *ast.File

	fset    *token.FileSet
	imports map[string]string // local name -> import path
}

// Pkg is the path of the file's package within the module: "gui/model".
func (f *File) Pkg() string { return path.Dir(f.Path) }

// Test reports whether the file is built by go test alone.
func (f *File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// at names a place of the file for a message.
func (f *File) at(p token.Pos) string {
	return fmt.Sprintf("%s:%d", f.Path, f.fset.Position(p).Line)
}

// Root finds the folder of go.mod above the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("walls: no go.mod above the working directory")
		}
		dir = up
	}
}

// ignored says which folders hold no source of the project.
func ignored(name string) bool {
	switch name {
	case ".git", ".tools", "bin", "out", "testdata":
		return true
	}
	return false
}

// Load parses every Go file under root.
func Load(root string) ([]*File, error) {
	var files []*File
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != root && ignored(d.Name()):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".go"):
			return nil
		}
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		f, err := Parse(filepath.ToSlash(rel), src)
		if err != nil {
			return err
		}
		files = append(files, f)
		return nil
	})
	return files, err
}

// Parse reads one file.
func Parse(rel string, src []byte) (*File, error) {
	fset := token.NewFileSet()
	syn, err := parser.ParseFile(fset, rel, src, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("walls: %w", err)
	}
	f := &File{Path: rel, Syn: syn, fset: fset, imports: map[string]string{}}
	for _, im := range syn.Imports {
		p, err := strconv.Unquote(im.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("walls: %s: %w", rel, err)
		}
		name := localName(p)
		if im.Name != nil {
			name = im.Name.Name
		}
		f.imports[name] = p
	}
	return f, nil
}

// localName guesses the name of a package from its path. The packages with
// lists of what may be used of them follow the rule, or are named in it.
func localName(p string) string {
	base := path.Base(p)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(p)) // math/rand/v2, dbus/v5
	}
	return base
}

// Use is one mention of something that another package exports.
type Use struct {
	Path, Name string
	Pos        token.Pos
}

// uses returns every mention path.Name in the file. A local variable with the
// name of an imported package counts too: a wall that is too strict is told
// so by a person, one that is too weak by nobody.
func (f *File) uses() []Use {
	var out []Use
	ast.Inspect(f.Syn, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok {
			if p, ok := f.imports[id.Name]; ok {
				out = append(out, Use{p, sel.Sel.Name, sel.Pos()})
			}
		}
		return true
	})
	return out
}
