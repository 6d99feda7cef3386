package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hushwing/tor"
	"hushwing/tor/apart"
)

// network starts the process that has the network, so that this one can do
// without, and does not wait for it. end ends it, and our own Tor.
//
// There is no way round it: if it is missing, errNoNetwork.
func network(dir string) (h tor.Holder, end func(), err error) {
	program, err := part("hushwing-net")
	if err != nil {
		return nil, nil, err
	}
	holder, err := apart.Start(program, apart.StartOptions{DataDir: filepath.Join(dir, "tor")})
	if err != nil {
		return nil, nil, err
	}
	return holder, func() { _ = holder.Close() }, nil
}

// part finds a program that belongs to this one: beside it, or where
// distributions put what nobody starts by hand.
func part(name string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	here := filepath.Dir(self)
	for _, path := range []string{filepath.Join(here, name), filepath.Join(filepath.Dir(here), "libexec", "hushwing", name)} {
		switch info, err := os.Stat(path); {
		case err == nil && info.Mode().IsRegular():
			return path, nil
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
	}
	return "", errNoNetwork
}
