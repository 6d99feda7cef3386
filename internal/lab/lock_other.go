//go:build !linux

package lab

import (
	"errors"
	"os"
)

// errLocked says that somebody else holds a lock.
var errLocked = errors.New("lab: in use")

// tryLock fails: the lab needs Linux, elsewhere it only has to build.
func tryLock(string) (*os.File, error) { return nil, errors.ErrUnsupported }
