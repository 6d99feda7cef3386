//go:build !unix

package lab

import "errors"

// makePipe fails: the lab needs Linux, elsewhere it only has to build.
func makePipe(string) error { return errors.ErrUnsupported }
