package sentences

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"

	"hushwing/i18n"
)

const importPath = "hushwing/i18n"

// goFile collects from one Go file. It looks at the syntax alone: a sentence
// is a string literal, or several joined with +.
func (c *collector) goFile(name string, raw []byte) error {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, name, raw, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	pkg := "" // how this file calls the package
	for _, imp := range f.Imports {
		if p, err := strconv.Unquote(imp.Path.Value); err != nil || p != importPath {
			continue
		}
		pkg = "i18n"
		if imp.Name != nil {
			pkg = imp.Name.Name
		}
		if pkg == "." {
			c.problem(name, files.Position(imp.Pos()).Line, "import it by name: the calls cannot be found otherwise")
			return nil
		}
	}
	own := pkg == "" && f.Name.Name == "i18n" // the package's own sentences
	if pkg == "" && !own {
		return nil
	}
	w := &walker{collector: c, file: name, files: files, pkg: pkg}
	ast.Inspect(f, w.visit)
	return nil
}

type walker struct {
	*collector
	file  string
	files *token.FileSet
	pkg   string            // "": inside package i18n
	seen  map[ast.Node]bool // functions that are called, as opposed to handed on
}

func (w *walker) line(n ast.Node) int { return w.files.Position(n.Pos()).Line }

func (w *walker) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return w.pkg != "" || (n.Name.Name != "T" && n.Name.Name != "N" && n.Name.Name != "Mark")
	case *ast.CallExpr:
		if fn := w.function(n.Fun); fn != "" {
			if w.seen == nil {
				w.seen = map[ast.Node]bool{}
			}
			w.seen[n.Fun] = true
			w.call(fn, n)
		}
	case *ast.SelectorExpr:
		if fn := w.function(n); fn != "" && !w.seen[n] {
			w.problem(w.file, w.line(n), fn+" is handed on as a value: what it is called with cannot be found")
		}
	}
	return true
}

// function returns T, N or Mark when e is that function.
func (w *walker) function(e ast.Expr) string {
	name := ""
	switch e := e.(type) {
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok && w.pkg != "" && x.Name == w.pkg {
			name = e.Sel.Name
		}
	case *ast.Ident:
		if w.pkg == "" {
			name = e.Name
		}
	}
	switch name {
	case "T", "N", "Mark":
		return name
	}
	return ""
}

// call notes one call and checks its verbs.
func (w *walker) call(fn string, call *ast.CallExpr) {
	line := w.line(call)
	fixed := map[string]int{"T": 1, "Mark": 1, "N": 3}[fn]
	if len(call.Args) < fixed {
		w.problem(w.file, line, fn+" is called with too few arguments")
		return
	}
	forms := 1
	if fn == "N" {
		forms = 2
	}
	var texts []string
	for _, arg := range call.Args[:forms] {
		text, ok := constant(arg)
		if !ok {
			w.problem(w.file, line, fn+" is called with a sentence that is not a literal")
			return
		}
		texts = append(texts, text)
	}
	args := len(call.Args) - fixed
	if fn == "Mark" || call.Ellipsis.IsValid() {
		args = -1 // told only when it runs
	}
	w.verbs(line, fn, texts, args)
	s := Sentence{ID: texts[0]}
	if fn == "N" {
		s.Plural = texts[1]
	}
	w.add(s, w.file, line)
}

// verbs compares the verbs of the forms with each other and with the number of
// arguments (-1: unknown).
func (w *walker) verbs(line int, fn string, texts []string, args int) {
	last := texts[len(texts)-1]
	if args == 0 {
		return // nothing is filled in: a % is a %
	}
	want, err := i18n.Verbs(last)
	if err != nil {
		w.problem(w.file, line, err.Error())
		return
	}
	highest := 0
	for n := range want {
		highest = max(highest, n)
	}
	if args >= 0 && highest != args {
		w.problem(w.file, line, fmt.Sprintf("%q shows %d arguments and is given %d", last, highest, args))
	}
	if len(texts) == 1 {
		return
	}
	one, err := i18n.Verbs(texts[0])
	if err != nil {
		w.problem(w.file, line, err.Error())
		return
	}
	for n, verb := range one {
		if want[n] != verb {
			w.problem(w.file, line, fmt.Sprintf("%q and %q show argument %d differently", texts[0], last, n))
		}
	}
}

// constant returns the value of a string literal, or of several with + between.
func constant(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.ParenExpr:
		return constant(e.X)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		a, okA := constant(e.X)
		b, okB := constant(e.Y)
		return a + b, okA && okB
	}
	return "", false
}
