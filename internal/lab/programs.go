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
		for _, c := range []string{name, filepath.Join("/usr/sbin", name), filepath.Join("/usr/bin", name)} {
			if path, err := exec.LookPath(c); err == nil {
				return path
			}
		}
		errs = append(errs, &MissingError{Program: name, Package: pkg})
		return ""
	}
	p.tor, p.gencert = look("tor", "tor"), look("tor-gencert", "tor")
	if withProsody {
		p.prosody, p.prosodyctl = look("prosody", "prosody"), look("prosodyctl", "prosody")
	}
	return p, errors.Join(errs...)
}
