package lab

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
)

// MissingError says that a program is not installed.
type MissingError struct {
	Program string
	Package string // Debian's name
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("lab: %s is missing: install %s", e.Program, e.Package)
}

// programs are the paths of what a lab runs.
type programs struct{ tor, gencert, prosody, prosodyctl string }

// lookPrograms finds them. An ordinary user's PATH may lack the sbin folders.
func lookPrograms(withProsody bool) (p programs, err error) {
	var errs []error
	look := func(name, pkg string) string {
		path, err := lookProgram(name, pkg)
		errs = append(errs, err)
		return path
	}
	p.tor, p.gencert = look("tor", "tor"), look("tor-gencert", "tor")
	if withProsody {
		p.prosody, p.prosodyctl = look("prosody", "prosody"), look("prosodyctl", "prosody")
	}
	return p, errors.Join(errs...)
}

func lookProgram(name, pkg string) (string, error) {
	for _, c := range []string{name, filepath.Join("/usr/sbin", name), filepath.Join("/usr/bin", name)} {
		if path, err := exec.LookPath(c); err == nil {
			return path, nil
		}
	}
	return "", &MissingError{Program: name, Package: pkg}
}

// lookEjabberd finds Erlang's program and the folder with ejabberd's code in it.
// The package's own program is a script that wants a configuration in /etc and
// a node with a name.
func lookEjabberd() (erl, libs string, err error) {
	if erl, err = lookProgram("erl", "ejabberd"); err != nil {
		return "", "", err
	}
	apps, err := filepath.Glob("/usr/lib/*/ejabberd-*/ebin/ejabberd.app")
	if err != nil || len(apps) == 0 {
		return "", "", &MissingError{Program: "ejabberd", Package: "ejabberd"}
	}
	return erl, filepath.Dir(filepath.Dir(filepath.Dir(apps[len(apps)-1]))), nil
}
