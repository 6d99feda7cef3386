// The program extract collects the sentences of the source into
// i18n/messages.pot, for translators. Run it in the module's folder:
//
//	go run ./i18n/extract
//
// With -check it writes nothing and fails when the file is not up to date.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"hushwing/i18n/internal/sentences"
)

func main() {
	check := flag.Bool("check", false, "only tell whether the file is up to date")
	flag.Parse()
	if err := run(".", *check); err != nil {
		fmt.Fprintln(os.Stderr, "extract:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return errors.New("run it in the folder of go.mod")
	}
	all, problems, err := sentences.Collect(os.DirFS(root))
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(os.Stderr, p)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d calls cannot be translated", len(problems))
	}
	file := filepath.Join(root, "i18n", "messages.pot")
	fresh := sentences.Template(all)
	if check {
		old, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if !bytes.Equal(old, fresh) {
			return errors.New("i18n/messages.pot is not up to date: go run ./i18n/extract")
		}
		return nil
	}
	return os.WriteFile(file, fresh, 0o644)
}
